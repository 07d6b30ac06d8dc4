"""The one door for data: a bundled name or a file's path in, a data set and a report on it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gdexplorer.core.column_summary import chosen_rows, histogram
from gdexplorer.core.dataset import Column, Dataset, FloatArray
from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import compact, counted
from gdexplorer.core.reading_choices import UNDECIDED, ReadingChoices
from gdexplorer.core.table_report import ColumnReport, PreviewRow, Role, RowUse, TableReport
from gdexplorer.core.watching import UNWATCHED, Watch
from gdexplorer.files.catalog import Description, find_bundled
from gdexplorer.files.doors import shown, table_path
from gdexplorer.files.naming import names_and_units
from gdexplorer.files.notes import (
    column_notes,
    column_questions,
    conversion,
    file_notes,
    file_questions,
    name_notes,
    role_notes,
    unread_question,
)
from gdexplorer.files.scanning import Scan, ScannedColumn, scan
from gdexplorer.files.splitting import bare, separator_key
from gdexplorer.files.table_cache import TableSlot, slot_for
from gdexplorer.files.words import MISSING, MISSING_NUMBERS, names_code, names_identifier

_PREVIEWED_ROWS = 40
_PREVIEWED_CELLS = 20_000


@dataclass(frozen=True, eq=False)
class OpenedTable:
    """A data set with the report on where it was read from.

    Attributes:
        dataset: The numbers.
        report: What was found and done.
        slot: Where it may be kept, so that it is opened quickly the next time; None for bundled ones.
    """

    dataset: Dataset
    report: TableReport
    slot: TableSlot | None = None


def open_table(source: str, choices: ReadingChoices = UNDECIDED, watch: Watch = UNWATCHED) -> OpenedTable:
    """Read ``source``: a bundled nickname or stem, or the path of a table.

    Text tables, Parquet, workbooks and JSON are read, also packed by gzip or zstd. Columns of numbers become the
    data set, in the order of the file; text and dates are only reported. Any thread may call this.

    Args:
        source: What to read.
        choices: Of the user, who knows better.
        watch: Whether anybody still waits.

    Raises:
        InputError: It cannot be read as a table with rows and a column of numbers.
        ReadCancelledError: The watch said so.
    """
    description = find_bundled(source)
    path = description.path if description else table_path(source)
    slot = None if description else slot_for(path, choices)
    kept = slot.load(watch) if slot else None
    if kept is not None:
        return OpenedTable(*kept, slot)
    found = scan(path, choices, watch)
    name = shown(path.name)
    if found.row_count == 0:
        raise InputError(f"{name} has a header but no rows below it; choose a file with data.")
    if not any(column.values is not None and np.isfinite(column.values).any() for column in found.columns):
        raise InputError(f"{name} has no column of numbers; choose a table with at least one.")
    if description:
        names = [(column.header, description.units.get(column.header, "")) for column in found.columns]
        return _opened(found, names, choices, description.title, description.nickname, description)
    names = names_and_units([column.header for column in found.columns])
    return replace(_opened(found, names, choices, path.stem, str(path)), slot=slot)


def _opened(
    found: Scan,
    names: Sequence[tuple[str, str]],
    choices: ReadingChoices,
    title: str,
    source: str,
    description: Description | None = None,
) -> OpenedTable:
    reports, columns = [], []
    for position, (column, (name, named_unit)) in enumerate(zip(found.columns, names, strict=True)):
        choice = choices.column(position)
        unit = choice.unit if choice.unit is not None else named_unit or column.unit or _written_unit(column)
        role = _role(column, position)
        is_quantity = role in ("quantity", "empty") or (role == "constant" and found.row_count == 1)
        if description is not None:
            is_quantity = name not in description.codes
        if choice.is_quantity is not None:
            is_quantity = choice.is_quantity
            role = "quantity" if is_quantity else role
        if column.values is not None:
            columns.append(Column(name, column.values, unit, is_quantity=is_quantity))
        reports.append(_report(found, column, name, unit, "code" if role == "quantity" and not is_quantity else role))
    dataset = Dataset(
        title,
        tuple(columns),
        source,
        row_noun=description.row_noun if description else "rows",
        suggested_target=description.target if description else None,
        suggested_terms=description.terms if description else (),
        total_rows=found.big.total_rows if found.big else None,
        moments=found.big.moments([column.name for column in columns]) if found.big else None,
    )
    pairs = [(name, column) for column, (name, _) in zip(found.columns, names, strict=True)]
    notes = [*file_notes(found), *name_notes(found, names), *column_notes(pairs, found.grid)]
    if description is None:
        notes += role_notes(reports)
    questions = (*file_questions(found), *column_questions(reports))
    grid, layout = found.grid, found.layout
    report = TableReport(
        found.row_count,
        tuple(reports),
        found.dropped,
        tuple(notes),
        questions,
        _preview(found),
        sheets=grid.sheets if grid else (),
        sheet=grid.sheet if grid else "",
        encoding=grid.encoding if grid else "",
        separator=separator_key(grid.cut) if grid and grid.cut else "",
        header_line=layout.header_line if layout else 1,
        sampled=dataset.row_count if found.big else None,
    )
    return OpenedTable(dataset, report)


def _report(found: Scan, column: ScannedColumn, name: str, unit: str, role: Role) -> ColumnReport:
    rule = column.plan.rule
    low = high = float("nan")
    bars: tuple[int, ...] = ()
    if column.values is not None:
        some = column.values[chosen_rows(column.values.size)]
        some = np.where(np.isfinite(some), some, np.nan)
        if not np.isnan(some).all():
            low, high = float(np.nanmin(some)), float(np.nanmax(some))
            bars = histogram(some, low, high)
    return ColumnReport(
        name,
        column.plan.kind,
        unit,
        column.missing,
        header=column.header,
        role=role,
        decimal=rule.marks.decimal if rule else ".",
        thousands=rule.marks.thousands if rule else "",
        unread=column.unread,
        examples=column.examples,
        conversion=conversion(column),
        question=column.plan.question or unread_question(column, found.grid) or _odd_number_question(column),
        low=low,
        high=high,
        histogram=bars,
    )


def _odd_number_question(column: ScannedColumn) -> str:
    """Return what to ask about a number such as -999 that may stand for no value; "" where there is none."""
    if column.values is None or not column.values.size:
        return ""
    low = float(np.fmin.reduce(column.values))
    if low not in MISSING_NUMBERS:
        return ""
    others = column.values[column.values != low]
    nearest = float(np.fmin.reduce(others)) if others.size else low
    if not nearest > low / 10:
        return ""
    rows = counted(column.values.size - others.size, "rows")
    return f"has {compact(low)} in {rows}, far below all other numbers. Does it stand for no value?"


def _written_unit(column: ScannedColumn) -> str:
    return column.plan.rule.unit if column.plan.kind == "number" and column.plan.rule else ""


def _role(column: ScannedColumn, position: int) -> Role:
    """Return what the numbers of ``column`` are good for, by their name and by how they count up."""
    values = column.values
    if values is None:
        return "quantity"
    finite = np.isfinite(values)
    present = values if finite.all() else values[finite]
    if present.size == 0:
        return "empty"
    if present.min() == present.max():
        return "constant"
    header = column.header.strip()
    is_nameless = not header or header.lower().startswith("unnamed")
    if not (names_code(header) or names_identifier(header) or (is_nameless and position == 0)):
        return "quantity"
    if np.any(present % 1):
        return "quantity"
    if position == 0 and _counts_up(present):
        return "index"
    if is_nameless:
        return "quantity"
    if names_code(header):
        return "code"
    return "identifier" if _counts_up(present) or np.unique(present).size == present.size else "quantity"


def _counts_up(values: FloatArray) -> bool:
    return values.size > 1 and bool(np.all(np.diff(values) == 1))


def _preview(found: Scan) -> tuple[PreviewRow, ...]:
    grid, layout = found.grid, found.layout
    if grid is None or layout is None:
        headers = tuple(column.header for column in found.columns)
        rows = [PreviewRow(number, cells, "row") for number, cells in enumerate(found.first_rows, 1)]
        return (PreviewRow(0, headers, "header"), *rows)
    most = max(8, min(_PREVIEWED_ROWS, _PREVIEWED_CELLS // layout.width))
    odd = [position for position, column in enumerate(found.columns) if column.unread]
    rows = []
    for line, cells in grid.head[:most]:
        is_header = line == layout.header_line or (grid.has_header and line == 0)
        use: RowUse = "header" if is_header else "row" if line >= layout.first_line else "skipped"
        unread = tuple(k for k in odd if use == "row" and k < len(cells) and _is_unread(found.columns[k], cells[k]))
        rows.append(PreviewRow(line, tuple(cell.strip()[:60] for cell in cells), use, unread))
    return tuple(rows)


def _is_unread(column: ScannedColumn, cell: str) -> bool:
    text, rule = bare(cell), column.plan.rule
    return rule is not None and text.lower() not in MISSING and not rule.can_read(text)
