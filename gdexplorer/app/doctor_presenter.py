"""Asks the doctor about the run, shows what it says without flicker, and puts cures in force."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from gdexplorer.app.ruler_presenter import RulerPresenter
from gdexplorer.app.session import Session
from gdexplorer.core.case import Case, case_of
from gdexplorer.core.cures import Cure
from gdexplorer.core.diagnosis import TRAINING, Diagnosis, Mood, diagnose
from gdexplorer.core.settings import UNLIMITED, Settings
from gdexplorer.core.training import Status
from gdexplorer.ui.doctor_bar import DoctorBar

#: How long an alarm must hold before it is shown, and something else before it takes the place of an alarm.
_ALARM_HOLD_S = 0.5
#: Words and numbers that change faster cannot be read.
_NUMBERS_S = 0.25
_COMPILING = Diagnosis(
    "compiling", "Compiling the training loop: this takes a few seconds, the first time only.", Mood.CALM
)


class DoctorPresenter(QObject):
    """Holds the verdict shown. Main thread only.

    Args:
        session: Whose run.
        bar: Where to show it.
        ruler: Knows the ruler in use.
    """

    def __init__(
        self,
        session: Session,
        bar: DoctorBar,
        ruler: RulerPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bar, self._ruler = session, bar, ruler
        self._case: Case | None = None
        self._key: tuple[object, ...] = ()
        self._shown: Diagnosis | None = None
        self._shown_s = 0.0
        self._was_at_rest = True
        self._waiting: str | None = None
        self._waiting_s = 0.0
        self._gestures = 0
        self._runs_with: Settings | None = None
        bar.cureRequested.connect(self._on_bar_cure_requested)
        session.store.changed.connect(self._on_store_changed)
        session.problemChanged.connect(self._on_session_problem_changed)
        session.ticked.connect(self._on_session_ticked)
        session.failed.connect(self._on_session_failed)

    @property
    def is_waiting(self) -> bool:
        """Whether another verdict waits for its time, so that the doctor should be asked again though nothing moved."""
        return self._waiting is not None

    def look(self) -> Diagnosis:
        """Look at the run, show what is to be said, and return it."""
        found, now = self._found(), time.monotonic()
        if self._is_due(found, now):
            self._show(found, now)
            self._waiting = None
        elif self._was_at_rest:
            self._show(TRAINING, now)
        assert self._shown is not None
        return self._shown

    def _show(self, diagnosis: Diagnosis, now: float) -> None:
        self._shown, self._shown_s = diagnosis, now
        self._was_at_rest = not self._session.is_running
        self._bar.set_diagnosis(diagnosis)

    def _found(self) -> Diagnosis:
        session = self._session
        if session.is_compiling:
            return _COMPILING
        return diagnose(
            self._known(),
            session.state,
            session.history,
            session.previous_loss,
            since=session.steady_since,
            is_running=session.is_running,
        )

    def _known(self) -> Case:
        """Return the case of the present settings, kept while they, the problem and the ruler stay."""
        session, ruler = self._session, self._ruler.ruler
        settings = replace(session.store.settings, steps_per_second=UNLIMITED)
        key = session.problem, settings, ruler
        if self._case is None or key[0] is not self._key[0] or key[1:] != self._key[1:]:
            is_same_bowl = (
                self._case is not None
                and self._case.problem is session.problem
                and self._case.settings.weight_decay == settings.weight_decay
            )
            known = self._case
            if is_same_bowl and known is not None:
                self._case = replace(known, settings=session.store.settings, measured=ruler)
            else:
                self._case = case_of(session.problem, session.store.settings, ruler)
            self._key = key
        return self._case

    def _is_due(self, found: Diagnosis, now: float) -> bool:
        """Whether ``found`` is to be shown already."""
        shown = self._shown
        if shown is None or not self._session.is_running or found.mood is Mood.BAD:
            return True
        if self._was_at_rest and not found.is_alarm:
            return True
        if found.word == shown.word or not (found.is_alarm or shown.is_alarm):
            self._waiting = None
            return now - self._shown_s >= _NUMBERS_S
        if found.word != self._waiting:
            self._waiting, self._waiting_s = found.word, now
        return now - self._waiting_s >= _ALARM_HOLD_S

    @Slot(object)
    def _on_bar_cure_requested(self, cure: Cure) -> None:
        """Put a cure in force as one step to undo; a run that was under way, or diverged, goes on by it."""
        session = self._session
        goes_on = session.is_running or session.state.status is Status.DIVERGED
        self._gestures -= 1  # unlike those of hands that edit rows
        session.edit(cure.settings, self._gestures)
        self._runs_with = cure.settings if goes_on else None
        self._go_on()

    def _go_on(self) -> None:
        """Run by the cure once it is in force."""
        session, wanted = self._session, self._runs_with
        if wanted is not None and session.store.settings == wanted and session.runs_under(wanted):
            self._runs_with = None
            if not session.is_running:
                session.run()

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, new: Settings) -> None:
        if self._runs_with is not None and new != self._runs_with:
            self._runs_with = None
        self._shown = None

    @Slot()
    def _on_session_problem_changed(self) -> None:
        self._shown = None

    @Slot()
    def _on_session_ticked(self) -> None:
        self._go_on()

    @Slot(str)
    def _on_session_failed(self, _sentence: str) -> None:
        self._runs_with = None
