"""How one column looks in a list: its name, its range, its shape and its strength."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.ui.column_model import Badge, ColumnEntry, ColumnModel, facts, strength
from gdexplorer.ui.histogram import paint_histogram
from gdexplorer.ui.theme import LIGHT, Theme

_HEIGHT = 44
_MARGIN = 10
_GAP = 8
_HISTOGRAM = QSize(84, 26)
_STRENGTH_WIDTH = 52
_SMALL = 11


class ColumnDelegate(QStyledItemDelegate):
    """Draws a column in two lines. The strength is drawn only where ``shows_strength``."""

    def __init__(self, parent: QObject, *, shows_strength: bool) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._shows_strength = shows_strength

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return two lines' height."""
        del option, index
        return QSize(240, _HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row."""
        self.initStyleOption(option, index)
        widget = option.widget
        rect: QRect = option.rect
        style = widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        entry: ColumnEntry = index.data(ColumnModel.ENTRY_ROLE)
        summary: ColumnSummary | None = index.data(ColumnModel.SUMMARY_ROLE)
        painter.save()
        room = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if self._shows_strength:
            room = self._paint_strength(painter, room, summary)
        if not entry.note:
            room = self._paint_shape(painter, room, summary)
        self._paint_texts(painter, room, option.font, entry, summary, index.data(ColumnModel.BADGE_ROLE))
        painter.restore()

    def _paint_strength(self, painter: QPainter, room: QRect, summary: ColumnSummary | None) -> QRect:
        if summary is not None:
            painter.setFont(_small(painter.font()))
            painter.setPen(QColor(self._theme.text if summary.r_squared >= 0.005 else self._theme.quiet))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, strength(summary))
        return room.adjusted(0, 0, -_STRENGTH_WIDTH - _GAP, 0)

    def _paint_shape(self, painter: QPainter, room: QRect, summary: ColumnSummary | None) -> QRect:
        box = QRect(room.right() - _HISTOGRAM.width() + 1, 0, _HISTOGRAM.width(), _HISTOGRAM.height())
        box.moveTop(room.center().y() - box.height() // 2)
        paint_histogram(painter, box, summary.histogram if summary else (), self._theme.data)
        return room.adjusted(0, 0, -_HISTOGRAM.width() - _GAP, 0)

    def _paint_texts(
        self,
        painter: QPainter,
        room: QRect,
        font: QFont,
        entry: ColumnEntry,
        summary: ColumnSummary | None,
        badge: Badge | None,
    ) -> None:
        below = entry.note or facts(summary)
        line = QRect(room.left(), room.top() + 5, room.width(), _HEIGHT // 2 - 4)
        self._paint_name(painter, line, font, entry, badge)
        painter.setFont(_small(font))
        painter.setPen(QColor(self._theme.quiet))
        line.translate(0, line.height() - 1)
        shown = painter.fontMetrics().elidedText(below, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_name(self, painter: QPainter, line: QRect, font: QFont, entry: ColumnEntry, badge: Badge | None) -> None:
        """Draw name, badge and unit, of which the unit gives way first."""
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        mark = badge.text if badge else ""
        mark_width = QFontMetrics(bold).horizontalAdvance(mark) + _GAP if mark else 0
        painter.setFont(font)
        metrics = painter.fontMetrics()
        name = metrics.elidedText(entry.name, Qt.TextElideMode.ElideMiddle, line.width() - mark_width)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(line, align, name)
        left = line.left() + metrics.horizontalAdvance(name) + _GAP
        if badge is not None:
            painter.setFont(bold)
            painter.setPen(QColor(badge.colour))
            painter.drawText(QRect(left, line.top(), mark_width, line.height()), align, mark)
            left += mark_width
        rest = QRect(left, line.top(), line.right() - left, line.height())
        painter.setFont(_small(font))
        unit = painter.fontMetrics().elidedText(entry.unit, Qt.TextElideMode.ElideRight, rest.width())
        if entry.unit and len(unit) > 1:
            painter.setPen(QColor(self._theme.quiet))
            painter.drawText(rest, align, unit)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(_SMALL)
    return small
