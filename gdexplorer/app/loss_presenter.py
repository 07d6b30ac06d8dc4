"""Draws the loss against the step, and beside it the loss on the rows that were held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.app.session import Session
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.held_out_loss import MOST_ROWS, held_out_losses, is_quick, is_sampled
from gdexplorer.core.problem import Problem
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.card import Card
from gdexplorer.ui.history_views import LossView

_HELD_OUT = "held out"
_MOST_KNOWN = 20_000


@dataclass(frozen=True, eq=False)
class _Found:
    """Losses on the held-out rows of ``problem``: at some recorded steps, and last at ``step``."""

    problem: Problem
    steps: NDArray[np.int64]
    step: int
    losses: FloatArray


def judging(
    problem: Problem, steps: NDArray[np.int64], weights: FloatArray, step: int, now: FloatArray
) -> Callable[[Ticket], _Found]:
    """Make the job that computes the held-out loss at recorded ``weights``, and at those of ``now``."""

    def job(ticket: Ticket) -> _Found:
        return _Found(problem, steps, step, held_out_losses(problem, np.vstack([weights, now]), ticket.flag))

    return job


class LossPresenter:
    """Keeps the loss plot up to date. Main thread only.

    Attributes:
        held_out_loss: Over the held-out rows, at the present weights; None where no rows are held out, NaN until known.
    """

    def __init__(self, session: Session, view: LossView, card: Card) -> None:
        self._session = session
        self._view = view
        self._card = card
        self.held_out_loss: float | None = None
        self._known: dict[int, float] = {}
        self._judged_step = -1

    def show_problem(self) -> None:
        """Begin anew for another problem."""
        self._view.reset()
        self._forget()

    def show_edits(self, *, is_held: bool) -> None:
        """Begin anew where rows were edited: the loss is another function. ``is_held`` while a hand moves on."""
        if is_held:  # of much the same size: the axis need not jump with every move
            self._view.begin_again()
        else:
            self._view.reset()
        self._forget()

    def draw(self) -> None:
        """Draw what is recorded."""
        history, problem = self._session.history, self._session.problem
        smallest = problem.least_squares.loss if problem.is_quadratic else None
        held_out = self._held_out(problem)
        self._view.show_losses(history.steps, history.losses, history.low, history.high, smallest, held_out)
        note = ""
        if problem.held_out is not None and is_sampled(problem):
            note = f"held out: {MOST_ROWS:,} of {problem.held_out.row_count:,} rows"
        self._card.set_note(note)

    def take_results(self) -> bool:
        """Use what the worker has brought since the last frame; return whether the present held-out loss is news."""
        is_news = False
        for result in self._session.workers.held_out.drain():
            if result.error is not None:
                self._session.report(result.error)
            elif result.value.problem is self._session.problem:
                found: _Found = result.value
                self._known.update(zip(found.steps.tolist(), found.losses[:-1].tolist(), strict=True))
                self.held_out_loss, self._judged_step = float(found.losses[-1]), found.step
                is_news = True
                if not self._session.is_running:
                    self.draw()
        return is_news

    def _forget(self) -> None:
        self._known, self._judged_step = {}, -1
        has_rows = self._session.problem.held_out is not None
        self.held_out_loss = np.nan if has_rows else None

    def _held_out(self, problem: Problem) -> tuple[NDArray[np.int64], FloatArray] | None:
        """Return steps and losses to draw; those that take reading rows come from the worker."""
        if problem.held_out is None:
            return None
        history, state = self._session.history, self._session.state
        chosen = self._view.drawn(history.steps)
        steps = history.steps[chosen]
        if is_quick(problem):
            losses = held_out_losses(problem, np.vstack([history.weights[chosen], state.weights]))
            self.held_out_loss = float(losses[-1])
            return steps, losses[:-1]
        is_known = np.array([step in self._known for step in steps.tolist()])
        if not (is_known.all() and self._judged_step == state.step):
            self._ask(problem, chosen[~is_known])
        if len(self._known) > _MOST_KNOWN:
            self._known = {step: self._known[step] for step in steps[is_known].tolist()}
        return steps[is_known], np.array([self._known[step] for step in steps[is_known].tolist()])

    def _ask(self, problem: Problem, chosen: NDArray[np.int64]) -> None:
        session = self._session
        if not session.workers.held_out.is_busy(_HELD_OUT):
            history, state = session.history, session.state
            steps, weights = history.steps[chosen].copy(), history.weights[chosen].copy()
            session.workers.held_out.submit(_HELD_OUT, judging(problem, steps, weights, state.step, state.weights))
            session.clock.start()
