"""What each column is like at a glance: its range, its shape, and how well it predicts the target alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import Column, Dataset, FloatArray

#: Shapes and strengths come from so many rows at most, picked at random but always the same.
MOST_ROWS = 100_000
#: Bars of a histogram at most.
MOST_BARS = 24
_VALUES_AT_ONCE = 2_000_000
_FEWEST_ROWS = 3  # two points always lie on a line
_ROUNDING = 64 * float(np.finfo(np.float64).eps)

#: Which rows are looked at: all of them, or their positions in ascending order.
RowChoice = slice | NDArray[np.int64]


@dataclass(frozen=True)
class ColumnSummary:
    """One column at a glance.

    Attributes:
        name: Of the column.
        unit: Of its numbers, or "".
        is_quantity: False for codes.
        low: Smallest number of all rows; NaN where there is none.
        high: Largest number.
        missing: Rows without a number.
        histogram: Rows looked at in equal parts of the range from low to high; for few whole numbers, one part each.
        r_squared: Squared correlation with the target over the rows looked at that have both; NaN for the target
            itself, where one of them does not vary, and for fewer than three such rows.
    """

    name: str
    unit: str
    is_quantity: bool
    low: float
    high: float
    missing: int
    histogram: tuple[int, ...]
    r_squared: float


def chosen_rows(row_count: int, most: int = MOST_ROWS) -> RowChoice:
    """Return which rows stand for all of them: all up to ``most``, else a fixed random choice of so many."""
    if row_count <= most:
        return slice(None)
    return np.sort(np.random.default_rng(0).choice(row_count, most, replace=False, shuffle=False))


def columns_at_once(dataset: Dataset) -> int:
    """Return how many columns to summarise in one go, so that it takes a moment only."""
    return max(1, _VALUES_AT_ONCE // min(dataset.row_count, MOST_ROWS))


def summarise(dataset: Dataset, target: str, first: int = 0, count: int | None = None) -> tuple[ColumnSummary, ...]:
    """Return summaries of ``count`` columns from position ``first`` on, or of all that follow. Run it on a worker."""
    rows = chosen_rows(dataset.row_count)
    columns = dataset.columns[first : None if count is None else first + count]
    goal = dataset.column(target).values[rows]
    summaries: list[ColumnSummary] = []
    step = columns_at_once(dataset)
    for start in range(0, len(columns), step):
        part = columns[start : start + step]
        values = values_of(part, rows)
        strengths = squared_correlations(values, goal)
        for column, some, strength in zip(part, values, strengths.tolist(), strict=True):
            low, high = float(np.fmin.reduce(column.values)), float(np.fmax.reduce(column.values))
            summaries.append(
                ColumnSummary(
                    column.name,
                    column.unit,
                    column.is_quantity,
                    low,
                    high,
                    column.missing_count,
                    histogram(some, low, high),
                    float("nan") if column.name == target else strength,
                )
            )
    return tuple(summaries)


def values_of(columns: Sequence[Column], rows: RowChoice) -> FloatArray:
    """Return the values of ``columns`` in ``rows``; shape (columns, rows)."""
    return np.array([column.values[rows] for column in columns])


def histogram(values: FloatArray, low: float, high: float) -> tuple[int, ...]:
    """Return how many ``values`` lie in each of the equal parts of the range from ``low`` to ``high``.

    Missing values are in none. Whole numbers have a part each where that takes no more parts; a constant has one.
    """
    present = values[~np.isnan(values)]
    half_span = high / 2 - low / 2  # halves, since a range can overflow; that of the smallest numbers has none
    if present.size == 0 or not half_span:
        return (present.size,) if present.size else ()
    if high - low < MOST_BARS and not np.any(present % 1.0):
        parts = round(high - low) + 1
        places = present - low
    else:
        parts = MOST_BARS
        places = (present / 2 - low / 2) / half_span * parts
    indices = np.clip(places, 0, parts - 1).astype(np.int64)
    return tuple(np.bincount(indices, minlength=parts).tolist())


def squared_correlations(values: FloatArray, goal: FloatArray) -> FloatArray:
    """Return the squared correlation of each column with ``goal`` over the rows that have both.

    That is the share of the variance of ``goal`` that a line through the column's values explains.

    Args:
        values: Shape (columns, rows); NaN where missing.
        goal: Shape (rows,); NaN where missing.

    Returns:
        Shape (columns,), from 0 to 1; NaN where either does not vary, and for fewer than three rows.
    """
    known = ~np.isnan(goal)
    if not known.all():
        values, goal = values[:, known], goal[known]
    squared = np.full(len(values), np.nan)
    is_whole = ~np.isnan(values).any(axis=1)
    squared[is_whole] = _squared_correlations(values[is_whole], goal)
    for index in np.flatnonzero(~is_whole):
        present = ~np.isnan(values[index])
        squared[index] = _squared_correlations(values[index, present][None, :], goal[present])[0]
    return squared


def _squared_correlations(values: FloatArray, goal: FloatArray) -> FloatArray:
    """Do the same where nothing is missing."""
    if goal.size < _FEWEST_ROWS or not len(values):
        return np.full(len(values), np.nan)
    x, y = _centred(values), _centred(goal[None, :])[0]
    powers, goal_power = np.einsum("ij,ij->i", x, x), float(y @ y)
    least = goal.size * _ROUNDING**2  # what rounding alone makes of a constant
    is_defined = (powers > least) & (goal_power > least)
    whole = np.where(is_defined, powers * goal_power, np.nan)
    return np.asarray(np.minimum((x @ y) ** 2 / whole, 1.0), dtype=np.float64)


def _centred(values: FloatArray) -> FloatArray:
    """Return each row divided by its largest size, less its mean."""
    sizes = np.abs(values).max(axis=1)
    scaled = values / np.where(sizes > 0, sizes, 1.0)[:, None]
    scaled -= scaled.mean(axis=1)[:, None]
    return scaled
