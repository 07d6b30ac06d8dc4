"""A line that edits one number."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.core.parameters import Parameter
from gdexplorer.ui.numerals import exact, parse_number
from gdexplorer.ui.stepping import stepped


class NumberField(QLineEdit):
    """One number in a range, kept exactly as typed.

    It is committed by Enter (which also gives the focus back to the window), by leaving the field, and by steps:
    Up and Down, or the wheel while focused. What cannot be used is marked and said; Escape or leaving the field
    brings the last good number back.

    Signals:
        valueEdited (float): The user made it another number.
        problemFound (str): The sentence about what was typed; empty once it is put right.
    """

    valueEdited = Signal(float)
    problemFound = Signal(str)

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
        self._problem = ""
        self._tip = ""
        self._value = 0.0
        self.set_range(low, high, low_included, high_included)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(48)
        self.set_value(self._value)

    def set_range(self, low: float, high: float, low_included: bool = True, high_included: bool = True) -> None:
        """Allow other numbers from now on; the value stays."""
        self._range = Parameter(self._name, "", "", 0.0, low, high, low_included, high_included)

    def value(self) -> float:
        """Return the last good number."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` silently. A number equal to the one held stays as typed, also while it is being typed."""
        if value == self._value and self.text() and (self.hasFocus() or not (self._problem or self.isModified())):
            return
        self._value = value
        self._show(exact(value))

    def set_tip(self, tip: str) -> None:
        """Say ``tip`` whenever there is no problem to say."""
        self._tip = tip
        if not self._problem:
            self.setToolTip(tip)

    @property
    def problem(self) -> str:
        """The sentence about what is typed now; empty if it can be used."""
        return self._problem

    def refuse(self, sentence: str) -> None:
        """Mark what is typed as not usable, for a reason only the panel knows."""
        self._set_problem(sentence)

    def _commit(self) -> bool:
        """Take over what is typed; return whether it could be used."""
        if not self.isModified() and not self._problem:
            return True
        try:
            value = self._read(self.text())
        except InputError as error:
            self._set_problem(str(error))
            return False
        text = self.text().strip().replace("−", "-").replace(",", ".")
        self._take(value, text)
        return True

    def _read(self, text: str) -> float:
        value = parse_number(text)
        if self._whole and value != round(value):
            raise InputError(f"{self._name} must be a whole number, not {value:g}.")
        self._range.check(value)
        return value

    def _take(self, value: float, text: str) -> None:
        self._show(exact(value) if self._whole else text)
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

    def _revert(self) -> None:
        self._show(exact(self._value))

    def _show(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)
        self._set_problem("")

    def _set_problem(self, sentence: str) -> None:
        if sentence == self._problem:
            return
        self._problem = sentence
        self.setToolTip(sentence or self._tip)
        self.setProperty("problem", bool(sentence))
        self.style().unpolish(self)
        self.style().polish(self)
        self.problemFound.emit(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit, revert or step; all else is typing."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._commit():
                self.clearFocus()
        elif key == Qt.Key.Key_Escape and (self.isModified() or self._problem):
            self._revert()
            self.selectAll()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit what can be used; else bring the last good number back and leave the sentence standing."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason or self._commit():
            return
        sentence = self._problem
        self._revert()
        self.problemFound.emit(sentence)

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
            room = QRect(0, 0, self.width() - 10, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit)
