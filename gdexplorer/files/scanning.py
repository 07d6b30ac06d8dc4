"""A table file's columns: what the reader found, how it decided to read it, and the numbers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.errors import InputError
from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.core.table_report import Example
from gdexplorer.core.watching import Watch
from gdexplorer.files.big_table import BigTable, check_memory, is_big, open_big
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.complaints import explain
from gdexplorer.files.deciding import Plan, decide
from gdexplorer.files.doors import FileKind, file_kind, shown
from gdexplorer.files.grid import Grid
from gdexplorer.files.json_table import json_grid, looks_like_json
from gdexplorer.files.layout import Layout, lay_out
from gdexplorer.files.query import NumbersQuery, read_numbers
from gdexplorer.files.relation import OFFLINE, Relation, TextOptions, load, parquet_relation
from gdexplorer.files.rows import Rows
from gdexplorer.files.splitting import SINGLE_SIGNS
from gdexplorer.files.survey import Survey
from gdexplorer.files.text_grid import text_grid
from gdexplorer.files.unpacking import unpack
from gdexplorer.files.workbook import workbook_grid

#: Texts from this size on are read by DuckDB alone, if their lines are regular.
_LARGE_BYTES = 1 << 20
_SAMPLED_ROWS = 20_480
_MOST_EXAMPLES = 3
_ROWS_SHOWN = 20
_MOST_COUNTED = 2_000_000  # rows, to find the line that one of them begins on
_COLUMNS_A_QUERY = 400  # where reading them one after the other costs nothing


@dataclass(frozen=True, eq=False)
class ScannedColumn:
    """One column as the file has it.

    Attributes:
        header: Its name in the file, with whatever unit stands there.
        unit: From a line of units below the names, or "".
        plan: How it is read.
        values: Shape (rows,), float64, for numbers; None for any other kind. May hold NaN and infinities.
        missing: Rows without a finite number; without any value, for other kinds.
        unread: Those of the missing that hold something which is no word for missing.
        words: Words for missing in it, each with where it first stands.
        examples: Of cells that were converted, or of those that could not be read.
        converted: A cell that was converted; None where none was.
    """

    header: str
    unit: str
    plan: Plan
    values: FloatArray | None
    missing: int
    unread: int
    words: tuple[Example, ...]
    examples: tuple[Example, ...]
    converted: Example | None = None


@dataclass(frozen=True, eq=False)
class Scan:
    """All columns of a file in their order, ``row_count`` values each, and where they were found.

    Attributes:
        columns: All of them.
        row_count: Rows of the table.
        grid: The cells that a text, a workbook or JSON was cut into; None for Parquet.
        layout: Where the table is among them.
        rows: What is no row of it; None where all lines are, or nobody looked.
        big: The table on disk, where the columns only hold a sample of its rows.
        first_rows: Of a table that was not cut from a grid, its first rows as texts.
    """

    columns: tuple[ScannedColumn, ...]
    row_count: int
    grid: Grid | None = None
    layout: Layout | None = None
    rows: Rows | None = None
    big: BigTable | None = None
    first_rows: tuple[tuple[str, ...], ...] = ()

    @property
    def dropped(self) -> int:
        """Lines below the names that did not become rows, units and the like among them."""
        if self.rows is not None:
            return self.rows.dropped
        return len(self.layout.between) if self.layout is not None else 0


def scan(path: Path, choices: ReadingChoices, watch: Watch) -> Scan:
    """Read the table at ``path``, a file that ``table_path`` let in.

    Raises:
        InputError: It is no table, or a line of it is not like the others.
        ReadCancelledError: The watch said so.
    """
    name = shown(path.name)
    try:
        with tempfile.TemporaryDirectory(prefix="gdexplorer-") as folder:
            return _scan(path, name, choices, Path(folder), watch)
    except (duckdb.Error, MemoryError) as error:
        raise explain(error, name) from error


def _scan(path: Path, name: str, choices: ReadingChoices, folder: Path, watch: Watch) -> Scan:
    kind = file_kind(path, name)
    packed = path
    if kind in (FileKind.GZIP, FileKind.ZSTD):
        path = folder / f"unpacked{Path(packed.stem).suffix}"
        unpack(packed, kind, path, name, watch)
        kind = file_kind(path, name)
        if kind in (FileKind.GZIP, FileKind.ZSTD):
            raise InputError(f"{name} is packed twice; unpack it and open what comes out.")
    with duckdb.connect(":memory:", config=OFFLINE) as connection:
        if kind is FileKind.PARQUET:
            cells, names = parquet_relation(connection, path)
            numbered = "file_row_number" if path == packed else ""
            reader = _Reader(connection, cells, names, (), choices, "", packed, watch)
            found = reader.scan(rows=_parquet_rows(connection, cells), row_number=numbered)
            return replace(found, first_rows=_first_rows(connection, cells))
        if kind is FileKind.WORKBOOK:
            return _scan_grid(connection, workbook_grid(path, name, choices.sheet), packed, name, choices, watch)
        if choices.separator is None and looks_like_json(path):
            return _scan_grid(connection, json_grid(path, name), packed, name, choices, watch)
        grid = text_grid(path, name, choices, folder, watch)
        return _scan_grid(connection, grid, packed, name, choices, watch)


def _first_rows(connection: duckdb.DuckDBPyConnection, cells: Relation) -> tuple[tuple[str, ...], ...]:
    texts = ", ".join(f"coalesce(CAST({alias} AS VARCHAR), '')" for alias in cells.aliases)
    return tuple(cells.fetch(connection, texts, f"LIMIT {_ROWS_SHOWN}"))


def _parquet_rows(connection: duckdb.DuckDBPyConnection, cells: Relation) -> int:
    ((rows,),) = cells.fetch(connection, "count(*)")  # which stands in the file
    return int(rows)


def _scan_grid(
    connection: duckdb.DuckDBPyConnection, grid: Grid, path: Path, name: str, choices: ReadingChoices, watch: Watch
) -> Scan:
    layout = _known_layout(grid) if grid.has_header else lay_out(grid.head, choices)
    separator = grid.cut.separator if grid.cut is not None else ""
    if _is_regular(grid, layout, choices):
        try:
            return _scan_regular(connection, grid, layout, path, choices, watch)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            connection.execute("DROP TABLE IF EXISTS sample")  # some line is not like those at the beginning
    rows = Rows(layout, has_tail=not grid.has_header, last_line=choices.last_line, separator=separator.strip())
    cells = load(connection, rows.cut(grid.records()), layout.width, watch, name, is_typed=grid.is_typed)
    reader = _Reader(connection, cells, _names(layout), layout.units, choices, separator, path, watch)
    found = reader.scan()
    return replace(found, grid=grid, layout=layout, rows=rows)


def _known_layout(grid: Grid) -> Layout:
    names = tuple(grid.head[0][1])
    return Layout(len(names), names, (), 0, 1, (), (), frozenset())


def _names(layout: Layout) -> tuple[str, ...]:
    return layout.names or ("",) * layout.width


def _is_regular(grid: Grid, layout: Layout, choices: ReadingChoices) -> bool:
    """Whether DuckDB can read all lines from the first row on by itself, as far as head and tail tell."""
    if grid.text is None or grid.cut is None or grid.cut.separator not in SINGLE_SIGNS or layout.width < 2:
        return False
    if choices.last_line is not None or grid.text.stat().st_size < _LARGE_BYTES or not grid.tail:
        return False
    rows = Rows(layout)
    head = list(rows.cut(iter(grid.head[:-1])))
    tail = list(Rows(layout).cut((layout.first_line, cells) for _, cells in grid.tail))
    kept = [record for record in grid.head[:-1] if record[0] >= layout.first_line]
    is_even = all(len(cells) == layout.width for _, cells in (*kept, *grid.tail))
    return is_even and len(head) == len(kept) and len(tail) == len(grid.tail)


def _scan_regular(
    connection: duckdb.DuckDBPyConnection,
    grid: Grid,
    layout: Layout,
    path: Path,
    choices: ReadingChoices,
    watch: Watch,
) -> Scan:
    assert grid.text is not None
    assert grid.cut is not None
    texts = TextOptions(
        grid.text, grid.cut.separator, grid.cut.has_quotes, layout.first_line - 1, ("VARCHAR",) * layout.width
    )
    whole = texts.relation()
    connection.execute(
        f"CREATE TEMP TABLE sample AS SELECT *, row_number() OVER () AS line FROM {whole.table} LIMIT {_SAMPLED_ROWS}",
        whole.parameters,
    )
    sample = replace(whole, table="sample", parameters={}, line="line")
    names = _names(layout)
    plans = decide(connection, sample, choices, grid.cut.separator, watch)
    is_plain = [plan.kind == "number" and plan.is_plain for plan in plans]
    types = tuple("DOUBLE" if plain else "VARCHAR" for plain in is_plain)
    survey = Survey(connection, sample, choices.missing_words, watch)
    seen = survey.missing_words([k for k, plain in enumerate(is_plain) if plain])
    typed = replace(texts, types=types, missing=("", *seen)).relation()
    plans = [
        replace(plan, value=alias, absent=f"({alias} IS NULL)", absent_count=None)
        if plain
        else replace(plan, absent_count=None)
        for plan, plain, alias in zip(plans, is_plain, typed.aliases, strict=True)
    ]
    reader = _Reader(connection, typed, names, layout.units, choices, grid.cut.separator, path, watch)
    try:
        found = reader.scan(plans, _about_rows(grid, layout))
    except duckdb.ConversionException:
        # A value past the sample is unlike those in it, so all rows have to be looked at.
        stop_if(watch)
        reader = _Reader(connection, whole, names, layout.units, choices, grid.cut.separator, path, watch)
        found = reader.scan(rows=_about_rows(grid, layout))
    return replace(found, columns=_with_lines(found.columns, grid, layout), grid=grid, layout=layout)


def _with_lines(columns: Sequence[ScannedColumn], grid: Grid, layout: Layout) -> tuple[ScannedColumn, ...]:
    """Return columns whose examples know their lines rather than the numbers of their rows, from 1."""
    examples = [example for column in columns for example in (*column.examples, *column.words)]
    examples += [column.converted for column in columns if column.converted]
    wanted = {example.line for example in examples if 0 < example.line <= _MOST_COUNTED}
    rows = (line for line, _ in grid.records() if line >= layout.first_line)
    lines = {k: line for k, line in enumerate(islice(rows, max(wanted, default=0)), 1) if k in wanted}

    def placed(examples: Sequence[Example]) -> tuple[Example, ...]:
        return tuple(replace(example, line=lines.get(example.line, 0)) for example in examples)

    return tuple(
        replace(
            each,
            examples=placed(each.examples),
            words=placed(each.words),
            converted=next(iter(placed([each.converted])), None) if each.converted else None,
        )
        for each in columns
    )


def _about_rows(grid: Grid, layout: Layout) -> int:
    """Return about how many rows a regular text has, by the length of the first ones."""
    assert grid.text is not None
    rows = [cells for line, cells in grid.head if line >= layout.first_line]
    signs = sum(len(cell.encode()) + 1 for cells in rows for cell in cells)
    return grid.text.stat().st_size * len(rows) // max(1, signs)


def _converted(plan: Plan) -> Example | None:
    """Return a cell that ``plan`` reads otherwise than a computer would."""
    read = (shape for shape in plan.shapes if plan.rule is None or plan.rule.can_read(shape.example))
    return next((Example(shape.row, shape.example) for shape in read), None) if plan.kind == "number" else None


class _Reader:
    """Reads the columns of one relation."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        cells: Relation,
        names: Sequence[str],
        units: Sequence[str],
        choices: ReadingChoices,
        separator: str,
        path: Path,
        watch: Watch,
    ) -> None:
        self._connection, self._cells, self._names, self._units = connection, cells, names, units
        self._choices, self._separator, self._path, self._watch = choices, separator, path, watch

    def scan(self, plans: Sequence[Plan] | None = None, rows: int = 0, row_number: str = "") -> Scan:
        """Return all columns.

        Args:
            plans: How they are read; None to find out.
            rows: About how many rows there are, where they may be more than memory should hold.
            row_number: SQL that numbers the rows of the user's own file, if there is any.
        """
        stop_if(self._watch)
        if plans is None:
            plans = decide(self._connection, self._cells, self._choices, self._separator, self._watch)
        wanted = [position for position, plan in enumerate(plans) if plan.kind == "number"]
        big = self._big(plans, wanted, rows, row_number)
        arrays = dict(zip(wanted, big.columns, strict=True)) if big else self._numbers(plans, wanted)
        absent, total = self._absent(plans, arrays)
        columns = []
        for position, plan in enumerate(plans):
            values = arrays.get(position)
            unread, missing = 0, absent.get(position, 0)
            if values is not None:
                missing = int(values.size - np.count_nonzero(np.isfinite(values)))
                if big is not None:
                    missing = big.missing[wanted.index(position)]
                unread = max(0, missing - absent[position]) if position in absent else 0
            words = self._words(position, plan) if missing > unread and values is not None else ()
            examples = self._examples(position, plan, unread)
            unit = self._units[position].strip() if self._units else ""
            name, converted = self._names[position], _converted(plan)
            columns.append(ScannedColumn(name, unit, plan, values, missing, unread, words, examples, converted))
        return Scan(tuple(columns), big.total_rows if big else total, big=big)

    def _big(self, plans: Sequence[Plan], wanted: Sequence[int], rows: int, row_number: str) -> BigTable | None:
        """Return the table as one that stays on disk, if it has to."""
        if not wanted or not is_big(rows, len(wanted)):
            return None
        if self._choices.all_rows:
            check_memory(self._path, rows, len(wanted))
            return None
        return open_big(replace(self._query(plans, wanted), row_number=row_number), rows, self._watch)

    def _query(self, plans: Sequence[Plan], positions: Sequence[int]) -> NumbersQuery:
        return NumbersQuery(
            self._cells.table,
            self._cells.parameters,
            tuple(f"v{position}" for position in positions),
            tuple(plans[position].value for position in positions),
            self._path,
        )

    def _numbers(self, plans: Sequence[Plan], wanted: Sequence[int]) -> dict[int, FloatArray]:
        arrays: dict[int, FloatArray] = {}
        step = _COLUMNS_A_QUERY if self._cells.is_held else max(1, len(wanted))
        for start in range(0, len(wanted), step):
            part = wanted[start : start + step]
            arrays |= zip(part, read_numbers(self._connection, self._query(plans, part), self._watch), strict=True)
        return arrays

    def _absent(self, plans: Sequence[Plan], arrays: dict[int, FloatArray]) -> tuple[dict[int, int], int]:
        """Return how many cells are missing in columns where the numbers do not say it, and how many rows there are."""
        counted = {k: plan.absent_count for k, plan in enumerate(plans) if plan.absent_count is not None}
        wanted = [
            k for k, plan in enumerate(plans) if k not in counted and not (plan.kind == "number" and plan.is_plain)
        ]
        if not wanted and arrays:
            return counted, len(next(iter(arrays.values())))
        counts = ", ".join(["count(*)", *(f"count(*) FILTER ({plans[position].absent})" for position in wanted)])
        ((total, *absent),) = self._cells.fetch(self._connection, counts)
        return counted | dict(zip(wanted, map(int, absent), strict=True)), int(total)

    def _words(self, position: int, plan: Plan) -> tuple[Example, ...]:
        """Return the words that stand for no value in a column of numbers."""
        if self._cells.types[position] != "VARCHAR":
            return ()
        cell, line = self._cells.cell(position), self._cells.line or "0"
        rows = self._cells.fetch(
            self._connection,
            f"{cell}, min({line})",
            f"WHERE {plan.absent} AND {cell} <> '' GROUP BY 1 ORDER BY count(*) DESC, 2 LIMIT {_MOST_EXAMPLES}",
        )
        return tuple(Example(int(number), str(text)) for text, number in rows)

    def _examples(self, position: int, plan: Plan, unread: int) -> tuple[Example, ...]:
        """Return cells that could not be read, or else some that had to be converted."""
        if plan.kind != "number":
            return ()
        if unread:
            cell, line = self._cells.cell(position), self._cells.line or "row_number() OVER ()"
            asked = (
                f"SELECT {cell} AS t, {line} AS line, {plan.absent} AS m, {plan.value} AS v FROM {self._cells.table}"
            )
            query = (
                f"SELECT t, line FROM ({asked}) WHERE NOT m AND NOT coalesce(isfinite(v), false) LIMIT {_MOST_EXAMPLES}"
            )
            rows = self._connection.execute(query, self._cells.parameters).fetchall()
            return tuple(Example(int(number), str(text)) for text, number in rows)
        return tuple(Example(shape.row, shape.example) for shape in plan.shapes[:_MOST_EXAMPLES])
