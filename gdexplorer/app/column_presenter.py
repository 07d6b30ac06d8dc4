"""Looks at the columns on the worker: summaries where they are shown, terms where another target is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Slot

from gdexplorer.app.session import Session
from gdexplorer.core.column_summary import ColumnSummary, columns_at_once, summarise
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.first_guesses import default_terms
from gdexplorer.core.terms import Term
from gdexplorer.engine.worker import Result, Ticket
from gdexplorer.ui.data_panel import DataPanel
from gdexplorer.ui.model_panel import ModelPanel

_SUMMARISE, _GUESS = "summarise", "guess"


@dataclass(frozen=True, eq=False)
class SummaryPart:
    """Summaries of some columns that follow one another, from position ``first`` on."""

    dataset: Dataset
    target: str
    first: int
    summaries: tuple[ColumnSummary, ...]


@dataclass(frozen=True, eq=False)
class TermGuess:
    """The terms to offer for a target."""

    dataset: Dataset
    target: str
    terms: tuple[Term, ...]


def summarising(dataset: Dataset, target: str, first: int) -> Callable[[Ticket], SummaryPart]:
    """Make the job that summarises as many columns as take a moment."""

    def job(_ticket: Ticket) -> SummaryPart:
        return SummaryPart(dataset, target, first, summarise(dataset, target, first, columns_at_once(dataset)))

    return job


def guessing(dataset: Dataset, target: str) -> Callable[[Ticket], TermGuess]:
    """Make the job that finds the terms to offer for ``target``."""

    def job(_ticket: Ticket) -> TermGuess:
        return TermGuess(dataset, target, default_terms(dataset, target))

    return job


class ColumnPresenter(QObject):
    """Gives the panels what they want to know of columns, some of them at a time, and edits the target.

    Summaries are made once for a data set and a target, and only once something shows them.
    """

    def __init__(
        self, session: Session, data_panel: DataPanel, model_panel: ModelPanel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._panels = (data_panel, model_panel)
        self._of: tuple[Dataset, str] | None = None
        self._known: list[ColumnSummary] = []
        for panel in self._panels:
            panel.summariesWanted.connect(self.summarise)
        data_panel.targetEdited.connect(self.predict)
        session.errands.answered.connect(self._on_session_answered)

    @Slot()
    def summarise(self) -> None:
        """Show what is known of the columns, and find out the rest."""
        dataset, target = self._session.dataset, self._session.problem.target
        if self._of is None or self._of[0] is not dataset or self._of[1] != target:
            self._of, self._known = (dataset, target), []
        self._show(tuple(self._known))
        self._go_on()

    @Slot(str)
    def predict(self, target: str) -> None:
        """Predict ``target``, from the terms that suit it."""
        self._session.errands.ask(_GUESS, guessing(self._session.dataset, target))

    def _go_on(self) -> None:
        if self._of is not None and len(self._known) < len(self._of[0].columns):
            self._session.errands.ask(_SUMMARISE, summarising(*self._of, len(self._known)))

    def _show(self, summaries: tuple[ColumnSummary, ...]) -> None:
        for panel in self._panels:
            panel.set_summaries(summaries)

    @Slot(object)
    def _on_session_answered(self, result: Result) -> None:
        if result.kind not in (_SUMMARISE, _GUESS):
            return
        if result.error is not None:
            self._session.report(result.error)
            self._session.store.changed.emit(self._session.store.settings, self._session.store.settings)
        elif isinstance(result.value, TermGuess):
            self._take_guess(result.value)
        else:
            self._take_part(result.value)

    def _take_part(self, part: SummaryPart) -> None:
        if (part.dataset, part.target) == self._of and part.first == len(self._known):
            self._known.extend(part.summaries)
            self._show(part.summaries)
            self._go_on()

    def _take_guess(self, guess: TermGuess) -> None:
        settings = self._session.store.settings
        if guess.dataset.as_read is self._session.dataset.as_read:
            count = min(settings.weight_count, len(guess.terms))
            self._session.edit(replace(settings, target=guess.target, terms=guess.terms, weight_count=count))
