"""Turns what an optimizer remembers, and the parts of its next step, into what the landscape draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdexplorer.core.arrows import StepArrows, adds_up, remembers_velocity
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.numerals import compact
from gdexplorer.core.optimizers import MemoryKind, Optimizer
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import TrainingState
from gdexplorer.ui.landscape_choice import LandscapeChoice, View
from gdexplorer.ui.memory_parts import Part, SquareMemory, SquareScale, StepParts


def offered_parts(optimizer: Optimizer) -> frozenset[Part]:
    """Return what there is to see of a step and its memory besides the step; nothing where the slope is all of it."""
    parts = set()
    if remembers_velocity(optimizer):
        parts |= {Part.SLOPE, Part.VELOCITY}
    if not adds_up(optimizer):
        parts.add(Part.SLOPE)
    if _squares_slot(optimizer) is not None:
        parts.add(Part.SQUARES)
    return frozenset(parts)


@dataclass(frozen=True, eq=False)
class Pending:
    """What is drawn of the step about to be taken and of the memory behind it.

    Attributes:
        arrows: The step; None where it is not known.
        squares: What the optimizer remembers of past slopes; None where nothing of the kind.
        is_named: Whether there is time to read names beside the arrows.
    """

    arrows: StepArrows | None
    squares: SquareMemory | None
    is_named: bool

    def parts(self, place: Callable[[FloatArray], FloatArray]) -> StepParts | None:
        """Return the step's parts where ``place`` puts weights; None where the slope is all of it."""
        arrows = self.arrows
        if arrows is None or (arrows.velocity is None and arrows.adds_up):
            return None
        with np.errstate(all="ignore"):
            slope = place(arrows.start + arrows.slope)
            velocity = None
            if arrows.velocity is not None and arrows.adds_up:
                velocity = slope, place(arrows.landing)
            elif arrows.velocity is not None:
                velocity = place(arrows.start), place(arrows.start + arrows.velocity)
        return StepParts(slope, velocity, arrows.adds_up, self.is_named)


def square_memory(
    settings: Settings, state: TrainingState, choice: LandscapeChoice, scale: SquareScale
) -> SquareMemory | None:
    """Return the squares that the optimizer divides by; None where it remembers none.

    Those of a plane of two weights are these two weights’.
    """
    optimizer = settings.optimizer_entry
    slot = _squares_slot(optimizer)
    if slot is None or slot >= len(state.memory):
        return None
    values, memory = state.memory[slot], optimizer.memory[slot]
    is_pair = choice.view is View.PAIR
    indices = tuple(index for index in choice.pair if index < len(values)) if is_pair else tuple(range(len(values)))
    return SquareMemory(memory.symbol, memory.meaning, values, scale.include(values), indices)


def step_sentence(arrows: StepArrows, settings: Settings) -> str:
    """Say how far the next step of a single weight goes and what it is made of; weights as trained."""
    title = settings.optimizer_entry.title
    step = compact(float(arrows.landing[0] - arrows.start[0]), 3)
    slope = compact(float(arrows.slope[0]), 3)
    if not arrows.adds_up:
        return (
            f"The next step is {step}, as {title} takes it; the slope alone, at this learning rate, would be {slope}."
        )
    if arrows.velocity is None:
        return f"The next step is {step}, as {title} takes it."
    return f"The next step is {step}: {slope} by the slope, {compact(float(arrows.velocity[0]), 3)} by the velocity."


def _squares_slot(optimizer: Optimizer) -> int | None:
    """Return where the squares are that a step is divided by: the last of them; None where there are none."""
    slots = [slot for slot, memory in enumerate(optimizer.memory) if memory.kind is MemoryKind.SQUARES]
    return slots[-1] if slots else None
