"""One sentence that the user should see, until it is dismissed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget


class Banner(QFrame):
    """A strip across the window; hidden while there is nothing to say.

    Attributes:
        action: Does what the sentence offers; hidden where it offers nothing.

    Signals:
        actionRequested (str): The user takes the offer, by the text of its button.
    """

    actionRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self.action = QToolButton()
        self.action.clicked.connect(self._on_action_clicked)
        dismiss = QToolButton()
        dismiss.setText("Dismiss")
        dismiss.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.action)
        row.addWidget(dismiss)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says; empty while hidden."""
        return "" if self.isHidden() else self._sentence.text()

    @property
    def offer(self) -> str:
        """What it offers to do; empty while hidden and where it offers nothing."""
        return "" if self.isHidden() or self.action.isHidden() else self.action.text()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Show ``sentence``, about something that went wrong, instead of what was there."""
        self._show(sentence, is_note=False)

    @Slot(str)
    def inform(self, sentence: str, action: str = "") -> None:
        """Show ``sentence``, about something worth knowing, instead of what was there; offer ``action`` beside it."""
        self._show(sentence, action, is_note=True)

    @Slot()
    def dismiss(self) -> None:
        """Hide."""
        self.hide()

    def _show(self, sentence: str, action: str = "", *, is_note: bool) -> None:
        self._sentence.setText(sentence)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.setProperty("note", is_note)
        self.style().unpolish(self)  # a style sheet looks at properties only when it polishes
        self.style().polish(self)
        self.show()

    @Slot()
    def _on_action_clicked(self) -> None:
        self.hide()
        self.actionRequested.emit(self.action.text())
