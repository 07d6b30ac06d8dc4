"""Numbers as people write and read them."""

from __future__ import annotations

import math

from gdexplorer.core.errors import InputError

_NO_BREAK = "\u00a0"
_SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PREFIXES = ((1e6, 1e9, 1e6, "M"), (1e4, 1e6, 1e3, "k"))


def superscript(number: int) -> str:
    """Return a whole number in raised digits: ``⁻¹²``."""
    return str(number).translate(_SUPERSCRIPTS)


def subscript(number: int) -> str:
    """Return a whole number of at least 0 in lowered digits: ``₁₂``."""
    return str(number).translate(_SUBSCRIPTS)


def compact(number: float, digits: int = 4) -> str:
    """Return ``number`` in a few characters, as status lines and labels show it.

    Up to ``digits`` significant digits without trailing zeros: ``0.663``, ``−12.35 k``, ``1.2 M``,
    ``3.1×10⁻¹²``. Spaces are no-break spaces; what is not a number is a dash.
    """
    if math.isnan(number):
        return "–"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    rounded = float(f"{number:.{digits - 1}e}")
    sign, size = ("−" if rounded < 0 else ""), abs(rounded)
    if size == 0:
        return "0"
    for low, high, unit, prefix in _PREFIXES:
        if low <= size < high:
            return f"{sign}{_plain(size / unit, digits)}{_NO_BREAK}{prefix}"
    if 1e-4 <= size < 1e9:
        return sign + _plain(size, digits)
    mantissa, exponent = f"{abs(number):.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{sign}{mantissa}×10{superscript(int(exponent))}"


def exact(number: float) -> str:
    """Return the shortest text that reads back as exactly ``number``: ``0.025``, ``20``, ``1e-07``."""
    text = f"{number:.15g}"
    return text if float(text) == number else repr(number)


def rounded_to(number: float, digits: int) -> float:
    """Return ``number`` rounded to so many significant digits."""
    return float(f"{number:.{digits - 1}e}")


def parse_number(text: str) -> float:
    """Read one number as typed: with a point or a decimal comma, ``1e-7``, a real minus sign.

    Raises:
        InputError: It is not one finite number; the sentence quotes it.
    """
    tidy = text.strip().replace("−", "-")
    if "," in tidy and "." not in tidy and tidy.count(",") == 1:
        tidy = tidy.replace(",", ".")
    try:
        number = float(tidy) if "_" not in tidy else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        shown = f"“{text.strip()}” is not a number" if text.strip() else "Here a number is missing"
        raise InputError(f"{shown}; type one such as 0.025 or 1e-7.")
    return number


def _plain(size: float, digits: int) -> str:
    decimals = max(digits - 1 - math.floor(math.log10(size)), 0)
    text = f"{size:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
