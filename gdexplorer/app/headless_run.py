"""Training without a window: slices on the calling thread, a clock around them, and Ctrl-C between them."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.history import Records, recorded_every
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, TrainingState, advance

# Multiply-adds in a slice: some 10 to 50 ms. Counted instead of timed, since where a slice ends decides at which
# steps mini-batch training looks whether it has converged: the same command gives the same result everywhere.
_SLICE_WORK = 10_000_000
_SLICE_NUMBERS = 65_536  # recorded in a slice at most, so that writing them is quick too
_ROW_OVERHEAD = 16  # of finding a row of a batch, in multiply-adds
_STEP_OVERHEAD = 16
_SEARCH_PASSES = 50  # over the projected rows, of a search along a line


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a run ended.

    Attributes:
        state: The last one.
        status: Why it ended; RUNNING where it was interrupted.
        seconds: Spent in training alone.
        last_rate: The learning rate with which the last recorded step was taken; None where there was none.
    """

    state: TrainingState
    status: Status
    seconds: float
    last_rate: float | None = None

    @property
    def steps_per_second(self) -> float | None:
        """How fast it trained; None where it took no step."""
        return self.state.step / self.seconds if self.state.step and self.seconds > 0 else None


def run(
    problem: Problem,
    state: TrainingState,
    settings: Settings,
    steps: int,
    record: Callable[[Records], None] | None = None,
) -> Outcome:
    """Train until ``steps`` are taken, the run has converged or diverged, or Ctrl-C is pressed. Main thread only.

    Args:
        problem: What is trained.
        state: Where to begin.
        settings: Of the whole run.
        steps: The step to reach.
        record: Called with all steps of each slice; None if nobody wants them.
    """
    seconds, last_rate = 0.0, None
    with interrupt_flag() as interrupted:
        while state.status is Status.RUNNING and state.step < steps and not interrupted[0]:
            count = min(steps - state.step, _slice_steps(problem, settings, state.step, record is not None))
            began = time.perf_counter()
            state, records = advance(problem, state, settings, count, interrupted, every_step=record is not None)
            seconds += time.perf_counter() - began
            if len(records):
                last_rate = float(records.learning_rates[-1])
            if record is not None:
                record(records)
    is_done = state.status is Status.RUNNING and state.step >= steps
    return Outcome(state, Status.STEPS_DONE if is_done else state.status, seconds, last_rate)


def _slice_steps(problem: Problem, settings: Settings, step: int, every_step: bool) -> int:
    """Return how many steps after ``step`` make one slice; the same on every machine."""
    count, rows = problem.weight_count, problem.row_count
    entry = settings.optimizer_entry
    work = _STEP_OVERHEAD + count * (count + entry.memory_rows) + settings.batch_size * (count + _ROW_OVERHEAD)
    if entry.needs_hessian:
        work += count**3
    if not problem.is_quadratic:
        passes_every = recorded_every(step) if settings.batch_size and not every_step else 1
        work += rows * count // passes_every
        if entry.needs_hessian:
            work += rows * count * count
        if not entry.takes_rate:
            work += rows * (2 * count + _SEARCH_PASSES)
    most = _SLICE_NUMBERS // (count + 2) if every_step else _SLICE_WORK
    return max(1, min(_SLICE_WORK // work, most))


@contextmanager
def interrupt_flag() -> Iterator[NDArray[np.int64]]:
    """Yield a flag, shape (1,), that Ctrl-C sets to 1 instead of raising KeyboardInterrupt anywhere."""
    flag = np.zeros(1, dtype=np.int64)

    def interrupt(_number: int, _frame: object) -> None:
        flag[0] = 1

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, before)
