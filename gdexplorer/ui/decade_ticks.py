"""Powers of ten under a logarithmic groove."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gdexplorer.core.numerals import superscript

_TICK, _BELOW, _GAP = 3.0, 4.0, 7.0


def decade_text(exponent: int) -> str:
    """Return a power of ten as an axis shows it: ``0.01``, ``10``, ``10⁻⁷``."""
    if -3 <= exponent <= 4:
        return f"{10.0**exponent:g}"
    return f"10{superscript(exponent)}"


def draw_decades(
    painter: QPainter, x_of: Callable[[float], float], low: float, high: float, top: float, width: float, colour: str
) -> None:
    """Draw a tick at each power of ten from ``low`` to ``high``, and as many names as do not touch.

    Args:
        painter: With the font of the names.
        x_of: Where a value stands.
        low: Where the groove begins.
        high: Where it ends.
        top: Of the ticks; the names stand below.
        width: Names stay between 0 and this.
        colour: Of both.
    """
    metrics = QFontMetricsF(painter.font())
    exponents = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    widths = [metrics.horizontalAdvance(decade_text(exponent)) for exponent in exponents]
    stride = 1
    if len(exponents) > 1:
        decade = abs(x_of(10.0 ** exponents[1]) - x_of(10.0 ** exponents[0]))
        stride = max(1, math.ceil((max(widths) + _GAP) / decade)) if decade > 0 else len(exponents)
    painter.setPen(QPen(QColor(colour), 1))
    for exponent, name_width in zip(exponents, widths, strict=True):
        x = x_of(10.0**exponent)
        painter.drawLine(QPointF(x, top), QPointF(x, top + _TICK))
        if (exponent - exponents[-1]) % stride == 0:
            left = min(max(x - name_width / 2, 0.0), width - name_width)
            painter.drawText(QPointF(left, top + _BELOW + metrics.ascent()), decade_text(exponent))
