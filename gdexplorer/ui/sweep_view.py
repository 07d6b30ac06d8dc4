"""How fast training is at each learning rate."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gdexplorer.ui.theme import LIGHT, Theme


class SweepView(QWidget):
    """How fast training is at each learning rate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
