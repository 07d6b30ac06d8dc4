"""Fields whose value may be left to the reader of a table, which None stands for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.committed_line import CommittedLine

_FOUND = "found"
_VALUE = "="  # before a value's key, for "" is a value too


class FoundChoice(Choice):
    """One of some values, or what the reader finds by itself, which stands first.

    Signals:
        valueEdited (object): The user picked another one: its key, or None for what the reader finds.
    """

    valueEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.chosen.connect(self._on_self_chosen)

    def set_value(self, value: str | None, found: str, entries: Iterable[tuple[str, str]]) -> None:
        """Show ``value`` silently, on offer (key, title) and ``found``: what the reader does if nothing is chosen."""
        first = f"{found}, as found" if found and value is None else "As found"
        offered = dict(entries)
        if value is not None:
            offered.setdefault(value, value)
        self.set_entries(
            [(_FOUND, first, "As the reader decides"), *((_VALUE + key, title) for key, title in offered.items())]
        )
        self.set_key(_FOUND if value is None else _VALUE + value)

    def value(self) -> str | None:
        """Return the key of what is shown; None for what the reader finds."""
        return None if self.key() == _FOUND else self.key().removeprefix(_VALUE)

    @Slot(str)
    def _on_self_chosen(self, _key: str) -> None:
        self.valueEdited.emit(self.value())


class LineField(CommittedLine):
    """The number of a line of the file, from 1; empty for what the reader finds.

    Signals:
        lineEdited (object): The user typed another number, or None.
    """

    lineEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: int | None = None

    def line(self) -> int | None:
        """Return the last good number."""
        return self._line

    def set_line(self, line: int | None) -> None:
        """Show ``line`` silently."""
        if line == self._line and self._is_left_alone():
            return
        self._line = line
        self._show(self._held_text())

    def _held_text(self) -> str:
        return "" if self._line is None else str(self._line)

    def _accept_text(self, text: str) -> None:
        tidy = text.strip()
        if tidy and not (tidy.isascii() and tidy.isdecimal() and int(tidy[:18]) > 0 and len(tidy) <= 18):
            raise InputError(f"“{tidy}” is not the number of a line; type one from 1, or nothing for what is found.")
        line = int(tidy) if tidy else None
        is_edit = line != self._line
        self._line = line
        self._show(self._held_text())
        if is_edit:
            self.lineEdited.emit(line)


class WordsField(CommittedLine):
    """Words between commas.

    Signals:
        wordsEdited (object): A tuple of the words that the user typed, each once.
    """

    wordsEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """Return the words."""
        return self._words

    def set_words(self, words: tuple[str, ...]) -> None:
        """Show ``words`` silently."""
        if words == self._words and self._is_left_alone():
            return
        self._words = words
        self._show(self._held_text())

    def _held_text(self) -> str:
        return ", ".join(self._words)

    def _accept_text(self, text: str) -> None:
        words = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
        is_edit = words != self._words
        self._words = words
        self._show(self._held_text())
        if is_edit:
            self.wordsEdited.emit(words)


class UnitField(CommittedLine):
    """A unit, of which nothing is one too; a change of it is a choice, until it is taken back elsewhere.

    Signals:
        unitEdited (object): The text that the user typed.
    """

    unitEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = ""

    def set_unit(self, unit: str) -> None:
        """Show ``unit`` silently."""
        if unit == self._unit and self._is_left_alone():
            return
        self._unit = unit
        self._show(unit)

    def _held_text(self) -> str:
        return self._unit

    def _accept_text(self, text: str) -> None:
        unit = " ".join(text.split())
        is_edit = unit != self._unit
        self._unit = unit
        self._show(unit)
        if is_edit:
            self.unitEdited.emit(unit)
