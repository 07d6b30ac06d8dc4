"""Sweeps: many short runs that differ in one or two numbers, to see which of them trains best."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.errors import InputError
from gdexplorer.core.history import Records
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, TrainingState, advance, begin

_NEVER_CANCELLED = np.zeros(1, dtype=np.int64)
_SAME_LOSS = 1e-9  # share of the way down by which losses differ through rounding


class SweepKind(StrEnum):
    """What differs from run to run."""

    RATES = "rates"
    MOMENTUM = "momentum"
    STARTS = "starts"


class Outcome(IntEnum):
    """How a trial run ended; as a number in tables."""

    PENDING = 0
    CONVERGED = 1
    NOT_YET = 2
    DIVERGED = 3

    @property
    def word(self) -> str:
        """As people read it."""
        return {0: "not tried", 1: "converged", 2: "not yet", 3: "diverged"}[self.value]


@dataclass(frozen=True)
class Trial:
    """What became of one run.

    Attributes:
        outcome: CONVERGED where the tolerance was met, DIVERGED where the loss left the range of numbers, else NOT_YET.
        steps: Taken until it converged; None where it did not.
        loss: At the end; infinite where it diverged.
        turn_share: Share of the steps that led back against the one before, as in a zig-zag; NaN for less than two.
    """

    outcome: Outcome
    steps: int | None
    loss: float
    turn_share: float


#: A run that cannot even begin: the loss overflows at its start.
_OVERFLOWED = Trial(Outcome.DIVERGED, None, np.inf, np.nan)


def run_trial(
    problem: Problem,
    state: TrainingState,
    settings: Settings,
    steps: int,
    cancel: NDArray[np.int64] = _NEVER_CANCELLED,
) -> Trial | None:
    """Train from ``state`` for at most ``steps`` steps. Releases the GIL; deterministic.

    Args:
        problem: What is trained.
        state: Where to begin; one that has diverged counts as its last finite state.
        settings: Of the whole run.
        steps: At most so many.
        cancel: Shape (1,); another thread may set it to 1 to end the call within milliseconds.

    Returns:
        None where cancelled.
    """
    turns, first = _Turns(state.step, state.weights), state.step
    end = run_to_end(problem, state, settings, steps, cancel, turns.take)
    if end is None:
        return None
    state = end
    if state.status is Status.DIVERGED:
        return Trial(Outcome.DIVERGED, None, np.inf, turns.share)
    if state.status is Status.CONVERGED:
        return Trial(Outcome.CONVERGED, state.step - first, state.loss, turns.share)
    return Trial(Outcome.NOT_YET, None, state.loss, turns.share)


def run_to_end(
    problem: Problem,
    state: TrainingState,
    settings: Settings,
    steps: int,
    cancel: NDArray[np.int64] = _NEVER_CANCELLED,
    record: Callable[[Records], None] | None = None,
) -> TrainingState | None:
    """Return the state that a trial run ends in; None where cancelled. See :func:`run_trial`.

    Args:
        problem: What is trained.
        state: Where to begin.
        settings: Of the whole run.
        steps: At most so many.
        cancel: Shape (1,).
        record: Called with the records of each slice; None if nobody wants them.
    """
    if state.status is Status.DIVERGED:
        state = replace(state, status=Status.RUNNING)
    goal = state.step + steps
    while state.status is Status.RUNNING and state.step < goal:
        state, records = advance(problem, state, settings, goal - state.step, cancel)
        if cancel[0]:
            return None
        if record is not None:
            record(records)
    return state


class _Turns:
    """Counts the steps that lead back against the one before, as long as every step is recorded."""

    def __init__(self, step: int, weights: FloatArray) -> None:
        self._step, self._weights = step, weights
        self._way: FloatArray | None = None
        self._turns = self._pairs = 0

    @property
    def share(self) -> float:
        return self._turns / self._pairs if self._pairs else np.nan

    def take(self, records: Records) -> None:
        if not len(records) or records.steps[-1] - self._step != len(records):
            return
        with np.errstate(all="ignore"):
            ways = np.diff(records.weights, axis=0, prepend=self._weights[None, :])
            if self._way is not None:
                ways = np.concatenate([self._way[None, :], ways])
            self._turns += int(np.count_nonzero(np.einsum("ij,ij->i", ways[1:], ways[:-1]) < 0))
        self._pairs += len(ways) - 1
        self._step, self._weights, self._way = int(records.steps[-1]), records.weights[-1], ways[-1]


@dataclass(frozen=True, eq=False)
class SweepPlan:
    """Which runs to try: one for each number along x, or for each cell of a grid of x and y.

    Attributes:
        kind: What x and y are: learning rates; learning rates and momenta; both weights at the start.
        problem: What is trained.
        settings: Of every run, but for what differs.
        state: Where every run begins, unless the starts differ.
        steps: That each run may take.
        x: Ascending, shape (m,), read-only.
        y: Ascending, shape (n,), read-only; None for learning rates alone.
    """

    kind: SweepKind
    problem: Problem
    settings: Settings
    state: TrainingState
    steps: int
    x: FloatArray
    y: FloatArray | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows along y and columns along x of every table of results."""
        return (1 if self.y is None else len(self.y)), len(self.x)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def settings_at(self, index: int) -> Settings:
        """Return the settings of run ``index``, counted row by row, as the user would make them."""
        row, column = divmod(index, len(self.x))
        if self.kind is SweepKind.STARTS:
            assert self.y is not None
            return replace(self.settings, start=(float(self.x[column]), float(self.y[row])))
        settings = replace(self.settings, learning_rate=float(self.x[column]))
        if self.y is None:
            return settings
        return settings.with_parameter(settings.optimizer_entry, "momentum", float(self.y[row]))

    def trial(self, index: int, cancel: NDArray[np.int64] = _NEVER_CANCELLED) -> Trial | None:
        """Run trial ``index``; any thread. None where cancelled."""
        settings, state = self.settings_at(index), self.state
        if self.kind is SweepKind.STARTS:
            try:
                state = begin(self.problem, np.array(settings.start), settings)
            except InputError:
                return _OVERFLOWED
        return run_trial(self.problem, state, settings, self.steps, cancel)

    def end_weights(self, index: int, cancel: NDArray[np.int64] = _NEVER_CANCELLED) -> FloatArray | None:
        """Make run ``index`` once more and return the weights at its end, shape (K,); None where cancelled."""
        settings, state = self.settings_at(index), self.state
        if self.kind is SweepKind.STARTS:
            state = begin(self.problem, np.array(settings.start), settings)
        end = run_to_end(self.problem, state, settings, self.steps, cancel)
        return None if end is None else end.weights

    def order(self) -> list[int]:
        """Return all indices, coarse before fine, so that the first few results already show the shape."""
        rows, columns = (_coarse_to_fine(count) for count in self.shape)
        levels = np.maximum(rows[:, None], columns[None, :]).ravel()
        return [int(index) for index in np.argsort(levels, kind="stable")]


def _coarse_to_fine(count: int) -> NDArray[np.int64]:
    """Return for each of ``count`` places how late its turn comes: 0 for the first, the last and some between."""
    levels = np.full(count, 99)
    stride = 2 ** max(0, (count - 1).bit_length() - 3)
    for level in range(stride.bit_length()):
        levels[:: stride >> level] = np.minimum(levels[:: stride >> level], level)
    levels[-1] = 0
    return levels


@dataclass(frozen=True, eq=False)
class Sweep:
    """The results that there are; tables have the plan's shape.

    Attributes:
        plan: What was asked for.
        outcomes: Of :class:`Outcome`.
        steps_to_converge: NaN where the run did not converge.
        final_losses: Infinite where it diverged, NaN where it has not been tried.
        turn_shares: See :class:`Trial`.
    """

    plan: SweepPlan
    outcomes: NDArray[np.int8]
    steps_to_converge: FloatArray
    final_losses: FloatArray
    turn_shares: FloatArray

    @cached_property
    def tried(self) -> int:
        """How many runs have ended."""
        return int(np.count_nonzero(self.outcomes != Outcome.PENDING))

    @property
    def is_complete(self) -> bool:
        """Whether all have."""
        return self.tried == len(self.plan)

    @cached_property
    def fastest(self) -> int | None:
        """Index of the best run, row by row: the fewest steps, or the smallest loss where none has converged.

        Of several equally good ones the middle; losses count as equal where they differ by a billionth of the way
        down. None where all diverged, no run made the loss smaller, or none had a step left to take.
        """
        steps, losses = self.steps_to_converge.ravel(), self.final_losses.ravel()
        if self.begins_at_rest:
            return None
        if np.isfinite(steps).any():
            best = np.flatnonzero(steps == np.nanmin(steps))
        elif np.isfinite(losses).any() and np.nanmin(losses) < self._loss_before:
            lowest = float(np.nanmin(losses))
            before = self._loss_before if np.isfinite(self._loss_before) else float(np.max(losses[np.isfinite(losses)]))
            best = np.flatnonzero(losses <= lowest + _SAME_LOSS * (before - lowest))
        else:
            return None
        return int(best[(len(best) - 1) // 2])

    @property
    def begins_at_rest(self) -> bool:
        """Whether all runs begin where one has converged already, so that none takes a step."""
        return self.plan.kind is not SweepKind.STARTS and self.plan.state.status is Status.CONVERGED

    @property
    def _loss_before(self) -> float:
        return np.inf if self.plan.kind is SweepKind.STARTS else self.plan.state.loss

    def trial(self, index: int) -> Trial:
        """Return what became of run ``index``."""
        steps = float(self.steps_to_converge.flat[index])
        return Trial(
            Outcome(int(self.outcomes.flat[index])),
            int(steps) if np.isfinite(steps) else None,
            float(self.final_losses.flat[index]),
            float(self.turn_shares.flat[index]),
        )

    def rises(self) -> NDArray[np.bool_]:
        """Return which runs end higher than they began without having left the range of numbers."""
        with np.errstate(invalid="ignore"):
            is_higher = self.final_losses > self._loss_before
        return np.asarray((self.outcomes == Outcome.NOT_YET) & is_higher)


class SweepTable:
    """Collects results, each written once; another thread may take a :meth:`snapshot` meanwhile."""

    def __init__(self, plan: SweepPlan) -> None:
        self.plan = plan
        self._outcomes = np.full(plan.shape, Outcome.PENDING, dtype=np.int8)
        self._steps, self._losses, self._turns = (np.full(plan.shape, np.nan) for _ in range(3))

    def write(self, index: int, trial: Trial) -> None:
        """Keep the result of run ``index``; its outcome last, so that what is marked as tried is whole."""
        if trial.steps is not None:
            self._steps.flat[index] = trial.steps
        self._losses.flat[index] = trial.loss
        self._turns.flat[index] = trial.turn_share
        self._outcomes.flat[index] = trial.outcome

    def snapshot(self) -> Sweep:
        """Return the results so far."""
        outcomes = self._outcomes.copy()
        outcomes.flags.writeable = False
        known = outcomes != Outcome.PENDING
        tables = (frozen_array(np.where(known, table, np.nan)) for table in (self._steps, self._losses, self._turns))
        return Sweep(self.plan, outcomes, *tables)


def trials(plan: SweepPlan, cancel: NDArray[np.int64] = _NEVER_CANCELLED) -> Iterator[tuple[int, Trial]]:
    """Yield index and result of one run after the other, coarse before fine, until all are done or cancelled."""
    for index in plan.order():
        trial = plan.trial(index, cancel)
        if trial is None:
            return
        yield index, trial
