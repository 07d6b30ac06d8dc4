"""The buttons that run, step and reset, and the speed."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.ui.icons import IconSet
from gdexplorer.ui.log_slider import LogSlider
from gdexplorer.ui.theme import Theme

_RUN_WIDTH = 96  # holds “Pause” as well as “Run”, so that nothing beside it moves
_SLOWEST = 1.0
#: The right end of the slider, which stands for unlimited.
_UNLIMITED_AT = 1e6


class RunBar(QWidget):
    """Run or pause, step, reset, speed. It only wishes: what runs is shown by ``set_running``.

    Attributes:
        run: Runs, or pauses what runs.
        step: Takes one step.
        reset: Goes back to the start.
        speed: Steps a second; its right end is unlimited.

    Signals:
        runToggled (bool): The user wants it to run, or to pause.
        stepRequested (): The user wants one step.
        resetRequested (): The user wants to go back to the start.
        speedEdited (float): The user wants another number of steps a second; ``math.inf`` for unlimited.
    """

    runToggled = Signal(bool)
    stepRequested = Signal()
    resetRequested = Signal()
    speedEdited = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._icons: tuple[IconSet, Theme] | None = None
        self.run = _button("Run", "")
        self.run.setProperty("primary", True)
        self.step = _button("Step", "Take one step (→)")
        self.reset = _button("Reset", "Back to the start weights (Home)")
        self.speed = LogSlider()
        self.speed.set_range(_SLOWEST, _UNLIMITED_AT)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Steps a second; all the way right for as many as the machine can take")
        self.run.setMinimumWidth(_RUN_WIDTH)
        self.speed.setMaximumWidth(120)
        self._speed_word = QLabel("Speed")
        self._speed_word.setProperty("role", "quiet")
        self._speed_word.setBuddy(self.speed)
        self._speed_text = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button in (self.run, self.step, self.reset):
            layout.addWidget(button)
        layout.addSpacing(10)
        layout.addWidget(self._speed_word)
        layout.addWidget(self.speed, 1)
        layout.addWidget(self._speed_text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.run.clicked.connect(self._on_run_clicked)
        self.step.clicked.connect(self.stepRequested)
        self.reset.clicked.connect(self.resetRequested)
        self.speed.valueEdited.connect(self._on_speed_edited)
        self.set_running(False)
        self.set_speed(20.0)

    def set_running(self, running: bool) -> None:
        """Show whether training runs, silently."""
        self._running = running
        self.run.setText("Pause" if running else "Run")
        self.run.setToolTip("Pause (Space)" if running else "Let it train (Space)")
        self._draw_icons()

    def set_speed(self, steps_per_second: float) -> None:
        """Show a speed silently; ``math.inf`` for unlimited."""
        self.speed.set_value(steps_per_second)
        unlimited = steps_per_second >= _UNLIMITED_AT
        self._speed_text.setText("unlimited" if unlimited else f"{compact(steps_per_second, 3)} steps/s")

    def set_icons(self, icons: IconSet, theme: Theme) -> None:
        """Draw buttons and slider in the colours of ``theme``."""
        self._icons = (icons, theme)
        self.speed.set_theme(theme)
        self.step.setIcon(icons.icon("step", theme))
        self.reset.setIcon(icons.icon("reset", theme))
        self._draw_icons()

    def sizeHint(self) -> QSize:
        """Return the size at which nothing in the bar moves while numbers change."""
        self._speed_text.setFixedWidth(self._speed_text.fontMetrics().horizontalAdvance("999 k steps/s") + 4)
        return super().sizeHint()

    def _draw_icons(self) -> None:
        if self._icons is not None:
            icons, theme = self._icons
            self.run.setIcon(icons.icon("pause" if self._running else "run", theme, "on_accent"))

    @Slot()
    def _on_run_clicked(self) -> None:
        self.runToggled.emit(not self._running)

    @Slot(float)
    def _on_speed_edited(self, value: float) -> None:
        speed = math.inf if value >= _UNLIMITED_AT else value
        self.set_speed(speed)
        self.speedEdited.emit(speed)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setIconSize(QSize(18, 18))
    button.setCursor(Qt.CursorShape.ArrowCursor)
    button.setMinimumWidth(84)
    return button
