"""A box that edits which column, chosen from a searchable list."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.column_browser import ColumnBrowser
from gdexplorer.ui.column_model import ColumnEntry
from gdexplorer.ui.theme import LIGHT, Theme

_WIDTH = 420
_MOST_ROWS = 9
_ROW_HEIGHT = 44
_OPENING_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Space,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_F4,
)


class ColumnChoice(Choice):
    """One column, shown by its name and unit; a click or a key opens the list, letters search in it at once.

    Attributes:
        popup: The list; None until it was opened once.

    Signals:
        opened (): The list is shown, and summaries are welcome.
    """

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._columns: tuple[ColumnEntry, ...] = ()
        self._summaries: dict[str, ColumnSummary] = {}
        self._theme: Theme = LIGHT
        self.popup: ColumnPopup | None = None

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        if self.popup is not None:
            self.popup.browser.set_theme(theme)

    def set_columns(self, columns: Iterable[ColumnEntry]) -> None:
        """Offer other columns, silently."""
        columns = tuple(columns)
        if columns != self._columns:
            self._columns = columns
            self._summaries = {}
            if self.popup is not None:
                self.popup.hide()
                self.popup.browser.set_columns(columns)

    def set_summaries(self, summaries: Iterable[ColumnSummary]) -> None:
        """Show what is known by now of some columns."""
        summaries = tuple(summaries)
        self._summaries.update((summary.name, summary) for summary in summaries)
        if self.popup is not None:
            self.popup.browser.set_summaries(summaries)

    def set_key(self, key: str) -> None:
        """Show the column ``key`` silently; one that is not on offer leaves the box empty."""
        entry = next((entry for entry in self._columns if entry.name == key), None)
        if entry is not None:
            title = f"{key} [{entry.unit}]" if entry.unit else key
            if (self.itemData(0), self.itemText(0)) != (key, title):
                self.clear()
                self.addItem(title, key)
        super().set_key(key)

    def showPopup(self) -> None:
        """Show the list, at the column that is chosen."""
        if not self._columns:
            return
        if self.popup is None:
            self.popup = ColumnPopup(self.parentWidget() or self)  # a frame in a combo box is not styled
            self.popup.browser.set_theme(self._theme)
            self.popup.browser.set_columns(self._columns)
            self.popup.browser.set_summaries(self._summaries.values())
            self.popup.picked.connect(self._on_popup_picked)
        self.popup.show_below(self, self.key(), len(self._columns))
        self.opened.emit()

    def hidePopup(self) -> None:
        """Hide the list."""
        if self.popup is not None:
            self.popup.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the list."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.showPopup()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list, and search for what is typed."""
        text = event.text()
        is_typed = bool(text.strip()) and text.isprintable()
        if not is_typed and event.key() not in _OPENING_KEYS:
            super().keyPressEvent(event)
            return
        self.showPopup()
        if is_typed and self.popup is not None:
            self.popup.browser.search_line.setText(text)

    @Slot(str)
    def _on_popup_picked(self, name: str) -> None:
        if name != self.key():
            self.set_key(name)
            self.chosen.emit(name)


class ColumnPopup(QFrame):
    """The list of a :class:`ColumnChoice`.

    Attributes:
        browser: The columns.

    Signals:
        picked (str): The user took a column, by its name.
    """

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("columnPopup")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)  # else the click that closes it opens it again
        self.browser = ColumnBrowser()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.browser)
        self.browser.searchEdited.connect(self.browser.show_found)
        self.browser.chosen.connect(self._on_browser_chosen)
        self.browser.list.clicked.connect(self._on_browser_chosen)

    def show_below(self, owner: QWidget, name: str, columns: int) -> None:
        """Show the list below ``owner``, or above where the screen ends, with ``name`` selected."""
        self.browser.search_line.clear()
        screen = owner.screen().availableGeometry()
        shell = self.sizeHint().height() - self.browser.list.sizeHint().height()
        height = min(shell + _ROW_HEIGHT * min(columns, _MOST_ROWS) + 4, screen.height() - 8)
        place = QRect(owner.mapToGlobal(QPoint(0, owner.height() + 3)), self.size())
        place.setSize(self.minimumSizeHint().expandedTo(place.size()))
        place.setWidth(max(_WIDTH, owner.width()))
        place.setHeight(height)
        if place.bottom() > screen.bottom():
            place.moveBottom(owner.mapToGlobal(QPoint(0, 0)).y() - 4)
        place.moveTop(max(place.top(), screen.top() + 4))
        place.moveRight(min(place.right(), screen.right() - 4))
        self.setGeometry(place)
        self.show()
        self.browser.select(name)
        self.browser.search_line.setFocus()

    @Slot()
    def _on_browser_chosen(self) -> None:
        names = self.browser.selected()
        if names:
            self.hide()
            self.picked.emit(names[0])
