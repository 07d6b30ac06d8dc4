"""What the workers are asked to do: pure functions of what they were made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gdexplorer.app.fit_sample import FitSample
from gdexplorer.core.compiled import is_compiled
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.diagnosis import suggested_learning_rate
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.reading_choices import UNDECIDED, ReadingChoices
from gdexplorer.core.settings import Settings
from gdexplorer.core.table_report import TableReport
from gdexplorer.core.terms import default_terms, guess_target
from gdexplorer.core.training import TrainingState, begin, compile_kernels, start_weights
from gdexplorer.engine.worker import Ticket
from gdexplorer.files.reading import open_table


@dataclass(frozen=True, eq=False)
class Prepared:
    """Settings that were found to work, with everything they need.

    Attributes:
        settings: To be put in force.
        problem: That they resolve to.
        sample: Rows of it to draw.
        state: At the start that the settings say.
        report: What reading the file brought, if a file was read.
    """

    settings: Settings
    problem: Problem
    sample: FitSample
    state: TrainingState
    report: TableReport | None = None


def settings_for(dataset: Dataset, base: Settings | None = None) -> Settings:
    """Return settings that suit fresh data, keeping the choices of ``base`` that do not depend on them."""
    target = guess_target(dataset)
    terms = default_terms(dataset, target)
    if base is None:
        return Settings(dataset.source, target, terms)
    count = min(base.weight_count, len(terms))
    return replace(
        base, source=dataset.source, target=target, terms=terms, weight_count=count, start=None, batch_size=0
    )


def opening(
    source: str, base: Settings | None, weight_count: int | None = None, choices: ReadingChoices = UNDECIDED
) -> Callable[[Ticket], Prepared]:
    """Make the job that reads ``source`` and finds settings and a learning rate that work on it."""

    def job(ticket: Ticket) -> Prepared:
        table = open_table(source, choices, ticket)
        settings = replace(settings_for(table.dataset, base), reading=choices)
        if weight_count is not None:
            settings = replace(settings, weight_count=weight_count)
        problem = resolve(table.dataset, settings)
        settings = replace(settings, learning_rate=suggested_learning_rate(problem, settings))
        state = begin(problem, start_weights(problem, settings))
        return Prepared(settings, problem, FitSample(problem), state, table.report)

    return job


def resolving(dataset: Dataset, settings: Settings) -> Callable[[Ticket], Prepared]:
    """Make the job that resolves ``settings`` and makes sure that a run can begin with them."""

    def job(_ticket: Ticket) -> Prepared:
        problem = resolve(dataset, settings)
        state = begin(problem, start_weights(problem, settings))
        return Prepared(settings, problem, FitSample(problem), state)

    return job


def compiling(problem: Problem, settings: Settings) -> Callable[[Ticket], bool]:
    """Make the job that compiles the kernels before somebody waits for them; False where they cannot be."""

    def job(_ticket: Ticket) -> bool:
        compile_kernels(problem, settings)
        return is_compiled()

    return job
