"""A line that edits one number."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import exact, parse_number
from gdexplorer.core.parameters import Parameter
from gdexplorer.ui.committed_line import CommittedLine
from gdexplorer.ui.stepping import stepped

_UNIT_MARGIN = 10


class NumberField(CommittedLine):
    """One number in a range, kept exactly as typed.

    Besides Enter and leaving the field, steps commit: Up and Down, or the wheel while focused.

    Signals:
        valueEdited (float): The user made it another number.
    """

    valueEdited = Signal(float)

    def __init__(
        self,
        low: float = -math.inf,
        high: float = math.inf,
        low_included: bool = True,
        high_included: bool = True,
        *,
        whole: bool = False,
        unit: str = "",
        name: str = "The number",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole = whole
        self._unit = unit
        self._name = name
        self._value = 0.0
        self.set_range(low, high, low_included, high_included)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if unit:
            self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(unit) + _UNIT_MARGIN, 0)
        self.set_value(self._value)

    def set_range(self, low: float, high: float, low_included: bool = True, high_included: bool = True) -> None:
        """Allow other numbers from now on; the value stays."""
        self._range = Parameter(self._name, "", "", 0.0, low, high, low_included, high_included)

    def value(self) -> float:
        """Return the last good number."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` silently. A number equal to the one held stays as typed, also while it is being typed."""
        if value == self._value and self._is_left_alone():
            return
        self._value = value
        self._show(exact(value))

    def _held_text(self) -> str:
        return exact(self._value)

    def _accept_text(self, text: str) -> None:
        value = parse_number(text)
        if self._whole and value != round(value):
            raise InputError(f"{self._name} must be a whole number, not {exact(value)}.")
        self._range.check(value)
        tidy = text.strip().replace("−", "-").replace(",", ".")
        self._take(value, exact(value) if self._whole else tidy)

    def _take(self, value: float, text: str) -> None:
        self._show(text)
        if value != self._value:
            self._value = value
            self.valueEdited.emit(value)

    def _step(self, direction: int) -> None:
        if not self._commit():
            return
        value = stepped(self._value, direction, self._range.low, self._range.high, whole=self._whole)
        if self._range.allows(value):
            self._take(value, exact(value))
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, or do what every line does."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step while focused; else let the column scroll."""
        if self.hasFocus() and event.angleDelta().y():
            self._step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, then its unit quietly at the right."""
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            painter.setPen(self.palette().placeholderText().color())
            room = QRect(0, 0, self.width() - _UNIT_MARGIN, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit)
