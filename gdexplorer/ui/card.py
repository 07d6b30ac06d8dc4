"""The card: a titled frame that every panel and plot stands in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

_MARGIN = 12
_GAP = 8


class ElidedLabel(QLabel):
    """Plain text that never asks for room; what does not fit ends in … and is told whole by the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        """Show ``text``, as much of it as fits."""
        super().setText(text)
        self._tell_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the whole text by the tool tip where it does not fit any more."""
        super().resizeEvent(event)
        self._tell_whole()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, with … where it ends early."""
        del event
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment(), text)

    def _tell_whole(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.width()
        self.setToolTip("" if fits else self.text())


class Card(QFrame):
    """A frame with a bold title left, a quiet note right and a body below.

    Attributes:
        title: The title's label.
        note: The note's label; empty at first.
        header_layout: Takes small widgets, which stand right of the note.
        body: Takes what the card is about.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAccessibleName(title)
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.note = ElidedLabel()
        self.note.setProperty("role", "quiet")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.header_layout = QHBoxLayout()
        self.header_layout.setSpacing(_GAP)
        self.header_layout.addWidget(self.title)
        self.header_layout.addWidget(self.note, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(_GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN - 2, _MARGIN, _MARGIN)
        layout.setSpacing(_GAP)
        layout.addLayout(self.header_layout)
        layout.addLayout(self.body, 1)

    def set_note(self, text: str) -> None:
        """Show ``text`` quietly, right of the title."""
        if text != self.note.text():
            self.note.setText(text)
