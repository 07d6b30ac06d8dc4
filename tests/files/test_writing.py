"""The tables that the reader is tested with are what they are meant to be, as other readers find."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

import pytest
from python_calamine import CalamineWorkbook

from tests.files import changes as c
from tests.files.changes import Numerals
from tests.files.dialects import DIALECTS
from tests.files.line_dialects import LINE_DIALECTS
from tests.files.tables import NICKNAMES, source_table
from tests.files.workbooks import OdsForm, XlsForm, XlsxForm
from tests.files.writing import Form, JsonForm, TextForm, records


def test_no_two_dialects_share_a_name_and_there_are_far_more_than_forty() -> None:
    names = [dialect.name for dialect in DIALECTS]
    assert max(Counter(names).values()) == 1
    assert len(names) > 200


@pytest.mark.parametrize("nickname", NICKNAMES)
@pytest.mark.parametrize("dialect", LINE_DIALECTS, ids=lambda dialect: dialect.name)
def test_the_csv_module_finds_the_rows_of_a_plain_text_where_they_are_said_to_be(dialect, nickname: str) -> None:
    form, table = dialect.form, dialect.table(nickname)
    if form.separator not in (",", ";", "\t", "|") or dialect.packed:
        return
    text = dialect.content(table).removeprefix(form.mark).decode(form.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.separator)
    found, line = {}, 1
    for cells in reader:
        found[line] = cells + [""] * (len(table.columns) - len(cells))
        line = reader.line_num + 1
    lines = form.row_lines(table)
    if lines:
        assert [tuple(found[line][: len(table.columns)]) for line in lines] == list(table.rows)


@pytest.mark.parametrize(
    ("numerals", "number", "text"),
    [
        (Numerals(), 1234.5, "1234.5"),
        (Numerals(thousands=","), 1234567, "1,234,567"),
        (Numerals(",", "."), -1234.25, "-1.234,25"),
        (Numerals(thousands=",", places=2, before="$", sign="({})"), -1234.5, "($1,234.50)"),
        (Numerals(",", places=2, behind=" €"), 3, "3,00 €"),
        (Numerals(",", exponent="E"), 1234.5, "1,2345E+3"),
        (Numerals(sign="{}-"), -0.001, "0.001-"),
        (Numerals(), None, ""),
    ],
)
def test_numerals(numerals: Numerals, number: float | None, text: str) -> None:
    assert numerals.spell(number) == text


@pytest.mark.parametrize("nickname", NICKNAMES)
@pytest.mark.parametrize("form", [XlsxForm(), OdsForm(), XlsForm(), XlsxForm(formulas=True)], ids=repr)
def test_another_reader_finds_the_workbook(form: Form, nickname: str) -> None:
    table = c.with_missing("", noted=False)(source_table(nickname))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(form.write(table))).get_sheet_by_index(0)
    names, *rows = sheet.to_python()
    assert names == [column.head for column in table.columns]
    assert [tuple(None if cell == "" else cell for cell in row) for row in rows] == [
        tuple(column.values[row] for column in table.columns) for row in range(table.row_count)
    ]


def test_json_holds_what_the_table_holds() -> None:
    table = source_table("crickets")
    assert json.loads(JsonForm(records).write(table))[0] == {
        "temperature_c": 20.8,
        "chirps_per_minute": 67.9,
        "species": "O. exclamationis",
    }


def test_a_row_lacks_its_last_cells() -> None:
    table = c.with_last_cells_missing(source_table("crickets"))
    assert TextForm(is_short=True).write(table).splitlines()[2] == b"20.8,65.1,O. exclamationis"
