"""The plot that all views share: themed, with named axes and ranges that only grow."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.axes import DRAWABLE, FloatArray, NumberAxis, Scale
from gdexplorer.ui.theme import Theme

pg.setConfigOptions(antialias=True)


class GrowingRange:
    """An interval that takes in what it is shown, in generous strides, and never shrinks by itself."""

    def __init__(self) -> None:
        self._low = math.inf
        self._high = -math.inf

    def reset(self) -> None:
        """Forget everything seen."""
        self._low, self._high = math.inf, -math.inf

    def include(self, low: float, high: float, *, exact: bool = False) -> bool:
        """Take in [low, high]; return whether the interval changed.

        Unless ``exact``, it grows a third further than needed, so that a live plot moves in few strides.
        """
        if not (math.isfinite(low) and math.isfinite(high)) or max(abs(low), abs(high)) > DRAWABLE:
            return False
        if low >= self._low and high <= self._high:
            return False
        if self._low > self._high:
            self._low, self._high = low, high
            return True
        reach = 0.0 if exact else max(high, self._high) - min(low, self._low)
        if high > self._high:
            self._high = high + reach / 3
        if low < self._low:
            self._low = low - reach / 3
        return True

    @property
    def bounds(self) -> tuple[float, float]:
        """Low and high, a little apart even where all values are equal; (0, 1) before anything was seen."""
        if self._low > self._high:
            return 0.0, 1.0
        if self._high - self._low <= 1e-12 * max(abs(self._low), abs(self._high)):
            margin = max(abs(self._low) * 0.1, 1e-12)
            return self._low - margin, self._high + margin
        return self._low, self._high


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A themed plot without menus. Items are made once and updated with ``setData``.

    Signals:
        fitRequested(): The user double-clicked: ranges may shrink to what is there.
    """

    fitRequested = Signal()

    def __init__(self, x_label: str = "", y_label: str = "", parent: QWidget | None = None) -> None:
        self.x_axis, self.y_axis = NumberAxis("bottom"), NumberAxis("left")
        super().__init__(parent, axisItems={"bottom": self.x_axis, "left": self.y_axis}, enableMenu=False)
        self._labels = {"bottom": x_label, "left": y_label}
        self._bounds: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 1.0), (0.0, 1.0))
        self._drawn: dict[int, list[FloatArray]] = {}
        for axis in (self.x_axis, self.y_axis):
            axis.setZValue(-1)  # ticks and axis lines run behind what is drawn
        self.setFrameShape(self.Shape.NoFrame)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.setMinimumSize(120, 90)
        box = self.getPlotItem().getViewBox()
        box.disableAutoRange()
        box.setDefaultPadding(0.0)
        self.getPlotItem().setContentsMargins(2, 4, 10, 2)

    def apply_theme(self, theme: Theme) -> None:
        """Redraw everything in the colours of ``theme``; pyqtgraph does not do that by itself."""
        self.setBackground(theme.card)
        tick_font = QFont(self.font())
        tick_font.setPixelSize(11)
        for name, axis in (("bottom", self.x_axis), ("left", self.y_axis)):
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.quiet))
            axis.setTickPen(pg.mkPen(theme.grid))
            axis.setStyle(tickFont=tick_font, tickTextOffset=6, autoExpandTextSpace=True, hideOverlappingLabels=False)
            self.set_label(name, self._labels[name], theme)

    def set_label(self, axis: str, text: str, theme: Theme, colour: str | None = None) -> None:
        """Name an axis (``bottom`` or ``left``), unit included; quietly until it is given a ``colour``."""
        self._labels[axis] = text
        named = self.x_axis if axis == "bottom" else self.y_axis
        named.set_label(text, colour or theme.quiet)

    @property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The range shown: (left, right), (bottom, top)."""
        return self._bounds

    def pixels_per_unit(self) -> tuple[float, float]:
        """Return how many pixels one unit takes across and up."""
        box = self.getPlotItem().getViewBox()
        (left, right), (bottom, top) = self._bounds
        return max(box.width(), 1.0) / (right - left), max(box.height(), 1.0) / (top - bottom)

    def set_bounds(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly this range."""
        if (x, y) == self._bounds:
            return
        self._bounds = (x, y)
        self.getPlotItem().getViewBox().setRange(xRange=x, yRange=y, padding=0.0, disableAutoRange=True)

    def is_news(self, item: object, *points: FloatArray) -> bool:
        """Whether ``points`` (x, y, x, y, …) would move anything of ``item`` by a third of a pixel.

        What would look the same need not be drawn again; call it once before each drawing.
        """
        (left, right), (bottom, top) = self._bounds
        across, up = (3.0 * pixels for pixels in self.pixels_per_unit())
        with np.errstate(all="ignore"):
            seen = [
                np.round((values - left) * across if index % 2 == 0 else (values - bottom) * up)
                for index, values in enumerate(points)
            ]
        seen.append(np.array([left, right, bottom, top, across, up]))
        before = self._drawn.get(id(item))
        self._drawn[id(item)] = seen
        return before is None or not all(
            np.array_equal(a, b, equal_nan=True) for a, b in zip(before, seen, strict=True)
        )

    def forget(self, item: object) -> None:
        """Take whatever :meth:`is_news` is asked next about ``item`` for news: it was moved by other hands."""
        self._drawn.pop(id(item), None)

    def set_scales(self, x: Scale, y: Scale) -> None:
        """Label the axes by these scales."""
        self.x_axis.set_number_scale(x)
        self.y_axis.set_number_scale(y)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for a fit."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.fitRequested.emit()
        super().mouseDoubleClickEvent(event)
