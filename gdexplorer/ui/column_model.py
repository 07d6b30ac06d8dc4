"""Columns as a list that can be searched and ordered."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.core.numerals import compact

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class ColumnOrder(StrEnum):
    """How the columns follow one another."""

    FILE = "file"
    STRENGTH = "strength"


@dataclass(frozen=True)
class ColumnEntry:
    """One column of the list.

    Attributes:
        name: Of the column.
        unit: Of its numbers, or "".
        note: Quiet words in place of what a summary says; "" where there are none.
    """

    name: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Badge:
    """A short mark behind a name, in a colour of its own."""

    text: str
    colour: str


class ColumnModel(QAbstractListModel):
    """Columns of which the searched ones are shown, each with what is known of it so far.

    A search keeps the columns that have all of its words in their names or units, whatever the capitals and
    accents; those that begin with it come first.
    """

    ENTRY_ROLE = Qt.ItemDataRole.UserRole
    SUMMARY_ROLE = Qt.ItemDataRole.UserRole + 1
    BADGE_ROLE = Qt.ItemDataRole.UserRole + 2

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[ColumnEntry, ...] = ()
        self._keys: list[str] = []
        self._summaries: dict[str, ColumnSummary] = {}
        self._badges: dict[str, Badge] = {}
        self._search = ""
        self._order = ColumnOrder.FILE
        self._shown: list[int] = []

    def set_columns(self, entries: Iterable[ColumnEntry]) -> None:
        """Hold other columns, of which nothing is known yet."""
        self.beginResetModel()
        self._entries = tuple(entries)
        self._keys = [_folded(f"{entry.name} {entry.unit}") for entry in self._entries]
        self._summaries = {}
        self._shown = self._arranged()
        self.endResetModel()

    def set_summaries(self, summaries: Iterable[ColumnSummary]) -> None:
        """Take up what is known by now of some columns."""
        self._summaries.update((summary.name, summary) for summary in summaries)
        if self._order is ColumnOrder.STRENGTH:
            self._rearrange()
        self._all_changed()

    def set_badges(self, badges: Mapping[str, Badge]) -> None:
        """Mark columns by their names."""
        self._badges = dict(badges)
        self._all_changed()

    def search(self, text: str) -> None:
        """Show the columns that ``text`` finds."""
        folded = _folded(text).strip()
        if folded != self._search:
            self._search = folded
            self._rearrange()

    def set_order(self, order: ColumnOrder) -> None:
        """Show the columns in another order."""
        self._order = order
        self._rearrange()

    def names(self) -> tuple[str, ...]:
        """Return the names shown, in their order."""
        return tuple(self._entries[position].name for position in self._shown)

    def index_of(self, name: str) -> QModelIndex:
        """Return where ``name`` is shown; invalid where it is not."""
        row = next((row for row, position in enumerate(self._shown) if self._entries[position].name == name), -1)
        return self.index(row, 0)

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        """Return how many columns are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is known of a column."""
        if not index.isValid():
            return None
        entry = self._entries[self._shown[index.row()]]
        summary = self._summaries.get(entry.name)
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == self.ENTRY_ROLE:
            return entry
        if role == self.SUMMARY_ROLE:
            return summary
        if role == self.BADGE_ROLE:
            return self._badges.get(entry.name)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._told(entry, summary, role == Qt.ItemDataRole.ToolTipRole)
        return None

    def _told(self, entry: ColumnEntry, summary: ColumnSummary | None, is_tip: bool) -> str:
        badge = self._badges.get(entry.name)
        name = f"{entry.name} in {entry.unit}" if entry.unit else entry.name
        parts = [name, badge.text if badge and not is_tip else "", entry.note or facts(summary)]
        if summary is not None and not math.isnan(summary.r_squared):
            share = f"{summary.r_squared * 100:.0f} %"
            parts.append(f"alone it explains {share} of the target’s variance" if is_tip else strength(summary))
        return ("\n" if is_tip else ", ").join(filter(None, parts))

    def _all_changed(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))

    def _rearrange(self) -> None:
        """Show other columns, or the same in another order; what is selected stays so where it is still shown."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        positions = [self._shown[index.row()] for index in held]
        self._shown = self._arranged()
        rows = {position: row for row, position in enumerate(self._shown)}
        self.changePersistentIndexList(held, [self.index(rows.get(position, -1), 0) for position in positions])
        self.layoutChanged.emit()

    def _arranged(self) -> list[int]:
        positions = range(len(self._entries))
        words = self._search.split()
        found = [at for at in positions if all(word in self._keys[at] for word in words)] if words else list(positions)
        if self._order is ColumnOrder.STRENGTH:
            found.sort(key=self._weakness)
        if words:
            found.sort(key=self._farness)
        return found

    def _weakness(self, position: int) -> float:
        summary = self._summaries.get(self._entries[position].name)
        return 2.0 if summary is None or math.isnan(summary.r_squared) else 1.0 - summary.r_squared

    def _farness(self, position: int) -> int:
        key = self._keys[position]
        name = _folded(self._entries[position].name)
        return 0 if name == self._search else 1 if key.startswith(self._search) else 2


def facts(summary: ColumnSummary | None) -> str:
    """Return the range of a column in quiet words, with whatever else is worth to know at once."""
    if summary is None:
        return ""
    missing = f"{summary.missing:,} missing" if summary.missing else ""
    if math.isnan(summary.low):
        return "no numbers"
    if summary.low == summary.high:
        span = f"always {compact(summary.low)}"
    else:
        span = f"{compact(summary.low)} to {compact(summary.high)}"
    return " · ".join(filter(None, ("" if summary.is_quantity else "code", span, missing)))


def strength(summary: ColumnSummary) -> str:
    """Return how well a column predicts the target alone: ``r² 0.68``; empty where that means nothing."""
    return "" if math.isnan(summary.r_squared) else f"r² {summary.r_squared:.2f}"


def _folded(text: str) -> str:
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return bare.casefold().replace("_", " ")
