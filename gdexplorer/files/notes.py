"""What a reader tells about a table, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from gdexplorer.core.numerals import counted
from gdexplorer.core.reading_choices import SEPARATORS
from gdexplorer.core.table_report import ColumnReport, Example
from gdexplorer.files.doors import shown
from gdexplorer.files.grid import Grid
from gdexplorer.files.naming import split_unit
from gdexplorer.files.number_rules import NumberRule
from gdexplorer.files.rows import Rows
from gdexplorer.files.scanning import Scan, ScannedColumn
from gdexplorer.files.splitting import separator_key

_MOST_NAMES = 6
_EXAMPLE = re.compile(r"such as [^;]*;")
_SIGNS = {".": "points", ",": "commas", " ": "spaces", "'": "apostrophes"}


def file_notes(found: Scan) -> list[str]:
    """Return what was found around the table and what became no row of it."""
    grid, layout, rows = found.grid, found.layout, found.rows
    if grid is None or layout is None or grid.has_header:
        return []
    notes = [*grid.notes, *_text_notes(grid)]
    word = line_word(grid)
    if layout.above:
        notes.append(f"{word.capitalize()}s above the table that were skipped: {_listed(layout.above_examples, word)}.")
    if not layout.names:
        notes.append(f"No {word} holds names, so the columns are called x1 and so on.")
    if layout.between:
        what = (
            "Units below the names" if layout.units else f"{word.capitalize()}s between names and rows that are no rows"
        )
        notes.append(f"{what}: {_listed(layout.between_examples, word)}.")
    if rows is not None:
        notes += _row_notes(rows, word)
    return notes


def line_word(grid: Grid | None) -> str:
    """Return what a line of the file is called."""
    return "row" if grid is not None and grid.sheets else "line"


def _text_notes(grid: Grid) -> list[str]:
    notes = []
    if grid.encoding and grid.encoding not in ("utf-8", "utf-8-sig"):
        notes.append(f"The text is read as {_encoding_name(grid.encoding)}.")
    if grid.cut is not None and separator_key(grid.cut) != ",":
        notes.append(f"Values are separated by {_separator_name(separator_key(grid.cut))}.")
    if len(grid.sheets) > 1:
        notes.append(f"Of {len(grid.sheets)} sheets, “{shown(grid.sheet)}” is read.")
    return notes


def _row_notes(rows: Rows, word: str) -> list[str]:
    told = (
        (rows.tail, f"{word.capitalize()}s left out below the last row, being notes or totals"),
        (rows.comments, f"{word.capitalize()}s left out as comments"),
        (rows.repeated, f"{word.capitalize()}s left out because they repeat the names"),
        (rows.blank, f"{word.capitalize()}s left out because all their cells are empty"),
        (rows.short, "Rows with too few values, the rest of which count as missing"),
    )
    return [f"{what}: {_listed(examples, word)}." for examples, what in told if examples]


def file_questions(found: Scan) -> list[str]:
    """Return what to ask about the file as a whole."""
    rows, layout, grid = found.rows, found.layout, found.grid
    questions = []
    if rows is not None and rows.swallowed:
        listed = _listed(rows.swallowed, line_word(grid))
        questions.append(f"Quoted cells that hold whole lines: {listed}. Is a quote missing, or one too many?")
    is_comma = grid is not None and grid.cut is not None and grid.cut.separator == ","
    if is_comma and layout is not None and layout.width == 2 and layout.names[:1] == ("",):
        questions.append("There is one name above two values; “,” is taken to separate them. Is it part of a number?")
    return questions


def role_notes(reports: Sequence[ColumnReport]) -> list[str]:
    """Return which numbers are not offered as terms at first, and why."""
    words = {
        "index": ("numbers the rows", "number the rows"),
        "identifier": ("tells rows apart", "tell rows apart"),
        "code": ("holds codes", "hold codes"),
        "constant": ("is the same in all rows", "are the same in all rows"),
        "empty": ("has no values", "have no values"),
    }
    notes = []
    for role, (one, several) in words.items():
        named = [report.name for report in reports if report.kind == "number" and report.role == role]
        if named:
            what = f"{one}, and is" if len(named) == 1 else f"{several}, and are"
            notes.append(f"{_names(named)} {what} not offered as a term at first.")
    return notes


def name_notes(found: Scan, names: Sequence[tuple[str, str]]) -> list[str]:
    """Return which columns are not called as in the file; ``names`` holds name and unit of each."""
    notes = []
    nameless = [name for column, (name, _) in zip(found.columns, names, strict=True) if not column.header.strip()]
    if nameless and (found.layout is None or found.layout.names):
        notes.append(f"Columns without a name are called {_names(nameless)}.")
    for column, (name, _) in zip(found.columns, names, strict=True):
        header = " ".join(column.header.split())
        wanted, _ = split_unit(header)
        if not header or name in (header, wanted):
            continue
        if wanted == "bias":
            notes.append(f"The column “bias” is called “{shown(name)}” here, for “bias” is the bias term.")
        else:
            notes.append(f"Another column is called “{shown(wanted)}” too, so this one is “{shown(name)}” here.")
    return notes


def column_notes(columns: Sequence[tuple[str, ScannedColumn]], grid: Grid | None) -> list[str]:
    """Return what was converted and what counts as missing, columns that were treated alike in one sentence."""
    word = line_word(grid)
    grouped: dict[str, list[tuple[str, ScannedColumn]]] = {}
    for name, column in columns:
        text = conversion(column)
        if text:
            grouped.setdefault(text, []).append((name, column))
    notes = []
    for text, members in grouped.items():
        where = next((_where(member.converted, word) for _, member in members if member.converted), "")
        notes.append(f"{_names(name for name, _ in members)}: {text}{where}.")
    for name, column in columns:
        if column.words:
            words = ", ".join(f"“{shown(example.text, 20)}”{_at(example, word)}" for example in column.words)
            notes.append(f"In “{shown(name)}”, {words} counts as missing.")
    return notes


def conversion(column: ScannedColumn) -> str:
    """Return what was done to the cells of ``column``; "" where they are taken as they stand."""
    plan = column.plan
    if plan.kind != "number" or plan.truth is not None:
        return (
            f"{plan.truth[0]} and {plan.truth[1]} are read as 1 and 0" if plan.truth and plan.kind == "number" else ""
        )
    rule = plan.rule
    if rule is None:
        is_read = column.values is not None and bool(np.isfinite(column.values).any())
        return "dates are read as years with a fraction" if is_read else ""
    parts = _rule_parts(rule)
    return f"numbers are read {' and '.join(parts)}" if parts else ""


def _rule_parts(rule: NumberRule) -> list[str]:
    parts = []
    if rule.marks.decimal == ",":
        parts.append("with a decimal comma")
    if rule.marks.thousands:
        parts.append(f"without {_SIGNS[rule.marks.thousands]} between thousands")
    spelled = {rule.unit.lower(): rule.unit}
    signs = [spelled.get(sign, sign) for sign in (*rule.prefixes, *rule.suffixes)]
    if signs:
        parts.append(f"without {', '.join(f'“{shown(sign, 20)}”' for sign in signs[:4])}")
    if rule.has_multipliers:
        parts.append("with words such as k and M multiplying them")
    if rule.has_ranges:
        parts.append("with ranges as their middle")
    if rule.has_signs and not parts:
        parts.append("with their signs and marks understood")
    return parts


def unread_question(column: ScannedColumn, grid: Grid | None) -> str:
    """Return what to ask about cells that the column's rule cannot read, to follow its name; "" for none."""
    if not column.unread:
        return ""
    word = line_word(grid)
    lines: dict[str, list[str]] = {}
    for example in column.examples:
        lines.setdefault(shown(example.text, 30), []).extend([f"{example.line:,}"] if example.line > 0 else [])
    cells = ", ".join(
        f"“{text}”" + (f" ({word}{'s' * (len(numbers) > 1)} {', '.join(numbers)})" if numbers else "")
        for text, numbers in lines.items()
    )
    if column.unread == 1:
        return f"has a cell that cannot be read like the others and counts as missing: {cells}. Is that right?"
    many = counted(column.unread, "cells")
    return f"has {many} that cannot be read like the others and count as missing: {cells}. Is that right?"


def column_questions(reports: Sequence[ColumnReport]) -> list[str]:
    """Return what to ask about columns, those with the same question in one sentence."""
    grouped: dict[str, list[ColumnReport]] = {}
    for report in reports:
        if report.question:
            grouped.setdefault(_EXAMPLE.sub("", report.question), []).append(report)
    questions = []
    for members in grouped.values():
        question = members[0].question
        if len(members) > 1:
            question = re.sub(r"^has\b", "have", question)
        questions.append(f"{_names(report.name for report in members)} {question}")
    return questions


def _listed(examples: Sequence[Example], word: str) -> str:
    first = examples[0]
    where = f"({word} {first.line:,})"
    if not first.text.strip():
        return f"{len(examples):,} {where}"
    such = "such as " if len(examples) > 1 else ""
    return f"{len(examples):,}, {such}“{shown(first.text, 40)}” {where}"


def _names(names: Iterable[str]) -> str:
    listed = [f"“{shown(name)}”" for name in names]
    more = f" and {len(listed) - _MOST_NAMES} more" if len(listed) > _MOST_NAMES + 1 else ""
    return ", ".join(listed[:_MOST_NAMES] if more else listed) + more


def _where(example: Example, word: str) -> str:
    return f", such as “{shown(example.text, 30)}”{_at(example, word)}"


def _at(example: Example, word: str) -> str:
    return f" ({word} {example.line:,})" if example.line > 0 else ""


def _encoding_name(encoding: str) -> str:
    names = {
        "cp1252": "Windows-1252",
        "latin_1": "Latin-1",
        "utf-16": "UTF-16",
        "utf-16-le": "UTF-16",
        "utf-16-be": "UTF-16",
    }
    return names.get(encoding, encoding.replace("_", "-"))


def _separator_name(key: str) -> str:
    plural = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "runs of spaces"}
    return plural.get(key, SEPARATORS[key])
