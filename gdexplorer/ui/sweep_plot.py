"""What became of a run at each learning rate: measured points over what formulas say."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtGui import QFont

from gdexplorer.core.sweep import Outcome, Sweep
from gdexplorer.core.sweep_theory import NO_THEORY, SweepTheory
from gdexplorer.ui.axes import FloatArray, Scale, pen, placeable, with_gaps
from gdexplorer.ui.sweep_choice import Measure
from gdexplorer.ui.theme import Theme
from gdexplorer.ui.trial_plot import TrialPlot

_NEAR_PX = 30.0
_DOT_PX = 6
_LOW_PX = 80  # in a picture lower than this words would cover the points
_MARGIN = 0.03  # beyond the first and the last rate, as a share of the width
_FOOT = 0.26  # height below all numbers, where the fastest is named, likewise
_BAND = 0.14  # height kept above all numbers for runs that have none, as a share of the rest
_LOG_RATIO = 30.0  # between the largest and the smallest loss, from which on the axis is logarithmic
_SMALLEST_SHARE = 1e-14  # of the loss at the start: less is what rounding leaves of nothing


class RatesPlot(TrialPlot):
    """One point for each learning rate. Runs without a number stand in a band above: each outcome has its own shape.

    The axis of learning rates is logarithmic; that of steps too, and that of losses where they differ much.
    """

    def __init__(self) -> None:
        super().__init__("learning rate", "steps to converge")
        self._theme: Theme | None = None
        self._sweep: Sweep | None = None
        self._theory = NO_THEORY
        self._measure = Measure.STEPS
        self._x: FloatArray = np.empty(0)
        self._y: FloatArray = np.empty(0)
        self._now = np.nan
        self._ceiling = pg.InfiniteLine(angle=0)
        self._limit, self._now_line = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=90)
        self._line = pg.PlotCurveItem()
        self._points = {
            "converged": pg.ScatterPlotItem(symbol="o", size=_DOT_PX),
            "not yet": pg.ScatterPlotItem(symbol="o", size=_DOT_PX),
            "rises": pg.ScatterPlotItem(symbol="t1", size=_DOT_PX + 1),
            "diverged": pg.ScatterPlotItem(symbol="x", size=_DOT_PX),
        }
        self._star = pg.ScatterPlotItem(symbol="star", size=15)
        self._ring = pg.ScatterPlotItem(symbol="o", size=_DOT_PX + 7)
        for item in (self._ceiling, self._limit, self._now_line, *self._points.values()):
            self.addItem(item)
        for item in (self._line, self._star, self._ring):
            self.addItem(item)
        self._words = {name: pg.TextItem(name) for name in ("limit", "now", "fastest")}
        for word in self._words.values():
            self.addItem(word, ignoreBounds=True)
        self.set_scales(Scale.LOG, Scale.LOG)
        self._ceiling.setVisible(False)
        self.getPlotItem().getViewBox().sigResized.connect(self._place_words)

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`."""
        super().apply_theme(theme)
        self._theme = theme
        self._ceiling.setPen(pen(theme.line, 1, dashed=True))
        self._limit.setPen(pen(theme.gradient, 1.5))
        self._now_line.setPen(pen(theme.accent, 1.5, dashed=True))
        self._line.setPen(pen(theme.good, 1.5))
        self._star.setPen(pen(theme.card, 1))
        self._star.setBrush(pg.mkBrush(theme.minimum))
        self._ring.setPen(pen(theme.accent, 2))
        self._ring.setBrush(pg.mkBrush(None))
        font = QFont(self.font())
        font.setPixelSize(11)
        for name, colour in (("limit", theme.gradient), ("now", theme.accent), ("fastest", theme.text)):
            self._words[name].setFont(font)
            self._words[name].setColor(colour)
        self._colour_points(theme)

    def show_sweep(self, sweep: Sweep, theory: SweepTheory, measure: Measure) -> None:
        """Draw the results that there are of a sweep over learning rates."""
        self._sweep, self._theory = sweep, theory
        if measure is not self._measure:
            self._measure = measure
            self._name_axis()
        self._x = Scale.LOG.positions(sweep.plan.x)
        numbers = sweep.steps_to_converge[0] if measure is Measure.STEPS else sweep.final_losses[0]
        scale = Scale.LOG if measure is Measure.STEPS else self._loss_scale(sweep)
        self.set_scales(Scale.LOG, scale)
        top_number = sweep.plan.steps if measure is Measure.STEPS else max(sweep.plan.state.loss, 0.0)
        values = np.maximum(numbers, 1.0) if measure is Measure.STEPS else numbers
        y, bottom, top = self._placed(values, scale, top_number)
        band = top + (top - bottom) * _BAND * 0.6
        self._y = np.where(sweep.outcomes[0] == Outcome.PENDING, np.nan, np.where(np.isfinite(y), y, band))
        margin = (self._x[-1] - self._x[0]) * _MARGIN
        self.set_bounds(
            (float(self._x[0] - margin), float(self._x[-1] + margin)),
            (bottom - (top - bottom) * _FOOT, top + (top - bottom) * _BAND),
        )
        self._ceiling.setPos(top)
        self._ceiling.setVisible(True)
        self._show_points(sweep)
        self._show_theory()
        self._show_now()
        self._show_mark()
        self._place_words()

    def show_now(self, learning_rate: float) -> None:
        """Draw where the learning rate in use is."""
        position = float(Scale.LOG.positions(np.array([learning_rate]))[0])
        if position != self._now:
            self._now = position
            self._show_now()
            self._place_words()

    def nearest(self, x: float, y: float) -> int:
        """See :class:`TrialPlot`: the nearest learning rate that has been tried, whatever the height."""
        del y
        if self._sweep is None:
            return -1
        way = np.where(np.isfinite(self._y), np.abs(self._x - x), np.inf)
        index = int(np.argmin(way))
        return index if way[index] * self.pixels_per_unit()[0] <= _NEAR_PX else -1

    def neighbour(self, index: int, across: int, up: int) -> int:
        """See :class:`TrialPlot`."""
        del up
        tried = np.flatnonzero(np.isfinite(self._y))
        if not tried.size:
            return -1
        if index < 0:
            fastest = None if self._sweep is None else self._sweep.fastest
            return int(tried[0]) if fastest is None else fastest
        place = int(np.searchsorted(tried, index)) + across
        return int(tried[min(max(place, 0), len(tried) - 1)])

    def _show_mark(self) -> None:
        chosen = np.array([self._mark] if 0 <= self._mark < len(self._x) else [], dtype=np.intp)
        self._ring.setData(*placeable(self._x[chosen], self._y[chosen]))

    def _loss_scale(self, sweep: Sweep) -> Scale:
        losses = sweep.final_losses[np.isfinite(sweep.final_losses)]
        losses = losses[losses <= sweep.plan.state.loss]
        if not losses.size or losses.min() <= sweep.plan.state.loss * _SMALLEST_SHARE:
            return Scale.LINEAR
        return Scale.LOG if sweep.plan.state.loss / losses.min() > _LOG_RATIO else Scale.LINEAR

    @staticmethod
    def _placed(numbers: FloatArray, scale: Scale, top_number: float) -> tuple[FloatArray, float, float]:
        """Return where numbers stand, NaN for those above the top; and the lowest and the highest place shown."""
        y = scale.positions(numbers)
        top = float(scale.positions(np.array([top_number]))[0])
        seen = y[np.isfinite(y)]
        if not math.isfinite(top):
            top = float(seen.max()) if seen.size else 1.0
        with np.errstate(invalid="ignore"):
            y = np.where(y <= top, y, np.nan)
        seen = y[np.isfinite(y)]
        bottom = float(seen.min()) if seen.size else top - 1.0
        if not top - bottom > 1e-9 * max(abs(top), abs(bottom)):
            bottom = top - max(abs(top) * 0.1, 1e-12)
        return y, bottom, top

    def _show_points(self, sweep: Sweep) -> None:
        rises = sweep.rises()[0]
        outcomes = sweep.outcomes[0]
        shown: dict[str, NDArray[np.bool_]] = {
            "converged": outcomes == Outcome.CONVERGED,
            "not yet": (outcomes == Outcome.NOT_YET) & ~rises,
            "rises": rises,
            "diverged": outcomes == Outcome.DIVERGED,
        }
        for name, chosen in shown.items():
            self._points[name].setData(*placeable(self._x[chosen], self._y[chosen]))
        best = [] if sweep.fastest is None else [sweep.fastest]
        self._star.setData(*placeable(self._x[best], self._y[best]))

    def _show_theory(self) -> None:
        theory = self._theory
        has_line = self._measure is Measure.STEPS and theory.steps.size > 0
        steps = theory.steps if has_line else np.empty(0)
        x = Scale.LOG.positions(theory.rates if has_line else np.empty(0))
        self._line.setData(*with_gaps(x, Scale.LOG.positions(np.maximum(steps, 1.0))), connect="finite")
        limit = theory.ruler.limit
        position = np.nan if limit is None else float(Scale.LOG.positions(np.array([limit]))[0])
        self._limit.setVisible(math.isfinite(position))
        if math.isfinite(position):
            self._limit.setPos(position)

    def _show_now(self) -> None:
        is_placed = self._sweep is not None and math.isfinite(self._now)
        self._now_line.setVisible(is_placed)
        if is_placed:
            self._now_line.setPos(self._now)

    @Slot()
    def _place_words(self) -> None:
        """Write the words beside their lines, on the side where there is room."""
        (left, right), (bottom, top) = self.bounds
        has_room = self.getPlotItem().getViewBox().height() >= _LOW_PX
        for name, line, height in (("limit", self._limit, top), ("now", self._now_line, bottom)):
            x = float(line.value())
            is_shown = line.isVisible() and left < x < right and (name == "limit" or has_room)
            self._words[name].setVisible(is_shown)
            width = self._words[name].boundingRect().width() / self.pixels_per_unit()[0]
            goes_left = x + width > right if name == "now" else x - width > left
            self._words[name].setAnchor((1.0 if goes_left else 0.0, 0.0 if name == "limit" else 1.0))
            if is_shown:
                self._words[name].setPos(x, height)
        fastest = None if self._sweep is None else self._sweep.fastest
        word = self._words["fastest"]
        word.setVisible(fastest is not None and has_room)
        if self._sweep is not None and fastest is not None:
            word.setText("lowest" if self._sweep.trial(fastest).steps is None else "fastest")
            half = word.boundingRect().width() / 2 / self.pixels_per_unit()[0]
            x = float(self._x[fastest])
            limit = float(self._limit.value()) if self._limit.isVisible() else right
            if abs(limit - x) < half:  # the word stands on the side that the best run is on
                across = 1.0 if x <= limit else 0.0
            else:
                across = 0.0 if x - half < left else 1.0 if x + half > right else 0.5
            word.setAnchor((across, -0.2))
            word.setPos(x, float(self._y[fastest]))

    def _name_axis(self) -> None:
        if self._theme is not None:
            name = "steps to converge" if self._measure is Measure.STEPS else "final loss"
            self.set_label("left", name, self._theme)
            self._colour_points(self._theme)

    def _colour_points(self, theme: Theme) -> None:
        colour = theme.text if self._measure is Measure.STEPS else theme.loss
        for name, item in self._points.items():
            item.setPen(pen(theme.gradient if name == "diverged" else colour, 1.3))
            is_full = name in ("converged", "diverged")
            item.setBrush(pg.mkBrush((theme.gradient if name == "diverged" else colour) if is_full else None))
