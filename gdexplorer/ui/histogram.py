"""A small histogram: the shape of a column at a glance, without axes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.ui.theme import Theme

_GAP_FROM = 4.0  # a bar this wide has room for a gap beside it
_LEAST_HEIGHT = 1.5


def paint_histogram(
    painter: QPainter, rect: QRect | QRectF, counts: Sequence[int], colour: QColor | str, *, baseline: bool = True
) -> None:
    """Draw ``counts`` as bars that fill ``rect``, the tallest as high as it.

    Their edges lie on whole pixels, and a count above 0 is always seen. The ``baseline`` is a hairline below them,
    drawn even where there are no counts. The painter's state is kept.
    """
    room = QRectF(rect)
    if room.width() < 1 or room.height() < 1:
        return
    ink = QColor(colour)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    if baseline:
        faint = QColor(ink)
        faint.setAlphaF(0.45 * ink.alphaF())
        painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), faint)
        room.setHeight(room.height() - 1)
    tallest = max(counts, default=0)
    if tallest > 0:
        _paint_bars(painter, room, counts, tallest, ink)
    painter.restore()


def _paint_bars(painter: QPainter, room: QRectF, counts: Sequence[int], tallest: int, ink: QColor) -> None:
    width = room.width() / len(counts)
    gap = 1.0 if width >= _GAP_FROM else 0.0
    for index, count in enumerate(counts):
        if count <= 0:
            continue
        left = round(room.left() + index * width)
        right = max(round(room.left() + (index + 1) * width) - gap, left + 1)
        height = min(max(room.height() * count / tallest, _LEAST_HEIGHT), room.height())
        painter.fillRect(QRectF(left, room.bottom() - height, right - left, height), ink)


class Histogram(QWidget):
    """A histogram of its own, with what it spans in the tool tip. Draws in the theme's colour of data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = ()
        self._colour = QColor(Qt.GlobalColor.gray)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Histogram")

    def set_counts(self, counts: Sequence[int], low: float = float("nan"), high: float = float("nan")) -> None:
        """Show rows in equal parts of the range from ``low`` to ``high``."""
        self._counts = tuple(counts)
        span = f"From {compact(low)} to {compact(high)}" if self._counts and low == low else ""
        self.setToolTip(span)
        self.setAccessibleDescription(span)
        self.update()

    def counts(self) -> tuple[int, ...]:
        """Return what is shown."""
        return self._counts

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._colour = QColor(theme.data)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a strip of one line's height and a half."""
        return QSize(120, 30)

    def minimumSizeHint(self) -> QSize:
        """Return the least at which a shape is seen."""
        return QSize(48, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        del event
        painter = QPainter(self)
        paint_histogram(painter, self.rect(), self._counts, self._colour)
