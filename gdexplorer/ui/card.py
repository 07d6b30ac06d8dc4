"""The card: a titled frame that every panel and plot stands in."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

_MARGIN = 12
_GAP = 8
_LEAST_SHOWN = 4  # fewer letters than these tell nothing
_NUMBER = re.compile(r"[−-]?\d[\d.,×⁻⁰¹²³⁴-⁹]*(\u00a0\S*)?")  # with a k or an M behind it


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
        text = elided(self.text(), self.fontMetrics(), self.width())
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


def elided(text: str, metrics: QFontMetrics, width: int) -> str:
    """Return as much of ``text`` as fits into ``width`` pixels; a number is shown whole or not at all."""
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    if shown in (text, ""):
        return shown
    kept = shown.removesuffix("…")
    rest = text[len(kept) :]
    before, space, word = kept.rpartition(" ")
    if space and word and rest[:1] != " " and _NUMBER.fullmatch(word):
        kept = before
    kept = kept.rstrip(" ·=,")
    return f"{kept}…" if len(kept) >= _LEAST_SHOWN else "…"
