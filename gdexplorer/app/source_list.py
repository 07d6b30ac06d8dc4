"""Which data sets the window offers: the bundled ones and the files opened before."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gdexplorer.app.preferences import Preferences
from gdexplorer.files.catalog import bundled
from gdexplorer.ui.data_panel import DataPanel

_SOURCE = "source"


class SourceList(QObject):
    """Keeps the panel's list and the menu of recent files in step with the preferences.

    Signals:
        chosen (str): The user picked a source from either.
    """

    chosen = Signal(str)

    def __init__(self, preferences: Preferences, panel: DataPanel, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences, self._panel, self._menu = preferences, panel, menu
        panel.sourceChosen.connect(self.chosen)
        menu.triggered.connect(self._on_menu_triggered)

    def show(self, source: str) -> None:
        """Offer what there is, and show that ``source`` is in use."""
        recent = self._preferences.recent_files
        entries = [(entry.nickname, entry.title) for entry in bundled()]
        entries += [(path, Path(path).name) for path in recent]
        self._panel.set_sources(entries, source)
        self._menu.clear()
        for path in recent:
            self._menu.addAction(path).setProperty(_SOURCE, path)
        self._menu.setEnabled(bool(recent))

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        self.chosen.emit(str(action.property(_SOURCE)))
