"""The table of losses: how far off is one residual?

A new loss is one entry of :data:`LOSSES` and one kernel with its line in :func:`losses_and_slopes`. Every loss is
a mean over rows of a function of the residual r = ŷ − y.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.parameters import Parameter


@dataclass(frozen=True)
class Loss:
    """One entry of the table.

    Attributes:
        key: Name on the command line and in saved files.
        title: Name in the window.
        formula: Of one residual r.
        sentence: What it makes of an outlier, in plain words.
        source: Where the formula comes from.
        code: What the kernels know it by.
        parameters: At most one.
        largest_curvature: The largest second derivative by r; None where it has no bound or does not exist.
        second_derivative: By r, of residuals and the parameter; None where it does not exist.
    """

    key: str
    title: str
    formula: str
    sentence: str
    source: str
    code: int
    parameters: tuple[Parameter, ...] = ()
    largest_curvature: float | None = None
    second_derivative: Callable[[FloatArray, float], FloatArray] | None = None


def _bend_of_square(residuals: FloatArray, _delta: float) -> FloatArray:
    return np.full_like(residuals, 2.0)


def _bend_of_huber(residuals: FloatArray, delta: float) -> FloatArray:
    return np.where(np.abs(residuals) <= delta, 1.0, 0.0)


def _bend_of_log_cosh(residuals: FloatArray, _delta: float) -> FloatArray:
    t = np.exp(-2.0 * np.abs(residuals))
    return np.asarray(4.0 * t / (1.0 + t) ** 2)  # 1/cosh², which does not overflow this way


_DELTA = Parameter(
    "delta", "δ", "residual at which the square turns into a line", 1.0, 0.0, math.inf, low_included=False
)

LOSSES: dict[str, Loss] = {
    loss.key: loss
    for loss in (
        Loss(
            "mse",
            "Mean squared error",
            "r²",
            "Twice as far off counts four times: outliers pull hard.",
            "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes",
            code=0,
            largest_curvature=2.0,
            second_derivative=_bend_of_square,
        ),
        Loss(
            "mae",
            "Mean absolute error",
            "|r|",
            "Twice as far off counts twice: outliers pull no harder than anyone else.",
            "Boscovich (1757); derivative taken as 0 at r = 0",
            code=1,
        ),
        Loss(
            "huber",
            "Huber",
            "r²/2 where |r| ≤ δ, else δ(|r| − δ/2)",
            "Squared near by, absolute far off.",
            "Huber (1964), Robust Estimation of a Location Parameter, Ann. Math. Statist. 35(1)",
            code=2,
            parameters=(_DELTA,),
            largest_curvature=1.0,
            second_derivative=_bend_of_huber,
        ),
        Loss(
            "logcosh",
            "Log-cosh",
            "log cosh r = |r| + log1p(e^(−2|r|)) − log 2",
            "Like Huber, but smooth everywhere.",
            "Green (1990), Bayesian reconstructions from emission tomography data, IEEE Trans. Med. Imaging 9(1)",
            code=3,
            largest_curvature=1.0,
            second_derivative=_bend_of_log_cosh,
        ),
    )
}


def second_derivatives(loss: Loss, delta: float, residuals: FloatArray) -> FloatArray | None:
    """Return d²loss/dr² of each residual; None for a loss that has a kink where r = 0.

    At the two residuals ±δ where Huber's square turns into a line it is that of the square.
    """
    return None if loss.second_derivative is None else loss.second_derivative(residuals, delta)


@compiled
def losses_and_slopes(code: int, delta: float, residuals: FloatArray, count: int) -> float:
    """Replace the first ``count`` residuals by dloss/dr and return the sum of their losses."""
    if code == 0:
        return _squared(residuals, count)
    if code == 1:
        return _absolute(residuals, count)
    if code == 2:
        return _huber(residuals, count, delta)
    return _log_cosh(residuals, count)


@compiled
def _squared(residuals: FloatArray, count: int) -> float:
    total = 0.0
    for i in range(count):
        r = residuals[i]
        total += r * r
        residuals[i] = 2.0 * r
    return total


@compiled
def _absolute(residuals: FloatArray, count: int) -> float:
    total = 0.0
    for i in range(count):
        r = residuals[i]
        total += abs(r)
        residuals[i] = (1.0 if r > 0.0 else 0.0) - (1.0 if r < 0.0 else 0.0)
    return total


@compiled
def _huber(residuals: FloatArray, count: int, delta: float) -> float:
    total = 0.0
    for i in range(count):
        r = residuals[i]
        size = abs(r)
        near = size if size < delta else delta
        total += near * (size - 0.5 * near)
        residuals[i] = near if r > 0.0 else -near
    return total


# With s = |r| and t = e^(−2s), log cosh s is log(1 + t) + s − log 2 where s is large, and −½ log(1 − tanh²s) where
# s is small and the former would cancel. Both logarithms are 2·artanh of a small argument. e^(−2s) is 2^(−k)·e^f with
# |f| ≤ ½ log 2. These are series in plain arithmetic, which the compiler turns into vector instructions where calls
# of exp and log1p would go one number at a time.
_PER_LN2 = 1.0 / math.log(2.0)
_LN2 = math.log(2.0)
_SMALL = 0.55
_EXPONENT_BIAS, _EXPONENT_SHIFT = 1023, 52  # of IEEE 754 binary64


@compiled
def _log_cosh(residuals: FloatArray, count: int) -> float:
    total = 0.0
    for i in range(count):
        r = residuals[i]
        size = abs(r)
        x = 2.0 * size if size < 20.0 else 40.0  # beyond, e^−x is below the rounding of 1 + e^−x
        k = np.int32(x * _PER_LN2 + 0.5)
        f = k * _LN2 - x  # its rounding, x·ε, is as nothing beside 1 once multiplied by e^−x
        p = 1.0 / 6227020800.0
        p = p * f + 1.0 / 479001600.0
        p = p * f + 1.0 / 39916800.0
        p = p * f + 1.0 / 3628800.0
        p = p * f + 1.0 / 362880.0
        p = p * f + 1.0 / 40320.0
        p = p * f + 1.0 / 5040.0
        p = p * f + 1.0 / 720.0
        p = p * f + 1.0 / 120.0
        p = p * f + 1.0 / 24.0
        p = p * f + 1.0 / 6.0
        p = p * f + 0.5
        p = p * f + 1.0
        p = p * f  # e^f − 1, good to its last digit however small
        exponent = np.int64(_EXPONENT_BIAS - k)
        power = np.int64(exponent << _EXPONENT_SHIFT).view(np.float64)  # 2^−k
        t = power + power * p
        slope = (-p if k == 0 else 1.0 - t) / (1.0 + t)  # tanh s, without cancelling where t is close to 1
        square = slope * slope
        is_small = size < _SMALL
        z = (square if is_small else t) / (2.0 - square if is_small else 2.0 + t)
        q = z * z
        a = 1.0 / 21.0
        a = a * q + 1.0 / 19.0
        a = a * q + 1.0 / 17.0
        a = a * q + 1.0 / 15.0
        a = a * q + 1.0 / 13.0
        a = a * q + 1.0 / 11.0
        a = a * q + 1.0 / 9.0
        a = a * q + 1.0 / 7.0
        a = a * q + 1.0 / 5.0
        a = a * q + 1.0 / 3.0
        a = a * q + 1.0
        a = a * z  # artanh z
        total += a if is_small else (size - _LN2) + 2.0 * a
        residuals[i] = slope if r > 0.0 else -slope
    return total
