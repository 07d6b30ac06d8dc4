"""States to come back to, so that any step of a run can be taken again, bit for bit."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import counted
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import UNLIMITED, Settings
from gdexplorer.core.training import Status, TrainingState, advance

#: At most so many states are kept.
MOST_STATES = 256
#: At most so many changes of the settings.
MOST_CHANGES = 4096


@dataclass(frozen=True, eq=False)
class Replay:
    """How to come to the state before a step.

    Attributes:
        step: Which step; the first is 1.
        state: A state at or before that.
        pieces: Settings, each with the last step that is taken with it, from ``state`` on to ``step``.
    """

    step: int
    state: TrainingState
    pieces: tuple[tuple[int, Settings], ...]

    @property
    def distance(self) -> int:
        """How many steps have to be taken again."""
        return self.step - 1 - self.state.step

    @property
    def settings(self) -> Settings:
        """With which the step itself was taken."""
        return self.pieces[-1][1]


class Checkpoints:
    """Grows with a run and thins itself: states closer than a stride are dropped, and the stride doubles.

    So the steps to take again are hardly ever more than a hundredth of those of the run, or than one slice of it. Of a
    run whose settings were changed very often, the first steps cannot be taken again.
    """

    def __init__(self) -> None:
        self._states: list[TrainingState] = []
        self._stride = 1
        self._from: list[int] = []  # steps after which the settings beside are in use
        self._settings: list[Settings] = []
        self._reached = 0

    def __len__(self) -> int:
        """How many states are kept."""
        return len(self._states)

    @property
    def first_step(self) -> int:
        """The first step that can be taken again."""
        return self._states[0].step + 1 if self._states else 1

    def note(self, before: TrainingState, settings: Settings, reached: int) -> None:
        """Remember that steps after ``before`` were taken with ``settings``, up to step ``reached``."""
        if reached == before.step:
            return
        relevant = replace(settings, steps_per_second=UNLIMITED, tolerance=0.0)  # the others change no step
        if not self._settings or self._settings[-1] != relevant:
            self._from.append(before.step)
            self._settings.append(relevant)
        self._reached = reached
        if not self._states or before.step // self._stride > self._states[-1].step // self._stride:
            self._states.append(replace(before, status=Status.RUNNING))
        while len(self._states) > MOST_STATES:
            self._thin()
        if len(self._from) > MOST_CHANGES:
            self._forget(before)

    def replay(self, step: int) -> Replay:
        """Return how to take ``step`` again.

        Raises:
            InputError: It has not been taken yet, or cannot be taken again.
        """
        if not 1 <= step <= self._reached:
            taken = f"{counted(self._reached, 'steps')} {'is' if self._reached == 1 else 'are'} taken so far"
            raise InputError(f"There is no step {step:,}: {taken}.")
        if step < self.first_step:
            raise InputError(
                f"Step {step:,} cannot be taken again, since the settings were changed very often after it; "
                f"choose one from {self.first_step:,} on."
            )
        steps = [state.step for state in self._states]
        state = self._states[bisect_right(steps, step - 1) - 1]
        first = bisect_right(self._from, state.step) - 1
        last = bisect_right(self._from, step - 1) - 1
        ends = [*self._from[first + 1 : last + 1], step]
        return Replay(step, state, tuple(zip(ends, self._settings[first : last + 1], strict=True)))

    def _thin(self) -> None:
        """Keep one state in each cell of twice the stride: the first."""
        self._stride *= 2
        kept: list[TrainingState] = []
        for state in self._states:
            if not kept or state.step // self._stride > kept[-1].step // self._stride:
                kept.append(state)
        self._states = kept

    def _forget(self, newest: TrainingState) -> None:
        """Drop the older half of the changes of settings, and the states that need them."""
        half = len(self._from) // 2
        del self._from[:half], self._settings[:half]
        kept = [state for state in self._states if state.step >= self._from[0]]
        self._states = kept or [replace(newest, status=Status.RUNNING)]


def replayed(problem: Problem, replay: Replay, cancel: NDArray[np.int64]) -> TrainingState | None:
    """Return the state before the step of ``replay``, exactly as it was; None where ``cancel`` says to give up.

    Takes as long as its distance took to train. Run it on a worker.
    """
    state = replay.state
    for last, settings in replay.pieces:
        goal = min(last, replay.step - 1)
        while state.step < goal:
            if cancel[0]:
                return None
            before = state.step
            state, _ = advance(problem, state, settings, goal - before, cancel)
            assert cancel[0] or state.step > before, "a step that was taken once can be taken again"
    return None if cancel[0] else state
