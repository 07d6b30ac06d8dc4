"""``gdexplorer info``: what is in a data file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gdexplorer.app.arguments import CommandParser
from gdexplorer.app.text_table import aligned
from gdexplorer.core.numerals import counted
from gdexplorer.files.doors import shown

if TYPE_CHECKING:
    from gdexplorer.files.reading import OpenedTable


def info(words: Sequence[str]) -> int:
    """Print what the source named by ``words`` holds; return the exit code.

    Raises:
        InputError: An option cannot be used, or the source cannot be read.
    """
    parser = CommandParser("gdexplorer info", "Say which rows and columns a data file holds.")
    parser.add_argument("source", metavar="SOURCE", help="a data file, or the name of a bundled data set")
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    found = parser.parse_words(words)

    from gdexplorer.files.reading import open_table  # brings DuckDB and numpy, which --help does not need

    opened = open_table(found.source)
    if found.json:
        print(json.dumps(opened.report.as_json(), indent=2, allow_nan=False))
    else:
        print(_readable(opened))
    return 0


def _readable(opened: OpenedTable) -> str:
    report = opened.report
    dropped = f" ({counted(report.dropped, 'lines')} of the file left out)" if report.dropped else ""
    rows = counted(report.rows, opened.dataset.row_noun) + dropped
    table = aligned(
        ("column", "kind", "unit", "missing"),
        [(shown(column.name), column.kind, shown(column.unit), f"{column.missing:,}") for column in report.columns],
        numbers=(3,),
    )
    head = f"{shown(opened.dataset.title)}: {rows}, {counted(len(report.columns), 'columns')}"
    notes = [f"\nNote: {note}" for note in report.notes] + [f"\nQuestion: {each}" for each in report.questions]
    return "\n".join([head, "", table, *notes])
