"""Regular texts that DuckDB reads by itself come out as those that are cut into cells first."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from gdexplorer.files import scanning
from gdexplorer.files.reading import OpenedTable, open_table

ROWS = 6000
#: Texts as separator, line end, decimal sign, whether thousands are grouped, whether all is quoted, encoding.
TEXTS = {
    "plain": (",", "\n", ".", False, False, "utf-8"),
    "CRLF": (",", "\r\n", ".", False, False, "utf-8"),
    "CR": (",", "\r", ".", False, False, "utf-8"),
    "semicolons": (";", "\n", ",", False, False, "utf-8"),
    "thousands": (",", "\n", ".", True, False, "utf-8"),
    "semicolons and thousands": (";", "\r\n", ",", True, False, "utf-8"),
    "tabs": ("\t", "\n", ".", False, False, "utf-8"),
    "quoted": (",", "\n", ".", False, True, "utf-8"),
    "byte order mark": (",", "\n", ".", False, False, "utf-8-sig"),
    "Windows-1252": (",", "\n", ".", False, False, "cp1252"),
    "UTF-16": (",", "\n", ".", False, False, "utf-16"),
}

ASKED = "“b” has a cell that cannot be read like the others and counts as missing: “late” (line 30,003). Is that right?"


def text_of(separator: str, line_end: str, decimal: str, groups: bool, quotes: bool, encoding: str) -> bytes:
    chance = random.Random(1)

    def number(value: float) -> str:
        text = f"{value:,.2f}" if groups else f"{value:.2f}"
        if decimal == ",":
            text = text.translate(str.maketrans(",.", ".,"))
        return f'"{text}"' if quotes or separator in text else text

    lines = [separator.join(("size", "rooms", "city", "price"))]
    for row in range(ROWS):
        city = f'"Städt\u00a0""{row % 7}""; x"'
        price = "n.a." if row % 97 == 5 else number(chance.random() * 1e6)
        lines.append(separator.join((number(chance.random() * 100), str(chance.randint(1, 9)), city, price)))
    return (line_end.join(lines) + line_end).encode(encoding)


def read(path: Path, monkeypatch: pytest.MonkeyPatch, *, by_duckdb: bool) -> OpenedTable:
    monkeypatch.setattr(scanning, "_LARGE_BYTES", 1 if by_duckdb else 1 << 40)
    return open_table(str(path))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_both_ways_of_reading_agree(text, tmp_path, monkeypatch) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(text_of(*text))
    direct, cut = (read(path, monkeypatch, by_duckdb=by_duckdb) for by_duckdb in (True, False))
    assert cut.report.rows == direct.report.rows == ROWS
    for ours, theirs in zip(direct.dataset.columns, cut.dataset.columns, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)
    told = [
        [(each.name, each.kind, each.missing, each.unread, each.decimal, each.thousands) for each in columns]
        for columns in (direct.report.columns, cut.report.columns)
    ]
    assert told[0] == told[1]
    assert [column.kind for column in cut.report.columns] == ["number", "number", "text", "number"]
    assert cut.report.columns[3].missing == sum(row % 97 == 5 for row in range(ROWS))
    assert direct.report.questions == cut.report.questions == ()


@pytest.mark.parametrize(
    ("late", "questions"),
    [
        ("7.5,late\n", (ASKED,)),
        ("7.5,NA\n", ()),
        ("7.5,\n", ()),
        ("7.5\n", ()),
        ("# a remark\n7.5,\n", ()),
    ],
)
def test_what_comes_late_is_read_as_if_it_came_early(late, questions, tmp_path, monkeypatch) -> None:
    path = tmp_path / "table.csv"
    path.write_text("A title\na,b\n" + "1.5,2\n2.5,3\n" * 15_000 + late + "8.5,4\n" * 9000)
    direct = read(path, monkeypatch, by_duckdb=True)
    assert direct.report.rows == 39_001
    assert [column.missing for column in direct.report.columns] == [0, 1]
    assert direct.report.questions == questions


def test_a_line_of_units_is_left_out_and_counted_in_both_ways(tmp_path, monkeypatch) -> None:
    path = tmp_path / "table.csv"
    path.write_text("size,price\nm²,EUR\n" + "1.5,2\n2.5,3\n" * 15_000)
    reports = [read(path, monkeypatch, by_duckdb=by_duckdb).report for by_duckdb in (True, False)]
    assert [report.dropped for report in reports] == [1, 1]
    assert [[column.unit for column in report.columns] for report in reports] == [["m²", "EUR"]] * 2
    assert reports[0].notes == reports[1].notes
