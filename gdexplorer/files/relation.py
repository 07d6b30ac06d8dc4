"""The cells of a table, wherever they are, as DuckDB sees them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from gdexplorer.core.errors import InputError
from gdexplorer.core.watching import Watch
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.doors import shown
from gdexplorer.files.splitting import Record, bare

OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_QUOTES = ("'", '"', " ")
_BATCH_CELLS = 20_000  # DuckDB takes over a batch while all other threads wait: some milliseconds
_FEWEST_ROWS = 100  # in a batch, since each column costs something by itself
_SPACES = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8239) || chr(8201) || chr(34)"


@dataclass(frozen=True)
class Relation:
    """What stands behind FROM, with one column for each of the table's.

    Attributes:
        table: SQL.
        parameters: Of it.
        aliases: Names of the columns.
        types: DuckDB's type of each; VARCHAR for cells as written.
        line: SQL for the line of the file that a row begins on, or "" where only counting rows tells it.
        is_trimmed: Whether texts have no spaces around.
        is_typed: Whether cells come from numbers rather than from how somebody wrote them.
    """

    table: str
    parameters: dict[str, Any]
    aliases: tuple[str, ...]
    types: tuple[str, ...]
    line: str = ""
    is_trimmed: bool = False
    is_typed: bool = False

    @property
    def is_held(self) -> bool:
        """Whether the cells are in memory already, so that looking at them again costs little."""
        return not self.parameters

    def cell(self, position: int) -> str:
        """Return the SQL for the text in a column of VARCHAR, without spaces around."""
        alias = self.aliases[position]
        return alias if self.is_trimmed else f"trim({alias}, {_SPACES})"

    def fetch(self, connection: duckdb.DuckDBPyConnection, wanted: str, behind: str = "") -> list[tuple[Any, ...]]:
        """Return all rows of ``SELECT wanted FROM`` this, with ``behind`` at the end."""
        return connection.execute(f"SELECT {wanted} FROM {self.table} {behind}", self.parameters).fetchall()


def pattern(path: Path) -> str:
    """Return the glob pattern for ``path`` alone: told ``a[1].csv``, DuckDB would read ``a1.csv``."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def parquet_relation(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[Relation, tuple[str, ...]]:
    """Return the relation of a Parquet file and the names in it."""
    source = "read_parquet($path, hive_partitioning = false)"
    parameters = {"path": pattern(path)}
    described = connection.execute(f"DESCRIBE FROM {source}", parameters).fetchall()
    aliases = tuple(f"c{index}" for index in range(len(described)))
    table = f"{source} AS t({', '.join(aliases)})"
    names = tuple(row[0] for row in described)
    return Relation(table, parameters, aliases, tuple(row[1] for row in described)), names


@dataclass(frozen=True)
class TextOptions:
    """How DuckDB itself is to read a regular text table.

    Attributes:
        path: A text in UTF-8.
        separator: One sign.
        has_quotes: Whether cells may stand in double quotes.
        skipped: Lines before the first row.
        types: One for each column.
        missing: Words that stand for no value, as spelled.
    """

    path: Path
    separator: str
    has_quotes: bool
    skipped: int
    types: tuple[str, ...]
    missing: tuple[str, ...] = field(default=("",))

    def relation(self) -> Relation:
        """Return the relation of the text's rows."""
        aliases = tuple(f"c{index}" for index in range(len(self.types)))
        columns = ", ".join(f"{alias}: '{name}'" for alias, name in zip(aliases, self.types, strict=True))
        quote = '"' if self.has_quotes else ""
        table = (
            f"read_csv($path, columns = {{{columns}}}, auto_detect = false, header = false, delim = $delim, "
            f"quote = '{quote}', escape = '{quote}', skip = {self.skipped}, nullstr = $missing, comment = '', "
            "hive_partitioning = false)"
        )
        parameters = {"path": pattern(self.path), "delim": self.separator, "missing": list(self.missing)}
        return Relation(table, parameters, aliases, self.types)


def load(
    connection: duckdb.DuckDBPyConnection,
    records: Iterator[Record],
    width: int,
    watch: Watch,
    name: str,
    *,
    is_typed: bool,
) -> Relation:
    """Put records of ``width`` cells into a table of ``connection``, and return it.

    Raises:
        InputError: A record has too many cells.
        ReadCancelledError: The watch said so.
    """
    aliases = [f"c{index}" for index in range(width)]
    total = 0
    while batch := list(itertools.islice(records, max(_FEWEST_ROWS, _BATCH_CELLS // width))):
        stop_if(watch)
        for line, cells in batch:
            if len(cells) != width:
                raise _ragged(name, line, len(cells), width)
        columns = _columns([cells for _, cells in batch])
        arrays: dict[str, Any] = dict(zip(aliases, columns, strict=True))
        arrays["line"] = np.array([line for line, _ in batch], dtype=np.int64)
        connection.register("batch", arrays)
        make = "INSERT INTO cells" if total else "CREATE TEMP TABLE cells AS"
        connection.execute(f"{make} SELECT * FROM batch")
        connection.unregister("batch")
        total += len(batch)
    if not total:
        raise InputError(f"{shown(name)} has a header but no rows below it; choose a file with data.")
    types = ("VARCHAR",) * width
    return Relation("cells", {}, tuple(aliases), types, "line", is_trimmed=True, is_typed=is_typed)


def _ragged(name: str, line: int, found: int, width: int) -> InputError:
    if width == 1:
        return InputError(
            f"{name} has no clear columns: line {line:,} has {found} values and most lines have one; "
            "separate the values by commas, and quote those that hold any."
        )
    return InputError(
        f"{name} has {found} values on line {line:,} where {width} are expected; give every line as many values as "
        "there are columns, and quote those that hold the separator."
    )


def _columns(rows: Sequence[Sequence[str]]) -> list[Any]:
    made = []
    for cells in zip(*rows, strict=True):
        column = np.empty(len(rows), dtype=object)
        column[:] = [bare(cell) if cell[:1] in _QUOTES else cell.strip() for cell in cells]
        made.append(column)
    return made
