"""Writers of tables: separated and aligned text, JSON, Parquet."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

import duckdb

from tests.files.tables import Column, Table, Value


class Form(Protocol):
    """How a table becomes a file."""

    def write(self, table: Table) -> bytes: ...

    def left_out(self, table: Table) -> int:
        """Return how many lines below the names are no rows."""
        del table
        return 0

    def row_lines(self, table: Table) -> list[int]:
        """Return the line of the file that each row begins on; nothing where lines mean nothing."""
        del table
        return []


@dataclass(frozen=True)
class TextForm(Form):
    """How a text table is written.

    Attributes:
        separator: Between cells; a space stands for columns aligned by runs of them.
        quoting: Which cells stand in quotes: those that need to, ``all``, all ``texts`` and names, or ``none``.
        line_end: After each line.
        ends: Whether the last line has one.
        encoding: As Python knows it.
        mark: Bytes before everything.
        hint: First line, such as ``sep=;``.
        above: Lines before the names.
        below: Lines after the rows.
        total: Word that begins a row of sums at the end; "" for none.
        has_names: Whether there is a line of names.
        has_units: Whether a line of units follows it.
        names_lack_first: Whether the first column has not even an empty name, as R does it.
        trailing: Which lines end with another separator.
        is_short: Whether empty cells at a row's end are left out.
        is_aligned: Whether columns that are separated by spaces stand below each other.
        fills: Whether the lines above and below have as many separators as the rows.
        lead: What stands before the line of names, such as ``# ``.
        gap: Empty lines after the names.
        other_line_end: After every third line, where line ends are mixed; "" where they are not.
    """

    separator: str = ","
    quoting: Literal["minimal", "all", "texts", "none"] = "minimal"
    line_end: str = "\n"
    ends: bool = True
    encoding: str = "utf-8"
    mark: bytes = b""
    hint: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    total: str = ""
    has_names: bool = True
    has_units: bool = False
    names_lack_first: bool = False
    trailing: Literal["", "all", "rows"] = ""
    is_short: bool = False
    is_aligned: bool = True
    fills: bool = False
    lead: str = ""
    gap: int = 0
    other_line_end: str = ""

    def write(self, table: Table) -> bytes:
        lines = [self.hint] if self.hint else []
        filling = self.separator * (len(table.columns) - 1) if self.fills else ""
        lines += [line + filling for line in self.above]
        lines += self._table_lines(table)
        lines += [line + filling for line in self.below]
        text = self.line_end.join(lines) + self.line_end * self.ends
        if self.other_line_end:
            text = "".join(
                line + (self.other_line_end if at % 3 == 2 else self.line_end) for at, line in enumerate(lines)
            )
        return self.mark + text.encode(self.encoding)

    def left_out(self, table: Table) -> int:
        del table
        return sum(bool(line.strip()) for line in self.below) + bool(self.total) + self.has_units

    def row_lines(self, table: Table) -> list[int]:
        heights = [1 + sum(text.count("\n") for text in row) for row in table.rows]
        if self.line_end == "\r" and max(heights) > 1:
            return []  # what a line is depends on whom one asks
        names = 1 + sum(column.head.count("\n") for column in table.columns)
        first = 1 + bool(self.hint) + len(self.above) + names * self.has_names + self.has_units + self.gap
        return [first + sum(heights[:row]) for row in range(len(heights))]

    def _table_lines(self, table: Table) -> list[str]:
        is_text = [column.kind == "text" for column in table.columns]
        rows = [[self._cell(cell, text) for cell, text in zip(row, is_text, strict=True)] for row in table.rows]
        if self.total:
            rows.append([self._cell(cell, True) for cell in self._sums(table)])
        head = [[self._cell(column.head, True) for column in table.columns]] if self.has_names else []
        if self.has_units:
            head.append([self._cell(unit, True) for unit in _units(table)])
        if self.names_lack_first:
            head[0] = head[0][1:]
        if self.lead:
            head[0][0] = self.lead + head[0][0]
        if self.separator == " " and self.is_aligned:
            return _aligned([*head, *rows], [not text for text in is_text])
        tail = self.separator if self.trailing else ""
        lines = [self.separator.join(cells) + tail * (self.trailing == "all") for cells in head] + [""] * self.gap
        for cells in rows:
            line = self.separator.join(cells)
            lines.append((line.rstrip(self.separator) if self.is_short else line) + tail)
        return lines

    def _cell(self, text: str, is_text: bool) -> str:
        is_needed = any(sign in text for sign in (self.separator, '"', "\n", "\r"))
        if self.quoting == "none":
            assert not is_needed, f"{text!r} needs quotes"
            return text
        if self.quoting == "all" or is_needed or (self.quoting == "texts" and is_text):
            return '"' + text.replace('"', '""') + '"'
        return text

    def _sums(self, table: Table) -> list[str]:
        cells = ["" for _ in table.columns]
        cells[0] = self.total
        at = table.target_at or table.feature_at
        cells[at] = str(round(sum(number or 0 for number in table.columns[at].numbers)))
        return cells


def _units(table: Table) -> list[str]:
    return [column.units[0] if column.units else "" for column in table.columns]


def _aligned(rows: list[list[str]], to_the_right: list[bool]) -> list[str]:
    """Pad each column to its widest cell; the first line may lack its first cell."""
    full = [[""] * (len(to_the_right) - len(row)) + row for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*full, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, to_the_right, strict=True)
        )
        for row in full
    ]


def plain_json(value: Value) -> Any:
    """Return ``value`` as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def records(table: Table, skip_missing: bool = False) -> list[dict[str, Any]]:
    """Return the table as one dictionary a row."""
    return [
        {
            column.head: plain_json(column.values[row])
            for column in table.columns
            if not (skip_missing and column.values[row] is None)
        }
        for row in range(table.row_count)
    ]


@dataclass(frozen=True)
class JsonForm(Form):
    """A table as JSON, laid out by ``arrange``."""

    arrange: Callable[[Table], Any]
    indent: int | None = None

    def write(self, table: Table) -> bytes:
        return json.dumps(self.arrange(table), indent=self.indent, ensure_ascii=False).encode()


@dataclass(frozen=True)
class JsonLinesForm(Form):
    """A table as one JSON object a line."""

    skip_missing: bool = False

    def write(self, table: Table) -> bytes:
        rows: Iterable[Any] = records(table, self.skip_missing)
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


@dataclass(frozen=True)
class ParquetForm(Form):
    """A table as Parquet; ``types`` says which DuckDB type a column of some kind gets."""

    types: Callable[[Column], str]
    compression: str = "snappy"

    def write(self, table: Table) -> bytes:
        types = [self.types(column) for column in table.columns]
        fields = ", ".join(f'"{column.head}" {name}' for column, name in zip(table.columns, types, strict=True))
        slots = ", ".join(f"CAST(? AS {name})" for name in types)
        with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
            path = Path(folder) / "t.parquet"
            connection.execute(f"CREATE TABLE t ({fields})")
            rows = list(zip(*(column.values for column in table.columns), strict=True))
            values = ", ".join(f"({slots})" for _ in rows)
            connection.execute(f"INSERT INTO t VALUES {values}", [value for row in rows for value in row])
            connection.execute(f"COPY t TO '{path}' (FORMAT parquet, COMPRESSION {self.compression})")
            return path.read_bytes()
