"""One step of training in full, as a table and a sentence."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gdexplorer.ui.theme import LIGHT, Theme


class StepView(QWidget):
    """One step of training in full, as a table and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
