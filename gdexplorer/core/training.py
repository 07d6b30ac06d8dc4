"""Training in chunks: a state, some steps, the next state and what was recorded on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core import kernels
from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.errors import InputError
from gdexplorer.core.history import Records, recorded_every, steps_until_change
from gdexplorer.core.numerals import counted
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings


class Status(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    STEPS_DONE = "steps done"
    CONVERGED = "converged"
    DIVERGED = "diverged"


_STATUS = {
    kernels.RUNNING: Status.RUNNING,
    kernels.CANCELLED: Status.RUNNING,
    kernels.CONVERGED: Status.CONVERGED,
    kernels.DIVERGED: Status.DIVERGED,
}


@dataclass(frozen=True, eq=False)
class TrainingState:
    """Where a run is. The next step follows from it and the settings alone.

    Attributes:
        step: Steps taken.
        weights: As trained, shape (K,), read-only.
        memory: The optimizer's, shape (its rows of memory, K), read-only.
        loss: Over all rows at ``weights``.
        gradient: Over all rows at ``weights``, shape (K,), read-only.
        start_norm: Length at the start of the gradient with its decay, against which convergence is judged.
        status: RUNNING, CONVERGED or DIVERGED (then this is the last finite state).
    """

    step: int
    weights: FloatArray
    memory: FloatArray
    loss: float
    gradient: FloatArray
    start_norm: float
    status: Status = Status.RUNNING

    @property
    def gradient_norm(self) -> float:
        """Euclidean length of the gradient."""
        return float(np.linalg.norm(self.gradient))


def start_weights(problem: Problem, settings: Settings) -> FloatArray:
    """Return the weights that ``settings`` say to start from: typed, or small and random.

    Raises:
        InputError: The typed start has not one number for each weight.
    """
    if settings.start is None:
        return problem.random_start(settings.seed)
    if len(settings.start) != problem.weight_count:
        raise InputError(
            f"The start has {counted(len(settings.start), 'numbers')} for "
            f"{counted(problem.weight_count, 'weights')}; give one for each."
        )
    return np.array(settings.start)


def begin(problem: Problem, weights: FloatArray, settings: Settings) -> TrainingState:
    """Return the state before the first step of a run under ``settings``.

    Raises:
        InputError: The loss, its slope or the weight decay overflows at these weights.
    """
    weights = np.array(weights, dtype=np.float64)
    loss, gradient = problem.evaluate(weights)
    with np.errstate(over="ignore", invalid="ignore"):
        is_finite = np.isfinite(loss) and np.isfinite(np.linalg.norm(gradient))
    if not is_finite:
        raise InputError(
            "The loss at the start is too large for a floating-point number; start nearer to zero or scale the columns."
        )
    norm = _followed_norm(weights, gradient, settings)
    if not np.isfinite(norm):
        raise InputError(
            "The weight decay makes the slope at the start too large for a floating-point number; choose a smaller one."
        )
    memory = np.zeros((settings.optimizer_entry.memory_rows, problem.weight_count))
    status = Status.CONVERGED if norm == 0 else Status.RUNNING
    return TrainingState(0, frozen_array(weights), frozen_array(memory), loss, frozen_array(gradient), norm, status)


def held_memory(state: TrainingState, settings: Settings) -> FloatArray:
    """Return a copy of what the optimizer of ``settings`` remembers at ``state``: 0 where another one left no room."""
    rows = settings.optimizer_entry.memory_rows
    return state.memory.copy() if len(state.memory) == rows else np.zeros((rows, len(state.weights)))


def is_at_rest(state: TrainingState, settings: Settings) -> bool:
    """Whether a run that stands at ``state`` has converged under ``settings``: its gradient with decay is flat."""
    norm = _followed_norm(state.weights, state.gradient, settings)
    return settings.tolerance > 0 and norm <= settings.tolerance * state.start_norm


def _followed_norm(weights: FloatArray, gradient: FloatArray, settings: Settings) -> float:
    """Return |g + λw|, without squares that leave the range of numbers, and without a compiled kernel."""
    with np.errstate(over="ignore", invalid="ignore"):
        return math.hypot(*(gradient + settings.weight_decay * weights))


def first_record(state: TrainingState, settings: Settings) -> Records:
    """Return the record of ``state`` itself, which opens a history; its rate is that of the step to come."""
    loss = np.array([state.loss])
    share = settings.schedule_entry.shares(settings.schedule_values, np.array([float(state.step)]))
    return Records(
        np.array([state.step]),
        state.weights[None, :],
        loss,
        loss,
        loss,
        np.array([state.gradient_norm]),
        settings.learning_rate * share,
    )


def advance(
    problem: Problem,
    state: TrainingState,
    settings: Settings,
    steps: int,
    cancel: NDArray[np.int64],
    *,
    every_step: bool = False,
) -> tuple[TrainingState, Records]:
    """Take up to ``steps`` steps. Releases the GIL; deterministic.

    Args:
        problem: What is trained.
        state: Where to begin.
        settings: Hot fields may differ from one call to the next.
        steps: Fewer are taken where the recording stride changes, or the run ends.
        cancel: Shape (1,); another thread may set it to 1 to end the call early.
        every_step: Record all steps, whatever the stride a history would use.

    Returns:
        The new state, and the records of its steps.
    """
    stride = 1 if every_step else recorded_every(state.step)
    if not every_step:
        steps = min(steps, steps_until_change(state.step))
    records = (state.step + steps) // stride - state.step // stride
    row_steps = np.empty(records, dtype=np.int64)
    row_weights = np.empty((records, problem.weight_count))
    row_values = np.empty((5, records))
    weights, memory, gradient = state.weights.copy(), held_memory(state, settings), state.gradient.copy()
    scalars = np.array([state.loss, np.inf, -np.inf])
    tolerance = settings.tolerance * state.start_norm if settings.tolerance > 0 else -1.0
    exact = problem.least_squares
    with np.errstate(all="ignore"):
        reason, step, records = kernels.train(
            problem.is_quadratic,
            exact.H,
            exact.weights,
            exact.loss,
            problem.loss.code,
            problem.delta,
            problem.X,
            problem.y,
            settings.batch_size,
            settings.seed,
            settings.optimizer_entry.code,
            np.array(settings.optimizer_values, dtype=np.float64),
            float(settings.learning_rate),  # a whole number would have the kernel compiled anew
            settings.schedule_entry.code,
            np.array(settings.schedule_values, dtype=np.float64),
            float(settings.gradient_clip),
            float(settings.weight_decay),
            tolerance,
            steps,
            stride,
            state.step,
            weights,
            memory,
            gradient,
            scalars,
            row_steps,
            row_weights,
            row_values,
            None if settings.optimizer_entry.moves_by_weight else np.empty(problem.weight_count),
            cancel,
        )
    new_state = replace(
        state,
        step=step,
        weights=frozen_array(weights),
        memory=frozen_array(memory),
        loss=float(scalars[0]),
        gradient=frozen_array(gradient),
        status=_STATUS[reason],
    )
    loss, low, high, norm, rates = row_values[:, :records]
    lead = float(scalars[1]), float(scalars[2])
    return new_state, Records(row_steps[:records], row_weights[:records], loss, low, high, norm, rates, *lead)


def compile_kernels(problem: Problem, settings: Settings) -> None:
    """Make sure that the next :func:`advance` of this problem does not have to compile. Takes seconds at first."""
    advance(problem, begin(problem, np.zeros(problem.weight_count), settings), settings, 1, np.zeros(1, dtype=np.int64))
