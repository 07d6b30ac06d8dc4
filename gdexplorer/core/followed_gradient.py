"""The gradient that training follows: that of the loss, clipped, with weight decay."""

from __future__ import annotations

import math

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray

#: Squares below have lost digits.
_TINY = 1e-280


@compiled
def shape_slopes(slopes: FloatArray, weights: FloatArray, at: int, clip: float, decay: float) -> None:
    """Turn the gradient of the loss into the one to follow: shorten what is too long, then add the decay.

    As PyTorch does by ``torch.nn.utils.clip_grad_norm_`` and, within the step, by ``weight_decay``.

    Args:
        slopes: g, shape (K,), changed.
        weights: Shape (…, K); row ``at`` is w.
        at: Which row.
        clip: A longer gradient is multiplied by ``clip``/(its length + 1e-6); 0 for never.
        decay: λ: λw is added; 0 for none.
    """
    if clip == 0.0 and decay == 0.0:
        return
    count = slopes.shape[0]
    factor = 1.0
    if clip != 0.0:
        largest, square = 0.0, 0.0
        for k in range(count):
            largest = max(largest, abs(slopes[k]))
        if largest > 0.0:
            for k in range(count):
                share = slopes[k] / largest  # so that no square leaves the range of numbers
                square += share * share
            factor = min(1.0, clip / (largest * math.sqrt(square) + 1e-6))
    for k in range(count):
        slopes[k] = factor * slopes[k] + decay * weights[at, k]


@compiled
def followed_norm(gradient: FloatArray, weights: FloatArray, at: int, decay: float) -> float:
    """Return |g + λw|, for row ``at`` of ``gradient`` and ``weights``, shape (…, K)."""
    largest, square = 0.0, 0.0
    for k in range(weights.shape[1]):
        slope = gradient[at, k] + decay * weights[at, k]
        square += slope * slope
        largest = max(largest, abs(slope))
    if _TINY < square < math.inf or not 0.0 < largest < math.inf:
        return math.sqrt(square)
    square = 0.0
    for k in range(weights.shape[1]):
        share = (gradient[at, k] + decay * weights[at, k]) / largest  # whose square stays in the range of numbers
        square += share * share
    return largest * math.sqrt(square)
