"""A searchable list of columns."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QListView, QVBoxLayout, QWidget

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.core.numerals import counted
from gdexplorer.ui.column_delegate import ColumnDelegate
from gdexplorer.ui.column_model import ColumnEntry, ColumnModel
from gdexplorer.ui.theme import Theme

_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ColumnBrowser(QWidget):
    """A search line over the columns that it finds. What is typed in the list goes on in the search line.

    Attributes:
        search_line: The search.
        list: The columns.
        model: What the list shows.

    Signals:
        searchEdited (str): The user typed another search. Whoever takes it up says what the list is to find.
        selectionChanged (): Other columns are selected.
        chosen (): Enter was pressed, or a column double clicked.
    """

    searchEdited = Signal(str)
    selectionChanged = Signal()
    chosen = Signal()

    def __init__(
        self, *, shows_strength: bool = False, takes_several: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = ColumnModel()
        self.model.setParent(self)
        self.search_line = QLineEdit()
        self.search_line.setAccessibleName("Search columns")
        self.list = _ColumnList()
        self.list.setAccessibleName("Columns")
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        modes = QAbstractItemView.SelectionMode
        self.list.setSelectionMode(modes.ExtendedSelection if takes_several else modes.SingleSelection)
        self._delegate = ColumnDelegate(self, shows_strength=shows_strength)
        self.list.setItemDelegate(self._delegate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search_line)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.search_line)
        self.search_line.installEventFilter(self)
        self.list.installEventFilter(self)
        self.search_line.textChanged.connect(self.searchEdited)
        self.list.doubleClicked.connect(self._on_list_double_clicked)
        self.list.selectionModel().selectionChanged.connect(self._on_selection_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._delegate.set_theme(theme)
        self.list.viewport().update()

    def set_columns(self, entries: Iterable[ColumnEntry]) -> None:
        """Offer other columns."""
        entries = tuple(entries)
        self.model.set_columns(entries)
        size = sum(not entry.note for entry in entries)
        self.search_line.setPlaceholderText(f"Search {counted(size, 'columns')}")
        self.select("")

    def set_summaries(self, summaries: Iterable[ColumnSummary]) -> None:
        """Show what is known by now of some columns."""
        self.model.set_summaries(summaries)

    def show_found(self, text: str) -> None:
        """Show the columns that ``text`` finds, and select the first where none of the selected ones is left."""
        self.model.search(text)
        if text.strip() or not self.list.selectionModel().hasSelection():
            self.select("")
        self.list.scrollTo(self.list.currentIndex())

    def select(self, name: str) -> None:
        """Select the column ``name`` alone, the first one where it is not shown."""
        index = self.model.index_of(name) if name else QModelIndex()
        if not index.isValid():
            index = self.model.index(0, 0)
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if index.isValid():
            self.list.scrollTo(index)

    def selected(self) -> tuple[str, ...]:
        """Return the names of the selected columns, in the order of the list."""
        indexes = sorted(self.list.selectionModel().selectedIndexes(), key=QModelIndex.row)
        return tuple(str(index.data()) for index in indexes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let keys act on the list from the search line, and letters on the search line from the list."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        modifiers = event.modifiers()
        if event.key() in _ENTER_KEYS and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self.chosen.emit()
            return True
        if watched is self.search_line and event.key() in _LIST_KEYS:
            QApplication.sendEvent(self.list, event)
            return True
        is_letter = event.text().isprintable() and bool(event.text().strip())
        is_typed = is_letter or event.key() == Qt.Key.Key_Backspace
        if watched is self.list and is_typed and not modifiers & Qt.KeyboardModifier.AltModifier:
            self.search_line.setFocus()
            QApplication.sendEvent(self.search_line, event)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_list_double_clicked(self) -> None:
        self.chosen.emit()

    @Slot()
    def _on_selection_changed(self) -> None:
        self.selectionChanged.emit()


class _ColumnList(QListView):
    """Says so where no column is found."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the columns."""
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            room = self.viewport().rect().adjusted(10, 12, -10, -12)
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, "No column found")
