"""The training loop, without the GIL: plain loops over arrays that numba compiles.

Columns are rows of memory here: ``X`` has shape (K, rows), C-contiguous, so that one term of many rows is read in
a stream.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.batches import shuffled_row
from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.losses import losses_and_slopes
from gdexplorer.core.optimizers import update

#: Rows handled at once: two vectors of this length stay in the first-level cache.
BLOCK_ROWS = 1024

#: Why a call of :func:`train` came back.
RUNNING, CONVERGED, DIVERGED, CANCELLED = 0, 1, 2, 3


@compiled
def evaluate_rows(
    code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    weights: FloatArray,
    gradient: FloatArray,
    buffer: FloatArray,
    cancel: NDArray[np.int64],
) -> float:
    """Write the mean gradient over all rows of ``X`` and return the mean loss; NaN where cancelled.

    Args:
        code: Of the loss.
        delta: Its parameter.
        X: Shape (K, rows).
        y: Shape (rows,).
        weights: Shape (K,).
        gradient: Shape (K,), written.
        buffer: Shape (BLOCK_ROWS,), overwritten.
        cancel: Shape (1,); anything but 0 ends the pass early.
    """
    count, rows = X.shape
    total = 0.0
    for k in range(count):
        gradient[k] = 0.0
    for first in range(0, rows, BLOCK_ROWS):
        if cancel[0] != 0:
            return math.nan
        size = min(BLOCK_ROWS, rows - first)
        for i in range(size):
            buffer[i] = -y[first + i]
        for k in range(count):
            w = weights[k]
            for i in range(size):
                buffer[i] += w * X[k, first + i]
        total += losses_and_slopes(code, delta, buffer, size)
        for k in range(count):
            share = 0.0
            for i in range(size):
                share += buffer[i] * X[k, first + i]
            gradient[k] += share
    for k in range(count):
        gradient[k] /= rows
    return total / rows


@compiled
def evaluate_quadratic(
    H: FloatArray,
    minimum: FloatArray,
    minimum_loss: float,
    weights: FloatArray,
    gradient: FloatArray,
) -> float:
    """Write the gradient H(w − w*) and return the loss L* + ½(w − w*)ᵀH(w − w*).

    This is ½wᵀHw − bᵀw + c about its minimum, where nothing large cancels.
    """
    count = weights.shape[0]
    rise = 0.0
    for k in range(count):
        slope = 0.0
        for j in range(count):
            slope += H[k, j] * (weights[j] - minimum[j])
        gradient[k] = slope
        rise += slope * (weights[k] - minimum[k])
    return minimum_loss + 0.5 * rise


@compiled
def batch_gradient(
    code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    weights: FloatArray,
    gradient: FloatArray,
    buffer: FloatArray,
    seed: int,
    step: int,
    batch_size: int,
) -> None:
    """Write the mean gradient over the rows of the batch of ``step`` (the first is 1)."""
    count, rows = X.shape
    per_epoch = (rows + batch_size - 1) // batch_size
    epoch = (step - 1) // per_epoch
    first = ((step - 1) % per_epoch) * batch_size
    size = min(batch_size, rows - first)
    for k in range(count):
        gradient[k] = 0.0
    chosen = np.empty(min(size, BLOCK_ROWS), dtype=np.int64)
    for start in range(0, size, BLOCK_ROWS):
        block = min(BLOCK_ROWS, size - start)
        for i in range(block):
            row = shuffled_row(seed, epoch, first + start + i, rows)
            chosen[i] = row
            residual = -y[row]
            for k in range(count):
                residual += weights[k] * X[k, row]
            buffer[i] = residual
        losses_and_slopes(code, delta, buffer, block)
        for k in range(count):
            share = 0.0
            for i in range(block):
                share += buffer[i] * X[k, chosen[i]]
            gradient[k] += share
    for k in range(count):
        gradient[k] /= size


@compiled
def train(
    use_quadratic: bool,
    H: FloatArray,
    minimum: FloatArray,
    minimum_loss: float,
    loss_code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    batch_size: int,
    seed: int,
    optimizer_code: int,
    parameters: FloatArray,
    rate: float,
    tolerance: float,
    steps: int,
    stride: int,
    step: int,
    weights: FloatArray,
    memory: FloatArray,
    gradient: FloatArray,
    scalars: FloatArray,
    row_steps: NDArray[np.int64],
    row_weights: FloatArray,
    row_values: FloatArray,
    cancel: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Take up to ``steps`` steps and record every ``stride``-th of them.

    The state is evaluated before and after: ``gradient`` and ``scalars[0]`` are gradient and loss over all rows at
    ``weights``. A mini-batch step without the quadratic form is evaluated only where it is recorded, and at the
    end, since each evaluation reads all rows.

    Args:
        use_quadratic: Evaluate by ``H``, ``minimum`` and ``minimum_loss`` instead of the rows.
        H: Shape (K, K).
        minimum: Shape (K,).
        minimum_loss: The loss there.
        loss_code: See :data:`gdexplorer.core.losses.LOSSES`.
        delta: Parameter of the loss.
        X: Shape (K, rows).
        y: Shape (rows,).
        batch_size: 0 for all rows.
        seed: Of the shuffling.
        optimizer_code: See :data:`gdexplorer.core.optimizers.OPTIMIZERS`.
        parameters: Of the optimizer, shape (3,).
        rate: The learning rate.
        tolerance: Gradient norm at or below which the run has converged; negative for never.
        steps: At most so many.
        stride: Record steps that it divides.
        step: Steps taken before.
        weights: Shape (K,), changed.
        memory: Shape (2, K), changed.
        gradient: Shape (K,), changed.
        scalars: Shape (3,), changed: the loss, then the smallest and largest loss seen before the first record.
        row_steps: Shape (records,), written.
        row_weights: Shape (records, K), written.
        row_values: Shape (4, records), written: loss, the bucket's smallest and largest loss, gradient norm.
        cancel: Shape (1,); anything but 0 ends the call at the last evaluated step.

    Returns:
        Why it ended, the step reached, and the number of records.
    """
    count = weights.shape[0]
    pace = np.empty(count)
    buffer = np.empty(BLOCK_ROWS)
    good_weights = weights.copy()
    good_memory = memory.copy()
    good_gradient = gradient.copy()
    good_step = step
    records = 0
    scalars[1], scalars[2] = math.inf, -math.inf
    for turn in range(steps):
        if batch_size == 0:
            update(optimizer_code, parameters, rate, step + 1, gradient, weights, memory)
        else:
            batch_gradient(loss_code, delta, X, y, weights, pace, buffer, seed, step + 1, batch_size)
            update(optimizer_code, parameters, rate, step + 1, pace, weights, memory)
        step += 1
        is_recorded = step % stride == 0
        if not (use_quadratic or batch_size == 0 or is_recorded or turn == steps - 1):
            continue
        if use_quadratic:
            loss = evaluate_quadratic(H, minimum, minimum_loss, weights, gradient)
        else:
            loss = evaluate_rows(loss_code, delta, X, y, weights, gradient, buffer, cancel)
        norm = 0.0
        for k in range(count):
            norm += gradient[k] * gradient[k]
        if not (math.isfinite(loss) and math.isfinite(norm)):
            weights[:] = good_weights
            memory[:] = good_memory
            gradient[:] = good_gradient
            return (CANCELLED if cancel[0] != 0 else DIVERGED), good_step, records
        norm = math.sqrt(norm)
        scalars[0] = loss
        if is_recorded:
            row_steps[records] = step
            row_values[0, records] = loss
            row_values[1, records] = loss
            row_values[2, records] = loss
            row_values[3, records] = norm
            for k in range(count):
                row_weights[records, k] = weights[k]
            records += 1
        elif records == 0:
            scalars[1] = min(scalars[1], loss)
            scalars[2] = max(scalars[2], loss)
        else:
            row_values[1, records - 1] = min(row_values[1, records - 1], loss)
            row_values[2, records - 1] = max(row_values[2, records - 1], loss)
        if norm <= tolerance:
            return CONVERGED, step, records
        good_step = step
        for k in range(count):
            good_weights[k] = weights[k]
            good_gradient[k] = gradient[k]
            good_memory[0, k] = memory[0, k]
            good_memory[1, k] = memory[1, k]
        if cancel[0] != 0:
            return CANCELLED, step, records
    return RUNNING, step, records
