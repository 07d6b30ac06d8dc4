"""The loss along weights through the current point: one curve for one weight, small multiples for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gdexplorer.ui.axes import FloatArray, pen, placeable, with_gaps
from gdexplorer.ui.numerals import subscript
from gdexplorer.ui.plot import GrowingRange, Plot
from gdexplorer.ui.theme import Theme

#: How many small multiples are shown at once.
MOST_CURVES = 6


def weight_name(index: int) -> str:
    """Return the name of weight ``index`` (from 0) as it is written everywhere: w₁, w₂ and so on."""
    return "w" + subscript(index + 1)


@dataclass(frozen=True, eq=False)
class CurvePicture:
    """What one of the plots shows; every height is a computed or recorded loss.

    Attributes:
        index: Which weight runs along the axis, from 0.
        label: Name and term.
        values: Of that weight, shape (n,), and the losses there.
        losses: Shape (n,).
        weight: Where the point is.
        loss: Its loss.
        slope: The derivative there by this weight.
        minimum: Weight and loss of the minimum on this curve, where known.
        path: Recorded weights and losses, if they all lie on this curve (one weight).
    """

    index: int
    label: str
    values: FloatArray
    losses: FloatArray
    weight: float
    loss: float
    slope: float
    minimum: tuple[float, float] | None
    path: tuple[FloatArray, FloatArray] | None


class CurvePlot(Plot):
    """One loss curve with its point, tangent, minimum and path."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("weight", "loss", parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._tangent = pg.PlotCurveItem(antialias=True)
        self._path = pg.ScatterPlotItem(pxMode=True, size=5)
        self._minimum = pg.ScatterPlotItem(pxMode=True, symbol="star", size=12)
        self._point = pg.ScatterPlotItem(pxMode=True, size=16)
        for item in (self._curve, self._path, self._tangent, self._point, self._minimum):
            self.addItem(item)
        self._theme: Theme | None = None
        self._index = 0
        self._label = ""

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`; a curve of one weight has the loss's colour, the point that of its weight's idea."""
        super().apply_theme(theme)
        self._theme = theme
        self._curve.setPen(pen(theme.loss, 2))
        self._tangent.setPen(pen(theme.gradient, 2))
        self._path.setPen(None)
        self._path.setBrush(pg.mkBrush(theme.loss))
        self._minimum.setPen(pen(theme.card, 1))
        self._minimum.setBrush(pg.mkBrush(theme.minimum))
        self._point.setPen(pen(theme.text, 2))
        self._point.setBrush(pg.mkBrush(theme.loss))
        self._label = ""

    def show_picture(self, picture: CurvePicture, bounds: tuple[tuple[float, float], tuple[float, float]]) -> None:
        """Draw ``picture`` in the range ``bounds``."""
        if self._theme is not None and picture.label != self._label:
            self._label = picture.label
            self.set_label("bottom", picture.label, self._theme)
        (left, right), (bottom, top) = bounds
        self.set_bounds(*bounds)
        curve = with_gaps(picture.values, picture.losses)
        if self.is_news(self._curve, *curve):
            self._curve.setData(*curve, connect="finite")
        reach = _tangent_reach(picture.slope, (right - left) * 0.13, (top - bottom) * 0.22)
        ends = np.array([-reach, reach])
        with np.errstate(all="ignore"):
            tangent = placeable(picture.weight + ends, picture.loss + picture.slope * ends)
        point = placeable(np.array([picture.weight]), np.array([picture.loss]))
        if self.is_news(self._point, *tangent, *point):
            self._tangent.setData(*tangent)
            self._point.setData(*point)
        minimum = placeable(*np.array([picture.minimum or ()]).reshape(-1, 2).T)
        if self.is_news(self._minimum, *minimum):
            self._minimum.setData(*minimum)
        path = (np.empty(0), np.empty(0)) if picture.path is None else placeable(*_visible(picture.path, bounds))
        if self.is_news(self._path, *path):
            self._path.setData(*path)


def _tangent_reach(slope: float, width: float, height: float) -> float:
    """Return half the tangent's extent along the axis, so that it looks equally long at any slope."""
    return 1.0 / float(np.hypot(1.0 / max(width, 1e-300), slope / max(height, 1e-300)))


def _visible(
    path: tuple[FloatArray, FloatArray], bounds: tuple[tuple[float, float], tuple[float, float]]
) -> tuple[FloatArray, FloatArray]:
    """Return the recorded points that fall on different pixels, a few hundred at most."""
    (left, right), (_, top) = bounds
    x, y = path
    with np.errstate(all="ignore"):
        inside = (x >= left) & (x <= right) & (y <= top * 1.05 + 1e-300)
        cells: NDArray[np.float64] = np.round((x - left) / (right - left) * 300)
    keep = np.flatnonzero(inside)
    _, first = np.unique(cells[keep], return_index=True)
    chosen = keep[np.sort(first)]
    return x[chosen], y[chosen]


class CurveView(QWidget):
    """All curves at once; the ranges grow with what they show and are shared upwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._theme: Theme | None = None
        self._plots: list[CurvePlot] = []
        self._x_ranges: list[GrowingRange] = []
        self._y_range = GrowingRange()

    @property
    def plots(self) -> Sequence[CurvePlot]:
        """The plots in use, in the order of their weights."""
        return [plot for plot in self._plots if not plot.isHidden()]

    def apply_theme(self, theme: Theme) -> None:
        """Recolour all plots."""
        self._theme = theme
        for plot in self._plots:
            plot.apply_theme(theme)

    def reset(self, count: int) -> None:
        """Make room for ``count`` curves and forget the ranges."""
        count = min(count, MOST_CURVES)
        self._x_ranges = [GrowingRange() for _ in range(count)]
        self._y_range.reset()
        while len(self._plots) < count:
            plot = CurvePlot(self)
            if self._theme is not None:
                plot.apply_theme(self._theme)
            self._plots.append(plot)
        columns = {1: 1, 2: 2, 3: 3, 4: 2}.get(count, 3)
        for index, plot in enumerate(self._plots):
            self._grid.removeWidget(plot)
            plot.setHidden(index >= count)
            if index < count:
                self._grid.addWidget(plot, index // columns, index % columns)
        for line in range(MOST_CURVES):  # equal shares, whatever the axes' labels would like
            self._grid.setColumnStretch(line, 1 if line < columns else 0)
            self._grid.setRowStretch(line, 1 if line * columns < count else 0)

    def include(self, index: int, low: float, high: float) -> None:
        """Let the range of weight ``index`` hold [low, high]."""
        self._x_ranges[index].include(low, high)

    def include_losses(self, low: float, high: float) -> None:
        """Let the shared range of losses hold [low, high]."""
        self._y_range.include(low, high, exact=True)

    def x_bounds(self, index: int) -> tuple[float, float]:
        """Return the range of weight ``index``."""
        return self._x_ranges[index].bounds

    def show_pictures(self, pictures: Sequence[CurvePicture]) -> None:
        """Draw one picture a plot."""
        low, high = self._y_range.bounds
        margin = (high - low) * 0.06
        for plot, picture in zip(self._plots, pictures, strict=False):
            plot.show_picture(picture, (self.x_bounds(picture.index), (low - margin, high + margin)))
