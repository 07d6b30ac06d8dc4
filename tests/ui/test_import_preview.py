from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.import_model import UNREAD_ROLE
from gdexplorer.ui.import_preview import PreviewTable
from gdexplorer.ui.theme import DARK, LIGHT
from tests.ui.reports import flats, settled, wide


@pytest.fixture
def table(qtbot):
    made = PreviewTable()
    made.said = []
    made.columnChosen.connect(made.said.append)
    made.resize(520, 420)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def cell(table, row, column, role=Qt.ItemDataRole.DisplayRole):
    return table.model().index(row, column).data(role)


def test_lines_are_shown_as_they_are_written(table):
    table.set_report(flats())
    assert [cell(table, row, 1) for row in range(6)] == ["", "Price [k€]", "k€", "44.7", "1.130", "on request"]
    assert [table.model().headerData(row, Qt.Orientation.Vertical) for row in range(3)] == ["1", "3", "4"]
    assert table.said == []


def test_lines_say_what_they_were_taken_for(table):
    table.set_report(flats())
    tips = [
        table.model().headerData(row, Qt.Orientation.Vertical, Qt.ItemDataRole.AccessibleTextRole) for row in range(4)
    ]
    assert tips == [
        "Line 1: left out",
        "Line 3: the names of the columns",
        "Line 4: left out",
        "Line 5: a row of data",
    ]


def test_headings_tell_all_of_a_column(table):
    table.set_report(flats())
    told = table.model().headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert "2 missing, 1 unread" in told
    assert flats().questions[0] in told


def test_a_cell_that_could_not_be_read_is_marked(table):
    table.set_report(flats())
    table.set_theme(DARK)
    assert cell(table, 5, 1, UNREAD_ROLE)
    assert not cell(table, 4, 1, UNREAD_ROLE)
    assert "could not be read" in cell(table, 5, 1, Qt.ItemDataRole.ToolTipRole)
    rect = table.visualRect(table.model().index(5, 1))
    corner = table.viewport().grab(rect).toImage().pixelColor(rect.width() - 2, 1)
    assert corner == QColor(DARK.gradient)


def test_a_title_is_as_wide_as_the_table(table):
    table.set_report(flats())
    assert table.columnSpan(0, 0) == 4
    assert table.columnSpan(2, 0) == 4  # the units: one value only
    assert table.columnSpan(1, 0) == 1


def test_a_click_on_a_heading_or_a_cell_chooses_the_column(table, qtbot):
    table.set_report(flats())
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 10, 20)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    rect = table.visualRect(table.model().index(4, 1))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert table.said == [2, 1]
    assert table.column() == 1
    assert table.selectionModel().isColumnSelected(1)


def test_arrow_keys_walk_along_the_columns(table, qtbot):
    table.set_report(flats())
    table.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down):
        qtbot.keyClick(table, key)
    assert table.said == [1, 2, 1]


def test_a_new_report_keeps_the_column_and_the_place(table):
    table.set_report(wide(300))
    table.choose_column(200)
    across = table.horizontalScrollBar().value()
    assert across > 0
    table.set_report(wide(301))
    assert (table.column(), table.horizontalScrollBar().value()) == (200, across)
    table.set_report(settled())
    assert table.column() == 3
    assert table.said == []


def test_a_chosen_column_comes_into_view(table):
    table.set_report(wide(2000))
    table.choose_column(1999)
    header = table.horizontalHeader()
    assert 0 <= header.sectionViewportPosition(1999) < table.viewport().width()


def test_without_lines_a_column_can_be_chosen(table, qtbot):
    table.set_report(replace(flats(), preview=()))
    assert table.column() == 0
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(1) + 10, 20)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (table.column(), table.said) == (1, [1])


def test_no_columns_are_no_trouble(table):
    table.set_report(replace(flats(), columns=()))
    assert table.column() == -1
    table.choose_column(0)
    assert table.column() == -1


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_heading_with_a_question_has_its_sign(table, theme):
    table.set_theme(theme)
    table.set_report(flats())
    table.choose_column(0)
    header = table.horizontalHeader()
    right = header.sectionViewportPosition(1) + header.sectionSize(1)
    drawn = header.viewport().grab().toImage()
    sign = [drawn.pixelColor(x, 10) for x in range(right - 24, right - 8)]
    assert QColor(theme.accent) in sign
    right = header.sectionViewportPosition(0) + header.sectionSize(0)
    assert QColor(theme.accent) not in [drawn.pixelColor(x, 10) for x in range(right - 24, right - 8)]


def test_a_table_of_ten_thousand_columns_has_no_widget_for_each(table):
    table.set_report(wide(10_000))
    assert table.grab().height() == 420
    assert len(table.findChildren(QWidget)) < 20
