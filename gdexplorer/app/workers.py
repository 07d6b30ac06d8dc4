"""The threads beside training, each for work that must not wait for that of another."""

from __future__ import annotations

from gdexplorer.engine.worker import LatestTaskWorker


class Workers:
    """One worker for each kind of waiting. A thread that has nothing to do costs nothing.

    Attributes:
        main: What the run waits for: reading, resolving, compiling.
        views: Pictures of the landscape.
        pointing: What the mouse asks: the loss at a place.
        held_out: The loss on the rows kept out of training.
        ruler: Where the learning rate stands, and steps computed again.
        study: Sweeps: many runs, which may take a minute.
        keeping: What nobody waits for: a copy of a table for the next time.
    """

    def __init__(self) -> None:
        self.main = LatestTaskWorker("worker")
        self.views = LatestTaskWorker("views")
        self.pointing = LatestTaskWorker("pointing")
        self.held_out = LatestTaskWorker("held-out")
        self.ruler = LatestTaskWorker("ruler")
        self.study = LatestTaskWorker("study")
        self.keeping = LatestTaskWorker("keeping")
        self._awaited = (self.main, self.views, self.pointing, self.held_out, self.ruler, self.study)

    def are_busy(self) -> bool:
        """Whether anybody waits for one of them."""
        return any(worker.is_busy() for worker in self._awaited)

    def stop(self) -> None:
        """Cancel everything, end all threads and wait for them; safe to call again."""
        for worker in (*self._awaited, self.keeping):
            worker.stop()
