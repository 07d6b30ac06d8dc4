"""Numbers as people write and read them."""

from __future__ import annotations

import math
import re

from gdexplorer.core.errors import InputError

_NO_BREAK = "\u00a0"
_SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PREFIXES = ((1e6, 1e9, 1e6, "M"), (1e4, 1e6, 1e3, "k"))
_IN_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}((,\d{3})+|(\.\d{3}){2,})")


def superscript(number: int) -> str:
    """Return a whole number in raised digits: ``⁻¹²``."""
    return str(number).translate(_SUPERSCRIPTS)


def subscript(number: int) -> str:
    """Return a whole number of at least 0 in lowered digits: ``₁₂``."""
    return str(number).translate(_SUBSCRIPTS)


def counted(count: int, things: str) -> str:
    """Return ``count`` with its noun, given in the plural, one that only takes an s: ``1 row``, ``2,930 homes``."""
    return f"{count:,} {things.removesuffix('s') if count == 1 else things}"


def compact(number: float, digits: int = 4, *, steady: bool = False) -> str:
    """Return ``number`` in a few characters, as status lines and labels show it.

    Up to ``digits`` significant digits without trailing zeros: ``0.663``, ``−12.35 k``, ``1.2 M``,
    ``3.1×10⁻¹²``; with them where ``steady``, so that a number that runs keeps its width: ``0.6630``.
    Spaces are no-break spaces; what is not a number is a dash.
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
            return f"{sign}{_plain(size / unit, digits, steady)}{_NO_BREAK}{prefix}"
    if 1e-4 <= size < 1e9:
        return sign + _plain(size, digits, steady)
    return scientific(number, digits, steady=steady)


def scientific(number: float, digits: int, *, steady: bool = False) -> str:
    """Return a finite ``number`` by its power of ten, up to ``digits`` significant digits: ``−3.1×10⁻¹²``."""
    mantissa, exponent = f"{abs(number):.{digits - 1}e}".split("e")
    sign = "−" if number < 0 else ""
    return f"{sign}{mantissa if steady else _without_zeros(mantissa)}×10{superscript(int(exponent))}"


def exact(number: float) -> str:
    """Return the shortest text that reads back as exactly ``number``: ``0.025``, ``20``, ``1e-07``."""
    text = f"{number:.15g}"
    return text if float(text) == number else repr(number)


def rounded_to(number: float, digits: int) -> float:
    """Return ``number`` rounded to so many significant digits."""
    return float(f"{number:.{digits - 1}e}")


def parse_number(text: str) -> float:
    """Read one number as typed: with a point or a decimal comma, ``1e-7``, a real minus sign.

    Marks between thousands are refused, since ``1,000`` means 1 to some and 1000 to others.

    Raises:
        InputError: It is not one finite number; the sentence quotes it.
    """
    tidy = text.strip().replace("−", "-")
    if _IN_THOUSANDS.fullmatch(tidy):
        raise _between_thousands(tidy)
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


def _between_thousands(tidy: str) -> InputError:
    whole = tidy.replace(",", "").replace(".", "")
    if tidy.count(",") == 1:
        decimal = exact(float(tidy.replace(",", ".")))
        return InputError(f"“{tidy}” can be {decimal} or {whole}; type the one you mean.")
    return InputError(f"“{tidy}” has marks between its thousands; type {whole}.")


def _plain(size: float, digits: int, steady: bool) -> str:
    decimals = max(digits - 1 - math.floor(math.log10(size)), 0)
    text = f"{size:.{decimals}f}"
    return text if steady else _without_zeros(text)


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
