"""The panel that says which data are predicted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from gdexplorer.core.dataset import Dataset
from gdexplorer.core.numerals import counted
from gdexplorer.core.settings import Settings
from gdexplorer.ui.card import Card
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.labelled_row import LabelledRow


class DataPanel(Card):
    """Source and target.

    Attributes:
        source: Which data set.
        open: Opens a file.
        target: Which column is predicted.

    Signals:
        sourceChosen (str): The user picked another source, by its key.
        openRequested (): The user wants to open a file.
        targetEdited (str): The user picked another column to predict.
    """

    sourceChosen = Signal(str)
    openRequested = Signal()
    targetEdited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent)
        self._count_text = ""
        self.source = Choice()
        self.open = QPushButton("Open file…")
        self.open.setToolTip("Open a table of your own (Ctrl+O)")
        self.target = Choice()
        self.body.addWidget(LabelledRow("Source", self.source))
        self.body.addWidget(LabelledRow("Predict", self.target, tip="The column that the perceptron learns"))
        self.body.addWidget(LabelledRow("", self.open))
        self.open.setAccessibleName("Open file")
        self.source.chosen.connect(self.sourceChosen)
        self.target.chosen.connect(self.targetEdited)
        self.open.clicked.connect(self._on_open_clicked)

    def set_sources(self, entries: Sequence[tuple[str, str]], current: str) -> None:
        """Offer sources by (key, title) and show ``current``, silently."""
        self.source.set_entries((key, title, key if key != title else "") for key, title in entries)
        self.source.set_key(current)

    def set_dataset(self, dataset: Dataset, settings: Settings) -> None:
        """Show what ``settings`` predict in ``dataset``, silently."""
        self._count_text = counted(dataset.row_count, dataset.row_noun)
        self.set_note(self._count_text)
        self.target.set_entries((column.name, column.label) for column in dataset.columns)
        self.target.set_key(settings.target)
        self.source.set_key(settings.source)

    def set_busy(self, text: str | None) -> None:
        """Say ``text`` while a source is being read; None when that is over."""
        self.set_note(self._count_text if text is None else text)

    @Slot()
    def _on_open_clicked(self) -> None:
        self.openRequested.emit()
