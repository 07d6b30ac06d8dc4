"""Tables too big for memory: a random sample of their rows, and the file to pass over for the others."""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.errors import InputError
from gdexplorer.core.moments import SAMPLE_SEED
from gdexplorer.core.watching import Watch
from gdexplorer.files.cache_folder import Hold, cache_folder, new_file, touch
from gdexplorer.files.doors import shown
from gdexplorer.files.query import NumbersQuery
from gdexplorer.files.table_moments import TableMoments, frugal, run_frugally, stamp_of

#: More numbers than these are not held in memory, unless the user asks for it: 160 MB, and as much again to work with.
MOST_NUMBERS = 20_000_000
#: Rows of a sample: no more than draws every plot and settles every loss, fewer in a wide table.
MOST_SAMPLED, _FEWEST_SAMPLED = 200_000, 10_000
_BYTES_NEEDED = 8 * 4  # of memory for a number in use: in DuckDB, in a column, scaled, and room to work
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, eq=False)
class BigTable:
    """What is known of a table that stays on disk.

    Attributes:
        columns: A random sample of the rows in the file's order, for each name of the query; shape (rows,), NaN where
            missing. See :data:`gdexplorer.core.moments.SAMPLE_SEED`.
        total_rows: Rows of the file.
        missing: Rows of the file without a finite number, by column.
        low: Smallest finite number of the file, by column; NaN where there is none.
        high: The largest one.
        query: Of a file with numbered rows: that of the table itself, or of its copy in the cache.
        title: Name of the table's file.
    """

    columns: tuple[FloatArray, ...]
    total_rows: int
    missing: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    query: NumbersQuery
    title: str
    _held: object

    def moments(self, names: Sequence[str]) -> TableMoments:
        """Return what a data set needs that calls its columns ``names``: one for each of the query's, in its order."""
        gaps = [name for name, missing in zip(names, self.missing, strict=True) if missing]
        columns = dict(zip(names, self.query.names, strict=True))
        return TableMoments(self.query, columns, self.title, gaps, held=self._held)


def sampled_rows(column_count: int) -> int:
    """Return how many rows are sampled of a table with so many columns of numbers."""
    return max(_FEWEST_SAMPLED, min(MOST_SAMPLED, MOST_NUMBERS // max(column_count, 1)))


def is_big(row_count: int, column_count: int) -> bool:
    """Whether a table of so many rows and columns of numbers stays on disk."""
    return row_count * column_count > MOST_NUMBERS and row_count > sampled_rows(column_count)


def check_memory(path: Path, row_count: int, column_count: int) -> None:
    """Check that all rows fit into memory.

    Raises:
        InputError: They do not.
    """
    needed, free = row_count * column_count * _BYTES_NEEDED, _free_memory()
    if needed > free:
        raise InputError(
            f"All {row_count:,} rows of {shown(path.name)} need about {needed / 1e9:,.1f} GB of memory, and "
            f"{free / 1e9:,.1f} GB are free; use a sample of them, or fewer columns."
        )


def open_big(query: NumbersQuery, row_count: int, watch: Watch) -> BigTable:
    """Take a random sample of a table, in bounded memory.

    A table without numbered rows, such as a text, is first copied to a Parquet file in the cache; one whose copy is
    still there is not read again.

    Args:
        query: Of its numbers.
        row_count: About how many rows it has.
        watch: Whoever waits.

    Raises:
        InputError: The disk has no room for the copy.
        ReadCancelledError: Nobody waits any more.
        duckdb.Error: The file cannot be read so.
    """
    title, held, at = query.path.name, None, 0.0
    if not query.row_number:
        at = 0.7
        query, held = _copied(query, row_count, watch, (0.0, at))
    parts = [at + (1 - at) * share for share in (0.0, 0.4, 1.0)]
    with frugal() as connection:
        counts, ranges = [], []
        for name in query.names:
            counts.append(f"count(*) FILTER (isfinite({name}))")
            ranges += [f"{function}({name}) FILTER (isfinite({name}))" for function in ("min", "max")]
        wanted = ", ".join(f"{sql} AS f{index}" for index, sql in enumerate((*counts, *ranges)))
        counting = f"CREATE TEMP TABLE counted AS SELECT count(*) AS rows, {wanted} FROM ({query.select})"
        run_frugally(connection, counting, query.parameters, watch, (parts[0], parts[1]))
        rows, *found = connection.execute("FROM counted").fetchall()[0]
        missing = tuple(rows - count for count in found[: len(query.names)])
        low_high = [np.nan if value is None else float(value) for value in found[len(query.names) :]]
        columns = _sample(connection, query, rows, watch, (parts[1], parts[2]))
    return BigTable(columns, rows, missing, tuple(low_high[::2]), tuple(low_high[1::2]), query, title, held)


def _sample(
    connection: duckdb.DuckDBPyConnection, query: NumbersQuery, rows: int, watch: Watch, part: tuple[float, float]
) -> tuple[FloatArray, ...]:
    size = min(rows, sampled_rows(len(query.names)))
    chosen = np.random.default_rng(SAMPLE_SEED).choice(rows, size, replace=False, shuffle=False)
    connection.register("numbers_chosen", {"place": chosen})
    connection.execute("CREATE TEMP TABLE chosen AS SELECT place FROM numbers_chosen")
    connection.unregister("numbers_chosen")
    numbered = replace(query, names=(*query.names, "place"), expressions=(*query.expressions, query.row_number))
    sampling = f"CREATE TEMP TABLE sample AS {numbered.select} WHERE {query.row_number} IN (SELECT place FROM chosen)"
    run_frugally(connection, sampling, query.parameters, watch, part)
    found = connection.execute("FROM sample ORDER BY place").fetchnumpy()
    return tuple(np.ma.filled(found[name], np.nan) for name in query.names)


def _copied(query: NumbersQuery, row_count: int, watch: Watch, part: tuple[float, float]) -> tuple[NumbersQuery, Hold]:
    """Return the query of a copy in the cache, which is made if it is not there, and what keeps it there."""
    what = [str(query.path), stamp_of(query.path), query.table, query.parameters, query.expressions, duckdb.__version__]
    name = f"{hashlib.sha256(json.dumps(what, default=str).encode()).hexdigest()[:32]}.parquet"
    copy = cache_folder() / name
    if not _is_whole(copy):
        try:
            with new_file(name, 8 * row_count * len(query.names)) as place, frugal() as connection:
                target = str(place).replace("'", "''")
                copying = f"COPY ({query.select}) TO '{target}' (FORMAT parquet)"
                run_frugally(connection, copying, query.parameters, watch, part)
        except OSError as error:
            raise _no_room(query.path, error.strerror or "") from error
        except duckdb.IOException as error:
            full = next((code for code in _FULL if os.strerror(code) in str(error)), None)
            if full is None:
                raise
            raise _no_room(query.path, os.strerror(full)) from error
    touch(copy)
    held = Hold(copy)
    there = NumbersQuery(
        "read_parquet($path, hive_partitioning = false)",
        {"path": glob.escape(str(copy))},
        query.names,
        query.names,
        copy,
        "file_row_number",
    )
    return there, held


def _is_whole(copy: Path) -> bool:
    """Whether there is a file that ends as a Parquet file does: DuckDB writes that last."""
    try:
        with copy.open("rb") as file:
            file.seek(-4, os.SEEK_END)
            return file.read() == b"PAR1"
    except OSError:
        return False


def _no_room(path: Path, reason: str) -> InputError:
    return InputError(
        f"{shown(path.name)} is larger than memory, and a copy to work with cannot be written to {cache_folder()} "
        f"({reason}); make room there, or set XDG_CACHE_HOME to a folder on another disk."
    )


def _free_memory() -> float:
    """Return the bytes that can be taken without swapping; infinite where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("MemAvailable"))) * 1024
    except (OSError, StopIteration, ValueError):
        return float("inf")
