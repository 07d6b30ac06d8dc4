"""Numbers of one column, written so that their decimal points stand under one another."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gdexplorer.core.numerals import scientific

#: So many digits the largest number of a column has, so many the smallest, and so many more than usual at most.
_DIGITS, _LEAST_DIGITS, _MORE = 5, 2, 4
#: Powers of ten between which numbers are written out.
_LOWEST, _HIGHEST = -4, 9


def aligned(numbers: Sequence[float | None]) -> list[str]:
    """Return the texts of one column, to be set flush right; None is left empty.

    All have the same number of decimals, without zeros that all end in. A number too small for them, or a column of
    very large or very small ones, is written by its power of ten. What is not a number is a dash.
    """
    sizes = [abs(number) for number in numbers if number is not None and number != 0 and math.isfinite(number)]
    if not sizes:
        return [_plain(number, 0) for number in numbers]
    high, low = (math.floor(math.log10(edge(sizes))) for edge in (max, min))
    if not _LOWEST <= high < _HIGHEST:
        return ["" if number is None else _by_power(number) for number in numbers]
    usual = max(_DIGITS - 1 - high, 0)
    decimals = min(max(usual, _LEAST_DIGITS - 1 - low), usual + _MORE)
    texts = [_plain(number, decimals) for number in numbers]
    while decimals and all(text.endswith("0") for text in texts if _has_point(text)):
        decimals -= 1
        texts = [_plain(number, decimals) for number in numbers]
    return texts


def _has_point(text: str) -> bool:
    return "." in text and "×" not in text


def _plain(number: float | None, decimals: int) -> str:
    if number is None:
        return ""
    if not math.isfinite(number):
        return "–" if math.isnan(number) else "∞" if number > 0 else "−∞"
    text = f"{abs(number):,.{decimals}f}"
    if number != 0 and not text.strip("0.,"):
        return _by_power(number)
    return f"−{text}" if number < 0 else text


def _by_power(number: float) -> str:
    if number == 0 or not math.isfinite(number):
        return _plain(number, 0)
    return scientific(number, _DIGITS - 1, steady=True)
