"""A table file's columns, typed and counted by DuckDB in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray
from gdexplorer.files.complaints import describe_conversion, explain, find_ragged_line
from gdexplorer.files.doors import PARQUET_SUFFIXES, shown

Kind = Literal["number", "text", "date"]

_NUMBER_TYPE = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)")
_DATE_TYPE = re.compile(r"DATE|TIMESTAMP[\w ]*")
# Without integer types among the candidates, a column of whole numbers still takes a fraction or a nan that
# comes after the sampled rows. DuckDB reads nan, inf and -inf as numbers, but none with a plus.
_TEXT_OPTIONS = """
    hive_partitioning = false,
    nullstr = ['', 'NA', 'N/A', 'NULL', 'null', '+inf', '+Inf', '+INF', '+Infinity', '+infinity'],
    auto_type_candidates = ['BOOLEAN', 'DATE', 'TIMESTAMP', 'TIMESTAMPTZ', 'DOUBLE', 'VARCHAR']"""
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_SAMPLED_ROWS = 20_480
_ALL_ROWS = -1


class ReadCancelledError(Exception):
    """Nobody waits for this table any more."""


@dataclass(frozen=True, eq=False)
class ScannedColumn:
    """One column as the file has it.

    Attributes:
        header: Its name in the file, with whatever unit stands there.
        kind: What its values are.
        values: Shape (rows,), float64, for numbers; None for any other kind. May hold NaN and infinities.
        missing: Rows without a finite number; without any value, for other kinds.
        not_finite: Those of the missing that are spelled out as nan or infinite.
        is_boolean: Whether the numbers stand for false and true.
    """

    header: str
    kind: Kind
    values: FloatArray | None
    missing: int
    not_finite: int = 0
    is_boolean: bool = False


@dataclass(frozen=True, eq=False)
class Scan:
    """All columns of a file in their order, ``row_count`` values each, and what the user should know."""

    columns: tuple[ScannedColumn, ...]
    row_count: int
    notes: tuple[str, ...]


def scan(path: Path, cancelled: Callable[[], bool]) -> Scan:
    """Read the table at ``path``, a text or Parquet file that ``table_path`` let in.

    ``cancelled`` is asked between the steps, not within DuckDB's own pass.

    Raises:
        InputError: It is no table, or a line of it is not like the others.
        ReadCancelledError: ``cancelled()`` said so.
    """
    try:
        with duckdb.connect(":memory:", config=_OFFLINE) as connection:
            if path.suffix.lower() in PARQUET_SUFFIXES:
                return _read(connection, path, _describe_parquet(connection, path), cancelled)
            layout = _sniff_text(connection, path, _SAMPLED_ROWS)
            try:
                return _read(connection, path, layout, cancelled)
            except duckdb.ConversionException as error:
                # A value past the sample is unlike those in it, so the types have to come from all rows.
                whole = _sniff_text(connection, path, _ALL_ROWS)
                notes = whole.notes + _became_text(layout, whole, error)
                return _read(connection, path, replace(whole, notes=notes), cancelled)
    except (duckdb.Error, MemoryError) as error:
        raise explain(error, path) from error


@dataclass(frozen=True)
class _Layout:
    """The columns to come: the SQL that yields them, names, DuckDB's types, and how they were found."""

    table: str
    headers: tuple[str, ...]
    types: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(
            "number" if _NUMBER_TYPE.fullmatch(name) else "date" if _DATE_TYPE.fullmatch(name) else "text"
            for name in self.types
        )


def _pattern(path: Path) -> str:
    """Return the glob pattern for ``path`` alone, as DuckDB would read ``a1.csv`` when told ``a[1].csv``."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _describe_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> _Layout:
    table = "read_parquet($path, hive_partitioning = false)"
    rows = connection.execute(f"DESCRIBE FROM {table}", {"path": _pattern(path)}).fetchall()
    return _Layout(table, tuple(row[0] for row in rows), tuple(row[1] for row in rows))


def _sniff_text(connection: duckdb.DuckDBPyConnection, path: Path, rows: int) -> _Layout:
    arguments = f"($path, sample_size = {rows}, {_TEXT_OPTIONS})"
    query = f"SELECT SkipRows, HasHeader, Columns FROM sniff_csv{arguments}"
    ((skipped, has_header, columns),) = connection.execute(query, {"path": _pattern(path)}).fetchall()
    layout = _Layout(
        f"read_csv{arguments}",
        tuple(column["name"] for column in columns),
        tuple(column["type"] for column in columns),
    )
    if "number" not in layout.kinds or (skipped and not has_header):
        # Either is what the sniffer makes of a table with a line too short or too long near its beginning.
        complaint = find_ragged_line(path)
        if complaint:
            raise complaint
    notes = []
    if skipped:
        notes.append(f"The first {skipped} lines are not part of the table and were skipped.")
    if not has_header:
        notes.append(f"There is no line with names, so the columns are called {layout.headers[0]} and so on.")
    return replace(layout, notes=tuple(notes))


def _became_text(sampled: _Layout, whole: _Layout, error: duckdb.ConversionException) -> tuple[str, ...]:
    place = describe_conversion(error)
    names = [
        f"“{shown(header)}”"
        for header, before, after in zip(whole.headers, sampled.kinds, whole.kinds, strict=False)
        if before != after == "text"
    ]
    return (
        (f"Read as text, for not every value fits: {', '.join(names)}{place and f' ({place})'}.",)
        if names
        else ()
    )


def _read(
    connection: duckdb.DuckDBPyConnection, path: Path, layout: _Layout, cancelled: Callable[[], bool]
) -> Scan:
    _stop_if(cancelled)
    aliases = [f"c{index}" for index in range(len(layout.headers))]
    # Text and dates are only counted, so their values never become Python objects.
    wanted = ", ".join(
        f"CAST({alias} AS DOUBLE) AS {alias}" if kind == "number" else f"{alias} IS NULL AS {alias}"
        for alias, kind in zip(aliases, layout.kinds, strict=True)
    )
    query = f"SELECT {wanted} FROM {layout.table} AS t({', '.join(aliases)})"
    arrays = connection.execute(query, {"path": _pattern(path)}).fetchnumpy()
    _stop_if(cancelled)
    columns = tuple(
        _column(header, kind, arrays[alias], column_type == "BOOLEAN")
        for alias, header, kind, column_type in zip(
            aliases, layout.headers, layout.kinds, layout.types, strict=True
        )
    )
    return Scan(columns, len(arrays[aliases[0]]), layout.notes)


def _column(header: str, kind: Kind, array: NDArray[Any], is_boolean: bool) -> ScannedColumn:
    if kind != "number":
        return ScannedColumn(header, kind, None, int(np.count_nonzero(array)))
    nulls = int(np.count_nonzero(np.ma.getmaskarray(array)))
    values = np.ma.filled(array, np.nan)
    missing = values.size - int(np.count_nonzero(np.isfinite(values)))
    return ScannedColumn(header, kind, values, missing, missing - nulls, is_boolean)


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise ReadCancelledError
