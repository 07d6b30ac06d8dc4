import math
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gdexplorer.ui.icons import IconSet
from gdexplorer.ui.run_bar import RunBar
from gdexplorer.ui.theme import DARK

ICONS = Path(__file__).parents[2] / "resources" / "icons"


@pytest.fixture
def bar(qtbot):
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.set_icons(IconSet({path.stem: path.read_text("utf-8") for path in ICONS.glob("*.svg")}), DARK)
    bar.show()
    qtbot.waitExposed(bar)
    bar.said = []
    for name in ("runToggled", "stepRequested", "resetRequested", "speedEdited"):
        getattr(bar, name).connect(lambda *values, name=name: bar.said.append((name, *values)))
    return bar


@pytest.mark.parametrize("speed", [1.0, 20.0, 0.25, 123456.0, 5e7, math.inf])
def test_the_speed_shown_is_silent(bar, speed):
    bar.set_speed(speed)
    assert bar.speed.value() == speed
    assert bar.said == []


def test_buttons_only_wish(bar, qtbot):
    for button in (bar.run, bar.step, bar.reset):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.said == [("runToggled", True), ("stepRequested",), ("resetRequested",)]
    assert bar.run.text() == "Run"
    bar.set_running(True)
    assert bar.run.text() == "Pause"
    qtbot.mouseClick(bar.run, Qt.MouseButton.LeftButton)
    assert bar.said[-1] == ("runToggled", False)
    assert len(bar.said) == 4


def test_the_right_end_is_unlimited(bar, qtbot):
    bar.set_speed(5e5)
    qtbot.keyClick(bar.speed, Qt.Key.Key_PageUp)
    assert bar.said == [("speedEdited", math.inf)]
    qtbot.keyClick(bar.speed, Qt.Key.Key_PageDown)
    assert bar.said[1:] == [("speedEdited", 1e5)]


@pytest.mark.parametrize(("speed", "text"), [(20.0, "20 steps/s"), (1.5e5, "150 k steps/s"), (math.inf, "unlimited")])
def test_the_speed_is_written(bar, speed, text):
    bar.set_speed(speed)
    assert bar._speed_text.text().replace("\u00a0", " ") == text


def test_nothing_moves_when_it_runs_or_the_speed_changes(bar):
    place = bar.step.geometry(), bar.speed.geometry()
    bar.set_running(True)
    bar.set_speed(math.inf)
    bar.layout().activate()
    assert (bar.step.geometry(), bar.speed.geometry()) == place


def test_tips_name_the_keys(bar):
    tips = bar.run.toolTip() + bar.step.toolTip() + bar.reset.toolTip()
    for key in ("Space", "→", "Home"):
        assert key in tips
