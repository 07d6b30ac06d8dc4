"""A small button for what belongs to one card."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton

_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Chip(QToolButton):
    """An outline; one that is a switch is filled while on. Space and Enter press it while it has the focus."""

    def __init__(self, text: str, tip: str, *, is_switch: bool = True) -> None:
        super().__init__()
        self.setProperty("quiet", True)
        self.setCheckable(is_switch)
        self.setText(text)
        self.setToolTip(tip)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that press it before a shortcut of the window takes them."""
        if isinstance(event, QKeyEvent) and event.key() in _KEYS:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.click()
                return True
        return super().event(event)
