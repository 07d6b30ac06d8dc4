"""Which data sets the window offers: the bundled ones and the files opened before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gdexplorer.app import pasted
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
        entries += _titled(recent)
        self._panel.set_sources(entries, source)
        self._menu.clear()
        for path in recent:
            self._menu.addAction(path).setProperty(_SOURCE, path)
        self._menu.setEnabled(bool(recent))

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        self.chosen.emit(str(action.property(_SOURCE)))


def _titled(recent: Sequence[str]) -> list[tuple[str, str]]:
    """Return each path with what it is called; pasted tables are told apart by number, the first pasted one is 1."""
    pastes = [path for path in reversed(recent) if pasted.is_pasted(Path(path))]
    numbers = {path: f" {number}" if len(pastes) > 1 else "" for number, path in enumerate(pastes, 1)}
    return [(path, f"{pasted.TITLE}{numbers[path]}" if path in numbers else Path(path).name) for path in recent]
