"""The life of a data set, its problem and its run: what the window shows and steers."""

from __future__ import annotations

import logging
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from gdexplorer.app.errands import Errands
from gdexplorer.app.fit_sample import FitSample
from gdexplorer.app.frame_clock import FrameClock
from gdexplorer.app.jobs import Prepared, caught_up, compiling, keeping, resolving
from gdexplorer.app.progress import Progress
from gdexplorer.app.settings_store import SettingsStore, changed_fields
from gdexplorer.app.table_shelf import TableShelf
from gdexplorer.app.workers import Workers
from gdexplorer.core.carrying import carried_state
from gdexplorer.core.checkpoints import Checkpoints
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.history import History
from gdexplorer.core.problem import Problem
from gdexplorer.core.row_edits import RowEdits
from gdexplorer.core.settings import Settings
from gdexplorer.core.table_report import TableReport
from gdexplorer.core.training import Status, TrainingState, begin, is_at_rest, start_weights
from gdexplorer.engine.mailbox import Mailbox
from gdexplorer.engine.run import Block, TrainingRun
from gdexplorer.engine.worker import Job, Result

_log = logging.getLogger(__name__)

#: A change of nothing but these keeps the trained model; any other cold change starts afresh.
_KEEPING_FIELDS = {"terms", "weight_count", "scaling", "start", "edits", "hold_out"}
#: A model whose loss is this much above that of the start has diverged and is not worth keeping.
_FAR_OFF = 1e3
_RESOLVE, _FOLLOW, _COMPILE, _KEEP = "resolve", "follow", "compile", "keep"


def sentence_on(error: Exception) -> str:
    """Return one sentence about ``error``; the traceback of what nobody expected goes to the log."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; use fewer rows or weights."
    _log.error("unexpected error", exc_info=error)
    return f"Something went wrong inside the program ({error}); the state is unchanged."


class Session(QObject):
    """Owns the run, the workers and the data sets. Main thread only.

    Attributes:
        workers: The threads beside training.
        errands: What is asked of the main one that does not touch the run.
        problem: What is trained.
        sample: Rows of it to draw.
        steps_per_second: Measured; None at rest.
        checkpoints: Of the run, so that its steps can be taken again.

    Signals:
        problemChanged(): There is a new problem and a new run at its start.
        rowsEdited(): There is a new problem, the one before but for rows edited by hand, and a run of it that goes on
            with the model there was.
        progressed(): Step, weights or history changed; at most once a frame.
        runningChanged(bool): Training goes on by itself, or rests.
        ticked(): A frame, whether or not the run progressed; for other work under way.
        warmedUp(): The kernels that the run needs are there, or cannot be had.
        failed(str): Something the user asked for cannot be done: one sentence. The state stays.
    """

    problemChanged = Signal()
    rowsEdited = Signal()
    progressed = Signal()
    runningChanged = Signal(bool)
    ticked = Signal()
    warmedUp = Signal()
    failed = Signal(str)

    def __init__(self, store: SettingsStore, first: Prepared, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.clock = FrameClock(self)
        self.clock.ticked.connect(self._on_clock_ticked)
        self.workers = Workers()
        self.errands = Errands(self.workers.main, self.clock, self)
        self._shelf = TableShelf()
        self._ready: Prepared | None = None
        self._wanted: Settings | None = None
        self._asked: Settings | None = None
        self._wanted_gesture: int | None = None
        self._asked_gesture: int | None = None
        self._begun = store.settings
        self._run: TrainingRun | None = None
        self._run_id = 0
        self._mailbox: Mailbox[Block] = Mailbox()
        self._is_running = False
        self._is_closed = False
        self._is_trained = False
        self._family = 0
        self._warm: set[bool] = set()
        self._warming: bool | None = None
        self.problem: Problem
        self.sample: FitSample
        self._progress: Progress
        self.steps_per_second: float | None = None
        store.changed.connect(self._on_store_changed)
        self._shelf.keep(first)
        self._at_start = first.state
        self._begin(first.problem, first.sample, first.state)

    @property
    def dataset(self) -> Dataset:
        """The data in use."""
        return self.problem.dataset

    @property
    def state(self) -> TrainingState:
        """Where the run is."""
        return self._progress.state

    @property
    def history(self) -> History:
        """The records of the run."""
        return self._progress.history

    @property
    def checkpoints(self) -> Checkpoints:
        """From which each step of the run can be taken again."""
        return self._progress.checkpoints

    @property
    def previous_loss(self) -> float | None:
        """Before the last step; None at the start."""
        return self._progress.previous_loss

    @property
    def family(self) -> int:
        """A number that all problems share which differ only by rows edited by hand, one after the other."""
        return self._family

    @property
    def wanted(self) -> Settings:
        """The settings that will be in force once what is being worked on is there."""
        return self._wanted or self.store.settings

    @property
    def is_running(self) -> bool:
        """Whether training goes on by itself."""
        return self._is_running

    @property
    def steady_since(self) -> int:
        """Step from which on all were taken by the settings in force, but for pace and tolerance."""
        return self._progress.steady_since(self.store.settings)

    @property
    def is_compiling(self) -> bool:
        """Whether a run waits for its kernels."""
        return self._is_running and self.state.step == 0 and self.workers.main.is_busy(_COMPILE)

    @property
    def is_warm(self) -> bool:
        """Whether the kernels that the run needs are there, or cannot be had."""
        return self._begun.optimizer_entry.moves_by_weight in self._warm

    @Slot()
    def warm_up(self) -> None:
        """Compile the kernels, so that the first run does not have to; to be called once the window has shown.

        There are two kinds: for optimizers that move each weight by itself, and for the others. From the first call
        on, the other kind is compiled once a run needs it.
        """
        if not self._is_closed and not self.is_warm:
            self._warming = self._begun.optimizer_entry.moves_by_weight
            self._ask(_COMPILE, compiling(self.problem, self._begun))

    def run(self) -> None:
        """Train on; after a run that diverged from the start again, and not at all where it has converged."""
        if self.state.status is Status.DIVERGED:
            self.reset()
        if is_at_rest(self.state, self.store.settings):
            self.runningChanged.emit(False)
            return
        if self._run is not None and not self._is_closed:
            self._run.run()
            self._set_running(True)
            self.clock.start()

    def pause(self) -> None:
        """Rest."""
        if self._run is not None:
            self._run.pause()
        self._set_running(False)

    def step(self) -> None:
        """Take one step and rest."""
        if self._run is not None and not self._is_closed:
            self._set_running(False)
            self._run.step()
            self.clock.start()

    def reset(self) -> None:
        """Begin again at the start that the settings say."""
        self._set_running(False)
        self._begin(self.problem, self.sample, self._at_start)

    @property
    def table_report(self) -> TableReport | None:
        """What reading the data in use brought."""
        return self._shelf.report(self._begun)

    def use(self, prepared: Prepared) -> None:
        """Put what was read in force, as a step that can be undone; what the user chose meanwhile is kept."""
        settings = caught_up(prepared, self.wanted)
        self._give_up()  # that is about the data left behind
        if settings.differs_hot_only(prepared.settings):
            prepared = replace(prepared, settings=settings)
        self._put(prepared)
        self.edit(settings)
        if prepared.slot is not None:
            self.workers.keeping.submit(_KEEP, keeping(prepared))

    @property
    def is_editing(self) -> bool:
        """Whether an edit is being worked on that is not in force yet."""
        return self.workers.main.is_busy(_RESOLVE)

    def edit_share(self) -> float | None:
        """Return how much of the edit being worked on is done, from 0 to 1; None where that is not known."""
        return self.workers.main.share(_RESOLVE)

    def cancel_edit(self) -> None:
        """Give up the edit that is being worked on; what is in force is shown again."""
        self._give_up()
        self.store.changed.emit(self.store.settings, self.store.settings)

    def edit(self, new: Settings, gesture: int | None = None) -> None:
        """Put an edit of the settings in force: hot ones at once, others once they are found to work.

        Args:
            new: The settings.
            gesture: Number of the gesture it is part of, lest it be taken for a part of another one; None where only
                the time between edits tells.
        """
        base = self._wanted or self.store.settings
        new = replace(base, **changed_fields(self.store.settings, new))  # type: ignore[arg-type]
        if new.start is not None and len(new.start) != new.weight_count:
            padded = (*new.start, *[0.0] * new.weight_count)
            new = replace(new, start=padded[: new.weight_count])
        if new == self.store.settings:
            return
        if new.differs_hot_only(self.store.settings):
            self.store.apply(new, gesture)
            return
        is_settled = self._wanted is None and self.runs_under(self.store.settings)
        if is_settled and self.store.settings.cold_changes(new) == {"start"}:
            self._start_elsewhere(new, gesture)
            return
        self._resolve(new, gesture)

    def edit_rows(self, edits: RowEdits, gesture: int) -> None:
        """Put other edits of rows in force; those of one gesture are one step to undo.

        While something is worked on they wait, and only the newest of them is worked on next: a hand that moves on
        and on sees what it does all along.
        """
        new = replace(self.wanted, edits=edits)
        if new == self.store.settings:
            self._give_up()
        elif self.workers.main.is_busy(_RESOLVE):
            self._wanted, self._wanted_gesture = new, gesture
        else:
            self._resolve(new, gesture)

    def runs_under(self, settings: Settings) -> bool:
        """Whether the run shown is one of these settings: nothing that they call for is still being worked on."""
        return self._begun.differs_hot_only(settings)

    def close(self) -> None:
        """End all threads and wait for them; safe to call again."""
        self._is_closed = True
        self.errands.close()
        self.clock.rest()
        if self._run is not None:
            self._run.stop()
        self.workers.stop()

    def _start_elsewhere(self, new: Settings, gesture: int | None) -> None:
        """Put another start in force, for which nothing has to be resolved anew."""
        try:
            state = begin(self.problem, start_weights(self.problem, new), new)
        except InputError as error:
            self.report(error)
            self.store.changed.emit(self.store.settings, self.store.settings)
            return
        self._ready = Prepared(new, self.problem, self.sample, state)
        self.store.apply(new, gesture)

    def _resolve(self, new: Settings, gesture: int | None) -> None:
        self._wanted = self._asked = new
        self._wanted_gesture = self._asked_gesture = gesture
        held = self._shelf.table(new)  # after an undo, not yet that of the problem shown
        self._ask(_RESOLVE, resolving(self.dataset if held is None else held, new))

    def _give_up(self) -> None:
        """Want nothing but what is in force."""
        self.workers.main.cancel(_RESOLVE)
        self._wanted = self._asked = None

    def _put(self, prepared: Prepared, gesture: int | None = None) -> None:
        self._shelf.keep(prepared)
        if prepared.settings == self.store.settings:
            self._use(prepared)
        else:
            self._ready = prepared
            self.store.apply(prepared.settings, gesture)

    def _ask(self, kind: str, job: Job) -> None:
        self.workers.main.submit(kind, job)
        self.clock.start()

    @Slot()
    def _on_clock_ticked(self) -> None:
        for result in self.workers.main.drain():
            self._take(result)
        has_progressed = False
        for block in self._mailbox.drain():
            if block.run_id != self._run_id:
                continue
            if block.error is not None:
                self.report(block.error)
            self._progress.take(block)
            self._is_trained |= block.state.step > 0
            self.steps_per_second = block.steps_per_second if self._is_running else None
            has_progressed = True
            if not block.is_running:
                self._set_running(False)
        if has_progressed:
            self.progressed.emit()
        self.ticked.emit()
        if not (self._is_running or has_progressed or self.workers.are_busy() or self._is_awaiting_steps()):
            self.clock.rest()

    def _is_awaiting_steps(self) -> bool:
        """Whether the run still owes a block: a single step may take longer than a frame."""
        return self._run is not None and (self._run.is_busy() or len(self._mailbox) > 0)

    def _take(self, result: Result) -> None:
        if result.kind not in (_RESOLVE, _FOLLOW, _COMPILE):
            self.errands.take(result)
            return
        if result.kind == _COMPILE:
            if self._warming is not None:
                self._warm.add(self._warming)
            self.warmedUp.emit()
        gesture, is_newer_wanted = self._asked_gesture, self._wanted is not self._asked
        if result.kind == _RESOLVE and not is_newer_wanted:
            self._wanted = self._asked = None
        if result.error is not None:
            self.report(result.error)
            self.store.changed.emit(self.store.settings, self.store.settings)
        elif result.value is False:
            self.failed.emit(
                "numba cannot be imported here: training runs uncompiled and slowly, with the same numbers."
            )
        elif isinstance(result.value, Prepared):
            if result.kind == _FOLLOW:
                self._shelf.keep(result.value)
                self._use(result.value)
            else:
                self._put(result.value, gesture if result.kind == _RESOLVE else None)
        if result.kind == _RESOLVE and is_newer_wanted and self._wanted is not None:
            self._resolve(self._wanted, self._wanted_gesture)

    def report(self, error: Exception) -> None:
        """Say what went wrong, in one sentence; the state stays."""
        self.failed.emit(sentence_on(error))

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, new: Settings) -> None:
        ready, self._ready = self._ready, None
        if ready is not None:
            self._use(ready)
        elif not new.differs_hot_only(self._begun):  # undo or redo: worked before, but is not resolved at present
            self._give_up()  # what was asked for on top of what is taken back
            self._ask(_FOLLOW, resolving(self._shelf.table(new) or self.dataset, new))
        elif self._run is not None:
            self.workers.main.cancel(_FOLLOW)
            self._run.change(new)

    def _use(self, prepared: Prepared) -> None:
        """Begin a run of what was prepared, if it still is what the settings say."""
        settings = self.store.settings
        if settings.differs_hot_only(prepared.settings):
            changes = self._begun.cold_changes(settings)
            keeps = bool(changes - {"start"}) and changes <= _KEEPING_FIELDS
            is_far_off = self.state.loss > _FAR_OFF * self.history.losses[0]
            if changes == {"edits"}:
                self._go_on(prepared, keeps_model=self._is_trained and not is_far_off)
                return
            can_carry = keeps and not is_far_off and self.problem.can_carry_from(prepared.problem)
            is_trained = self._is_trained and can_carry
            goes_on = self._is_running and (can_carry or changes == {"start"})
            self._at_start = prepared.state
            state = self._carried_to(prepared.problem) if can_carry else prepared.state
            self._begin(prepared.problem, prepared.sample, state)
            self._is_trained = is_trained
            if goes_on:
                self.run()

    def _go_on(self, prepared: Prepared, *, keeps_model: bool) -> None:
        """Go on with the run on edited rows, at its pace; one that had come to rest by itself moves again."""
        had_settled = self._is_trained and self.state.status is Status.CONVERGED
        goes_on = self._is_running or had_settled
        goes_on = goes_on and (keeps_model or not self._is_trained)
        state = self._at_start = prepared.state
        if keeps_model:
            try:
                state = carried_state(prepared.problem, self.problem, self.state, self.store.settings)
            except InputError as error:
                self.report(error)
                goes_on = False
        self._start_run(prepared.problem, prepared.sample, state, goes_on=goes_on)
        self.rowsEdited.emit()
        self._set_running(goes_on)

    def _carried_to(self, problem: Problem) -> TrainingState:
        """Return the present model as the start of a run of ``problem``; where that overflows, the settings' start."""
        try:
            return begin(problem, problem.carried_from(self.problem, self.state.weights), self.store.settings)
        except InputError as error:
            self.report(error)
            return self._at_start

    def _begin(self, problem: Problem, sample: FitSample, state: TrainingState) -> None:
        """Rest before the first step of a run of ``problem`` at ``state``."""
        self._family += 1
        self._is_trained = False
        self._start_run(problem, sample, state)
        if self._warming is not None:
            self.warm_up()
        self.problemChanged.emit()
        self._set_running(False)

    def _start_run(self, problem: Problem, sample: FitSample, state: TrainingState, *, goes_on: bool = False) -> None:
        """Put another run in the place of the one before."""
        settings = self.store.settings
        self.problem, self.sample, self._begun = problem, sample, settings
        self._progress = Progress(state, settings)
        if not goes_on:
            self.steps_per_second = None
        self._run_id += 1
        if goes_on and self._run is not None:
            self._run.go_on_with(self._run_id, problem, state, settings)
            return
        if self._run is not None:
            self._run.stop()
        self._mailbox = Mailbox()
        self._run = TrainingRun(self._run_id, problem, state, settings, self._mailbox)

    def _set_running(self, is_running: bool) -> None:
        if is_running != self._is_running:
            self._is_running = is_running
            if not is_running:
                self.steps_per_second = None
            self.runningChanged.emit(is_running)
