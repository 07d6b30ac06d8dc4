"""The loss along one weight, the others held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.kernels import BLOCK_ROWS
from gdexplorer.core.losses import losses_and_slopes
from gdexplorer.core.problem import Problem


@dataclass(frozen=True, eq=False)
class Slice:
    """The loss along weight ``index`` through a point.

    Attributes:
        index: Which weight varies.
        values: Of that weight, shape (n,), ascending.
        losses: Shape (n,); infinite where they overflow.
    """

    index: int
    values: FloatArray
    losses: FloatArray


def loss_slice(problem: Problem, weights: FloatArray, index: int, values: FloatArray) -> Slice:
    """Compute the loss where weight ``index`` takes each of ``values`` and the others stay at ``weights``.

    The squared error follows from its quadratic form, whatever the number of rows; other losses read all rows
    once for each value.
    """
    with np.errstate(all="ignore"):
        if problem.is_quadratic:
            loss, gradient = problem.evaluate(weights)
            moved = values - weights[index]
            losses = loss + moved * (gradient[index] + 0.5 * moved * problem.least_squares.H[index, index])
        else:
            residuals = weights @ problem.X - problem.y
            losses = np.empty(len(values))
            _line_losses(problem.loss.code, problem.delta, residuals, problem.X[index], values - weights[index], losses)
    return Slice(index, values, losses)


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
