"""A table file's columns, typed and counted by DuckDB in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.reading_choices import Kind
from gdexplorer.files.complaints import describe_conversion, explain, find_ragged_line
from gdexplorer.files.doors import PARQUET_SUFFIXES, shown

_NUMBER_TYPE = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BIGNUM|DECIMAL\(\d+,\d+\)")
_DATE_TYPE = re.compile(r"DATE|TIMESTAMP[\w ]*")
_TEXT_OPTIONS = "sample_size = $rows, nullstr = $absent, hive_partitioning = false"
_INFINITIES = [sign + word for sign in ("", "-", "+") for word in ("inf", "Inf", "INF", "infinity", "Infinity")]
# DuckDB reads nan and infinities as numbers, but none with a plus.
_ABSENT = ["", "NA", "N/A", "NULL", "null", *(word for word in _INFINITIES if word.startswith("+"))]
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
                return _read(connection, _describe_parquet(connection, path), cancelled)
            layout = _sniff_text(connection, path, _SAMPLED_ROWS)
            try:
                return _read(connection, layout, cancelled)
            except duckdb.ConversionException as error:
                # A value past the sample is unlike those in it, so the types have to come from all rows.
                _stop_if(cancelled)
                whole = _sniff_text(connection, path, _ALL_ROWS)
                notes = whole.notes + _became_text(layout, whole, error)
                return _read(connection, replace(whole, notes=notes), cancelled)
    except (duckdb.Error, MemoryError) as error:
        raise explain(error, path) from error


@dataclass(frozen=True)
class _Layout:
    """The columns to come: the SQL that yields them with its parameters, names, types, and notes on them."""

    table: str
    parameters: dict[str, Any]
    headers: tuple[str, ...]
    types: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(_kind(name) for name in self.types)


def _kind(duckdb_type: str) -> Kind:
    if _NUMBER_TYPE.fullmatch(duckdb_type):
        return "number"
    return "date" if _DATE_TYPE.fullmatch(duckdb_type) else "text"


def _pattern(path: Path) -> str:
    """Return the glob pattern for ``path`` alone: told ``a[1].csv``, DuckDB would read ``a1.csv``."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _describe_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> _Layout:
    table = "read_parquet($path, hive_partitioning = false)"
    parameters = {"path": _pattern(path)}
    rows = connection.execute(f"DESCRIBE FROM {table}", parameters).fetchall()
    return _Layout(table, parameters, tuple(row[0] for row in rows), tuple(row[1] for row in rows))


def _sniff_text(connection: duckdb.DuckDBPyConnection, path: Path, rows: int) -> _Layout:
    place = {"path": _pattern(path), "rows": rows}
    # A column that begins with inf would be taken for one of dates, then of text, so the sniffer sees none.
    query = f"SELECT SkipRows, HasHeader, Columns FROM sniff_csv($path, {_TEXT_OPTIONS})"
    ((skipped, has_header, columns),) = connection.execute(query, {**place, "absent": _ABSENT + _INFINITIES}).fetchall()
    types = tuple(_type_to_read(column["type"]) for column in columns)
    layout = _Layout(
        f"read_csv($path, {_TEXT_OPTIONS}, types = $types, header = $header, skip = $skip)",
        {**place, "absent": _ABSENT, "types": list(types), "header": has_header, "skip": skipped},
        tuple(column["name"] for column in columns),
        types,
    )
    if "number" not in layout.kinds or (skipped and not has_header):
        # Either is what the sniffer makes of a table with a line too short or too long near its beginning.
        complaint = find_ragged_line(path)
        if complaint:
            raise complaint
    notes = []
    if skipped:
        notes.append(f"Lines above the table that were skipped: {skipped}.")
    if not has_header:
        notes.append(f"No line holds names, so the columns are called {layout.headers[0]} and so on.")
    return replace(layout, notes=tuple(notes))


def _type_to_read(sniffed: str) -> str:
    """Return the type to read a text table's column as.

    Never whole numbers: if only those are in the sample, DuckDB silently rounds a later 2.5 to 3.
    """
    kind = _kind(sniffed)
    if kind == "number":
        return sniffed if sniffed == "BOOLEAN" else "DOUBLE"
    return sniffed if kind == "date" else "VARCHAR"


def _became_text(sampled: _Layout, whole: _Layout, error: duckdb.ConversionException) -> tuple[str, ...]:
    place = describe_conversion(error)
    names = [
        f"“{shown(header)}”"
        for header, before, after in zip(whole.headers, sampled.kinds, whole.kinds, strict=False)
        if before != after == "text"
    ]
    if not names:
        return ()
    return (f"Read as text, for not every value fits: {', '.join(names)}{place and f' ({place})'}.",)


def _read(connection: duckdb.DuckDBPyConnection, layout: _Layout, cancelled: Callable[[], bool]) -> Scan:
    _stop_if(cancelled)
    aliases = [f"c{index}" for index in range(len(layout.headers))]
    wanted = [f"{_expression(alias, name)} AS {alias}" for alias, name in zip(aliases, layout.types, strict=True)]
    query = f"SELECT {', '.join(wanted)} FROM {layout.table} AS t({', '.join(aliases)})"
    arrays = connection.execute(query, layout.parameters).fetchnumpy()
    _stop_if(cancelled)
    columns = tuple(
        _column(header, name, arrays[alias])
        for alias, header, name in zip(aliases, layout.headers, layout.types, strict=True)
    )
    return Scan(columns, len(arrays[aliases[0]]), layout.notes)


def _expression(alias: str, duckdb_type: str) -> str:
    if duckdb_type == "BOOLEAN":
        return alias  # DuckDB would move a cast into its CSV reader, where the word true is no number
    if _kind(duckdb_type) == "number":
        return f"CAST({alias} AS DOUBLE)"
    return f"{alias} IS NULL"  # only counted: the values never become Python objects


def _column(header: str, duckdb_type: str, array: NDArray[Any]) -> ScannedColumn:
    kind = _kind(duckdb_type)
    if kind != "number":
        return ScannedColumn(header, kind, None, int(np.count_nonzero(array)))
    nulls = int(np.count_nonzero(np.ma.getmaskarray(array)))
    values = np.ma.filled(array.astype(np.float64, copy=False), np.nan)
    missing = values.size - int(np.count_nonzero(np.isfinite(values)))
    return ScannedColumn(header, kind, values, missing, missing - nulls, duckdb_type == "BOOLEAN")


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise ReadCancelledError
