"""What is asked of the main worker that does not touch the run: reading and saving tables, and questions."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gdexplorer.app.frame_clock import FrameClock
from gdexplorer.engine.worker import Job, LatestTaskWorker, Result

_SAVE, _READ = "save", "import"


class Errands(QObject):
    """Hands jobs to the worker and tells what came of them; the newest of a kind wins. Main thread only.

    Signals:
        tableRead(object, object): What was asked for by :meth:`read`, as a Prepared that is not in use yet and None;
            or None and the exception that came instead.
        tableSaved(object, object): What :meth:`save` wrote, as its path and None; or None and the exception that came.
        answered(object): The Result of a job that :meth:`ask` was given.
    """

    tableRead = Signal(object, object)
    tableSaved = Signal(object, object)
    answered = Signal(object)

    def __init__(self, worker: LatestTaskWorker, clock: FrameClock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._clock = clock
        self._is_closed = False

    def read(self, job: Job) -> None:
        """Run ``job``, which returns a Prepared, without using it; ``tableRead`` tells."""
        self.ask(_READ, job)

    def cancel_reading(self) -> None:
        """Give up what :meth:`read` asked for; nothing is told of it."""
        self._worker.cancel(_READ)

    def reading_share(self) -> float | None:
        """Return how much of what is being read is done, from 0 to 1; None where that is not known."""
        return self._worker.share(_READ)

    def save(self, job: Job) -> None:
        """Run ``job``, which writes a file and returns its path; ``tableSaved`` tells."""
        self.ask(_SAVE, job)

    def ask(self, kind: str, job: Job) -> None:
        """Run a job that changes nothing here; ``answered`` tells."""
        if not self._is_closed:
            self._worker.submit(kind, job)
            self._clock.start()

    def take(self, result: Result) -> None:
        """Tell what came of a job."""
        if result.kind == _READ:
            self.tableRead.emit(result.value, result.error)
        elif result.kind == _SAVE:
            self.tableSaved.emit(result.value, result.error)
        else:
            self.answered.emit(result)

    def close(self) -> None:
        """Take no more jobs."""
        self._is_closed = True
