"""Training in chunks: a state, some steps, the next state and what was recorded on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core import kernels
from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.errors import InputError
from gdexplorer.core.history import Records, recorded_every, steps_until_change
from gdexplorer.core.numerals import counted
from gdexplorer.core.optimizers import MEMORY_SLOTS
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
        memory: The optimizer's, shape (2, K), read-only.
        loss: Over all rows at ``weights``.
        gradient: Over all rows at ``weights``, shape (K,), read-only.
        start_norm: Gradient norm at the start, against which convergence is judged.
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


def begin(problem: Problem, weights: FloatArray) -> TrainingState:
    """Return the state before the first step.

    Raises:
        InputError: The loss or its slope overflows at these weights.
    """
    weights = np.array(weights, dtype=np.float64)
    loss, gradient = problem.evaluate(weights)
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.linalg.norm(gradient))
    if not (np.isfinite(loss) and np.isfinite(norm)):
        raise InputError(
            "The loss at the start is too large for a floating-point number; start nearer to zero or scale the columns."
        )
    memory = np.zeros((MEMORY_SLOTS, problem.weight_count))
    status = Status.CONVERGED if norm == 0 else Status.RUNNING
    return TrainingState(0, frozen_array(weights), frozen_array(memory), loss, frozen_array(gradient), norm, status)


def first_record(state: TrainingState, settings: Settings) -> Records:
    """Return the record of ``state`` itself, which opens a history."""
    loss = np.array([state.loss])
    return Records(
        np.array([state.step]),
        state.weights[None, :],
        loss,
        loss,
        loss,
        np.array([state.gradient_norm]),
        np.array([settings.learning_rate]),
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
    row_values = np.empty((4, records))
    weights, memory, gradient = state.weights.copy(), state.memory.copy(), state.gradient.copy()
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
            np.array(settings.optimizer_values),
            settings.learning_rate,
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
    loss, low, high, norm = row_values[:, :records]
    rates = np.full(records, settings.learning_rate)
    lead = float(scalars[1]), float(scalars[2])
    return new_state, Records(row_steps[:records], row_weights[:records], loss, low, high, norm, rates, *lead)


def compile_kernels(problem: Problem, settings: Settings) -> None:
    """Make sure that the next :func:`advance` of this problem does not have to compile. Takes seconds at first."""
    advance(problem, begin(problem, np.zeros(problem.weight_count)), settings, 1, np.zeros(1, dtype=np.int64))
