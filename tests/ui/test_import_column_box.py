from __future__ import annotations

from dataclasses import replace

import pytest

from gdexplorer.core.reading_choices import ColumnChoice
from gdexplorer.ui.import_column_box import ImportColumnBox
from gdexplorer.ui.theme import DARK
from tests.ui.reports import PRICE_QUESTION, flats, workbook

ID, PRICE, STREET, SOLD = range(4)
DECIDED = ColumnChoice("number", ",", " ", "€", False)


@pytest.fixture
def box(qtbot):
    made = ImportColumnBox()
    made.said = []
    made.choiceEdited.connect(made.said.append)
    made.set_theme(DARK)
    qtbot.addWidget(made)
    made.show()
    return made


def show(box, column, choice=ColumnChoice()):  # noqa: B008 - frozen
    box.set_column(flats().columns[column], choice, flats())


@pytest.mark.parametrize("choice", [ColumnChoice(), DECIDED, ColumnChoice(unit="", is_quantity=True)])
def test_a_choice_is_shown_silently(box, choice):
    show(box, PRICE, choice)
    assert box.choice() == choice
    assert box.said == []


def test_what_was_found_is_said(box):
    show(box, PRICE)
    shown = [field.currentText() for field in (box.kind, box.decimal, box.thousands, box.use)]
    assert shown == ["Numbers, as found", "Point, as found", "Nothing, as found", "A quantity, as found"]
    assert box.unit.text() == "k€"
    assert box._question_text.text() == PRICE_QUESTION
    assert box._header.text() == "in the file: Price [k€]"
    assert box._conversion.text() == "The unit “k€” was taken from the header."
    assert box._examples.text() == "line 6:  1.130\nline 7:  on request"
    assert box._missing.text() == "2 of 40 rows have no value; of these, 1 could not be read."
    assert box._span.text() == "From 1.13 to 987 k€"
    assert box.histogram.counts() == (1, 4, 9, 3, 1, 0, 0, 1)


def test_a_code_is_said_to_be_one(box):
    show(box, ID)
    assert box.use.currentText() == "Identifier, as found"
    assert not box._question.isVisible()


def test_text_has_nothing_to_choose_about_numbers(box):
    show(box, STREET)
    assert box.kind.isVisible()
    assert not any(field.isVisible() for field in (box.decimal, box.thousands, box.unit, box.use, box.histogram))


def test_dates_can_become_years(box, hands):
    show(box, SOLD)
    assert "years" in box.kind.itemText(box.kind.findData("=number"))
    hands.choose(box.kind, "=number")
    assert box.said == [ColumnChoice(kind="number")]


@pytest.mark.parametrize(
    ("field", "key", "edited"),
    [
        ("kind", "=text", {"kind": "text"}),
        ("kind", "found", {"kind": None}),
        ("decimal", "=.", {"decimal": "."}),
        ("decimal", "found", {"decimal": None}),
        ("thousands", "=", {"thousands": ""}),
        ("thousands", "found", {"thousands": None}),
        ("use", "=quantity", {"is_quantity": True}),
        ("use", "found", {"is_quantity": None}),
    ],
)
def test_each_list_edits_its_choice(box, hands, field, key, edited):
    show(box, PRICE, DECIDED)
    hands.choose(getattr(box, field), key)
    assert box.said == [replace(DECIDED, **edited)]


@pytest.mark.parametrize(("field", "other"), [("decimal", "thousands"), ("thousands", "decimal")])
def test_one_sign_cannot_stand_before_fractions_and_between_thousands(box, hands, field, other):
    show(box, PRICE, ColumnChoice(**{other: ","}))
    hands.choose(getattr(box, field), "=,")
    assert box.said == [ColumnChoice(**{field: ","})]


def test_a_unit_is_chosen_and_taken_back(box, hands):
    show(box, PRICE)
    assert not box.unit_found.isVisible()
    hands.type_into(box.unit, "USD")
    assert box.said == [ColumnChoice(unit="USD")]
    show(box, PRICE, ColumnChoice(unit=""))
    assert box.unit.text() == ""
    box.unit_found.click()
    assert box.said[-1] == ColumnChoice()


def test_a_sheet_has_rows(box):
    report = workbook()
    box.set_column(report.columns[PRICE], ColumnChoice(), report)
    assert box._examples.text().startswith("row 6:")


def test_every_field_has_a_name(box):
    fields = (box.kind, box.decimal, box.thousands, box.unit, box.use, box.histogram)
    assert all(field.accessibleName() for field in fields)
