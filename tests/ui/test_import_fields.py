"""Fields whose value may be left to the reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gdexplorer.ui.import_fields import FoundChoice, LineField, UnitField, WordsField

SIGNS = {"": "Nothing", ",": "Comma", "found": "A word"}


class Said:
    """A field with all that it said."""

    def __init__(self, qtbot, field, signal):
        self.field, self.values = field, []
        signal.connect(self.values.append)
        qtbot.addWidget(field)
        field.show()


@pytest.fixture
def choice(qtbot):
    field = FoundChoice()
    return Said(qtbot, field, field.valueEdited)


@pytest.mark.parametrize("value", [None, *SIGNS, "other"])
def test_a_choice_shows_what_was_set_silently(choice, value):
    choice.field.set_value(value, "Comma", SIGNS.items())
    assert choice.field.value() == value
    assert choice.values == []


def test_what_is_found_stands_first_and_is_said(choice):
    choice.field.set_value(None, "Comma", SIGNS.items())
    assert choice.field.currentText() == "Comma, as found"
    choice.field.set_value(",", "Comma", SIGNS.items())
    assert choice.field.itemText(0) == "As found"


@pytest.mark.parametrize("value", ["", ",", "found"])
def test_every_value_can_be_chosen_and_left_again(choice, hands, value):
    choice.field.set_value(None, "Comma", SIGNS.items())
    hands.choose(choice.field, "=" + value)
    hands.choose(choice.field, "found")
    assert choice.values == [value, None]


@pytest.mark.parametrize(("text", "line"), [("12", 12), (" 3 ", 3)])
def test_a_line_is_typed(qtbot, hands, text, line):
    field = LineField()
    said = Said(qtbot, field, field.lineEdited)
    hands.type_into(field, text)
    assert (said.values, field.line(), field.text()) == ([line], line, str(line))


def test_a_line_can_be_taken_back(qtbot):
    field = LineField()
    said = Said(qtbot, field, field.lineEdited)
    field.set_line(7)
    assert (field.text(), said.values) == ("7", [])
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (said.values, field.line()) == ([None], None)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "two", "9" * 19, "²"])
def test_what_is_no_line_is_said(qtbot, hands, text):
    field = LineField()
    said = Said(qtbot, field, field.lineEdited)
    field.set_line(7)
    hands.type_into(field, text)
    assert field.problem == (f"“{text}” is not the number of a line; type one from 1, or nothing for what is found.")
    assert (said.values, field.line()) == ([], 7)


def test_words_stand_between_commas(qtbot, hands):
    field = WordsField()
    said = Said(qtbot, field, field.wordsEdited)
    hands.type_into(field, "n/k, not known ,, n/k,")
    assert said.values == [("n/k", "not known")]
    assert field.text() == "n/k, not known"
    field.set_words(("a",))
    assert (field.words(), field.text(), said.values) == (("a",), "a", [("n/k", "not known")])


def test_a_unit_is_typed_and_may_be_none(qtbot, hands):
    field = UnitField()
    said = Said(qtbot, field, field.unitEdited)
    field.set_unit("m²")
    hands.type_into(field, " sq  ft ")
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert said.values == ["sq ft", ""]
