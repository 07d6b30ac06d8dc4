"""Shows one step of training in full: the one to come, or any that was taken."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from gdexplorer.app.session import Session, sentence_on
from gdexplorer.app.step_job import StepAnswer, StepRequest, accounting
from gdexplorer.app.step_lights import StepLights
from gdexplorer.app.step_tables import sections_of
from gdexplorer.core.checkpoints import Replay
from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import compact
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.step_account import StepAccount
from gdexplorer.core.step_rows import RowChoice
from gdexplorer.core.step_words import step_sentence
from gdexplorer.core.training import TrainingState
from gdexplorer.ui.plots_area import PlotsArea
from gdexplorer.ui.step_sections import StepHover, as_text

_KIND = "step"
#: Numbers that change faster cannot be read.
_EVERY_S = 0.125
#: A replay of more steps than these may take long enough to say so.
_FAR = 1_000_000

_Start = tuple[TrainingState, Settings] | Replay


class StepPresenter(QObject):
    """Keeps the page of one step up to date while it is seen; all of it is worked out on a worker. Main thread only.

    Args:
        session: Whose step.
        views: The page, and the plots in which parts of it light up.
    """

    def __init__(self, session: Session, views: PlotsArea, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view = views.step
        self._fit = views.fit
        self._lights = StepLights(session, views)
        self._step: int | None = None  # which was chosen; None for the one to come
        self._choice = RowChoice()
        self._is_original = False
        self._answer: StepAnswer | None = None
        self._asked: tuple[object, ...] = ()
        self._asked_s = 0.0
        self._problem = ""  # what cannot be done, until the user does something else
        self._hover: StepHover | None = None
        view.opened.connect(self.draw)
        view.closed.connect(self._on_view_closed)
        view.stepEdited.connect(self._on_view_step_edited)
        view.nextRequested.connect(self._on_view_next_requested)
        view.unitsEdited.connect(self._on_view_units_edited)
        view.rowsEdited.connect(self._on_view_rows_edited)
        view.worstEdited.connect(self._on_view_worst_edited)
        view.copyRequested.connect(self._on_view_copy_requested)
        view.partHovered.connect(self._on_view_part_hovered)
        views.fit.markedChanged.connect(self._on_fit_marked_changed)
        session.store.changed.connect(self._on_store_changed)
        session.rowsEdited.connect(self._on_session_rows_edited)
        session.warmedUp.connect(self.draw)

    @property
    def account(self) -> StepAccount | None:
        """What is shown; None before anything is."""
        return None if self._answer is None else self._answer.account

    def show_problem(self) -> None:
        """Begin anew for another problem; rows that were chosen stay chosen while the table is the same."""
        before = self._answer
        if before is None or before.account.problem.dataset.as_read is not self._session.dataset.as_read:
            self._choice = RowChoice(has_worst=self._choice.has_worst)
        self._begin_again()

    def _begin_again(self) -> None:
        self._step, self._answer, self._asked, self._problem = None, None, (), ""
        self._session.workers.ruler.cancel(_KIND)
        self._lights.hide()
        self._show_choices()
        self._view.set_notice("")

    @Slot()
    def draw(self) -> None:
        """Ask for what is not shown yet, unless it was asked for a moment ago or nobody sees the page."""
        session = self._session
        if not (self._view.isVisible() and session.runs_under(session.store.settings)):
            return
        if not session.is_warm:
            self._view.set_notice("The numbers come as soon as the training loop is compiled.")
            return
        self._show_step()
        if self._step is not None:
            if self._asked[:2] != (self._step, self._choice):
                self._ask_again(self._step)
            return
        settings = session.store.settings
        if self._asked == (None, self._choice, session.state, settings):
            return
        is_early = time.perf_counter() - self._asked_s < _EVERY_S or session.workers.ruler.is_busy(_KIND)
        if not (session.is_running and is_early):
            self._ask((session.state, settings), (None, self._choice, session.state, settings))

    def take_results(self) -> None:
        """Use what the worker has brought since the last frame."""
        for result in self._session.workers.ruler.drain(_KIND):
            if result.error is not None:
                self._view.set_problem(sentence_on(result.error))
            elif isinstance(result.value, StepAnswer) and result.value.account.problem is self._session.problem:
                self._answer = result.value
                self._show()

    def _ask_again(self, step: int) -> None:
        """Ask for a step that was taken; say so where that is not possible, and stay with what is shown."""
        try:
            plan = self._session.checkpoints.replay(step)
        except InputError as error:
            self._step = None if self.account is None or self._asked[:1] == (None,) else self.account.step
            self._show_step()
            self._problem = str(error)
            self._view.set_problem(self._problem)
            return
        self._ask(plan, (step, self._choice))
        if plan.distance > _FAR:
            self._view.set_notice(f"Taking {plan.distance:,} steps again to get there …")

    def _ask(self, start: _Start, what: tuple[object, ...]) -> None:
        session = self._session
        rows = self._answer.rows if self._answer is not None else None
        request = StepRequest(session.problem, rows, start, self._choice)
        session.workers.ruler.submit(_KIND, accounting(request))
        self._asked, self._asked_s = what, time.perf_counter()
        session.clock.start()

    # Showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        account = self.account
        if account is None:
            return
        self._show_step()
        self._view.set_sentence(step_sentence(account))
        if not self._problem:
            self._view.set_notice(_notice(account))
        self._view.show_sections(sections_of(account, is_original=self._units_are_original))
        self._light()

    def _show_step(self) -> None:
        following = self._session.state.step + 1
        step = self._step
        if step is None:  # while it runs, the number beside the numbers shown
            step = self.account.step if self.account is not None else following
        self._view.set_step(step, max(step, following), is_following=self._step is None)

    def _show_choices(self) -> None:
        rows = tuple(number + 1 for number in self._choice.numbers)
        has_units = self._session.store.settings.scaling is not Scaling.NONE
        self._view.set_choices(
            rows, has_worst=self._choice.has_worst, is_original=self._is_original, has_units=has_units
        )

    @property
    def _units_are_original(self) -> bool:
        return self._is_original or self._session.store.settings.scaling is Scaling.NONE

    def _light(self) -> None:
        if self.account is None or self._hover is None:
            self._lights.hide()
        else:
            self._lights.show(self.account, self._hover, is_pending=self._step is None)

    # The user ----------------------------------------------------------------------------------------------------

    @Slot(int)
    def _on_view_step_edited(self, step: int) -> None:
        self._show_other(None if step == self._session.state.step + 1 and not self._session.is_running else step)

    @Slot()
    def _on_view_next_requested(self) -> None:
        self._show_other(None)

    def _show_other(self, step: int | None) -> None:
        self._step, self._problem = step, ""
        self._view.set_notice("")
        self.draw()

    @Slot(bool)
    def _on_view_units_edited(self, is_original: bool) -> None:
        self._is_original = is_original
        self._show()

    @Slot(object)
    def _on_view_rows_edited(self, rows: tuple[int, ...]) -> None:
        self._choose(RowChoice(tuple(row - 1 for row in rows), self._choice.has_worst))

    @Slot(bool)
    def _on_view_worst_edited(self, has_worst: bool) -> None:
        self._choose(RowChoice(self._choice.numbers, has_worst))

    def _choose(self, choice: RowChoice) -> None:
        self._choice, self._problem = choice, ""
        self._show_choices()
        self.draw()

    @Slot()
    def _on_fit_marked_changed(self) -> None:
        """Follow a row whose point was clicked."""
        row = self._fit.selected_row
        if row is not None and row not in self._choice.numbers and self._view.isVisible():
            self._choose(RowChoice((row, *self._choice.numbers)[:3], self._choice.has_worst))

    @Slot()
    def _on_view_copy_requested(self) -> None:
        account = self.account
        if account is None:
            return
        sections = sections_of(account, is_original=self._units_are_original)
        QGuiApplication.clipboard().setText(as_text(_title(account), sections))
        self._view.set_notice("Copied, with all digits.")

    @Slot(object)
    def _on_view_part_hovered(self, hover: StepHover | None) -> None:
        self._hover = hover
        self._light()

    @Slot()
    def _on_view_closed(self) -> None:
        self._hover = None
        self._light()

    @Slot()
    def _on_session_rows_edited(self) -> None:
        self._begin_again()
        self.draw()

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, _new: Settings) -> None:
        self.draw()


def _notice(account: StepAccount) -> str:
    """Say which rows that were asked for cannot be shown, and where rows are of a sample."""
    parts = []
    if account.rows.missing:
        rows = ", ".join(f"{number + 1:,}" for number in account.rows.missing)
        what = "Row" if len(account.rows.missing) == 1 else "Rows"
        is_not = "is" if len(account.rows.missing) == 1 else "are"
        parts.append(
            f"{what} {rows} {is_not} not trained on: held out, not in the table, or without a number in a column."
        )
    if account.is_sample:
        parts.append("Rows are those of the sample in memory.")
    return " ".join(parts)


def _title(account: StepAccount) -> str:
    entry = account.settings.optimizer_entry
    rate = f", learning rate {compact(account.rate)}" if entry.takes_rate else ""
    return f"Step {account.step} of {entry.title}{rate} on {account.problem.dataset.title}\n{step_sentence(account)}"
