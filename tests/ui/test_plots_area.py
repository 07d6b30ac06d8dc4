import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QToolButton

from gdexplorer.ui.axes import Scale
from gdexplorer.ui.plots_area import PlotsArea
from gdexplorer.ui.style_sheet import style_sheet
from gdexplorer.ui.theme import DARK, LIGHT


class Place:
    """All plots in a window whose Space key runs, with what was said."""

    def __init__(self, qtbot, theme):
        self.area, self.said, self.window = PlotsArea(), [], QMainWindow()
        self.area.apply_theme(theme)
        self.area.scalesChanged.connect(lambda: self.said.append("scales"))
        run = QAction("Run", self.window)
        run.setShortcut(QKeySequence(Qt.Key.Key_Space))
        run.triggered.connect(lambda: self.said.append("run"))
        self.window.addAction(run)
        self.window.setStyleSheet(style_sheet(theme))
        self.window.setCentralWidget(self.area)
        self.window.resize(1100, 760)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()

    def chip(self, text):
        (chip,) = (button for button in self.area.findChildren(QToolButton) if button.text() == text)
        return chip


@pytest.fixture(params=[LIGHT, DARK], ids=lambda theme: theme.name)
def theme(request):
    return request.param


@pytest.fixture
def place(qtbot, theme):
    return Place(qtbot, theme)


def colours(widget):
    """Return the colours of the left edge and just inside it, as they are seen on the card."""
    window = widget.window()
    image = window.grab(widget.rect().translated(widget.mapTo(window, QPoint()))).toImage()
    middle = image.height() // 2
    return image.pixelColor(0, middle).name(), image.pixelColor(4, middle).name()


def test_a_switch_has_an_outline_and_is_filled_while_on(place, theme, qtbot):
    chip = place.chip("log")
    width = chip.width()
    edge, inside = colours(chip)
    assert inside == theme.card
    assert edge not in (theme.card, theme.line)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.mouseMove(place.window)
    qtbot.waitUntil(lambda: colours(chip)[1] == theme.quiet)
    assert chip.width() == width
    assert place.area.loss.y_scale is Scale.LOG
    assert place.said == ["scales"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_switch_with_the_focus_shows_it_and_takes_the_keys(place, theme, qtbot, key):
    chip = place.chip("log steps")
    chip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: colours(chip)[0] == theme.accent)
    qtbot.keyClick(chip, key)
    assert place.said == ["scales"]
    assert place.area.loss.x_scale is place.area.weights.x_scale is Scale.LOG_STEPS
    qtbot.keyClick(chip, key)
    assert place.area.loss.x_scale is Scale.LINEAR
    chip.clearFocus()
    qtbot.keyClick(place.window, Qt.Key.Key_Space)
    assert place.said == ["scales", "scales", "run"]


def test_log_steps_can_be_asked_for(place):
    place.area.use_log_steps()
    assert place.chip("log steps").isChecked()
    assert place.said == ["scales"]
