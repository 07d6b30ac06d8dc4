"""How far a run has come, and how it came there."""

from __future__ import annotations

from dataclasses import replace

from gdexplorer.core.checkpoints import Checkpoints
from gdexplorer.core.history import History
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import TrainingState, first_record
from gdexplorer.engine.run import Block


class Progress:
    """The present state of one run and its records. Main thread only.

    Attributes:
        state: Where the run is.
        history: Its records.
        checkpoints: From which each step can be taken again.
        previous_loss: Before the last step; None at the start.
    """

    def __init__(self, state: TrainingState, settings: Settings) -> None:
        """Begin before the first step of a run at ``state`` under ``settings``."""
        self.state = state
        self.history = History(len(state.weights))
        self.history.append(first_record(state, settings))
        self.checkpoints = Checkpoints()
        self.previous_loss: float | None = None
        self._steady_since, self._followed = state.step, settings

    def take(self, block: Block) -> None:
        """Go on by what a slice of training brought."""
        self.history.append(block.records)
        self.checkpoints.note(block.before, block.settings, block.state.step)
        if not _take_the_same_steps(block.settings, self._followed):
            self._steady_since = block.before.step
        self._followed = block.settings
        self.state = block.state
        if block.previous_loss is not None:
            self.previous_loss = block.previous_loss

    def steady_since(self, settings: Settings) -> int:
        """Return the step from which on all were taken by ``settings``, but for pace and tolerance."""
        return self._steady_since if _take_the_same_steps(self._followed, settings) else self.state.step


def _take_the_same_steps(one: Settings, other: Settings) -> bool:
    """Whether the settings differ in nothing that a step depends on."""
    if one is other:
        return True
    return one == replace(other, steps_per_second=one.steps_per_second, tolerance=one.tolerance)
