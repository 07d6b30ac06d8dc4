"""Whether the file whose table is in use is still as it was read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from gdexplorer.app.file_stamp import stamp_of

#: How long nothing may happen to a file before it counts as written to its end.
_SETTLED_MS = 400
#: A file that never settles is told of after so many looks.
_MOST_LOOKS = 12


class FileWatch(QObject):
    """Watches one file, also where another takes its place by a rename. Main thread only.

    Each new state of the file is told once, when the file has settled.

    Signals:
        changed(): The file is another than the one that was read.
        vanished(): There is no such file any more.
    """

    changed = Signal()
    vanished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._read = ""
        self._told = ""
        self._seen = ""
        self._looks = 0
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._on_watcher_changed)
        self._watcher.directoryChanged.connect(self._on_watcher_changed)
        app = QCoreApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_application_state_changed)

    @property
    def path(self) -> Path | None:
        """The file watched."""
        return self._path

    def watch(self, path: Path | None, stamp: str = "") -> None:
        """Watch the file at ``path``, of which ``stamp`` was read, instead of the one before; None for no file."""
        if path == self._path and (path is None or stamp == self._read):
            return
        watched = self._watcher.files() + self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)
        self._timer.stop()
        self._path, self._read, self._told = path, stamp, stamp
        if path is not None:
            self._add_paths(path)
            self._wait()

    def _add_paths(self, path: Path) -> None:
        wanted = [str(path), str(path.parent)]
        held = set(self._watcher.files() + self._watcher.directories())
        new = [text for text in wanted if text not in held and Path(text).exists()]
        if new:
            self._watcher.addPaths(new)

    def _wait(self) -> None:
        self._looks = 0
        self._seen = stamp_of(self._path) if self._path is not None else ""
        self._timer.start()

    @Slot(str)
    def _on_watcher_changed(self, _path: str) -> None:
        if self._path is not None and not self._timer.isActive():
            self._wait()

    @Slot(Qt.ApplicationState)
    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        """Look when the user comes back: not every folder tells of its changes."""
        if state is Qt.ApplicationState.ApplicationActive and self._path is not None and not self._timer.isActive():
            self._wait()

    @Slot()
    def _look(self) -> None:
        path = self._path
        if path is None:
            return
        stamp, self._looks = stamp_of(path), self._looks + 1
        if stamp != self._seen and self._looks < _MOST_LOOKS:
            self._seen = stamp
            self._timer.start()
            return
        self._add_paths(path)
        if stamp == self._told:
            return
        self._told = stamp
        if stamp:
            self.changed.emit()
        else:
            self.vanished.emit()

    def rest(self) -> None:
        """Watch nothing from now on."""
        self.watch(None)
