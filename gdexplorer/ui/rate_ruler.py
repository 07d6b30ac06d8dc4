"""The slider for the learning rate, on a groove that shows what each rate does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from gdexplorer.core.first_rate import rounded_down
from gdexplorer.core.ruler import NO_RULER, Ruler, Stretch
from gdexplorer.ui.decade_ticks import draw_decades
from gdexplorer.ui.label_spread import spread
from gdexplorer.ui.log_slider import LogSlider
from gdexplorer.ui.rate_bands import BAND_HEIGHT, draw_band, zone_colour
from gdexplorer.ui.rate_marks import RateMark, draw_mark, mark_colour, marks_of
from gdexplorer.ui.rate_words import summary, zone_sentence

_FONT_PX = 11
_HEIGHT = 70
_BAND_Y = 26.0
_BAND = (_BAND_Y - BAND_HEIGHT / 2, _BAND_Y + BAND_HEIGHT / 2)
_NAMES_TOP = 36.0
_TICKS_TOP = 51.0
_GAP = 7.0
_NEAR = 4.0  # pixels from a mark at which it is meant
_OUTDATED_OPACITY = 0.35


class RateRuler(LogSlider):
    """Zones along the groove with their names, the fastest rate and the limit above it, powers of ten below.

    Each zone has a colour, a pattern and a word. Hovering over one tells it in a sentence; a click on the name of the
    fastest rate takes it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ruler = NO_RULER
        self._is_outdated = False
        self._is_taking = False
        self.setMouseTracking(True)

    @property
    def ruler(self) -> Ruler:
        """What is shown."""
        return self._ruler

    def range(self) -> tuple[float, float]:
        """Return between which rates the groove runs."""
        return self._low, self._high

    @property
    def is_outdated(self) -> bool:
        """Whether what is shown belongs to other data or settings."""
        return self._is_outdated

    def set_ruler(self, ruler: Ruler) -> None:
        """Show ``ruler``."""
        if ruler != self._ruler:
            self._ruler = ruler
            self.setAccessibleDescription(summary(ruler))
            self.update()

    def set_outdated(self, is_outdated: bool) -> None:
        """Dim zones and marks while those of the present state are being computed."""
        if is_outdated != self._is_outdated:
            self._is_outdated = is_outdated
            self.update()

    def names_shown(self) -> dict[str, QRectF]:
        """Return the names of zones that there is room for, with where they stand."""
        return {stretch.zone.value: place for stretch, place in self._placed_names()}

    def marks_shown(self) -> dict[str, QRectF]:
        """Return the texts of marks that there is room for, with where they stand."""
        return {mark.text: place for mark, place in self._placed_marks()}

    def tip_at(self, place: QPointF) -> str:
        """Return the sentence about what is at ``place``."""
        for mark, label in self._placed_marks():
            is_close = abs(self.x_of(mark.rate) - place.x()) <= _NEAR and place.y() < _NAMES_TOP
            if is_close or label.contains(place):
                return mark.tip
        for stretch, label in self._placed_names():
            if label.contains(place):
                return zone_sentence(stretch, is_measured=self._ruler.is_measured)
        for stretch, left, right in self._bands():
            if left <= place.x() <= right:
                return zone_sentence(stretch, is_measured=self._ruler.is_measured)
        return self._ruler.reason

    def sizeHint(self) -> QSize:
        """Return a size with room for all labels."""
        return QSize(160, _HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the fastest rate where its name is pressed; else bring the knob to the pointer."""
        self._is_taking = event.button() == Qt.MouseButton.LeftButton and self._is_on_fastest(event.position())
        if not self._is_taking:
            super().mousePressEvent(event)
        elif self._ruler.fastest is not None:
            self._edit(rounded_down(self._ruler.fastest))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the knob, or show that the fastest rate can be pressed."""
        if not event.buttons():
            is_on = self._is_on_fastest(event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor if is_on else Qt.CursorShape.ArrowCursor)
        if not self._is_taking:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._is_taking = False
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw zones, names, powers of ten, marks and knob."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        self._draw_groove(painter)
        draw_decades(painter, self.x_of, self._low, self._high, _TICKS_TOP, self.width(), self._theme.quiet)
        if self.isEnabled():
            painter.setOpacity(_OUTDATED_OPACITY if self._is_outdated else 1.0)
            self._draw_zones(painter)
            self._draw_marks(painter)
            painter.setOpacity(1.0)
        self._draw_knob(painter, _BAND_Y)

    def _font(self, *, is_bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(_FONT_PX)
        font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
        return font

    def _is_on_fastest(self, place: QPointF) -> bool:
        labels = [label for mark, label in self._placed_marks() if mark.is_fastest]
        return self.isEnabled() and any(label.contains(place) for label in labels)

    def _bands(self) -> list[tuple[Stretch, float, float]]:
        """Return the stretches within the range, with their ends in pixels."""
        bands = []
        for stretch in self._ruler.stretches:
            if stretch.low < self._high and stretch.high > self._low:
                bands.append((stretch, self.x_of(stretch.low), self.x_of(stretch.high)))
        return bands

    def _placed_names(self) -> list[tuple[Stretch, QRectF]]:
        """Return the names that fit, each touching its zone at least; the narrowest zones go without."""
        metrics = QFontMetricsF(self._font(is_bold=True))
        bands = self._bands()
        while bands:
            widths = [metrics.horizontalAdvance(stretch.zone.value) for stretch, _, _ in bands]
            lefts = spread([(a + b) / 2 for _, a, b in bands], widths, self.width(), _GAP)
            if lefts is not None:
                placed = list(zip(bands, lefts, widths, strict=True))
                if all(left < b and left + width > a for (_, a, b), left, width in placed):
                    return [
                        (band[0], QRectF(left, _NAMES_TOP, width, metrics.height())) for band, left, width in placed
                    ]
            bands.remove(min(bands, key=lambda band: band[2] - band[1]))
        return []

    def _placed_marks(self) -> list[tuple[RateMark, QRectF]]:
        metrics = QFontMetricsF(self._font())
        marks = marks_of(self._ruler, self._low, self._high)
        while marks:
            widths = [metrics.horizontalAdvance(mark.text) for mark in marks]
            lefts = spread([self.x_of(mark.rate) for mark in marks], widths, self.width(), _GAP)
            if lefts is not None:
                return [
                    (mark, QRectF(left, 0.0, width, metrics.height()))
                    for mark, left, width in zip(marks, lefts, widths, strict=True)
                ]
            marks.remove(max(marks, key=lambda mark: (mark.is_dashed, mark.is_fastest)))
        return []

    def _draw_groove(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.line))
        left, right = self.x_of(self._low), self.x_of(self._high)
        painter.drawRoundedRect(QRectF(left, _BAND_Y - 2, right - left, 4), 2, 2)

    def _draw_zones(self, painter: QPainter) -> None:
        theme = self._theme
        for stretch, left, right in self._bands():
            is_first, is_last = stretch.low <= self._low, stretch.high >= self._high
            place = QRectF(left, _BAND[0], right - left, BAND_HEIGHT)
            if not self._ruler.is_measured:
                place.adjust(0.0 if is_first else 0.75, 0.0, 0.0 if is_last else -0.75, 0.0)
            draw_band(painter, place, stretch.zone, theme, is_measured=self._ruler.is_measured)
        if self._ruler.is_measured:
            self._draw_measured(painter)
        for stretch, label in self._placed_names():
            is_here = stretch.low <= self._value < stretch.high
            painter.setFont(self._font(is_bold=is_here))
            painter.setPen(QColor(zone_colour(stretch.zone, theme)))
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, stretch.zone.value)
        painter.setFont(self._font())

    def _draw_measured(self, painter: QPainter) -> None:
        """Draw a dotted line under the zones, as of points that were tried."""
        pen = QPen(QColor(self._theme.quiet), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setDashPattern([0.01, 3.0])
        painter.setPen(pen)
        y = _BAND[1] + 4.0
        painter.drawLine(QPointF(self.x_of(self._low), y), QPointF(self.x_of(self._high), y))

    def _draw_marks(self, painter: QPainter) -> None:
        labels = {mark.text: label for mark, label in self._placed_marks()}
        for mark in marks_of(self._ruler, self._low, self._high):
            label, colour = labels.get(mark.text), mark_colour(mark, self._theme)
            if self._low <= mark.rate <= self._high:
                draw_mark(painter, mark, self.x_of(mark.rate), _BAND, label, colour)
            if label is not None:
                painter.setPen(colour)
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, mark.text)
