"""The table that shows how the first lines of a file were read, under a heading for each column."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gdexplorer.core.table_report import TableReport
from gdexplorer.ui.histogram import paint_histogram
from gdexplorer.ui.import_model import SKIPPED_ROLE, UNREAD_ROLE, PreviewModel
from gdexplorer.ui.import_words import kind_line, missing_line
from gdexplorer.ui.style_sheet import mixed
from gdexplorer.ui.theme import LIGHT, Theme

_MARGIN = 8
_NAME_HEIGHT, _LINE_HEIGHT, _HISTOGRAM_HEIGHT = 20, 16, 24
_HEADING_HEIGHT = 6 + _NAME_HEIGHT + 2 * _LINE_HEIGHT + 4 + _HISTOGRAM_HEIGHT + 4
_ROW_HEIGHT = 24
_NARROWEST, _WIDEST = 96, 230
_MEASURED = 80  # columns whose width is fitted to what they hold; further ones all have one width
_BADGE = 15
_LINE_ROOM = 86
_USE_WORDS = {"skipped": "skipped", "header": "names", "row": ""}


class PreviewTable(QTableView):
    """Shows a report's first lines; one column is always the chosen one.

    Signals:
        columnChosen (int): The user went to another column.
    """

    columnChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setAccessibleName("The first lines of the file")
        self._model = PreviewModel(self)
        self._column = -1
        self._is_silent = False
        self.setModel(self._model)
        self.setHorizontalHeader(_Headings(self._model, self))
        self.setVerticalHeader(_LineNumbers(self._model, self))
        self.setItemDelegate(_Cells(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.selectionModel().currentColumnChanged.connect(self._on_current_column_changed)
        self.horizontalHeader().sectionPressed.connect(self._on_section_pressed)

    def set_report(self, report: TableReport) -> None:
        """Show ``report`` silently; the chosen column stays where there is still one in its place."""
        before, across, down = self._column, self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self._is_silent = True
        try:
            self.clearSpans()
            self._model.set_report(report)
            self._fit_widths()
            for index, row in enumerate(report.preview):
                if row.use == "skipped" and sum(map(bool, row.cells)) <= 1 and len(report.columns) > 1:
                    self.setSpan(index, 0, 1, len(report.columns))
            self._go(min(max(before, 0), len(report.columns) - 1))
        finally:
            self._is_silent = False
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)

    def column(self) -> int:
        """Return the chosen column; -1 where there are none."""
        return self._column

    def choose_column(self, column: int) -> None:
        """Go to ``column`` silently and bring it into view."""
        if not 0 <= column < self._model.columnCount():
            return
        self._is_silent = True
        try:
            self._go(column)
        finally:
            self._is_silent = False
        header, bar = self.horizontalHeader(), self.horizontalScrollBar()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        else:
            bar.setValue(header.sectionPosition(column))
        cut = header.logicalIndexAt(0)  # the one at the left edge, of which a part may be out of sight
        if cut >= 0 and header.sectionViewportPosition(cut) < 0 and cut < column:
            bar.setValue(header.sectionPosition(cut + 1))

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._model.set_theme(theme)
        for part in (self.horizontalHeader(), self.verticalHeader(), self.itemDelegate()):
            if isinstance(part, (_Headings, _LineNumbers, _Cells)):
                part.theme = theme
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()
        self.viewport().update()

    def _go(self, column: int) -> None:
        self._column = column
        self.setCurrentIndex(self._model.index(self._plain_row(), column))
        self.horizontalHeader().viewport().update()

    def _plain_row(self) -> int:
        """Return a line whose cells have their own width: those of a line with one value are one cell."""
        rows = range(self._model.rowCount())
        return next((row for row in rows if self._model.row(row).use == "row"), 0)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a cell into view; of one that is as wide as the table, its column."""
        if self.columnSpan(index.row(), index.column()) > 1:
            index = self._model.index(self._plain_row(), index.column())
        super().scrollTo(index, hint)

    def _fit_widths(self) -> None:
        header, metrics, bold = (
            self.horizontalHeader(),
            QFontMetrics(_small(self.font())),
            QFontMetrics(_bold(self.font())),
        )
        count = self._model.columnCount()
        header.setDefaultSectionSize(_NARROWEST + 20)
        for column in range(min(count, _MEASURED)):
            found = self._model.column(column)
            widths = [bold.horizontalAdvance(found.name) + (_BADGE + 6 if found.question else 0)]
            widths += [metrics.horizontalAdvance(text) for text in (kind_line(found), missing_line(found))]
            for row in range(self._model.rowCount()):
                cells = self._model.row(row).cells
                if self._model.row(row).use != "skipped" and column < len(cells):
                    widths.append(metrics.horizontalAdvance(cells[column][:60]))
            header.resizeSection(column, min(max(*widths, _NARROWEST - 16) + 2 * _MARGIN + 10, _WIDEST))

    @Slot(QModelIndex, QModelIndex)
    def _on_current_column_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._is_silent and current.isValid():
            self._take(current.column())

    @Slot(int)
    def _on_section_pressed(self, section: int) -> None:
        """Choose a column also where the file has no lines to show."""
        self._take(section)

    def _take(self, column: int) -> None:
        if column != self._column:
            self._column = column
            self.horizontalHeader().viewport().update()
            self.columnChosen.emit(column)


class _Headings(QHeaderView):
    """Name, kind, missing count and histogram of each column."""

    def __init__(self, model: PreviewModel, table: PreviewTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._model, self._table = model, table
        self.theme = LIGHT
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(56)
        self.setHighlightSections(False)
        self.setFixedHeight(_HEADING_HEIGHT)

    def sizeHint(self) -> QSize:
        """Return a height for all lines of a heading."""
        return QSize(super().sizeHint().width(), _HEADING_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one heading."""
        found, theme = self._model.column(section), self.theme
        is_chosen = section == self._table.column()
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(mixed(theme.card, theme.accent, 0.16) if is_chosen else theme.card))
        painter.fillRect(QRect(rect.right(), rect.top() + 6, 1, rect.height() - 12), QColor(theme.line))
        room = rect.adjusted(_MARGIN, 6, -_MARGIN, -4)
        name_room = QRect(room.left(), room.top(), room.width(), _NAME_HEIGHT)
        if found.question:
            paint_badge(painter, QRectF(name_room.right() - _BADGE, name_room.top() + 1, _BADGE, _BADGE), theme)
            name_room.setRight(name_room.right() - _BADGE - 4)
        painter.setFont(_bold(self.font()))
        painter.setPen(QColor(theme.text))
        _draw_line(painter, name_room, found.name)
        painter.setFont(_small(self.font()))
        line = QRect(room.left(), room.top() + _NAME_HEIGHT, room.width(), _LINE_HEIGHT)
        painter.setPen(QColor(theme.text if found.kind == "number" else theme.quiet))
        _draw_line(painter, line, kind_line(found))
        line.translate(0, _LINE_HEIGHT)
        painter.setPen(QColor(theme.gradient if found.unread else theme.quiet))
        _draw_line(painter, line, missing_line(found))
        if found.histogram:
            bars = QRect(room.left(), line.bottom() + 5, room.width(), _HISTOGRAM_HEIGHT)
            paint_histogram(painter, bars, found.histogram, theme.accent if is_chosen else theme.data)
        edge = theme.accent if is_chosen else theme.line
        thickness = 2 if is_chosen else 1
        painter.fillRect(QRect(rect.left(), rect.bottom() + 1 - thickness, rect.width(), thickness), QColor(edge))
        painter.restore()


class _LineNumbers(QHeaderView):
    """The numbers of the lines, and in words what those were taken for that are no rows."""

    def __init__(self, model: PreviewModel, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._model = model
        self.theme = LIGHT
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(_ROW_HEIGHT)
        self.setFixedWidth(_LINE_ROOM)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one number."""
        row, theme = self._model.row(section), self.theme
        painter.save()
        painter.fillRect(rect, QColor(theme.card))
        small = _small(self.font())
        painter.setFont(_bold(small) if row.use == "header" else small)
        painter.setPen(QColor(theme.text if row.use == "header" else theme.quiet))
        room = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, _USE_WORDS[row.use])
        number = f"{row.line:,}" if row.line else ""  # names that stand in no line
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(theme.grid))
        painter.restore()


class _Cells(QStyledItemDelegate):
    """Marks cells that could not be read by a folded corner, as well as by their colour."""

    theme = LIGHT

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Keep a cell's own colour where its column is the chosen one."""
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        option.palette.setColor(option.palette.ColorRole.HighlightedText, colour)
        if index.data(SKIPPED_ROLE):
            option.state &= ~QStyle.StateFlag.State_Selected

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell and its mark."""
        if index.data(SKIPPED_ROLE):  # the table draws its selection below, also there
            painter.fillRect(option.rect, QColor(self.theme.field))
        super().paint(painter, option, index)
        if index.data(UNREAD_ROLE):
            corner = QPointF(option.rect.right() + 1, option.rect.top())
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.gradient))
            painter.drawPolygon(QPolygonF([corner, corner + QPointF(-8, 0), corner + QPointF(0, 8)]))
            painter.restore()


def paint_badge(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Draw the sign of a question."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(rect)
    font = _bold(painter.font())
    font.setPixelSize(round(rect.height() * 0.74))
    painter.setFont(font)
    painter.setPen(QPen(QColor(theme.on_accent)))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "?")
    painter.restore()


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(12)
    return small


def _draw_line(painter: QPainter, rect: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
