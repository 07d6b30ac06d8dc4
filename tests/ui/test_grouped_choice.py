import pytest
from PySide6.QtCore import Qt

from gdexplorer.ui.grouped_choice import GroupedChoice

GROUPS = (
    ("Plain", (("gd", "Descent", "One step."), ("momentum", "Momentum", "A ball."))),
    ("Adaptive", (("adam", "Adam", "Both."),)),
)


@pytest.fixture
def box(qtbot):
    box = GroupedChoice(GROUPS)
    box.set_key("gd")
    qtbot.addWidget(box)
    box.show()
    qtbot.waitExposed(box)
    box.said = []
    box.chosen.connect(box.said.append)
    return box


def test_headings_stand_above_their_groups(box):
    assert [box.itemText(row) for row in range(box.count())] == ["Plain", "Descent", "Momentum", "Adaptive", "Adam"]
    assert [bool(box.model().item(row).flags()) for row in range(box.count())] == [False, True, True, False, True]


def test_keys_step_over_headings(box, qtbot):
    box.setFocus()
    for _ in range(2):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.said == ["momentum", "adam"]
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert box.said == ["momentum", "adam", "gd"]
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.key() == "gd"
    assert len(box.said) == 3


def test_a_heading_cannot_be_picked(box, qtbot):
    box.showPopup()
    view = box.view()
    place = view.visualRect(box.model().index(3, 0)).center()
    qtbot.mouseMove(view.viewport(), place)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert box.said == []
    box.hidePopup()


def test_an_entry_is_picked_and_keeps_its_tip(box, hands):
    hands.choose(box, "adam")
    assert box.said == ["adam"]
    assert box.toolTip() == "Both."
