"""What the columns of a table are called here, and which unit stands in their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from gdexplorer.files.words import CURRENCIES, UNITS

_HEADER_WITH_UNIT = re.compile(r"(?P<name>.*\S)(\s*\[(?P<square>[^][]*\S[^][]*)\]|\s*\((?P<round>[^()]*\S[^()]*)\))\s*")
_BIAS = "bias"


def names_and_units(headers: Sequence[str]) -> list[tuple[str, str]]:
    """Return a name, unique among all, and a unit or "" for each of ``headers``.

    ``size [m²]`` and ``size (m²)`` become name and unit, as long as the names stay different. A column without a
    header is called x and its number.
    """
    headers = [" ".join(header.split()) or f"x{position + 1}" for position, header in enumerate(headers)]
    split = [split_unit(header) for header in headers]
    counts = Counter(name for name, _ in split)
    pairs = [pair if counts[pair[0]] == 1 else (header, "") for pair, header in zip(split, headers, strict=True)]
    if len({name for name, _ in pairs}) < len(pairs):
        pairs = [(header, "") for header in headers]
    names = [name for name, _ in pairs]
    taken: set[str] = set()
    unique = [_unique(name, names, taken) for name in names]
    return [(name, unit) for name, (_, unit) in zip(unique, pairs, strict=True)]


def split_unit(header: str) -> tuple[str, str]:
    """Return the name and the unit in ``header``; the whole header and "" where no unit stands in it."""
    match = _HEADER_WITH_UNIT.fullmatch(header)
    if match is None:
        return header, ""
    unit = (match["square"] or match["round"]).strip()
    is_unit = match["square"] is not None or unit.lower() in UNITS or unit.lower() in CURRENCIES
    return (
        (match["name"], CURRENCIES.get(unit.lower(), unit) if not unit.isalpha() else unit) if is_unit else (header, "")
    )


def _unique(name: str, names: Sequence[str], taken: set[str]) -> str:
    """Return ``name``, or where that is the bias term's or taken, one like it that is in nobody's way; and take it."""
    unique, count = name, 1
    while unique in taken or unique == _BIAS or (unique != name and unique in names):
        count += 1
        unique = f"{name} column" if name == _BIAS and count == 2 else f"{name} {count}"
    taken.add(unique)
    return unique
