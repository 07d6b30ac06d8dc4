"""The loss of a model on the rows that were kept out of training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.landscape import mean_losses
from gdexplorer.core.problem import Problem

#: Of so many held-out rows at most is a loss other than the squared error computed, unless told otherwise.
MOST_ROWS = 20_000


def is_quick(problem: Problem) -> bool:
    """Whether the held-out loss follows without reading rows: for the squared error."""
    held = problem.held_out
    return held is not None and problem.loss.key == "mse" and held.is_quadratic


def is_sampled(problem: Problem, most_rows: int = MOST_ROWS) -> bool:
    """Whether :func:`held_out_losses` looks at a random sample of the held-out rows."""
    held = problem.held_out
    return held is not None and held.row_count > most_rows and not is_quick(problem)


def held_out_losses(
    problem: Problem,
    points: FloatArray,
    cancel: NDArray[np.int64] | None = None,
    most_rows: int = MOST_ROWS,
) -> FloatArray:
    """Compute the problem's loss over its held-out rows at each of ``points``, shape (n, K); shape (n,).

    The squared error follows from a quadratic form in these rows. Other losses read them, without the GIL; of more
    than ``most_rows`` a fixed random sample. All NaN where there are none, and where cancelled.
    """
    held = problem.held_out
    if held is None:
        return np.full(len(points), np.nan)
    if is_quick(problem):
        return held.squared_errors(points)
    X, y = held.X, held.y
    if held.row_count > most_rows:
        chosen = np.sort(np.random.default_rng(0).choice(held.row_count, most_rows, replace=False, shuffle=False))
        X, y = frozen_array(X[:, chosen]), frozen_array(y[chosen])
    losses = np.empty((len(points), 1))
    mean_losses(
        problem.loss.code,
        problem.delta,
        X,
        y,
        np.zeros(problem.weight_count),
        np.eye(problem.weight_count),
        np.array(points, dtype=np.float64, order="C"),
        np.zeros(1),
        losses,
        np.zeros(1, dtype=np.int64) if cancel is None else cancel,
    )
    return losses[:, 0]
