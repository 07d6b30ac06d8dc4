"""Accumulated squares of slopes, drawn as squares at an edge of a plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gdexplorer.core.numerals import compact, subscript
from gdexplorer.ui.axes import FloatArray, pen
from gdexplorer.ui.memory_parts import SquareMemory
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.theme import Theme

#: Weights that have a square at most.
MOST_SQUARES = 6
_LINE_PX, _FONT_PX = 14.0, 11
_PAD, _GAP, _INSET = 7.0, 8.0, 6.0
_MARK_PX = 12.0  # room for a mark around the corner that is covered
_WIDEST, _HIGHEST = 0.5, 0.45  # shares of the plot that may be covered
_MOST = 0.6  # of the width or the height of the picture: squares that need more are left out
_USUAL_VALUE = "0.00888"  # columns are at least so wide, lest they jump with every digit


@dataclass(frozen=True)
class _Level:
    """How much is told: the cell's side in pixels, and whether names and values, and what they are, stand below."""

    cell: float
    has_names: bool
    has_values: bool
    has_lines: bool


_LEVELS = (
    _Level(34.0, True, True, True),
    _Level(26.0, True, True, False),
    _Level(18.0, False, True, False),
    _Level(16.0, False, False, False),
)


class MemorySquares(pg.GraphicsObject):  # type: ignore[misc]
    """One square for each weight, in a corner where it hides no mark; each area is in proportion to its value.

    Args:
        plot: Whose corner.
        corners: Where it may stand, the likeliest first: from left (0) to right (1), and from top (0) to bottom (1).
    """

    def __init__(self, plot: Plot, corners: Sequence[tuple[float, float]]) -> None:
        super().__init__(plot.getPlotItem().getViewBox())
        self._plot = plot
        self._corners = tuple(corners)
        self._corner = self._corners[0]
        self._theme: Theme | None = None
        self._memory: SquareMemory | None = None
        self._shown: list[int] = []
        self._level = _LEVELS[0]
        self._column = 0.0
        self._size = 0.0, 0.0
        self.setZValue(30)
        self.setVisible(False)

    @property
    def sides(self) -> FloatArray:
        """Sides of the squares drawn, in pixels."""
        if self._memory is None:
            return np.empty(0)
        values, full = self._memory.values[self._shown], self._memory.full
        with np.errstate(all="ignore"):
            shares = np.where(np.isfinite(values) & (full > 0), np.maximum(values, 0.0) / full, 0.0)
        return np.asarray(self._level.cell * np.sqrt(np.minimum(shares, 1.0)))

    @property
    def tells_all(self) -> bool:
        """Whether it has room to say what it is, and its scale."""
        return self._level.has_lines

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.update()

    def show_memory(
        self, memory: SquareMemory | None, indices: Sequence[int], keep_clear: Sequence[FloatArray] = ()
    ) -> None:
        """Draw the squares of these weights, counted from 0; none where ``memory`` is None or there is no room.

        ``keep_clear`` are places of shape (2,), in the plot's coordinates, that must stay in sight if they can.
        """
        self._memory = memory
        self._shown = list(indices)[:MOST_SQUARES]
        is_drawn = memory is not None and bool(self._shown)
        if memory is not None:
            self._settle(memory)
            self._seat(keep_clear)
            is_drawn = is_drawn and self._has_room()
            self.update()
        self.setVisible(is_drawn)

    def boundingRect(self) -> QRectF:
        """See Qt."""
        return QRectF(0.0, 0.0, self._size[0] + 2 * _PAD, self._size[1] + 2 * _PAD)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """See Qt."""
        if self._memory is None or self._theme is None:
            return
        theme, level = self._theme, self._level
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        ground = QColor(theme.card)
        ground.setAlpha(225)
        painter.setPen(pen(theme.line))
        painter.setBrush(QBrush(ground))
        painter.drawRoundedRect(self.boundingRect().adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        across = _PAD + max(0.0, (self._size[0] - self._squares_width()) / 2)
        for index, side in zip(self._shown, self.sides.tolist(), strict=True):
            middle = QPointF(across + self._column / 2, _PAD + level.cell / 2)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(theme.quiet, 1, dashed=True))
            painter.drawRect(_square(middle, level.cell))
            painter.fillRect(_square(middle, side), QColor(theme.weight(index)))
            below = QRectF(across, _PAD + level.cell + 1.0, self._column, _LINE_PX)
            for text, colour in self._labels(index):
                painter.setPen(QColor(colour))
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
                below.translate(0.0, _LINE_PX)
            across += self._column + _GAP
        painter.setPen(QColor(theme.quiet))
        lines = self._lines(self._memory) if level.has_lines else ()
        place = QRectF(_PAD, _PAD + self._size[1] - len(lines) * _LINE_PX, self._size[0], _LINE_PX)
        for text in lines:
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
            place.translate(0.0, _LINE_PX)

    @property
    def _font(self) -> QFont:
        font = QFont(self._plot.font())
        font.setPixelSize(_FONT_PX)
        return font

    def _labels(self, index: int) -> list[tuple[str, str]]:
        """Return what stands below a square, with its colour."""
        assert self._memory is not None
        assert self._theme is not None
        labels = []
        if self._level.has_names:
            labels.append((f"w{subscript(index + 1)}", self._theme.weight(index)))
        if self._level.has_values:
            labels.append((compact(float(self._memory.values[index]), 3), self._theme.text))
        return labels

    def _lines(self, memory: SquareMemory) -> tuple[str, ...]:
        """Return what stands below all squares: what is remembered, and how large it is drawn."""
        left_out = len(memory.values) - len(self._shown)
        more = (f"{left_out} more weights left out",) if left_out and len(self._shown) == MOST_SQUARES else ()
        return f"{memory.symbol}: {memory.meaning}", memory.scale_text, *more

    def _squares_width(self) -> float:
        return len(self._shown) * (self._column + _GAP) - _GAP

    def _settle(self, memory: SquareMemory) -> None:
        """Tell as much as there is room for."""
        box = self._plot.getPlotItem().getViewBox()
        for level in _LEVELS:
            self._level = level
            size = self._measured(memory)
            if size[0] < _WIDEST * box.width() and size[1] < _HIGHEST * box.height():
                break
        if size != self._size:
            self.prepareGeometryChange()
            self._size = size

    def _has_room(self) -> bool:
        """Whether it leaves enough of the picture to be seen."""
        box, size = self._plot.getPlotItem().getViewBox(), self.boundingRect().size()
        return bool(size.width() < _MOST * box.width() and size.height() < _MOST * box.height())

    def _measured(self, memory: SquareMemory) -> tuple[float, float]:
        """Return width and height of all that is told at the present level, and keep the width of a column."""
        metrics, level = QFontMetricsF(self._font), self._level
        texts = [compact(float(memory.values[index]), 3) for index in self._shown] if level.has_values else []
        widths = [metrics.horizontalAdvance(text) for text in (*texts, *([_USUAL_VALUE] if texts else []))]
        self._column = max([level.cell, *(math.ceil(width) for width in widths)])
        lines = self._lines(memory) if level.has_lines else ()
        width = max([self._squares_width(), *(math.ceil(metrics.horizontalAdvance(line)) for line in lines)])
        below = level.has_names + level.has_values + len(lines)
        return width, level.cell + below * _LINE_PX + (3.0 if lines else 0.0)

    def _seat(self, keep_clear: Sequence[FloatArray]) -> None:
        """Stay in the corner where it is, unless a mark comes there and another corner is free."""
        places = [self._pixel(place) for place in keep_clear]
        corners = (self._corner, *self._corners)
        free = (corner for corner in corners if not any(self._covered(corner).contains(place) for place in places))
        self._corner = next(free, self._corner)
        self.setPos(self._covered(self._corner).topLeft() + QPointF(_MARK_PX, _MARK_PX))

    def _covered(self, corner: tuple[float, float]) -> QRectF:
        """Return what it covers in a corner, with room for a mark around."""
        box, size = self._plot.getPlotItem().getViewBox(), self.boundingRect().size()
        x = _INSET + corner[0] * (box.width() - size.width() - 2 * _INSET)
        y = _INSET + corner[1] * (box.height() - size.height() - 2 * _INSET)
        return QRectF(x, y, size.width(), size.height()).adjusted(-_MARK_PX, -_MARK_PX, _MARK_PX, _MARK_PX)

    def _pixel(self, place: FloatArray) -> QPointF:
        (left, _right), (_bottom, top) = self._plot.bounds
        across, up = self._plot.pixels_per_unit()
        with np.errstate(all="ignore"):
            found = np.clip(np.nan_to_num([(place[0] - left) * across, (top - place[1]) * up]), -1e6, 1e6)
        return QPointF(float(found[0]), float(found[1]))


def _square(middle: QPointF, side: float) -> QRectF:
    return QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
