"""One step of training with all its numbers, from the rows to the next weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.batches import batch_rows, steps_per_epoch
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.kernels import BLOCK_ROWS, evaluate_rows
from gdexplorer.core.optimizers import Memory
from gdexplorer.core.problem import Problem
from gdexplorer.core.row_edits import RowArray
from gdexplorer.core.settings import Settings
from gdexplorer.core.step_rows import RowChoice, StepRows, TrainingRows, rows_through
from gdexplorer.core.training import Status, TrainingState, advance, held_memory

#: What PyTorch adds to the length of a gradient before it divides by it.
_CLIP_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class MemoryChange:
    """What a step does to one memory of the optimizer.

    Attributes:
        memory: Which.
        before: Shape (K,).
        after: Shape (K,); None where the step cannot be taken.
    """

    memory: Memory
    before: FloatArray
    after: FloatArray | None


@dataclass(frozen=True, eq=False)
class StepAccount:
    """One step. As trained, unless a name says original; the weights after it are those that training comes to.

    Attributes:
        problem: What is trained.
        settings: With which the step is taken.
        step: Its number; the first is 1.
        before: The state before it.
        after: The state after it; None where it leads out of the range of numbers.
        rows: Some rows.
        row_count: How many rows the step uses.
        epoch: Which epoch its batch is of, and which batch of it, both from 1; None where it uses all rows.
        loss: Mean over the rows of the step.
        gradient: Mean over the rows of the step, shape (K,).
        decay: λw, which weight decay adds to the gradient, shape (K,); None where it is off.
        clip_factor: What clipping multiplies the gradient by; None where it is off.
        slope: What the optimizer is given, shape (K,): the gradient, clipped, with decay.
        rate: The learning rate of this step: by the schedule, or found by a line search; NaN where it cannot be taken.
        memory: The optimizer's.
        update: Weights after less weights before, shape (K,); None where the step cannot be taken.
    """

    problem: Problem
    settings: Settings
    step: int
    before: TrainingState
    after: TrainingState | None
    rows: StepRows
    row_count: int
    epoch: tuple[int, int] | None
    loss: float
    gradient: FloatArray
    decay: FloatArray | None
    clip_factor: float | None
    slope: FloatArray
    rate: float
    memory: tuple[MemoryChange, ...]
    update: FloatArray | None

    @property
    def is_sample(self) -> bool:
        """Whether the rows that can be shown are a sample of a larger table."""
        return self.problem.dataset.total_rows is not None


def account(
    rows: TrainingRows,
    state: TrainingState,
    settings: Settings,
    choice: RowChoice,
    cancel: NDArray[np.int64],
) -> StepAccount | None:
    """Account for the step after ``state``. Reads all rows of the step; run it on a worker.

    Args:
        rows: Of the problem that is trained.
        state: Before the step, whatever its status.
        settings: With which the step is taken.
        choice: Which rows to follow.
        cancel: Shape (1,); another thread may set it to 1 to give up.

    Returns:
        The account; None where given up.
    """
    problem = rows.problem
    moving = replace(state, status=Status.RUNNING)
    after, records = advance(problem, moving, replace(settings, tolerance=0.0), 1, cancel, every_step=True)
    step = state.step + 1
    chosen = batch_rows(settings.seed, step, settings.batch_size, problem.row_count) if settings.batch_size else None
    loss, gradient = _loss_and_gradient(problem, state, chosen, cancel)
    if cancel[0]:
        return None
    held = held_memory(state, settings)
    reached = after if after.step == step else None
    decay, factor, slope = _slope(gradient, state.weights, settings)
    epoch = None
    if chosen is not None:
        turn, place = divmod(step - 1, steps_per_epoch(problem.row_count, settings.batch_size))
        epoch = turn + 1, place + 1
    return StepAccount(
        problem=problem,
        settings=settings,
        step=step,
        before=state,
        after=reached,
        rows=rows_through(rows, chosen, state.weights, choice),
        row_count=problem.rows_total if chosen is None else len(chosen),
        epoch=epoch,
        loss=loss,
        gradient=gradient,
        decay=decay,
        clip_factor=factor,
        slope=slope,
        rate=float(records.learning_rates[-1]) if reached else float("nan"),
        memory=tuple(
            MemoryChange(memory, held[slot], reached.memory[slot] if reached else None)
            for slot, memory in enumerate(settings.optimizer_entry.memory)
        ),
        update=reached.weights - state.weights if reached else None,
    )


def _loss_and_gradient(
    problem: Problem, state: TrainingState, chosen: RowArray | None, cancel: NDArray[np.int64]
) -> tuple[float, FloatArray]:
    """Return mean loss and gradient, shape (K,), over the rows of the step."""
    if chosen is None:
        return state.loss, state.gradient
    point, slopes = np.array(state.weights, ndmin=2), np.empty((1, problem.weight_count))
    X, y = np.ascontiguousarray(problem.X[:, chosen]), problem.y[chosen]
    with np.errstate(all="ignore"):
        loss = evaluate_rows(problem.loss.code, problem.delta, X, y, point, slopes, 0, np.empty(BLOCK_ROWS), cancel)
    return float(loss), slopes[0]


def _slope(
    gradient: FloatArray, weights: FloatArray, settings: Settings
) -> tuple[FloatArray | None, float | None, FloatArray]:
    """Return λw, the factor of clipping, and what the optimizer is given.

    Clipping is that of PyTorch's ``clip_grad_norm_``: the factor min(1, clip/(length + 1e-6)).
    """
    with np.errstate(all="ignore"):
        factor, slope = None, gradient
        if settings.gradient_clip:
            factor = min(1.0, settings.gradient_clip / (float(np.linalg.norm(gradient)) + _CLIP_SLACK))
            slope = gradient * factor
        decay = settings.weight_decay * weights if settings.weight_decay else None
        return decay, factor, slope if decay is None else slope + decay
