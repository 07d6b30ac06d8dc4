"""The list in which terms are ticked, and ordered by dragging or by keys."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gdexplorer.ui.term_model import TermModel, Terms

_HEIGHT = 30
_WEIGHT_WIDTH = 34
_SCROLL_MS = 60


class TermList(QListView):
    """Shows a :class:`TermModel`. A dragged term goes along with the mouse; Escape puts all back.

    Alt+Up and Alt+Down move the current term, Delete takes it off the list, Space ticks it.
    """

    def __init__(self, terms: TermModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms = terms
        self._pressed: tuple[QPoint, int] | None = None
        self._before: tuple[Terms, int] | None = None
        self._mouse_y = 0
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._follow)
        self.setModel(terms)
        self.setAccessibleName("Terms in their order")
        self.setItemDelegate(_TermDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)

    @property
    def is_dragging(self) -> bool:
        """Whether a term goes along with the mouse."""
        return self._before is not None

    def current_row(self) -> int:
        """Return the row of the current term; -1 for none."""
        return self.currentIndex().row()

    def set_current_row(self, row: int) -> None:
        """Make a term the current one."""
        self.setCurrentIndex(self._terms.index(row, 0))

    def move_current(self, by: int) -> None:
        """Move the current term by so many rows."""
        row = self.current_row()
        if row >= 0:
            self._terms.move(row, row + by)
            self.scrollTo(self.currentIndex())

    def remove_current(self) -> None:
        """Take the current term off the list."""
        row = self.current_row()
        if self._terms.can_remove(row):
            self._terms.remove(row)
            self.set_current_row(min(row, self._terms.rowCount() - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move or remove the current term, or give a drag up."""
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if is_alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_current()
        elif event.key() == Qt.Key.Key_Escape and self._before is not None:
            self._terms.set_terms(*self._before)
            self._end_drag()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a term."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._pressed = (event.position().toPoint(), index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the term that is held go along."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        at = event.position().toPoint()
        if self._before is None:
            if (at - self._pressed[0]).manhattanLength() < QApplication.startDragDistance():
                return
            self._before = (self._terms.terms(), self._terms.count())
            self.set_current_row(self._pressed[1])
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._scrolling.start()
        self._mouse_y = at.y()
        self._follow()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        was_dragging = self.is_dragging
        self._end_drag()
        if not was_dragging:
            super().mouseReleaseEvent(event)

    @Slot()
    def _follow(self) -> None:
        """Move the held term to the row at the mouse; beyond an edge row by row, with the list scrolling along."""
        row, last = self.current_row(), self._terms.rowCount() - 1
        rect = self.viewport().rect()
        if self._mouse_y < rect.top():
            to = row - 1
        elif self._mouse_y > rect.bottom():
            to = row + 1
        else:
            to = (self._mouse_y + self.verticalOffset()) // _HEIGHT
        self._terms.move(row, max(0, min(to, last)))
        self.scrollTo(self.currentIndex())

    def _end_drag(self) -> None:
        self._pressed = self._before = None
        self._scrolling.stop()
        self.viewport().unsetCursor()


class _TermDelegate(QStyledItemDelegate):
    """Draws the weight of a used term at the right end."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return one height for all."""
        return QSize(super().sizeHint(option, index).width(), _HEIGHT)

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Cut the text where the weight begins."""
        super().initStyleOption(option, index)
        widget = option.widget
        if widget is not None:
            element = QStyle.SubElement.SE_ItemViewItemText
            room = widget.style().subElementRect(element, option, widget).width() - _WEIGHT_WIDTH
            metrics = QFontMetrics(option.font)
            text = str(index.data(Qt.ItemDataRole.DisplayRole))
            option.text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(room, 40))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row, then the weight."""
        super().paint(painter, option, index)
        weight = str(index.data(TermModel.WEIGHT_ROLE))
        if not weight:
            return
        rect: QRect = option.rect
        painter.save()
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(index.data(Qt.ItemDataRole.ForegroundRole)))
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, -10, 0), align, weight)
        painter.restore()
