"""Turns the session's state into pictures, once a frame and only what changed."""

from __future__ import annotations

import time
from collections import deque

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from gdexplorer.app.jobs import slicing
from gdexplorer.app.session import Session
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.diagnosis import Diagnosis, Mood, diagnose, learning_rate_limit
from gdexplorer.core.landscape import Slice, loss_slice
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.ui.curve_view import MOST_CURVES, CurvePicture, weight_name
from gdexplorer.ui.numerals import compact
from gdexplorer.ui.plots_area import PlotsArea
from gdexplorer.ui.status_strip import StatusStrip
from gdexplorer.ui.weights_table import WeightRow

_CURVE_POINTS = 161
_TABLE_EVERY = 6  # frames: numbers that change faster cannot be read
_SLICES = "slices"
_COMPILING = Diagnosis(
    "compiling", "Compiling the training loop: this takes a few seconds, the first time only.", Mood.CALM
)
_LATE_MS = 21.0  # a frame that comes later than this was too full


class Presenter(QObject):
    """Draws the session. Holds no truth of its own.

    Signals:
        sentenceChanged(str): What the run is doing, in plain words.
    """

    sentenceChanged = Signal(str)

    def __init__(self, session: Session, views: PlotsArea, status: StatusStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._views = views
        self._status = status
        self.sentence = ""
        self._slices: list[Slice] = []
        self._slice_weights: FloatArray | None = None
        self._frames = 0
        self._tasks = deque((self._show_curves, self._show_losses, self._show_fit, self._show_weights))
        self._pace = _Pace()
        session.problemChanged.connect(self.show_problem)
        session.progressed.connect(self.show_progress)
        session.store.changed.connect(self._on_store_changed)
        session.runningChanged.connect(self._on_session_running_changed)
        session.ticked.connect(self._on_session_ticked)
        views.scalesChanged.connect(self.show_progress)
        for plot in (views.loss, views.weights):
            plot.fitRequested.connect(self.fit_ranges)
        self.show_problem()

    @Slot()
    def show_problem(self) -> None:
        """Set everything up for a new problem, and draw it."""
        problem, views = self._session.problem, self._views
        self._slices, self._slice_weights = [], None
        views.curves.reset(problem.weight_count)
        views.loss.reset()
        views.weights.set_weight_count(problem.weight_count)
        self._set_curve_ranges()
        single = problem.weight_count == 1
        views.curves_card.title.setText("Loss against the weight" if single else "Loss along each weight")
        fit = self._session.sample
        views.fit_card.title.setText("Predicted against actual" if fit.is_diagonal else "Data and fit")
        views.fit.show_frame(fit.labels, fit.bounds, is_diagonal=fit.is_diagonal)
        views.fit.show_points(fit.x, fit.y)
        self._frames = 0
        self.show_progress()

    @Slot()
    def show_progress(self) -> None:
        """Draw the present state: all of it at rest; while running the plots that a frame has time for, in turn."""
        turn = len(self._tasks)
        if self._session.is_running and self._frames:
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
        self._views.weights.reset()
        self._views.curves.reset(self._session.problem.weight_count)
        self._set_curve_ranges()
        self._slices = []
        self.show_progress()

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, _new: Settings) -> None:
        self._show_status()

    @Slot(bool)
    def _on_session_running_changed(self, is_running: bool) -> None:
        if is_running:
            self._show_status()
        else:  # what the last frame left out
            self.show_progress()

    @Slot()
    def _on_session_ticked(self) -> None:
        for result in self._session.views_worker.drain():
            if result.error is None:
                self._slice_weights, self._slices = result.value
                self._show_curves()

    def _set_curve_ranges(self) -> None:
        problem, start = self._session.problem, self._session.history.weights[0]
        centre = problem.least_squares.weights
        reach = np.abs(start - centre)
        with np.errstate(divide="ignore", invalid="ignore"):  # as far as the loss takes to rise by a good tenth of y²
            natural = 0.3 * np.sqrt(2.0 * np.mean(problem.y**2) / np.diag(problem.least_squares.H))
        natural[~np.isfinite(natural)] = 1.0
        reach = np.maximum(reach * 1.5, np.maximum(float(reach.max()) * 0.4, natural))
        for index in range(min(problem.weight_count, MOST_CURVES)):
            self._views.curves.include(index, centre[index] - reach[index], centre[index] + reach[index])
        self._base_reach = reach

    def _grow_curve_ranges(self) -> None:
        """Follow the point, but not into the far reaches of a diverging run."""
        centre = self._session.problem.least_squares.weights
        weights = self._session.state.weights
        for index in range(min(len(weights), MOST_CURVES)):
            if abs(weights[index] - centre[index]) < 12 * self._base_reach[index]:
                self._views.curves.include(index, float(weights[index]), float(weights[index]))

    def _show_curves(self) -> None:
        session, curves = self._session, self._views.curves
        problem, state = session.problem, session.state
        count = min(problem.weight_count, MOST_CURVES)
        self._grow_curve_ranges()
        ranges = [curves.x_bounds(index) for index in range(count)]
        if problem.is_quadratic:
            self._slices = [
                loss_slice(problem, state.weights, index, np.linspace(*ranges[index], _CURVE_POINTS))
                for index in range(count)
            ]
        else:
            self._ask_for_slices(ranges)
        if len(self._slices) < count:
            return
        if problem.weight_count == 1 or session.state.step == 0:
            for piece in self._slices:
                finite = piece.losses[np.isfinite(piece.losses)]
                if finite.size:
                    curves.include_losses(float(finite.min()), float(finite.max()))
        curves.include_losses(*self._lowest())
        curves.show_pictures([self._picture(piece) for piece in self._slices])
        self._note_curves()

    def _ask_for_slices(self, ranges: list[tuple[float, float]]) -> None:
        """Ask the worker for curves, one request after the other; a single weight's curve only where it moves."""
        session = self._session
        weights = session.state.weights
        if session.views_worker.is_busy(_SLICES):
            return
        if self._slices and self._slice_weights is not None:
            same_ranges = all(
                (piece.values[0], piece.values[-1]) == bounds
                for piece, bounds in zip(self._slices, ranges, strict=True)
            )
            if same_ranges and (len(weights) == 1 or np.array_equal(self._slice_weights, weights)):
                return
        job = slicing(session.problem, weights, ranges, _CURVE_POINTS)
        session.views_worker.submit(_SLICES, lambda ticket: (weights, job(ticket)))
        session.clock.start()

    def _lowest(self) -> tuple[float, float]:
        problem, loss = self._session.problem, self._session.state.loss
        smallest = problem.least_squares.loss if problem.is_quadratic else loss
        return min(smallest, loss), min(smallest, loss)

    def _picture(self, piece: Slice) -> CurvePicture:
        session = self._session
        problem, state = session.problem, session.state
        index = piece.index
        path = (session.history.weights[:, 0], session.history.losses) if problem.weight_count == 1 else None
        return CurvePicture(
            index,
            f"{weight_name(index)} · {problem.terms[index]}",
            piece.values,
            piece.losses,
            float(state.weights[index]),
            state.loss,
            float(state.gradient[index]),
            piece.minimum,
            path,
        )

    def _note_curves(self) -> None:
        problem = self._session.problem
        if problem.weight_count > 1:
            hidden = problem.weight_count - MOST_CURVES
            more = f" · the first {MOST_CURVES} of {problem.weight_count}" if hidden > 0 else ""
            self._views.curves_card.set_note(f"others held where they are{more}")
        elif problem.minimum is not None:
            original = problem.original_weights(problem.minimum)[0]
            unit = problem.weight_unit(0)
            self._views.curves_card.set_note(
                f"minimum at w₁ = {compact(float(problem.minimum[0]))}  =  {compact(float(original))} {unit}"
            )
        else:
            self._views.curves_card.set_note("")

    def _show_fit(self) -> None:
        session, fit = self._session, self._session.sample
        problem, weights = session.problem, session.state.weights
        if fit.is_diagonal:
            self._views.fit.show_points(fit.x, fit.predictions(weights))
            self._views.fit.show_line(np.array(fit.bounds[0]), np.array(fit.bounds[0]))
        else:
            self._views.fit.show_line(fit.line_x, fit.line(problem.original_weights(weights)))
        rmse = float(np.sqrt(problem.mean_squared_error(weights)))
        unit = problem.dataset.column(problem.target).unit
        shown = f" · {len(fit.x):,} of {problem.row_count:,} rows" if len(fit.x) < problem.row_count else ""
        self._views.fit_card.set_note(f"typical error {compact(rmse)} {unit}".rstrip() + shown)

    def _show_losses(self) -> None:
        history, problem = self._session.history, self._session.problem
        smallest = problem.least_squares.loss if problem.is_quadratic else None
        self._views.loss.show_losses(history.steps, history.losses, history.low, history.high, smallest)

    def _show_weights(self) -> None:
        history, problem = self._session.history, self._session.problem
        self._views.weights.show_weights(history.steps, history.weights, problem.minimum)

    def _show_status(self) -> None:
        session = self._session
        state, settings = session.state, session.store.settings
        diagnosis = diagnose(session.problem, settings, state, session.previous_loss, is_running=session.is_running)
        if session.is_compiling:
            diagnosis = _COMPILING
        self._status.set_values(
            diagnosis.word,
            diagnosis.mood,
            state.step,
            state.loss,
            state.gradient_norm,
            session.steps_per_second,
        )
        self._status.setToolTip(diagnosis.sentence)
        if diagnosis.sentence != self.sentence:
            self.sentence = diagnosis.sentence
            self.sentenceChanged.emit(self.sentence)

    def _show_numbers(self) -> None:
        session = self._session
        problem, state = session.problem, session.state
        now = problem.original_weights(state.weights)
        best = None if problem.minimum is None else problem.original_weights(problem.minimum)
        self._views.table.show_rows(
            [
                WeightRow(
                    f"{weight_name(index)} {term}",
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


def rate_range(problem: Problem, settings: Settings) -> tuple[float, float, float | None]:
    """Return a range of learning rates worth a slider, in whole decades, and the limit where there is one."""
    limit = learning_rate_limit(problem, settings)
    if limit is None or not 1e-290 < limit < 1e290:
        return 1e-5, 10.0, None
    top = float(np.ceil(np.log10(limit * 3)))
    return 10.0 ** (top - 5), 10.0**top, limit
