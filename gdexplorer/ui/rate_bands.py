"""How a zone of learning rates is drawn: by colour and by pattern."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gdexplorer.core.ruler import Zone
from gdexplorer.ui.theme import Theme

#: Of the zones along the groove, in pixels.
BAND_HEIGHT = 9.0
_FAINT = 56  # of 255
_ROUNDING = 2.0
_DOT_STEP, _WAVE, _STRIPE_STEP = 5.0, 4.0, 5.0


def zone_colour(zone: Zone, theme: Theme) -> str:
    """Return the colour of a zone, in the band and of its name."""
    return {
        Zone.CRAWLS: theme.quiet,
        Zone.CONVERGES: theme.good,
        Zone.ZIGZAGS: theme.warning,
        Zone.DIVERGES: theme.gradient,
    }[zone]


def draw_band(painter: QPainter, place: QRectF, zone: Zone, theme: Theme, *, is_measured: bool) -> None:
    """Draw a zone at ``place``: small dots crawl, a solid bar converges, a wave zig-zags, stripes diverge.

    One that was measured ends in a soft edge, since nobody tried what lies between two rates.
    """
    if place.width() <= 0:
        return
    colour = QColor(zone_colour(zone, theme))
    faint = QColor(colour)
    faint.setAlpha(_FAINT)
    painter.save()
    painter.setClipRect(place.adjusted(0, -1, 0, 1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faint)
    painter.drawRoundedRect(place, _ROUNDING, _ROUNDING)
    inner = place.adjusted(2.5, 0, -2.5, 0) if is_measured and place.width() > 8 else place
    painter.setClipRect(inner.adjusted(0, -1, 0, 1))
    draw = {
        Zone.CRAWLS: _draw_dots,
        Zone.CONVERGES: _draw_bar,
        Zone.ZIGZAGS: _draw_wave,
        Zone.DIVERGES: _draw_stripes,
    }[zone]
    draw(painter, place, colour)
    painter.restore()


def _draw_dots(painter: QPainter, place: QRectF, colour: QColor) -> None:
    painter.setBrush(colour)
    x = place.left() + _DOT_STEP / 2
    while x < place.right():
        painter.drawEllipse(QPointF(x, place.center().y()), 1.1, 1.1)
        x += _DOT_STEP


def _draw_bar(painter: QPainter, place: QRectF, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawRoundedRect(place, _ROUNDING, _ROUNDING)


def _draw_wave(painter: QPainter, place: QRectF, colour: QColor) -> None:
    points, x, is_up = [], place.left() - _WAVE / 2, False
    while x < place.right() + _WAVE:
        points.append(QPointF(x, place.top() + 1.5 if is_up else place.bottom() - 1.5))
        x, is_up = x + _WAVE, not is_up
    painter.setPen(QPen(colour, 1.7))
    painter.drawPolyline(QPolygonF(points))


def _draw_stripes(painter: QPainter, place: QRectF, colour: QColor) -> None:
    painter.setPen(QPen(colour, 2.2))
    x = place.left() - place.height()
    while x < place.right():
        painter.drawLine(QPointF(x, place.bottom() + 1), QPointF(x + place.height() + 2, place.top() - 1))
        x += _STRIPE_STEP
