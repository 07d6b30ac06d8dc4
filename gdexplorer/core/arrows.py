"""What the next step is made of: the part of the slope, the part of the memory, and where the step leads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.optimizers import OPTIMIZERS, Family, MemoryKind, Optimizer
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, TrainingState, advance

#: Rows that take well under a millisecond to read.
_FEW_ROWS = 2_000
_HARDLY = 1e-300  # a rate at which no weight moves


@dataclass(frozen=True, eq=False)
class StepArrows:
    """The next step of a run and its parts, as ways through weight space; scaled weights, all of shape (K,).

    Attributes:
        start: The weights before the step.
        landing: The weights after it, exactly those that :func:`gdexplorer.core.training.advance` gives.
        loss: Over all rows at ``landing``.
        rate: η, the learning rate that this step uses.
        slope: −ηg with the gradient g that the step uses: of its batch, clipped, with weight decay.
        velocity: What the memory adds, or, where parts do not add up, the step that it would take on flat ground.
            None for an optimizer that remembers no velocity.
        adds_up: Whether ``slope`` and ``velocity`` together are the step, but for rounding.
    """

    start: FloatArray
    landing: FloatArray
    loss: float
    rate: float
    slope: FloatArray
    velocity: FloatArray | None
    adds_up: bool


def adds_up(optimizer: Optimizer) -> bool:
    """Whether a step is −ηg and a share of the velocity, so that the parts can be laid tip to tail.

    So it is for plain descent, heavy balls, and directions along which η is searched. What measures each weight by
    its past slopes, or by the curvature, bends the way of the slope.
    """
    return optimizer.family is Family.PLAIN or not optimizer.takes_rate


def remembers_velocity(optimizer: Optimizer) -> bool:
    """Whether some of the memory is a direction in weight space."""
    return any(memory.kind is MemoryKind.VELOCITY for memory in optimizer.memory)


def is_quick(problem: Problem, settings: Settings) -> bool:
    """Whether :func:`step_arrows` takes well under a millisecond, once compiled."""
    rows = 0 if problem.is_quadratic else problem.row_count
    return max(rows, min(settings.batch_size, problem.row_count)) <= _FEW_ROWS


def step_arrows(
    problem: Problem, settings: Settings, state: TrainingState, cancel: NDArray[np.int64]
) -> StepArrows | None:
    """Take the next step on a copy and take it apart; pure.

    With momentum (Polyak 1964) the step is −ηg − ημv, with Nesterov's (Sutskever et al. 2013) −ηg − ημ(μv + g), and
    with conjugate gradients −αg + αβd: the velocity's part is what the step has besides −ηg.

    Args:
        problem: What is trained.
        settings: Of the step.
        state: Before it.
        cancel: Shape (1,); anything but 0 ends the work early, and the result is of no use.

    Returns:
        None where the step leads out of the range of numbers.
    """
    optimizer = settings.optimizer_entry
    before = replace(state, status=Status.RUNNING)
    after, records = advance(problem, before, settings, 1, cancel, every_step=True)
    if after.step == state.step:
        return None
    rate = float(records.learning_rates[-1])
    with np.errstate(all="ignore"):
        slope = -rate * used_gradient(problem, settings, state, cancel)
    velocity = None
    if remembers_velocity(optimizer) and adds_up(optimizer):
        velocity = after.weights - state.weights - slope
    elif remembers_velocity(optimizer):
        velocity = _without_slope(problem, settings, before, cancel)
    return StepArrows(
        state.weights,
        after.weights,
        after.loss,
        rate,
        frozen_array(slope),
        None if velocity is None else frozen_array(velocity),
        adds_up(optimizer),
    )


def used_gradient(problem: Problem, settings: Settings, state: TrainingState, cancel: NDArray[np.int64]) -> FloatArray:
    """Return the gradient that the next step uses, shape (K,): of its batch, clipped, with weight decay.

    What a heavy ball without a past has as its velocity after a step is just that.
    """
    if not (settings.batch_size or settings.weight_decay or settings.gradient_clip):
        return state.gradient
    ball = OPTIMIZERS["momentum"]
    plain = replace(settings, optimizer=ball.key, learning_rate=_HARDLY, schedule="constant", tolerance=0.0)
    plain = plain.with_parameter(ball, "momentum", 0.0)
    rested = replace(state, status=Status.RUNNING, memory=np.zeros((ball.memory_rows, problem.weight_count)))
    after, _ = advance(problem, rested, plain, 1, cancel, every_step=True)
    return frozen_array(after.memory[0])


def _without_slope(problem: Problem, settings: Settings, state: TrainingState, cancel: NDArray[np.int64]) -> FloatArray:
    """Return the step on flat ground, shape (K,), without weight decay: what the memory does by itself."""
    optimizer = settings.optimizer_entry
    flat = replace(settings, batch_size=0, weight_decay=0.0, gradient_clip=0.0, tolerance=0.0)
    if any(parameter.name == "decay" for parameter in optimizer.parameters):
        flat = flat.with_parameter(optimizer, "decay", 0.0)
    still = replace(state, gradient=np.zeros(problem.weight_count))
    after, _ = advance(problem, still, flat, 1, cancel, every_step=True)
    return after.weights - state.weights
