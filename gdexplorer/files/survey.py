"""What the cells of a table's columns look like, counted by DuckDB over all columns at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from gdexplorer.core.watching import Watch
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.dates import formats_of
from gdexplorer.files.number_rules import Shape
from gdexplorer.files.query import watched
from gdexplorer.files.relation import Relation
from gdexplorer.files.words import MISSING, MISSING_TEXTS

_CELLS = "cells below one another"  # in a query, for the SQL that yields them
_COLUMNS_A_QUERY = 400
_MOST_SHAPES = 400
_LONGEST_CELL = 80  # of a cell that may be a number


@dataclass(frozen=True)
class Counts:
    """What one pass over a column of texts counts; see _COUNTED."""

    rows: int
    without: int
    filled: int
    numbers: int
    points: int
    thirds: int
    thirds_rounded: int
    thirds_below_one: int
    longer: int
    zero_led: int


#: SQL for Counts, with a cell as t, whether it is missing as m, and whether it is as a text as n.
_COUNTED = (
    "count(*)",
    "count(*) FILTER (n)",
    "count(*) FILTER (NOT m)",
    "count(*) FILTER (NOT m AND TRY_CAST(t AS DOUBLE) IS NOT NULL)",
    "count(*) FILTER (t LIKE '%._%' AND NOT m)",
    "count(*) FILTER (t LIKE '%.___')",
    "count(*) FILTER (t LIKE '%.__0')",
    "count(*) FILTER (t LIKE '0.___' OR t LIKE '-0.___' OR t LIKE '.___')",
    "count(*) FILTER (t LIKE '%.____%' AND NOT m)",
    "count(*) FILTER (t LIKE '0__%' AND t NOT LIKE '%.%' AND t NOT LIKE '%,%' AND t NOT LIKE '% %')",
)


class Survey:
    """Looks at the cells of columns of VARCHAR.

    Args:
        connection: Knows the relation.
        cells: All of them, or the first.
        missing_words: Words that stand for no value, beside the usual ones.
        watch: Of this work.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, cells: Relation, missing_words: Sequence[str], watch: Watch
    ) -> None:
        self._connection, self._cells, self._watch = connection, cells, watch
        self._missing_pattern = _one_of(MISSING | {word.strip().lower() for word in missing_words})
        self._missing_text_pattern = _one_of({*MISSING_TEXTS, *missing_words})

    def counts(self, positions: Sequence[int]) -> dict[int, Counts]:
        """Return what is counted in each of the columns at ``positions``."""
        query = (
            f"SELECT position, {', '.join(_COUNTED)} FROM (SELECT position, t, "
            f"t IS NULL OR regexp_full_match(lower(t), {self._missing_pattern}) AS m, "
            f"t IS NULL OR regexp_full_match(t, {self._missing_text_pattern}) AS n FROM ({_CELLS})) GROUP BY position"
        )
        return {int(row[0]): Counts(*row[1:]) for row in self._over_columns(query, positions)}

    def _over_columns(self, query: str, positions: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of ``query``, in which _CELLS stands for position, text t and line of all cells.

        One below the other, the cells of a thousand columns take no longer than those of one.
        """
        for start in range(0, len(positions), _COLUMNS_A_QUERY):
            stop_if(self._watch)
            part = positions[start : start + _COLUMNS_A_QUERY]
            texts = ", ".join(map(self._cells.cell, part))
            cells = (
                f"SELECT unnest([{', '.join(map(str, part))}]) AS position, unnest([{texts}]) AS t, "
                f"{self._cells.line or '0'} AS line FROM {self._cells.table}"
            )
            with watched(self._connection, self._watch, (0.0, 0.05)):  # the reading itself is to come
                yield from self._connection.execute(query.replace(_CELLS, cells), self._cells.parameters).fetchall()

    def absent(self, position: int) -> str:
        """Return the SQL for whether a cell is empty or a word for missing."""
        cell = self._cells.cell(position)
        return f"({cell} IS NULL OR regexp_full_match(lower({cell}), {self._missing_pattern}))"

    def absent_text(self, position: int) -> str:
        """Return the SQL for the same in a column of texts, where fewer words mean it."""
        cell = self._cells.cell(position)
        return f"({cell} IS NULL OR regexp_full_match({cell}, {self._missing_text_pattern}))"

    def missing_words(self, positions: Sequence[int]) -> list[str]:
        """Return the words for missing in the columns at ``positions``, as they are spelled."""
        query = (
            f"SELECT DISTINCT t FROM ({_CELLS}) WHERE t <> '' AND regexp_full_match(lower(t), {self._missing_pattern})"
        )
        return sorted({str(text) for (text,) in self._over_columns(query, positions)})

    def shapes(self, positions: Sequence[int]) -> dict[int, list[Shape]]:
        """Return how the cells of columns are written, the most frequent first.

        Which digits they have does not count, but how many are in a row, and whether the first is a 0.
        """
        shape = (
            f"regexp_replace(regexp_replace(regexp_replace(left(t, {_LONGEST_CELL}), "
            r"'(^|[^0-9])0', '\1'||chr(57344), 'g'), '[0-9]{4,}', chr(57345), 'g'), '[0-9]', '9', 'g')"
        )
        groups = (
            "SELECT position, arg_min(t, line) AS t, count(*) AS n, min(line) AS line "
            f"FROM (SELECT *, {shape} AS shape "
            f"FROM ({_CELLS}) WHERE NOT regexp_full_match(lower(t), {self._missing_pattern})) GROUP BY position, shape"
        )
        query = (
            f"FROM ({groups}) QUALIFY row_number() OVER (PARTITION BY position ORDER BY n DESC, line, t) "
            f"<= {_MOST_SHAPES} ORDER BY position, n DESC, line, t"
        )
        found: dict[int, list[Shape]] = {position: [] for position in positions}
        for position, text, count, line in self._over_columns(query, positions):
            found[int(position)].append(Shape(str(text), int(count), int(line)))
        return found

    def formats(self, position: int, examples: Sequence[str]) -> tuple[str, ...]:
        """Return the formats that read the dates in a column, those that read more of them first."""
        formats = formats_of(examples)
        if len(formats) < 2:
            return formats
        cell = self._cells.cell(position)
        wanted = ", ".join(f"count(try_strptime({cell}, '{each}'))" for each in formats)
        (counts,) = self._cells.fetch(self._connection, wanted)
        return tuple(sorted(formats, key=lambda each: -counts[formats.index(each)]))


def _one_of(words: Iterable[str]) -> str:
    """Return the SQL for a regular expression that is one of ``words``: quicker than a list of them."""
    return quoted("|".join(sorted(map(re.escape, words))))


def quoted(text: str) -> str:
    """Return ``text`` as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
