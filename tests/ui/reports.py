"""Reports on tables, as a reader would make them."""

from __future__ import annotations

from dataclasses import replace

from gdexplorer.core.table_report import ColumnReport, Example, PreviewRow, TableReport

PRICE_QUESTION = "“price” holds 1.130 (line 6) next to 44.7 (line 5): is the point a decimal sign?"
SHEET_QUESTION = "There are two sheets: is “Prices” the one you mean?"


def flats() -> TableReport:
    """Return a report on a text table with a title, a line of units, a cell that cannot be read and a question."""
    columns = (
        ColumnReport("id", "number", "", 0, "id", role="identifier", low=1, high=40, histogram=(5,) * 8),
        ColumnReport(
            "price",
            "number",
            "k€",
            2,
            "Price [k€]",
            unread=1,
            examples=(Example(6, "1.130"), Example(7, "on request")),
            conversion="The unit “k€” was taken from the header.",
            question=PRICE_QUESTION,
            low=1.13,
            high=987.0,
            histogram=(1, 4, 9, 3, 1, 0, 0, 1),
        ),
        ColumnReport("street", "text", "", 3, "Street"),
        ColumnReport("sold", "date", "", 0, "Sold on"),
    )
    preview = (
        PreviewRow(1, ("Flats in Berlin",), "skipped"),
        PreviewRow(3, ("id", "Price [k€]", "Street", "Sold on"), "header"),
        PreviewRow(4, ("", "k€", "", ""), "skipped"),
        PreviewRow(5, ("1", "44.7", "Am Ufer 3", "03.04.2021"), "row"),
        PreviewRow(6, ("2", "1.130", "", "04.04.2021"), "row"),
        PreviewRow(7, ("3", "on request", "Lindenstraße 1", "05.04.2021"), "row", (1,)),
    )
    return TableReport(
        40,
        columns,
        2,
        ("Line 1 was left out: a title.", "Line 4 holds units."),
        (PRICE_QUESTION,),
        preview,
        encoding="cp1252",
        separator=";",
        header_line=3,
    )


def settled() -> TableReport:
    """Return a report on the same table in which nothing is asked."""
    report = flats()
    columns = tuple(replace(column, question="") for column in report.columns)
    return replace(report, columns=columns, questions=())


def workbook() -> TableReport:
    """Return a report on a workbook that asks which sheet is meant."""
    return replace(
        settled(),
        questions=(SHEET_QUESTION,),
        sheets=("Prices", "Costs"),
        sheet="Prices",
        encoding="",
        separator="",
    )


def wide(count: int) -> TableReport:
    """Return a report on a table of ``count`` columns that asks about the last one."""
    names = tuple(f"gene {index}" for index in range(count))
    columns = [ColumnReport(name, "number", "", 0, name, histogram=(1, 2, 3)) for name in names]
    columns[-1] = replace(columns[-1], question="Is it a code?")
    rows = tuple(PreviewRow(line, ("0.5",) * count, "row") for line in range(2, 32))
    preview = (PreviewRow(1, names, "header"), *rows)
    return TableReport(500, tuple(columns), 0, (), ("Is it a code?",), preview, encoding="utf-8", separator=",")
