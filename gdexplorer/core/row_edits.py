"""Edits of rows by hand, as one value: which rows of a table were moved, added or deleted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdexplorer.core.errors import InputError

RowArray = NDArray[np.int64]


@dataclass(frozen=True)
class RowEdit:
    """What became of one row.

    Attributes:
        row: Its number: that of the row in the source, from 0; rows that were added have higher ones.
        values: Its new values by column, in ascending order of names; None where the row was deleted.

    Raises:
        InputError: A value is not a finite number.
    """

    row: int
    values: tuple[tuple[str, float], ...] | None

    def __post_init__(self) -> None:
        for name, value in self.values or ():
            if not math.isfinite(value):
                raise InputError(f"A value of {name} must be a finite number, not {value}; choose another place.")


@dataclass(frozen=True)
class RowEdits:
    """All edits of a table, one for each row that they touch, whatever way they came about.

    Row numbers stay what they are, whatever is deleted before them. *Places* are where rows stand in the edited
    table: those of the source that are left, then the added ones.

    Attributes:
        edits: In ascending order of their rows.
        source_rows: How many rows the source has; not compared, since equal edits are of the same source.
    """

    edits: tuple[RowEdit, ...] = ()
    source_rows: int = field(default=0, compare=False)

    def __len__(self) -> int:
        """How many rows differ from the source, added and deleted ones among them."""
        return len(self.edits)

    def over(self, source_rows: int) -> RowEdits:
        """Return these edits for a source of so many rows."""
        return self if self.source_rows == source_rows else RowEdits(self.edits, source_rows)

    def with_values(self, row: int, values: Mapping[str, float]) -> RowEdits:
        """Return edits in which the row also has these values; the row may be a new one, see :attr:`next_row`."""
        before = next((edit.values for edit in self.edits if edit.row == row), None) or ()
        return self._with((RowEdit(row, tuple(sorted((dict(before) | dict(values)).items()))),))

    def with_added(self, rows: Iterable[Mapping[str, float]]) -> RowEdits:
        """Return edits in which ``rows``, of these values, follow on all others."""
        first = self.next_row
        return self._with(
            tuple(RowEdit(first + count, tuple(sorted(values.items()))) for count, values in enumerate(rows))
        )

    def without(self, row: int) -> RowEdits:
        """Return edits in which the row is deleted; of an added one nothing is left."""
        if row >= self.source_rows:
            return RowEdits(tuple(edit for edit in self.edits if edit.row != row), self.source_rows)
        return self._with((RowEdit(row, None),))

    @property
    def next_row(self) -> int:
        """The number of the next row to be added."""
        return max(self.source_rows, self.edits[-1].row + 1 if self.edits else 0)

    @cached_property
    def moved(self) -> tuple[RowEdit, ...]:
        """Edits of rows of the source that have other values."""
        return tuple(edit for edit in self.edits if edit.row < self.source_rows and edit.values is not None)

    @cached_property
    def added(self) -> tuple[RowEdit, ...]:
        """Edits that add a row."""
        return tuple(edit for edit in self.edits if edit.row >= self.source_rows)

    @cached_property
    def deleted(self) -> RowArray:
        """Rows of the source that are gone, ascending."""
        return np.array([edit.row for edit in self.edits if edit.values is None], dtype=np.int64)

    @cached_property
    def rows_with_values(self) -> RowArray:
        """Rows that were moved or added, ascending."""
        return np.array([edit.row for edit in self.edits if edit.values is not None], dtype=np.int64)

    @property
    def kept_rows(self) -> int:
        """How many rows of the source are left."""
        return self.source_rows - len(self.deleted)

    def rows_at(self, places: ArrayLike) -> RowArray:
        """Return the numbers of the rows at ``places``; shape (n,) to (n,)."""
        found = np.array(places, dtype=np.int64)
        if not self.edits:
            return found
        is_added = found >= self.kept_rows
        added = np.array([edit.row for edit in self.added], dtype=np.int64)
        numbers = found + np.searchsorted(self.deleted - np.arange(len(self.deleted)), found, side="right")
        numbers[is_added] = added[found[is_added] - self.kept_rows]
        return numbers

    def places_of(self, rows: ArrayLike) -> RowArray:
        """Return where rows stand, by their numbers; −1 for those that are gone. Shape (n,) to (n,)."""
        numbers = np.array(rows, dtype=np.int64)
        if not self.edits:
            return numbers
        places = numbers - np.searchsorted(self.deleted, numbers)
        places[np.isin(numbers, self.deleted)] = -1
        is_added = numbers >= self.source_rows
        if is_added.any():
            order = {edit.row: self.kept_rows + count for count, edit in enumerate(self.added)}
            places[is_added] = [order.get(int(number), -1) for number in numbers[is_added]]
        return places

    def _with(self, new: tuple[RowEdit, ...]) -> RowEdits:
        """Return edits that hold ``new`` instead of those of the same rows."""
        kept = {edit.row: edit for edit in self.edits} | {edit.row: edit for edit in new}
        return RowEdits(tuple(kept[row] for row in sorted(kept)), self.source_rows)


#: The table is as its source has it.
NO_EDITS = RowEdits()
