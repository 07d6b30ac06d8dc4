"""What a reader asks about a file, as a list whose entries lead to where the answer is given."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gdexplorer.ui.card import ElidedLabel
from gdexplorer.ui.import_preview import paint_badge
from gdexplorer.ui.theme import LIGHT, Theme

_MOST_SHOWN = 200
_MOST_LINES = 4  # of which all are seen at once; further ones are scrolled to
_BADGE = 16


class ImportQuestions(QFrame):
    """A strip with one sentence a question; hidden while there are none.

    Attributes:
        list: The questions.

    Signals:
        questionChosen (int): The user went to a question.
    """

    questionChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("questions")
        self._theme = LIGHT
        self._sentences: tuple[str, ...] = ()
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._hint = ElidedLabel()
        self._hint.setText("What the preview shows is taken, unless you change it.")
        self._hint.setProperty("role", "quiet")
        self.list = _List()
        self._title.setBuddy(self.list)
        self.list.setAccessibleName("Questions")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 4, 0)
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addWidget(self._hint, 1)
        column.addLayout(head)
        column.addWidget(self.list)
        self.list.itemClicked.connect(self._on_list_item_taken)
        self.list.itemActivated.connect(self._on_list_item_taken)
        self.hide()

    def set_questions(self, questions: Sequence[str]) -> None:
        """Ask ``questions``, silently."""
        questions = tuple(questions)
        if questions == self._sentences:
            return
        self._sentences = questions
        count = len(questions)
        self._title.setText("One thing to decide" if count == 1 else f"{count:,} things to decide")
        self._fill()
        self.setVisible(bool(questions))

    def questions(self) -> tuple[str, ...]:
        """Return what is asked."""
        return self._sentences

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self._fill()

    def _fill(self) -> None:
        row = self.list.currentRow()
        self.list.clear()
        badge = self._badge()
        for sentence in self._sentences[:_MOST_SHOWN]:
            item = QListWidgetItem(badge, sentence)
            item.setToolTip("Show where this is decided")
            self.list.addItem(item)
        more = len(self._sentences) - _MOST_SHOWN
        if more > 0:
            item = QListWidgetItem(f"… and {more:,} more, which the headings below mark")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        if 0 <= row < self.list.count():
            self.list.setCurrentRow(row)
        self.list.fit()

    def _badge(self) -> QIcon:
        icon = QIcon()
        for scale in (1, 2):
            pixmap = QPixmap(_BADGE * scale, _BADGE * scale)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setFont(self.font())
            paint_badge(painter, QRectF(0, 0, _BADGE * scale, _BADGE * scale), self._theme)
            painter.end()
            icon.addPixmap(pixmap)
            icon.addPixmap(pixmap, QIcon.Mode.Selected)
        return icon

    @Slot(QListWidgetItem)
    def _on_list_item_taken(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        if row < min(len(self._sentences), _MOST_SHOWN):
            self.questionChosen.emit(row)


class _List(QListWidget):
    """As high as its sentences, up to a few of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setIconSize(QSize(_BADGE, _BADGE))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)

    def fit(self) -> None:
        """Take the height that the sentences need at this width."""
        self.doItemsLayout()
        heights = [self.visualItemRect(self.item(row)).height() for row in range(min(self.count(), _MOST_LINES))]
        self.setFixedHeight(sum(heights) + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter for the question, so that it does not press the dialog's button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            item = self.currentItem()
            if item is not None:
                self.itemActivated.emit(item)
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the sentences anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
