"""The place of a card in the window, from which it can be taken into a window of its own."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gdexplorer.ui.card import Card
from gdexplorer.ui.icons import IconSet
from gdexplorer.ui.paged_card import PagedCard
from gdexplorer.ui.theme import Theme

_LEAST = QSize(480, 360)
_LARGER = 1.25
_EDGE = 12


class Dock(QWidget):
    """Holds a card; while that floats, something to bring it back by.

    Attributes:
        card: The card.
        toggle: The button in its header that lets it float, or brings it back.

    Signals:
        floatingChanged (bool): The card floats, or is back.
    """

    floatingChanged = Signal(bool)

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self._window: _FloatingWindow | None = None
        self.toggle = QToolButton()
        self.toggle.setProperty("flat", True)
        self.toggle.setProperty("small", True)
        self.toggle.setIconSize(QSize(15, 15))
        card.header_layout.addWidget(self.toggle)
        self._place = _Placeholder()
        self._place.back.clicked.connect(self.bring_back)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(card)
        self._layout.addWidget(self._place)
        self.setSizePolicy(card.sizePolicy())
        self.toggle.clicked.connect(self._on_toggle_clicked)
        if isinstance(card, PagedCard):
            card.pageChanged.connect(self._on_card_page_changed)
        self._show_state()

    @property
    def is_floating(self) -> bool:
        """Whether the card is in a window of its own."""
        return self._window is not None

    def set_icons(self, icons: IconSet, theme: Theme) -> None:
        """Draw the button in the colours of ``theme``."""
        self.toggle.setIcon(icons.icon("float", theme, "quiet"))

    @Slot()
    def let_float(self) -> None:
        """Take the card into a window of its own, a little larger, over its place."""
        if self._window is not None:
            return
        corner, size = self.mapToGlobal(QPoint(0, 0)), self.size()
        window = _FloatingWindow(self)
        self._layout.removeWidget(self.card)
        window.hold(self.card)
        window.resize((size * _LARGER).expandedTo(_LEAST))
        window.move(corner + QPoint(_EDGE, _EDGE))
        self._window = window
        self._show_state()
        window.show()
        window.activateWindow()
        self.floatingChanged.emit(True)

    @Slot()
    def bring_back(self) -> None:
        """Put the card where it was; does nothing while it is there."""
        window, self._window = self._window, None
        if window is None:
            return
        self._layout.insertWidget(0, self.card)
        self.card.show()
        window.hide()
        window.deleteLater()
        self._show_state()
        self.floatingChanged.emit(False)

    def _show_state(self) -> None:
        name = self.card.title.text()
        if self._window is not None:
            self._window.setWindowTitle(name)
        self._place.setVisible(self.is_floating)
        self._place.say(f"{name} is in a window of its own.")
        words = "Bring it back into the main window" if self.is_floating else "Show it in a window of its own"
        self.toggle.setToolTip(words)
        self.toggle.setAccessibleName(f"{name}: {words.lower()}")

    @Slot(str)
    def _on_card_page_changed(self, _page: str) -> None:
        self._show_state()

    @Slot()
    def _on_toggle_clicked(self) -> None:
        if self.is_floating:
            self.bring_back()
        else:
            self.let_float()


class _FloatingWindow(QWidget):
    """A window around one card; closing it brings the card back."""

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock, Qt.WindowType.Window)
        self._dock = dock
        self.setObjectName("floating")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)

    def hold(self, card: Card) -> None:
        """Take ``card`` in."""
        self._layout.addWidget(card)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Bring the card back."""
        self._dock.bring_back()
        super().closeEvent(event)


class _Placeholder(QFrame):
    """Says where the card has gone."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._words = QLabel()
        self._words.setProperty("role", "quiet")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.back = QPushButton("Bring it back")
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self._words)
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def say(self, words: str) -> None:
        """Show ``words``."""
        self._words.setText(words)
