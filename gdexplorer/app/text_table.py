"""Tables of plain text for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return lines with columns below their headings, two spaces apart.

    Args:
        headings: One for each column.
        rows: A text for each column.
        numbers: Indices of the columns to align on the right.
    """
    lines = [headings, *rows]
    widths = [max(_width(line[index]) for line in lines) for index in range(len(headings))]
    return "\n".join(
        "  ".join(
            " " * (width - _width(text)) + text if index in numbers else text + " " * (width - _width(text))
            for index, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    """Return how many cells of a terminal ``text`` takes."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
