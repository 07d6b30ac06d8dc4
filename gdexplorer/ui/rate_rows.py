"""The rows of the training panel that are about the learning rate."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gdexplorer.core.first_rate import rounded_down
from gdexplorer.core.numerals import compact
from gdexplorer.core.ruler import NO_RULER, Ruler
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.rate_ruler import RateRuler
from gdexplorer.ui.rate_words import number
from gdexplorer.ui.theme import Theme

_FIELD_TIP = "η: the step is the learning rate times the gradient"
_LEAST_REST = 1e-6  # of 1 − momentum that can be told from none


class RateRows(QWidget):
    """The learning rate as a number, the ruler, what to expect, and what would be best.

    Attributes:
        field: The learning rate as a number.
        ruler: The learning rate as a place among zones.
        line: What to expect of it, in one sentence.
        take_fastest: Takes the fastest rate.
        take_pair: Takes the best learning rate and momentum together.

    Signals:
        rateEdited (float): The user wants another learning rate.
        pairEdited (float, float): The user wants another learning rate and another momentum.
        problemFound (str): The sentence about what was typed; empty once it is put right.
    """

    rateEdited = Signal(float)
    pairEdited = Signal(float, float)
    problemFound = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair: tuple[float, float] | None = None
        self._pair_now: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.field = NumberField(0.0, low_included=False, name="The learning rate")
        self.field.set_tip(_FIELD_TIP)
        self.ruler = RateRuler()
        self.ruler.setAccessibleName("Learning rate slider")
        self.line = QLabel()
        self.line.setProperty("role", "quiet")
        self.line.setWordWrap(True)
        self.line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.line.setMinimumHeight(2 * self.line.fontMetrics().lineSpacing())  # lest what is below moves in a run
        self.take_fastest = _quiet_button()
        self.take_pair = _quiet_button()
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(6)
        buttons.addWidget(self.take_fastest)
        buttons.addWidget(self.take_pair)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(LabelledRow("Learning rate", self.field))
        rows.addWidget(self.ruler)
        rows.addWidget(self.line)
        rows.addWidget(self._buttons)
        self._refresh()
        self.field.valueEdited.connect(self.rateEdited)
        self.field.problemFound.connect(self.problemFound)
        self.ruler.valueEdited.connect(self.rateEdited)
        self.take_fastest.clicked.connect(self._on_take_fastest_clicked)
        self.take_pair.clicked.connect(self._on_take_pair_clicked)

    def set_rate(self, rate: float, momentum: float | None) -> None:
        """Show ``rate`` silently; ``momentum`` where the optimizer has one."""
        self.field.set_value(rate)
        self.ruler.set_value(rate)
        self._pair_now = None if momentum is None else (rate, momentum)
        self._refresh()

    def set_takes_rate(self, takes_rate: bool) -> None:
        """Let the learning rate be edited only where it has a say."""
        for widget in (self.field, self.ruler):
            widget.setEnabled(takes_rate)
        self._refresh()

    def set_ruler(self, ruler: Ruler, low: float, high: float) -> None:
        """Show ``ruler`` from ``low`` to ``high``."""
        self.ruler.set_range(low, high)
        self.ruler.set_ruler(ruler)
        self.ruler.set_outdated(False)
        self._refresh()

    def set_line(self, sentence: str, tip: str = "") -> None:
        """Say what to expect of the learning rate."""
        if (sentence, tip) != (self.line.text(), self.line.toolTip()):
            self.line.setText(sentence)
            self.line.setToolTip(tip)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self.ruler.set_theme(theme)

    def _refresh(self) -> None:
        ruler = self.ruler.ruler if self.ruler.isEnabled() else NO_RULER
        has_fastest = ruler.fastest is not None
        if ruler.fastest is not None:
            tip = f"Take the fastest fixed learning rate: {number(ruler.fastest)}"
            self._label(self.take_fastest, "Take fastest", tip)
            self.take_fastest.setEnabled(self.ruler.value() != rounded_down(ruler.fastest))
        self._pair = _rounded_pair(ruler.best_pair)
        if self._pair is not None:
            rate, momentum = self._pair
            text = f"Best pair η {compact(rate, 2)}, μ {compact(momentum, 2)}"
            self._label(self.take_pair, text, "Take the learning rate and the momentum that are fastest together")
            self.take_pair.setEnabled(self._pair != self._pair_now)
        self.take_fastest.setVisible(has_fastest)
        self.take_pair.setVisible(self._pair is not None)
        self._buttons.setVisible(has_fastest or self._pair is not None)

    def _label(self, button: QToolButton, text: str, tip: str) -> None:
        if button.text() != text:
            button.setText(text)
            button.setToolTip(tip)

    @Slot()
    def _on_take_fastest_clicked(self) -> None:
        if self.ruler.ruler.fastest is not None:
            self.rateEdited.emit(rounded_down(self.ruler.ruler.fastest))

    @Slot()
    def _on_take_pair_clicked(self) -> None:
        if self._pair is not None:
            self.pairEdited.emit(*self._pair)


def _quiet_button() -> QToolButton:
    button = QToolButton()
    button.setProperty("quiet", True)
    return button


def _rounded_pair(pair: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return learning rate and momentum in few digits; None where no momentum below 1 is so close to it."""
    if pair is None or 1.0 - pair[1] < _LEAST_REST:
        return None
    return rounded_down(pair[0]), 1.0 - float(f"{1.0 - pair[1]:.3e}")
