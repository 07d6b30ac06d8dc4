"""Rows that say where training starts."""

from __future__ import annotations

from PySide6.QtCore import QRandomGenerator, Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gdexplorer.ui.choice import Choice
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.numbers_field import Numbers, NumbersField

_RANDOM, _TYPED = "random", "typed"
_LARGEST_SEED = 2**32 - 1
#: New seeds have at most four digits, so that they can be read out to a class.
_NEW_SEEDS = 10_000


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

    def show_start(self, start: Numbers | None, seed: int, weight_count: int, *, seed_matters: bool) -> None:
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
