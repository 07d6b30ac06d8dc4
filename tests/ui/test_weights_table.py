from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from gdexplorer.ui.theme import DARK, LIGHT
from gdexplorer.ui.weights_table import WeightRow, WeightsTable

ROWS = [
    WeightRow("w₁ size", "0.663", "145.5 USD per sq ft", "145.5"),
    WeightRow("w₂ bias", "−0.1", "−12.35 k USD", ""),
    WeightRow("w₃ rooms", "0", "0 USD", "3.1×10⁻¹²"),
]


@pytest.fixture
def table(qtbot):
    table = WeightsTable()
    qtbot.addWidget(table)
    table.apply_theme(DARK)
    table.touched = []
    table.itemChanged.connect(lambda item: table.touched.append((item.row(), item.column())))
    return table


def texts(table):
    return [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]


def colours(table, column):
    return [table.item(row, column).foreground().color().name() for row in range(table.rowCount())]


def test_it_is_empty_at_first(table):
    assert table.rowCount() == 0
    assert [table.horizontalHeaderItem(column).text() for column in range(4)] == [
        *("weight", "now", "least squares", "as trained")
    ]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_shows_texts_as_they_are(table, count):
    table.show_rows(ROWS[:count])
    assert texts(table) == [[row.name, row.original, row.minimum, row.scaled] for row in ROWS[:count]]
    assert table.item(0, 1).toolTip() == ROWS[0].original


def test_more_and_fewer_rows(table):
    for count in (1, 3, 2, 0, 3):
        table.show_rows(ROWS[:count])
        assert [row[0] for row in texts(table)] == [row.name for row in ROWS[:count]]


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_colours_are_the_themes(table, theme):
    table.show_rows(ROWS)
    table.apply_theme(theme)
    assert colours(table, 0) == [theme.weight(index) for index in range(3)]
    assert colours(table, 1) == [theme.text] * 3
    assert colours(table, 2) == colours(table, 3) == [theme.quiet] * 3


def test_rows_that_come_later_have_their_colours(table):
    table.show_rows(ROWS[:1])
    table.show_rows(ROWS)
    assert colours(table, 0) == [DARK.weight(index) for index in range(3)]


def test_only_what_changed_is_touched(table):
    table.show_rows(ROWS)
    items = [table.item(row, column) for row in range(3) for column in range(4)]
    table.touched.clear()
    table.show_rows(ROWS)
    assert table.touched == []
    table.show_rows([ROWS[0], WeightRow("w₂ bias", "−0.2", "−12.35 k USD", ""), ROWS[2]])
    assert set(table.touched) == {(1, 3)}
    assert table.item(1, 3).text() == "−0.2"
    assert [table.item(row, column) for row in range(3) for column in range(4)] == items


def test_tab_leaves_the_table(qtbot):
    window = QWidget()
    table, after = WeightsTable(), QLineEdit()
    for widget in (table, after):
        widget.setParent(window)
    table.show_rows(ROWS)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    qtbot.waitUntil(after.hasFocus)


def test_it_cannot_be_edited(table, qtbot):
    table.show_rows(ROWS)
    table.show()
    table.setCurrentCell(0, 1)
    qtbot.keyClicks(table, "7")
    assert texts(table)[0][1] == ROWS[0].original
    assert table.state() == table.State.NoState


@pytest.mark.parametrize("width", [140, 200, 260, 320, 420, 600])
def test_a_number_is_shown_whole_or_its_column_not_at_all(table, width):
    table.resize(width, 200)
    table.show()
    table.show_rows(ROWS)
    shown = [column for column in range(1, 4) if not table.isColumnHidden(column)]
    assert shown == list(range(1, 1 + len(shown)))
    for column in shown:
        end = table.columnViewportPosition(column) + table.sizeHintForColumn(column)
        assert end <= table.viewport().width() + 1 or (column == 1 and width < 160)
    if width == 600:
        assert shown == [1, 2, 3]
