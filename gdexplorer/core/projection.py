"""The plane that shows most of a path through many weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.landscape import losses_at
from gdexplorer.core.problem import Problem
from gdexplorer.core.section import Section

_LEAST_SPREAD = 1e-12


@dataclass(frozen=True, eq=False)
class PathPlane:
    """The plane nearest to all points of a path.

    Attributes:
        section: Through the path's mean, along its two main directions, which are orthonormal.
        share: Of the movement, the sum of squared deviations from the mean, that the plane shows; 0 to 1.
    """

    section: Section
    share: float


def path_plane(weights: FloatArray) -> PathPlane | None:
    """Find the plane nearest to the points of a path: their two main directions (Pearson (1901), On Lines and Planes).

    The directions point the way from the first point to the last. Orthogonal factors keep spreads right down to
    rounding, about 1e-16 of the largest; the points' Gram matrix would lose what is below 1e-8.

    Args:
        weights: Of the path, shape (n, K); points that are not finite are left out.

    Returns:
        None where K < 2, and where the path runs along a line but for rounding, so that there is no such plane.
    """
    points = weights[np.isfinite(weights).all(axis=1)]
    count = points.shape[1]
    if count < 2 or len(points) < 3:
        return None
    size = float(np.abs(points).max()) or 1.0
    moves = points / size  # neither squares nor sums overflow
    mean = moves.mean(axis=0)
    moves -= mean
    rest = moves.mean(axis=0)  # what rounding left over, which is a direction of its own where the path is short
    moves -= rest
    reach = float(np.abs(moves).max()) or 1.0
    _, spreads, directions = np.linalg.svd(np.linalg.qr(moves / reach, mode="r"), full_matrices=False)
    noise = np.finfo(float).eps * len(points) ** 0.5 / reach
    if not spreads[1] > max(_LEAST_SPREAD * spreads[0], noise):
        return None
    main = directions[:2]
    main *= _signs(main, moves[-1] - moves[0])[:, None]
    squares = spreads**2
    share = float(squares[:2].sum() / squares.sum())
    return PathPlane(Section(frozen_array((mean + rest) * size), frozen_array(main)), share)


def _signs(directions: FloatArray, way: FloatArray) -> FloatArray:
    """Return 1 or −1 for each direction: along ``way``, or where that says nothing along its largest component."""
    along = directions @ way
    largest = directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)]
    return np.where(np.where(along == 0, largest, along) < 0, -1.0, 1.0)


def plane_gaps(
    problem: Problem,
    section: Section,
    weights: FloatArray,
    losses: FloatArray,
    cancel: NDArray[np.int64] | None = None,
) -> FloatArray:
    """Return how far each recorded loss lies above the section's loss at the foot of its weights; shape (n,).

    Args:
        problem: Whose loss.
        section: Drawn instead of the path.
        weights: Recorded, shape (n, K).
        losses: Recorded, shape (n,).
        cancel: As for :func:`gdexplorer.core.landscape.losses_at`.
    """
    feet = weights if section.is_whole else section.weights(section.coordinates(weights))
    with np.errstate(invalid="ignore"):
        return losses - losses_at(problem, feet, cancel)
