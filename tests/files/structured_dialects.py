"""Dialects that are no text tables: workbooks, JSON, Parquet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.files import changes as c
from tests.files.changes import Numerals
from tests.files.dialect import Dialect
from tests.files.habits import LEFT_OUT, NAMED, SKIPPED
from tests.files.tables import Column, Table, number_column
from tests.files.workbooks import Cell, OdsForm, XlsForm, XlsxForm, as_texts, as_values
from tests.files.writing import JsonForm, JsonLinesForm, ParquetForm, plain_json, records

_READ_ME: tuple[tuple[Cell, ...], ...] = (("About these data",), ("collected by hand",), ("see the next sheet",))
_LEGEND: tuple[tuple[Cell, ...], ...] = (("code", "meaning"), (1, "good"), (2, "fair"))


def _as_errors(column: Column) -> list[Cell]:
    errors = ("#N/A", "#DIV/0!")
    return [errors[row % 2] if cell is None else cell for row, cell in enumerate(as_values(column))]


def _as_truths(column: Column) -> list[Cell]:
    return [bool(cell) for cell in as_values(column)] if column.name == "garden" else as_values(column)


def _with_share_of_one(table: Table) -> Table:
    """Add a column of shares that a workbook shows in per cent."""
    return table.added(
        replace(number_column("share", [(row % 40) / 200 for row in range(table.row_count)]), units=None)
    )


def _workbooks() -> list[Dialect]:
    title: tuple[tuple[Cell, ...], ...] = (("Homes sold in the region",), ("Source: county register",), ())
    foot: tuple[tuple[Cell, ...], ...] = ((), ("Source: Statistical office, 2020",), ("* preliminary",))

    def xlsx(name: str, form: XlsxForm, *changes: c.Change, noted: tuple[str, ...] = (), blanks: int = 0) -> Dialect:
        return Dialect(name, form, changes, ".xlsx", noted, blanks=blanks)

    return [
        xlsx("Excel", XlsxForm()),
        xlsx("Excel, missing", XlsxForm(), c.with_missing("", noted=False)),
        xlsx("Excel, title above", XlsxForm(above=title), noted=(SKIPPED,)),
        xlsx("Excel, merged title", XlsxForm(above=title, merged=("A1:C1", "A2:C2")), noted=(SKIPPED,)),
        xlsx("Excel, not in A1", XlsxForm(above=((), (), ()), left=2)),
        xlsx("Excel, dates", XlsxForm(), c.with_dates("%Y-%m-%d")),
        xlsx(
            "Excel, sheets before and behind",
            XlsxForm(sheets_before=(("Read me", _READ_ME),), sheets_after=(("codes", _LEGEND),)),
            noted=("sheet",),
        ),
        xlsx("Excel, an empty sheet behind", XlsxForm(sheets_after=(("Sheet2", ()), ("Sheet3", ())))),
        xlsx("Excel, footnotes", XlsxForm(below=foot), noted=(LEFT_OUT,), blanks=1),
        xlsx("Excel, numbers as texts", XlsxForm(cells=as_texts)),
        xlsx("Excel, formulas", XlsxForm(formulas=True)),
        xlsx("Excel, errors", XlsxForm(cells=_as_errors), c.with_missing("#N/A", noted=False)),
        xlsx("Excel, true and false", XlsxForm(cells=_as_truths), c.with_truth("FALSE", "TRUE")),
        xlsx("Excel, per cent", XlsxForm(formats=(("share", "0.0%"),)), _with_share_of_one),
        xlsx("Excel, pandas' index", XlsxForm(), c.with_row_numbers(0, "")),
        xlsx("Excel, units in names", XlsxForm(), c.with_units("{0} [{1}]")),
        xlsx(
            "Excel, dollars as texts",
            XlsxForm(cells=as_texts),
            c.with_large_target,
            c.with_ratio,
            c.target_spelled(Numerals(thousands=",", before="$"), ("$", "USD")),
        ),
        xlsx("Excel, a name twice", XlsxForm(), c.with_name_twice, noted=(NAMED,)),
        Dialect("OpenDocument", OdsForm(), suffix=".ods"),
        Dialect("OpenDocument, title above", OdsForm(above=title), suffix=".ods", noted=(SKIPPED,)),
        Dialect(
            "OpenDocument, dates and missing",
            OdsForm(),
            (c.with_dates("%Y-%m-%d"), c.with_missing("", noted=False)),
            ".ods",
        ),
        Dialect("Excel 97", XlsForm(), suffix=".xls"),
        Dialect("Excel 97, missing", XlsForm(), (c.with_missing("", noted=False),), ".xls"),
    ]


def _by_column(table: Table) -> Any:
    return {column.head: [plain_json(value) for value in column.values] for column in table.columns}


def _by_column_and_row(table: Table) -> Any:
    return {name: {str(row): cell for row, cell in enumerate(cells)} for name, cells in _by_column(table).items()}


def _in_data(table: Table) -> Any:
    return {"count": table.row_count, "source": "county register", "data": records(table)}


def _split(table: Table) -> Any:
    rows = [list(row.values()) for row in records(table)]
    return {"columns": [column.head for column in table.columns], "index": list(range(len(rows))), "data": rows}


def _as_strings(table: Table) -> Any:
    heads = [column.head for column in table.columns]
    return [dict(zip(heads, row, strict=True)) for row in table.rows]


def _json() -> list[Dialect]:
    gaps, late_gaps = c.with_missing("", noted=False), c.with_missing("", noted=False, first=3)
    return [
        Dialect("JSON records", JsonForm(records), suffix=".json"),
        Dialect("JSON records, indented, missing", JsonForm(records, 2), (gaps,), ".json"),
        Dialect("JSON lines", JsonLinesForm(), suffix=".jsonl"),
        Dialect("JSON lines, keys left out", JsonLinesForm(skip_missing=True), (late_gaps,), ".ndjson"),
        Dialect("JSON lines called json", JsonLinesForm(), suffix=".json"),
        Dialect("JSON by column", JsonForm(_by_column), (gaps,), ".json"),
        Dialect("JSON by column and row", JsonForm(_by_column_and_row), suffix=".json"),
        Dialect("JSON records within data", JsonForm(_in_data), suffix=".json"),
        Dialect("JSON split", JsonForm(_split), suffix=".json"),
        Dialect("JSON, dates", JsonForm(records), (c.with_dates("%Y-%m-%d"),), ".json"),
        Dialect("JSON, numbers as texts", JsonForm(_as_strings), suffix=".json"),
        Dialect("JSON lines, gzip", JsonLinesForm(), suffix=".jsonl", packed="gz"),
    ]


def _usual_type(column: Column) -> str:
    if column.kind != "number":
        return "DATE" if column.kind == "date" else "VARCHAR"
    return "BIGINT" if column.is_whole else "DOUBLE"


def _parquet() -> list[Dialect]:
    def typed(**types: str) -> ParquetForm:
        def type_of(column: Column) -> str:
            usual = _usual_type(column)
            return types.get(usual.lower(), usual)

        return ParquetForm(type_of)

    gaps = c.with_missing("", noted=False)
    return [
        Dialect("Parquet", typed(), suffix=".parquet"),
        Dialect("Parquet, missing", typed(), (gaps,), ".parquet"),
        Dialect(
            "Parquet, small types", typed(bigint="INTEGER", double="FLOAT"), (c.with_ratio, c.as_float32), ".parquet"
        ),
        Dialect("Parquet, decimals", typed(double="DECIMAL(18, 6)", bigint="UBIGINT"), (c.with_ratio,), ".parquet"),
        Dialect("Parquet, dates", typed(), (c.with_dates("%Y-%m-%d"),), ".parquet"),
        Dialect("Parquet, times", typed(date="TIMESTAMP"), (c.with_dates("%Y-%m-%d"), gaps), ".parquet"),
        Dialect("Parquet, zstandard within", ParquetForm(_usual_type, "zstd"), suffix=".parquet"),
        Dialect("Parquet, numbers as texts", typed(double="VARCHAR"), (c.with_ratio,), ".parquet"),
        Dialect(
            "Parquet, truth",
            ParquetForm(lambda column: "BOOLEAN" if column.name == "garden" else _usual_type(column)),
            (c.with_truth("false", "true"),),
            ".parquet",
        ),
    ]


STRUCTURED_DIALECTS: tuple[Dialect, ...] = (*_workbooks(), *_json(), *_parquet())
