import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gdexplorer.ui.choice import Choice


@pytest.fixture
def choice(qtbot):
    choice = Choice((("a", "First", "The first one"), ("b", "Second"), ("c", "Third " * 30)))
    choice.set_key("a")
    qtbot.addWidget(choice)
    choice.show()
    qtbot.waitExposed(choice)
    choice.picked = []
    choice.chosen.connect(choice.picked.append)
    return choice


@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_the_key_shown_is_the_key_held(choice, key):
    choice.set_key(key)
    assert choice.key() == key
    assert choice.currentData() == key
    assert choice.picked == []


def test_an_unknown_key_shows_nothing(choice):
    choice.set_key("z")
    assert choice.currentIndex() == -1
    choice.set_entries((("z", "Last"),))
    assert choice.currentText() == "Last"
    assert choice.picked == []


def test_a_pick_is_said_once_and_the_same_pick_not_at_all(choice, hands):
    hands.choose(choice, "b")
    hands.choose(choice, "b")
    assert choice.picked == ["b"]
    assert choice.key() == "b"


def test_the_tip_is_that_of_the_key(choice):
    choice.set_key("a")
    assert choice.toolTip() == "The first one"
    choice.set_key("b")
    assert choice.toolTip() == ""


def test_the_same_entries_again_change_nothing(choice):
    choice.set_entries((("a", "First", "The first one"), ("b", "Second"), ("c", "Third " * 30)))
    assert choice.key() == "a"
    assert choice.currentText() == "First"


def test_the_wheel_leaves_an_unfocused_box_alone(choice):
    choice.clearFocus()
    event = QWheelEvent(
        QPointF(5, 5),
        choice.mapToGlobal(QPointF(5, 5)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(choice, event)
    assert choice.key() == "a"


def test_a_long_title_does_not_widen_the_box(choice):
    choice.set_key("c")
    assert choice.minimumSizeHint().width() <= 80
    choice.grab()
