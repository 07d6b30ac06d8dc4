"""A line whose text counts only once it is committed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gdexplorer.core.errors import InputError


class CommittedLine(QLineEdit):
    """Base of fields that take over what is typed on Enter and when they are left.

    Enter also gives the focus back to the window. What cannot be used is marked and said; Escape or leaving the
    field brings back the last text that could.

    Signals:
        problemFound (str): The sentence about what was typed; empty once it is put right.
    """

    problemFound = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem = ""
        self._tip = ""
        self.setMinimumWidth(48)

    @property
    def problem(self) -> str:
        """The sentence about what is typed now; empty if it can be used."""
        return self._problem

    def set_tip(self, tip: str) -> None:
        """Say ``tip`` whenever there is no problem to say."""
        self._tip = tip
        if not self._problem:
            self.setToolTip(tip)

    def _accept_text(self, text: str) -> None:
        """Take over what ``text`` says and show it.

        Raises:
            InputError: It cannot be used.
        """
        raise NotImplementedError

    def _held_text(self) -> str:
        """Return the text of what is held."""
        raise NotImplementedError

    def _is_left_alone(self) -> bool:
        """Whether the text is what is held, or the user is still typing: nothing to write again."""
        return bool(self.text()) and (self.hasFocus() or not (self._problem or self.isModified()))

    def _commit(self) -> bool:
        """Take over what is typed; return whether it could be used."""
        if not self.isModified() and not self._problem:
            return True
        try:
            self._accept_text(self.text())
        except InputError as error:
            self._set_problem(str(error))
            return False
        return True

    def _show(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)
        self._set_problem("")

    def _set_problem(self, sentence: str) -> None:
        if sentence == self._problem:
            return
        self._problem = sentence
        self.setToolTip(sentence or self._tip)
        self.setProperty("problem", bool(sentence))
        self.style().unpolish(self)
        self.style().polish(self)
        self.problemFound.emit(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit or revert; all else is typing."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._commit():
                self.clearFocus()
        elif key == Qt.Key.Key_Escape and (self.isModified() or self._problem):
            self._show(self._held_text())
            self.selectAll()
        elif key == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit what can be used; else bring back what is held and leave the sentence standing."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason or self._commit():
            return
        sentence = self._problem
        self._show(self._held_text())
        self.problemFound.emit(sentence)
