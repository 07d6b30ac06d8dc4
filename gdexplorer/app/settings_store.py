"""The settings in force, with undo."""

from __future__ import annotations

import time
from dataclasses import fields

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from gdexplorer.core.settings import Settings

#: Edits of the same fields that follow one another faster than this are one gesture: a drag, a held key.
_GESTURE_S = 0.5

_WORDS = {
    "source": "data set",
    "reading": "how the file is read",
    "stamp": "reload of the file",
    "edits": "edit of rows",
    "hold_out": "hold-out",
    "target": "target",
    "terms": "terms",
    "weight_count": "weight count",
    "loss_parameters": "loss parameter",
    "optimizer_parameters": "optimizer parameter",
    "learning_rate": "learning rate",
    "schedule_parameters": "schedule parameter",
    "batch_size": "batch size",
    "steps_per_second": "speed",
}


#: What an edit that changes one of these is called after, whatever else it changes.
_LEADING = ("source", "reading", "stamp", "scaling", "optimizer", "schedule", "batch_size")


def changed_fields(old: Settings, new: Settings) -> dict[str, object]:
    """Return the fields in which ``new`` differs from ``old``, with their new values."""
    return {f.name: getattr(new, f.name) for f in fields(Settings) if getattr(old, f.name) != getattr(new, f.name)}


class SettingsStore(QObject):
    """Holds the one value that all panels show. Every change is one step to undo.

    Signals:
        changed(Settings, Settings): From the old settings to the new ones, by an edit, undo or redo.
    """

    changed = Signal(object, object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.undo_stack = QUndoStack(self)

    @property
    def settings(self) -> Settings:
        """In force now."""
        return self._settings

    def apply(self, new: Settings, gesture: int | None = None) -> None:
        """Put ``new`` in force; edits of the same fields in one gesture become one step to undo.

        Args:
            new: What to put in force.
            gesture: Number of the gesture that it is part of, however long that takes; None where only the time
                between edits tells.
        """
        if new != self._settings:
            self.undo_stack.push(_Edit(self, self._settings, new, gesture))

    def replace_all(self, new: Settings) -> None:
        """Put ``new`` in force with nothing to go back to: the first settings of all."""
        self.undo_stack.clear()
        self.put(new)

    def put(self, new: Settings) -> None:
        """Put ``new`` in force without recording it; for the undo commands."""
        old, self._settings = self._settings, new
        self.changed.emit(old, new)


class _Edit(QUndoCommand):
    _ID = 1

    def __init__(self, store: SettingsStore, old: Settings, new: Settings, gesture: int | None = None) -> None:
        self._names = frozenset(changed_fields(old, new))
        first = next((name for name in _LEADING if name in self._names), sorted(self._names)[0])
        super().__init__(_WORDS.get(first, first.replace("_", " ")))
        self._store, self._old, self._new = store, old, new
        self._gesture = gesture
        self._made_s = time.monotonic()

    def redo(self) -> None:
        self._store.put(self._new)

    def undo(self) -> None:
        self._store.put(self._old)

    def id(self) -> int:
        return self._ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Edit) or other._names != self._names or "source" in self._names:
            return False
        if other._gesture != self._gesture:
            return False
        if self._gesture is None and other._made_s - self._made_s > _GESTURE_S:
            return False
        self._new, self._made_s = other._new, other._made_s
        self.setObsolete(self._new == self._old)
        return True
