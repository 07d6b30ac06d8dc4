"""Turns the session's state into pictures, once a frame and only what changed."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, Slot

from gdexplorer.app.doctor_presenter import DoctorPresenter
from gdexplorer.app.fit_presenter import FitPresenter
from gdexplorer.app.landscape_presenter import LandscapePresenter
from gdexplorer.app.loss_presenter import LossPresenter
from gdexplorer.app.rate_presenter import RatePresenter
from gdexplorer.app.session import Session
from gdexplorer.app.step_presenter import StepPresenter
from gdexplorer.app.sweep_presenter import SweepPresenter
from gdexplorer.core.numerals import compact
from gdexplorer.core.settings import Settings
from gdexplorer.ui.curve_view import weight_name
from gdexplorer.ui.formula import term_text
from gdexplorer.ui.plots_area import PlotsArea
from gdexplorer.ui.status_strip import StatusStrip
from gdexplorer.ui.weights_table import WeightRow

_TABLE_EVERY = 6  # frames: numbers that change faster cannot be read
_UNHURRIED = 30.0  # steps a second up to which each of them is drawn whole
_LATE_MS = 21.0  # a frame that comes later than this was too full


class Presenter(QObject):
    """Draws the session. Holds no truth of its own."""

    def __init__(
        self,
        session: Session,
        views: PlotsArea,
        status: StatusStrip,
        doctor: DoctorPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._views = views
        self._status = status
        self._doctor = doctor
        self.landscape = LandscapePresenter(session, views.landscape, self)
        self.fit = FitPresenter(session, views.fit, views.fit_card, self)
        self.losses = LossPresenter(session, views.loss, views.loss_card)
        self.rates = RatePresenter(session, views.rates)
        self.step = StepPresenter(session, views, self)
        self.sweep = SweepPresenter(session, views.sweep, self)
        self._frames = 0
        self._is_held = False
        self._tasks = deque(
            (
                self.landscape.draw,
                self._draw_history,
                self.fit.draw,
                self._show_weights,
                self.step.draw,
                self.sweep.draw,
            )
        )
        self._pace = _Pace()
        session.problemChanged.connect(self.show_problem)
        session.rowsEdited.connect(self.show_edits)
        session.progressed.connect(self.show_progress)
        session.store.changed.connect(self._on_store_changed)
        session.runningChanged.connect(self._on_session_running_changed)
        session.ticked.connect(self._on_session_ticked)
        views.scalesChanged.connect(self.show_progress)
        for plot in (views.loss, views.rates, views.weights):
            plot.fitRequested.connect(self.fit_ranges)
        self.show_problem()

    @Slot()
    def show_problem(self) -> None:
        """Set everything up for a new problem, and draw it."""
        problem, views = self._session.problem, self._views
        self.landscape.show_problem()
        self.losses.show_problem()
        self.rates.show_problem()
        self.step.show_problem()
        self.sweep.show_problem()
        views.weights.set_weight_count(problem.weight_count)
        self.fit.show_problem()
        views.set_paintable(self._session.sample.column is not None)
        self._frames = 0
        self.show_progress()

    @Slot()
    def show_edits(self) -> None:
        """Draw what follows from edited rows; the run goes on, so pictures and axes stay where they are."""
        was_held, self._is_held = self._is_held, self._views.fit.is_editing
        is_held = was_held and self._is_held
        self.landscape.show_edits()
        self.losses.show_edits(is_held=is_held)
        self.fit.show_edits()
        if is_held:
            self._views.weights.begin_again()
        else:
            self._views.weights.reset()
        if not self._session.is_running:  # else the next step draws everything, in a moment
            self.show_progress()

    @Slot()
    def show_progress(self) -> None:
        """Draw the present state: all of it at rest and in a slow run; else what a frame has time for, in turn."""
        turn = len(self._tasks)
        is_fast = self._session.is_running and self._session.store.settings.steps_per_second > _UNHURRIED
        if is_fast and self._frames:
            turn = self._pace.tasks_now(turn)
        for _ in range(turn):
            self._tasks[0]()
            self._tasks.rotate(-1)
        if self._frames % _TABLE_EVERY == 0 or not self._session.is_running:
            self._show_numbers()
        self._show_status()
        self._frames += 1

    @Slot()
    def fit_ranges(self) -> None:
        """Let all ranges shrink to what there is."""
        self._views.loss.reset()
        self._views.rates.reset()
        self.fit.fit_ranges()
        self._views.weights.reset()
        self.landscape.forget_ranges()
        self.show_progress()

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, new: Settings) -> None:
        self._show_status()
        if self._session.runs_under(new) and not self._session.is_running:
            self.landscape.draw()  # whose arrow is as long as the learning rate says

    @Slot(bool)
    def _on_session_running_changed(self, is_running: bool) -> None:
        if is_running:
            self._show_status()
        else:  # what the last frame left out
            self.show_progress()

    @Slot()
    def _on_session_ticked(self) -> None:
        self.landscape.take_results()
        self.step.take_results()
        self.sweep.take_results()
        if self.losses.take_results() or self._doctor.is_waiting:
            self._show_status()

    def _draw_history(self) -> None:
        self.losses.draw()
        self.rates.draw()

    def _show_weights(self) -> None:
        history, problem = self._session.history, self._session.problem
        self._views.weights.show_weights(history.steps, history.weights, problem.minimum)

    def _show_status(self) -> None:
        session = self._session
        state, diagnosis = session.state, self._doctor.look()
        self._status.set_values(
            diagnosis.word,
            diagnosis.mood,
            state.step,
            state.loss,
            state.gradient_norm,
            session.steps_per_second,
            self.losses.held_out_loss,
        )
        self._status.setToolTip(diagnosis.sentence)

    def _show_numbers(self) -> None:
        session = self._session
        problem, state = session.problem, session.state
        now = problem.original_weights(state.weights)
        best = None if problem.minimum is None else problem.original_weights(problem.minimum)
        self._views.table.show_rows(
            [
                WeightRow(
                    f"{weight_name(index)} {term_text(term)}",
                    compact(float(state.weights[index])),
                    f"{compact(float(now[index]))} {problem.weight_unit(index)}".strip(),
                    "" if best is None else compact(float(best[index])),
                )
                for index, term in enumerate(problem.terms)
            ]
        )


class _Pace:
    """Finds how many plots fit into a frame, from how far apart frames come."""

    def __init__(self) -> None:
        self._last_s = 0.0
        self._share = 2.0

    def tasks_now(self, most: int) -> int:
        """Return how many of ``most`` plots to draw in this frame: fewer after a late one, slowly more again."""
        now = time.perf_counter()
        gap_ms, self._last_s = (now - self._last_s) * 1e3, now
        self._share = max(1.0, self._share - 1.0) if gap_ms > _LATE_MS else min(float(most), self._share + 0.05)
        return int(self._share)
