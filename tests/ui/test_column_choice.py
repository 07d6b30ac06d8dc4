import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.ui.column_choice import ColumnChoice
from gdexplorer.ui.column_model import ColumnEntry, ColumnModel
from gdexplorer.ui.theme import DARK

COLUMNS = (ColumnEntry("price", "USD"), ColumnEntry("size", "sq ft"), ColumnEntry("rooms"))


@pytest.fixture
def choice(qtbot):
    window = QWidget()
    layout = QVBoxLayout(window)
    choice = ColumnChoice()
    choice.setAccessibleName("Predict")
    layout.addWidget(choice)
    layout.addStretch(1)
    window.resize(300, 500)
    qtbot.addWidget(window)
    choice.set_columns(COLUMNS)
    choice.set_key("price")
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    choice.setFocus()
    qtbot.waitUntil(choice.hasFocus)
    choice.window_ = window
    choice.said = []
    choice.chosen.connect(choice.said.append)
    return choice


def test_the_column_is_shown_with_its_unit_and_silently(choice):
    assert (choice.key(), choice.currentText()) == ("price", "price [USD]")
    choice.set_key("rooms")
    assert choice.currentText() == "rooms"
    choice.set_key("gone")
    assert choice.currentText() == ""
    choice.set_key("size")
    assert choice.currentText() == "size [sq ft]"
    assert choice.said == []


def test_a_click_opens_the_list_at_the_present_column(choice, qtbot):
    choice.set_key("size")
    with qtbot.waitSignal(choice.opened):
        qtbot.mouseClick(choice, Qt.MouseButton.LeftButton)
    assert choice.popup.isVisible()
    assert choice.popup.browser.selected() == ("size",)
    assert choice.popup.width() >= choice.width()
    qtbot.keyClick(choice.popup.browser.search_line, Qt.Key.Key_Escape)
    assert not choice.popup.isVisible()
    assert choice.said == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_F4])
def test_keys_open_it_and_enter_takes_the_column(choice, qtbot, key):
    qtbot.keyClick(choice, key)
    assert choice.key() == "price"
    line = choice.popup.browser.search_line
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert choice.said == ["size"]
    assert choice.currentText() == "size [sq ft]"
    assert not choice.popup.isVisible()


def test_letters_search_at_once(choice, qtbot):
    qtbot.keyClick(choice, Qt.Key.Key_R)
    line = choice.popup.browser.search_line
    qtbot.keyClicks(line, "oo")
    assert line.text() == "roo"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert choice.said == ["rooms"]


def test_a_column_is_taken_by_one_click(choice, qtbot):
    choice.showPopup()
    browser = choice.popup.browser
    place: QPoint = browser.list.visualRect(browser.model.index_of("rooms")).center()
    qtbot.mouseClick(browser.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert choice.said == ["rooms"]


def test_the_same_column_again_is_no_edit(choice, qtbot):
    choice.showPopup()
    qtbot.keyClick(choice.popup.browser.search_line, Qt.Key.Key_Return)
    assert choice.said == []
    assert not choice.popup.isVisible()


def test_a_search_without_a_find_keeps_the_list_open(choice, qtbot):
    choice.showPopup()
    line = choice.popup.browser.search_line
    qtbot.keyClicks(line, "xyz")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert choice.popup.isVisible()
    assert choice.said == []
    choice.hidePopup()
    choice.showPopup()
    assert line.text() == ""


def test_summaries_reach_the_list_before_and_after_it_opens(choice):
    choice.set_summaries([ColumnSummary("size", "sq ft", True, 1.0, 9.0, 0, (1, 2), 0.5)])
    choice.set_theme(DARK)
    choice.showPopup()
    model = choice.popup.browser.model
    assert model.index_of("size").data(ColumnModel.SUMMARY_ROLE).high == 9.0
    choice.set_summaries([ColumnSummary("rooms", "", True, 1.0, 4.0, 0, (1, 2), 0.5)])
    assert model.index_of("rooms").data(ColumnModel.SUMMARY_ROLE).high == 4.0
    choice.hidePopup()
    choice.set_columns(COLUMNS[:2])
    assert model.index_of("size").data(ColumnModel.SUMMARY_ROLE) is None


def test_without_columns_there_is_nothing_to_open(qtbot):
    choice = ColumnChoice()
    qtbot.addWidget(choice)
    choice.showPopup()
    assert choice.popup is None


def test_the_list_stays_on_the_screen(choice, qtbot):
    screen = choice.screen().availableGeometry()
    choice.set_columns([ColumnEntry(f"c{i}") for i in range(50)])
    choice.window_.move(screen.right() - 100, screen.bottom() - 60)
    qtbot.waitUntil(lambda: choice.mapToGlobal(QPoint(0, 0)).y() > screen.height() // 2)
    choice.showPopup()
    assert screen.contains(choice.popup.geometry())
    assert QApplication.activePopupWidget() is choice.popup
    choice.hidePopup()
