"""How far down does it go along a line through weight space? Where the loss along the line is smallest.

Every loss here is convex, so its slope along a line never falls, and the minimum is where that slope passes 0.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.losses import losses_and_slopes

#: Rows handled at once.
_BLOCK_ROWS = 1024
#: How narrow the bracket around the minimum has to become, as a share of the way to it.
_NARROW = 1e-12
#: A slope is flat where it is this share of what adds up to it: rounding.
_FLAT = 16.0 * float(np.finfo(np.float64).eps)
#: How often the first guess may be halved, and the slope be looked at. Doubling leaves the range of numbers sooner.
_HALVINGS, _EVALUATIONS = 2.0**-128, 1400
_ABSOLUTE, _SQUARED = 1, 0


@compiled
def line_minimum(
    use_quadratic: bool,
    H: FloatArray,
    loss_code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    decay: float,
    weights: FloatArray,
    gradient: FloatArray,
    at: int,
    direction: FloatArray,
    cancel: NDArray[np.int64],
) -> float:
    """Return the α ≥ 0 for which L(w + αd) + ½λ|w + αd|² is smallest; NaN where cancelled.

    Args:
        use_quadratic: Whether ``H`` stands for the rows.
        H: Shape (K, K).
        loss_code: See :data:`gdexplorer.core.losses.LOSSES`.
        delta: Parameter of the loss.
        X: Shape (K, rows).
        y: Shape (rows,).
        decay: λ.
        weights: Shape (…, K); row ``at`` is w.
        gradient: Shape (…, K); row ``at`` is the gradient of L at w.
        at: Which row.
        direction: d, shape (K,).
        cancel: Shape (1,); anything but 0 ends a pass over the rows early.

    Returns:
        To a relative 1e-12; for the absolute error the kink at which the slope changes its sign. 0 where d does not
        lead down, or is flat.
    """
    count = direction.shape[0]
    longest = 0.0
    for k in range(count):
        longest = max(longest, abs(direction[k]))
    if not longest > 0.0:
        return 0.0
    unit = np.empty(count)  # so that no square leaves the range of numbers
    for k in range(count):
        unit[k] = direction[k] / longest
    slope, pull, stiffness = 0.0, 0.0, 0.0
    for k in range(count):
        slope += (gradient[at, k] + decay * weights[at, k]) * unit[k]
        pull += decay * weights[at, k] * unit[k]
        stiffness += decay * unit[k] * unit[k]
    if not slope < 0.0:
        return 0.0
    if not use_quadratic:
        return _along_rows(loss_code, delta, X, y, weights, at, unit, slope, pull, stiffness, cancel) / longest
    bend = stiffness
    for k in range(count):
        for j in range(count):
            bend += unit[k] * H[k, j] * unit[j]
    return -slope / bend / longest if bend > 0.0 else 0.0


@compiled
def _along_rows(
    loss_code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    weights: FloatArray,
    at: int,
    unit: FloatArray,
    slope: float,
    pull: float,
    stiffness: float,
    cancel: NDArray[np.int64],
) -> float:
    """Return how far it goes down along ``unit`` by the rows, each of which is projected onto the line once."""
    count, rows = X.shape
    line = np.empty((2, rows))
    for i in range(rows):
        line[0, i], line[1, i] = -y[i], 0.0
    for k in range(count):
        if cancel[0] != 0:
            return math.nan
        for i in range(rows):
            line[0, i] += weights[at, k] * X[k, i]
            line[1, i] += unit[k] * X[k, i]
    power = 0.0
    for i in range(rows):
        power += line[1, i] * line[1, i]
    # No loss but the squared error bends by more than 1, so the minimum is not nearer than this; but for the kinks of
    # the absolute error, for which it is a guess.
    bend = (2.0 if loss_code == _SQUARED else 1.0) * power / rows + stiffness
    if not bend > 0.0:
        return 0.0
    return _passing_zero(loss_code, delta, line, -slope / bend, slope, pull, stiffness, cancel)


@compiled
def _passing_zero(
    loss_code: int,
    delta: float,
    line: FloatArray,
    guess: float,
    slope: float,
    pull: float,
    stiffness: float,
    cancel: NDArray[np.int64],
) -> float:
    """Return where the slope passes 0, which is ``slope`` < 0 where the line begins; NaN where cancelled.

    A bracket is sought from ``guess`` on by doubling or halving. It is narrowed by the Illinois rule (Dowell, Jarratt
    (1971), A modified regula falsi method, BIT 11), and by halves where that is slow; by halves alone for the absolute
    error, whose slope is a staircase. The slope is looked at in one place, lest its code be compiled again and again.
    """
    buffer = np.empty(_BLOCK_ROWS)
    low, low_slope, high, high_slope = 0.0, slope, math.inf, 0.0
    point, width, slow, last_side = guess, math.inf, 0, 0
    for _ in range(_EVALUATIONS):
        found, size = _slope_at(loss_code, delta, line, point, pull, stiffness, buffer, cancel)
        if cancel[0] != 0:
            return math.nan
        if abs(found) <= _FLAT * size:
            return point
        if found < 0.0:
            low, low_slope = point, found
            if last_side < 0:
                high_slope *= 0.5
            last_side = -1
        else:
            high, high_slope = point, found
            if last_side > 0:
                low_slope *= 0.5
            last_side = 1
        if high == math.inf:
            point = 2.0 * low
        elif low == 0.0:
            if high < guess * _HALVINGS:
                return 0.0
            point = 0.5 * high
        else:
            slow = slow + 1 if high - low > 0.5 * width else 0
            width = high - low
            if width <= _NARROW * high:
                break
            point = low + width * (low_slope / (low_slope - high_slope))
            if loss_code == _ABSOLUTE or slow >= 2 or not low < point < high:
                point, slow = low + 0.5 * width, 0
    return low + 0.5 * (high - low) if high < math.inf else low


@compiled
def _slope_at(
    loss_code: int,
    delta: float,
    line: FloatArray,
    alpha: float,
    pull: float,
    stiffness: float,
    buffer: FloatArray,
    cancel: NDArray[np.int64],
) -> tuple[float, float]:
    """Return the slope along the line at ``alpha``, of the mean loss and the decay, and the size of what adds up to it.

    Args:
        loss_code: Of the loss.
        delta: Its parameter.
        line: Shape (2, rows): residuals where the line begins, and what they gain along it.
        alpha: How far along the line.
        pull: Slope of the decay where the line begins.
        stiffness: What the decay's slope gains along the line.
        buffer: Shape (_BLOCK_ROWS,), overwritten.
        cancel: Shape (1,); anything but 0 ends the pass early, and the slope means nothing then.
    """
    rows = line.shape[1]
    total, gross = 0.0, 0.0
    for first in range(0, rows, _BLOCK_ROWS):
        if cancel[0] != 0:
            return math.nan, 0.0
        size = min(_BLOCK_ROWS, rows - first)
        for i in range(size):
            buffer[i] = line[0, first + i] + alpha * line[1, first + i]
        losses_and_slopes(loss_code, delta, buffer, size)
        for i in range(size):
            share = buffer[i] * line[1, first + i]
            total += share
            gross += abs(share)
    decayed = pull + alpha * stiffness
    return total / rows + decayed, gross / rows + abs(pull) + alpha * stiffness
