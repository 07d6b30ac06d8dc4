"""Flat pieces of weight space: a line or a plane to draw the loss over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.problem import Problem


@dataclass(frozen=True, eq=False)
class Section:
    """A flat piece of weight space: weights = origin + coordinates @ directions. Scaled weights.

    Attributes:
        origin: The weights at coordinates 0, shape (K,).
        directions: Shape (d, K): d = 1 for a line, d = 2 for a plane; linearly independent.
    """

    origin: FloatArray
    directions: FloatArray

    @property
    def dimension(self) -> int:
        """How many coordinates there are: d."""
        return int(self.directions.shape[0])

    @property
    def is_whole(self) -> bool:
        """Whether every weight vector lies in it: d = K."""
        return bool(self.dimension == self.directions.shape[1])

    def weights(self, coordinates: FloatArray) -> FloatArray:
        """Return the weights at ``coordinates``; shape (…, d) to (…, K)."""
        with np.errstate(all="ignore"):
            return np.asarray(self.origin + np.asarray(coordinates) @ self.directions)

    def coordinates(self, weights: FloatArray) -> FloatArray:
        """Return the coordinates of the section's point nearest to ``weights``; shape (…, K) to (…, d)."""
        lengths, Q, R = self._factors
        with np.errstate(all="ignore"):
            # The second pass makes up for what the first lost where the directions are nearly parallel (Skeel (1980),
            # Iterative refinement implies numerical stability for Gaussian elimination, Math. Comp. 35).
            found = np.zeros((*np.shape(weights)[:-1], self.dimension))
            for _ in range(2):
                missed = np.asarray(weights) - self.weights(found)
                found = found + _solved(R, missed @ Q) / lengths
            return found

    @cached_property
    def _factors(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Lengths of the directions, and Householder's Q, R of the directions brought to one length."""
        lengths = np.abs(self.directions).max(axis=1)
        Q, R = np.linalg.qr((self.directions / lengths[:, None]).T)
        return lengths, Q, R


def _solved(R: FloatArray, goals: FloatArray) -> FloatArray:
    """Solve R x = goal with an upper triangle R for each goal of shape (…, d)."""
    found = np.empty_like(goals)
    for i in reversed(range(R.shape[0])):
        found[..., i] = (goals[..., i] - found[..., i + 1 :] @ R[i, i + 1 :]) / R[i, i]
    return found


def weight_section(problem: Problem, point: FloatArray, indices: Sequence[int], *, original: bool = False) -> Section:
    """Return the section in which some weights vary and the others are held; its coordinates are those weights.

    Args:
        problem: Whose weights.
        point: Scaled weights that the section goes through, shape (K,).
        indices: The weights that vary, one or two of them.
        original: Whether the coordinates are weights in original units, the other *original* weights being held.
            Where columns are centred the scaled bias then moves along with them.
    """
    chosen = list(indices)
    units = np.eye(problem.weight_count)[chosen]
    origin = np.array(point, dtype=np.float64)
    if original:
        held = problem.original_weights(origin)
        held[chosen] = 0.0
        start = problem.scaling.to_scaled(held)
        if problem.bias is not None:
            origin[problem.bias] = start[problem.bias]
        units = problem.scaling.direction_to_scaled(units)
    varied = [index for index in chosen if not (original and index == problem.bias)]
    origin[varied] = 0.0
    return Section(frozen_array(origin), frozen_array(units))
