"""What a reader found in a table file and made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from gdexplorer.core.reading_choices import Kind

#: What numbers are good for: only a quantity is offered as a term at first.
Role = Literal["quantity", "identifier", "code", "constant", "index", "empty"]
#: What a line of a file was taken for.
RowUse = Literal["skipped", "header", "row"]


@dataclass(frozen=True)
class Example:
    """A cell as it is written, and the line of the file (the row of the sheet) that it begins on, from 1."""

    line: int
    text: str


@dataclass(frozen=True)
class ColumnReport:
    """One column of the file.

    Attributes:
        name: What it is called here; unique.
        kind: Of its values.
        unit: Of its numbers, or "".
        missing: Rows without a value of this kind.
        header: What stands in the file above it.
        role: Of its numbers; ``quantity`` for texts and dates too.
        decimal: Sign before the fraction of its numbers, as written.
        thousands: Sign between groups of digits; "" for none, " " for every kind of space.
        unread: Those of the missing that are neither empty nor a word for missing.
        examples: Some cells that were converted or could not be read.
        conversion: What was done to its cells, as a sentence; "" where nothing was.
        question: What the reader cannot know, as a sentence that asks; "" where it is sure.
        low: Smallest number; NaN where there is none.
        high: Largest number.
        histogram: Rows in equal parts of the range from low to high; empty where there are no numbers.
    """

    name: str
    kind: Kind
    unit: str
    missing: int
    header: str = ""
    role: Role = "quantity"
    decimal: str = "."
    thousands: str = ""
    unread: int = 0
    examples: tuple[Example, ...] = ()
    conversion: str = ""
    question: str = ""
    low: float = float("nan")
    high: float = float("nan")
    histogram: tuple[int, ...] = ()


@dataclass(frozen=True)
class PreviewRow:
    """One line of the file as the reader cut it up.

    Attributes:
        line: Its number in the file, from 1.
        cells: As written.
        use: What it was taken for.
        unread: Positions of the cells that could not be read as what their column holds; ascending.
    """

    line: int
    cells: tuple[str, ...]
    use: RowUse
    unread: tuple[int, ...] = ()


@dataclass(frozen=True)
class TableReport:
    """What was found in a file.

    Attributes:
        rows: Rows of the table.
        columns: All of the file's columns, also those that are no numbers.
        dropped: Lines of the file, below the names, that did not become rows.
        notes: Sentences on whatever was not taken as it stands, each with an example and its line.
        questions: Sentences that ask what the reader cannot know; the columns' own among them.
        preview: The first lines of the file.
        sheets: Names of a workbook's sheets; empty for any other file.
        sheet: The one that was read.
        encoding: Of a text file, as Python calls it; "" for any other file, as are the next two.
        separator: Key into SEPARATORS.
        header_line: Line of the names, from 1; 0 for none.
        sampled: How many of the rows are held in memory, where that is not all of them; otherwise None.
    """

    rows: int
    columns: tuple[ColumnReport, ...]
    dropped: int
    notes: tuple[str, ...]
    questions: tuple[str, ...] = ()
    preview: tuple[PreviewRow, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    encoding: str = ""
    separator: str = ""
    header_line: int = 1
    sampled: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what another program wants to know, as plain lists, dictionaries, strings and integers."""
        columns = [
            {"name": column.name, "kind": column.kind, "unit": column.unit, "missing": column.missing}
            for column in self.columns
        ]
        return {
            "rows": self.rows,
            "columns": columns,
            "dropped": self.dropped,
            "notes": [*self.notes, *self.questions],
        }
