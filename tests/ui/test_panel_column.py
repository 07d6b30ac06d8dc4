from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from gdexplorer.ui.card import Card
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.panel_column import PanelColumn
from gdexplorer.ui.style_sheet import style_sheet
from gdexplorer.ui.theme import LIGHT


@pytest.fixture
def column(qtbot):
    cards = [Card(title) for title in ("Data", "Model", "Training")]
    for card in cards:
        for name in "abcd":
            card.body.addWidget(LabelledRow(name, QLineEdit()))
    column = PanelColumn(cards)
    column.setStyleSheet(style_sheet(LIGHT))
    column.resize(316, 900)
    qtbot.addWidget(column)
    with qtbot.waitExposed(column):
        column.show()
    return column


def heights(column):
    """Return the height of all panels and that of a row."""
    return column.widget().sizeHint().height(), column.findChild(QLineEdit).sizeHint().height()


def test_rows_close_up_in_a_low_window_and_get_their_room_back(column, qtbot):
    tall, row = heights(column)
    column.resize(316, 640)
    qtbot.waitUntil(lambda: heights(column)[1] == row - 4)
    assert heights(column)[0] <= tall - 12 * 4 - 9 * 3
    column.resize(316, 900)
    qtbot.waitUntil(lambda: heights(column) == (tall, row))


def test_the_focus_moves_no_row_in_a_low_window(column, qtbot):
    column.resize(316, 640)
    line = column.findChildren(QLineEdit)[1]
    height = heights(column)[1]
    column.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    assert line.sizeHint().height() == height
