"""The field for rows: what people type, and what is made of it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdexplorer.core.errors import InputError
from gdexplorer.ui.rows_field import MOST_ROWS, RowsField, parse_rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [("1, 17, 512", (1, 17, 512)), ("3 3;4", (3, 4)), (" 8 ", (8,)), ("", ()), (" , ", ()), ("5,", (5,))],
)
def test_what_is_typed(text, rows):
    assert parse_rows(text) == rows


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "row 4", "²", "1e3", "99999999999999999999"])
def test_what_is_not_a_row_is_named(text):
    with pytest.raises(InputError, match="is not the number of a row; type numbers from 1 on"):
        parse_rows(text)


def test_too_many_rows_are_refused():
    text = ", ".join(map(str, range(1, MOST_ROWS + 2)))
    with pytest.raises(InputError, match=f"At most {MOST_ROWS} rows .* not {MOST_ROWS + 1}"):
        parse_rows(text)


def test_it_edits_a_value(qtbot, hands):
    field = RowsField()
    qtbot.addWidget(field)
    field.show()
    edits, problems = [], []
    field.rowsEdited.connect(edits.append)
    field.problemFound.connect(problems.append)
    field.set_rows((2, 5))
    assert (field.text(), field.rows(), edits) == ("2, 5", (2, 5), [])
    hands.type_into(field, "7 9")
    assert (field.text(), edits) == ("7, 9", [(7, 9)])
    hands.type_into(field, "seven")
    assert edits == [(7, 9)]
    assert "“seven” is not the number of a row" in problems[-1]
    assert field.rows() == (7, 9)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert edits == [(7, 9), ()]
