"""The loss along one weight, the others held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.kernels import BLOCK_ROWS
from gdexplorer.core.losses import losses_and_slopes
from gdexplorer.core.problem import Problem

_REFINED_POINTS = 65


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


def loss_slice(problem: Problem, weights: FloatArray, index: int, values: FloatArray) -> Slice:
    """Compute the loss where weight ``index`` takes each of ``values`` and the others stay at ``weights``.

    The squared error follows from its quadratic form about the minimum, whatever the number of rows; other losses
    read all rows once for each value, and find their lowest point among ``values`` and finer ones beside it.
    """
    with np.errstate(all="ignore"):
        if problem.is_quadratic:
            losses, minimum = _quadratic_slice(problem, weights, index, values)
        else:
            losses = _rows_slice(problem, weights, index, values)
            minimum = None
            if np.isfinite(losses).any():
                lowest = int(np.nanargmin(losses))
                ends = values[max(lowest - 1, 0)], values[min(lowest + 1, len(values) - 1)]
                finer = np.append(np.linspace(*ends, _REFINED_POINTS), values[lowest])
                found = _rows_slice(problem, weights, index, finer)
                best = int(np.nanargmin(found))
                minimum = float(finer[best]), float(found[best])
    return Slice(index, values, losses, minimum)


def _quadratic_slice(
    problem: Problem, weights: FloatArray, index: int, values: FloatArray
) -> tuple[FloatArray, tuple[float, float] | None]:
    """Return losses and lowest point, expanded about the minimum: about a far-off point they would cancel."""
    exact = problem.least_squares
    away = weights - exact.weights
    away[index] = 0.0
    pull = exact.H @ away
    base, slope, curvature = exact.loss + 0.5 * (away @ pull), pull[index], exact.H[index, index]
    moved = values - exact.weights[index]
    losses = base + moved * (slope + 0.5 * curvature * moved)
    if not curvature > 0:
        return losses, None
    lowest = -slope / curvature
    return losses, (float(exact.weights[index] + lowest), float(base + 0.5 * slope * lowest))


def _rows_slice(problem: Problem, weights: FloatArray, index: int, values: FloatArray) -> FloatArray:
    residuals = weights @ problem.X - problem.y
    losses = np.empty(len(values))
    moves = values - weights[index]
    _line_losses(problem.loss.code, problem.delta, residuals, problem.X[index], moves, losses)
    return losses


@compiled
def _line_losses(
    code: int,
    delta: float,
    residuals: FloatArray,
    direction: FloatArray,
    moves: FloatArray,
    losses: FloatArray,
) -> None:
    """Write the mean loss of ``residuals + move · direction`` for each move."""
    rows = residuals.shape[0]
    buffer = np.empty(BLOCK_ROWS)
    losses[:] = 0.0
    for first in range(0, rows, BLOCK_ROWS):
        size = min(BLOCK_ROWS, rows - first)
        for at in range(moves.shape[0]):
            for i in range(size):
                buffer[i] = residuals[first + i] + moves[at] * direction[first + i]
            losses[at] += losses_and_slopes(code, delta, buffer, size)
    for at in range(moves.shape[0]):
        losses[at] /= rows
