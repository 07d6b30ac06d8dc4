"""Tables to be written out: each cell's text beside what must be read from it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache

import duckdb

from gdexplorer.core.reading_choices import Kind
from gdexplorer.files.catalog import bundled, find_bundled
from gdexplorer.files.resources import resource

#: What a cell holds; None where it is missing.
Value = float | str | date | None

NICKNAMES = tuple(entry.nickname for entry in bundled())
_ROWS = 150


@dataclass(frozen=True)
class Column:
    """One column as it is written and as it must be read.

    Attributes:
        name: What it must be called; "" for anything printable that no other column is called.
        kind: Of its values.
        values: One a row.
        texts: One a row, as written.
        header: What is written above it; None for the name.
        units: Units that are right; None for any.
        roles: Roles that are right; empty for any.
        is_noted: Whether a note has to name it.
        is_asked: Whether a question has to name it; then its values may be anything.
    """

    name: str
    kind: Kind
    values: tuple[Value, ...]
    texts: tuple[str, ...]
    header: str | None = None
    units: tuple[str, ...] | None = ("",)
    roles: tuple[str, ...] = ()
    is_noted: bool = False
    is_asked: bool = False

    @property
    def head(self) -> str:
        return self.name if self.header is None else self.header

    @property
    def missing(self) -> int:
        return self.values.count(None)

    @property
    def numbers(self) -> tuple[float | None, ...]:
        """The values of a column of numbers."""
        return tuple(None if value is None else float(value) for value in self.values)  # type: ignore[arg-type]

    @property
    def is_large(self) -> bool:
        """Whether its numbers are quantities with more than three digits before the fraction."""
        if self.kind != "number" or self.name.startswith(("year", "zip")):
            return False
        return max(abs(number) for number in self.numbers if number is not None) >= 1000

    @property
    def is_whole(self) -> bool:
        return all(number is None or number.is_integer() for number in self.numbers)


@dataclass(frozen=True)
class Table:
    """Columns of equal length; the one to predict and the best one to predict it from are known by position."""

    nickname: str
    columns: tuple[Column, ...]
    target_at: int
    feature_at: int

    @property
    def target(self) -> Column:
        return self.columns[self.target_at]

    @property
    def feature(self) -> Column:
        return self.columns[self.feature_at]

    @property
    def row_count(self) -> int:
        return len(self.columns[0].texts)

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells' texts, row by row."""
        return zip(*(column.texts for column in self.columns), strict=True)

    def added(self, column: Column) -> Table:
        return replace(self, columns=(*self.columns, column))

    def preceded_by(self, column: Column) -> Table:
        columns = (column, *self.columns)
        return replace(self, columns=columns, target_at=self.target_at + 1, feature_at=self.feature_at + 1)

    def changed(self, change: Callable[[Column], Column], where: Callable[[Column], bool]) -> Table:
        return replace(self, columns=tuple(change(column) if where(column) else column for column in self.columns))

    def changed_at(self, position: int, change: Callable[[Column], Column]) -> Table:
        columns = list(self.columns)
        columns[position] = change(columns[position])
        return replace(self, columns=tuple(columns))


def shortest(number: float) -> str:
    """Return ``number`` with as few digits as it takes, never with an exponent."""
    return f"{Decimal(repr(float(number))).normalize():f}"


def number_column(name: str, values: list[float | None]) -> Column:
    return Column(name, "number", tuple(values), tuple("" if v is None else shortest(v) for v in values))


def text_column(name: str, values: list[str | None]) -> Column:
    return Column(name, "text", tuple(values), tuple(value or "" for value in values))


@cache
def source_table(nickname: str) -> Table:
    """Return about 150 rows of the bundled data set ``nickname``, evenly spread."""
    description = find_bundled(nickname)
    assert description is not None
    path = resource(f"datasets/{description.path.name}")
    if path.suffix == ".parquet":
        found = duckdb.connect(":memory:").execute("FROM read_parquet($path)", {"path": str(path)})
        names = [entry[0] for entry in found.description]
        rows = [[str(value) for value in row] for row in found.fetchall()]
    else:
        with path.open(encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
    rows = rows[:: max(1, len(rows) // _ROWS)]
    columns = tuple(_column(name, list(cells)) for name, cells in zip(names, zip(*rows, strict=True), strict=True))
    return Table(nickname, columns, names.index(description.target), names.index(description.terms[0]))


def _column(name: str, texts: list[str]) -> Column:
    try:
        column = number_column(name, [float(text) for text in texts])
    except ValueError:
        return text_column(name, list(texts))
    return replace(column, texts=tuple(texts), roles=("code", "identifier") if name == "zip" else ())
