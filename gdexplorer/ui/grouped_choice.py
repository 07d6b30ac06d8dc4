"""A combo box whose list has headings."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QStandardItemModel
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.choice import Choice

_MOST_SHOWN = 26


class GroupedChoice(Choice):
    """One key out of a list in groups; their headings cannot be picked, by the mouse or by keys."""

    def __init__(
        self, groups: Iterable[tuple[str, Iterable[tuple[str, str, str]]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.setMaxVisibleItems(_MOST_SHOWN)
        entries: list[tuple[str, str] | tuple[str, str, str]] = []
        headings = []
        for heading, group in groups:
            headings.append(len(entries))
            entries += [("", heading), *group]
        self.set_entries(entries)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for row in headings:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            model.item(row).setFlags(Qt.ItemFlag.NoItemFlags)
            model.item(row).setFont(font)
