"""The rows that stand for the data in the fit plot."""

from __future__ import annotations

import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.problem import Problem

#: How many rows are drawn at most.
MOST_POINTS = 1500
_FAR = 1e100  # beyond the edge of any plot, and still safe to transform


class FitSample:
    """What the fit plot needs of a problem: rows to show, in original units. Made on a worker; read-only.

    Attributes:
        is_diagonal: Whether predictions are shown against actual values, since several columns draw no line.
        x: Shape (n,): the one column, or the actual values.
        y: Shape (n,): the actual values.
        labels: Of the axes.
        bounds: Of the axes.
        line_x: Where the model's line is computed; empty for the diagonal.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.line_x: FloatArray = np.empty(0)
        dataset, target = problem.dataset, problem.target
        columns = {term.column for term in problem.terms if term.column is not None}
        rows = np.flatnonzero(dataset.complete_rows([target, *columns]))
        if len(rows) > MOST_POINTS:  # a fixed random sample, said beside the title
            rows = rows[np.sort(np.random.default_rng(0).choice(len(rows), MOST_POINTS, replace=False))]
        y = dataset.column(target).values[rows]
        self.is_diagonal = len(columns) > 1
        target_label = dataset.column(target).label
        if self.is_diagonal:
            self.x, self.y = y, y
            self._sample = np.array([term.values(dataset)[rows] for term in problem.terms])
            self.labels = (f"actual {target_label}", f"predicted {target_label}")
            low, high = _padded(y)
            self.bounds = ((low, high), (low, high))
        else:
            name = next(iter(columns), None)
            self.x = dataset.column(name).values[rows] if name else np.arange(len(rows), dtype=np.float64)
            self.y = y
            label = dataset.column(name).label if name else "row"
            self.labels = (label, target_label)
            self.bounds = (_padded(self.x), _padded(y))
            self.line_x = np.linspace(*self.bounds[0], 2 if self._is_straight() else 121)

    def _is_straight(self) -> bool:
        return all(term.is_bias or term.power == 1 for term in self._problem.terms)

    def predictions(self, weights: FloatArray) -> FloatArray:
        """Return predictions for the sample, in the target's unit."""
        with np.errstate(all="ignore"):
            return _clipped(self._problem.original_weights(weights) @ self._sample)

    def line(self, original: FloatArray) -> FloatArray:
        """Return the model along ``line_x``, in the target's unit."""
        with np.errstate(all="ignore"):
            powers = [0 if term.is_bias else term.power for term in self._problem.terms]
            return _clipped(original @ np.array([self.line_x**power for power in powers]))


def _clipped(values: FloatArray) -> FloatArray:
    """Return ``values`` with those that no plot can place at its far edge."""
    return np.asarray(np.clip(values, -_FAR, _FAR), dtype=np.float64)


def _padded(values: FloatArray) -> tuple[float, float]:
    """Return the range of ``values`` with a margin, from 0 where they begin not far above it."""
    low, high = float(values.min()), float(values.max())
    span = high - low or abs(high) or 1.0
    bottom = 0.0 if 0 <= low < 0.5 * high else low - 0.06 * span
    return bottom, high + 0.06 * span
