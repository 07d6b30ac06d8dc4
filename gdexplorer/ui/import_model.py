"""The first lines of a file as a table that views can show, however wide it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from gdexplorer.core.table_report import ColumnReport, PreviewRow, TableReport
from gdexplorer.ui.import_words import described, line_word
from gdexplorer.ui.style_sheet import mixed
from gdexplorer.ui.theme import LIGHT, Theme

#: Whether a cell could not be read as what its column holds.
UNREAD_ROLE = Qt.ItemDataRole.UserRole
#: Whether a cell stands in a line that is no part of the table.
SKIPPED_ROLE = Qt.ItemDataRole.UserRole + 1
_LONGEST = 200
_Index = QModelIndex | QPersistentModelIndex


class PreviewModel(QAbstractTableModel):
    """The lines and columns of a report."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ColumnReport, ...] = ()
        self._rows: tuple[PreviewRow, ...] = ()
        self._line = "line"
        self._theme = LIGHT
        self._by_role: dict[int, Callable[[PreviewRow, int], Any]] = {
            Qt.ItemDataRole.DisplayRole: _text,
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.TextAlignmentRole: self._alignment,
            Qt.ItemDataRole.ForegroundRole: self._foreground,
            Qt.ItemDataRole.BackgroundRole: self._background,
            Qt.ItemDataRole.FontRole: _font,
            UNREAD_ROLE: _is_unread,
            SKIPPED_ROLE: _is_skipped,
        }

    def set_report(self, report: TableReport) -> None:
        """Show the preview of ``report``."""
        self.beginResetModel()
        self._columns, self._rows, self._line = report.columns, report.preview, line_word(report)
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Colour cells by ``theme``."""
        self._theme = theme
        if self._rows and self._columns:
            last = self.index(len(self._rows) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def column(self, index: int) -> ColumnReport:
        """Return the report on a column."""
        return self._columns[index]

    def row(self, index: int) -> PreviewRow:
        """Return a line of the preview."""
        return self._rows[index]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        answer = self._by_role.get(role)
        return None if answer is None else answer(self._rows[index.row()], index.column())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column in words, or the number of a line and what it was taken for.

        Headers ask for sections of the report before while they learn of a new one.
        """
        if section >= (len(self._columns) if orientation is Qt.Orientation.Horizontal else len(self._rows)):
            return None
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._columns[section].name
            if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                return described(self._columns[section])
            return None
        row = self._rows[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.line:,}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            use = {"skipped": "left out", "header": "the names of the columns", "row": "a row of data"}[row.use]
            return f"{self._line.capitalize()} {row.line:,}: {use}" if row.line else use.capitalize()
        return None

    def _tip(self, row: PreviewRow, column: int) -> str | None:
        text = _whole(row, column)
        if _is_unread(row, column):
            return f"“{text[:_LONGEST]}” could not be read here, so that it counts as missing."
        return text[: 5 * _LONGEST] if len(text) > 12 else None

    def _alignment(self, row: PreviewRow, column: int) -> Qt.AlignmentFlag:
        is_number = self._columns[column].kind == "number" and row.use != "skipped"
        side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _foreground(self, row: PreviewRow, column: int) -> QColor:
        if row.use == "skipped":
            return QColor(mixed(self._theme.quiet, self._theme.field, 0.3))
        return QColor(self._theme.gradient if _is_unread(row, column) else self._theme.text)

    def _background(self, row: PreviewRow, _column: int) -> QColor | None:
        if row.use == "header":
            return QColor(mixed(self._theme.field, self._theme.text, 0.07))
        return None


def _whole(row: PreviewRow, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def _text(row: PreviewRow, column: int) -> str:
    return " ".join(_whole(row, column)[:_LONGEST].split())


def _font(row: PreviewRow, _column: int) -> QFont | None:
    if row.use == "row":
        return None
    font = QFont()
    font.setPixelSize(12)
    font.setBold(row.use == "header")
    font.setItalic(row.use == "skipped")
    return font


def _is_unread(row: PreviewRow, column: int) -> bool:
    return column in row.unread


def _is_skipped(row: PreviewRow, _column: int) -> bool:
    return row.use == "skipped"
