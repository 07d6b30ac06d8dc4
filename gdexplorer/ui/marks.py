"""Marks that plots of the loss share: the path in the colours of time, the arrow of a step, what lies off the edge."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont

from gdexplorer.ui.axes import DRAWABLE, FloatArray, pen
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.style_sheet import mixed
from gdexplorer.ui.theme import Theme

_AGES = 10
_HEAD_PX = 8.0
_SHORTEST_PX = 3.0
_INSET_PX = 9.0
_DOT_PX = 1.5
_MOST_DOTS = 400
_MOST_SMOOTH = 400  # places that a line with smooth edges goes through; a longer one would take many frames to paint
_ARROWS = {"left": "t3", "right": "t2", "top": "t1", "bottom": "t"}
_ANCHORS = {"left": (0.0, 0.5), "right": (1.0, 0.5), "top": (0.5, 0.0), "bottom": (0.5, 1.0)}


def age_colours(theme: Theme) -> list[str]:
    """Return the colours of a path from its oldest to its newest part."""
    faded = mixed(theme.loss, theme.text, 0.75)
    return [mixed(faded, theme.loss, age / (_AGES - 1)) for age in range(_AGES)]


def different_pixels(plot: Plot, x: FloatArray, y: FloatArray) -> NDArray[np.intp]:
    """Return which points, as indices, do not fall on the dot of the point before; the last one always is."""
    across, up = plot.pixels_per_unit()
    with np.errstate(all="ignore"):
        cells = np.round(np.column_stack([x * across, y * up]) / _DOT_PX)
    moved = np.any(cells[1:] != cells[:-1], axis=1)
    keep = np.append(moved, True)
    return np.flatnonzero(keep)


class TimedPath:
    """A path whose dots go from faded to bright with time; where it lies on a picture it has an outline."""

    def __init__(self, plot: Plot, *, has_line: bool) -> None:
        self._plot = plot
        self._under = pg.PlotCurveItem(antialias=True)
        self._line = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(pxMode=True, size=5 if has_line else 8)
        self._has_line = has_line
        self._brushes: list[object] = []
        self._colour = ""
        for item in (*((self._under, self._line) if has_line else ()), self._dots):
            plot.addItem(item)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._brushes = [pg.mkBrush(colour) for colour in age_colours(theme)]
        if self._has_line:
            shade = QColor("#10131a")
            shade.setAlpha(150)
            self._under.setPen(pen(shade, 3.5))
            self._colour = theme.loss
            self._line.setPen(pen(theme.loss, 1.6))
            self._dots.setPen(pen(shade, 1))
        else:
            self._dots.setPen(pen(theme.card, 1))

    def show(self, x: FloatArray, y: FloatArray) -> None:
        """Draw these places, oldest first; those off the picture are passed over, and a line breaks there."""
        (left, right), (bottom, top) = self._plot.bounds
        width, height = right - left, top - bottom
        with np.errstate(all="ignore"):
            near = (np.abs(x - left) < 9 * width) & (np.abs(y - bottom) < 9 * height)
        if not self._plot.is_news(self._dots, x[near], y[near]):
            return
        if self._has_line:
            line = np.where(near, x, np.nan), np.where(near, y, np.nan)
            if not near.any():
                line = x[:0], y[:0]
            is_long = int(near.sum()) > _MOST_SMOOTH
            for item in (self._under, self._line):
                item.setData(*line, connect="finite", antialias=not is_long)
            self._under.setVisible(not is_long)
            self._line.setPen(pen(self._colour, 1.0 if is_long else 1.6))
        kept = np.flatnonzero(near & (x >= left) & (x <= right) & (y >= bottom) & (y <= top))
        kept = kept[different_pixels(self._plot, x[kept], y[kept])] if kept.size else kept
        if len(kept) > _MOST_DOTS:
            kept = kept[np.linspace(0, len(kept) - 1, _MOST_DOTS).astype(np.intp)]
        ages = (kept * (_AGES - 1)) // max(len(x) - 1, 1)
        self._dots.setData(x[kept], y[kept], brush=[self._brushes[age] for age in ages] or None)


class Arrow:
    """A straight arrow in a plot's coordinates, whose head has the same size at any zoom; its shaft may be dashed."""

    def __init__(self, plot: Plot, *, dashed: bool = False) -> None:
        self._plot = plot
        self._item = pg.PlotCurveItem(antialias=True)
        self._head = pg.PlotCurveItem(antialias=True) if dashed else None  # its strokes would fall between the dashes
        for item in self._items():
            plot.addItem(item)

    def set_pen(self, colour: str | QColor, width: float) -> None:
        """Draw in ``colour``."""
        self._item.setPen(pen(colour, width, dashed=self._head is not None))
        if self._head is not None:
            self._head.setPen(pen(colour, width))

    def hide(self) -> None:
        """Draw nothing."""
        for item in self._items():
            item.setVisible(False)

    def show(self, start: FloatArray, end: FloatArray) -> None:
        """Draw from ``start`` to ``end``, each of shape (2,); nothing where that is shorter than its head."""
        scale = np.array(self._plot.pixels_per_unit())
        with np.errstate(all="ignore"):
            way = (end - start) * scale
            length = float(np.hypot(*way))
        is_drawn = bool(np.isfinite(length)) and length >= _SHORTEST_PX and float(np.abs(end).max()) < DRAWABLE
        for item in self._items():
            item.setVisible(is_drawn)
        if not is_drawn:
            return
        back = -way / length * min(_HEAD_PX, 0.6 * length)
        side = np.array([-back[1], back[0]]) * 0.5
        shape = np.array([start, end, end + (back + side) / scale, end, end + (back - side) / scale])
        if not self._plot.is_news(self._item, shape[:, 0], shape[:, 1]):
            return
        if self._head is None:
            self._item.setData(shape[:, 0], shape[:, 1])
        else:
            self._item.setData(shape[:2, 0], shape[:2, 1])
            self._head.setData(shape[2:, 0], shape[2:, 1])

    def _items(self) -> tuple[pg.PlotCurveItem, ...]:
        return (self._item,) if self._head is None else (self._item, self._head)


class EdgeMark:
    """Says at the edge of a plot that something lies beyond it."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._arrow = pg.ScatterPlotItem(pxMode=True, size=13)
        self._word = pg.TextItem("")
        self._shown: tuple[object, ...] = ()
        for item in (self._arrow, self._word):
            item.setZValue(20)
            item.setVisible(False)
            plot.addItem(item, ignoreBounds=True)

    @property
    def text(self) -> str:
        """What it says; empty while nothing lies beyond."""
        return str(self._word.toPlainText()) if self._word.isVisible() else ""

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        font = QFont(self._plot.font())
        font.setPixelSize(11)
        self._word.setFont(font)
        self._word.setColor(theme.gradient)
        ground = QColor(theme.card)
        ground.setAlpha(215)
        self._word.fill = pg.mkBrush(ground)
        self._arrow.setBrush(pg.mkBrush(theme.gradient))
        self._arrow.setPen(pen(theme.card, 1))

    def hide(self) -> None:
        """Say nothing."""
        self._arrow.setVisible(False)
        self._word.setVisible(False)

    def show(self, x: float, y: float, word: str) -> None:
        """Point at the place (x, y) if it is beyond the edge, with ``word`` beside; else say nothing."""
        (left, right), (bottom, top) = self._plot.bounds
        across, up = self._plot.pixels_per_unit()
        x, y = (math.inf if math.isnan(number) else number for number in (x, y))
        ways = {"left": left - x, "right": x - right, "bottom": bottom - y, "top": y - top}
        over = {side: way * (across if side in ("left", "right") else up) for side, way in ways.items() if way > 0}
        if not over:
            self.hide()
            return
        side = max(over, key=lambda name: over[name])
        shown = (side, word, self._plot.bounds, across, up, x, y)
        if shown == self._shown and self._arrow.isVisible():
            return
        self._shown = shown
        inset_x, inset_y = _INSET_PX / across, _INSET_PX / up
        at_x = min(max(x, left + inset_x), right - inset_x)
        at_y = min(max(y, bottom + inset_y), top - inset_y)
        self._arrow.setData([at_x], [at_y], symbol=_ARROWS[side])
        self._word.setText(word)
        self._word.setAnchor(_ANCHORS[side])
        inward = {"left": (1, 0), "right": (-1, 0), "top": (0, -1), "bottom": (0, 1)}[side]
        self._word.setPos(at_x + inward[0] * inset_x * 1.2, at_y + inward[1] * inset_y * 1.2)
        self._arrow.setVisible(True)
        self._word.setVisible(True)
        self._word.setTextWidth(-1)
        if self._word.boundingRect().width() > (right - left) * across:
            self._word.setTextWidth((right - left) * across)
        size, (along, aside) = self._word.boundingRect(), _ANCHORS[side]
        if side in ("top", "bottom"):
            along = _anchor((at_x - left) * across, size.width(), (right - left) * across)
        else:
            aside = _anchor((top - at_y) * up, size.height(), (top - bottom) * up)
        self._word.setAnchor((along, aside))


def _anchor(at_px: float, length_px: float, room_px: float) -> float:
    """Return which share of a word stands before its place, so that it does not leave by a neighbouring edge."""
    first = min(max(at_px - length_px / 2, 0.0), max(room_px - length_px, 0.0))
    return (at_px - first) / max(length_px, 1.0)
