"""The next step in parts: an arrow for the slope, a dashed one for the velocity, one for the step, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.marks import Arrow
from gdexplorer.ui.memory_parts import Part, StepParts
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.theme import Theme

_LEAST_NAMED_PX = 24.0
_NAME_GAP_PX = 7.0
_BALL_PX = 11.0
_SAMPLE_PX = 6.0
_FAR_PX = 1e5
_APART_PX = 12.0
_WIDTH, _RIM = 2.5, 2.0


class Leg(Enum):
    """What an arrow stands for."""

    SLOPE = "slope"
    VELOCITY = "velocity"
    STEP = "step"


#: An arrow: where it begins and ends, each of shape (2,).
Way = tuple[FloatArray, FloatArray]


def legs(parts: StepParts, point: FloatArray, landing: FloatArray, shown: frozenset[Part]) -> dict[Leg, Way]:
    """Return the arrows of a step from ``point`` to ``landing``, both of shape (2,), as far as they are ``shown``."""
    ways = {Leg.STEP: (point, landing)}
    if Part.SLOPE in shown:
        ways[Leg.SLOPE] = point, parts.slope
    if parts.velocity is not None and Part.VELOCITY in shown:
        ways[Leg.VELOCITY] = parts.velocity
    return ways


def side_by_side(ways: dict[Leg, Way], scale: FloatArray) -> dict[Leg, Way]:
    """Return the arrows beside one another where they lie along nearly one line and would hide one another.

    Args:
        ways: In the coordinates of a plot.
        scale: Pixels per unit across and up, shape (2,).
    """
    start, end = ways[Leg.STEP]
    with np.errstate(all="ignore"):
        ends = (np.array([*ways.get(Leg.SLOPE, ()), *ways.get(Leg.VELOCITY, ())]).reshape(-1, 2) - start) * scale
        reach = (end - start) * scale
        longest = max((reach, *ends), key=lambda way: float(np.hypot(*way)))
        length = float(np.hypot(*longest))
        if not (0 < length < _FAR_PX):
            return ways
        beside = np.array([-longest[1], longest[0]]) / length
        if not float(np.abs(np.array([reach, *ends]) @ beside).max()) < _APART_PX / 2:
            return ways
        aside = beside * _APART_PX / scale
    shifts = {Leg.STEP: 0.0, Leg.SLOPE: 1.0, Leg.VELOCITY: 2.0}
    return {leg: (way[0] + shifts[leg] * aside, way[1] + shifts[leg] * aside) for leg, way in ways.items()}


def leg_labels(parts: StepParts) -> dict[Leg, str]:
    """Return what stands beside the arrows; nothing where they move too fast to be read."""
    if not parts.is_named:
        return {}
    word = "part" if parts.adds_up else "alone"
    return {Leg.STEP: "step", Leg.SLOPE: f"slope {word}", Leg.VELOCITY: f"velocity {word}"}


class PartArrows:
    """The three arrows, drawn in the plot's coordinates; the velocity's is dashed.

    Args:
        plot: Where.
        has_rim: Whether each has an outline, as on a picture.
    """

    def __init__(self, plot: Plot, *, has_rim: bool = False) -> None:
        self._plot = plot
        self._rims = {leg: Arrow(plot) for leg in Leg} if has_rim else {}
        self._arrows = {leg: Arrow(plot, dashed=leg is Leg.VELOCITY) for leg in Leg}
        self._texts = {leg: pg.TextItem("", anchor=(0.5, 0.5)) for leg in Leg}
        for text in self._texts.values():
            text.setZValue(16)
            text.setVisible(False)
            plot.addItem(text, ignoreBounds=True)

    def apply_theme(self, theme: Theme, ground: QColor) -> None:
        """Draw in the colours of ``theme``; rims, and what is behind the names, in that of the ``ground``."""
        font = QFont(self._plot.font())
        font.setPixelSize(11)
        colours = {Leg.SLOPE: theme.gradient, Leg.VELOCITY: theme.velocity, Leg.STEP: theme.text}
        for leg, colour in colours.items():
            self._arrows[leg].set_pen(colour, _WIDTH)
            if leg in self._rims:
                self._rims[leg].set_pen(ground, _WIDTH + _RIM)
            text = self._texts[leg]
            text.setFont(font)
            text.setColor(colour)
            text.fill = pg.mkBrush(ground)
            text.update()

    def hide(self) -> None:
        """Draw nothing."""
        self.show({}, {})

    def show(self, ways: dict[Leg, Way], labels: dict[Leg, str], keep_clear: Sequence[FloatArray] = ()) -> None:
        """Draw these arrows.

        Args:
            ways: By what they stand for.
            labels: What stands beside them where there is room.
            keep_clear: Places of shape (2,) that no name may hide.
        """
        for leg, label in labels.items():
            if label != self._texts[leg].toPlainText():
                self._texts[leg].setText(label)
        for arrows in (self._rims, self._arrows):
            for leg, arrow in arrows.items():
                if leg in ways:
                    arrow.show(*ways[leg])
                else:
                    arrow.hide()
        seats = self._seats(ways, keep_clear) if labels else {}
        for leg, text in self._texts.items():
            text.setVisible(leg in seats)
            if leg in seats:
                text.setPos(seats[leg])

    def _seats(self, ways: dict[Leg, Way], keep_clear: Sequence[FloatArray]) -> dict[Leg, QPointF]:
        """Return where the names of arrows that are long enough stand, none on another, on an arrow, or on a ball."""
        (left, _right), (_bottom, top) = self._plot.bounds
        across, up = self._plot.pixels_per_unit()
        corner, scale = np.array([left, top]), np.array([across, -up])
        box = self._plot.getPlotItem().getViewBox()
        room = QRectF(2.0, 2.0, box.width() - 4.0, box.height() - 4.0)
        with np.errstate(all="ignore"):
            lines = {leg: np.array([(end - corner) * scale for end in way]) for leg, way in ways.items()}
            balls = np.array([(place - corner) * scale for place in keep_clear]).reshape(-1, 2)
            lines = {leg: line for leg, line in lines.items() if np.abs(line).max() < _FAR_PX}
        balls = balls[np.isfinite(balls).all(axis=1)]
        taken = [QRectF(x - _BALL_PX, y - _BALL_PX, 2 * _BALL_PX, 2 * _BALL_PX) for x, y in balls.tolist()]
        dots = [QPointF(*dot) for line in lines.values() for dot in _sampled(line).tolist()]
        seats: dict[Leg, QPointF] = {}
        for leg, line in lines.items():
            if float(np.hypot(*(line[1] - line[0]))) < _LEAST_NAMED_PX:
                continue
            size = self._texts[leg].boundingRect()
            for x, y in _candidates(line, size.width() / 2, size.height() / 2):
                seat = QRectF(x - size.width() / 2, y - size.height() / 2, size.width(), size.height())
                is_free = not any(seat.intersects(other) for other in taken)
                if room.contains(seat) and is_free and not any(seat.contains(dot) for dot in dots):
                    taken.append(seat)
                    seats[leg] = QPointF(left + x / across, top - y / up)
                    break
        return seats


def _sampled(line: FloatArray) -> FloatArray:
    """Return places along a line, shape (2, 2), a few pixels apart; shape (n, 2)."""
    count = min(int(np.hypot(*(line[1] - line[0])) / _SAMPLE_PX) + 2, 400)
    return np.asarray(line[0] + np.linspace(0.0, 1.0, count)[:, None] * (line[1] - line[0]))


def _candidates(line: FloatArray, half_width: float, half_height: float) -> list[tuple[float, float]]:
    """Return where the middle of a name may stand: beyond the tip, then beside the shaft, both ways."""
    along = (line[1] - line[0]) / np.hypot(*(line[1] - line[0]))
    beside = np.array([-along[1], along[0]])
    half = np.array([half_width, half_height])
    beyond = line[1] + along * (_NAME_GAP_PX + float(np.abs(along) @ half))
    away = beside * (_NAME_GAP_PX + float(np.abs(beside) @ half))
    middle, late = line.mean(axis=0), line[0] + 0.8 * (line[1] - line[0])
    places = (beyond, middle + away, middle - away, late + away, late - away)
    return [(float(x), float(y)) for x, y in places]
