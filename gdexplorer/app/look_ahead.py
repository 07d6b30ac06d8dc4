"""Takes the next step in advance, so that it can be drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdexplorer.app.session import Session
from gdexplorer.core.arrows import StepArrows, is_quick, step_arrows
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, TrainingState
from gdexplorer.engine.worker import Result, Ticket

PREVIEW = "preview"
_FOLLOWED = 60.0  # steps a second up to which an eye can follow the step that is about to be taken
_NEVER_CANCELLED = np.zeros(1, dtype=np.int64)


def previewing(problem: Problem, settings: Settings, state: TrainingState) -> Callable[[Ticket], StepArrows | None]:
    """Make the job that takes the next step on a copy; it returns None where that leads out of the range of numbers."""

    def job(ticket: Ticket) -> StepArrows | None:
        return step_arrows(problem, settings, state, ticket.flag)

    return job


class LookAhead:
    """Knows the next step of the run shown. Main thread only.

    Attributes:
        arrows: The step and its parts; None where it is not known, or leads out of the range of numbers.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.arrows: StepArrows | None = None
        self._asked: tuple[TrainingState, Settings] | None = None

    @property
    def is_followed(self) -> bool:
        """Whether an eye can follow the single steps of the run."""
        return not self._session.is_running or self._session.store.settings.steps_per_second <= _FOLLOWED

    def look(self) -> None:
        """Take the step after the present state, in this call or by a worker; not before the kernels are there.

        What takes a worker is asked for only as long as an eye can follow: its answer comes some frames later.
        """
        session = self._session
        if not session.is_warm:
            return
        state, settings = session.state, session.store.settings
        quick = is_quick(session.problem, settings)
        if state.status is not Status.RUNNING or not (quick or self.is_followed):
            self.forget()
            return
        if self._asked is not None and self._asked[0] is state and self._asked[1] is settings:
            return
        if not session.runs_under(settings):
            return
        self.forget()
        self._asked = state, settings
        if quick:
            self.arrows = step_arrows(session.problem, settings, state, _NEVER_CANCELLED)
            return
        session.workers.pointing.submit(PREVIEW, previewing(session.problem, settings, state))
        session.clock.start()

    def take(self, result: Result) -> None:
        """Use what the worker computed."""
        self.arrows = result.value

    def forget(self) -> None:
        """Know nothing and ask for nothing."""
        if self._asked is not None:
            self._session.workers.pointing.cancel(PREVIEW)
        self.arrows = self._asked = None
