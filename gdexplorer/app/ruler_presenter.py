"""Keeps the ruler on the learning-rate slider true."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Slot

from gdexplorer.app.session import Session
from gdexplorer.core.curvature import hessian_at
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.first_rate import Range, rounded_down, ruler_range, trial_range
from gdexplorer.core.measured_ruler import TRIAL_STEPS, MeasuredRuler, measured_ruler
from gdexplorer.core.problem import Problem
from gdexplorer.core.row_edits import NO_EDITS
from gdexplorer.core.ruler import NO_RULER, Ruler
from gdexplorer.core.settings import Settings
from gdexplorer.core.theory import formula_missing, predicted_steps, rate_theory
from gdexplorer.core.training import TrainingState, is_at_rest
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.rate_words import expected_sentence, measured_sentence
from gdexplorer.ui.training_panel import TrainingPanel

_RULER = "ruler"
#: Frames between two rulers where the ball is, in a run, and between two sentences about what to expect.
_RULER_EVERY, _LINE_EVERY = 20, 6
#: Frames for which a ruler may lag behind a row that is dragged before it is dimmed.
_PATIENCE = 9
_CLIPPED = "How many steps a run with clipped gradients takes is not foretold."
_WARMING = "How many steps it takes is foretold once the rate has warmed up."
_UNDECIDED = "With tolerance 0 no run ends by itself."


@dataclass(frozen=True, eq=False)
class _Subject:
    """What a ruler is about.

    Attributes:
        problem: What is trained.
        settings: How, but for what no ruler depends on.
        weights: Where the ball is; None where that does not matter.
    """

    problem: Problem
    settings: Settings
    weights: FloatArray | None

    def is_but_for_the_ball(self, other: _Subject | None) -> bool:
        return other is not None and self.problem is other.problem and self.settings == other.settings

    def is_but_for_rows(self, other: _Subject | None) -> bool:
        return other is not None and replace(self.settings, edits=other.settings.edits) == other.settings

    def is_but_for_numbers(self, other: _Subject | None) -> bool:
        """Whether the two differ at most by what a hand changes frame by frame: rows and parameters."""
        return other is not None and _without_numbers(self.settings) == _without_numbers(other.settings)

    def is_like(self, other: _Subject | None) -> bool:
        return self.is_but_for_the_ball(other) and other is not None and self.weights is other.weights


def _without_numbers(settings: Settings) -> Settings:
    return replace(
        settings,
        edits=NO_EDITS,
        optimizer_parameters=(),
        schedule_parameters=(),
        loss_parameters=(),
        weight_decay=0.0,
        gradient_clip=0.0,
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """What is known of a subject: its ruler and what it was computed from."""

    subject: _Subject
    ruler: Ruler
    hessian: FloatArray | None = None
    measured: MeasuredRuler | None = None


def _bending(subject: _Subject) -> Callable[[Ticket], _Found]:
    """Make the job that finds the ruler where the ball is."""

    def job(ticket: Ticket) -> _Found:
        assert subject.weights is not None
        hessian = hessian_at(subject.problem, subject.weights, ticket.flag)
        return _Found(subject, rate_theory(subject.problem, subject.settings, hessian), hessian)

    return job


def _measuring(subject: _Subject) -> Callable[[Ticket], _Found]:
    """Make the job that finds the ruler by trial runs."""

    def job(ticket: Ticket) -> _Found:
        measured = measured_ruler(subject.problem, subject.settings, ticket.flag)
        return _Found(subject, NO_RULER if measured is None else measured.ruler, measured=measured)

    return job


class RulerPresenter(QObject):
    """Shows what each learning rate does, from formulas at once, else from the worker. Main thread only.

    The ruler of the squared error follows from the Gram matrix within a frame. Where the loss bends differently from
    place to place it is that of where the ball is, computed a few times a second while the ball moves. Where no
    formula holds, trial runs measure it.
    """

    def __init__(self, session: Session, panel: TrainingPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows = panel.rates
        self._found: _Found | None = None
        self._asked: _Subject | None = None
        self._range: Range | None = None
        self._frames = self._frames_waited = 0
        session.problemChanged.connect(self.show_now)
        session.rowsEdited.connect(self._on_session_rows_edited)
        session.store.changed.connect(self._on_store_changed)
        session.progressed.connect(self._on_session_progressed)
        session.runningChanged.connect(self._on_session_running_changed)
        session.ticked.connect(self._on_session_ticked)
        self.show_now()

    @property
    def is_current(self) -> bool:
        """Whether the ruler shown is that of the present state."""
        return self._found is not None and self._subject().is_like(self._found.subject)

    @property
    def ruler(self) -> Ruler:
        """The ruler of the present settings; without any zone until it is known."""
        return self._found.ruler if self._found is not None and self._is_close() else NO_RULER

    @Slot()
    def show_now(self) -> None:
        """Show the ruler of the present state, or dim the old one until it is known."""
        if not self._session.runs_under(self._session.store.settings):
            return  # being resolved
        self._update()
        self._rows.ruler.set_outdated(not self._is_close())

    @Slot()
    def _on_session_rows_edited(self) -> None:
        """Follow the hand: an old ruler is much like the new one, and is dimmed only where that takes long."""
        self._update()

    @Slot(object, object)
    def _on_store_changed(self, _old: Settings, _new: Settings) -> None:
        self.show_now()

    @Slot(bool)
    def _on_session_running_changed(self, _is_running: bool) -> None:
        self.show_now()

    @Slot()
    def _on_session_progressed(self) -> None:
        self._frames += 1
        if not self._session.is_running:
            self.show_now()
        elif self._found is not None and self._frames % _LINE_EVERY == 0:
            self._show_line(self._found)

    @Slot()
    def _on_session_ticked(self) -> None:
        for result in self._session.workers.ruler.drain(_RULER):
            if result.error is not None:
                self._session.report(result.error)
            else:
                self._take(result.value)
        self._frames_waited = 0 if self._is_close() else self._frames_waited + 1
        if self._frames_waited > _PATIENCE:
            self._rows.ruler.set_outdated(True)
        if not self._session.is_running or self._frames % _RULER_EVERY == 0:
            self._ask_where_needed()

    def _subject(self) -> _Subject:
        session = self._session
        problem, settings = session.problem, session.store.settings
        is_local = not (problem.is_quadratic or formula_missing(problem, settings))
        plain = replace(settings, learning_rate=1.0, steps_per_second=1.0)
        return _Subject(problem, plain, session.state.weights if is_local else None)

    def _is_close(self) -> bool:
        """Whether the ruler shown is that of the present state, but for where exactly the ball is."""
        return self._found is not None and self._subject().is_but_for_the_ball(self._found.subject)

    def _update(self) -> None:
        subject = self._subject()
        missing = formula_missing(subject.problem, subject.settings)
        if self._found is not None and subject.is_like(self._found.subject):
            self._show_line(self._found)
        elif subject.problem.is_quadratic and not missing:
            self._take(_Found(subject, rate_theory(subject.problem, subject.settings)))
        elif not subject.settings.optimizer_entry.takes_rate:
            self._take(_Found(subject, Ruler(reason=missing)))
        else:
            self._ask_where_needed()

    def _ask_where_needed(self) -> None:
        """Ask the worker for a ruler unless it is known; one of older rows or parameters is let finish first."""
        session = self._session
        subject = self._subject()
        worker = session.workers.ruler
        if self._found is not None and subject.is_like(self._found.subject):
            return
        if worker.is_busy(_RULER) and subject.is_but_for_numbers(self._asked):
            return
        self._asked = subject
        worker.submit(_RULER, _measuring(subject) if subject.weights is None else _bending(subject))
        session.clock.start()

    def _take(self, found: _Found) -> None:
        """Show what was found; of older rows or parameters it is better than nothing, of anything else it is not."""
        if not self._subject().is_but_for_numbers(found.subject):
            return
        problem, ruler = found.subject.problem, found.ruler
        if found.measured is not None:
            self._range = float(found.measured.rates[0]), float(found.measured.rates[-1])
        else:
            is_followed = self._found is not None and found.subject.is_but_for_rows(self._found.subject)
            wanted = ruler_range(ruler, self._range if is_followed else None)
            self._range = wanted or self._range or trial_range(problem, found.subject.settings)
        self._found = found
        self._rows.set_ruler(ruler, *self._range)
        self._rows.ruler.set_outdated(not self._is_close())
        self._show_line(found)

    def _show_line(self, found: _Found) -> None:
        """Say after how many steps training converges."""
        session, ruler = self._session, found.ruler
        settings = session.store.settings
        if found.measured is not None and ruler.stretches:
            rate = settings.learning_rate
            line = measured_sentence(ruler.zone(rate), found.measured.steps_at(rate), TRIAL_STEPS)
        elif not ruler.stretches:
            line = ruler.reason
        else:
            line = _expected(found, settings, session.state)
        self._rows.set_line(line, ruler.reason)


def _expected(found: _Found, settings: Settings, state: TrainingState) -> str:
    """Return after how many steps a formula says that training converges, from where the ball is."""
    if is_at_rest(state, settings):
        return expected_sentence(0.0, math.nan)
    if settings.tolerance == 0:
        return _UNDECIDED
    if settings.gradient_clip:
        return _CLIPPED
    if settings.schedule == "warmup" and state.step < settings.schedule_values[0]:
        return _WARMING
    problem, fastest = found.subject.problem, found.ruler.fastest
    rates = [settings.learning_rate] if fastest is None else [settings.learning_rate, rounded_down(fastest)]
    steps = predicted_steps(problem, settings, state, np.array(rates), found.hessian)
    return expected_sentence(float(steps[0]), math.nan if fastest is None else float(steps[1]))
