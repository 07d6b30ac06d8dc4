"""What is painted flat over the surface: the point, its next step, the slope, the minimum, the latest places."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QRadialGradient

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.ground import ON_VIRIDIS, SHADE

_HIDDEN_OPACITY = 0.4
_HEAD_PX, _SHORTEST_PX = 8.0, 5.0


@dataclass(frozen=True, eq=False)
class Mark:
    """Something at a place of the box, or between two.

    Attributes:
        kind: ``ball``, ``ghost``, ``star``, ``start`` or ``dot``; ``slope`` or ``step`` for arrows.
        places: Shape (1, 3), or (2, 3) for an arrow from the first to the second.
        has_head: Whether an arrow ends here, rather than at the border of the box.
    """

    kind: str
    places: FloatArray
    has_head: bool = True


def paint_mark(painter: QPainter, mark: Mark, pixels: FloatArray, *, is_hidden: bool) -> None:
    """Paint ``mark`` with its places at ``pixels``, shape (1 or 2, 2); faintly where the surface hides it."""
    painter.setOpacity(_HIDDEN_OPACITY if is_hidden else 1.0)
    points = [QPointF(float(x), float(y)) for x, y in pixels]
    if mark.kind in ("slope", "step"):
        _paint_arrow(painter, points[0], points[1], 1.6 if mark.kind == "slope" else 2.6, has_head=mark.has_head)
    elif mark.kind == "ball":
        shine = QRadialGradient(points[0] + QPointF(-2.2, -2.6), 11.0)
        for share, colour in ((0.0, QColor("#fff3df")), (0.4, QColor(ON_VIRIDIS.loss)), (1.0, QColor("#c27a1c"))):
            shine.setColorAt(share, colour)
        _paint_disc(painter, points[0], 9.0, QPen(SHADE, 1.0))
        painter.setBrush(shine)
        _paint_disc(painter, points[0], 7.5, QPen(QColor(ON_VIRIDIS.minimum), 2.0))
    elif mark.kind == "ghost":
        painter.setBrush(SHADE)
        _paint_disc(painter, points[0], 6.0, QPen(QColor(ON_VIRIDIS.loss), 2.0, Qt.PenStyle.DotLine))
    elif mark.kind == "start":
        painter.setBrush(SHADE)
        _paint_disc(painter, points[0], 4.0, QPen(QColor(ON_VIRIDIS.minimum), 1.5))
    elif mark.kind == "dot":
        painter.setBrush(QColor(ON_VIRIDIS.loss))
        _paint_disc(painter, points[0], 2.6, QPen(SHADE, 1.0))
    else:
        outline = QPen(QColor(ON_VIRIDIS.ground), 1.5)
        outline.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(outline)
        painter.setBrush(QColor(ON_VIRIDIS.minimum))
        painter.drawPath(_star(points[0]))
    painter.setOpacity(1.0)


def _paint_disc(painter: QPainter, middle: QPointF, radius: float, pen: QPen) -> None:
    painter.setPen(pen)
    painter.drawEllipse(middle, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_arrow(painter: QPainter, start: QPointF, end: QPointF, width: float, *, has_head: bool) -> None:
    way = end - start
    length = math.hypot(way.x(), way.y())
    if length < _SHORTEST_PX:
        return
    back = -way / length * min(_HEAD_PX, 0.6 * length)
    side = QPointF(-back.y(), back.x()) * 0.5
    head = QPolygonF([end + back + side, end, end + back - side])
    for colour, extra in ((SHADE, 2.0), (QColor(ON_VIRIDIS.gradient), 0.0)):
        painter.setPen(QPen(colour, width + extra, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(start, end)
        if has_head:
            painter.drawPolyline(head)


def _star(middle: QPointF) -> QPainterPath:
    angles = np.pi * (np.arange(10) / 5 - 0.5)
    radii = np.where(np.arange(10) % 2 == 0, 9.0, 3.8)
    corners = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
    path = QPainterPath()
    path.addPolygon(QPolygonF([middle + QPointF(float(x), float(y)) for x, y in corners]))
    path.closeSubpath()
    return path
