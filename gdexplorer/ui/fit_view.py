"""The data with the model through them, or predictions against actual values where a line cannot be drawn."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.axes import FloatArray, pen, placeable
from gdexplorer.ui.marks import EdgeMark
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.theme import Theme


class FitView(Plot):
    """Grey points and a violet line: the model's curve, or the diagonal on which perfect predictions lie.

    Attributes:
        edge: Tells of predictions that have left the picture.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self._points = pg.ScatterPlotItem(pxMode=True, size=5, pen=None)
        self._line = pg.PlotCurveItem(antialias=True)
        self.addItem(self._points)
        self.addItem(self._line)
        self.edge = EdgeMark(self)
        self._theme: Theme | None = None
        self._is_diagonal = False

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`."""
        super().apply_theme(theme)
        self._theme = theme
        self.edge.apply_theme(theme)
        self._ink()

    def show_frame(
        self,
        labels: tuple[str, str],
        bounds: tuple[tuple[float, float], tuple[float, float]],
        *,
        is_diagonal: bool,
    ) -> None:
        """Set up axes for new data. With ``is_diagonal`` the points are predictions and take the model's colour."""
        self._is_diagonal = is_diagonal
        if self._theme is not None:
            self.set_label("bottom", labels[0], self._theme)
            self.set_label("left", labels[1], self._theme)
        self._ink()
        self.set_bounds(*bounds)

    def show_points(self, x: FloatArray, y: FloatArray) -> None:
        """Draw these points."""
        points = placeable(x, y)
        if self.is_news(self._points, *points):
            self._points.setData(*points)
        if self._is_diagonal:
            self._tell_beyond(y)

    def show_line(self, x: FloatArray, y: FloatArray) -> None:
        """Draw this line."""
        line = placeable(x, y)
        if self.is_news(self._line, *line):
            self._line.setData(*line)
        if not self._is_diagonal:
            self._tell_beyond(y)

    def _tell_beyond(self, y: FloatArray) -> None:
        """Say at the edge that the predictions ``y`` are beyond it, where most of them are."""
        (left, right), (bottom, top) = self.bounds
        with np.errstate(invalid="ignore"):
            typical = float(np.median(y)) if len(y) else np.nan
        middle = (left + right) / 2
        if len(y) and not bottom <= typical <= top:
            self.edge.show(middle, typical, "the predictions are out here")
        else:
            self.edge.hide()

    def _ink(self) -> None:
        if self._theme is None:
            return
        colour = QColor(self._theme.model if self._is_diagonal else self._theme.data)
        colour.setAlpha(150)
        self._points.setBrush(pg.mkBrush(colour))
        line = self._theme.quiet if self._is_diagonal else self._theme.model
        self._line.setPen(pen(line, 1.5 if self._is_diagonal else 3, dashed=self._is_diagonal))
