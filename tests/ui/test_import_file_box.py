from __future__ import annotations

from dataclasses import replace

import pytest

from gdexplorer.core.reading_choices import UNDECIDED, ColumnChoice, ReadingChoices
from gdexplorer.ui.import_file_box import ImportFileBox
from tests.ui.reports import flats, workbook

DECIDED = ReadingChoices(
    encoding="cp1250",
    separator="\t",
    decimal=",",
    header_line=0,
    first_line=5,
    last_line=30,
    missing_words=("n/k",),
    columns=((1, ColumnChoice(unit="€")),),
    all_rows=True,
)


@pytest.fixture
def box(qtbot):
    made = ImportFileBox()
    made.said = []
    made.choicesEdited.connect(made.said.append)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("choices", [UNDECIDED, DECIDED, ReadingChoices(header_line=99, encoding="latin-1")])
def test_choices_are_shown_silently(box, choices):
    box.set_choices(choices, flats())
    assert box.choices() == choices
    assert box.said == []


def test_what_was_found_is_said_where_nothing_is_decided(box):
    box.set_choices(UNDECIDED, flats())
    shown = [field.currentText() for field in (box.encoding, box.separator, box.decimal, box.header)]
    assert shown == ["Windows-1252, as found", "Semicolon, as found", "Point, as found", "Line 3, as found"]
    assert box.first.placeholderText() == "as found: 5"
    assert box.header.itemText(1) == "None: x1, x2, x3, …"
    assert box.header.itemText(3) == "Line 3: id, Price [k€], Street, Sold on"


def test_only_what_can_be_chosen_is_there(box):
    box.set_choices(UNDECIDED, flats())
    assert not box.sheet.isVisible()
    assert not box.all_rows.isVisible()
    box.set_choices(UNDECIDED, workbook())
    assert box.sheet.isVisible()
    assert not any(field.isVisible() for field in (box.encoding, box.separator))
    assert box.header.itemText(2).startswith("Row 1: ")
    box.set_choices(UNDECIDED, replace(flats(), encoding="", separator="", preview=(), sampled=5))
    assert not any(field.isVisible() for field in (box.header, box.first, box.last))
    assert box.all_rows.isVisible()


@pytest.mark.parametrize(
    ("field", "key", "edited"),
    [
        ("encoding", "=utf-8", {"encoding": "utf-8"}),
        ("encoding", "found", {"encoding": None}),
        ("separator", "=;", {"separator": ";", "columns": ()}),
        ("decimal", "=.", {"decimal": "."}),
        ("decimal", "found", {"decimal": None}),
        ("header", "=3", {"header_line": 3}),
        ("header", "found", {"header_line": None}),
    ],
)
def test_each_list_edits_its_choice(box, hands, field, key, edited):
    box.set_choices(DECIDED, flats())
    hands.choose(getattr(box, field), key)
    assert box.said == [replace(DECIDED, **edited)]


def test_another_sheet_begins_afresh(box, hands):
    box.set_choices(replace(DECIDED, sheet="Prices"), workbook())
    hands.choose(box.sheet, "=Costs")
    (edited,) = box.said
    assert (edited.sheet, edited.header_line, edited.first_line, edited.columns) == ("Costs", None, None, ())
    assert edited.missing_words == ("n/k",)


@pytest.mark.parametrize(
    ("field", "text", "edited"),
    [
        ("first", "7", {"first_line": 7}),
        ("last", "9", {"last_line": 9}),
        ("words", "x, y", {"missing_words": ("x", "y")}),
    ],
)
def test_each_line_edits_its_choice(box, hands, field, text, edited):
    box.set_choices(DECIDED, flats())
    hands.type_into(getattr(box, field), text)
    assert box.said == [replace(DECIDED, **edited)]


def test_all_rows_can_be_asked_for(box):
    box.set_choices(UNDECIDED, replace(flats(), sampled=5))
    box.all_rows.click()
    assert box.said == [ReadingChoices(all_rows=True)]


def test_a_line_that_is_none_is_said(box, hands):
    box.set_choices(UNDECIDED, flats())
    hands.type_into(box.first, "x")
    assert "“x” is not the number of a line" in box._problem.text()
    assert box._problem.isVisible()
    assert box.said == []


def test_every_field_has_a_name(box):
    fields = (box.sheet, box.encoding, box.separator, box.decimal, box.header, box.first, box.last, box.words)
    assert all(field.accessibleName() for field in fields)
