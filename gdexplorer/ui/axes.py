"""Plot axes that name true numbers: linear, logarithmic, or logarithmic steps with a place for 0."""

from __future__ import annotations

import math
from enum import Enum
from html import escape
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from gdexplorer.core.numerals import scientific, superscript

FloatArray = NDArray[np.float64]

#: Numbers beyond this make nonsense of a plot's transform; nothing that far off is drawn.
DRAWABLE = 1e100
_STEP_LABEL_PX = 16  # room that the labels of steps 0 and 1 need between them
_LABEL_GAP_PX = 6
_LABEL_PX = 11  # height of the font that names the axis
#: Where a large tick takes a unit, what that divides by, and how it is written. “G” would be no unit of money.
_UNITS = ((1e12, 1e12, "×10¹²"), (1e9, 1e9, "×10⁹"), (1e6, 1e6, " M"), (1e4, 1e3, " k"))
_FIRST_DECADE, _LAST_DECADE = -307.0, 308.25  # what a float can hold
_ZERO_STEP = -0.5  # where step 0 stands on a logarithmic step axis, half a decade before step 1


class Scale(Enum):
    """How numbers are laid along an axis."""

    LINEAR = "linear"
    LOG = "log"
    LOG_STEPS = "log steps"

    def positions(self, numbers: FloatArray | NDArray[np.int64]) -> FloatArray:
        """Return where ``numbers`` stand on the axis; NaN where they have no place."""
        values = np.asarray(numbers, dtype=np.float64)
        with np.errstate(all="ignore"):
            if self is Scale.LINEAR:
                return np.where(np.abs(values) < DRAWABLE, values, np.nan)
            if self is Scale.LOG_STEPS:
                return np.where(values >= 1, np.log10(np.maximum(values, 1)), _ZERO_STEP)
            return np.where((values > 0) & np.isfinite(values), np.log10(values), np.nan)


def placeable(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the points that have a place on linear axes; pyqtgraph fails to paint where none has."""
    keep = np.isfinite(Scale.LINEAR.positions(x)) & np.isfinite(Scale.LINEAR.positions(y))
    return x[keep], y[keep]


def with_gaps(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a curve with NaN where it has no place; empty where it has none at all."""
    placed = Scale.LINEAR.positions(y)
    return (x, placed) if np.isfinite(placed).any() else (x[:0], placed[:0])


def decade_text(exponent: int) -> str:
    """Return 10 to a whole power as a short label: ``0.01``, ``1``, ``100``, ``10⁶``."""
    if -3 <= exponent <= 4:
        return f"{10.0**exponent:,.{max(0, -exponent)}f}"
    return "10" + superscript(exponent)


class NumberAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis with few, round, plain ticks."""

    def __init__(self, orientation: str) -> None:
        self._shown_label = ""
        super().__init__(orientation, showValues=True, maxTickLength=-4)
        self.number_scale = Scale.LINEAR
        self.enableAutoSIPrefix(False)

    def set_label(self, text: str, colour: str) -> None:
        """Name the axis in ``colour``; of a name too long for the room the middle is left out, and a tip tells it."""
        self._shown_label = text
        self.setLabel(text, color=colour, **{"font-size": f"{_LABEL_PX}px"})
        self.resizeEvent()

    def labelString(self) -> str:
        """Return the label as HTML; see pyqtgraph."""
        style = ";".join(f"{name}: {value}" for name, value in self.labelStyle.items())
        return f"<span style='{style}'>{escape(self._shown_label)} </span>"

    def resizeEvent(self, event: object = None) -> None:
        """Shorten the label to the room there is, and place it; see pyqtgraph."""
        label = self.label
        if label is None:  # closed already
            return
        low, high = self._label_room()
        font = QFont(label.font())
        font.setPixelSize(_LABEL_PX)
        room = high - low - 2 * label.document().documentMargin()
        shown = QFontMetricsF(font).elidedText(self.labelText, Qt.TextElideMode.ElideMiddle, room)
        if shown != self._shown_label:  # one line as before, so the axis keeps its size
            self._shown_label = shown
            label.setHtml(self.labelString())
        label.setToolTip("" if shown == self.labelText else self.labelText)
        super().resizeEvent(event)
        if self.orientation == "bottom":
            label.setX(max(low, min(label.x(), high - label.boundingRect().width())))

    def _label_room(self) -> tuple[float, float]:
        """Return where the label may begin and end: along the axis, at the bottom also under its neighbours."""
        if self.orientation != "bottom" or self.parentItem() is None:
            return 0.0, self.size().height() if self.orientation == "left" else self.size().width()
        plot = self.mapRectFromParent(self.parentItem().rect())
        return plot.left(), plot.right()

    def set_number_scale(self, scale: Scale) -> None:
        """Lay numbers out by ``scale``; what is drawn has to be placed by the same scale."""
        self.number_scale = scale
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return tick positions; see pyqtgraph."""
        if self.number_scale is Scale.LINEAR:
            return self._linear_ticks(low, high, size)
        low, high = (min(max(end, _FIRST_DECADE), _LAST_DECADE) for end in (low, high))
        first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
        if self.number_scale is Scale.LOG_STEPS:
            first = max(first, 0)
        room = max(2, int(size / (28 if self.orientation in ("left", "right") else 44)))
        every = max(1, math.ceil((last - first + 1) / room))
        ticks = [float(exponent) for exponent in range(first, last + 1) if exponent % every == 0]
        if self.number_scale is Scale.LOG_STEPS and low <= _ZERO_STEP:
            is_crowded = size / (high - low) * -_ZERO_STEP < _STEP_LABEL_PX
            ticks = [_ZERO_STEP, *(tick for tick in ticks if tick > 0 or not is_crowded)]
        if self.number_scale is Scale.LOG and high - low < 2:
            digits = (2, 5) if len(ticks) * 3 <= room + 3 and high - low > 0.35 else ()
            between = [e + math.log10(d) for e in range(first - 1, last + 1) for d in digits]
            ticks += [position for position in between if low <= position <= high]
            if len(ticks) < 2:
                values = self._linear_ticks(10**low, 10**high, size)[0][1]
                ticks = [math.log10(value) for value in values if value > 0]
        return [(1.0, sorted(ticks))]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:
        """Return the labels of ticks; see pyqtgraph."""
        if self.number_scale is Scale.LINEAR:
            return [_plain(value, spacing) for value in values]
        return [self._log_text(value) for value in values]

    def _log_text(self, position: float) -> str:
        if self.number_scale is Scale.LOG_STEPS and position < 0:
            return "0"
        nearest = round(position)
        if abs(position - nearest) < 1e-9:
            return decade_text(nearest)
        mantissa, exponent = f"{10**position:.11e}".split("e")
        if -4 <= int(exponent) <= 3:
            return f"{10**position:.{11 - int(exponent)}f}".rstrip("0").rstrip(".")
        return f"{mantissa.rstrip('0').rstrip('.')}×10{superscript(int(exponent))}"

    def _linear_ticks(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        rough = (high - low) / max(2.0, size / (44 if self.orientation in ("left", "right") else 64))
        best: tuple[float, list[float]] = (1.0, [])
        if not (rough > 1e-305 and math.isfinite(rough)):
            return [best]
        decade = 10.0 ** math.floor(math.log10(rough))
        for lead in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100):
            spacing = decade * lead
            first, last = math.ceil(low / spacing - 1e-9), math.floor(high / spacing + 1e-9)
            ticks = [index * spacing for index in range(first, last + 1)]
            if not ticks:
                break
            best = spacing, ticks
            if spacing >= rough * 0.999 and self._has_room(ticks, spacing, size / (high - low)):
                return [best]
        spacing, ticks = best
        return [best if self._has_room(ticks, spacing, size / (high - low)) else (spacing, ticks[:1])]

    def _has_room(self, ticks: list[float], spacing: float, px_per_unit: float) -> bool:
        """Whether labels that stand side by side do not touch."""
        if self.orientation in ("left", "right"):
            return True
        metrics = QFontMetricsF(self.style["tickFont"] or QFont())
        widest = max(metrics.horizontalAdvance(_plain(tick, spacing)) for tick in ticks)
        return spacing * px_per_unit >= widest + _LABEL_GAP_PX


def _plain(value: float, spacing: float) -> str:
    """Return a tick as people write it: ``400 k``, ``1.2 M``, ``7×10⁹``, ``0.25``, ``3×10⁻⁹``."""
    if abs(value) < spacing * 1e-6:
        return "0"
    size = abs(value)
    for limit, divisor, unit in _UNITS:
        if limit <= size < 1e15:
            digits = max(0, -math.floor(math.log10(spacing / divisor) + 1e-9))
            return f"{value / divisor:.{digits}f}{unit}".replace("-", "−")
    if 1e-4 <= size < 1e15:
        digits = max(0, -math.floor(math.log10(spacing) + 1e-9))
        return f"{value:,.{digits}f}".replace("-", "−")
    digits = max(0, math.floor(math.log10(size)) - math.floor(math.log10(spacing) + 1e-9))
    return scientific(value, digits + 1, steady=True)


def pen(colour: Any, width: float = 1.0, *, dashed: bool = False) -> Any:
    """Return a cosmetic pen: ``width`` in pixels, whatever the zoom."""
    made = pg.mkPen(colour, width=width)
    if dashed:
        made.setDashPattern([4.0, 3.0])
    return made
