"""A horizontal slider over several powers of ten."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.core.numerals import rounded_to
from gdexplorer.ui.theme import LIGHT, Theme

#: Radius of the knob in pixels.
KNOB = 7.0
_GROOVE = 4.0
_DIGITS = 3
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class LogSlider(QWidget):
    """Equal ways of the knob multiply by equal factors.

    A value outside the range is kept exactly; its knob rests at the end. Arrow keys and the wheel (while focused)
    move by a twentieth of a decade, Page Up and Page Down by a decade.

    Signals:
        valueEdited (float): The user moved the knob; three significant digits, or exactly an end of the range.
    """

    valueEdited = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._low, self._high = 1e-3, 1.0
        self._value = 0.1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def value(self) -> float:
        """Return the value, which may lie outside the range."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` silently."""
        if value != self._value:
            self._value = value
            self.update()

    def set_range(self, low: float, high: float) -> None:
        """Let the groove run from ``low`` to ``high``, both above 0; the value stays."""
        if not 0 < low < high < math.inf:
            raise ValueError(f"a logarithmic slider cannot run from {low} to {high}")
        if (low, high) != (self._low, self._high):
            self._low, self._high = low, high
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.update()

    def x_of(self, value: float) -> float:
        """Return where on the widget the knob stands for ``value``."""
        share = 0.0
        if value > 0:
            inside = min(max(value, self._low), self._high)
            share = math.log(inside / self._low) / math.log(self._high / self._low)
        return KNOB + 1 + share * self._way()

    def value_at(self, x: float) -> float:
        """Return the value for which the knob stands at ``x``."""
        share = min(max((x - KNOB - 1) / self._way(), 0.0), 1.0)
        return self._within(self._low * (self._high / self._low) ** share)

    def sizeHint(self) -> QSize:
        """Return a size with room for the knob."""
        return QSize(160, 24)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which the knob can still be moved well."""
        return QSize(72, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Claim the keys that move the knob before a shortcut of the window takes them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the knob."""
        factors = (
            dict.fromkeys((Qt.Key.Key_Right, Qt.Key.Key_Up), 10**0.05)
            | dict.fromkeys((Qt.Key.Key_Left, Qt.Key.Key_Down), 10**-0.05)
            | {Qt.Key.Key_PageUp: 10.0, Qt.Key.Key_PageDown: 0.1}
        )
        factor = factors.get(Qt.Key(event.key()))
        if factor is None:
            super().keyPressEvent(event)
        else:
            self._multiply(factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move the knob while focused; else let the column scroll."""
        if self.hasFocus() and event.angleDelta().y():
            self._multiply(10 ** (0.05 * math.copysign(1.0, event.angleDelta().y())))
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the knob to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._edit(self.value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the knob."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._edit(self.value_at(event.position().x()))

    def _way(self) -> float:
        return max(self.width() - 2 * KNOB - 2, 1.0)

    def _within(self, value: float) -> float:
        if value <= self._low * (1 + 1e-9):
            return self._low
        if value >= self._high * (1 - 1e-9):
            return self._high
        return min(max(rounded_to(value, _DIGITS), self._low), self._high)

    def _multiply(self, factor: float) -> None:
        inside = min(max(self._value, self._low), self._high)
        self._edit(self._within(inside * factor))

    def _edit(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self.update()
            self.valueEdited.emit(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw groove and knob."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, knob = self.height() / 2, self.x_of(self._value)
        left, right = self.x_of(self._low), self.x_of(self._high)
        self._draw_bar(painter, left, right, y, self._theme.line)
        self._draw_bar(painter, left, knob, y, self._theme.accent if self.isEnabled() else self._theme.quiet)
        self._draw_knob(painter, y)

    def _draw_bar(self, painter: QPainter, left: float, right: float, y: float, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(left, y - _GROOVE / 2, max(right - left, 0.0), _GROOVE), 2, 2)

    def _draw_knob(self, painter: QPainter, y: float) -> None:
        theme, centre = self._theme, QPointF(self.x_of(self._value), y)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(QColor(theme.card))
            painter.drawEllipse(centre, KNOB, KNOB)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.text))
            painter.drawEllipse(centre, KNOB - 2.5, KNOB - 2.5)
            return
        painter.setPen(QPen(QColor(theme.card), 1.5))
        painter.setBrush(QColor(theme.text if self.isEnabled() else theme.quiet))
        painter.drawEllipse(centre, KNOB, KNOB)
