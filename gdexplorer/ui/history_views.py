"""The record of a run: the loss, and every weight, against the step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.ui.axes import FloatArray, Scale, pen, placeable, with_gaps
from gdexplorer.ui.plot import GrowingRange, Plot
from gdexplorer.ui.theme import Theme

#: How many points a curve is drawn with at most; of more, evenly chosen ones along the axis.
_MOST_POINTS = 1200
#: So many lines are drawn with all of them, more share theirs, down to about a point for each pixel.
_FULL_LINES, _LEAST_POINTS = 4, 300
_DOT_PX, _RING_PX = 8, 17
_NAME_PX = 20  # height of a name, with a little air


class StepPlot(Plot):
    """A plot over steps, whose step axis can be logarithmic."""

    def __init__(self, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__("step", y_label, parent)
        self._steps_range = GrowingRange()
        self._values_range = GrowingRange()
        self.x_scale = Scale.LINEAR
        self.y_scale = Scale.LINEAR
        self._theme: Theme | None = None
        self._rings = pg.ScatterPlotItem(pxMode=True, size=_RING_PX, brush=None)
        self._rings.setZValue(12)
        self._rings.setVisible(False)
        self.addItem(self._rings, ignoreBounds=True)
        self.getPlotItem().getViewBox().sigResized.connect(self._on_box_resized)

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`."""
        super().apply_theme(theme)
        self._rings.setPen(pen(theme.text, 2))

    def light_up(self, step: int, values: FloatArray | None) -> None:
        """Put rings around ``values`` at ``step``, which are drawn there; nowhere where there are none."""
        self._rings.setVisible(values is not None)
        if values is not None:
            x, y = self.x_scale.positions(np.full(len(values), step)), self.y_scale.positions(values)
            self._rings.setData(*placeable(x, y))

    @property
    def lit(self) -> FloatArray:
        """Where rings are, as positions on the axes, shape (n, 2)."""
        return np.column_stack(self._rings.getData()) if self._rings.isVisible() else np.empty((0, 2))

    def reset(self) -> None:
        """Forget the ranges: a new run begins."""
        self._steps_range.reset()
        self._values_range.reset()

    def begin_again(self) -> None:
        """Forget the range of steps: a run begins whose values are much like those before."""
        self._steps_range.reset()

    def drawn(self, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which of the recorded ``steps``, as indices, a line is drawn through."""
        return thinned(self.x_scale.positions(steps))

    def choose_scales(self, x: Scale, y: Scale) -> None:
        """Lay the axes out anew; draw the data again afterwards."""
        self.x_scale, self.y_scale = x, y
        self.set_scales(x, y)
        self.reset()

    def _thinned_positions(self, steps: NDArray[np.int64], lines: int = 1) -> tuple[FloatArray, NDArray[np.int64]]:
        """Return where the drawn steps stand, and their indices."""
        x = self.x_scale.positions(steps)
        chosen = thinned(x, max(_LEAST_POINTS, _MOST_POINTS * _FULL_LINES // max(lines, _FULL_LINES)))
        return x[chosen], chosen

    def _settle_range(self, positions: FloatArray, low: float, high: float) -> None:
        first = float(self.x_scale.positions(np.array([0.0]))[0])
        self._steps_range.include(
            first, max(float(positions[-1]), first + (20.0 if self.x_scale is Scale.LINEAR else 1.0))
        )
        self._values_range.include(low, high)
        self._show_range()

    def _show_range(self) -> None:
        """Show what was seen, with room for a whole dot at either end of the steps."""
        bottom, top = self._values_range.bounds
        left, right = self._steps_range.bounds
        margin = (top - bottom) * 0.08
        dot = _DOT_PX * 0.75 / max(self.getPlotItem().getViewBox().width(), 4.0 * _DOT_PX)
        side = (right - left) * max(0.02, dot / (1.0 - 2.0 * dot))
        self.set_bounds((left - side, right + side), (bottom - margin, top + margin))

    @Slot()
    def _on_box_resized(self) -> None:
        self._show_range()


class LossView(StepPlot):
    """The loss against the step: a line, its end, a band of extremes, and the smallest loss dashed.

    The loss on held-out rows is a dashed line in the same colour, with its name at its end.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("loss", parent)
        self._low = pg.PlotCurveItem()
        self._high = pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._line = pg.PlotCurveItem()
        self._floor = pg.InfiniteLine(angle=0)
        self._held_out = pg.PlotCurveItem()
        self._now = pg.ScatterPlotItem(pxMode=True, size=_DOT_PX)
        self._held_out_now = pg.ScatterPlotItem(pxMode=True, size=_DOT_PX)
        for item in (self._low, self._high, self._band, self._floor, self._held_out, self._line):
            self.addItem(item)
        for item in (self._held_out_now, self._now):
            self.addItem(item)
        self._name = pg.TextItem("held out", anchor=(1.0, 1.0))
        self._ends: tuple[float, float] | None = None  # of the dashed line, and of the one beside it
        self._name.setVisible(False)
        self.addItem(self._name, ignoreBounds=True)

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`."""
        super().apply_theme(theme)
        self._line.setPen(pen(theme.loss, 2))
        self._now.setPen(pen(theme.card, 1))
        self._now.setBrush(pg.mkBrush(theme.loss))
        band = QColor(theme.loss)
        band.setAlpha(60)
        self._band.setBrush(pg.mkBrush(band))
        self._low.setPen(pg.mkPen(None))
        self._high.setPen(pg.mkPen(None))
        self._floor.setPen(pen(theme.minimum, 1, dashed=True))
        self._held_out.setPen(pen(theme.loss, 2, dashed=True))
        self._held_out_now.setPen(pen(theme.loss, 1.5))
        self._held_out_now.setBrush(pg.mkBrush(theme.card))
        font = QFont(self.font())
        font.setPixelSize(11)
        self._name.setFont(font)
        self._name.setColor(theme.loss)

    def show_losses(
        self,
        steps: NDArray[np.int64],
        losses: FloatArray,
        low: FloatArray,
        high: FloatArray,
        smallest: float | None,
        held_out: tuple[NDArray[np.int64], FloatArray] | None = None,
    ) -> None:
        """Draw the recorded losses.

        Args:
            steps: Recorded ones, shape (n,).
            losses: At exactly these steps.
            low: The smallest loss up to the next record.
            high: The largest one.
            smallest: The loss at the minimum, where known.
            held_out: Steps and losses on held-out rows there, where rows are held out.
        """
        x, chosen = self._thinned_positions(steps)
        line, bottom, top = (self.y_scale.positions(values[chosen]) for values in (losses, low, high))
        floor = float(self.y_scale.positions(np.array([np.nan if smallest is None else smallest]))[0])
        has_floor = bool(np.isfinite(floor))
        self._floor.setVisible(has_floor)
        seen = [
            float(edge(values)) for edge, values in ((np.nanmin, bottom), (np.nanmax, top)) if np.isfinite(values).any()
        ]
        if has_floor:
            self._floor.setPos(floor)
            seen.append(floor)
        seen += self._show_held_out(held_out, float(line[-1]))
        if seen:
            self._settle_range(x, min(seen), max(seen))
        if self.is_news(self._line, x, line, x, bottom, x, top):
            self._line.setData(*with_gaps(x, line), connect="finite")
            self._now.setData(*placeable(x[-1:], line[-1:]))
            wavy = bool(np.any(top > bottom))
            self._band.setVisible(wavy)
            if wavy:
                self._low.setData(x, bottom)
                self._high.setData(x, top)

    def _show_held_out(self, held_out: tuple[NDArray[np.int64], FloatArray] | None, beside: float) -> list[float]:
        """Draw the loss on held-out rows and return its extremes; its name keeps clear of a line ``beside`` it."""
        steps, losses = held_out or (np.empty(0, dtype=np.int64), np.empty(0))
        x, y = self.x_scale.positions(steps), self.y_scale.positions(losses)
        finite = y[np.isfinite(y)]
        self._name.setVisible(finite.size > 0)
        self._ends = (float(finite[-1]), beside) if finite.size else None
        if self.is_news(self._held_out, x, y):
            self._held_out.setData(*with_gaps(x, y), connect="finite")
            self._held_out_now.setData(*placeable(x[-1:], y[-1:]))
        if not finite.size:
            return []
        self._name.setText(f"held out {compact(float(losses[-1]), steady=True)}")
        self._name.setPos(float(x[-1]), float(finite[-1]))
        return [float(finite.min()), float(finite.max())]

    def _show_range(self) -> None:
        """Seat the dashed line's name as well: away from the line beside it, unless that is beyond the edge."""
        super()._show_range()
        if self._ends is None:
            return
        end, beside = self._ends
        (bottom, _top), up = self.bounds[1], self.pixels_per_unit()[1]
        fits_below = (end - bottom) * up > _NAME_PX
        fits_above = (beside - end) * up > _NAME_PX
        is_above = not end < beside or (fits_above and not fits_below)
        self._name.setAnchor((1.0, 1.15 if is_above else -0.15))


class WeightsView(StepPlot):
    """Every weight against the step, in its own colour, with its least-squares value dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("weight", parent)
        self._lines: list[pg.PlotCurveItem] = []
        self._targets: list[pg.InfiniteLine] = []
        self._now: list[pg.ScatterPlotItem] = []

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`."""
        super().apply_theme(theme)
        self._theme = theme
        for index, (line, target, now) in enumerate(self._items()):
            line.setPen(pen(theme.weight(index), 2))
            target.setPen(pen(theme.weight(index), 1, dashed=True))
            now.setPen(pen(theme.card, 1))
            now.setBrush(pg.mkBrush(theme.weight(index)))

    def set_weight_count(self, count: int) -> None:
        """Make room for ``count`` weights."""
        self.reset()
        while len(self._lines) < count:
            self._lines.append(pg.PlotCurveItem())
            self._targets.append(pg.InfiniteLine(angle=0))
            self._now.append(pg.ScatterPlotItem(pxMode=True, size=_DOT_PX))
            for item in (self._targets[-1], self._lines[-1], self._now[-1]):
                self.addItem(item)
        for index, items in enumerate(self._items()):
            for item in items:
                item.setVisible(index < count)
        if self._theme is not None:
            self.apply_theme(self._theme)

    def show_weights(self, steps: NDArray[np.int64], weights: FloatArray, minimum: FloatArray | None) -> None:
        """Draw the recorded weights, shape (n, K), and their values at the minimum, shape (K,), where known."""
        x, chosen = self._thinned_positions(steps, weights.shape[1])
        shown = Scale.LINEAR.positions(weights[chosen])
        count = weights.shape[1]
        for index in range(count):
            self._targets[index].setVisible(minimum is not None)
            if minimum is not None:
                self._targets[index].setPos(float(minimum[index]))
        finite = shown[np.isfinite(shown)]
        if finite.size:
            low, high = float(finite.min()), float(finite.max())
            if minimum is not None:
                low, high = min(low, float(minimum.min())), max(high, float(minimum.max()))
            self._settle_range(x, low, high)
        for index in range(count):
            if self.is_news(self._lines[index], x, shown[:, index]):
                self._lines[index].setData(*with_gaps(x, shown[:, index]), connect="finite")
                self._now[index].setData(*placeable(x[-1:], shown[-1:, index]))

    def _items(self) -> Iterator[tuple[pg.PlotCurveItem, pg.InfiniteLine, pg.ScatterPlotItem]]:
        return zip(self._lines, self._targets, self._now, strict=True)


def thinned(positions: FloatArray, most: int = _MOST_POINTS) -> NDArray[np.int64]:
    """Return indices of at most about ``most`` points, spread evenly along the axis, the last always included."""
    count = len(positions)
    if count <= most:
        return np.arange(count)
    wanted = np.linspace(positions[0], positions[-1], most)
    return np.unique(np.append(np.searchsorted(positions, wanted).clip(0, count - 1), count - 1))
