import pytest
from PySide6.QtCore import QPoint, Qt

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.ui.column_browser import ColumnBrowser
from gdexplorer.ui.column_model import Badge, ColumnEntry
from gdexplorer.ui.theme import DARK, LIGHT

NAMES = ("size", "rooms", "age", "lot_size")


@pytest.fixture
def browser(qtbot):
    browser = ColumnBrowser(shows_strength=True, takes_several=True)
    qtbot.addWidget(browser)
    browser.set_columns([ColumnEntry(name) for name in NAMES])
    browser.searchEdited.connect(browser.show_found)
    browser.resize(420, 360)
    browser.show()
    qtbot.waitExposed(browser)
    browser.activateWindow()
    browser.setFocus()
    qtbot.waitUntil(browser.search_line.hasFocus)
    browser.said = []
    browser.chosen.connect(lambda: browser.said.append(browser.selected()))
    return browser


def test_the_first_column_is_selected_and_the_columns_are_counted(browser):
    assert browser.selected() == ("size",)
    assert browser.search_line.placeholderText() == "Search 4 columns"


def test_typing_searches_and_enter_takes_the_first(browser, qtbot):
    qtbot.keyClicks(browser.search_line, "lot")
    assert browser.model.names() == ("lot_size",)
    qtbot.keyClick(browser.search_line, Qt.Key.Key_Return)
    assert browser.said == [("lot_size",)]


def test_a_search_that_finds_nothing_says_so(browser, qtbot):
    qtbot.keyClicks(browser.search_line, "zz")
    found_nothing = browser.list.viewport().grab().toImage()
    assert len({found_nothing.pixel(x, y) for x in range(found_nothing.width()) for y in range(40)}) > 1


def test_arrows_walk_through_the_list_from_the_search_line(browser, qtbot):
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(browser.search_line, key)
    assert browser.selected() == ("rooms",)
    qtbot.keyClick(browser.search_line, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert browser.selected() == ("rooms", "age")
    assert browser.search_line.hasFocus()


def test_letters_typed_in_the_list_search(browser, qtbot):
    browser.list.setFocus()
    qtbot.keyClick(browser.list, Qt.Key.Key_R)
    qtbot.keyClick(browser.search_line, Qt.Key.Key_O)
    assert browser.search_line.text() == "ro"
    assert browser.selected() == ("rooms",)


def test_several_are_selected_with_ctrl_and_taken_by_a_double_click(browser, qtbot):
    def place(row) -> QPoint:
        return browser.list.visualRect(browser.model.index(row, 0)).center()

    viewport = browser.list.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place(2))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=place(0))
    assert browser.selected() == ("size", "age")
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place(1))
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place(1))
    assert browser.said == [("rooms",)]


def test_the_selection_stays_where_the_search_ends(browser, qtbot):
    qtbot.keyClicks(browser.search_line, "age")
    browser.search_line.clear()
    assert browser.selected() == ("age",)


def test_a_search_that_finds_nothing_selects_nothing(browser, qtbot):
    qtbot.keyClicks(browser.search_line, "xyz")
    assert browser.selected() == ()
    browser.search_line.clear()
    assert browser.selected() == ("size",)


def test_shapes_are_drawn_in_both_themes_once_they_are_known(browser):
    def picture():
        return browser.list.grab().toImage()

    for theme in (LIGHT, DARK):
        browser.set_theme(theme)
        before = picture()
        browser.set_summaries([ColumnSummary("size", "m²", True, 1.0, 9.0, 2, (1, 5, 2), 0.5)])
        browser.model.set_badges({"size": Badge("w₁", theme.weight(0))})
        assert picture() != before
        browser.set_columns([ColumnEntry(name) for name in NAMES])
        browser.model.set_badges({})
