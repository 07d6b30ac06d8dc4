import pytest
from PySide6.QtCore import Qt

from gdexplorer.core.terms import BIAS, Term
from gdexplorer.ui.model_panel import ModelPanel
from gdexplorer.ui.term_picker import TermPicker
from gdexplorer.ui.theme import LIGHT

SIZE, ROOMS, SQUARE = Term("size"), Term("rooms"), Term("size", 2)


@pytest.fixture
def picker(qtbot):
    picker = TermPicker((SIZE, BIAS, ROOMS, SQUARE), 2, LIGHT)
    qtbot.addWidget(picker)
    picker.open()
    qtbot.waitExposed(picker)
    picker.said = []
    picker.picked.connect(lambda *values: picker.said.append(values))
    return picker


def tick(picker, row, qtbot):
    box = picker.list.visualItemRect(picker.list.item(row))
    picker.list.setCurrentRow(row)
    qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    qtbot.keyClick(picker.list, Qt.Key.Key_Space)


def test_terms_in_use_are_ticked_and_named_by_their_weight(picker):
    states = [picker.list.item(row).checkState() == Qt.CheckState.Checked for row in range(4)]
    assert states == [True, True, False, False]
    assert "w₂" in picker.list.item(1).text()
    assert picker.list.item(3).text() == "size²"


def test_taking_over_without_a_change_says_the_same(picker, qtbot):
    qtbot.mouseClick(picker.accept_button, Qt.MouseButton.LeftButton)
    assert picker.said == [((SIZE, BIAS, ROOMS, SQUARE), 2)]


@pytest.mark.parametrize("way", ["keys", "buttons"])
def test_a_term_moves_by_keys_and_by_buttons(picker, qtbot, way):
    picker.list.setCurrentRow(2)
    if way == "keys":
        qtbot.keyClick(picker.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        qtbot.keyClick(picker.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        qtbot.keyClick(picker.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    else:
        qtbot.mouseClick(picker.move_up, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(picker.move_up, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(picker.move_down, Qt.MouseButton.LeftButton)
    assert picker.terms() == (SIZE, ROOMS, BIAS, SQUARE)
    assert picker.list.currentRow() == 1
    assert picker.weight_count() == 2


def test_ticking_makes_a_term_the_last_one_used(picker, qtbot):
    tick(picker, 3, qtbot)
    assert picker.terms() == (SIZE, BIAS, SQUARE, ROOMS)
    assert picker.weight_count() == 3


def test_unticking_makes_it_the_first_one_unused(picker, qtbot):
    tick(picker, 0, qtbot)
    assert picker.terms() == (BIAS, SIZE, ROOMS, SQUARE)
    assert picker.weight_count() == 1


def test_one_term_is_always_used(picker, qtbot):
    tick(picker, 0, qtbot)
    tick(picker, 0, qtbot)
    assert picker.weight_count() == 1
    assert picker.list.item(0).checkState() == Qt.CheckState.Checked


def test_ends_cannot_be_passed(picker):
    picker.list.setCurrentRow(0)
    assert not picker.move_up.isEnabled()
    picker.list.setCurrentRow(3)
    assert not picker.move_down.isEnabled()


def test_escape_takes_nothing_over(picker, qtbot):
    picker.list.setCurrentRow(2)
    qtbot.mouseClick(picker.move_up, Qt.MouseButton.LeftButton)
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert picker.said == []
    assert not picker.isVisible()


def test_the_panel_says_the_picked_terms_once(qtbot, settings, dataset):
    panel = ModelPanel()
    qtbot.addWidget(panel)
    assert panel.open_term_picker() is None
    panel.set_settings(settings, dataset)
    panel.show()
    said = []
    panel.settingsEdited.connect(said.append)
    qtbot.mouseClick(panel.terms, Qt.MouseButton.LeftButton)
    picker = panel.findChild(TermPicker)
    tick(picker, 2, qtbot)
    qtbot.mouseClick(picker.accept_button, Qt.MouseButton.LeftButton)
    assert len(said) == 1
    assert said[0].terms_in_use == (SIZE, ROOMS)
