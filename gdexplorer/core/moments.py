"""Means and products of terms and target over all rows of a table: what the squared error needs to know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.terms import Term
from gdexplorer.core.watching import Watch

#: What chooses the rows of a sample that stands for a table too big for memory.
SAMPLE_SEED = 0
_BLOCK_ROWS = 65_536
#: Share of a variable's spread below which what the ones before it do not explain counts as rounding.
_UNEXPLAINED = 1e-10
#: Squared, what rounding is then, in units of that.
_ROUNDING = 1e-8
#: Mean square below which digits are lost to underflow.
_UNDERFLOWN = 1e-200
#: How far from the centre in spreads, and how near to being one variable, costs four digits.
_FAR, _CORRELATED = 100.0, 1e-4


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean, spread and correlation of V variables over some rows.

    Correlations are held as an upper triangle whose squares add up to them, as Householder's QR of the standardised
    rows would give it, so that no digits are lost to squaring.

    Attributes:
        rows: How many rows, at least 1.
        centres: Means, shape (V,).
        spreads: Population standard deviations, shape (V,); 1 for a constant variable.
        factor: R with RᵀR = correlations, shape (V, V), upper triangle, no negative diagonal; a column of zeros for
            a constant variable.
        is_constant: Which variables have the same value in every row, shape (V,).
    """

    rows: int
    centres: FloatArray
    spreads: FloatArray
    factor: FloatArray
    is_constant: NDArray[np.bool_]

    @property
    def is_finite(self) -> bool:
        """Whether all of it can be computed with."""
        return all(bool(np.isfinite(part).all()) for part in (self.centres, self.spreads, self.factor))

    def mean_square(self, index: int, centre: float, spread: float) -> float:
        """Return the mean of ((variable − centre) / spread)²."""
        with np.errstate(over="ignore"):
            mean = (self.centres[index] - centre) / spread
            size = 0.0 if self.is_constant[index] else self.spreads[index] / spread
            return float(mean**2 + size**2)

    def at(self, indices: Sequence[int]) -> Moments:
        """Return the moments of some of the variables, in the order of ``indices``."""
        chosen = list(indices)
        factor = _triangle(self.factor[:, chosen])
        return Moments(self.rows, self.centres[chosen], self.spreads[chosen], factor, self.is_constant[chosen])

    def whitening(self) -> FloatArray:
        """Return an upper triangle R, shape (V, V): of standardised variables u = Rᵀz the z hardly correlate.

        Where the factor would be singular R is not: that z is then small, or measured in units of u.
        """
        diagonal = np.diag(self.factor)
        R = np.where((diagonal <= _UNEXPLAINED)[:, None], 0.0, self.factor)
        np.fill_diagonal(R, np.where(self.is_constant, 1.0, np.maximum(diagonal, _UNEXPLAINED)))
        return R

    def changed(self, removed: FloatArray, added: FloatArray) -> Moments:
        """Return the moments without the rows ``removed``, which are among these, and with ``added``.

        Args:
            removed: Shape (V, m), far fewer than there are rows.
            added: Shape (V, n).
        """
        R = self.whitening()
        totals = np.zeros(len(self.centres))
        products = self.rows * _square(whitened(R, self.factor.T))
        for sign, values in ((-1.0, removed), (1.0, added)):
            z = whitened(R, (values - self.centres[:, None]) / self.spreads[:, None])
            totals += sign * z.sum(axis=1)
            products += sign * (z @ z.T)
        rows = self.rows - removed.shape[1] + added.shape[1]
        with np.errstate(all="ignore"):
            is_constant = self.is_constant & (added == self.centres[:, None]).all(axis=1)
        return from_sums(self, rows, totals, products, np.where(is_constant, self.centres, np.nan))[0]


class MomentSource(Protocol):
    """Whatever can pass over all rows of a table of which only a sample is in memory."""

    def moments(self, terms: Sequence[Term], near: Moments, watch: Watch) -> Moments:
        """Return the moments of ``terms`` over all rows that have a number in every column used.

        Args:
            terms: The variables, none of them the bias; the target is one too.
            near: Their moments over the sample.
            watch: Ends it early, with whatever exception.

        Raises:
            InputError: A term is too large for a floating-point number, or the table can no longer be read.
        """


def moments_of(values: FloatArray) -> Moments:
    """Return the moments of variables in memory, shape (V, rows), all finite, at least one row."""
    count, rows = values.shape
    low, high = values.min(axis=1), values.max(axis=1)
    is_constant = low == high
    with np.errstate(all="ignore"):
        largest = np.maximum(np.abs(low), np.abs(high))  # so that squares of 1e200 do not overflow
        largest[largest == 0] = 1.0
        centres, factor = np.empty(count), np.zeros((0, count))
        for index, row in enumerate(values):
            centres[index] = low[index] if is_constant[index] else (row / largest[index]).mean() * largest[index]
        lengths = np.where(is_constant, 1.0, np.maximum(high - centres, centres - low))
        for first in range(0, rows, _BLOCK_ROWS):
            block = (values[:, first : first + _BLOCK_ROWS] - centres[:, None]) / lengths[:, None]
            factor = np.asarray(np.linalg.qr(np.vstack([factor, block.T]), mode="r"))
    return _standardised(rows, centres, lengths, factor / np.sqrt(rows), is_constant)


def whitened(R: FloatArray, u: FloatArray) -> FloatArray:
    """Return the z for which u = Rᵀz, with R an upper triangle; shape (V, n) to (V, n)."""
    z = np.array(u)
    for i in range(len(R)):
        z[i] = (z[i] - R[:i, i] @ z[:i]) / R[i, i]
    return z


def from_sums(
    near: Moments,
    rows: int,
    totals: FloatArray,
    products: FloatArray,
    constants: FloatArray,
) -> tuple[Moments, bool]:
    """Return the moments that follow from sums over rows of the z that ``near`` whitens to.

    This is Cholesky QR with a preconditioner (Fukaya, Kannan, Nakatsukasa, Yamamoto, Yanagisawa (2020), Shifted
    Cholesky QR, SIAM J. Sci. Comput. 42): as good as Householder's wherever the z hardly correlate.

    Args:
        near: Whose :meth:`Moments.whitening` made z out of the variables.
        rows: How many rows.
        totals: Sums of z, shape (V,).
        products: Sums of their products, shape (V, V).
        constants: The value of each variable that has the same one in all of these rows, otherwise NaN; shape (V,).

    Returns:
        The moments, and whether all their digits are good. If not, sums that are made near to what was found are
        better; where nothing finite was found, there is no saying what to sum near to.
    """
    R, is_constant = near.whitening(), ~np.isnan(constants)
    with np.errstate(all="ignore"):
        means = totals / rows
        squares = np.diag(products) / rows
        sizes = squares - means**2
        centres = np.where(is_constant, constants, near.centres + near.spreads * (means @ R))
        lengths = np.sqrt(np.maximum(sizes, 0.0))
        lengths[~(lengths > 0)] = 1.0
        relative = (products / rows - np.outer(means, means)) / lengths / lengths[:, None]
        is_noise = ~near.is_constant & (np.diag(near.factor) <= _UNEXPLAINED) & (sizes < _ROUNDING)
        told = ~is_constant & ~is_noise
        if not np.isfinite(relative).all() or (squares[told] < _UNDERFLOWN).any():
            return Moments(rows, centres, near.spreads, np.full_like(R, np.nan), is_constant), False
        parts, axes = np.linalg.eigh(0.5 * (relative + relative.T))
        root = np.sqrt(np.maximum(parts, 0.0))[:, None] * axes.T * lengths
        found = _standardised(rows, centres, near.spreads, root @ R, is_constant)
        is_centred = means**2 <= _FAR**2 * sizes
        is_apart = np.linalg.eigvalsh(relative[np.ix_(told, told)])[:1] >= _CORRELATED
    return found, bool(found.is_finite and is_centred[told].all() and is_apart.all())


def _standardised(
    rows: int, centres: FloatArray, units: FloatArray, factor: FloatArray, is_constant: NDArray[np.bool_]
) -> Moments:
    """Return moments from the factor of the covariance of variables that are measured in ``units``."""
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(factor, axis=0)
        norms[is_constant | (norms == 0)] = 1.0
        spreads = np.where(is_constant, 1.0, norms * units)
        spreads[spreads == 0] = 1.0
        relative = np.where(is_constant, 0.0, factor / norms)
    triangle = _triangle(relative) if np.isfinite(relative).all() else relative
    return Moments(rows, frozen_array(centres), frozen_array(spreads), frozen_array(triangle), is_constant)


def _triangle(factor: FloatArray) -> FloatArray:
    """Return the upper triangle with the same products of columns, square, with no negative diagonal."""
    count = factor.shape[1]
    R = np.linalg.qr(np.vstack([factor, np.zeros((count, count))]), mode="r")
    return np.asarray(R * np.where(np.diag(R) < 0, -1.0, 1.0)[:, None])


def _square(rows: FloatArray) -> FloatArray:
    return np.asarray(rows @ rows.T)
