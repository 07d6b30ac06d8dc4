"""The cut-up cells of a file, before anybody knows what is a name and what a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gdexplorer.files.splitting import Cut, Record


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells in the order of the file.

    Attributes:
        head: The first records.
        records: Yields all records from the beginning, each time it is called.
        is_typed: Whether the file itself says which cells are numbers, so that no writing has to be understood.
        has_header: Whether the first record is known to be the names.
        encoding: Of a text, as Python calls it; "" for anything else.
        cut: Of a text; None for anything else.
        text: Where a text is in UTF-8; None for anything else.
        tail: Of a text, its last records, cut as the first ones; empty where the head is all of it.
        sheets: Names of a workbook's sheets.
        sheet: The one that the cells are from.
        notes: What was found out on the way here.
    """

    head: tuple[Record, ...]
    records: Callable[[], Iterator[Record]]
    is_typed: bool = False
    has_header: bool = False
    encoding: str = ""
    cut: Cut | None = None
    text: Path | None = None
    tail: tuple[Record, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    notes: tuple[str, ...] = ()
