"""Steps of the optimizers that move each weight by its own slope and memory.

The rules are those of PyTorch 2's optimizers, without its fused variants, and Lion's paper; their formulas and
sources stand in :data:`gdexplorer.core.optimizers.OPTIMIZERS`.
"""

from __future__ import annotations

import math

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray

#: The optimizers up to this code need nothing but :func:`moved`.
LAST_SIMPLE_CODE = 5
#: Rprop's memory of 0 means that there is no step length yet, so none may shrink to it.
_SHORTEST = 1e-280


@compiled
def step_factors(
    code: int, parameters: FloatArray, rate: float, t: int, missing: float
) -> tuple[float, float, float, float]:
    """Return what step ``t`` (the first is 1) has in common for all weights: η, 1, 1 and 0 but for what follows.

    A mean that starts at 0 is too small at first: η/(1−β₁ᵗ) and √(1−β₂ᵗ) make up for it. They never change again
    once they have become η and 1 to rounding.

    Args:
        code: Of the optimizer.
        parameters: Of the optimizer, shape (4,).
        rate: η of this step.
        t: Which step.
        missing: NAdam's 1 − ∏μᵢ before this step.

    Returns:
        What multiplies the mean slope, or the slope; what corrects its measure, 0 where RAdam does not measure yet;
        what multiplies the weight before the step, or NAdam's slope beside its mean; and NAdam's 1 − ∏μᵢ.
    """
    if code == 5 or code == 8:
        return rate / (1.0 - parameters[0] ** t), math.sqrt(1.0 - parameters[1] ** t), 1.0, 0.0
    if code == 7:
        shrunk = 1.0 - rate * parameters[3]
        return rate / (1.0 - parameters[0] ** t), math.sqrt(1.0 - parameters[1] ** t), shrunk, 0.0
    if code == 9:
        return rate / (1.0 - parameters[0] ** t), 1.0, 1.0, 0.0
    if code == 10:
        now = parameters[0] * (1.0 - 0.5 * 0.96 ** (t * parameters[3]))
        following = parameters[0] * (1.0 - 0.5 * 0.96 ** ((t + 1) * parameters[3]))
        missing = (1.0 - now) + now * missing  # 1 − ∏μᵢ, without taking two numbers close to 1 apart
        ahead = rate * following / ((1.0 - following) + following * missing)
        return ahead, math.sqrt(1.0 - parameters[1] ** t), rate * (1.0 - now) / missing, missing
    if code == 11:
        past = parameters[1] ** t
        longest = 2.0 / (1.0 - parameters[1]) - 1.0
        length = longest - 2.0 * t * past / (1.0 - past)
        spread = 0.0
        if length > 5.0:
            spread = math.sqrt(
                (length - 4.0) * (length - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * length) * (1.0 - past)
            )
        return rate / (1.0 - parameters[0] ** t), spread, 1.0, 0.0
    if code == 13:
        return rate, 1.0, 1.0 - rate * parameters[2], 0.0
    return rate, 1.0, 1.0, 0.0


@compiled
def moved(
    code: int,
    parameters: FloatArray,
    rate: float,
    spread: float,
    weight: float,
    slope: float,
    first: float,
    second: float,
) -> tuple[float, float, float]:
    """Move one weight by one step of an optimizer up to LAST_SIMPLE_CODE.

    Args:
        code: Of the optimizer.
        parameters: Of the optimizer, shape (4,).
        rate: First of :func:`step_factors`.
        spread: Second of :func:`step_factors`.
        weight: Before the step.
        slope: This weight's entry of the gradient.
        first: What the optimizer remembers of this weight: a velocity, or a mean or sum of (squared) slopes.
        second: Its second memory.

    Returns:
        The weight and both memories after the step.
    """
    if code == 0:
        return weight - rate * slope, first, second
    if code == 1:
        first = parameters[0] * first + slope
        return weight - rate * first, first, second
    if code == 2:
        first = parameters[0] * first + slope
        return weight - rate * (slope + parameters[0] * first), first, second
    if code == 3:
        first += slope * slope
        return weight - rate * slope / (math.sqrt(first) + parameters[0]), first, second
    if code == 4:
        first = parameters[0] * first + (1.0 - parameters[0]) * slope * slope
        return weight - rate * slope / (math.sqrt(first) + parameters[1]), first, second
    first = parameters[0] * first + (1.0 - parameters[0]) * slope
    second = parameters[1] * second + (1.0 - parameters[1]) * slope * slope
    return weight - rate * first / (math.sqrt(second) / spread + parameters[2]), first, second


@compiled
def moved_further(
    code: int,
    parameters: FloatArray,
    rate: float,
    spread: float,
    shrunk: float,
    missing: float,
    weight: float,
    slope: float,
    first: float,
    second: float,
    third: float,
) -> tuple[float, float, float, float]:
    """Move one weight by one step of an optimizer above LAST_SIMPLE_CODE: as :func:`moved`, with more to know.

    A function of its own, so that the simplest optimizers stay the fastest.

    Args:
        code: Of the optimizer.
        parameters: Of the optimizer, shape (4,).
        rate: First of :func:`step_factors`.
        spread: Second of :func:`step_factors`.
        shrunk: Third of :func:`step_factors`.
        missing: Fourth of :func:`step_factors`.
        weight: Before the step.
        slope: This weight's entry of the gradient.
        first: What the optimizer remembers of this weight.
        second: Its second memory.
        third: Its third memory.

    Returns:
        The weight and its memories after the step.
    """
    if code == 6:
        first = parameters[0] * first + (1.0 - parameters[0]) * slope * slope
        step = slope * (math.sqrt(second + parameters[1]) / math.sqrt(first + parameters[1]))
        second = parameters[0] * second + (1.0 - parameters[0]) * step * step
        return weight - rate * step, first, second, third
    if code == 12:
        return _moved_by_sign(parameters, rate, weight, slope, first, second, third)
    if code == 13:
        mixed = parameters[0] * first + (1.0 - parameters[0]) * slope
        first = parameters[1] * first + (1.0 - parameters[1]) * slope
        return shrunk * weight - rate * _sign(mixed), first, second, third
    first = parameters[0] * first + (1.0 - parameters[0]) * slope
    if code == 9:
        second, size = parameters[1] * second, abs(slope) + parameters[2]
        second = second if second > size else size
        return weight - rate * first / second, first, second, third
    second = parameters[1] * second + (1.0 - parameters[1]) * slope * slope
    if code == 8:
        third = third if third > second else second
        return weight - rate * first / (math.sqrt(third) / spread + parameters[2]), first, second, third
    if code == 10:
        measure = math.sqrt(second) / spread + parameters[2]
        return weight - (shrunk * slope + rate * first) / measure, first, second, missing
    if code == 11:
        measured = spread / (math.sqrt(second) + parameters[2]) if spread > 0.0 else 1.0
        return weight - rate * first * measured, first, second, third
    return shrunk * weight - rate * first / (math.sqrt(second) / spread + parameters[2]), first, second, third


@compiled
def _moved_by_sign(
    parameters: FloatArray, rate: float, weight: float, slope: float, first: float, second: float, third: float
) -> tuple[float, float, float, float]:
    """Move one weight as Rprop does; its memories are the slope before and the step length."""
    length = rate if second == 0.0 else second
    agreement = slope * first
    if agreement < 0.0:
        length *= parameters[0]
        slope = 0.0
    elif agreement > 0.0:
        length *= parameters[1]
    length = min(max(length, parameters[2], _SHORTEST), parameters[3])
    return weight - length * _sign(slope), slope, length, third


@compiled
def _sign(number: float) -> float:
    """Return 1, 0 or −1; NaN stays."""
    if number > 0.0:
        return 1.0
    if number < 0.0:
        return -1.0
    return number
