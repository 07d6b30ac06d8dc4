"""Names and end values of the box's axes, beside the edges that face the camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gdexplorer.core.numerals import compact
from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.ground import Coordinate
from gdexplorer.ui.surface_box import FLOOR, SIDE, TOP, Box
from gdexplorer.ui.surface_camera import Camera
from gdexplorer.ui.theme import Theme

_NAME_PX, _VALUE_PX = 12, 11
_GAP_PX = 7.0


@dataclass(frozen=True)
class Label:
    """A text beside a place of the box.

    Attributes:
        text: What it says.
        anchor: The place, shape (3,).
        is_name: Of an axis, rather than a value on it.
        colour: Of the text.
    """

    text: str
    anchor: tuple[float, float, float]
    is_name: bool
    colour: str


def frame_labels(
    box: Box, coordinates: tuple[Coordinate, Coordinate], camera: Camera, theme: Theme, width: int, height: int
) -> list[Label]:
    """Return the labels along those edges of the box that face the camera, names first."""
    front, side = camera.facing()
    corners = np.array([(x, y, FLOOR) for x in (-SIDE, SIDE) for y in (-SIDE, SIDE)])
    pixels = camera.project(corners, width, height)
    x, y, _ = corners[int(np.argmin(pixels[:, 0]))]
    along = 0.86 * SIDE  # so that values of two axes do not meet at their corner
    across, up = coordinates
    values = [compact(value, 3) for value in (*box.a, *box.b, *box.loss)]
    return [
        Label(across.name, (0.0, front, FLOOR), True, across.colour(theme)),
        Label(up.name, (side, 0.0, FLOOR), True, up.colour(theme)),
        Label("loss", (x, y, TOP / 2), True, theme.loss),
        Label(values[5], (x, y, TOP), False, theme.quiet),
        Label(values[4], (x, y, 0.0), False, theme.quiet),
        Label(values[0], (-along, front, FLOOR), False, theme.quiet),
        Label(values[1], (along, front, FLOOR), False, theme.quiet),
        Label(values[2], (side, -along, FLOOR), False, theme.quiet),
        Label(values[3], (side, along, FLOOR), False, theme.quiet),
    ]


def paint_labels(
    painter: QPainter, labels: Sequence[Label], camera: Camera, font: QFont, width: int, height: int
) -> list[QRectF]:
    """Paint labels outside of the box's outline, each where no earlier one is; return what they cover."""
    anchors = np.array([label.anchor for label in labels])
    pixels = camera.project(anchors, width, height)
    outward = _outward(anchors, camera, width, height)
    taken: list[QRectF] = []
    for label, (x, y), (right, down) in zip(labels, pixels, outward, strict=True):
        own = QFont(font)
        own.setPixelSize(_NAME_PX if label.is_name else _VALUE_PX)
        metrics = QFontMetricsF(own)
        size = metrics.size(0, label.text)
        gap = _GAP_PX + (0.0 if not label.is_name else 4.0)
        middle = QPointF(x + right * (gap + size.width() / 2), y + down * (gap + size.height() / 2))
        place = QRectF(middle.x() - size.width() / 2, middle.y() - size.height() / 2, size.width(), size.height())
        place.moveLeft(min(max(place.left(), 2.0), max(width - size.width() - 2.0, 2.0)))
        place.moveTop(min(max(place.top(), 1.0), max(height - size.height() - 1.0, 1.0)))
        if any(place.intersects(other) for other in taken):
            continue
        taken.append(place)
        painter.setFont(own)
        painter.setPen(QColor(label.colour))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, label.text)
    return taken


def _outward(anchors: FloatArray, camera: Camera, width: int, height: int) -> FloatArray:
    """Return the direction away from the box's axis on the screen at each anchor, shape (n, 2)."""
    axis = anchors * [0.0, 0.0, 1.0]
    is_on_edge = anchors[:, 2] == FLOOR
    edges = anchors.copy()
    # On the floor, straight away from the edge that the anchor is on, not from the middle of the floor.
    longest = np.argmax(np.abs(anchors[:, :2]), axis=1)
    edges[np.arange(len(anchors)), longest] = 0.0
    axis[is_on_edge] = edges[is_on_edge]
    there = camera.project(anchors, width, height)
    here = camera.project(axis, width, height)
    ways = there - here
    return np.asarray(ways / np.maximum(np.hypot(*ways.T), 1e-9)[:, None])
