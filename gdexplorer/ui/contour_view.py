"""The loss over two coordinates, seen from above: colours, isolines, and the run walking on it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QColor, QFont, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from gdexplorer.core.numerals import compact
from gdexplorer.ui.axes import FloatArray, pen, placeable
from gdexplorer.ui.ground import ON_VIRIDIS, SHADE, Coordinate, Ground, Isoline, Walk
from gdexplorer.ui.ground_bar import BAR_PX, GroundBar
from gdexplorer.ui.halo import Halo, Lit
from gdexplorer.ui.marks import Arrow, EdgeMark, TimedPath
from gdexplorer.ui.memory_arrows import PartArrows, leg_labels, legs, side_by_side
from gdexplorer.ui.memory_parts import Part, legend
from gdexplorer.ui.memory_squares import MemorySquares
from gdexplorer.ui.pointing import PointedPlot
from gdexplorer.ui.theme import Theme

_CLOSE_PX = 7.0
_DIMMED = 0.35
_GRADIENT_PX = 46.0
_LEAST_WIDTH_PX = 440  # of a picture that leaves room for a bar of colours beside it
_OTHER_SHAPE = 0.12  # change of the logarithm of width by height that is worth other ranges
_GAP_PX, _LEAST_GAP = 60.0, 1e-3  # diameter of a ring for a gap as large as all losses shown; and what is not drawn

_LEGEND = (
    "Ball: where the run is; drag it to start elsewhere",
    "Ring: where it began",
    "Star: the lowest point",
    "Thin arrow: straight downhill, shorter where it is less steep",
)
_LINES = "Lines: places of equal loss"
_CORNERS = ((1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0))  # where squares may stand


class ContourView(PointedPlot):
    """A picture of the ground with everything that lies on it. The start and the point can be dragged.

    Image, isolines, path and marks are all placed by the plot's own coordinates: the pixel of a grid point is centred
    on it and has the colour of its loss, nothing is interpolated.

    Attributes:
        edge: Tells of a run that has left the picture.
        halo: What is lit up.
        squares: What the optimizer remembers of past slopes.

    Signals:
        shapeChanged(): The picture is clearly wider or narrower, for its height, than it was.
    """

    shapeChanged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._theme: Theme | None = None
        self._ground: Ground | None = None
        self._walk: Walk | None = None
        self._hovered: Isoline | None = None
        self._is_blank = False
        self._told_shape = 1.0
        self._coordinates = Coordinate(""), Coordinate("")
        self._shown = frozenset(Part)
        self.setToolTip("\n".join((*_LEGEND, *legend(None), _LINES)))
        self._image = pg.ImageItem(axisOrder="row-major")
        self._lines = pg.PlotCurveItem(antialias=True)
        self._thick = pg.PlotCurveItem(antialias=True)
        self._cut_under = pg.PlotCurveItem(antialias=True)
        self._cut = pg.PlotCurveItem(antialias=True)
        for item in (self._image, self._lines, self._thick, self._cut_under, self._cut):
            self.addItem(item)
        self._path = TimedPath(self, has_line=True)
        self._gaps = pg.ScatterPlotItem(pxMode=True, symbol="o")
        self.addItem(self._gaps)
        self.halo = Halo(self)
        self._slope_under, self._slope = Arrow(self), Arrow(self)
        self._step_under, self._step = Arrow(self), Arrow(self)
        self._parts = PartArrows(self, has_rim=True)
        self._ghost = pg.ScatterPlotItem(pxMode=True, size=13)
        self._start = pg.ScatterPlotItem(pxMode=True, size=9)
        self._minimum = pg.ScatterPlotItem(pxMode=True, symbol="star", size=15)
        self._point = pg.ScatterPlotItem(pxMode=True, size=14)
        for item in (self._ghost, self._start, self._point, self._minimum):
            self.addItem(item)
        self._value = pg.TextItem("", anchor=(0.5, 1.1))
        self._value.setZValue(15)
        self.addItem(self._value, ignoreBounds=True)
        self.edge = EdgeMark(self)
        self.squares = MemorySquares(self, _CORNERS)
        self._bar = GroundBar(self)
        for axis in (self.x_axis, self.y_axis):
            axis.setZValue(5)
        self.getPlotItem().getViewBox().sigResized.connect(self._draw_again)
        self.hovered.connect(self._on_self_hovered)
        self.left.connect(self._on_self_left)
        self.dragged.connect(self._on_self_dragged)
        self.dragEnded.connect(self._draw_again)

    @property
    def hovered_loss(self) -> float | None:
        """The loss of the isoline under the mouse, or None."""
        return None if self._hovered is None else self._hovered.loss

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`. What lies on the picture keeps a dark outline in both themes."""
        super().apply_theme(theme)
        self._theme = theme
        line = QColor(ON_VIRIDIS.minimum)
        line.setAlpha(80)
        self._lines.setPen(pen(line, 1))
        self._thick.setPen(pen(ON_VIRIDIS.minimum, 2.5))
        self._cut_under.setPen(pen(SHADE, 4))
        self._cut.setPen(pen(ON_VIRIDIS.weight(0), 2, dashed=True))
        self._path.apply_theme(ON_VIRIDIS)
        for arrow, colour, width in (
            (self._slope_under, SHADE, 3.5),
            (self._slope, ON_VIRIDIS.gradient, 1.5),
            (self._step_under, SHADE, 4.5),
            (self._step, ON_VIRIDIS.gradient, 2.5),
        ):
            arrow.set_pen(colour, width)
        self._parts.apply_theme(ON_VIRIDIS, SHADE)
        self.halo.set_colours(ON_VIRIDIS.minimum, ON_VIRIDIS.minimum)
        self.squares.apply_theme(theme)
        self._bar.apply_theme(theme)
        self._ghost.setPen(pen(ON_VIRIDIS.loss, 2, dashed=True))
        self._ghost.setBrush(pg.mkBrush(SHADE))
        self._gaps.setPen(pen(ON_VIRIDIS.gradient, 1.2))
        self._gaps.setBrush(pg.mkBrush(None))
        self._start.setPen(pen(ON_VIRIDIS.minimum, 1.5))
        self._start.setBrush(pg.mkBrush(SHADE))
        self._minimum.setPen(pen(ON_VIRIDIS.ground, 1))
        self._minimum.setBrush(pg.mkBrush(ON_VIRIDIS.minimum))
        self._point.setPen(pen(ON_VIRIDIS.minimum, 2))
        self._point.setBrush(pg.mkBrush(ON_VIRIDIS.loss))
        font = QFont(self.font())
        font.setPixelSize(11)
        self._value.setFont(font)
        self._value.setColor(ON_VIRIDIS.minimum)
        self._value.fill = pg.mkBrush(SHADE)
        self.edge.apply_theme(theme)
        self.show_coordinates(*self._coordinates)

    @property
    def shape(self) -> float:
        """Width by height of the picture."""
        box = self.getPlotItem().getViewBox()
        return max(float(box.width()), 1.0) / max(float(box.height()), 1.0)

    def show_coordinates(self, across: Coordinate, up: Coordinate) -> None:
        """Name the two coordinates."""
        self._coordinates = across, up
        if self._theme is not None:
            for axis, coordinate in (("bottom", across), ("left", up)):
                self.set_label(axis, coordinate.name, self._theme, coordinate.colour(self._theme))

    def set_axes_blank(self, is_blank: bool) -> None:
        """Leave out the numbers at the axes, where the coordinates are not those of the labels, or show them again."""
        if self._theme is not None and is_blank != self._is_blank:
            self._is_blank = is_blank
            for axis in (self.x_axis, self.y_axis):
                axis.setTextPen(pg.mkPen(self._theme.card if is_blank else self._theme.quiet))
            self.show_coordinates(*self._coordinates)  # whose colours go with those of the numbers

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Show that the picture is outdated, or that it is not."""
        for item in (self._image, self._lines, self._cut, self._cut_under, self._bar):
            item.setOpacity(_DIMMED if is_dimmed else 1.0)

    def set_shown(self, parts: frozenset[Part]) -> None:
        """Draw these parts of a step and its memory, and no others."""
        self._shown = parts
        self._draw_again()

    def light_up(self, lit: Lit | None) -> None:
        """Make the ball, its slope or its next step stand out; nothing where it is None."""
        if lit is not self.halo.lit:
            self.halo.lit = lit
            self._draw_again()

    def show_ground(self, ground: Ground) -> None:
        """Draw another ground and show all of it."""
        if ground is self._ground:
            return
        self._ground = ground
        self._bar.show_ground(ground)
        a, b = ground.a, ground.b
        half_a, half_b = (a[-1] - a[0]) / (len(a) - 1) / 2, (b[-1] - b[0]) / (len(b) - 1) / 2
        self.set_bounds((float(a[0]), float(a[-1])), (float(b[0]), float(b[-1])))
        self._image.setImage(ground.colours(ground.losses), autoLevels=False)
        width, height = a[-1] - a[0] + 2 * half_a, b[-1] - b[0] + 2 * half_b
        self._image.setRect(QRectF(a[0] - half_a, b[0] - half_b, width, height))
        self._lines.setData(
            *_joined(piece for isoline in ground.isolines for piece in isoline.pieces), connect="finite"
        )
        self._on_self_left()
        if self._walk is not None:
            self.show_walk(self._walk)

    def show_walk(self, walk: Walk | None) -> None:
        """Draw the run at its present state; None takes it away."""
        self._walk = walk
        if walk is None:
            self._take_walk_away()
            return
        path = walk.path
        self._path.show(path[:, 0], path[:, 1])
        self._show_gaps(walk)
        self._place(self._start, path[0])
        if not self.is_dragging:
            self._place(self._point, walk.point)
            self._show_arrows(walk)
        self._place(self._minimum, None if walk.minimum is None else walk.minimum[0])
        cut = (np.empty(0), np.empty(0)) if walk.cut is None else placeable(*walk.cut[0].T)
        if self.is_news(self._cut, *cut):
            self._cut.setData(*cut)
            self._cut_under.setData(*cut)
        self._show_squares(walk)
        self.set_handles(tuple(walk.point), tuple(path[0]))
        self.edge.show(float(walk.point[0]), float(walk.point[1]), f"the run is out here\nloss {compact(walk.loss)}")

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Let the bar of colours stand beside the picture where there is enough room; see Qt."""
        has_bar = self.width() >= _LEAST_WIDTH_PX
        if event is not None and has_bar != self._bar.isVisible():  # None comes from pyqtgraph, while it is made
            self._bar.setVisible(has_bar)
            self.getPlotItem().setContentsMargins(2, 4, 2 + BAR_PX if has_bar else 10, 2)
        super().resizeEvent(event)

    def _place(self, item: pg.ScatterPlotItem, place: FloatArray | None) -> None:
        points = (np.empty(0), np.empty(0)) if place is None else placeable(place[:1], place[1:])
        if self.is_news(item, *points):
            item.setData(*points)

    def _show_arrows(self, walk: Walk) -> None:
        """Draw the way straight downhill, shorter where it is less steep, and the step about to be taken, in parts."""
        scale = np.array(self.pixels_per_unit())
        with np.errstate(all="ignore"):
            length = float(np.hypot(*(walk.downhill * scale)))
            wanted = _GRADIENT_PX * walk.steepness
            steepest = walk.point + walk.downhill * (wanted / length) if length > 0 else walk.point
            landing = walk.point if walk.landing is None else walk.landing[0]
            is_long = bool(np.hypot(*((landing - walk.point) * scale)) > _CLOSE_PX)
        is_split = walk.parts is not None
        has_slope = not is_split or Part.SLOPE in self._shown
        for arrow, end in (
            (self._slope_under, steepest if has_slope else walk.point),
            (self._slope, steepest if has_slope else walk.point),
            (self._step_under, walk.point if is_split else landing),
            (self._step, walk.point if is_split else landing),
        ):
            arrow.show(walk.point, end)
        self._place(self._ghost, landing if is_long else None)
        self._show_parts(walk, landing)
        step = None if walk.landing is None else np.array([walk.point, landing])
        self.halo.show(walk.point, np.array([walk.point, steepest]), step)

    def _show_parts(self, walk: Walk, landing: FloatArray) -> None:
        told = "\n".join((*_LEGEND, *legend(walk.parts), _LINES))
        if told != self.toolTip():
            self.setToolTip(told)
        if walk.parts is None:
            self._parts.hide()
            return
        marks = [walk.point, landing, *(() if walk.minimum is None else (walk.minimum[0],))]
        ways = side_by_side(legs(walk.parts, walk.point, landing, self._shown), np.array(self.pixels_per_unit()))
        self._parts.show(ways, leg_labels(walk.parts), marks)

    def _show_squares(self, walk: Walk) -> None:
        memory = walk.squares if Part.SQUARES in self._shown else None
        marks = [walk.point, walk.path[0], *(() if walk.minimum is None else (walk.minimum[0],))]
        self.squares.show_memory(memory, () if memory is None else memory.indices, marks)

    def _show_gaps(self, walk: Walk) -> None:
        """Draw a ring at places where the true loss is not that of the ground; its area tells how far off."""
        if walk.gaps is None or self._ground is None or self._ground.high <= self._ground.low:
            self._gaps.setData([], [])
            return
        places, gaps = walk.gaps
        share = np.abs(gaps) / (self._ground.high - self._ground.low)
        shown = np.flatnonzero(np.isfinite(share) & (share > _LEAST_GAP))
        places, size = places[shown], np.clip(_GAP_PX * np.sqrt(share[shown]), 4.0, _GAP_PX)
        if self.is_news(self._gaps, places[:, 0], places[:, 1], size, size):
            self._gaps.setData(places[:, 0], places[:, 1], size=size)

    def _take_walk_away(self) -> None:
        empty = np.empty(0)
        self._path.show(empty, empty)
        for item in (self._gaps, self._start, self._point, self._minimum, self._ghost, self._cut, self._cut_under):
            self.forget(item)
            item.setData(empty, empty)
        self._hide_arrows()
        self.squares.show_memory(None, ())
        self.set_handles()
        self.edge.hide()

    def _hide_arrows(self) -> None:
        for arrow in (self._slope, self._slope_under, self._step, self._step_under):
            arrow.hide()
        self._parts.hide()
        self.halo.hide()

    @Slot(float, float)
    def _on_self_hovered(self, a: float, b: float) -> None:
        """Thicken the isoline under the mouse and tell its loss."""
        scale = np.array(self.pixels_per_unit())
        mouse = np.array([a, b])
        found: tuple[float, Isoline | None, FloatArray] = (_CLOSE_PX, None, mouse)
        for isoline in self._ground.isolines if self._ground is not None else ():
            for piece in isoline.pieces:
                ways = np.hypot(*((piece - mouse) * scale).T)
                nearest = int(np.argmin(ways))
                if ways[nearest] < found[0]:
                    found = float(ways[nearest]), isoline, piece[nearest]
        _, near, foot = found
        if near is None:
            self._on_self_left()
            return
        if near is not self._hovered:
            self._hovered = near
            self._thick.setData(*_joined(near.pieces), connect="finite")
            self._value.setText(f"loss {compact(near.loss)}")
        self._thick.setVisible(True)
        self._value.setVisible(True)
        (left, right), _ = self.bounds
        half = self._value.boundingRect().width() / 2 / self.pixels_per_unit()[0]
        self._value.setPos(min(max(float(foot[0]), left + half), right - half), float(foot[1]))

    @Slot()
    def _on_self_left(self) -> None:
        self._hovered = None
        self._thick.setVisible(False)
        self._value.setVisible(False)

    @Slot(float, float)
    def _on_self_dragged(self, a: float, b: float) -> None:
        """Let the ball follow the mouse; the run stays where it is until the ball is dropped."""
        self._on_self_left()
        self.forget(self._point)
        self._point.setData([a], [b])
        self._hide_arrows()
        self._place(self._ghost, None)

    @Slot()
    def _draw_again(self) -> None:
        """Draw the same walk in another size: arrows and rings are measured in pixels."""
        self._bar.follow_picture()
        if self._walk is not None:
            self.show_walk(self._walk)
        if abs(math.log(self.shape / self._told_shape)) > _OTHER_SHAPE:
            self._told_shape = self.shape
            self.shapeChanged.emit()


def _joined(pieces: Iterable[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return polylines as one, with gaps between them."""
    gap = np.full((1, 2), np.nan)
    parts = [part for piece in pieces for part in (piece, gap)]
    joined = np.concatenate(parts) if parts else np.empty((0, 2))
    return joined[:, 0], joined[:, 1]
