"""The one door for data: a bundled name or a file's path in, a data set and a report on it out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.reading_choices import UNDECIDED, ReadingChoices
from gdexplorer.core.table_report import ColumnReport, TableReport
from gdexplorer.core.watching import UNWATCHED, Watch
from gdexplorer.files.catalog import Description, find_bundled
from gdexplorer.files.doors import shown, table_path
from gdexplorer.files.scanning import Scan, ScannedColumn, scan

#: What round brackets may hold to be taken for a unit and not for a remark; square ones always hold a unit.
_UNITS = frozenset(
    {"m", "m2", "m²", "km", "cm", "mm", "ft", "sqft", "sq ft", "sq m", "ft2", "ft²", "square feet", "square metres"}
    | {"acre", "acres", "ha", "kg", "g", "lb", "t", "l", "ml", "°", "°c", "°f", "%", "hz", "pa", "w", "kw", "kwh", "v"}
    | {"s", "sec", "min", "h", "hr", "hours", "days", "years", "yr", "1/min", "km/h", "m/s", "mph"}
    | {"usd", "eur", "gbp", "chf", "$", "€", "£", "k$", "k€"}
)
_HEADER_WITH_UNIT = re.compile(r"(?P<name>.*\S)(\s*\[(?P<square>[^][]*\S[^][]*)\]|\s+\((?P<round>[^()]*\S[^()]*)\))\s*")


@dataclass(frozen=True, eq=False)
class OpenedTable:
    """A data set with the report on where it was read from."""

    dataset: Dataset
    report: TableReport


def open_table(source: str, choices: ReadingChoices = UNDECIDED, watch: Watch = UNWATCHED) -> OpenedTable:
    """Read ``source``: a bundled nickname or stem, or the path of a text table (``.csv``) or ``.parquet``.

    Columns of numbers become the data set, in the order of the file; text and dates are only reported.
    ``cancelled`` is asked between the steps. Any thread may call this.

    Raises:
        InputError: It cannot be read as a table with rows and a column of numbers.
        ReadCancelledError: ``cancelled()`` said so.
    """
    description = find_bundled(source)
    path = description.path if description else table_path(source)
    found = scan(path, watch.is_cancelled)
    if found.row_count == 0:
        raise InputError(f"{shown(path.name)} has a header but no rows below it; choose a file with data.")
    if all(column.kind != "number" for column in found.columns):
        raise InputError(f"{shown(path.name)} has no column of numbers; choose a table with at least one.")
    if description:
        names = [(column.header, description.units.get(column.header, "")) for column in found.columns]
        return _opened(found, names, description.title, description.nickname, description)
    return _opened(found, _names_and_units([column.header for column in found.columns]), path.stem, str(path))


def _opened(
    found: Scan,
    names: Sequence[tuple[str, str]],
    title: str,
    source: str,
    description: Description | None = None,
) -> OpenedTable:
    columns = []
    reports = []
    notes = list(found.notes)
    codes = description.codes if description else ()
    for column, (name, unit) in zip(found.columns, names, strict=True):
        if name == "bias":
            name = _free_name({other for other, _ in names})
            notes.append(f"The column “bias” is called “{name}” here, for “bias” is the bias term.")
        reports.append(ColumnReport(name, column.kind, unit, column.missing))
        notes += _notes(column, name)
        if column.values is not None:
            columns.append(Column(name, column.values, unit, is_quantity=name not in codes))
    dataset = Dataset(
        title,
        tuple(columns),
        source,
        row_noun=description.row_noun if description else "rows",
        suggested_target=description.target if description else None,
        suggested_terms=description.terms if description else (),
    )
    return OpenedTable(dataset, TableReport(dataset.row_count, tuple(reports), 0, tuple(notes)))


def _notes(column: ScannedColumn, name: str) -> list[str]:
    called = f"“{shown(name)}”"
    notes = []
    if column.is_boolean:
        notes.append(f"{called} holds true and false, read as 1 and 0.")
    if column.not_finite:
        notes.append(f"Values of {called} that count as missing, being nan or infinite: {column.not_finite:,}.")
    return notes


def _names_and_units(headers: Sequence[str]) -> list[tuple[str, str]]:
    """Split ``size [m²]`` and ``size (m²)`` into name and unit, as long as the names stay different."""
    split = [_split(header) for header in headers]
    counts = Counter(name for name, _ in split)
    pairs = [pair if counts[pair[0]] == 1 else (header, "") for pair, header in zip(split, headers, strict=True)]
    if len({name for name, _ in pairs}) < len(pairs):
        pairs = [(header, "") for header in headers]
    return pairs


def _split(header: str) -> tuple[str, str]:
    match = _HEADER_WITH_UNIT.fullmatch(header)
    if match is None:
        return header, ""
    unit = (match["square"] or match["round"]).strip()
    is_remark = match["square"] is None and unit.lower() not in _UNITS
    return (header, "") if is_remark else (match["name"], unit)


def _free_name(taken: set[str]) -> str:
    name = "bias column"
    while name in taken:
        name += "′"
    return name
