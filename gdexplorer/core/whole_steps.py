"""Steps of the optimizers that need all weights at once: the yardsticks.

Their formulas and sources stand in :data:`gdexplorer.core.optimizers.OPTIMIZERS`. All of them see all rows.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.line_minimum import line_minimum
from gdexplorer.core.optimizers import LBFGS_PAIRS

#: Rows handled at once.
_BLOCK_ROWS = 1024
#: L-BFGS keeps a pair only where the slope has grown by more than this along the step, as PyTorch does.
_LEAST_GROWTH = 1e-10
#: Rows of L-BFGS's memory: steps, oldest first; changes of slope; and what the last step was. In the last row, 1 more
#: than the number of pairs; 0 before the first step.
_CHANGES, _LAST_SLOPE, _LAST_STEP, _HELD = LBFGS_PAIRS, 2 * LBFGS_PAIRS, 2 * LBFGS_PAIRS + 1, 2 * LBFGS_PAIRS + 2
_EPS = float(np.finfo(np.float64).eps)


@compiled
def whole_step(
    code: int,
    use_quadratic: bool,
    H: FloatArray,
    loss_code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    decay: float,
    rate: float,
    weights: FloatArray,
    gradient: FloatArray,
    slopes: FloatArray,
    memory: FloatArray,
    at: int,
    to: int,
    direction: FloatArray,
    cancel: NDArray[np.int64],
) -> float:
    """Take one step from row ``at`` to row ``to`` of ``weights`` and ``memory``.

    Args:
        code: Of the optimizer, from 20 to 23.
        use_quadratic: Whether ``H`` stands for the rows.
        H: Shape (K, K).
        loss_code: See :data:`gdexplorer.core.losses.LOSSES`.
        delta: Parameter of the loss.
        X: Shape (K, rows).
        y: Shape (rows,).
        decay: λ of the weight decay, which is in ``slopes``.
        rate: η of this step.
        weights: Shape (2, K).
        gradient: Shape (2, K), of the loss alone.
        slopes: The gradient to follow, shape (K,).
        memory: Shape (2, rows of memory, K).
        at: Row before the step.
        to: Row after it.
        direction: Shape (K,), written.
        cancel: Shape (1,); anything but 0 ends the step early; what it wrote means nothing then.

    Returns:
        What multiplied the direction: α or η.
    """
    count = slopes.shape[0]
    for row in range(memory.shape[1]):
        for k in range(count):
            memory[to, row, k] = memory[at, row, k]
    if code == 22:
        rate = _guess_curvature(rate, slopes, memory, to, direction)
    elif code == 23:
        _solve_curvature(use_quadratic, H, loss_code, delta, X, y, decay, weights, at, slopes, direction, cancel)
    else:
        if code == 21:
            _conjugate(slopes, memory, to, direction)
        else:
            _go_down(slopes, direction)
        rate = line_minimum(use_quadratic, H, loss_code, delta, X, y, decay, weights, gradient, at, direction, cancel)
    for k in range(count):
        weights[to, k] = weights[at, k] + rate * direction[k]
    if code == 22:
        for k in range(count):
            memory[to, _LAST_STEP, k] = rate * direction[k]
    return rate


@compiled
def _go_down(slopes: FloatArray, direction: FloatArray) -> None:
    """Write the direction against the slope."""
    for k in range(slopes.shape[0]):
        direction[k] = -slopes[k]


@compiled
def _dot(one: FloatArray, other: FloatArray) -> float:
    """Return the sum of products."""
    total = 0.0
    for k in range(one.shape[0]):
        total += one[k] * other[k]
    return total


@compiled
def _conjugate(slopes: FloatArray, memory: FloatArray, to: int, direction: FloatArray) -> None:
    """Write the direction of conjugate gradients, and remember it and the slope."""
    count = slopes.shape[0]
    turned, before = 0.0, 0.0
    for k in range(count):
        last = memory[to, 1, k]
        turned += slopes[k] * (slopes[k] - last)
        before += last * last
    share = max(0.0, turned / before) if before > 0.0 else 0.0
    for k in range(count):
        direction[k] = share * memory[to, 0, k] - slopes[k]
    if not _dot(direction, slopes) < 0.0:
        _go_down(slopes, direction)
    for k in range(count):
        memory[to, 0, k], memory[to, 1, k] = direction[k], slopes[k]


@compiled
def _guess_curvature(rate: float, slopes: FloatArray, memory: FloatArray, to: int, direction: FloatArray) -> float:
    """Write L-BFGS's direction, remember slope and pairs, and return what the direction is to be multiplied by.

    The two loops of Nocedal, Wright (2006), Numerical Optimization, algorithm 7.4.
    """
    count = slopes.shape[0]
    held = int(memory[to, _HELD, 0])
    pairs = _with_last_pair(held - 1, slopes, memory, to) if held > 0 else 0
    _go_down(slopes, direction)
    if pairs > 0:
        shares = np.empty(LBFGS_PAIRS)
        for pair in range(pairs - 1, -1, -1):
            step, change = memory[to, pair], memory[to, _CHANGES + pair]
            shares[pair] = _dot(step, direction) / _dot(change, step)
            for k in range(count):
                direction[k] -= shares[pair] * change[k]
        step, change = memory[to, pairs - 1], memory[to, _CHANGES + pairs - 1]
        scale = _dot(change, step) / _dot(change, change)
        for k in range(count):
            direction[k] *= scale
        for pair in range(pairs):
            step, change = memory[to, pair], memory[to, _CHANGES + pair]
            share = shares[pair] - _dot(change, direction) / _dot(change, step)
            for k in range(count):
                direction[k] += share * step[k]
    if not _dot(direction, slopes) < 0.0:
        pairs, held = 0, 0
        _go_down(slopes, direction)
    for k in range(count):
        memory[to, _LAST_SLOPE, k] = slopes[k]
    memory[to, _HELD, 0] = 1.0 + pairs
    if held > 0:
        return rate
    length = 0.0
    for k in range(count):
        length += abs(slopes[k])
    return rate / length if length > 1.0 else rate


@compiled
def _with_last_pair(pairs: int, slopes: FloatArray, memory: FloatArray, to: int) -> int:
    """Remember the last step and what it changed, where the slope grew along it; return how many pairs there are."""
    count = slopes.shape[0]
    growth = 0.0
    for k in range(count):
        growth += (slopes[k] - memory[to, _LAST_SLOPE, k]) * memory[to, _LAST_STEP, k]
    if not growth > _LEAST_GROWTH:
        return pairs
    if pairs == LBFGS_PAIRS:
        pairs -= 1
        for pair in range(pairs):
            for k in range(count):
                memory[to, pair, k] = memory[to, pair + 1, k]
                memory[to, _CHANGES + pair, k] = memory[to, _CHANGES + pair + 1, k]
    for k in range(count):
        memory[to, pairs, k] = memory[to, _LAST_STEP, k]
        memory[to, _CHANGES + pairs, k] = slopes[k] - memory[to, _LAST_SLOPE, k]
    return pairs + 1


@compiled
def _solve_curvature(
    use_quadratic: bool,
    H: FloatArray,
    loss_code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    decay: float,
    weights: FloatArray,
    at: int,
    slopes: FloatArray,
    direction: FloatArray,
    cancel: NDArray[np.int64],
) -> None:
    """Write Newton's direction −(H + λI)⁻¹g with the Hessian at row ``at`` of ``weights``."""
    count = slopes.shape[0]
    hessian = np.empty((count, count))
    if use_quadratic:
        for k in range(count):
            for j in range(count):
                hessian[k, j] = H[k, j]
    else:
        _bend_rows(loss_code, delta, X, y, weights, at, hessian, cancel)
    for k in range(count):
        hessian[k, k] += decay
    _solve_symmetric(hessian, slopes, direction)
    for k in range(count):
        direction[k] = -direction[k]


@compiled
def _bend_rows(
    code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    weights: FloatArray,
    at: int,
    hessian: FloatArray,
    cancel: NDArray[np.int64],
) -> None:
    """Write the Hessian of the mean loss at row ``at`` of ``weights``; unfinished where cancelled."""
    count, rows = X.shape
    buffer = np.empty(_BLOCK_ROWS)
    for k in range(count):
        for j in range(count):
            hessian[k, j] = 0.0
    for first in range(0, rows, _BLOCK_ROWS):
        if cancel[0] != 0:
            return
        size = min(_BLOCK_ROWS, rows - first)
        for i in range(size):
            buffer[i] = -y[first + i]
        for k in range(count):
            for i in range(size):
                buffer[i] += weights[at, k] * X[k, first + i]
        for i in range(size):
            buffer[i] = _bend(code, delta, buffer[i])
        for k in range(count):
            for j in range(k + 1):
                share = 0.0
                for i in range(size):
                    share += buffer[i] * X[k, first + i] * X[j, first + i]
                hessian[k, j] += share
    for k in range(count):
        for j in range(k + 1):
            hessian[k, j] /= rows
            hessian[j, k] = hessian[k, j]


@compiled
def _bend(code: int, delta: float, residual: float) -> float:
    """Return d²loss/dr² of one residual, as :func:`gdexplorer.core.losses.second_derivatives` does."""
    if code == 0:
        return 2.0
    size = abs(residual)
    if code == 2:
        return 1.0 if size <= delta else 0.0
    t = math.exp(-2.0 * size)
    return 4.0 * t / ((1.0 + t) * (1.0 + t))


@compiled
def _solve_symmetric(matrix: FloatArray, right: FloatArray, solution: FloatArray) -> None:
    """Write x with Ax = right for a symmetric A = ``matrix``, shape (K, K), without negative eigenvalues.

    ``matrix`` is overwritten. By LDLᵀ with diagonal pivoting (Golub, Van Loan (2013), Matrix Computations, section
    4.2.8) after scaling to a unit diagonal. Where the largest pivot left is 0 to rounding, A is flat along what is
    left: those entries of x are 0.
    """
    count = right.shape[0]
    scales, order = np.empty(count), np.empty(count, dtype=np.int64)
    for k in range(count):
        order[k] = k
        scales[k] = 1.0 / math.sqrt(matrix[k, k]) if matrix[k, k] > 0.0 else 0.0
    for k in range(count):
        for j in range(count):
            matrix[k, j] *= scales[k] * scales[j]
        solution[k] = right[k] * scales[k]
    rank = count
    for j in range(count):
        best = j
        for k in range(j + 1, count):
            if matrix[k, k] > matrix[best, best]:
                best = k
        if matrix[best, best] <= count * _EPS:
            rank = j
            break
        _swap(matrix, solution, order, j, best)
        for k in range(j + 1, count):
            share = matrix[k, j] / matrix[j, j]
            for i in range(j + 1, count):
                matrix[k, i] -= share * matrix[j, i]
            solution[k] -= share * solution[j]
    for j in range(rank - 1, -1, -1):
        for i in range(j + 1, rank):
            solution[j] -= matrix[j, i] * solution[i]
        solution[j] /= matrix[j, j]
    found = np.zeros(count)
    for j in range(rank):
        found[order[j]] = solution[j] * scales[order[j]]
    for k in range(count):
        solution[k] = found[k]


@compiled
def _swap(matrix: FloatArray, right: FloatArray, order: NDArray[np.int64], one: int, other: int) -> None:
    """Exchange two unknowns."""
    if one == other:
        return
    for i in range(matrix.shape[0]):
        matrix[one, i], matrix[other, i] = matrix[other, i], matrix[one, i]
    for i in range(matrix.shape[0]):
        matrix[i, one], matrix[i, other] = matrix[i, other], matrix[i, one]
    right[one], right[other] = right[other], right[one]
    order[one], order[other] = order[other], order[one]
