"""The dialog that orders the terms and says how many are used."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gdexplorer.core.numerals import subscript
from gdexplorer.core.terms import Term
from gdexplorer.ui.formula import term_text
from gdexplorer.ui.theme import Theme

Terms = tuple[Term, ...]


class TermPicker(QDialog):
    """Terms in their order; the first ones, ticked, each have a weight.

    Ticking a term makes it the last one used, unticking the first one not used. Alt+Up and Alt+Down move it.

    Attributes:
        list: The terms.
        move_up: Moves the current term up.
        move_down: Moves it down.
        accept_button: Takes the terms over.

    Signals:
        picked (object, int): Terms and weight count that the user took over.
    """

    picked = Signal(object, int)

    def __init__(self, terms: Terms, weight_count: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms = list(terms)
        self._count = weight_count
        self._theme = theme
        self.setWindowTitle("Terms")
        self.setModal(True)
        self.resize(360, 460)
        hint = QLabel("Ticked terms are used, one weight each, in this order.")
        hint.setProperty("role", "quiet")
        hint.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Terms in their order")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.installEventFilter(self)
        self.move_up = _button("Move up", "Alt+Up")
        self.move_down = _button("Move down", "Alt+Down")
        cancel = _button("Cancel", "Esc")
        self.accept_button = _button("Use these", "Enter")
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        moves = QHBoxLayout()
        moves.addWidget(self.move_up)
        moves.addWidget(self.move_down)
        moves.addStretch(1)
        ends = QHBoxLayout()
        ends.addStretch(1)
        ends.addWidget(cancel)
        ends.addWidget(self.accept_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(hint)
        layout.addWidget(self.list, 1)
        layout.addLayout(moves)
        layout.addLayout(ends)
        for _ in terms:
            item = QListWidgetItem(self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        self._refresh(0)
        self.list.itemChanged.connect(self._on_item_changed)
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.move_up.clicked.connect(self._on_up_clicked)
        self.move_down.clicked.connect(self._on_down_clicked)
        cancel.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self.accept)

    def terms(self) -> Terms:
        """Return all terms in their order."""
        return tuple(self._terms)

    def weight_count(self) -> int:
        """Return how many of them are used."""
        return self._count

    def accept(self) -> None:
        """Take the terms over and close."""
        super().accept()
        self.picked.emit(self.terms(), self._count)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the current term by Alt+Up and Alt+Down."""
        if (
            watched is self.list
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
            return True
        return super().eventFilter(watched, event)

    def _refresh(self, current: int) -> None:
        """Write the terms into the items, which stay: one of them may be handling the user's click."""
        blocked = self.list.blockSignals(True)
        for index, term in enumerate(self._terms):
            used = index < self._count
            item = self.list.item(index)
            item.setText(f"{term_text(term)}   w{subscript(index + 1)}" if used else term_text(term))
            item.setCheckState(Qt.CheckState.Checked if used else Qt.CheckState.Unchecked)
            item.setForeground(QColor(self._theme.weight(index) if used else self._theme.quiet))
        self.list.setCurrentRow(current)
        self.list.blockSignals(blocked)
        self._on_row_changed(current)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if 0 <= row + by < len(self._terms):
            self._terms.insert(row + by, self._terms.pop(row))
            self._refresh(row + by)

    @Slot(QListWidgetItem)
    def _on_item_changed(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        term = self._terms[row]
        if item.checkState() == Qt.CheckState.Checked and row >= self._count:
            self._terms.insert(self._count, self._terms.pop(row))
            self._count += 1
        elif item.checkState() == Qt.CheckState.Unchecked and row < self._count and self._count > 1:
            self._count -= 1
            self._terms.insert(self._count, self._terms.pop(row))
        self._refresh(self._terms.index(term))

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        self.move_up.setEnabled(row > 0)
        self.move_down.setEnabled(row < len(self._terms) - 1)

    @Slot()
    def _on_up_clicked(self) -> None:
        self._move(-1)

    @Slot()
    def _on_down_clicked(self) -> None:
        self._move(1)


def _button(text: str, key: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(f"{text} ({key})")
    button.setAutoDefault(False)
    return button
