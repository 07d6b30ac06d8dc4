"""Runs sweeps, draws them as their results come, and puts in force what the user takes from them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Slot

from gdexplorer.app.session import Session
from gdexplorer.app.sweep_jobs import SweepProgress, SweepRequest, sweeping
from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import rounded_to
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import SweepKind, SweepPlan
from gdexplorer.core.sweep_plans import kinds_for, momentum_rate_range, rate_range
from gdexplorer.core.sweep_theory import SweepTheory
from gdexplorer.core.training import start_weights
from gdexplorer.ui.curve_view import weight_name
from gdexplorer.ui.formula import term_text
from gdexplorer.ui.sweep_choice import SweepChoice
from gdexplorer.ui.sweep_view import SweepView

_SWEEP = "sweep"
_START_DIGITS = 6
_NO_RATE = "{} finds the length of each step itself, so there is no learning rate to sweep."
_OTHER_STARTS = "This map is of other settings, in which a start means another model; press Sweep first."


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the view was last drawn from."""

    problem: Problem
    settings: Settings
    choice: SweepChoice
    is_ready: bool

    def is_like(self, other: _Seen | None) -> bool:
        return (
            other is not None
            and self.problem is other.problem
            and self.settings is other.settings
            and self.choice == other.choice
            and self.is_ready == other.is_ready
        )


class SweepPresenter(QObject):
    """Runs sweeps on the worker for studies. Main thread only.

    A sweep begins only when it is asked for. The last one of each kind is kept, and shown as outdated once it is of
    other settings than those in use.

    Attributes:
        is_running: Whether a sweep is under way.
    """

    def __init__(self, session: Session, view: SweepView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._choice = SweepChoice()
        self._kept: dict[SweepKind, tuple[SweepProgress, SweepChoice]] = {}
        self._running: SweepProgress | None = None
        self._seen: _Seen | None = None
        self._drawn: tuple[SweepTheory, int] | None = None
        view.choiceEdited.connect(self._on_view_choice_edited)
        view.sweepRequested.connect(self._on_view_sweep_requested)
        view.cancelRequested.connect(self._on_view_cancel_requested)
        view.taken.connect(self._on_view_taken)
        view.shown.connect(self.draw)
        session.store.changed.connect(self._on_store_changed)

    @property
    def is_running(self) -> bool:
        """See the class."""
        return self._running is not None

    def show_problem(self) -> None:
        """Show what can be swept of another problem, and that what was swept before is of another one."""
        self.draw()

    @Slot()
    def draw(self) -> None:
        """Show the choice, what there is of its kind, and where the settings in use are; only what has changed."""
        session = self._session
        settings = session.store.settings
        seen = _Seen(session.problem, settings, self._choice, session.runs_under(settings))
        if not self._view.isVisible() or seen.is_like(self._seen):
            return
        kinds = kinds_for(session.problem, settings)
        if kinds and self._choice.kind not in kinds:
            self._choice = replace(self._choice, kind=kinds[0])
            seen = replace(seen, choice=self._choice)
        self._seen = seen
        self._view.set_choice(self._choice, kinds)
        self._view.controls.set_ready(seen.is_ready and bool(kinds))
        self._show_range(seen)
        kept = self._kept.get(self._choice.kind)
        swept = seen.problem if kept is None else kept[0].request.problem
        names = [f"{weight_name(index)} · {term_text(term)}" for index, term in enumerate(swept.terms[:2])]
        self._view.set_names((names[0], names[-1]))
        self._drawn = None
        self._show_results(() if kinds else (_NO_RATE.format(settings.optimizer_entry.title),))
        self._show_now()

    def take_results(self) -> None:
        """Draw what the worker has brought since the last frame."""
        results = self._session.workers.study.drain()
        if self._running is None:
            return
        for result in results:
            if result.error is not None:
                self._session.report(result.error)
        self._show_results()
        if not self._session.workers.study.is_busy(_SWEEP):
            self._end()

    def _show_range(self, seen: _Seen) -> None:
        has_rate = seen.settings.optimizer_entry.takes_rate and self._choice.kind is not SweepKind.STARTS
        if self._choice.between is None and has_rate:
            find = momentum_rate_range if self._choice.kind is SweepKind.MOMENTUM else rate_range
            self._view.set_range(find(seen.problem, seen.settings))

    def _show_results(self, refusal: tuple[str, ...] = ()) -> None:
        """Draw the sweep of the kind chosen, as far as it has come."""
        kept = self._kept.get(self._choice.kind)
        looked = None if kept is None or refusal else kept[0].look()
        if self._running is not None:
            running = looked if kept is not None and kept[0] is self._running else self._running.look()
            self._view.set_progress((0, 0) if running is None else (running[0].tried, len(running[0].plan)))
        if kept is None or looked is None:
            if self._drawn is not None or self._view.sweep is not None or refusal:
                self._drawn = None
                self._view.show_nothing(self._choice.kind, *refusal)
            return
        progress, choice = kept
        settings = self._session.store.settings
        self._view.set_stale(_essence(progress.request.settings, choice) != _essence(settings, self._choice))
        news = looked[1], looked[0].tried
        if self._drawn is None or self._drawn[0] is not news[0] or self._drawn[1] != news[1]:
            self._drawn = news
            self._view.show_sweep(*looked)
            self._show_now()

    def _show_now(self) -> None:
        problem, settings = self._session.problem, self._session.store.settings
        if self._session.runs_under(settings):
            self._view.show_now(settings, tuple(start_weights(problem, settings)))

    def _end(self) -> None:
        """Show that no sweep is under way; one that brought nothing is forgotten."""
        if self._running is None:
            return
        kind = self._running.request.kind
        if self._running.look() is None:
            del self._kept[kind]
        self._running = None
        self._view.set_progress(None)
        self._seen = None
        self.draw()

    @Slot(object)
    def _on_view_choice_edited(self, choice: SweepChoice) -> None:
        self._choice = choice
        self.draw()

    @Slot()
    def _on_view_sweep_requested(self) -> None:
        session, choice = self._session, self._choice
        settings = session.store.settings
        if not session.runs_under(settings):
            return
        is_here = choice.from_here and choice.kind is not SweepKind.STARTS
        state = session.state if is_here else None
        progress = SweepProgress(
            SweepRequest(choice.kind, session.problem, settings, choice.steps, choice.between, state)
        )
        self._running = progress
        self._kept[choice.kind] = progress, choice
        self._view.set_progress((0, 0))
        self._seen = None  # so that the axes are named anew
        self.draw()
        session.workers.study.submit(_SWEEP, sweeping(progress))
        session.clock.start()

    @Slot()
    def _on_view_cancel_requested(self) -> None:
        self._session.workers.study.cancel(_SWEEP)
        self._end()

    @Slot(int)
    def _on_view_taken(self, index: int) -> None:
        sweep, settings = self._view.sweep, self._session.store.settings
        if sweep is None:
            return
        progress, choice = self._kept[sweep.plan.kind]
        is_stale = _essence(progress.request.settings, choice) != _essence(settings, choice)
        if sweep.plan.kind is SweepKind.STARTS and is_stale:
            self._session.report(InputError(_OTHER_STARTS))
            return
        self._session.edit(_with_run(settings, sweep.plan, index))

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, _new: Settings) -> None:
        self.draw()


def _with_run(settings: Settings, plan: SweepPlan, index: int) -> Settings:
    """Return ``settings`` with what differs in run ``index`` of ``plan``."""
    run = plan.settings_at(index)
    if plan.kind is SweepKind.STARTS:
        assert run.start is not None
        return replace(settings, start=tuple(rounded_to(weight, _START_DIGITS) for weight in run.start))
    settings = replace(settings, learning_rate=run.learning_rate)
    entry = settings.optimizer_entry
    if plan.kind is SweepKind.MOMENTUM and any(parameter.name == "momentum" for parameter in entry.parameters):
        return settings.with_parameter(entry, "momentum", run.parameter(run.optimizer_entry, "momentum"))
    return settings


def _essence(settings: Settings, choice: SweepChoice) -> tuple[object, ...]:
    """Return all that a sweep follows from, to be compared: not what differs from run to run."""
    settings = replace(settings, steps_per_second=1.0)
    if choice.kind is SweepKind.STARTS:
        return replace(settings, start=None), choice.kind, choice.steps
    settings = replace(settings, learning_rate=1.0)
    entry = settings.optimizer_entry
    if choice.kind is SweepKind.MOMENTUM and any(parameter.name == "momentum" for parameter in entry.parameters):
        settings = settings.with_parameter(entry, "momentum", 0.0)
    if choice.from_here:
        settings = replace(settings, start=None)
    return settings, choice.kind, choice.steps, choice.between, choice.from_here
