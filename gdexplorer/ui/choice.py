"""A combo box that edits one key."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

_CHEVRON_ROOM = 24


class Choice(QComboBox):
    """One key out of a list, shown by its title.

    Long titles are elided in the box and whole in the list; a wheel turns it only while it has the focus, so that
    scrolling a column of fields changes nothing.

    Signals:
        chosen (str): The user picked another key.
    """

    chosen = Signal(str)

    def __init__(
        self, entries: Iterable[tuple[str, str] | tuple[str, str, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(16)
        self._key = ""
        self.set_entries(entries)
        self.activated.connect(self._on_self_activated)

    def set_entries(self, entries: Iterable[tuple[str, str] | tuple[str, str, str]]) -> None:
        """Offer (key, title) or (key, title, tool tip), silently; the key stays if it is still there."""
        entries = tuple(entries)
        if entries == self._entries():
            return
        self.clear()
        for entry in entries:
            self.addItem(entry[1], entry[0])
            if len(entry) > 2:
                self.setItemData(self.count() - 1, entry[2], Qt.ItemDataRole.ToolTipRole)
        view = self.view()
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setMinimumWidth(min(view.sizeHintForColumn(0) + 32, 520) if self.count() else 0)
        self.set_key(self._key)

    def key(self) -> str:
        """Return the key shown; empty where there is none."""
        return self._key

    def set_key(self, key: str) -> None:
        """Show ``key`` silently; one that is not on offer leaves the box empty."""
        self._key = key
        index = self.findData(key)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        self.setToolTip(self._tip(index))

    def _tip(self, index: int) -> str:
        if index < 0:
            return ""
        return str(self.itemData(index, Qt.ItemDataRole.ToolTipRole) or "")

    def _entries(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (str(self.itemData(index)), self.itemText(index), *filter(None, [self._tip(index)]))
            for index in range(self.count())
        )

    @Slot(int)
    def _on_self_activated(self, index: int) -> None:
        key = str(self.itemData(index))
        if key != self._key:
            self.set_key(key)
            self.chosen.emit(key)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only while focused; else let the column scroll."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def minimumSizeHint(self) -> QSize:
        """Return a width that fits two boxes into one row."""
        return QSize(72, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, its elided title and a chevron (a style sheet could only take the latter from a file)."""
        del event
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        box = self.rect().adjusted(12, 0, -_CHEVRON_ROOM, 0)
        title = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, box.width())
        colour = option.palette.buttonText().color()
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        self._draw_chevron(painter, QRect(self.width() - _CHEVRON_ROOM, 0, _CHEVRON_ROOM, self.height()))

    def _draw_chevron(self, painter: QPainter, room: QRect) -> None:
        centre = QPointF(room.center()) + QPointF(-1.0, 0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().placeholderText().color(), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        corners = [centre + QPointF(-3.5, -1.75), centre + QPointF(0, 1.75), centre + QPointF(3.5, -1.75)]
        painter.drawPolyline(QPolygonF(corners))
