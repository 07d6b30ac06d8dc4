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
from gdexplorer.core.followed_gradient import followed_norm, shape_slopes
from gdexplorer.core.losses import losses_and_slopes
from gdexplorer.core.optimizers import MEMORY_SLOTS
from gdexplorer.core.schedules import schedule_share
from gdexplorer.core.weight_steps import LAST_SIMPLE_CODE, moved, moved_further, step_factors
from gdexplorer.core.whole_steps import whole_step

#: Rows handled at once: two vectors of this length stay in the first-level cache.
BLOCK_ROWS = 1024

#: Why a call of :func:`train` came back.
RUNNING, CONVERGED, DIVERGED, CANCELLED = 0, 1, 2, 3

#: What is nearer to 0 counts as 0: numbers below 1e-308 take a processor ten times as long, and a weight that shrinks
#: by a factor each step would stay there for good. Far enough above for a product with a curvature.
_NOTHING = 1e-290


#: The row of the gradients that holds the one to follow.
_FOLLOWED = 2


@compiled
def _or_nothing(number: float) -> float:
    """Return ``number``, or 0 where it is too small to matter; NaN stays."""
    return 0.0 if abs(number) < _NOTHING else number


@compiled
def evaluate_rows(
    code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    weights: FloatArray,
    gradient: FloatArray,
    at: int,
    buffer: FloatArray,
    cancel: NDArray[np.int64],
) -> float:
    """Write the mean gradient over all rows of ``X`` and return the mean loss; NaN where cancelled.

    Args:
        code: Of the loss.
        delta: Its parameter.
        X: Shape (K, rows).
        y: Shape (rows,).
        weights: Shape (…, K); row ``at`` is read.
        gradient: Shape (…, K); row ``at`` is written.
        at: Which row.
        buffer: Shape (BLOCK_ROWS,), overwritten.
        cancel: Shape (1,); anything but 0 ends the pass early.
    """
    count, rows = X.shape
    total = 0.0
    for k in range(count):
        gradient[at, k] = 0.0
    for first in range(0, rows, BLOCK_ROWS):
        if cancel[0] != 0:
            return math.nan
        size = min(BLOCK_ROWS, rows - first)
        for i in range(size):
            buffer[i] = -y[first + i]
        for k in range(count):
            w = weights[at, k]
            for i in range(size):
                buffer[i] += w * X[k, first + i]
        total += losses_and_slopes(code, delta, buffer, size)
        for k in range(count):
            share = 0.0
            for i in range(size):
                share += buffer[i] * X[k, first + i]
            gradient[at, k] += share
    for k in range(count):
        gradient[at, k] /= rows
    return float(total / rows)


@compiled
def batch_gradient(
    code: int,
    delta: float,
    X: FloatArray,
    y: FloatArray,
    weights: FloatArray,
    gradient: FloatArray,
    at: int,
    buffer: FloatArray,
    seed: int,
    step: int,
    batch_size: int,
    cancel: NDArray[np.int64],
) -> None:
    """Write the mean gradient over the rows of the batch of ``step`` (the first is 1), at row ``at`` of ``weights``.

    Where cancelled, ``gradient``, shape (K,), is left unfinished.
    """
    count, rows = X.shape
    per_epoch = (rows + batch_size - 1) // batch_size
    epoch = (step - 1) // per_epoch
    first = ((step - 1) % per_epoch) * batch_size
    size = min(batch_size, rows - first)
    for k in range(count):
        gradient[k] = 0.0
    chosen = np.empty(min(size, BLOCK_ROWS), dtype=np.int64)
    for start in range(0, size, BLOCK_ROWS):
        if cancel[0] != 0:
            return
        block = min(BLOCK_ROWS, size - start)
        for i in range(block):
            row = shuffled_row(seed, epoch, first + start + i, rows)
            chosen[i] = row
            residual = -y[row]
            for k in range(count):
                residual += weights[at, k] * X[k, row]
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
    learning_rate: float,
    schedule_code: int,
    schedule_parameters: FloatArray,
    clip: float,
    decay: float,
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
    direction: FloatArray | None,
    cancel: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Take up to ``steps`` steps and record every ``stride``-th of them.

    The state is evaluated before and after: ``gradient`` and ``scalars[0]`` are gradient and loss over all rows at
    ``weights``. A mini-batch step without the quadratic form is evaluated only where it is recorded, since each
    evaluation reads all rows, and after the last step; that one is kept out of the records, so that they do not
    depend on how a run is cut into calls.

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
        parameters: Of the optimizer, shape (4,).
        learning_rate: η, of which the schedule uses a share.
        schedule_code: See :data:`gdexplorer.core.schedules.SCHEDULES`.
        schedule_parameters: Of the schedule, shape (2,).
        clip: See :func:`shape_slopes`.
        decay: See :func:`shape_slopes`.
        tolerance: The run has converged where the gradient with its decay is at most so long; negative for never.
        steps: At most so many.
        stride: Record steps that it divides.
        step: Steps taken before.
        weights: Shape (K,), changed.
        memory: Shape (rows of the optimizer's memory, K), changed.
        gradient: Shape (K,), changed.
        scalars: Shape (3,), changed: the loss, then the smallest and largest loss seen before the first record.
        row_steps: Shape (records,), written.
        row_weights: Shape (records, K), written.
        row_values: Shape (5, records), written: loss, the bucket's smallest and largest loss, gradient norm, and the
            rate of the step.
        direction: Scratch of the optimizers that need all weights at once, shape (K,); None for the others, for which
            the compiler then leaves out the code of :mod:`gdexplorer.core.whole_steps`.
        cancel: Shape (1,); anything but 0 ends the call soon, at the last evaluated step.

    Returns:
        Why it ended, the step reached, and the number of records.
    """
    count = weights.shape[0]
    slots = MEMORY_SLOTS if direction is None else memory.shape[0]  # a number that the compiler knows, where it can
    buffer = np.empty(BLOCK_ROWS)
    # Two copies of the state: `good` is the last evaluated one, to come back to; the other is worked on. The gradient
    # to follow, where it is not that of the loss, is in a third row, so that reading it costs nothing more.
    w = np.empty((2, count))
    g = np.empty((3, count))
    slopes = g[_FOLLOWED]
    m = np.empty((2, slots, count))
    for k in range(count):  # slice assignment would compile error messages, which takes seconds
        w[0, k], g[0, k] = weights[k], gradient[k]
        for slot in range(slots):
            m[0, slot, k] = memory[slot, k]
            m[1, slot, k] = memory[slot, k]
    good, good_step = 0, step
    source = good
    last = step + steps
    due = (step // stride + 1) * stride
    limit = tolerance * tolerance if tolerance >= 0.0 else -1.0
    if decay != 0.0:  # where the gradient to follow is looked at instead
        limit = math.inf
    uses_gradient = batch_size == 0 and clip == 0.0 and decay == 0.0 and direction is None
    rate = learning_rate
    pace, spread, shrunk, missing, is_settled = rate, 1.0, 1.0, 0.0, False
    loss = scalars[0]
    lead_low, lead_high = math.inf, -math.inf
    records = 0
    reason = RUNNING
    while step < last:
        new = 1 - good
        step += 1
        follow = source
        if not is_settled:
            if schedule_code != 0:
                rate = learning_rate * schedule_share(schedule_code, schedule_parameters, step - 1.0)
            pace, spread, shrunk, missing = step_factors(optimizer_code, parameters, rate, step, m[source, 2, 0])
            is_settled = schedule_code == 0 and pace == rate and spread == 1.0 and missing == 0.0
        if not uses_gradient:
            follow = _FOLLOWED
            if batch_size != 0:
                batch_gradient(loss_code, delta, X, y, w, slopes, source, buffer, seed, step, batch_size, cancel)
            else:
                for k in range(count):
                    slopes[k] = g[source, k]
            shape_slopes(slopes, w, source, clip, decay)
            if cancel[0] != 0:
                reason = CANCELLED
                break
        used = rate
        if direction is not None:
            used = whole_step(
                optimizer_code,
                use_quadratic,
                H,
                loss_code,
                delta,
                X,
                y,
                decay,
                rate,
                w,
                g,
                slopes,
                m,
                source,
                new,
                direction,
                cancel,
            )
            if cancel[0] != 0:
                reason = CANCELLED
                break
            for k in range(count):
                w[new, k] = _or_nothing(w[new, k])
        elif optimizer_code == 0:  # remembers nothing: the loop that most runs spend their time in is a tight one
            for k in range(count):
                weight, _, _ = moved(0, parameters, pace, spread, w[source, k], g[follow, k], 0.0, 0.0)
                w[new, k] = _or_nothing(weight)
        elif optimizer_code <= LAST_SIMPLE_CODE:
            for k in range(count):
                weight, first, second = moved(
                    optimizer_code,
                    parameters,
                    pace,
                    spread,
                    w[source, k],
                    g[follow, k],
                    m[source, 0, k],
                    m[source, 1, k],
                )
                w[new, k] = _or_nothing(weight)
                m[new, 0, k], m[new, 1, k] = _or_nothing(first), _or_nothing(second)
        else:
            for k in range(count):
                weight, first, second, third = moved_further(
                    optimizer_code,
                    parameters,
                    pace,
                    spread,
                    shrunk,
                    missing,
                    w[source, k],
                    g[follow, k],
                    m[source, 0, k],
                    m[source, 1, k],
                    m[source, 2, k],
                )
                w[new, k] = _or_nothing(weight)
                m[new, 0, k], m[new, 1, k] = _or_nothing(first), _or_nothing(second)
                m[new, 2, k] = _or_nothing(third)
        counts = use_quadratic or batch_size == 0 or step == due
        if not counts and step < last:
            source = new
            continue
        if use_quadratic:
            # Gradient H(w − w*) and loss L* + ½(w − w*)ᵀH(w − w*), which is ½wᵀHw − bᵀw + c about its minimum, where
            # nothing large cancels. Written out here: a call would cost more than the sums.
            rise = 0.0
            for k in range(count):
                slope = 0.0
                for j in range(count):
                    slope += H[k, j] * (w[new, j] - minimum[j])
                g[new, k] = slope
                rise += slope * (w[new, k] - minimum[k])
            new_loss = minimum_loss + 0.5 * rise
        else:
            new_loss = evaluate_rows(loss_code, delta, X, y, w, g, new, buffer, cancel)
        square = 0.0
        for k in range(count):
            square += g[new, k] * g[new, k]
        if not (math.isfinite(new_loss) and math.isfinite(square)):
            reason = CANCELLED if cancel[0] != 0 else DIVERGED
            break
        good, good_step, source, loss = new, step, new, new_loss
        if step == due:
            due += stride
            row_steps[records] = step
            row_values[0, records] = loss
            row_values[1, records] = loss
            row_values[2, records] = loss
            row_values[3, records] = math.sqrt(square)
            row_values[4, records] = used
            for k in range(count):
                row_weights[records, k] = w[new, k]
            records += 1
        elif counts and records == 0:
            lead_low, lead_high = min(lead_low, loss), max(lead_high, loss)
        elif counts:
            row_values[1, records - 1] = min(row_values[1, records - 1], loss)
            row_values[2, records - 1] = max(row_values[2, records - 1], loss)
        if counts and square <= limit and (decay == 0.0 or followed_norm(g, w, new, decay) <= tolerance):
            reason = CONVERGED
            break
        if cancel[0] != 0:
            reason = CANCELLED
            break
    for k in range(count):
        weights[k], gradient[k] = w[good, k], g[good, k]
        for slot in range(slots):
            memory[slot, k] = m[good, slot, k]
    scalars[0], scalars[1], scalars[2] = loss, lead_low, lead_high
    return reason, good_step, records
