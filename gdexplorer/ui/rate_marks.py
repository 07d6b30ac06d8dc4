"""The learning rates that the ruler names above its groove: the fastest and the limits."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gdexplorer.core.numerals import compact
from gdexplorer.core.ruler import Ruler
from gdexplorer.ui.rate_words import DIGITS, anywhere_sentence, fastest_sentence, limit_sentence
from gdexplorer.ui.theme import Theme

_LINE, _LEADER = 1.6, 1.0
_OVERHANG = 2.0
_ARROW = QPointF(4.0, 6.0)


@dataclass(frozen=True)
class RateMark:
    """A learning rate with a name.

    Attributes:
        rate: Where it stands.
        text: Its name, with an arrow towards one beyond the range.
        tip: What it means.
        is_fastest: Whether it is the fastest rate; else it is a limit.
        is_dashed: Whether it is the limit for all weights, beside that where the ball is.
    """

    rate: float
    text: str
    tip: str
    is_fastest: bool = False
    is_dashed: bool = False


def marks_of(ruler: Ruler, low: float, high: float) -> list[RateMark]:
    """Return the marks of ``ruler``, ascending, as they are named on a range from ``low`` to ``high``."""
    has_two = ruler.limit_anywhere is not None and ruler.limit_anywhere != ruler.limit
    digits = DIGITS - 1 if has_two else DIGITS

    def text(word: str, rate: float) -> str:
        told = f"{word} {compact(rate, digits)}"
        if rate > high:
            return f"{told} ›"
        return f"‹ {told}" if rate < low else told

    marks = []
    if ruler.fastest is not None:
        tip = f"{fastest_sentence(ruler)} Click to take it."
        marks.append(RateMark(ruler.fastest, text("fastest", ruler.fastest), tip, is_fastest=True))
    if ruler.limit is not None:
        is_for_all = ruler.limit_anywhere is not None and not has_two
        word = "limit here" if has_two else "limit anywhere" if is_for_all else "limit"
        tip = anywhere_sentence(ruler) if is_for_all else limit_sentence(ruler)
        marks.append(RateMark(ruler.limit, text(word, ruler.limit), tip))
    if has_two and ruler.limit_anywhere is not None:
        name = text("anywhere", ruler.limit_anywhere)
        marks.append(RateMark(ruler.limit_anywhere, name, anywhere_sentence(ruler), is_dashed=True))
    return sorted(marks, key=lambda mark: mark.rate)


def mark_colour(mark: RateMark, theme: Theme) -> QColor:
    """Return the colour of a mark and of its name."""
    return QColor(theme.good if mark.is_fastest else theme.gradient)


def draw_mark(
    painter: QPainter, mark: RateMark, x: float, band: tuple[float, float], label: QRectF | None, colour: QColor
) -> None:
    """Draw a mark at ``x`` through the band that reaches from top to bottom, with a line from its label, if any.

    The fastest rate has an arrow, the limit for all weights a dotted line.
    """
    top, bottom = band[0] - _OVERHANG, band[1] + _OVERHANG
    painter.setPen(QPen(colour, _LINE, Qt.PenStyle.DotLine if mark.is_dashed else Qt.PenStyle.SolidLine))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    if label is not None:
        near = min(max(x, label.left() + 4), label.right() - 4)
        painter.setPen(QPen(colour, _LINE if near == x else _LEADER))
        painter.drawLine(QPointF(near, label.bottom() + 0.5), QPointF(x, top))
    if mark.is_fastest:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        high = band[0] - _ARROW.y() - 0.5
        corners = [QPointF(x - _ARROW.x(), high), QPointF(x + _ARROW.x(), high), QPointF(x, high + _ARROW.y())]
        painter.drawPolygon(QPolygonF(corners))
