"""How what a reader found in a table is put into words."""

from __future__ import annotations

import codecs
import math
from collections.abc import Mapping, Sequence

from gdexplorer.core.numerals import compact, counted
from gdexplorer.core.reading_choices import SEPARATORS, Kind
from gdexplorer.core.table_report import ColumnReport, Role, TableReport

KIND_TITLES: dict[Kind, str] = {"number": "Numbers", "text": "Text", "date": "Dates"}
_KIND_WORDS: dict[Kind, str] = {"number": "number", "text": "text", "date": "date"}
_ROLE_WORDS: dict[Role, str] = {
    "quantity": "",
    "identifier": "identifier",
    "code": "code",
    "constant": "constant",
    "index": "row number",
    "empty": "empty",
}
#: Encodings on offer, by the name under which Python looks them up.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252, Western",
    "iso8859-1": "Latin-1, Western",
    "iso8859-15": "Latin-9, Western with €",
    "cp1250": "Windows-1250, Central European",
    "iso8859-2": "Latin-2, Central European",
    "cp1251": "Windows-1251, Cyrillic",
    "koi8-r": "KOI8-R, Cyrillic",
    "cp1253": "Windows-1253, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp850": "DOS 850, Western",
    "mac-roman": "Mac Roman",
    "shift_jis": "Shift JIS, Japanese",
    "gb18030": "GB 18030, Chinese",
    "big5": "Big5, Chinese",
    "euc_kr": "EUC-KR, Korean",
}


def encoding_key(encoding: str) -> str:
    """Return the one name for an encoding of many names."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


def encoding_title(encoding: str) -> str:
    """Return what an encoding is called, without who uses it."""
    return ENCODINGS.get(encoding_key(encoding), encoding).split(",")[0]


def facts(report: TableReport) -> str:
    """Return one line on the table: ``1,728 rows · 9 columns, 7 of numbers · Windows-1252 · semicolons``."""
    numbers = sum(column.kind == "number" for column in report.columns)
    columns = counted(len(report.columns), "columns")
    if len(report.columns) > 1:
        columns += ", all of numbers" if numbers == len(report.columns) else f", {numbers:,} of numbers"
    parts = [counted(report.rows, "rows"), columns]
    if report.sampled is not None:
        parts[0] += f", a sample of {report.sampled:,} in use"
    if report.sheet:
        parts.append(f"sheet “{report.sheet}”")
    if report.encoding:
        parts.append(encoding_title(report.encoding))
    if report.separator:
        word = SEPARATORS.get(report.separator, report.separator)
        parts.append(word if word.endswith("s") else f"{word}s")
    if report.dropped:
        parts.append(f"{counted(report.dropped, f'{line_word(report)}s')} left out")
    return " · ".join(parts)


def role_title(role: Role) -> str:
    """Return what numbers are good for, as a list shows it."""
    return _ROLE_WORDS[role].capitalize() or "A quantity"


def kind_line(column: ColumnReport) -> str:
    """Return kind, unit and role of a column: ``number · USD``, ``number · code``, ``text``."""
    return " · ".join(filter(None, [_KIND_WORDS[column.kind], column.unit, _ROLE_WORDS[column.role]]))


def missing_line(column: ColumnReport) -> str:
    """Return how many rows have no value: ``12 missing, 3 unread``."""
    if not column.missing:
        return "none missing"
    unread = f", {column.unread:,} unread" if column.unread else ""
    return f"{column.missing:,} missing{unread}"


def missing_sentence(column: ColumnReport, rows: int) -> str:
    """Return the same as a sentence."""
    if not column.missing:
        return f"All {rows:,} rows have a value."
    unread = f"; of these, {column.unread:,} could not be read" if column.unread else ""
    return f"{column.missing:,} of {counted(rows, 'rows')} {'has' if column.missing == 1 else 'have'} no value{unread}."


def span_line(column: ColumnReport) -> str:
    """Return from where to where the numbers go; empty where there are none."""
    if math.isnan(column.low):
        return ""
    unit = f" {column.unit}" if column.unit else ""
    return f"from {compact(column.low)} to {compact(column.high)}{unit}"


def asked(column: ColumnReport) -> str:
    """Return what is asked about a column, which it names; empty where nothing is."""
    question = column.question
    return f"“{column.name}” {question}" if question[:1].islower() else question


def asked_about(question: str, report: TableReport) -> int | None:
    """Return which column a question of ``report`` is about; None where it is about the whole file."""
    asking = [(position, column) for position, column in enumerate(report.columns) if column.question]
    for position, column in asking:
        if question in (column.question, asked(column)):
            return position
    named = [(question.find(f"“{column.name}”"), position) for position, column in asking]
    return min(((at, position) for at, position in named if at >= 0), default=(0, None))[1]


def as_sentence(text: str) -> str:
    """Return ``text`` with a capital and a full stop; empty if it is."""
    return text[:1].upper() + text[1:] + ("." if text and text[-1] not in ".!?…" else "")


def described(column: ColumnReport) -> str:
    """Return all of a column in words, for tool tips and for those who listen."""
    lines = [column.name, f"{kind_line(column)}; {missing_line(column)}"]
    return "\n".join(filter(None, [*lines, span_line(column), as_sentence(column.conversion), asked(column)]))


def titles(words: Mapping[str, str]) -> dict[str, str]:
    """Return ``words`` by their keys as a list shows them."""
    return {key: word.capitalize() for key, word in words.items()}


def line_word(report: TableReport) -> str:
    """Return what a line of the file is called: a row in a sheet."""
    return "row" if report.sheets else "line"


def excerpt(cells: Sequence[str], limit: int = 44) -> str:
    """Return the beginning of a line of the file."""
    text = ", ".join(" ".join(cell.split()) for cell in cells[:12] if cell.strip())
    return text if len(text) <= limit else text[: limit - 1] + "…"
