from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gdexplorer.ui.log_slider import LogSlider
from gdexplorer.ui.theme import DARK


@pytest.fixture
def slider(qtbot):
    slider = LogSlider()
    slider.set_range(1e-4, 10.0)
    slider.set_value(0.12)
    slider.resize(276, slider.sizeHint().height())
    qtbot.addWidget(slider)
    slider.show()
    qtbot.waitExposed(slider)
    slider.edited = []
    slider.valueEdited.connect(slider.edited.append)
    return slider


def at(slider, value):
    return QPoint(round(slider.x_of(value)), slider.height() // 2)


@pytest.mark.parametrize("value", [0.12, 0.123456789, 1e-9, 1e9, float("inf")])
def test_the_value_is_kept_exactly_even_outside_the_range(slider, value):
    slider.set_value(value)
    slider.set_range(1e-3, 1.0)
    assert slider.value() == value
    assert slider.edited == []
    assert 0 < slider.x_of(value) < slider.width()


def test_equal_ways_are_equal_factors(slider):
    steps = [slider.x_of(10.0**n) for n in range(-4, 2)]
    ways = [b - a for a, b in pairwise(steps)]
    assert max(ways) - min(ways) < 1e-9


def test_a_press_brings_the_knob_and_a_drag_moves_it(slider, qtbot):
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.01))
    assert slider.edited == pytest.approx([0.01], rel=0.03)
    QTest.mouseMove(slider, at(slider, 1.0))
    qtbot.waitUntil(lambda: len(slider.edited) > 1)
    assert slider.value() == pytest.approx(1.0, rel=0.03)
    assert slider.value() == float(f"{slider.value():.3g}")
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(slider, 1.0))


@pytest.mark.parametrize(("x", "value"), [(-5, 1e-4), (400, 10.0)])
def test_the_ends_are_exact(slider, x, value):
    assert slider.value_at(x) == value


def test_keys_move_by_little_and_by_decades(slider, qtbot):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        qtbot.keyClick(slider, key)
    assert slider.edited == [0.135, 0.12, 1.2, 10.0, 1.0]


def test_keys_reach_the_slider_before_a_shortcut_of_the_window(qtbot):
    window = QWidget()
    slider = LogSlider()
    QVBoxLayout(window).addWidget(slider)
    steps = []
    QShortcut(QKeySequence("Right"), window).activated.connect(lambda: steps.append(1))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Right)
    assert slider.value() > 0.1
    assert steps == []


def test_the_wheel_moves_only_with_the_focus(slider, qtbot):
    def turn():
        event = QWheelEvent(
            QPointF(5, 5),
            slider.mapToGlobal(QPointF(5, 5)),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(slider, event)

    slider.clearFocus()
    turn()
    assert slider.edited == []
    slider.activateWindow()
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    turn()
    assert slider.edited == [0.135]


@pytest.mark.parametrize("width", [30, 250])
@pytest.mark.parametrize("value", [1e-9, 0.12, 1e9])
def test_the_way_to_the_knob_is_filled(slider, width, value):
    slider.set_theme(DARK)
    slider.set_value(value)
    slider.resize(width, slider.height())
    image = slider.grab().toImage()
    colours = {image.pixelColor(x, slider.height() // 2).name() for x in range(image.width())}
    assert (DARK.accent in colours) == (value > 1e-4 and (width == 250 or value > 10))


def test_a_range_must_be_one(slider):
    with pytest.raises(ValueError, match="cannot run"):
        slider.set_range(0.0, 1.0)
