"""Draws the learning rate that each step has used."""

from __future__ import annotations

from dataclasses import replace

from gdexplorer.app.session import Session
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.theory import rate_theory
from gdexplorer.ui.rate_view import RateView


class RatePresenter:
    """Keeps the plot of the learning rate up to date while it is seen. Main thread only."""

    def __init__(self, session: Session, view: RateView) -> None:
        self._session = session
        self._view = view
        self._limit: float | None = None
        self._asked: tuple[Problem, Settings] | None = None

    def show_problem(self) -> None:
        """Begin anew for another problem."""
        self._view.reset()

    def draw(self) -> None:
        """Draw what is recorded."""
        if self._view.isVisible():
            session = self._session
            history, settings = session.history, session.store.settings
            limit = self._limit_for(session.problem, settings)
            # The first record is where the run began: no step led there.
            steps, rates = history.steps[1:], history.learning_rates[1:]
            name = _limit_name(session.problem, settings)
            self._view.show_rates(steps, rates, limit, settings.learning_rate, limit_name=name)

    def _limit_for(self, problem: Problem, settings: Settings) -> float | None:
        """Return the limit of a fixed rate, where known; where the curvature changes, that for all weights."""
        if self._asked is None or self._asked[0] is not problem or self._asked[1] is not settings:
            self._asked = problem, settings
            self._limit = rate_theory(problem, replace(settings, schedule="constant")).limit
        return self._limit


def _limit_name(problem: Problem, settings: Settings) -> str:
    """Return what to call the limit: above it training diverges, or below it training converges from anywhere."""
    if not problem.is_quadratic:
        return "limit for all weights"
    return "limit" if settings.schedule == "constant" else "limit of a fixed rate"
