"""Hold-out: rows that training never sees, and how well a model does on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import Dataset, FloatArray
from gdexplorer.core.errors import InputError
from gdexplorer.core.least_squares import LeastSquares
from gdexplorer.core.numerals import counted
from gdexplorer.core.row_edits import RowArray

#: The largest share of rows that can be kept out of training.
LARGEST_SHARE = 0.9
_STREAM = 0x401D  # keeps these draws apart from those of the random start


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The rows that were kept out, scaled as the rows of training are.

    Attributes:
        places: Where they stand in the data set, ascending, shape (n,).
        X: Scaled terms, shape (K, n), read-only.
        y: Scaled target, shape (n,), read-only.
        form: What the squared error over these rows follows from; None where it is not asked for.
    """

    places: RowArray
    X: FloatArray
    y: FloatArray
    form: LeastSquares | None = None

    @property
    def row_count(self) -> int:
        """How many they are."""
        return int(self.y.shape[0])

    @property
    def is_quadratic(self) -> bool:
        """Whether the squared error over these rows follows from a quadratic form, without reading them again."""
        return self.form is not None and self.form.is_finite

    def squared_errors(self, weights: FloatArray) -> FloatArray:
        """Return the mean squared error over these rows at each of ``weights``, shape (n, K); shape (n,).

        It costs K² for each of them, whatever the number of rows. Only where :attr:`is_quadratic`.
        """
        form = self.form
        assert form is not None
        with np.errstate(all="ignore"):
            away = weights - form.weights
            losses = form.loss + 0.5 * ((away @ form.H) * away).sum(axis=1)
            return np.where(np.isnan(losses), np.inf, losses)


def held_out_rows(dataset: Dataset, complete: NDArray[np.bool_], share: float, seed: int) -> RowArray:
    """Return which rows to keep out of training, as places in ``dataset``, ascending.

    The rows of the source are put in an order that follows from the seed and their number alone; of those that are
    complete, the first ones are held out. So the same seed and share hold the same rows out, wherever they were
    moved to. Rows that were added by hand are trained on: whoever adds one wants to see what it does.

    Args:
        dataset: As it is used, edits included.
        complete: Which of its rows are in use, shape (rows,).
        share: Of these rows, from 0 to LARGEST_SHARE.
        seed: Of the order.

    Raises:
        InputError: No row would be left to train on, or none would be held out.
    """
    if share <= 0:
        return np.empty(0, dtype=np.int64)
    source_rows = dataset.as_read.row_count
    edits = dataset.edits.over(source_rows)
    used = np.flatnonzero(complete)
    candidates = used[used < edits.kept_rows]
    count = round(share * len(candidates))
    if count == 0 or count >= len(used):
        what = "holds no row out" if count == 0 else "leaves no row to train on"
        raise InputError(
            f"Holding out {100 * share:.0f} % of {counted(len(used), 'rows')} {what}; choose "
            f"{'a larger' if count == 0 else 'a smaller'} share, or 0 for none."
        )
    ranks = np.random.default_rng((_STREAM, seed)).permutation(source_rows)[edits.rows_at(candidates)]
    return np.sort(candidates[np.argpartition(ranks, count - 1)[:count]])
