"""The loss over a section of weight space, and at any points of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.kernels import BLOCK_ROWS
from gdexplorer.core.losses import losses_and_slopes
from gdexplorer.core.problem import Problem
from gdexplorer.core.section import Section, weight_section

_REFINED_POINTS = 65
# Curvature of a direction, against that of the steepest with columns of one length, at which it counts as flat: what
# rounding leaves of a zero.
_FLAT = 64 * np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows to evaluate on: all of a problem's, or a sample of them.

    Attributes:
        X: Scaled terms, shape (K, n), C-contiguous.
        y: Scaled target, shape (n,).
    """

    X: FloatArray
    y: FloatArray


def sample_rows(problem: Problem, count: int, seed: int = 0) -> Rows:
    """Draw ``count`` rows at random, none twice; all rows where there are no more. The same ones for the same seed."""
    if count >= problem.row_count:
        return Rows(problem.X, problem.y)
    chosen = np.random.default_rng(seed).choice(problem.row_count, count, replace=False, shuffle=False)
    chosen.sort()
    return Rows(frozen_array(problem.X[:, chosen]), frozen_array(problem.y[chosen]))


def section_losses(
    problem: Problem,
    section: Section,
    axes: tuple[FloatArray, ...],
    cancel: NDArray[np.int64] | None = None,
    rows: Rows | None = None,
) -> FloatArray:
    """Compute the loss on the grid that ``axes`` span in the section.

    The squared error follows from its quadratic form, whatever the number of rows; other losses read the rows in
    blocks, without the GIL, in memory that depends on K and the grid only.

    Args:
        problem: Whose loss.
        section: Where.
        axes: The coordinates along each of its directions.
        cancel: Shape (1,); another thread may set it to 1 to end the call within milliseconds.
        rows: Evaluate the loss on these instead of all; the squared error is exact all the same.

    Returns:
        Shape (len(axes[0]),) on a line, (len(axes[1]), len(axes[0])) on a plane. Infinite where the loss overflows,
        all NaN where cancelled.
    """
    first, *others = axes
    shape = (*(len(axis) for axis in reversed(others)), len(first))
    if problem.is_quadratic:
        return _SectionForm(problem, section).losses(axes) if math.prod(shape) else np.empty(shape)
    starts = np.zeros((math.prod(shape[:-1]), section.dimension))
    if others:
        starts[:, 1] = others[0]
    return _row_losses(problem, section, starts, first, cancel, rows).reshape(shape)


def losses_at(
    problem: Problem,
    points: FloatArray,
    cancel: NDArray[np.int64] | None = None,
    rows: Rows | None = None,
) -> FloatArray:
    """Compute the loss at each of ``points``, shape (n, K), as :func:`section_losses` does; shape (n,)."""
    if problem.is_quadratic:
        with np.errstate(all="ignore"):
            exact = problem.least_squares
            away = points - exact.weights
            losses = exact.loss + 0.5 * ((away @ exact.H) * away).sum(axis=1)
            return np.where(np.isnan(losses), np.inf, losses)
    count = problem.weight_count
    everywhere = Section(np.zeros(count), np.eye(count))
    return _row_losses(problem, everywhere, points, np.zeros(1), cancel, rows)[:, 0]


def section_minimum(problem: Problem, section: Section) -> tuple[FloatArray, float] | None:
    """Return coordinates, shape (d,), and loss of the section's lowest point, for the squared error.

    None for other losses, where it is not known exactly, and where the loss does not change along some direction of
    the section, so that there is no such single point.
    """
    return _SectionForm(problem, section).minimum if problem.is_quadratic else None


class _SectionForm:
    """The squared error on a section: a quadratic form in the coordinates.

    Attributes:
        curvature: Second derivatives by the coordinates, shape (d, d).
        lowest: Coordinates where the loss is smallest, shape (d,); of those next to the problem's minimum if many.
        is_curved: Whether no other coordinates are as good.
    """

    def __init__(self, problem: Problem, section: Section) -> None:
        self._exact = problem.least_squares
        self._section = section
        with np.errstate(all="ignore"):
            self._pulls = section.directions @ self._exact.H
            self.curvature = self._pulls @ section.directions.T
            self.lowest = section.coordinates(self._exact.weights)
            if section.is_whole:
                self.is_curved = self._exact.is_unique
            else:
                self.is_curved = self._descend()

    def _descend(self) -> bool:
        """Move ``lowest`` from the foot of the problem's minimum; return whether there is no other such point."""
        lengths = np.sqrt(np.diag(self.curvature))
        lengths[~(lengths > 0)] = 1.0
        relative = self.curvature / lengths / lengths[:, None]
        if not np.isfinite(relative).all():
            return False  # too steep to tell
        sizes, axes = np.linalg.eigh(relative)
        kept = sizes > _FLAT
        steps = (axes[:, kept] / sizes[kept]) @ axes[:, kept].T / lengths / lengths[:, None]
        for _ in range(2):  # Newton's step is exact; the second makes up for the rounding of the first
            self.lowest = self.lowest - steps @ self._loss_and_slopes(self.lowest)[1]
        return bool(kept.all())

    @property
    def minimum(self) -> tuple[FloatArray, float] | None:
        """The lowest point and its loss, where there is one such point."""
        with np.errstate(all="ignore"):
            loss = self._loss_and_slopes(self.lowest)[0]
        return (self.lowest, loss) if self.is_curved and math.isfinite(loss) else None

    def losses(self, axes: tuple[FloatArray, ...]) -> FloatArray:
        """Return the loss on a grid, expanded about the lowest point of its ground.

        From there the loss only rises, and no large terms cancel, wherever the grid lies and however flat it is.
        """
        with np.errstate(all="ignore"):
            base = self._lowest_within(np.array([axis.min() for axis in axes]), np.array([axis.max() for axis in axes]))
            loss, slopes = self._loss_and_slopes(base)
            losses = np.asarray(loss)
            moves = np.meshgrid(*(axis - middle for axis, middle in zip(axes, base, strict=True)), sparse=True)
            for i, move in enumerate(moves):
                pull = np.asarray(2.0 * slopes[i])
                for j, other in enumerate(moves):
                    pull = pull + self.curvature[i, j] * other
                losses = losses + 0.5 * move * pull
            losses[np.isnan(losses)] = np.inf
            return losses

    def _loss_and_slopes(self, coordinates: FloatArray) -> tuple[float, FloatArray]:
        away = (self._section.origin - self._exact.weights) + coordinates @ self._section.directions
        return self._exact.loss + 0.5 * float(away @ self._exact.H @ away), self._pulls @ away

    def _lowest_within(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Return where the loss is smallest in the box between two corners, shape (d,) each."""
        if not ((self.lowest < low) | (self.lowest > high)).any():
            return self.lowest
        tried = []
        for fixed in range(len(low)):
            for corner in (low, high):
                point = corner.copy()  # from the corner to the lowest point of the plane's edge, of a line its end
                for free in range(len(low)):
                    if free != fixed and self.curvature[free, free] > 0:
                        step = self._loss_and_slopes(point)[1][free] / self.curvature[free, free]
                        point[free] = np.clip(point[free] - step, low[free], high[free])
                tried.append(point)
        losses = [self._loss_and_slopes(point)[0] for point in tried]
        return tried[int(np.argmin(np.nan_to_num(losses, nan=np.inf)))]


def _row_losses(
    problem: Problem,
    section: Section,
    starts: FloatArray,
    values: FloatArray,
    cancel: NDArray[np.int64] | None,
    rows: Rows | None,
) -> FloatArray:
    """Compute the loss from each start, shape (m, d), on along the first direction; shape (m, len(values))."""
    X, y = (problem.X, problem.y) if rows is None else (rows.X, rows.y)
    losses = np.empty((len(starts), len(values)))
    mean_losses(
        problem.loss.code,
        problem.delta,
        X,
        y,
        np.array(section.origin, dtype=np.float64),
        np.array(section.directions, dtype=np.float64, order="C"),
        np.array(starts, dtype=np.float64, order="C"),
        np.array(values, dtype=np.float64),
        losses,
        np.zeros(1, dtype=np.int64) if cancel is None else cancel,
    )
    return losses


@compiled
def mean_losses(
    code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    origin: FloatArray,
    directions: FloatArray,
    starts: FloatArray,
    values: FloatArray,
    losses: FloatArray,
    cancel: NDArray[np.int64],
) -> None:
    """Write the mean loss at ``origin + start @ directions + value · directions[0]`` for each start and value.

    Args:
        code: Of the loss.
        delta: Its parameter.
        X: Shape (K, rows).
        y: Shape (rows,).
        origin: Shape (K,).
        directions: Shape (d, K).
        starts: Shape (m, d).
        values: Shape (n,).
        losses: Shape (m, n), written; infinite where the loss overflows, all NaN where cancelled.
        cancel: Shape (1,); anything but 0 ends the call after one more block of rows at one point.
    """
    count, rows = X.shape
    d = directions.shape[0]
    goal = np.empty(BLOCK_ROWS)
    projected = np.empty((d, BLOCK_ROWS))
    base = np.empty(BLOCK_ROWS)
    buffer = np.empty(BLOCK_ROWS)
    for m in range(starts.shape[0]):
        for n in range(values.shape[0]):
            losses[m, n] = 0.0
    for first in range(0, rows, BLOCK_ROWS):
        size = min(BLOCK_ROWS, rows - first)
        for i in range(size):
            goal[i] = -y[first + i]
        for j in range(d):
            for i in range(size):
                projected[j, i] = 0.0
        for k in range(count):
            w = origin[k]
            if w != 0.0:
                for i in range(size):
                    goal[i] += w * X[k, first + i]
            for j in range(d):
                w = directions[j, k]
                if w != 0.0:
                    for i in range(size):
                        projected[j, i] += w * X[k, first + i]
        for m in range(starts.shape[0]):
            if cancel[0] != 0:
                break
            for i in range(size):
                base[i] = goal[i]
            for j in range(d):
                w = starts[m, j]
                if w != 0.0:
                    for i in range(size):
                        base[i] += w * projected[j, i]
            for n in range(values.shape[0]):
                if cancel[0] != 0:
                    break
                w = values[n]
                for i in range(size):
                    buffer[i] = base[i] + w * projected[0, i]
                losses[m, n] += losses_and_slopes(code, delta, buffer, size)
        if cancel[0] != 0:
            break
    is_cancelled = cancel[0] != 0
    for m in range(starts.shape[0]):
        for n in range(values.shape[0]):
            if is_cancelled:
                losses[m, n] = math.nan
            elif math.isnan(losses[m, n]):
                losses[m, n] = math.inf
            else:
                losses[m, n] /= rows


def compile_landscape() -> None:
    """Make sure that the next landscape that reads rows does not have to compile. Takes a second at first."""
    one, cancel = np.zeros((1, 1)), np.zeros(1, dtype=np.int64)
    X, y = frozen_array(one), frozen_array(np.zeros(1))
    mean_losses(1, 1.0, X, y, np.zeros(1), one.copy(), one.copy(), np.zeros(1), one.copy(), cancel)


@dataclass(frozen=True, eq=False)
class Slice:
    """The loss along weight ``index`` through a point.

    Attributes:
        index: Which weight varies.
        values: Of that weight, shape (n,), ascending.
        losses: Shape (n,); infinite where they overflow.
        minimum: Weight and loss of the lowest point of this curve; None where there is none.
    """

    index: int
    values: FloatArray
    losses: FloatArray
    minimum: tuple[float, float] | None


def loss_slice(
    problem: Problem,
    weights: FloatArray,
    index: int,
    values: FloatArray,
    *,
    original: bool = False,
    cancel: NDArray[np.int64] | None = None,
    rows: Rows | None = None,
) -> Slice:
    """Compute the loss where weight ``index`` takes each of ``values`` and the others stay at ``weights``.

    With ``original`` the values are in original units, and so are the weights that stay. The lowest point is exact for
    the squared error; that of other losses is looked for among finer values beside the lowest of ``values``, if that
    one is not at an end. ``cancel`` and ``rows`` are as for :func:`section_losses`.
    """
    line = weight_section(problem, weights, [index], original=original)
    if problem.is_quadratic:
        form = _SectionForm(problem, line)
        exact = form.minimum
        return Slice(index, values, form.losses((values,)), None if exact is None else (float(exact[0][0]), exact[1]))
    losses = section_losses(problem, line, (values,), cancel, rows)
    minimum = None
    lowest = int(np.nanargmin(losses)) if np.isfinite(losses).any() else 0
    if 0 < lowest < len(values) - 1:
        finer = np.append(np.linspace(values[lowest - 1], values[lowest + 1], _REFINED_POINTS), values[lowest])
        found = section_losses(problem, line, (finer,), cancel, rows)
        best = int(np.argmin(found))
        minimum = float(finer[best]), float(found[best])
    return Slice(index, values, losses, minimum)
