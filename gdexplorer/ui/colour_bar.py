"""Which number has which colour, in one short line."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.ui.ground import loss_colours

_BAR_PX, _HEIGHT_PX, _GAP_PX = 64, 8, 5
_STOPS = 12


class ColourBar(QWidget):
    """The colours from low to high between their two numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_ends(self, low: str, high: str) -> None:
        """Write ``low`` before the first colour and ``high`` behind the last."""
        if (low, high) != self._ends:
            self._ends = low, high
            self.setAccessibleName(f"Colours from {low} to {high}")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return a size for bar and numbers."""
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(text) for text in self._ends)
        return QSize(words + _BAR_PX + 2 * _GAP_PX, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar and its numbers."""
        del event
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        low, high = self._ends
        left = self.fontMetrics().horizontalAdvance(low) + _GAP_PX
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, low)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)
        bar = QRectF(left, (self.height() - _HEIGHT_PX) / 2, _BAR_PX, _HEIGHT_PX)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        shares = np.linspace(0.0, 1.0, _STOPS)
        for share, colour in zip(shares, loss_colours(shares**2, 0.0, 1.0), strict=True):
            gradient.setColorAt(float(share), QColor(*(int(channel) for channel in colour[:3])))
        painter.fillRect(bar, gradient)
