import pytest
from PySide6.QtCore import Qt

from gdexplorer.core.errors import InputError
from gdexplorer.ui.numbers_field import NumbersField, parse_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 2", (1.0, 2.0)),
        ("1,2", (1.0, 2.0)),
        ("1, 2,", (1.0, 2.0)),
        ("1;2", (1.0, 2.0)),
        ("0,5 1,5", (0.5, 1.5)),
        ("0.5,1e-7", (0.5, 1e-7)),
        ("  −3\t4 ", (-3.0, 4.0)),
    ],
)
def test_two_numbers_are_read_with_any_separator(text, numbers):
    assert parse_numbers(text, 2) == numbers


def test_one_number_may_have_a_decimal_comma():
    assert parse_numbers("0,5", 1) == (0.5,)


@pytest.mark.parametrize(
    ("text", "part"), [("1", "1 number for 2"), ("", "0 numbers"), ("1 2 3", "3 numbers"), ("1 x", "“x”")]
)
def test_anything_else_is_said(text, part):
    with pytest.raises(InputError, match=part):
        parse_numbers(text, 2)


@pytest.fixture
def field(qtbot):
    field = NumbersField()
    field.set_numbers((1.0, 0.1 + 0.2))
    qtbot.addWidget(field)
    field.show()
    qtbot.waitExposed(field)
    field.said = []
    field.numbersEdited.connect(field.said.append)
    return field


def test_what_is_shown_is_what_is_held(field):
    assert parse_numbers(field.text(), 2) == field.numbers() == (1.0, 0.1 + 0.2)


def test_an_edit_is_said_once_and_stays_as_typed(field, hands):
    hands.type_into(field, "3, 4.50")
    hands.type_into(field, "3  4.5")
    assert field.said == [(3.0, 4.5)]
    field.set_numbers((3.0, 4.5))
    assert field.text() == "3  4.5"


def test_a_bad_edit_is_said_and_escape_reverts(field, hands, qtbot):
    before = field.text()
    hands.type_into(field, "3")
    assert "1 number for 2 weights" in field.problem
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == before
    assert field.said == []
