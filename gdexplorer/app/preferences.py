"""What survives a restart: layout, theme, drawing, recent files and how they are to be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.ui.landscape_choice import Drawing

_MOST_RECENT = 8
_MOST_READINGS = 64


class Preferences:
    """A typed view of the program's QSettings. Main thread only."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings or QSettings("gdexplorer", "gdexplorer")

    @property
    def theme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        value = str(self._settings.value("theme", "system", type=str))
        return value if value in ("light", "dark") else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._settings.setValue("theme", value)

    @property
    def drawing(self) -> Drawing:
        """How planes of the landscape are drawn."""
        value = str(self._settings.value("drawing", Drawing.BOTH.value, type=str))
        return Drawing(value) if value in set(Drawing) else Drawing.BOTH

    @drawing.setter
    def drawing(self, value: Drawing) -> None:
        self._settings.setValue("drawing", value.value)

    @property
    def recent_files(self) -> list[str]:
        """Files opened before, the latest first; those that are gone are left out."""
        stored = self._settings.value("recent_files", [])
        paths = [str(path) for path in stored] if isinstance(stored, list) else [str(stored or "")]
        return [path for path in paths if Path(path).is_file()][:_MOST_RECENT]

    def add_recent_file(self, path: str) -> None:
        """Put ``path`` first."""
        others = [other for other in self.recent_files if other != path]
        self._settings.setValue("recent_files", [path, *others][:_MOST_RECENT])

    def reading(self, path: str) -> ReadingChoices | None:
        """Return what was decided about the file at the absolute ``path``; None where nothing ever was."""
        try:
            plain = dict(self._readings())[path]
            choices = ReadingChoices.from_json(plain)
            hash(choices)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        return choices

    def store_reading(self, path: str, choices: ReadingChoices) -> None:
        """Remember what was decided about the file at the absolute ``path``; of the latest files only."""
        others = [(other, plain) for other, plain in self._readings() if other != path]
        kept = [(path, choices.as_json()), *others][:_MOST_READINGS]
        self._settings.setValue("readings", json.dumps(kept, ensure_ascii=False))

    def forget_reading(self, path: str) -> None:
        """Remember nothing about the file at ``path``."""
        kept = [(other, plain) for other, plain in self._readings() if other != path]
        self._settings.setValue("readings", json.dumps(kept, ensure_ascii=False))

    def _readings(self) -> list[tuple[str, Any]]:
        try:
            stored = json.loads(str(self._settings.value("readings", "[]", type=str)))
            return [(str(path), plain) for path, plain in stored]
        except (TypeError, ValueError):
            return []

    def layout(self, name: str) -> QByteArray:
        """Return a stored layout, empty if there is none."""
        value = self._settings.value(f"layout/{name}", QByteArray(), type=QByteArray)
        return value if isinstance(value, QByteArray) else QByteArray()

    def store_layout(self, name: str, state: QByteArray) -> None:
        """Remember a layout."""
        self._settings.setValue(f"layout/{name}", state)
