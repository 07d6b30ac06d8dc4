"""A line that edits a few numbers, one for each weight."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import counted, exact, parse_number
from gdexplorer.ui.committed_line import CommittedLine

Numbers = tuple[float, ...]


def parse_numbers(text: str, count: int) -> Numbers:
    """Read ``count`` numbers between spaces, semicolons or commas.

    Where numbers are parted by spaces or semicolons, a comma inside one is a decimal comma.

    Raises:
        InputError: One is not a number, or there are more or fewer.
    """
    pieces = [piece.strip(",") for piece in re.split(r"[;\s]+", text.strip()) if piece.strip(",")]
    if len(pieces) == 1 and count > 1:
        pieces = [piece for piece in pieces[0].split(",") if piece]
    if len(pieces) != count:
        have, need = counted(len(pieces), "numbers"), counted(count, "weights")
        raise InputError(f"The start has {have} for {need}; give one for each.")
    return tuple(parse_number(piece) for piece in pieces)


class NumbersField(CommittedLine):
    """As many numbers as were set last, kept as typed.

    Signals:
        numbersEdited (object): A tuple of floats that the user typed.
    """

    numbersEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: Numbers = ()

    def numbers(self) -> Numbers:
        """Return the last good numbers."""
        return self._numbers

    def set_numbers(self, numbers: Numbers) -> None:
        """Show ``numbers`` silently."""
        if numbers == self._numbers and self._is_left_alone():
            return
        self._numbers = numbers
        self._show(self._held_text())

    def _held_text(self) -> str:
        return "  ".join(exact(number) for number in self._numbers)

    def _accept_text(self, text: str) -> None:
        numbers = parse_numbers(text, len(self._numbers))
        self._show(text.strip())
        if numbers != self._numbers:
            self._numbers = numbers
            self.numbersEdited.emit(numbers)
