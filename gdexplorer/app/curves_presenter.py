"""Draws the loss along each weight through the present point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice

import numpy as np

from gdexplorer.app.landscape_job import FAR, MOST_AT_ONCE
from gdexplorer.app.memory_pictures import Pending
from gdexplorer.app.session import Session
from gdexplorer.core.arrows import StepArrows
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.diagnosis import is_flat
from gdexplorer.core.landscape import Slice, loss_slice, sample_rows
from gdexplorer.core.numerals import compact
from gdexplorer.core.problem import Problem
from gdexplorer.core.section import weight_section
from gdexplorer.engine.parallel import cores, in_parallel
from gdexplorer.engine.worker import Result, Ticket
from gdexplorer.ui.curve_plot import CurvePicture
from gdexplorer.ui.curve_view import CurveView
from gdexplorer.ui.landscape_choice import LandscapeChoice
from gdexplorer.ui.memory_parts import SquareMemory, StepParts

SLICES = "slices"
_POINTS = 161
_BEYOND, _LEAST_RISE = 1.5, 0.2
_AT_ONCE = 4  # curves drawn in one frame while a run is live


@dataclass(frozen=True, eq=False)
class Slices:
    """Curves along some weights through one point.

    Attributes:
        weights: The point, scaled, shape (K,).
        pieces: By weight, counted from 0.
        problem: Whose loss.
        is_sampled: Whether only a random sample of the rows was read.
    """

    weights: FloatArray
    pieces: dict[int, Slice]
    problem: Problem
    is_sampled: bool = False


def slicing(
    problem: Problem, weights: FloatArray, values: dict[int, FloatArray], is_original: bool, sampled: int = 0
) -> Callable[[Ticket], Slices]:
    """Make the job that computes the loss along some weights at their ``values``; on a sample of rows if not 0."""

    def job(ticket: Ticket) -> Slices:
        rows = sample_rows(problem, sampled) if sampled else None
        pieces: dict[int, Slice] = {}

        def compute(index: int) -> None:
            pieces[index] = loss_slice(
                problem, weights, index, values[index], original=is_original, cancel=ticket.flag, rows=rows
            )

        first, *others = values
        compute(first)
        if problem.is_quadratic:
            for index in others:
                compute(index)
        for start in range(0, len(others), cores()):
            if not ticket.is_cancelled() and not problem.is_quadratic:
                in_parallel([partial(compute, index) for index in others[start : start + cores()]])
        return Slices(weights, pieces, problem, 0 < sampled < problem.row_count)

    return job


class CurvesPresenter:
    """Keeps the ranges and the computed curves of a :class:`CurveView`. Main thread only.

    Args:
        session: What is drawn.
        view: Where.
        label: Returns the axis label of a weight.
    """

    def __init__(self, session: Session, view: CurveView, label: Callable[[int], str]) -> None:
        self._session = session
        self._view = view
        self._label = label
        self._is_original = False
        self._indices = range(0)
        self.slices: dict[int, Slice] = {}
        self._computed: Slices | None = None
        self._squares: SquareMemory | None = None
        self._is_fresh = True
        self._turn = 0
        self._directions = np.empty((0, 0))
        self._centre = np.empty(0)
        self._reach = np.empty(0)

    def reset(self, choice: LandscapeChoice) -> None:
        """Begin anew with the weights on the chosen page, in ranges that suit them."""
        self._is_original = choice.is_original
        first = choice.page * self._view.capacity
        self._indices = range(first, min(first + self._view.capacity, self._session.problem.weight_count))
        self.leave()
        self._turn, self._is_fresh = 0, True
        self._view.reset(self._indices)
        self._measure()
        for index in self._indices:
            self._view.include(
                index, self._centre[index] - self._reach[index], self._centre[index] + self._reach[index]
            )

    def follow_edits(self) -> None:
        """Go on in the same ranges after rows were edited, with room for the minimum where it is now."""
        self._measure()
        for index in self._indices:
            self._view.include(index, self._centre[index], self._centre[index])

    def _measure(self) -> None:
        """Find the middle of each curve, and how far it reaches to be as high as the others."""
        problem, session = self._session.problem, self._session
        units = np.eye(problem.weight_count)
        self._directions = problem.scaling.direction_to_scaled(units) if self._is_original else units
        self._centre = self._coordinates(problem.least_squares.weights)
        has_descended = session.state.loss <= session.history.losses[0]
        seen = session.state.weights if has_descended else session.history.weights[0]
        away = np.abs(self._coordinates(seen) - self._centre)
        with np.errstate(all="ignore"):  # all curves rise equally high: a good way further up than the ball is
            curvatures = np.einsum("ij,jk,ik->i", self._directions, problem.least_squares.H, self._directions)
            heights = 0.5 * curvatures * (_BEYOND * away) ** 2
            rise = max(float(np.nan_to_num(heights, posinf=0.0).max()), _LEAST_RISE * problem.target_power)
            natural = np.sqrt(2.0 * rise / curvatures)
        self._reach = np.where(np.isfinite(natural) & (natural > 0), natural, np.maximum(_BEYOND * away, 1.0))

    def leave(self) -> None:
        """Keep nothing and ask for nothing: no curves are looked at."""
        self.slices, self._computed = {}, None
        self._session.workers.views.cancel(SLICES)

    def draw(self, pending: Pending) -> None:
        """Draw the present state, with the ``pending`` step: all curves at rest, a few in turn while running."""
        self._squares = pending.squares
        session = self._session
        problem, state = session.problem, session.state
        if not self._indices:
            return
        self._follow(self._coordinates(state.weights))
        count = min(_AT_ONCE, len(self._indices)) if session.is_running and self.slices else len(self._indices)
        due = list(islice(cycle(self._indices), self._turn, self._turn + count))
        self._turn = (self._turn + count) % len(self._indices)
        if problem.is_quadratic:
            values = self._values(due)
            self.slices.update(slicing(problem, state.weights, values, self._is_original)(Ticket(SLICES, 0)).pieces)
        else:
            self._ask()
        self._grow_losses()
        self._view.set_dimmed(not self.slices)
        parts = pending.parts(self._coordinates)
        for index in due:
            if index in self.slices:
                self._view.show_picture(self._picture(self.slices[index], pending.arrows, parts))

    def take(self, result: Result) -> None:
        """Use what the worker computed."""
        self._computed = result.value
        self.slices = dict(result.value.pieces)

    def place(self, index: int, coordinate: float) -> FloatArray:
        """Return the scaled weights at a coordinate of the curve of weight ``index``."""
        state, problem = self._session.state, self._session.problem
        line = weight_section(problem, state.weights, [index], original=self._is_original)
        return line.weights(np.array([coordinate]))

    def _coordinates(self, weights: FloatArray) -> FloatArray:
        return self._session.problem.original_weights(weights) if self._is_original else weights

    def _values(self, indices: list[int] | range) -> dict[int, FloatArray]:
        return {index: np.linspace(*self._view.x_bounds(index), _POINTS) for index in indices}

    def _follow(self, point: FloatArray) -> None:
        """Let the ranges follow the point, but not into the far reaches of a diverging run."""
        for index in self._indices:
            if abs(point[index] - self._centre[index]) < FAR * self._reach[index]:
                self._view.include(index, float(point[index]), float(point[index]))

    def _grow_losses(self) -> None:
        """Let the losses' range hold the ball, and the whole of a single curve; of many, as they are at first."""
        problem, state = self._session.problem, self._session.state
        if (problem.weight_count == 1 or self._is_fresh) and self.slices:
            self._is_fresh = False
            for piece in self.slices.values():
                finite = piece.losses[np.isfinite(piece.losses)]
                if finite.size:
                    self._view.include_losses(float(finite.min()), float(finite.max()))
        lowest = min(problem.least_squares.loss if problem.is_quadratic else state.loss, state.loss)
        self._view.include_losses(lowest, lowest)

    def _ask(self) -> None:
        """Ask the worker for curves, one request after the other; a single weight's curve only where it moves.

        Where there are many rows a sample of them comes first, and all of them once the curves stay as they are.
        """
        session = self._session
        problem, weights = session.problem, session.state.weights
        if session.workers.views.is_busy(SLICES):
            return
        values, done = self._values(self._indices), self._computed
        is_known = (
            done is not None
            and done.problem is problem
            and all(
                index in done.pieces and np.array_equal(done.pieces[index].values, along)
                for index, along in values.items()
            )
        )
        is_known = is_known and (len(weights) == 1 or (done is not None and np.array_equal(done.weights, weights)))
        if is_known and not (done is not None and done.is_sampled):
            return
        sampled = 0 if is_known or problem.row_count <= MOST_AT_ONCE else MOST_AT_ONCE
        session.workers.views.submit(SLICES, slicing(problem, weights, values, self._is_original, sampled))
        session.clock.start()

    def _picture(self, piece: Slice, arrows: StepArrows | None, parts: StepParts | None) -> CurvePicture:
        session = self._session
        problem, state, index = session.problem, session.state, piece.index
        is_single = problem.weight_count == 1
        path, end = None, None
        if is_single:
            path = self._coordinates(session.history.weights)[:, 0], session.history.losses
        if arrows is not None:
            end = float(self._coordinates(arrows.landing)[index]), arrows.loss if is_single else np.nan
        slopes = self._directions @ state.gradient
        note = ""
        if is_single:
            note = f"slope {compact(float(slopes[index]), 3)}"
        elif not is_flat(state):
            note = f"{100 * _share(state.gradient, index):.0f} % of the slope"
        return CurvePicture(
            index,
            self._label(index),
            piece.values,
            piece.losses,
            float(self._coordinates(state.weights)[index]),
            state.loss,
            float(slopes[index]),
            piece.minimum,
            path,
            end,
            note,
            f"minimum: loss {compact(piece.minimum[1])}" if is_single and piece.minimum else "",
            None if parts is None else parts.along(index),
            self._squares,
        )


def _share(gradient: FloatArray, index: int) -> float:
    """Return this weight's part of the squared length of the gradient; all parts sum to 1."""
    largest = float(np.abs(gradient).max())
    if not (0 < largest < np.inf):
        return 0.0
    parts = (gradient / largest) ** 2
    return float(parts[index] / parts.sum())
