"""The panel that says which data are predicted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.numerals import counted
from gdexplorer.core.settings import Settings
from gdexplorer.ui.card import Card
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.column_choice import ColumnChoice
from gdexplorer.ui.column_model import ColumnEntry
from gdexplorer.ui.icons import IconSet
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.theme import Theme


class DataPanel(Card):
    """Source and target.

    Attributes:
        source: Which data set.
        open: Opens a file.
        report: Shows how the data were read.
        cancel: Gives up what is being read; there only meanwhile.
        target: Which column is predicted.

    Signals:
        sourceChosen (str): The user picked another source, by its key.
        openRequested (): The user wants to open a file.
        reportRequested (): The user wants to see how the data were read.
        cancelRequested (): The user does not want to wait for what is being read.
        targetEdited (str): The user picked another column to predict.
        summariesWanted (): Columns are shown that summaries would tell more about.
    """

    sourceChosen = Signal(str)
    openRequested = Signal()
    reportRequested = Signal()
    cancelRequested = Signal()
    targetEdited = Signal(str)
    summariesWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent)
        self._count_text = ""
        self._dataset: Dataset | None = None
        self.source = Choice()
        self.open = Chip("Open…", "Open a table of your own (Ctrl+O)", is_switch=False)
        self.target = ColumnChoice()
        self.body.addWidget(LabelledRow("Source", self.source))
        self.body.addWidget(LabelledRow("Predict", self.target, tip="The column that the perceptron learns"))
        self.report = Chip("", "How it was read: what was found in the file and made of it", is_switch=False)
        for name, is_on in (("quiet", False), ("flat", True), ("small", True)):
            self.report.setProperty(name, is_on)
        self.report.setIconSize(QSize(15, 15))
        self.cancel = Chip("Cancel", "Keep the data in use and read no further", is_switch=False)
        self.cancel.hide()
        for button in (self.report, self.cancel, self.open):
            self.header_layout.addWidget(button)
        self.open.setAccessibleName("Open file")
        self.report.setAccessibleName("How it was read")
        self.source.chosen.connect(self.sourceChosen)
        self.target.chosen.connect(self.targetEdited)
        self.target.opened.connect(self.summariesWanted)
        self.open.clicked.connect(self._on_open_clicked)
        self.report.clicked.connect(self.reportRequested)
        self.cancel.clicked.connect(self.cancelRequested)

    def set_sources(self, entries: Sequence[tuple[str, str]], current: str) -> None:
        """Offer sources by (key, title) and show ``current``, silently."""
        self.source.set_entries((key, title, key if key != title else "") for key, title in entries)
        self.source.set_key(current)

    def set_dataset(self, dataset: Dataset, settings: Settings) -> None:
        """Show what ``settings`` predict in ``dataset``, silently."""
        self._count_text = counted(dataset.all_row_count, dataset.row_noun)
        edits = len(dataset.edits)
        if edits:
            self._count_text += f", {edits:,} edited"
        self.set_note(self._count_text)
        if dataset is not self._dataset:
            self._dataset = dataset
            self.target.set_columns(ColumnEntry(column.name, column.unit) for column in dataset.columns)
        self.target.set_key(settings.target)
        self.source.set_key(settings.source)

    def set_summaries(self, summaries: Iterable[ColumnSummary]) -> None:
        """Show what is known by now of some columns."""
        self.target.set_summaries(summaries)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self.target.set_theme(theme)

    def set_icons(self, icons: IconSet, theme: Theme) -> None:
        """Draw the button that has no word, in the colours of ``theme``."""
        self.report.setIcon(icons.icon("info", theme, "quiet"))

    def set_busy(self, text: str | None) -> None:
        """Say ``text`` while a source is being read; None when that is over."""
        self.set_note(self._count_text if text is None else text)
        self.report.setVisible(text is None)
        self.cancel.setVisible(text is not None)

    @Slot()
    def _on_open_clicked(self) -> None:
        self.openRequested.emit()
