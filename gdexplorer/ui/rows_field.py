"""A line that edits which rows are looked at."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.ui.committed_line import CommittedLine

#: More rows than these cannot be compared at a glance.
MOST_ROWS = 12


def parse_rows(text: str) -> tuple[int, ...]:
    """Read row numbers, counted from 1, between commas, semicolons or spaces; each once, in the order typed.

    Raises:
        InputError: One is not a whole number above 0, or they are too many.
    """
    pieces = [piece for piece in re.split(r"[,;\s]+", text.strip()) if piece]
    for piece in pieces:
        if not (piece.isascii() and piece.isdigit() and 0 < int(piece) < 2**62):
            raise InputError(f"“{piece}” is not the number of a row; type numbers from 1 on, such as 1, 17, 512.")
    rows = tuple(dict.fromkeys(map(int, pieces)))
    if len(rows) > MOST_ROWS:
        raise InputError(f"At most {MOST_ROWS} rows can be shown at once, not {len(rows)}; leave some out.")
    return rows


class RowsField(CommittedLine):
    """Numbers of rows, counted from 1; none where it is left empty.

    Signals:
        rowsEdited (object): A tuple of row numbers that the user typed.
    """

    rowsEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[int, ...] = ()

    def rows(self) -> tuple[int, ...]:
        """Return the last good numbers."""
        return self._rows

    def set_rows(self, rows: tuple[int, ...]) -> None:
        """Show ``rows`` silently."""
        if rows == self._rows and self._is_left_alone():
            return
        self._rows = rows
        self._show(self._held_text())

    def _held_text(self) -> str:
        return ", ".join(map(str, self._rows))

    def _accept_text(self, text: str) -> None:
        rows = parse_rows(text)
        self._show(", ".join(map(str, rows)))
        if rows != self._rows:
            self._rows = rows
            self.rowsEdited.emit(rows)
