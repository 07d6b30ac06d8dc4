"""What the workers are asked to do: pure functions of what they were made with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gdexplorer.app.file_stamp import stamp_of
from gdexplorer.app.fit_sample import FitSample
from gdexplorer.app.pasted import TITLE as PASTED_TITLE
from gdexplorer.app.pasted import is_pasted, write_pasted
from gdexplorer.app.settings_store import changed_fields
from gdexplorer.core.compiled import is_compiled
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.edited_data import apply_edits
from gdexplorer.core.errors import InputError
from gdexplorer.core.first_guesses import default_terms, guess_target
from gdexplorer.core.first_rate import suggested_learning_rate
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.reading_choices import UNDECIDED, ReadingChoices
from gdexplorer.core.row_edits import NO_EDITS
from gdexplorer.core.settings import Settings
from gdexplorer.core.table_report import TableReport
from gdexplorer.core.terms import MAX_TERMS
from gdexplorer.core.training import TrainingState, begin, compile_kernels, start_weights
from gdexplorer.engine.worker import Ticket
from gdexplorer.files.reading import OpenedTable, open_table
from gdexplorer.files.table_cache import TableSlot


@dataclass(frozen=True, eq=False)
class Prepared:
    """Settings that were found to work, with everything they need.

    Attributes:
        settings: To be put in force.
        problem: That they resolve to.
        sample: Rows of it to draw.
        state: At the start that the settings say.
        report: What reading the file brought, if a file was read.
        slot: Where its table may be kept for the next time, if a file was read.
        base: The settings that were in force when reading began, if a file was read and there were any.
    """

    settings: Settings
    problem: Problem
    sample: FitSample
    state: TrainingState
    report: TableReport | None = None
    slot: TableSlot | None = None
    base: Settings | None = None


#: What suits one table only, so that it does not go over to another.
_OF_THE_TABLE = {"source", "reading", "stamp", "target", "terms", "weight_count", "start", "edits", "batch_size"}


def caught_up(prepared: Prepared, now: Settings) -> Settings:
    """Return the settings of what was read, with what the user chose meanwhile, up to the settings ``now``."""
    changed = {} if prepared.base is None else changed_fields(prepared.base, now)
    kept = {name: value for name, value in changed.items() if name not in _OF_THE_TABLE | {"learning_rate"}}
    return replace(prepared.settings, **kept)  # type: ignore[arg-type]


def settings_for(dataset: Dataset, base: Settings | None = None) -> Settings:
    """Return settings that suit fresh data, keeping the choices of ``base`` that do not depend on them."""
    target = guess_target(dataset)
    terms = default_terms(dataset, target)
    if base is None:
        return Settings(dataset.source, target, terms)
    count = min(base.weight_count, len(terms))
    if not 0 < round(base.hold_out * dataset.row_count) < dataset.row_count:
        base = replace(base, hold_out=0.0)
    return replace(
        base, source=dataset.source, target=target, terms=terms, weight_count=count, start=None, batch_size=0
    )


def settings_again(dataset: Dataset, base: Settings) -> Settings:
    """Return settings for the source of ``base`` read anew: target and terms stay where their columns do."""
    if base.target not in dataset:
        return settings_for(dataset, base)
    kept = [term for term in base.terms if all(name in dataset for name in term.columns)]
    in_use = [term for term in base.terms_in_use if term in kept]
    terms = tuple(dict.fromkeys((*kept, *default_terms(dataset, base.target))))[:MAX_TERMS]
    has_all = len(in_use) == base.weight_count
    return replace(base, terms=terms, weight_count=max(len(in_use), 1), start=base.start if has_all else None)


def opening(
    source: str, base: Settings | None, weight_count: int | None = None, choices: ReadingChoices = UNDECIDED
) -> Callable[[Ticket], Prepared]:
    """Make the job that reads ``source`` and finds settings that work on it, with a learning rate.

    Of the source of ``base`` as much is kept as fits, the learning rate too where the terms in use are the same.
    """

    def job(ticket: Ticket) -> Prepared:
        stamp = stamp_of(source)
        table = open_table(source, choices, ticket)
        dataset = table.dataset
        if not Path(dataset.source).is_absolute():
            stamp = ""
        elif is_pasted(Path(dataset.source)):
            dataset = replace(dataset, title=PASTED_TITLE)
        if base is not None and base.source == dataset.source:
            with suppress(InputError):  # such as a batch size above the rows that are left
                again = replace(settings_again(dataset, base), reading=choices, stamp=stamp)
                is_same = (again.target, again.terms_in_use) == (base.target, base.terms_in_use)
                rate = base.learning_rate if is_same else None
                return replace(_prepared(dataset, again, table, ticket, rate), base=base)
        settings = replace(settings_for(dataset, base), reading=choices, stamp=stamp)
        if weight_count is not None:
            settings = replace(settings, weight_count=weight_count)
        return replace(_prepared(dataset, settings, table, ticket), base=base)

    return job


def pasting(text: str, folder: Path, base: Settings) -> Callable[[Ticket], Prepared]:
    """Make the job that keeps ``text`` as a file in ``folder`` and opens that."""

    def job(ticket: Ticket) -> Prepared:
        path = write_pasted(folder, text)
        try:
            return opening(str(path), base)(ticket)
        except InputError as error:  # nobody knows the file by its name
            raise InputError(str(error).replace(path.name, "The pasted table")) from error

    return job


def _prepared(
    dataset: Dataset, settings: Settings, table: OpenedTable, ticket: Ticket, learning_rate: float | None = None
) -> Prepared:
    settings = replace(settings, edits=NO_EDITS)  # those before were of other rows
    problem = _resolved(dataset, settings, ticket)
    rate = suggested_learning_rate(problem, settings) if learning_rate is None else learning_rate
    settings = replace(settings, learning_rate=rate)
    state = begin(problem, start_weights(problem, settings), settings)
    return Prepared(settings, problem, FitSample(problem), state, table.report, table.slot)


def _resolved(dataset: Dataset, settings: Settings, ticket: Ticket) -> Problem:
    problem = resolve(dataset, settings, ticket)
    problem.notes()  # pass over columns, which remember then whether they are constant: the window must not wait
    return problem


def keeping(prepared: Prepared) -> Callable[[Ticket], bool]:
    """Make the job that keeps what was read, so that it is opened quickly the next time."""

    def job(ticket: Ticket) -> bool:
        if prepared.slot is None or prepared.report is None:
            return False
        return prepared.slot.store(prepared.problem.dataset, prepared.report, ticket)

    return job


def resolving(dataset: Dataset, settings: Settings) -> Callable[[Ticket], Prepared]:
    """Make the job that resolves ``settings`` and makes sure that a run can begin with them.

    ``dataset`` is the table as it was read, or what other edits made of it.
    """

    def job(ticket: Ticket) -> Prepared:
        problem = _resolved(apply_edits(dataset, settings.edits), settings, ticket)
        state = begin(problem, start_weights(problem, settings), settings)
        return Prepared(settings, problem, FitSample(problem), state)

    return job


def compiling(problem: Problem, settings: Settings) -> Callable[[Ticket], bool]:
    """Make the job that compiles the kernels before somebody waits for them; False where they cannot be."""

    def job(_ticket: Ticket) -> bool:
        compile_kernels(problem, settings)
        return is_compiled()

    return job
