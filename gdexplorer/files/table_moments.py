"""Moments of terms over all rows of a table that stays on disk, computed by DuckDB in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.errors import InputError
from gdexplorer.core.moments import Moments, from_sums
from gdexplorer.core.terms import Term, too_large
from gdexplorer.core.watching import Watch
from gdexplorer.files.cache_folder import cache_folder
from gdexplorer.files.doors import shown
from gdexplorer.files.query import NumbersQuery, watched

#: What DuckDB may take for a pass over a table that stays on disk.
_MEMORY = "512MB"
_SETTINGS = "SET enable_external_file_cache = false; SET memory_limit = '{memory}'; SET temp_directory = '{folder}'"
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_MULTIPLIED_POWERS = 12  # higher ones are left to pow(), which takes ten times as long as a product
_MOST_KNOWN = 64
_MOST_PASSES = 3


@contextmanager
def frugal() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that works in bounded memory, whatever the size of the table."""
    folder = str(cache_folder() / "spilled").replace("'", "''")
    with duckdb.connect(":memory:", config=_OFFLINE) as connection:
        connection.execute(_SETTINGS.format(memory=_MEMORY, folder=folder))
        yield connection


def run_frugally(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: dict[str, Any],
    watch: Watch,
    part: tuple[float, float] = (0, 1),
) -> None:
    """Execute ``query``, on one core if more need more memory than they may have; see :func:`watched`."""
    for is_last in (False, True):
        try:
            with watched(connection, watch, part):
                connection.execute(query, parameters)
                return
        except duckdb.OutOfMemoryException:
            if is_last:
                raise
            connection.execute("SET threads = 1; SET memory_limit = '80%'")


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Return size and time of the last change, by which another state of the file is known; None for no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


class TableMoments:
    """The moments of terms over all rows of a table. A :class:`gdexplorer.core.moments.MomentSource`.

    What was found is kept, and what follows from it is not looked for again. One thread at a time.

    Attributes:
        query: Of a file with numbered rows.
        columns: The query's name of each column, by its name in the data set.
        title: What to call the file.
        gaps: Those columns, by their names in the data set, that have no finite number in some row.
        stamp: State of the file.
    """

    def __init__(
        self,
        query: NumbersQuery,
        columns: Mapping[str, str],
        title: str,
        gaps: Sequence[str],
        stamp: tuple[int, int] | None = None,
        held: object = None,
    ) -> None:
        """Args: ``held`` lives as long as this does, and keeps the file from being evicted."""
        self.query = query
        self.columns = dict(columns)
        self.title = title
        self.gaps = frozenset(gaps)
        self.stamp = stamp or stamp_of(query.path)
        self._held = held
        self._known: list[tuple[tuple[Term, ...], Moments]] = []

    @property
    def known(self) -> tuple[tuple[tuple[Term, ...], Moments], ...]:
        """What was found so far, the newest first."""
        return tuple(self._known)

    def learn(self, terms: Sequence[Term], moments: Moments) -> None:
        """Keep what is known of ``terms``."""
        self._known.insert(0, (tuple(terms), moments))
        del self._known[_MOST_KNOWN:]

    def moments(self, terms: Sequence[Term], near: Moments, watch: Watch) -> Moments:
        """See :class:`gdexplorer.core.moments.MomentSource`; ReadCancelledError where nobody waits any more."""
        for others, found in self._known:
            if set(terms) <= set(others) and self._gaps_in(terms) == self._gaps_in(others):
                return found if others == tuple(terms) else found.at([others.index(term) for term in terms])
        name = shown(self.title)
        if stamp_of(self.query.path) != self.stamp:
            raise InputError(f"{name} is no longer what it was when it was opened; open it again.")
        try:
            found = self._pass_until_sure(terms, near, watch)
        except duckdb.Error as error:
            reason = _first_line(error)
            raise InputError(f"{name} can no longer be read to its end ({reason}); open it again.") from error
        self.learn(terms, found)
        return found

    def _gaps_in(self, terms: Sequence[Term]) -> frozenset[str]:
        return self.gaps & {name for term in terms for name in term.columns}

    def _pass_until_sure(self, terms: Sequence[Term], near: Moments, watch: Watch) -> Moments:
        """Pass over the table, and again where the sample that ``near`` is of was misleading."""
        found = near
        for _ in range(_MOST_PASSES):
            found, is_sure = self._pass(terms, near, watch)
            if is_sure:
                break
            near = found
        return found

    def _pass(self, terms: Sequence[Term], near: Moments, watch: Watch) -> tuple[Moments, bool]:
        """Return the moments, or where they could not be computed so what to try next; and whether they are sure."""
        count = len(terms)
        query = self._sql(terms, near)
        with frugal() as connection:
            run_frugally(connection, f"CREATE TEMP TABLE found AS {query}", self.query.parameters, watch)
            rows, *numbers = connection.execute("FROM found").fetchall()[0]
        if rows == 0:
            names = dict.fromkeys(name for term in terms for name in term.columns)
            raise InputError(f"No row of {shown(self.title)} has a number in all of {', '.join(names)}.")
        found = np.array(numbers, dtype=np.float64)
        low, high, totals = found[: 3 * count].reshape(3, count)
        for index, term in enumerate(terms):
            if not (np.isfinite(low[index]) and np.isfinite(high[index])):
                raise too_large(term)
        products = np.zeros((count, count))
        upper = np.triu_indices(count)
        products[upper] = found[3 * count :]
        products.T[upper] = products[upper]
        moments, is_sure = from_sums(near, int(rows), totals, products, np.where(low == high, low, np.nan))
        return (moments, is_sure) if moments.is_finite else (_by_range(low, high, int(rows)), False)

    def _sql(self, terms: Sequence[Term], near: Moments) -> str:
        """Return the query for the number of rows, then smallest, largest and sums, then sums of products."""
        names = sorted({name for term in terms for name in term.columns})
        expressions = dict(zip(self.query.names, self.query.expressions, strict=True))
        own = {name: f"v{index}" for index, name in enumerate(names)}
        values = ", ".join(f"{expressions[self.columns[name]]} AS {own[name]}" for name in names)
        gaps = [f"isfinite({own[name]})" for name in names if name in self.gaps]
        where = f" WHERE {' AND '.join(gaps)}" if gaps else ""
        x = ", ".join(f"{_term_sql(term, own)} AS x{i}" for i, term in enumerate(terms))
        source = f"SELECT {x} FROM (SELECT {values} FROM {self.query.table}){where}"
        R = near.whitening()
        for i in range(len(terms)):  # one upon the other, as each z needs those before it
            u = f"(x{i} - {_number(near.centres[i])}) / {_number(near.spreads[i])}"
            taken = "".join(f" - {_number(R[j, i])} * z{j}" for j in range(i) if R[j, i] != 0)
            source = f"SELECT *, ({u}{taken}) / {_number(R[i, i])} AS z{i} FROM ({source})"
        count = range(len(terms))
        wanted = [f"{function}({letter}{i})" for function, letter in _SUMMED for i in count]
        wanted += [f"fsum(z{i} * z{j})" for i, j in combinations_with_replacement(count, 2)]
        named = ", ".join(f"{sql} AS f{index}" for index, sql in enumerate(wanted))
        return f"SELECT count(*) AS rows, {named} FROM ({source})"


_SUMMED = (("min", "x"), ("max", "x"), ("fsum", "z"))  # fsum carries the rounding along (Kahan), whatever the threads


def _term_sql(term: Term, own: Mapping[str, str]) -> str:
    return " * ".join(_power_sql(own[name], power) for name, power in term.factors)


def _power_sql(name: str, power: int) -> str:
    if power == 1:
        return name
    if power > _MULTIPLIED_POWERS:
        return f"pow({name}, {power})"
    half = _power_sql(name, power // 2)
    return f"({half} * {half} * {name})" if power % 2 else f"({half} * {half})"


def _number(value: float) -> str:
    """Return SQL for exactly this DOUBLE; a number without an exponent would be a DECIMAL."""
    text = repr(float(value))
    return f"({text})" if "e" in text else f"({text}e0)"


def _by_range(low: FloatArray, high: FloatArray, rows: int) -> Moments:
    """Return what keeps every variable from −1 to 1, to be passed over with."""
    is_constant = low == high
    spreads = np.where(is_constant, 1.0, np.maximum(high / 2 - low / 2, np.finfo(float).tiny))
    return Moments(rows, low / 2 + high / 2, spreads, np.diag(np.where(is_constant, 0.0, 1.0)), is_constant)


def _first_line(error: Exception) -> str:
    return shown(str(error).partition("\n")[0], 120)
