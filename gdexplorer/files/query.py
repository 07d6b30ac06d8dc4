"""The numbers of a table as DuckDB yields them, and how they get into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.watching import Watch
from gdexplorer.files.cancelling import ReadCancelledError, stop_if

#: Numbers that are moved from DuckDB to numpy at once: what that takes, a few milliseconds, the window has to wait.
_PIECE = 1 << 20
_FEWEST_ROWS = 2048  # DuckDB works on so many at a time anyway


@dataclass(frozen=True)
class NumbersQuery:
    """How DuckDB yields a table's numbers: a column of DOUBLE for each name, NULL where missing, in the file's order.

    Attributes:
        table: SQL behind FROM, such as ``read_csv($path, …)``.
        parameters: Of that SQL.
        names: What the columns are called here: ``c0``, ``c1`` and so on.
        expressions: SQL that yields each of them.
        path: The file.
        row_number: SQL that numbers the table's rows from 0, if any passage over it is as good as another, as in a
            Parquet file; "" where it has to be converted first.
    """

    table: str
    parameters: dict[str, Any] = field(hash=False)
    names: tuple[str, ...]
    expressions: tuple[str, ...]
    path: Path
    row_number: str = ""

    @property
    def select(self) -> str:
        """The whole query."""
        wanted = (f"{sql} AS {name}" for sql, name in zip(self.expressions, self.names, strict=True))
        return f"SELECT {', '.join(wanted)} FROM {self.table}"


@contextmanager
def watched(connection: duckdb.DuckDBPyConnection, watch: Watch, part: tuple[float, float] = (0, 1)) -> Iterator[None]:
    """Let ``watch`` end what ``connection`` does, and see how far it is.

    Args:
        connection: Used by this thread alone.
        watch: Whoever waits.
        part: From where to where this brings the whole work, from 0 to 1.

    Raises:
        ReadCancelledError: Nobody waits any more.
    """
    low, high = part
    stop_if(watch)
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")

    def share() -> float:
        percent = connection.query_progress()
        return low + (high - low) * max(percent, 0.0) / 100

    try:
        with watch.during(connection.interrupt, share):
            yield
    except duckdb.InterruptException:
        raise ReadCancelledError from None
    stop_if(watch)


def read_numbers(connection: duckdb.DuckDBPyConnection, query: NumbersQuery, watch: Watch) -> tuple[FloatArray, ...]:
    """Read all numbers into memory: one array for each of the query's names, shape (rows,), NaN where missing.

    DuckDB gathers them on all cores; they come over in pieces, so that no other thread waits longer than a few
    milliseconds. It takes twice the memory of the result.

    Raises:
        ReadCancelledError: Nobody waits any more.
        duckdb.Error: The file cannot be read so.
    """
    columns = ", ".join(f"{name} DOUBLE" for name in query.names)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE numbers ({columns})")
    try:
        with watched(connection, watch, (0.05, 0.95)):  # between finding out how to read and what is left to do
            connection.execute(f"INSERT INTO numbers {query.select}", query.parameters)
        (rows,) = connection.execute("SELECT count(*) FROM numbers").fetchall()[0]
        arrays = tuple(np.empty(rows) for _ in query.names)
        step = max(_FEWEST_ROWS, _PIECE // len(query.names))
        for first in range(0, rows, step):
            stop_if(watch)
            piece = "FROM numbers WHERE rowid >= $first AND rowid < $end"
            found = connection.execute(piece, {"first": first, "end": first + step}).fetchnumpy()
            for array, name in zip(arrays, query.names, strict=True):
                array[first : first + step] = np.ma.filled(found[name], np.nan)
        return arrays
    finally:
        connection.execute("DROP TABLE numbers")
