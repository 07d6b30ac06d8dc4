"""The rows that stand for the data in the fit plot."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.problem import Problem
from gdexplorer.core.row_edits import RowArray, RowEdits

#: How many rows are drawn at most.
MOST_POINTS = 1500
_FAR = 1e100  # beyond the edge of any plot, and still safe to transform


class FitSample:
    """What the fit plot needs of a problem: rows to show, in original units. Made on a worker; read-only.

    Attributes:
        is_diagonal: Whether predictions are shown against actual values, since several columns draw no line.
        column: Name of the one column in use; None where it is not one.
        rows: Numbers of the rows shown, shape (n,); see :class:`RowEdits`.
        x: Shape (n,): the one column, or the actual values.
        y: Shape (n,): the actual values.
        is_edited: Which of them were moved or added by hand, shape (n,).
        is_held_out: Which of them are kept out of training, shape (n,).
        row_count: How many rows could be shown: those of training and the held-out ones.
        labels: Of the axes.
        units: Of the axes.
        bounds: Of the axes.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        dataset, target = problem.dataset, problem.target
        edits = dataset.edits.over(dataset.as_read.row_count)
        columns = dict.fromkeys(name for term in problem.terms for name in term.columns)
        complete = dataset.complete_rows([target, *columns])
        self.row_count = int(np.count_nonzero(complete))
        places = _sampled(complete, edits)
        self.rows = edits.rows_at(places)
        self.is_edited = np.isin(self.rows, edits.rows_with_values)
        held = problem.held_out
        self.is_held_out = np.isin(places, held.places) if held else np.zeros(len(places), dtype=np.bool_)
        y = dataset.column(target).values[places]
        self.is_diagonal = len(columns) > 1
        self.column = next(iter(columns)) if len(columns) == 1 else None
        target_label, target_unit = dataset.column(target).label, dataset.column(target).unit
        if self.is_diagonal:
            self.x, self.y = y, y
            self._sample = np.array([term.values(dataset)[places] for term in problem.terms])
            self.labels = (f"actual {target_label}", f"predicted {target_label}")
            self.units = target_unit, target_unit
            low, high = _padded(y)
            self.bounds = ((low, high), (low, high))
        else:
            across = None if self.column is None else dataset.column(self.column)
            self.x = across.values[places] if across else np.arange(len(places), dtype=np.float64)
            self.y = y
            self.labels = (across.label if across else "row", target_label)
            self.units = across.unit if across else "", target_unit
            self.bounds = (_padded(self.x), _padded(y))

    def _is_straight(self) -> bool:
        return all(term.degree <= 1 for term in self._problem.terms)

    def predictions(self, weights: FloatArray) -> FloatArray:
        """Return predictions for the sample, in the target's unit."""
        with np.errstate(all="ignore"):
            return _clipped(self._problem.original_weights(weights) @ self._sample)

    def line(self, original: FloatArray, low: float, high: float) -> tuple[FloatArray, FloatArray]:
        """Return the model's line from ``low`` to ``high`` of the one column, in original units: x and y."""
        x = np.linspace(low, high, 2 if self._is_straight() else 121)
        with np.errstate(all="ignore"):
            return x, _clipped(original @ np.array([x**term.degree for term in self._problem.terms]))


def _sampled(complete: NDArray[np.bool_], edits: RowEdits) -> RowArray:
    """Return where the rows to show stand: a fixed random sample of the source's, and all that were edited.

    The sample is drawn by the rows' numbers, so that it stays what it is while rows are edited.
    """
    used = np.flatnonzero(complete)
    if np.count_nonzero(used < edits.kept_rows) <= MOST_POINTS:
        return used
    draws, drawn = 2 * MOST_POINTS, np.empty(0, dtype=np.int64)
    while len(drawn) < MOST_POINTS:
        draws *= 2
        places = edits.places_of(_drawn_rows(edits.source_rows, draws))
        places = places[places >= 0]
        drawn = places[complete[places]]
    edited = edits.places_of(edits.rows_with_values)
    return np.union1d(drawn[:MOST_POINTS], edited[complete[edited]])


@lru_cache(maxsize=4)
def _drawn_rows(source_rows: int, draws: int) -> RowArray:
    """Return row numbers in the order in which they come up in so many draws, each once; more draws only add some."""
    drawn = np.random.default_rng(0).integers(0, source_rows, draws)
    return drawn[np.sort(np.unique(drawn, return_index=True)[1])]


def _clipped(values: FloatArray) -> FloatArray:
    """Return ``values`` with those that no plot can place at its far edge."""
    return np.asarray(np.clip(values, -_FAR, _FAR), dtype=np.float64)


def _padded(values: FloatArray) -> tuple[float, float]:
    """Return the range of ``values`` with a margin, from 0 where they begin not far above it."""
    low, high = float(values.min()), float(values.max())
    span = high - low or abs(high) or 1.0
    bottom = 0.0 if 0 <= low < 0.5 * high else low - 0.06 * span
    return bottom, high + 0.06 * span
