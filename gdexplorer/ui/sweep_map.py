"""Maps of runs: each cell has the colour of what became of the run there."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont

from gdexplorer.core.sweep import Outcome, Sweep, SweepKind
from gdexplorer.core.sweep_theory import SweepTheory
from gdexplorer.ui.axes import FloatArray, NumberAxis, Scale, pen, placeable
from gdexplorer.ui.ground import ON_VIRIDIS, SHADE, loss_colours
from gdexplorer.ui.style_sheet import mixed
from gdexplorer.ui.sweep_choice import Measure
from gdexplorer.ui.theme import Theme
from gdexplorer.ui.trial_plot import TrialPlot

_SAME_LOSS = 1e-9  # losses that differ by less, relatively, differ through rounding
_TICK_PX = 14  # between two momenta at least
_MOMENTA = (0.0, 0.5, 0.9, 0.99, 0.999)


class MapAxis(NumberAxis):
    """An axis that can also show momenta, spaced by their distance from 1."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.is_of_momenta = False

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return tick positions; see pyqtgraph."""
        if not self.is_of_momenta:
            return super().tickValues(low, high, size)
        places = [float(place) for place in momentum_positions(np.array(_MOMENTA))]
        apart = _TICK_PX * (high - low) / max(size, 1.0)
        ticks: list[float] = []
        for place in places:
            if low <= place <= high and (not ticks or place - ticks[-1] >= apart):
                ticks.append(place)
        return [(1.0, ticks)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of ticks; see pyqtgraph."""
        if not self.is_of_momenta:
            return super().tickStrings(values, scale, spacing)
        return [f"{1.0 - 10.0**-value:.3g}" for value in values]


class MapPlot(TrialPlot):
    """A cell for each run. Cells of runs without a number are grey, those that diverged are crossed out.

    Attributes:
        ends: The numbers that have the first and the last colour; None where no cell has a colour.
    """

    def __init__(self) -> None:
        super().__init__("learning rate", "momentum")
        self.y_axis = MapAxis("left")
        self.getPlotItem().setAxisItems({"left": self.y_axis})
        for axis in (self.x_axis, self.y_axis):
            axis.setZValue(5)
        self._theme: Theme | None = None
        self._sweep: Sweep | None = None
        self._measure = Measure.STEPS
        self._names = "learning rate", "momentum"
        self._x: FloatArray = np.empty(0)
        self._y: FloatArray = np.empty(0)
        self.ends: tuple[float, float] | None = None
        self._image = pg.ImageItem(axisOrder="row-major")
        self._crosses = pg.ScatterPlotItem(symbol="x", size=5)
        self._limit_under, self._limit = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._star = pg.ScatterPlotItem(symbol="star", size=16)
        self._fastest = pg.ScatterPlotItem(symbol="d", size=11)
        self._ball = pg.ScatterPlotItem(symbol="o", size=11)
        self._frame = pg.PlotCurveItem()
        for item in (self._image, self._crosses, self._limit_under, self._limit):
            self.addItem(item)
        for item in (self._fastest, self._star, self._ball, self._frame):
            self.addItem(item)
        self._word = pg.TextItem("limit", anchor=(1.0, 0.0))
        self.addItem(self._word, ignoreBounds=True)

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`. What lies on the picture keeps a dark outline in both themes."""
        super().apply_theme(theme)
        self._theme = theme
        self._crosses.setPen(pen(theme.quiet, 1))
        self._crosses.setBrush(pg.mkBrush(theme.quiet))
        self._limit_under.setPen(pen(SHADE, 4))
        self._limit.setPen(pen(ON_VIRIDIS.gradient, 2))
        self._star.setPen(pen(ON_VIRIDIS.ground, 1))
        self._star.setBrush(pg.mkBrush(ON_VIRIDIS.minimum))
        self._fastest.setPen(pen(ON_VIRIDIS.minimum, 2))
        self._fastest.setBrush(pg.mkBrush(SHADE))
        self._ball.setPen(pen(ON_VIRIDIS.minimum, 1.5))
        self._ball.setBrush(pg.mkBrush(ON_VIRIDIS.loss))
        self._frame.setPen(pen(theme.text, 2))
        font = QFont(self.font())
        font.setPixelSize(11)
        self._word.setFont(font)
        self._word.setColor(ON_VIRIDIS.gradient)
        self._word.fill = pg.mkBrush(SHADE)
        self._name_axes()
        self._colour_cells()

    def show_sweep(self, sweep: Sweep, theory: SweepTheory, measure: Measure, names: tuple[str, str]) -> None:
        """Draw the results that there are of a map.

        Args:
            sweep: Over learning rates and momenta, or over starts.
            theory: Formulas for it.
            measure: What the colours are.
            names: Of both axes.
        """
        self._sweep, self._measure, self._names = sweep, measure, names
        assert sweep.plan.y is not None
        is_of_momenta = sweep.plan.kind is SweepKind.MOMENTUM
        self._x, self._y = self._positions(sweep.plan.x, sweep.plan.y)
        self.y_axis.is_of_momenta = is_of_momenta
        self.set_scales(Scale.LOG if is_of_momenta else Scale.LINEAR, Scale.LINEAR)
        self._name_axes()
        half_x, half_y = ((line[-1] - line[0]) / (len(line) - 1) / 2 for line in (self._x, self._y))
        low_x, low_y = self._x[0] - half_x, self._y[0] - half_y
        high_x, high_y = self._x[-1] + half_x, self._y[-1] + half_y
        self.set_bounds((float(low_x), float(high_x)), (float(low_y), float(high_y)))
        self._colour_cells()
        self._image.setRect(QRectF(low_x, low_y, high_x - low_x, high_y - low_y))
        self._show_marks(sweep, theory)
        self._show_mark()

    def show_now(self, place: tuple[float, float]) -> None:
        """Draw where the settings in use are."""
        x, y = self._positions(np.array(place[:1]), np.array(place[1:]))
        self._ball.setData(*placeable(x, y))

    def nearest(self, x: float, y: float) -> int:
        """See :class:`TrialPlot`: the cell under the mouse, once it has been tried."""
        if self._sweep is None:
            return -1
        index = int(np.abs(self._y - y).argmin()) * len(self._x) + int(np.abs(self._x - x).argmin())
        return -1 if self._sweep.outcomes.flat[index] == Outcome.PENDING else index

    def neighbour(self, index: int, across: int, up: int) -> int:
        """See :class:`TrialPlot`."""
        if self._sweep is None:
            return -1
        if index < 0:
            return 0 if self._sweep.fastest is None else self._sweep.fastest
        row, column = divmod(index, len(self._x))
        row, column = min(max(row + up, 0), len(self._y) - 1), min(max(column + across, 0), len(self._x) - 1)
        return row * len(self._x) + column

    def _show_mark(self) -> None:
        if self._sweep is None or not 0 <= self._mark < len(self._sweep.plan):
            self._frame.setData([], [])
            return
        row, column = divmod(self._mark, len(self._x))
        half_x, half_y = ((line[-1] - line[0]) / (len(line) - 1) / 2 for line in (self._x, self._y))
        x, y = self._x[column], self._y[row]
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * (half_x, half_y) + (x, y)
        self._frame.setData(corners[:, 0], corners[:, 1])

    def _positions(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        if self._sweep is not None and self._sweep.plan.kind is SweepKind.MOMENTUM:
            return Scale.LOG.positions(x), momentum_positions(y)
        return x, y

    def _show_marks(self, sweep: Sweep, theory: SweepTheory) -> None:
        crossed = np.argwhere(sweep.outcomes == Outcome.DIVERGED)
        self._crosses.setData(self._x[crossed[:, 1]], self._y[crossed[:, 0]])
        best = [] if sweep.fastest is None or sweep.plan.kind is SweepKind.STARTS else [sweep.fastest]
        rows, columns = np.divmod(np.array(best, dtype=np.intp), len(self._x))
        self._fastest.setData(self._x[columns], self._y[rows])
        line: tuple[FloatArray, FloatArray] = np.empty(0), np.empty(0)
        if theory.limits is not None:
            line = placeable(Scale.LOG.positions(theory.limits), self._y)
        self._limit_under.setData(*line)
        self._limit.setData(*line)
        (left, right), (_, top) = self.bounds
        is_named = line[0].size > 0 and left < float(line[0][-1]) < right
        self._word.setVisible(is_named)
        if is_named:
            self._word.setPos(float(line[0][-1]), top)
        star: tuple[float, float] | None = theory.ruler.best_pair
        if sweep.plan.kind is SweepKind.STARTS:
            minimum = sweep.plan.problem.minimum
            star = None if minimum is None else (float(minimum[0]), float(minimum[1]))
        places = ([], []) if star is None else self._positions(np.array(star[:1]), np.array(star[1:]))
        self._star.setData(*places)

    def _colour_cells(self) -> None:
        if self._sweep is None or self._theme is None:
            return
        sweep, theme = self._sweep, self._theme
        numbers = sweep.steps_to_converge if self._measure is Measure.STEPS else sweep.final_losses
        cells = np.zeros((*numbers.shape, 4), dtype=np.uint8)
        cells[sweep.outcomes == Outcome.NOT_YET] = _rgba(mixed(theme.card, theme.quiet, 0.45))
        cells[sweep.outcomes == Outcome.DIVERGED] = _rgba(mixed(theme.card, theme.quiet, 0.12))
        known = np.isfinite(numbers)
        self.ends = None
        if known.any():
            low, high = float(numbers[known].min()), float(numbers[known].max())
            if self._measure is Measure.LOSS and sweep.plan.kind is SweepKind.MOMENTUM:
                high = max(low, min(high, sweep.plan.state.loss))
            if self._measure is Measure.LOSS and high - low <= _SAME_LOSS * max(abs(low), abs(high)):
                high = low
            self.ends = low, high
            cells[known] = self._colours(numbers[known], low, high)
        self._image.setImage(cells, autoLevels=False)

    def _colours(self, numbers: FloatArray, low: float, high: float) -> NDArray[np.uint8]:
        """Return viridis colours: of steps by their logarithm, of losses as on the landscape."""
        if self._measure is Measure.LOSS:
            return loss_colours(np.minimum(numbers, high), low, high)
        first, last = math.log(max(low, 1.0)), math.log(max(high, 1.0))
        shares = (np.log(np.maximum(numbers, 1.0)) - first) / max(last - first, 1e-12)
        return loss_colours(shares**2, 0.0, 1.0)  # whose colours go by the root

    def _name_axes(self) -> None:
        if self._theme is not None:
            colours: tuple[str | None, str | None] = None, None
            if self._sweep is not None and self._sweep.plan.kind is SweepKind.STARTS:
                colours = self._theme.weight(0), self._theme.weight(1)
            for axis, name, colour in zip(("bottom", "left"), self._names, colours, strict=True):
                self.set_label(axis, name, self._theme, colour)


def momentum_positions(momenta: FloatArray) -> FloatArray:
    """Return where momenta stand: by the powers of ten between them and 1."""
    with np.errstate(all="ignore"):
        return np.asarray(-np.log10(1.0 - np.asarray(momenta, dtype=np.float64)))


def _rgba(colour: str) -> tuple[int, int, int, int]:
    made = QColor(colour)
    return made.red(), made.green(), made.blue(), 255
