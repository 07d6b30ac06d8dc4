"""How the loss bends at a point: its Hessian, and the directions in which it bends most and least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.losses import second_derivatives
from gdexplorer.core.problem import Problem
from gdexplorer.core.section import Section

_BLOCK_ROWS = 8192  # a block of 64 terms is worked through in a few milliseconds


@dataclass(frozen=True, eq=False)
class Directions:
    """The plane through a point in which the loss bends most and least.

    Attributes:
        section: Through the point; its directions are orthonormal, the steepest first, the flattest second.
        steepest: Curvature along the first: the largest eigenvalue of the Hessian there.
        flattest: Curvature along the second: the smallest one; never negative, since every loss here is convex.
    """

    section: Section
    steepest: float
    flattest: float


def hessian_at(problem: Problem, weights: FloatArray, cancel: NDArray[np.int64] | None = None) -> FloatArray | None:
    """Return the second derivatives of the loss by the weights, shape (K, K), at ``weights``, shape (K,).

    They are the same everywhere for the squared error; those of other losses take a pass over the rows.

    Args:
        problem: Whose loss.
        weights: Where.
        cancel: Shape (1,); another thread may set it to 1 to end the call early.

    Returns:
        None for the absolute error, which has no second derivative, and where cancelled. May hold infinities or NaN.
    """
    if problem.is_quadratic:
        return problem.hessian()
    total = np.zeros((problem.weight_count, problem.weight_count))
    with np.errstate(all="ignore"):
        for first in range(0, problem.row_count, _BLOCK_ROWS):
            X, y = problem.X[:, first : first + _BLOCK_ROWS], problem.y[first : first + _BLOCK_ROWS]
            bends = second_derivatives(problem.loss, problem.delta, weights @ X - y)
            if bends is None or (cancel is not None and cancel[0]):
                return None
            total += (X * bends) @ X.T
        return total / problem.row_count


def hessian_directions(
    problem: Problem, weights: FloatArray, cancel: NDArray[np.int64] | None = None
) -> Directions | None:
    """Find the directions in which the loss bends most and least at ``weights``, shape (K,).

    Signs are fixed: the largest component of each direction is positive. Curvatures of the squared error are right
    to the last digits (by orthogonal factors); of others to about 1e-15 of the steepest.

    Returns:
        None where K < 2, and where there is no Hessian or it is not finite.
    """
    hessian = hessian_at(problem, weights, cancel) if problem.weight_count > 1 else None
    if hessian is None or not np.isfinite(hessian).all():
        return None
    curvatures, axes = np.linalg.eigh(hessian)
    if problem.is_quadratic:
        curvatures = problem.least_squares.curvatures
    chosen = axes.T[[-1, 0]]
    largest = chosen[[0, 1], np.abs(chosen).argmax(axis=1)]
    chosen *= np.where(largest < 0, -1.0, 1.0)[:, None]
    section = Section(frozen_array(np.array(weights)), frozen_array(chosen))
    return Directions(section, float(curvatures[-1]), max(float(curvatures[0]), 0.0))
