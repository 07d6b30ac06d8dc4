"""The points of the fit plot, as one value."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gdexplorer.ui.axes import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class FitPoints:
    """Rows to draw; shape (n,) each.

    Attributes:
        rows: The numbers by which the rows are known, ascending.
        x: Where they stand across.
        y: Where they stand up.
        is_edited: Which of them were moved or added by hand.
        is_held_out: Which of them are kept out of training.
    """

    rows: IntArray
    x: FloatArray
    y: FloatArray
    is_edited: BoolArray
    is_held_out: BoolArray

    @classmethod
    def plain(cls, x: FloatArray, y: FloatArray) -> FitPoints:
        """Return points of rows that follow on one another, with nothing special about them."""
        nothing = np.zeros(len(x), dtype=np.bool_)
        return cls(np.arange(len(x)), x, y, nothing, nothing)

    def __len__(self) -> int:
        return int(self.rows.shape[0])

    def index(self, row: int) -> int | None:
        """Return where the row stands in these arrays; None where it is not drawn."""
        index = int(np.searchsorted(self.rows, row))
        return index if index < len(self.rows) and self.rows[index] == row else None

    def moved(self, row: int, x: float, y: float) -> FitPoints:
        """Return points in which that row is at another place; the same where it is not drawn."""
        index = self.index(row)
        if index is None or (self.x[index], self.y[index]) == (x, y):
            return self
        xs, ys, is_edited = self.x.copy(), self.y.copy(), self.is_edited.copy()
        xs[index], ys[index], is_edited[index] = x, y, True
        return replace(self, x=xs, y=ys, is_edited=is_edited)
