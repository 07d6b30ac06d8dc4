"""What survives a restart: layout, theme, drawing and recent files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from gdexplorer.ui.landscape_choice import Drawing

_MOST_RECENT = 8


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

    def layout(self, name: str) -> QByteArray:
        """Return a stored layout, empty if there is none."""
        value = self._settings.value(f"layout/{name}", QByteArray(), type=QByteArray)
        return value if isinstance(value, QByteArray) else QByteArray()

    def store_layout(self, name: str, state: QByteArray) -> None:
        """Remember a layout."""
        self._settings.setValue(f"layout/{name}", state)
