"""One loss curve over one weight: the ball on it, its slope, the step it is about to take, the way it came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QSizePolicy

from gdexplorer.core.numerals import compact
from gdexplorer.ui.axes import FloatArray, pen, placeable, with_gaps
from gdexplorer.ui.halo import Halo, Lit
from gdexplorer.ui.marks import Arrow, EdgeMark, TimedPath
from gdexplorer.ui.memory_arrows import Leg, PartArrows, Way, leg_labels, legs
from gdexplorer.ui.memory_parts import Part, SquareMemory, StepParts, legend
from gdexplorer.ui.memory_squares import MemorySquares
from gdexplorer.ui.pointing import PointedPlot
from gdexplorer.ui.theme import Theme

_NOTE_INSET_PX = 4.0
_LEAST_STEP_PX = 3.0
_DIMMED = 0.35
_BALL_PX, _SMALL_PX = 16, 180  # of the ball, and the height of a plot that gets a smaller one
_BELOW_PX, _ABOVE_PX = 24.0, 10.0  # room for the words at the minimum, and for the ball
_ROWS_PX = {Leg.STEP: 0.0, Leg.SLOPE: 15.0, Leg.VELOCITY: 27.0}  # arrows along one line would hide one another
_LEGEND = "Ball: where the run is; drag it to start elsewhere"
_CORNERS = ((0.2, 0.0), (1.0, 1.0), (0.0, 1.0))  # where squares may stand: between or under the arms of the curve

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class CurvePicture:
    """What one of the plots shows; every height is a computed or recorded loss.

    Attributes:
        index: Which weight runs along the axis, from 0.
        label: Name, term and unit.
        values: Of that weight, shape (n,), and the losses there.
        losses: Shape (n,).
        weight: Where the point is.
        loss: Its loss.
        slope: The derivative there by this weight.
        minimum: Weight and loss of the minimum on this curve, where known.
        path: Recorded weights and losses, if they all lie on this curve (one weight).
        landing: Weight and loss where the next step ends, if it stays on this curve and is known.
        note: A few words about the slope; empty for none.
        minimum_text: What stands at the minimum; empty for nothing.
        parts: What the next step is made of along this weight; None where it is the slope alone, or not known.
        squares: What the optimizer remembers of the slopes of all weights; None where nothing of the kind.
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
    landing: tuple[float, float] | None = None
    note: str = ""
    minimum_text: str = ""
    parts: StepParts | None = None
    squares: SquareMemory | None = None


class CurvePlot(PointedPlot):
    """A curve with all that belongs to it. The point can be dragged; see :class:`PointedPlot` for the signals.

    Attributes:
        edge: Tells of a point that has left the picture.
        halo: What is lit up.
        squares: What the optimizer remembers of this weight's slopes.
    """

    def __init__(self) -> None:
        super().__init__("weight", "loss")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._curve = pg.PlotCurveItem(antialias=True)
        self.addItem(self._curve)
        self.halo = Halo(self)
        self._path = TimedPath(self, has_line=False)
        self._tangent = pg.PlotCurveItem(antialias=True)
        self._drop = pg.PlotCurveItem()
        self._ghost = pg.ScatterPlotItem(pxMode=True, size=_BALL_PX - 2)
        self._point = pg.ScatterPlotItem(pxMode=True, size=_BALL_PX)
        self._minimum = pg.ScatterPlotItem(pxMode=True, symbol="star", size=12)
        for item in (self._tangent, self._drop):
            self.addItem(item)
        self._step = Arrow(self)
        self._parts = PartArrows(self)
        for item in (self._ghost, self._point, self._minimum):
            self.addItem(item)
        self.edge = EdgeMark(self)
        self.squares = MemorySquares(self, _CORNERS)
        self._shown = frozenset(Part)
        self._note = pg.TextItem("", anchor=(1, 0))
        self._minimum_text = pg.TextItem("", anchor=(0.5, 0))
        for text in (self._note, self._minimum_text):
            self.addItem(text, ignoreBounds=True)
        self._theme: Theme | None = None
        self._label = ""
        self._ball_px = _BALL_PX
        self._is_dimmed = False
        self._picture: CurvePicture | None = None
        self._ranges: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self.getPlotItem().getViewBox().sigResized.connect(self._draw_again)
        self.dragged.connect(self._on_self_dragged)
        self.dragEnded.connect(self._draw_again)

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`; a curve of one weight has the loss's colour, the point that of its weight's idea."""
        super().apply_theme(theme)
        self._theme = theme
        self._curve.setPen(pen(theme.loss, 2))
        self._tangent.setPen(pen(theme.gradient, 1.5))
        self._path.apply_theme(theme)
        self._step.set_pen(theme.gradient, 2.5)
        self.halo.set_colours(theme.loss, theme.gradient)
        ground = QColor(theme.card)
        ground.setAlpha(215)
        self._parts.apply_theme(theme, ground)
        self.squares.apply_theme(theme)
        self._drop.setPen(pen(theme.gradient, 1, dashed=True))
        self._ghost.setPen(pen(theme.loss, 1.5, dashed=True))
        self._ghost.setBrush(pg.mkBrush(theme.card))
        self._minimum.setPen(pen(theme.card, 1))
        self._minimum.setBrush(pg.mkBrush(theme.minimum))
        self._point.setPen(pen(theme.text, 2))
        self._point.setBrush(pg.mkBrush(theme.loss))
        self.edge.apply_theme(theme)
        font = QFont(self.font())
        font.setPixelSize(11)
        for text, colour in ((self._note, theme.gradient), (self._minimum_text, theme.quiet)):
            text.setFont(font)
            text.setColor(colour)
        self._label = ""
        self._draw_again()

    def set_shown(self, parts: frozenset[Part]) -> None:
        """Draw these parts of a step and its memory, and no others."""
        self._shown = parts
        self._draw_again()

    def light_up(self, lit: Lit | None) -> None:
        """Make the ball, its slope or its next step stand out; nothing where it is None."""
        if lit is not self.halo.lit:
            self.halo.lit = lit
            self._draw_again()

    def show_picture(self, picture: CurvePicture, weights: Range, losses: Range) -> None:
        """Draw ``picture`` in these ranges, with a little room around the losses."""
        self._picture, self._ranges = picture, (weights, losses)
        if self._theme is not None and picture.label != self._label:
            self._label = picture.label
            self.set_label("bottom", picture.label, self._theme, self._theme.weight(picture.index))
        low, high = losses
        height = self.getPlotItem().getViewBox().height()
        below_px = _BELOW_PX if picture.minimum_text else _ABOVE_PX
        below, above = ((high - low) * px / max(height - below_px - _ABOVE_PX, 1.0) for px in (below_px, _ABOVE_PX))
        self._size_ball(_BALL_PX if height > _SMALL_PX else _BALL_PX - 5)
        self.set_bounds(weights, (low - below, high + above))
        curve = with_gaps(picture.values, picture.losses)
        if self.is_news(self._curve, *curve):
            self._curve.setData(*curve, connect="finite")
        path = (np.empty(0), np.empty(0)) if picture.path is None else placeable(*picture.path)
        self._path.show(*path)
        self._show_minimum(picture)
        self._show_point(picture)
        self._show_note(picture.note)

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Show that the picture is outdated, or that it is not."""
        if is_dimmed != self._is_dimmed:
            self._is_dimmed = is_dimmed
            self.getPlotItem().getViewBox().setOpacity(_DIMMED if is_dimmed else 1.0)

    def _size_ball(self, size: int) -> None:
        if size != self._ball_px:
            self._ball_px = size
            self._point.setSize(size)
            self._ghost.setSize(size - 2)

    def _show_point(self, picture: CurvePicture) -> None:
        """Draw the ball with its tangent and the step it is about to take; not while it is in the user's hand."""
        if self.is_dragging:
            return
        (left, right), (bottom, top) = self.bounds
        reach = _tangent_reach(picture.slope, (right - left) * 0.13, (top - bottom) * 0.22)
        ends = np.array([-reach, reach])
        with np.errstate(all="ignore"):
            tangent = placeable(picture.weight + ends, picture.loss + picture.slope * ends)
        point = placeable(np.array([picture.weight]), np.array([picture.loss]))
        if self.is_news(self._point, *tangent, *point):
            self._tangent.setVisible(True)
            self._tangent.setData(*tangent)
            self._point.setData(*point)
        self.set_handles((picture.weight, picture.loss))
        place = f"w = {compact(picture.weight)}, loss {compact(picture.loss)}"
        self.edge.show(picture.weight, picture.loss, f"the run is out here\n{place}")
        self._show_landing(picture.weight, picture.loss, picture.landing)
        self._show_memory(picture)
        ball, landing = np.array([picture.weight, picture.loss]), picture.landing
        step = None if landing is None else np.array([ball, (landing[0], picture.loss), landing])
        self.halo.show(ball, np.column_stack(tangent), step)

    def _show_landing(self, weight: float, loss: float, landing: tuple[float, float] | None) -> None:
        """Draw an arrow as long as the step, at the height where it begins, and from its end a ghost on the curve."""
        (left, right), (bottom, top) = self.bounds
        is_near = landing is not None and left - (right - left) < landing[0] < right + (right - left)
        if landing is None or not is_near:
            self._step.hide()
            for item in (self._ghost, self._drop):
                item.setVisible(False)
            return
        if self._picture is None or self._picture.parts is None:
            self._step.show(np.array([weight, loss]), np.array([landing[0], loss]))
        else:
            self._step.hide()
        is_long = abs(landing[0] - weight) * self.pixels_per_unit()[0] > _LEAST_STEP_PX
        is_seen = bool(is_long and bottom <= landing[1] <= top)
        self._ghost.setVisible(is_seen)
        self._drop.setVisible(is_seen)
        place = np.array([landing[0]]), np.array([landing[1]])
        if is_seen and self.is_news(self._ghost, *place, np.array([weight]), np.array([loss])):
            self._ghost.setData(*place)
            self._drop.setData(np.array([landing[0], landing[0]]), np.array([loss, landing[1]]))

    def _show_memory(self, picture: CurvePicture) -> None:
        """Draw the parts of the step one above the other, and the square of past slopes."""
        point = np.array([picture.weight, picture.loss])
        minimum = () if picture.minimum is None else (np.array(picture.minimum),)
        memory = picture.squares if Part.SQUARES in self._shown else None
        self.squares.show_memory(memory, (picture.index,), (point, *minimum))
        told = "" if picture.parts is None else "\n".join((_LEGEND, *legend(picture.parts)))
        if told != self.toolTip():
            self.setToolTip(told)
        parts, landing = picture.parts, picture.landing
        if parts is None or landing is None:
            self._parts.hide()
            return
        flat = legs(parts, point[:1], np.array(landing[:1]), self._shown)
        labels = leg_labels(parts) if self._ball_px == _BALL_PX else {}
        ways = {leg: self._raised(leg, way) for leg, way in flat.items()}
        self._parts.show(ways, labels, (point, np.array(landing), *minimum))

    def _raised(self, leg: Leg, way: Way) -> Way:
        """Return an arrow along the weight, both ends of shape (1,), at a height of its own near the ball's."""
        assert self._picture is not None
        loss, (_bottom, top), up = self._picture.loss, self.bounds[1], self.pixels_per_unit()[1]
        has_room = (top - loss) * up > _ROWS_PX[Leg.VELOCITY] + _ABOVE_PX
        height = loss + (1.0 if has_room else -1.0) * _ROWS_PX[leg] / up
        start, end = way
        return np.append(start, height), np.append(end, height)

    def _show_minimum(self, picture: CurvePicture) -> None:
        minimum = placeable(*np.array([picture.minimum or ()]).reshape(-1, 2).T)
        if self.is_news(self._minimum, *minimum):
            self._minimum.setData(*minimum)
        is_told = bool(picture.minimum_text) and len(minimum[0]) == 1
        self._minimum_text.setVisible(is_told)
        if is_told:
            (left, right), _ = self.bounds
            self._minimum_text.setText(picture.minimum_text)
            half = self._minimum_text.boundingRect().width() / 2 / self.pixels_per_unit()[0]
            at = float(np.clip(minimum[0][0], left + half, max(right - half, left + half)))
            self._minimum_text.setPos(at, float(minimum[1][0]) - 7 / self.pixels_per_unit()[1])

    def _show_note(self, note: str) -> None:
        (_, right), (_, top) = self.bounds
        across, up = self.pixels_per_unit()
        if note != self._note.toPlainText():
            self._note.setText(note)
        self._note.setVisible(not self.edge.text)  # which tells of the same place, and may lie there
        self._note.setPos(right - _NOTE_INSET_PX / across, top - _NOTE_INSET_PX / up)

    @Slot(float, float)
    def _on_self_dragged(self, x: float, _y: float) -> None:
        """Let the ball follow the mouse, from one computed point of the curve to the next."""
        if self._picture is None:
            return
        self.forget(self._point)
        nearest = int(np.argmin(np.abs(self._picture.values - x)))
        self._point.setData(*placeable(self._picture.values[[nearest]], self._picture.losses[[nearest]]))
        for item in (self._tangent, self._ghost, self._drop):
            item.setVisible(False)
        self._step.hide()
        self._parts.hide()

    @Slot()
    def _draw_again(self) -> None:
        """Draw the same in other colours, or another size."""
        if self._picture is not None:
            self.show_picture(self._picture, *self._ranges)


def _tangent_reach(slope: float, width: float, height: float) -> float:
    """Return half the tangent's extent along the axis, so that it looks equally long at any slope."""
    return 1.0 / float(np.hypot(1.0 / max(width, 1e-300), slope / max(height, 1e-300)))
