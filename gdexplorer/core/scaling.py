"""Scaling: the parametrisation in which the weights are trained, and the exact way back to original units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from gdexplorer.core.dataset import FloatArray


class Scaling(StrEnum):
    """What is done to each column, and to the target, before training."""

    NONE = "none"
    DIVIDE = "divide"
    STANDARDISE = "standardise"

    @property
    def sentence(self) -> str:
        """What it does, in words."""
        return {
            Scaling.NONE: "Columns as they are in the file.",
            Scaling.DIVIDE: "Each column divided by its standard deviation.",
            Scaling.STANDARDISE: "Each column centred, then divided by its standard deviation. "
            "Without a bias it is only divided, since centring would change the model.",
        }[self]


@dataclass(frozen=True, eq=False)
class ScalingMap:
    """The affine map between original and scaled columns, and between their weights.

    A scaled column is ``(x − centre) / spread``. With ŷ = Σ wₖxₖ the same prediction in both, the weights are
    ``wₖ = spread_y · w̃ₖ / spreadₖ``, and the bias takes up what the centres leave over.

    Attributes:
        centres: Shape (K,); 0 for the bias and wherever columns are not centred.
        spreads: Shape (K,); 1 for the bias and for constant columns.
        target_centre: As for columns.
        target_spread: As for columns.
        bias: Index of the bias among the K terms, or None.
    """

    centres: FloatArray
    spreads: FloatArray
    target_centre: float
    target_spread: float
    bias: int | None

    def to_original(self, scaled: FloatArray) -> FloatArray:
        """Return weights in original units; shape (…, K) to (…, K)."""
        weights = scaled * (self.target_spread / self.spreads)
        if self.bias is not None:
            others = np.delete(weights, self.bias, axis=-1)
            moved = others @ np.delete(self.centres, self.bias)
            weights[..., self.bias] += self.target_centre - moved
        return weights

    def to_scaled(self, original: FloatArray) -> FloatArray:
        """Return the weights to train; the inverse of :meth:`to_original`."""
        weights = np.array(original, dtype=np.float64)
        if self.bias is not None:
            others = np.delete(weights, self.bias, axis=-1)
            moved = others @ np.delete(self.centres, self.bias)
            weights[..., self.bias] -= self.target_centre - moved
        return weights * (self.spreads / self.target_spread)

    def direction_to_scaled(self, original: FloatArray) -> FloatArray:
        """Return how the weights to train change where the original ones change by ``original``; (…, K) to (…, K)."""
        return replace(self, target_centre=0.0).to_scaled(original)

    def direction_to_original(self, scaled: FloatArray) -> FloatArray:
        """Return how the original weights change where those to train change by ``scaled``; (…, K) to (…, K)."""
        return replace(self, target_centre=0.0).to_original(scaled)

    def prediction_to_original(self, scaled: FloatArray) -> FloatArray:
        """Return predictions, or target values, in the target's unit."""
        return scaled * self.target_spread + self.target_centre


def fit_scaling(columns: FloatArray, target: FloatArray, scaling: Scaling, bias: int | None) -> ScalingMap:
    """Return the map that ``scaling`` means for these data.

    Args:
        columns: Shape (K, rows), original units.
        target: Shape (rows,), original units.
        scaling: The user's choice.
        bias: Index of the bias row among the columns, or None; only with it are columns centred.
    """
    used = [*(column for index, column in enumerate(columns) if index != bias), target]
    found = [(0.0, 1.0) if scaling is Scaling.NONE else _mean_and_spread(values) for values in used]
    means, spreads = np.array(found).T
    return scaling_by(means, spreads, scaling, bias)


def scaling_by(means: FloatArray, spreads: FloatArray, scaling: Scaling, bias: int | None) -> ScalingMap:
    """Return the map that ``scaling`` means for variables of these means and standard deviations.

    Args:
        means: Of the terms but for the bias, in their order, and of the target last.
        spreads: As for the means; 1 for constants.
        scaling: The user's choice.
        bias: Index of the bias among the terms, or None.
    """
    if scaling is Scaling.NONE:
        spreads = np.ones_like(spreads)
    centres = means if scaling is Scaling.STANDARDISE and bias is not None else np.zeros_like(means)
    *centres_of_terms, target_centre = centres.tolist()
    *spreads_of_terms, target_spread = spreads.tolist()
    if bias is not None:
        centres_of_terms.insert(bias, 0.0)
        spreads_of_terms.insert(bias, 1.0)
    return ScalingMap(np.array(centres_of_terms), np.array(spreads_of_terms), target_centre, target_spread, bias)


def _mean_and_spread(values: FloatArray) -> tuple[float, float]:
    """Return mean and (population) standard deviation, the latter 1 for a constant column.

    Values are first divided by their largest, so that squares of 1e200 do not overflow.
    """
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low, 1.0
    largest = max(abs(low), abs(high))
    relative = values / largest
    mean = float(relative.mean())
    spread = float(np.sqrt(np.mean((relative - mean) ** 2)))
    return mean * largest, spread * largest or 1.0
