"""One sentence that the user should see, until it is dismissed."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget


class Banner(QFrame):
    """A strip across the window; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        dismiss = QToolButton()
        dismiss.setText("Dismiss")
        dismiss.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self._sentence, 1)
        row.addWidget(dismiss)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says; empty while hidden."""
        return "" if self.isHidden() else self._sentence.text()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Show ``sentence``, about something that went wrong, instead of what was there."""
        self._show(sentence, is_note=False)

    @Slot(str)
    def inform(self, sentence: str) -> None:
        """Show ``sentence``, about something worth knowing, instead of what was there."""
        self._show(sentence, is_note=True)

    @Slot()
    def dismiss(self) -> None:
        """Hide."""
        self.hide()

    def _show(self, sentence: str, *, is_note: bool) -> None:
        self._sentence.setText(sentence)
        self.setProperty("note", is_note)
        self.style().unpolish(self)  # a style sheet looks at properties only when it polishes
        self.style().polish(self)
        self.show()
