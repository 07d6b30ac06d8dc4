"""Where one press of an arrow key takes a number."""

from __future__ import annotations

import math

#: Numbers that people count by, within one decade.
_LEADS = (1.0, 2.0, 5.0)
#: Above this share, shares are stepped by what is missing to 1: 0.9, 0.95, 0.98, 0.99, 0.995, …
_NEARLY_ALL = 0.9
_SMALLEST = 1e-300
_LARGEST = 1e300


def stepped(value: float, direction: int, low: float, high: float, *, whole: bool = False) -> float:
    """Return the number one step above (``direction`` 1) or below (−1) ``value``; may lie outside the range.

    Whole numbers go by 1; numbers that must be above 0 by 1, 2, 5, 10, …; shares of one by tenths and, close
    to 1, by what is missing to it; all others by a tenth of their size.
    """
    if whole:
        return value + direction
    if low == 0 and high == 1:
        return _stepped_share(value, direction)
    if low >= 0:
        return nice_neighbour(value, direction)
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value else 0.1
    return round(value / unit + direction) * unit if unit >= 1 else _tidy(value + direction * unit, unit)


def nice_neighbour(value: float, direction: int) -> float:
    """Return the next of …, 0.1, 0.2, 0.5, 1, 2, 5, … above or below a positive ``value``."""
    value = min(max(value, _SMALLEST), _LARGEST)
    exponent = math.floor(math.log10(value))
    ladder = [float(f"{lead:g}e{exponent + shift}") for shift in (-1, 0, 1) for lead in _LEADS]
    slack = 1e-9 * value
    if direction > 0:
        return min(rung for rung in ladder if rung > value + slack)
    return max(rung for rung in ladder if rung < value - slack)


def _stepped_share(value: float, direction: int) -> float:
    missing = 1.0 - value
    if value > _NEARLY_ALL + 1e-12 or (direction > 0 and value >= _NEARLY_ALL - 1e-12):
        missing = nice_neighbour(missing, -direction)
        return _tidy(1.0 - missing, 10.0 ** math.floor(math.log10(missing)))
    tenths = value * 10.0
    return (math.floor(tenths + 1e-9) + 1 if direction > 0 else math.ceil(tenths - 1e-9) - 1) / 10.0


def _tidy(value: float, unit: float) -> float:
    return round(value, max(0, -math.floor(math.log10(unit) + 1e-9)))
