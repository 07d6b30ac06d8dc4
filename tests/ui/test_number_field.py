import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gdexplorer.ui.number_field import NumberField


class Place:
    """A field in a shown window, with what it said."""

    def __init__(self, qtbot, **options):
        self.window = QWidget()
        self.field = NumberField(0.0, low_included=False, name="The rate", **options)
        self.other = NumberField()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.field)
        layout.addWidget(self.other)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus)
        self.qtbot = qtbot
        self.values, self.problems = [], []
        self.field.valueEdited.connect(self.values.append)
        self.field.problemFound.connect(self.problems.append)

    def type(self, text):
        self.field.selectAll()
        self.qtbot.keyClicks(self.field, text)

    def press(self, key):
        self.qtbot.keyClick(self.field, key)

    def turn(self, notches):
        event = QWheelEvent(
            QPointF(5, 5),
            self.field.mapToGlobal(QPointF(5, 5)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.field, event)
        return event.isAccepted()


@pytest.fixture
def place(qtbot):
    place = Place(qtbot)
    place.field.set_value(0.1)
    return place


@pytest.mark.parametrize("value", [0.1, 20.0, 1e-7, 0.1 + 0.2, 123456789.125, 1e300])
def test_what_is_shown_is_what_is_held(place, value):
    place.field.set_value(value)
    assert place.field.value() == value
    assert float(place.field.text()) == value
    assert place.values == []


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [("0.025", 0.025, "0.025"), ("1e-7", 1e-7, "1e-7"), ("0,50", 0.5, "0.50"), ("3", 3.0, "3")],
)
def test_enter_commits_once_and_gives_the_focus_back(place, typed, value, shown):
    place.type(typed)
    assert place.values == []
    place.press(Qt.Key.Key_Return)
    assert place.values == [value]
    assert place.field.text() == shown
    assert not place.field.hasFocus()
    place.field.set_value(value)
    assert place.field.text() == shown


def test_leaving_the_field_commits(place):
    place.type("0.3")
    place.press(Qt.Key.Key_Tab)
    assert place.values == [0.3]


def test_nothing_new_says_nothing(place):
    place.type("0.10")
    place.press(Qt.Key.Key_Return)
    place.field.setFocus()
    place.press(Qt.Key.Key_Tab)
    assert place.values == []


@pytest.mark.parametrize(
    ("typed", "sentence"), [("abc", "“abc” is not a number"), ("-1", "The rate must be above 0"), ("", "missing")]
)
def test_what_cannot_be_used_is_marked_and_said(place, typed, sentence):
    place.field.selectAll()
    place.press(Qt.Key.Key_Delete)
    place.type(typed)
    place.press(Qt.Key.Key_Return)
    assert place.values == []
    assert place.field.hasFocus()
    assert place.field.text() == typed
    assert sentence in place.problems[-1]
    assert place.field.toolTip() == place.field.problem == place.problems[-1]
    assert place.field.property("problem") is True


def test_escape_brings_the_last_good_number_back(place):
    place.type("abc")
    place.press(Qt.Key.Key_Return)
    place.press(Qt.Key.Key_Escape)
    assert place.field.text() == "0.1"
    assert place.problems[-1] == place.field.problem == ""
    assert place.field.property("problem") is False


def test_leaving_with_a_bad_number_reverts_but_still_says_why(place):
    place.type("-5")
    place.press(Qt.Key.Key_Tab)
    assert place.field.text() == "0.1"
    assert place.field.value() == 0.1
    assert "above 0" in place.problems[-1]
    assert place.values == []


def test_arrow_keys_step(place):
    place.press(Qt.Key.Key_Up)
    place.press(Qt.Key.Key_Down)
    place.press(Qt.Key.Key_Down)
    assert place.values == [0.2, 0.1, 0.05]


def test_a_step_begins_at_what_is_typed(place):
    place.type("0.5")
    place.press(Qt.Key.Key_Up)
    assert place.values == [0.5, 1.0]


def test_the_wheel_steps_only_with_the_focus(place):
    assert place.turn(1)
    assert place.values == [0.2]
    place.other.setFocus()
    assert not place.turn(1)
    assert place.values == [0.2]


def test_steps_stay_in_the_range(qtbot):
    place = Place(qtbot, high=1.0, high_included=False)
    place.field.set_value(0.1)
    place.field.set_range(0.0, 0.15)
    place.press(Qt.Key.Key_Up)
    assert place.values == []
    assert place.field.value() == 0.1


def test_whole_numbers_refuse_fractions(qtbot):
    place = Place(qtbot, whole=True)
    place.field.set_value(3)
    place.type("2.5")
    place.press(Qt.Key.Key_Return)
    assert "whole number" in place.problems[-1]
    place.type("1e3")
    place.press(Qt.Key.Key_Return)
    assert place.values == [1000.0]
    assert place.field.text() == "1000"


def test_a_field_in_use_is_not_written_over_by_the_same_value(place):
    place.type("0.02")
    place.field.set_value(0.1)
    assert place.field.text() == "0.02"
    place.field.set_value(0.7)
    assert place.field.text() == "0.7"
