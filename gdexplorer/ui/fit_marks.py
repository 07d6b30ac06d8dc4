"""What tells of a single point of the fit plot: a ring around it and its values beside it."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont

from gdexplorer.core.numerals import scientific
from gdexplorer.ui.axes import pen
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.theme import Theme

_RING_PX, _GAP_PX = 14, 9.0
_DIGITS = 7


def spelled(number: float, unit: str = "") -> str:
    """Return a number as people read it in a table, with its unit: ``310,000 USD``, ``−0.25``."""
    size = abs(number)
    if size == 0:
        text = "0"
    elif 1e-4 <= size < 1e15:
        decimals = max(_DIGITS - 1 - math.floor(math.log10(size)), 0)
        text = f"{number:,.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = scientific(number, _DIGITS)
    return f"{text} {unit}".rstrip().replace("-", "−", 1 if number < 0 else 0)


class PointMark:
    """A ring and a label in a plot; at no point at first.

    Args:
        plot: Where.
        has_label: Whether values are told too.
    """

    def __init__(self, plot: Plot, *, has_label: bool) -> None:
        self._plot = plot
        self._ring = pg.ScatterPlotItem(pxMode=True, size=_RING_PX, brush=None)
        self._ring.setZValue(12)
        plot.addItem(self._ring)
        self._label = pg.TextItem("", anchor=(0.0, 0.5))
        self._label.setZValue(14)
        self._label.setVisible(False)
        self._has_label = has_label
        if has_label:
            plot.addItem(self._label, ignoreBounds=True)
        self.text = ""
        self._place: tuple[float, float] | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Where it is; None for nowhere."""
        return self._place

    def apply_theme(self, theme: Theme, colour: str, *, dashed: bool = False) -> None:
        """Draw the ring in ``colour``."""
        made = pen(colour, 2)
        if dashed:
            made.setStyle(Qt.PenStyle.DotLine)
        self._ring.setPen(made)
        font = QFont(self._plot.font())
        font.setPixelSize(12)
        self._label.setFont(font)
        self._label.setColor(theme.text)
        ground = QColor(theme.card)
        ground.setAlpha(235)
        self._label.fill = pg.mkBrush(ground)
        self._label.border = pg.mkPen(theme.line)

    def show(self, x: float, y: float, text: str = "") -> None:
        """Mark the point at these coordinates; the label stays inside the plot."""
        if (x, y) == self._place and text == self.text and self._ring.isVisible():
            return
        self._place, self.text = (x, y), text
        self._ring.setData([x], [y])
        self._ring.setVisible(True)
        if not self._has_label:
            return
        self._label.setText(text)
        self._label.setVisible(bool(text))
        (left, right), (bottom, top) = self._plot.bounds
        across, up = self._plot.pixels_per_unit()
        box = self._label.boundingRect()
        is_right = (right - x) * across >= box.width() + _GAP_PX
        half = box.height() / 2 / up
        along = x + (_GAP_PX if is_right else -_GAP_PX) / across
        if not is_right and (x - left) * across < box.width() + _GAP_PX:  # no room on either side: above or below
            is_high = (top - y) * up < box.height() + 2 * _GAP_PX
            self._label.setAnchor((0.5, -0.0 if is_high else 1.0))
            middle = min(max(x, left + box.width() / 2 / across), right - box.width() / 2 / across)
            self._label.setPos(middle, y - _GAP_PX / up if is_high else y + _GAP_PX / up)
            return
        self._label.setAnchor((0.0 if is_right else 1.0, 0.5))
        self._label.setPos(along, min(max(y, bottom + half), top - half))

    def hide(self) -> None:
        """Mark nothing."""
        self._place, self.text = None, ""
        self._ring.setVisible(False)
        self._label.setVisible(False)
