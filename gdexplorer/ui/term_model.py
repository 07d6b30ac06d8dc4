"""The terms on offer in their order, the first of them in use."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from gdexplorer.core.numerals import subscript
from gdexplorer.core.terms import MAX_TERMS, Term
from gdexplorer.ui.formula import term_text
from gdexplorer.ui.theme import LIGHT, Theme

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()

Terms = tuple[Term, ...]


class TermModel(QAbstractListModel):
    """Terms, of which the first ones are ticked and have a weight each; at least one always has.

    Signals:
        changed (): Terms, their order, or how many are in use are other ones.
    """

    TERM_ROLE = Qt.ItemDataRole.UserRole
    WEIGHT_ROLE = Qt.ItemDataRole.UserRole + 1

    changed = Signal()

    def __init__(self, terms: Terms, count: int) -> None:
        super().__init__()
        self._terms = list(terms)
        self._count = count
        self._theme: Theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self._tell()

    def terms(self) -> Terms:
        """Return all terms in their order."""
        return tuple(self._terms)

    def count(self) -> int:
        """Return how many of them are in use."""
        return self._count

    def is_full(self) -> bool:
        """Whether no further term can be used."""
        return self._count >= MAX_TERMS

    def use(self, term: Term) -> int:
        """Make ``term`` the last one in use, if it is not in use already, and return its row.

        Where that makes too many, the last one on offer goes.
        """
        row = self._terms.index(term) if term in self._terms else len(self._terms)
        if row < self._count:
            return row
        if row == len(self._terms):
            self.beginInsertRows(QModelIndex(), self._count, self._count)
            self._terms.insert(self._count, term)
            self.endInsertRows()
        else:
            self._move_rows(row, self._count)
        self._count += 1
        if len(self._terms) > MAX_TERMS:
            self._take_out(len(self._terms) - 1)
        self._tell()
        return self._count - 1

    def move(self, row: int, to: int) -> None:
        """Move the term in ``row`` so that it stands in row ``to``. As many as before are in use."""
        if row != to and 0 <= to < len(self._terms):
            self._move_rows(row, to)
            self._tell()

    def can_remove(self, row: int) -> bool:
        """Whether something remains without the term in ``row``."""
        return 0 <= row < len(self._terms) > 1

    def remove(self, row: int) -> None:
        """Take a term off the list."""
        if self.can_remove(row):
            self._count -= 1 if row < self._count and self._count > 1 else 0
            self._take_out(row)
            self._tell()

    def set_terms(self, terms: Terms, count: int) -> None:
        """Hold other terms."""
        self.beginResetModel()
        self._terms, self._count = list(terms), count
        self.endResetModel()
        self.changed.emit()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        """Return how many terms there are."""
        return 0 if parent.isValid() else len(self._terms)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let every term be ticked."""
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is shown of a term."""
        if not index.isValid():
            return None
        row = index.row()
        is_used, text = row < self._count, term_text(self._terms[row])
        weight = f"w{subscript(row + 1)}" if is_used else ""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{text}, {weight}" if is_used else f"{text}, not used"
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if is_used else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._theme.weight(row) if is_used else self._theme.quiet)
        return {self.TERM_ROLE: self._terms[row], self.WEIGHT_ROLE: weight}.get(role)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick a term, which makes it the last one used, or untick it, which makes it the first one not used."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        row, is_ticked = index.row(), Qt.CheckState(value) == Qt.CheckState.Checked
        if is_ticked and row >= self._count and not self.is_full():
            self._move_rows(row, self._count)
            self._count += 1
        elif not is_ticked and row < self._count and self._count > 1:
            self._count -= 1
            self._move_rows(row, self._count)
        else:
            return False
        self._tell()
        return True

    def _move_rows(self, row: int, to: int) -> None:
        if row == to:
            return
        self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), to + 1 if to > row else to)
        self._terms.insert(to, self._terms.pop(row))
        self.endMoveRows()

    def _take_out(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._terms[row]
        self.endRemoveRows()

    def _tell(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._terms) - 1, 0))
        self.changed.emit()
