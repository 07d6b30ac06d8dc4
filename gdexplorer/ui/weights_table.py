"""The weights as exact numbers: as trained, in original units, and at the minimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gdexplorer.ui.theme import Theme


@dataclass(frozen=True)
class WeightRow:
    """One weight, ready to be read.

    Attributes:
        name: ``w₁ size_sqft``.
        scaled: As trained.
        original: In original units, with the unit.
        minimum: In original units at the minimum; empty where not known.
    """

    name: str
    scaled: str
    original: str
    minimum: str


class WeightsTable(QTableWidget):
    """A quiet table with one row a weight; cells can be selected and copied."""

    _HEADINGS = ("weight", "now", "least squares", "as trained")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(self._HEADINGS), parent)
        self.setHorizontalHeaderLabels(self._HEADINGS)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Weights as numbers")
        self.setTabKeyNavigation(False)  # arrows go from cell to cell, Tab on to the next widget
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(26)
        self._theme: Theme | None = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit; see :meth:`_fit_columns`."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Leave out columns that do not fit whole, from the right, and shorten names rather than numbers."""
        header = self.horizontalHeader()
        widths = [
            max(self.sizeHintForColumn(column), header.sectionSizeHint(column)) + 1
            for column in range(self.columnCount())
        ]
        room = self.viewport().width()
        shown = next((count for count in range(len(widths), 2, -1) if sum(widths[:count]) <= room), 2)
        for column in range(len(widths)):
            self.setColumnHidden(column, column >= shown)
        is_tight = sum(widths[:shown]) > room
        mode = QHeaderView.ResizeMode.Stretch if is_tight else QHeaderView.ResizeMode.ResizeToContents
        if header.sectionResizeMode(0) != mode:
            header.setSectionResizeMode(0, mode)
            header.setStretchLastSection(not is_tight)

    def apply_theme(self, theme: Theme) -> None:
        """Colour names by weight."""
        self._theme = theme
        for row in range(self.rowCount()):
            self._ink(row)

    def show_rows(self, rows: Sequence[WeightRow]) -> None:
        """Show ``rows``; only cells whose text changed are touched."""
        if self.rowCount() != len(rows):
            self.setRowCount(len(rows))
            for row in range(len(rows)):
                for column in range(self.columnCount()):
                    item = QTableWidgetItem()
                    self.setItem(row, column, item)
                self._ink(row)
        has_grown = False
        for index, shown in enumerate(rows):
            texts = (shown.name, shown.original, shown.minimum, shown.scaled)
            for column, text in enumerate(texts):
                cell = self.item(index, column)
                if cell is not None and cell.text() != text:
                    has_grown = has_grown or len(text) > len(cell.text())
                    cell.setText(text)
                    cell.setToolTip(text)
        if has_grown:
            self._fit_columns()

    def _ink(self, row: int) -> None:
        if self._theme is None:
            return
        for column in range(self.columnCount()):
            item = self.item(row, column)
            if item is not None:
                colour = {0: self._theme.weight(row), 2: self._theme.quiet, 3: self._theme.quiet}.get(
                    column, self._theme.text
                )
                item.setForeground(QColor(colour))
