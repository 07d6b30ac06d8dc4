"""The table that edits by hand make of the one that was read; the file is never touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.row_edits import RowEdits


def apply_edits(dataset: Dataset, edits: RowEdits) -> Dataset:
    """Return ``dataset``, as it was read, with ``edits`` on it.

    Rows that only moved leave all other columns shared with ``dataset``; added and deleted ones change the length of
    every column, so all are copied. An added row has no number in columns that it was not given one for.

    Raises:
        InputError: No row is left, or an edit is of a column that is not there.
    """
    source = dataset.as_read
    if not edits.edits:
        return source
    edits = edits.over(source.row_count)
    if edits.kept_rows == 0 and not edits.added:
        raise InputError(f"No row of {dataset.title} would be left; keep at least one.")
    columns = source.columns
    if len(edits.deleted) or edits.added:
        columns = tuple(_resized(column, edits) for column in columns)
    held = {column.name: column for column in columns}
    for name, (rows, cells) in _cells(edits).items():
        source.column(name)  # which says what is wrong where there is none
        values = np.array(held[name].values)
        values[edits.places_of(rows)] = cells
        held[name] = replace(held[name], values=values)
    return replace(source, columns=tuple(held.values()), edits=edits, original=source)


def _cells(edits: RowEdits) -> dict[str, tuple[list[int], list[float]]]:
    """Return the rows that were given values, and these, by column."""
    cells: dict[str, tuple[list[int], list[float]]] = {}
    for edit in edits.edits:
        for name, value in edit.values or ():
            rows, values = cells.setdefault(name, ([], []))
            rows.append(edit.row)
            values.append(value)
    return cells


def _resized(column: Column, edits: RowEdits) -> Column:
    """Return the column without the deleted rows, and with empty cells for the added ones."""
    values = np.empty(edits.kept_rows + len(edits.added))
    values[: edits.kept_rows] = np.delete(column.values, edits.deleted) if len(edits.deleted) else column.values
    values[edits.kept_rows :] = np.nan
    return replace(column, values=values)
