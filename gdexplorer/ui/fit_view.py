"""The data with the model through them, or predictions against actual values where a line cannot be drawn."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.ui.axes import FloatArray, pen, placeable
from gdexplorer.ui.fit_light import FitLight, FitLightMarks
from gdexplorer.ui.fit_marks import PointMark, spelled
from gdexplorer.ui.fit_points import FitPoints
from gdexplorer.ui.marks import EdgeMark
from gdexplorer.ui.point_editing import PointEditing
from gdexplorer.ui.style_sheet import mixed
from gdexplorer.ui.theme import Theme

_POINT_PX, _HOLLOW_PX, _EDITED_PX = 5, 6, 11

_LEGEND = """Grey: the data; hollow: held out; ringed: edited by you
Violet: the model
Drag a point to move it (Esc gives up), double-click to add one, Delete removes it.
Shift and drag paints points. Ctrl+arrows select a point, arrows move it. The file is never touched."""
_WHY_NOT = """Several columns are in use: a point here is a prediction against the actual value and cannot be dragged.
Use one column to edit the data."""


class FitView(PointEditing):
    """Grey points and a violet line: the model's curve, or the diagonal on which perfect predictions lie.

    Held-out points are hollow, edited ones have a ring; the one under the mouse has another, and its values beside it.

    Attributes:
        edge: Tells of predictions that have left the picture.
        lights: What is lit up.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__()
        self.setParent(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._points = pg.ScatterPlotItem(pxMode=True, size=_POINT_PX, pen=None)
        self._moved = pg.ScatterPlotItem(pxMode=True, size=_POINT_PX, pen=None)
        self._hollow = pg.ScatterPlotItem(pxMode=True, size=_HOLLOW_PX, brush=None)
        self._rings = pg.ScatterPlotItem(pxMode=True, size=_EDITED_PX, brush=None)
        self._line = pg.PlotCurveItem(antialias=True)
        for item in (self._points, self._hollow, self._moved, self._rings, self._line):
            self.addItem(item)
        self._selected, self._marked = PointMark(self, has_label=False), PointMark(self, has_label=True)
        self.edge, self.lights = EdgeMark(self), FitLightMarks(self)
        self._theme: Theme | None = None
        self._is_diagonal = False
        self._units = ("", "")
        self.markedChanged.connect(self._on_self_marked_changed)

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`."""
        super().apply_theme(theme)
        self._theme = theme
        self.edge.apply_theme(theme)
        self.lights.apply_theme(theme)
        self._marked.apply_theme(theme, theme.text)
        self._selected.apply_theme(theme, theme.accent)
        self._ink()

    def show_frame(
        self,
        labels: tuple[str, str],
        bounds: tuple[tuple[float, float], tuple[float, float]],
        *,
        is_diagonal: bool,
        units: tuple[str, str] = ("", ""),
        is_editable: bool = False,
    ) -> None:
        """Set up axes for new data. With ``is_diagonal`` the points are predictions and take the model's colour."""
        self._is_diagonal, self._units = is_diagonal, units
        if self._theme is not None:
            self.set_label("bottom", labels[0], self._theme)
            self.set_label("left", labels[1], self._theme)
        self.set_editable(is_editable)
        self.setToolTip(_LEGEND if is_editable else _WHY_NOT if is_diagonal else "")
        self.hovered_row = self.selected_row = None
        self._ink()
        self.set_bounds(*bounds)

    def show_points(self, points: FitPoints) -> None:
        """Draw these points; one in the user's hand is where the hand is."""
        self.points = points = self.in_hand(points)
        edited, held = points.is_edited, points.is_held_out
        for item, chosen in (
            (self._points, ~(edited | held)),  # apart from the few that move: the many are drawn anew seldom
            (self._moved, edited & ~held),
            (self._hollow, held),
            (self._rings, edited),
        ):
            self._place(item, points.x[chosen], points.y[chosen])
        self._mark()
        if self._is_diagonal:
            self._tell_beyond(points.y)

    def show_line(self, x: FloatArray, y: FloatArray) -> None:
        """Draw this line."""
        line = placeable(x, y)
        if self.is_news(self._line, *line):
            self._line.setData(*line)
        if not self._is_diagonal:
            self._tell_beyond(y)

    def light_up(self, light: FitLight | None) -> None:
        """Make these rows, their residuals or the model stand out; nothing where it is None."""
        self.lights.show(light)

    def _place(self, item: pg.ScatterPlotItem, x: FloatArray, y: FloatArray) -> None:
        places = placeable(x, y)
        if self.is_news(item, *places):
            item.setData(*places)

    @Slot()
    def _on_self_marked_changed(self) -> None:
        if self.is_dragging:  # without waiting for what follows from the move
            self.show_points(self.points)
        else:
            self._mark()

    def _mark(self) -> None:
        """Put the rings where the marked points are."""
        for mark, row in ((self._marked, self.hovered_row), (self._selected, self.selected_row)):
            index = None if row is None else self.points.index(row)
            if index is None or (mark is self._selected and row == self.hovered_row):
                mark.hide()
                continue
            x, y = float(self.points.x[index]), float(self.points.y[index])
            mark.show(x, y, " · ".join(map(spelled, (x, y), self._units)))

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
        outline = QColor(mixed(colour.name(), self._theme.text, 0.15))
        outline.setAlpha(190)
        colour.setAlpha(150)
        for item in (self._points, self._moved):
            item.setBrush(pg.mkBrush(colour))
        self._hollow.setPen(pen(outline, 1))
        self._rings.setPen(pen(self._theme.text, 1.3))
        line = self._theme.quiet if self._is_diagonal else self._theme.model
        self._line.setPen(pen(line, 1.5 if self._is_diagonal else 3, dashed=self._is_diagonal))
