"""The exact minimum of the squared error, by orthogonal factors instead of normal equations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.moments import Moments
from gdexplorer.core.scaling import ScalingMap

_BLOCK_ROWS = 65_536


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Everything about mean((Xᵀw − y)²) that does not need the rows again.

    Attributes:
        H: Hessian 2XXᵀ/n, shape (K, K).
        weights: Where the loss is smallest, shape (K,); the shortest such vector if there are many.
        loss: The smallest loss.
        curvatures: Eigenvalues of H in ascending order, shape (K,).
        is_unique: Whether no other weights are as good.
    """

    H: FloatArray
    weights: FloatArray
    loss: float
    curvatures: FloatArray
    is_unique: bool

    @property
    def condition_number(self) -> float:
        """Largest by smallest curvature; infinite where the bowl is flat in some direction, or too steep to tell."""
        if not self.is_unique or self.curvatures[0] <= 0 or not np.isfinite(self.curvatures).all():
            return float("inf")
        return float(self.curvatures[-1] / self.curvatures[0])

    @cached_property
    def is_finite(self) -> bool:
        """Whether the quadratic form can stand for the rows."""
        return bool(np.isfinite(self.H).all() and np.isfinite(self.weights).all() and np.isfinite(self.loss))


def solve(X: FloatArray, y: FloatArray, centred: int | None = None) -> LeastSquares:
    """Minimise mean((Xᵀw − y)²).

    Columns are brought to one length first and factored by Householder's QR, block of rows by block of rows
    (Demmel, Grigori, Hoemmen, Langou (2012), Communication-optimal parallel and sequential QR), so memory stays
    small and no digits are lost to squaring the condition number.

    Args:
        X: Shape (K, rows).
        y: Shape (rows,).
        centred: Index of the bias if every other column, and the target, was centred; what is then zero but
            for rounding becomes zero, lest an adaptive optimizer take full steps on noise.
    """
    count, rows = X.shape
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.abs(X).max(axis=1, initial=0.0)
        lengths[lengths == 0] = 1.0
        height = np.abs(y).max(initial=0.0) or np.float64(1.0)  # whose square may become infinite
        factor = np.zeros((0, count + 1))
        for first in range(0, rows, _BLOCK_ROWS):
            part = slice(first, first + _BLOCK_ROWS)
            block = np.column_stack([(X[:, part] / lengths[:, None]).T, y[part] / height])
            factor = np.asarray(np.linalg.qr(np.vstack([factor, block]), mode="r"))
    return _solve_factor(factor, rows, lengths, height, centred)


def solve_moments(moments: Moments, scaling: ScalingMap) -> LeastSquares:
    """Minimise mean((Xᵀw − y)²) over all rows that ``moments`` tell of.

    A variable is its mean plus what varies, and the two are orthogonal over the rows, so the factor of the means,
    one row, upon that of the correlations is that of all rows.

    Args:
        moments: Of the terms but for the bias, in their order, and of the target last; finite.
        scaling: To scaled terms.
    """
    count = len(scaling.centres)
    centres = np.append(scaling.centres, scaling.target_centre)
    spreads = np.append(scaling.spreads, scaling.target_spread)
    places = [index for index in range(count + 1) if index != scaling.bias]
    means, sizes = np.ones(count + 1), np.zeros(count + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        means[places] = (moments.centres - centres[places]) / spreads[places]
        sizes[places] = np.where(moments.is_constant, 0.0, moments.spreads / spreads[places])
        lengths = np.maximum(np.abs(means), sizes)
        lengths[lengths == 0] = 1.0
        factor = np.zeros((count + 2, count + 1))
        factor[0] = means / lengths
        factor[1 : 1 + len(places), places] = moments.factor * (sizes / lengths)[places]
        factor = np.asarray(np.linalg.qr(factor * moments.rows**0.5, mode="r"))
    is_centred = scaling.bias is not None and not (centres[places] - moments.centres).any()
    return _solve_factor(factor, moments.rows, lengths[:count], lengths[count], scaling.bias if is_centred else None)


def _solve_factor(
    factor: FloatArray, rows: int, lengths: FloatArray, height: np.float64, centred: int | None
) -> LeastSquares:
    """Minimise, given R of the QR of the terms by ``lengths`` and the target by ``height``; see :func:`solve`."""
    count = len(lengths)
    with np.errstate(over="ignore", invalid="ignore"):
        factor = np.vstack([factor, np.zeros((max(0, count + 1 - factor.shape[0]), count + 1))])
        R, goal = factor[:count, :count], factor[:count, count]
        rest = float(factor[count, count])

        norms = np.linalg.norm(R, axis=0)
        norms[norms == 0] = 1.0
        left, sizes, right = np.linalg.svd(R / norms)
        floor = sizes[0] * np.finfo(float).eps * max(rows, count) ** 0.5 * 8
        kept = sizes > floor
        missed = left.T @ goal
        weights = (right.T[:, kept] @ (missed[kept] / sizes[kept])) / norms * height / lengths
        loss = (rest**2 + float(missed[~kept] @ missed[~kept])) / rows * height**2
        scaled_R = R * lengths
        H = 2.0 * (scaled_R.T @ scaled_R) / rows
    if centred is not None:
        others = np.arange(count) != centred
        H[centred, others] = H[others, centred] = 0.0
        weights[centred] = 0.0
    finite = np.isfinite(H).all()
    curvatures = 2.0 * np.linalg.svd(scaled_R, compute_uv=False)[::-1] ** 2 / rows if finite else np.full(count, np.inf)
    return LeastSquares(H, weights, loss, curvatures, is_unique=bool(kept.all()))
