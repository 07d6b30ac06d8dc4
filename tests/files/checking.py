"""What of a table that was read is not as it was written."""

from __future__ import annotations

import math
import re

import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.table_report import ColumnReport
from gdexplorer.files.reading import OpenedTable
from tests.files.dialect import Dialect
from tests.files.tables import Column, Table
from tests.files.writing import TextForm


def faults(opened: OpenedTable, table: Table, dialect: Dialect) -> list[str]:
    """Return a sentence on whatever was read otherwise than it was meant."""
    report = opened.report
    found = []
    if report.rows != table.row_count:
        found.append(f"{report.rows} rows instead of {table.row_count}")
    heads = [column.name for column in report.columns]
    if len(report.columns) != len(table.columns):
        return [*found, f"{len(heads)} columns instead of {len(table.columns)}: {heads}"]
    if len(set(heads)) < len(heads) or not all(name.strip() and name.isprintable() for name in heads):
        found.append(f"names {heads}")
    left_out = dialect.form.left_out(table)
    if not left_out <= report.dropped <= left_out + dialect.blanks:
        found.append(f"{report.dropped} lines dropped instead of {left_out}")
    if isinstance(dialect.form, TextForm) and report.separator != (dialect.form.separator.strip(" ") or " "):
        found.append(f"separator {report.separator!r}")
    for column, read in zip(table.columns, report.columns, strict=True):
        found += [f"{read.name}: {fault}" for fault in _column_faults(opened, column, read)]
    return found + _place_faults(opened, table, dialect) + _said_faults(opened, table, dialect)


def _column_faults(opened: OpenedTable, column: Column, read: ColumnReport) -> list[str]:
    found = []
    if column.name and read.name != column.name:
        found.append(f"called so instead of {column.name}")
    if read.kind != column.kind and not _is_code(column, read):
        return [*found, f"{read.kind} instead of {column.kind}"]
    if read.missing != column.missing:
        found.append(f"{read.missing} missing instead of {column.missing}")
    if read.unread:
        found.append(f"{read.unread} unread")
    if column.units is not None and read.unit not in column.units:
        found.append(f"unit {read.unit!r} instead of {' or '.join(map(repr, column.units))}")
    if column.roles and read.role not in column.roles:
        found.append(f"role {read.role} instead of {' or '.join(column.roles)}")
    if column.kind == "number" and read.name in opened.dataset:
        found += _value_faults(opened.dataset.column(read.name).values, column)
        if column.roles and read.role != "constant" and opened.dataset.column(read.name).is_quantity:
            found.append("offered as a quantity")
    elif column.kind == "number":
        found.append("not in the data set")
    return found


def _value_faults(values: FloatArray, column: Column) -> list[str]:
    meant = np.array([math.nan if number is None else number for number in column.numbers])
    if values.shape != meant.shape:
        return [f"{values.size} values instead of {meant.size}"]
    wrong = np.flatnonzero(~((values == meant) | (np.isnan(values) & np.isnan(meant))))
    if not wrong.size:
        return []
    first = int(wrong[0])
    return [f"{wrong.size} values differ, first {column.texts[first]!r} read as {values[first]}"]


def _is_code(column: Column, read: ColumnReport) -> bool:
    """Whether a text of digits was taken for numbers that are none."""
    return column.kind == "text" and read.kind == "number" and read.role in ("code", "identifier")


def _place_faults(opened: OpenedTable, table: Table, dialect: Dialect) -> list[str]:
    """Compare the rows that the preview and the examples show with those that were written on their lines."""
    written = dict(zip(dialect.form.row_lines(table), table.rows, strict=False))
    if not written:
        return []
    found = []
    shown = [row for row in opened.report.preview if row.use == "row"]
    if not shown:
        found.append("no row in the preview")
    for row in shown[:5]:
        cells = [cell.strip() for cell in row.cells[: len(table.columns)]]
        meant = [text.strip() for text in written.get(row.line, ())]
        if cells + [""] * (len(meant) - len(cells)) != meant:
            return [*found, f"preview has {cells} on line {row.line}, where {meant} stands"]
    for at, read in enumerate(opened.report.columns):
        for example in read.examples:
            meant_text = written[example.line][at] if example.line in written else "no row"
            if example.text.strip() != meant_text.strip():
                found.append(
                    f"{read.name}: example “{example.text}” on line {example.line}, where “{meant_text}” stands"
                )
                break
    return found


def _said_faults(opened: OpenedTable, table: Table, dialect: Dialect) -> list[str]:
    notes = opened.report.notes
    found = [f"no note has “{pattern}”" for pattern in dialect.noted if not any(_has(note, pattern) for note in notes)]
    for column, read in zip(table.columns, opened.report.columns, strict=True):
        if column.is_noted and not any(read.name in note for note in notes):
            found.append(f"{read.name}: not noted")
    if opened.report.questions:
        found.append(f"asks: {opened.report.questions[0]}")
    if not dialect.changes:
        wrongly = [read.name for read in opened.report.columns if any(f"“{read.name}”" in note for note in notes)]
        usually = [column.name for column in table.columns if column.roles]
        found += [f"{name}: noted though nothing was done to it" for name in wrongly if name not in usually]
    return found


def _has(note: str, pattern: str) -> bool:
    return re.search(pattern, note, re.IGNORECASE) is not None
