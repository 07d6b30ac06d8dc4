"""The account of a step, for a worker."""

from __future__ import annotations

from dataclasses import dataclass

from gdexplorer.core.checkpoints import Replay, replayed
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.step_account import StepAccount, account
from gdexplorer.core.step_rows import RowChoice, TrainingRows
from gdexplorer.core.training import TrainingState
from gdexplorer.engine.worker import Job, Ticket


@dataclass(frozen=True, eq=False)
class StepRequest:
    """Which step, with which rows.

    Attributes:
        problem: What is trained.
        rows: Its rows; None where they have not been looked for yet.
        start: The state before the step with the settings of the step, or how to come to it.
        choice: Which rows to follow.
    """

    problem: Problem
    rows: TrainingRows | None
    start: tuple[TrainingState, Settings] | Replay
    choice: RowChoice


@dataclass(frozen=True, eq=False)
class StepAnswer:
    """What became of a request.

    Attributes:
        account: The step.
        rows: The rows of the problem, for the next request.
    """

    account: StepAccount
    rows: TrainingRows


def accounting(request: StepRequest) -> Job:
    """Return a job that accounts for a step: a StepAnswer, or None where it was given up."""

    def work(ticket: Ticket) -> StepAnswer | None:
        rows = request.rows or TrainingRows(request.problem)
        if isinstance(request.start, Replay):
            state, settings = replayed(request.problem, request.start, ticket.flag), request.start.settings
            if state is None:
                return None
        else:
            state, settings = request.start
        made = account(rows, state, settings, request.choice, ticket.flag)
        return None if made is None else StepAnswer(made, rows)

    return work
