"""What the reader's errors mean, in one sentence each."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import duckdb

from gdexplorer.core.errors import InputError
from gdexplorer.files.doors import PARQUET_SUFFIXES, shown

_LINES_EXAMINED = 25_000  # more than the sniffer samples: it knows the line of whatever it meets later
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_WIDTHS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_VALUE = re.compile(r'Could not convert string "(.*?)" to', re.DOTALL)


def explain(error: duckdb.Error | MemoryError, path: Path) -> InputError:
    """Return what DuckDB's ``error`` about the file at ``path`` means to the user."""
    name, text = shown(path.name), str(error)
    line = _LINE.search(text)
    widths = _WIDTHS.search(text)
    if isinstance(error, (duckdb.OutOfMemoryException, MemoryError)):
        return InputError(f"{name} needs more memory than is free; choose fewer rows or columns.")
    if path.suffix.lower() in PARQUET_SUFFIXES:
        return InputError(f"{name} is cut short, damaged or not Parquet at all; copy or export it again.")
    if "Invalid unicode" in text:
        where = f" on line {int(line[1]):,}" if line else ""
        return InputError(f"{name} has signs that are not UTF-8{where}; save it as UTF-8.")
    if line and widths:
        return _ragged(name, int(line[1]), int(widths[2]), int(widths[1]))
    if line:
        return InputError(
            f"{name} has something on line {int(line[1]):,} that is no row of a table; correct that line."
        )
    return find_ragged_line(path) or InputError(
        f"{name} has no clear columns; separate the values by commas and quote those that hold any."
    )


def describe_conversion(error: duckdb.ConversionException) -> str:
    """Return where a value did not fit its column (``line 5 has “x”``), or "" if DuckDB does not say."""
    line, value = _LINE.search(str(error)), _VALUE.search(str(error))
    return f"line {int(line[1]):,} has “{shown(value[1], 30)}”" if line and value else ""


def find_ragged_line(path: Path) -> InputError | None:
    """Return a complaint about the first line of a text table that is longer or shorter than most.

    DuckDB takes such a table, where the odd line comes early, for one column of text. A text without numbers
    is no table, so nothing is said of it.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.read(65536)
        delimiter = max(",;\t|", key=head.count)
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            lines = [(reader.line_num, row) for row in islice(reader, _LINES_EXAMINED) if row]
        except csv.Error:
            return None
    if not any(_is_number(value) for _, row in lines[:100] for value in row):
        return None
    usual, _ = Counter(len(row) for _, row in lines).most_common(1)[0]
    odd = next(((line, len(row)) for line, row in lines if len(row) != usual), None)
    return _ragged(shown(path.name), *odd, usual) if odd and usual > 1 else None


def _ragged(name: str, line: int, found: int, usual: int) -> InputError:
    return InputError(
        f"{name} has {found} value{'s' * (found != 1)} on line {line:,} where {usual} are expected; "
        "give every line as many values as there are columns."
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
