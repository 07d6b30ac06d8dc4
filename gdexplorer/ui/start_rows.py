"""Rows that say where training starts."""

from __future__ import annotations

import re

from PySide6.QtCore import QRandomGenerator, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.numerals import exact, parse_number

_RANDOM, _TYPED = "random", "typed"
_LARGEST_SEED = 2**32 - 1
#: New seeds have at most four digits, so that they can be read out to a class.
_NEW_SEEDS = 10_000

Start = tuple[float, ...]


def parse_numbers(text: str, count: int) -> Start:
    """Read ``count`` numbers between spaces, semicolons or commas.

    Where numbers are parted by spaces or semicolons, a comma inside one is a decimal comma.

    Raises:
        InputError: One is not a number, or there are more or fewer.
    """
    pieces = [piece.strip(",") for piece in re.split(r"[;\s]+", text.strip()) if piece.strip(",")]
    if len(pieces) == 1 and count > 1:
        pieces = [piece for piece in pieces[0].split(",") if piece]
    if len(pieces) != count:
        have = "1 number" if len(pieces) == 1 else f"{len(pieces)} numbers"
        need = "1 weight" if count == 1 else f"{count} weights"
        raise InputError(f"The start has {have} for {need}; give one for each.")
    return tuple(parse_number(piece) for piece in pieces)


class NumbersField(QLineEdit):
    """A line of numbers, committed like a :class:`~gdexplorer.ui.number_field.NumberField`.

    Signals:
        numbersEdited (object): A tuple of floats that the user typed.
        problemFound (str): The sentence about what was typed; empty once it is put right.
    """

    numbersEdited = Signal(object)
    problemFound = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: Start = ()
        self._problem = ""
        self.setMinimumWidth(48)

    def numbers(self) -> Start:
        """Return the last good numbers."""
        return self._numbers

    def set_numbers(self, numbers: Start) -> None:
        """Show ``numbers`` silently."""
        if numbers == self._numbers and self.text() and (self.hasFocus() or not self.isModified()):
            return
        self._numbers = numbers
        self._revert()

    def _commit(self) -> bool:
        if not self.isModified():
            return True
        try:
            numbers = parse_numbers(self.text(), len(self._numbers))
        except InputError as error:
            self._set_problem(str(error))
            return False
        self.setModified(False)
        self._set_problem("")
        if numbers != self._numbers:
            self._numbers = numbers
            self.numbersEdited.emit(numbers)
        return True

    def _revert(self) -> None:
        self.setText("  ".join(exact(number) for number in self._numbers))
        self.setCursorPosition(0)
        self._set_problem("")

    def _set_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            self.setToolTip(sentence)
            self.setProperty("problem", bool(sentence))
            self.style().unpolish(self)
            self.style().polish(self)
            self.problemFound.emit(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit or revert; all else is typing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._commit():
                self.clearFocus()
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._revert()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit what can be used; else bring the last good numbers back and leave the sentence standing."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason or self._commit():
            return
        sentence = self._problem
        self._revert()
        self.problemFound.emit(sentence)


class StartRows(QWidget):
    """Small random start weights from a seed, or typed ones.

    Attributes:
        kind: Random or typed.
        seed: Seed of the random start.
        new_seed: Draws another seed.
        typed: The typed numbers.

    Signals:
        startEdited (object): Typed start weights, or None for random ones.
        seedEdited (int): The user wants another seed.
        problemFound (str): The sentence about what was typed; empty once it is put right.
    """

    startEdited = Signal(object)
    seedEdited = Signal(int)
    problemFound = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 1
        self.kind = Choice(
            (
                (_RANDOM, "Small random", "Random weights close to 0, the same ones for the same seed."),
                (_TYPED, "Typed", "Weights of your own choice, in scaled units."),
            )
        )
        self.seed = NumberField(0, _LARGEST_SEED, whole=True, name="The seed")
        self.seed.set_tip("The same seed gives the same random start and the same batches")
        self.new_seed = QPushButton("New")
        self.new_seed.setProperty("small", True)
        self.new_seed.setAccessibleName("New seed")
        self.new_seed.setToolTip("Draw another seed")
        self.typed = NumbersField()
        self._seed_row = LabelledRow("Seed", self.seed, self.new_seed)
        self._typed_row = LabelledRow("Weights from", self.typed, tip="One number for each weight, scaled units")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(LabelledRow("Start", self.kind))
        rows.addWidget(self._seed_row)
        rows.addWidget(self._typed_row)
        self.kind.chosen.connect(self._on_kind_chosen)
        self.seed.valueEdited.connect(self._on_seed_edited)
        self.seed.problemFound.connect(self.problemFound)
        self.new_seed.clicked.connect(self._on_new_seed_clicked)
        self.typed.numbersEdited.connect(self.startEdited)
        self.typed.problemFound.connect(self.problemFound)

    def show_start(self, start: Start | None, seed: int, weight_count: int, *, seed_matters: bool) -> None:
        """Show a start of ``weight_count`` weights, silently; the seed only where something depends on it."""
        self._seed_row.setVisible(seed_matters)
        self._count = weight_count
        self.kind.set_key(_RANDOM if start is None else _TYPED)
        self._typed_row.setVisible(start is not None)
        if start is not None:
            self.typed.set_numbers(start)
        self.seed.set_value(seed)

    @Slot(str)
    def _on_kind_chosen(self, key: str) -> None:
        self.startEdited.emit((0.0,) * self._count if key == _TYPED else None)

    @Slot(float)
    def _on_seed_edited(self, value: float) -> None:
        self.seedEdited.emit(int(value))

    @Slot()
    def _on_new_seed_clicked(self) -> None:
        held = int(self.seed.value())
        drawn = QRandomGenerator.global_().bounded(_NEW_SEEDS - 1)
        self.seedEdited.emit(drawn + 1 if held <= drawn else drawn)
