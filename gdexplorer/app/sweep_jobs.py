"""The work behind a sweep: many runs on all cores, whose results can be looked at while they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import Sweep, SweepKind, SweepPlan, SweepTable
from gdexplorer.core.sweep_plans import RATE_COUNT, momentum_plan, rates_plan, starts_plan
from gdexplorer.core.sweep_theory import SweepTheory, sweep_theory
from gdexplorer.core.training import TrainingState, begin, start_weights
from gdexplorer.engine.parallel import cores, in_parallel
from gdexplorer.engine.worker import Ticket


@dataclass(frozen=True, eq=False)
class SweepRequest:
    """All that a sweep follows from; captured on the main thread, worked on elsewhere.

    Attributes:
        kind: What differs from run to run.
        problem: What is trained.
        settings: Of every run, but for what differs.
        steps: That each run may take.
        between: Smallest and largest learning rate; None for those that suit the data.
        state: Where runs begin; None for the start that the settings say.
        count: How many learning rates, unless there is a map to make.
    """

    kind: SweepKind
    problem: Problem
    settings: Settings
    steps: int
    between: tuple[float, float] | None = None
    state: TrainingState | None = None
    count: int = RATE_COUNT

    def plan(self) -> SweepPlan:
        """Return which runs to make. May pass over the rows.

        Raises:
            InputError: There can be no such sweep.
        """
        state = self.state
        if state is None:
            state = begin(self.problem, start_weights(self.problem, self.settings), self.settings)
        if self.kind is SweepKind.STARTS:
            return starts_plan(self.problem, self.settings, state, self.steps)
        if self.kind is SweepKind.MOMENTUM:
            return momentum_plan(self.problem, self.settings, state, self.steps, self.between)
        return rates_plan(self.problem, self.settings, state, self.steps, self.between, self.count)


class SweepProgress:
    """What a sweep has brought so far: written by a worker, looked at by the main thread.

    Attributes:
        request: What was asked for.
    """

    def __init__(self, request: SweepRequest) -> None:
        self.request = request
        self._begun: tuple[SweepTable, SweepTheory] | None = None

    def begin(self, table: SweepTable, theory: SweepTheory) -> None:
        """Let results be seen from now on."""
        self._begun = table, theory

    def look(self) -> tuple[Sweep, SweepTheory] | None:
        """Return the results so far and what formulas say; None before the first run."""
        begun = self._begun
        return None if begun is None else (begun[0].snapshot(), begun[1])


def sweeping(progress: SweepProgress) -> Callable[[Ticket], None]:
    """Make the job that makes the runs that ``progress`` asks for, and writes there what becomes of them."""

    def job(ticket: Ticket) -> None:
        plan = progress.request.plan()
        table = SweepTable(plan)
        progress.begin(table, sweep_theory(plan))
        fill(table, ticket.flag)
        best = table.snapshot().fastest
        if not plan.problem.is_quadratic and best is not None and not ticket.is_cancelled():
            lowest = plan.end_weights(best, ticket.flag)
            progress.begin(table, sweep_theory(plan, lowest, ticket.flag))

    return job


def fill(table: SweepTable, cancel: NDArray[np.int64]) -> None:
    """Make all runs of the plan of ``table`` until they are done or cancelled, on all cores where they read rows.

    Runs that do not are over before a second thread has had its turn in the interpreter.

    Args:
        table: Where results go, coarse before fine.
        cancel: Shape (1,); another thread may set it to 1 to end the call within milliseconds.
    """
    waiting = deque(table.plan.order())

    def work() -> None:
        while not cancel[0]:
            try:
                index = waiting.popleft()
            except IndexError:  # none is left
                return
            trial = table.plan.trial(index, cancel)
            if trial is not None:
                table.write(index, trial)

    reads_rows = not table.plan.problem.is_quadratic or table.plan.settings.batch_size > 0
    in_parallel([work] * (min(cores(), len(table.plan)) if reads_rows else 1))
