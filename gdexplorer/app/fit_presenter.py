"""Draws the data and the model, and turns what a hand does to the points into edits of rows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Slot

from gdexplorer.app.session import Session
from gdexplorer.core.numerals import compact, counted
from gdexplorer.core.row_edits import NO_EDITS, RowEdits
from gdexplorer.ui.card import Card
from gdexplorer.ui.fit_points import FitPoints
from gdexplorer.ui.fit_view import FitView

Bounds = tuple[tuple[float, float], tuple[float, float]]


class FitPresenter(QObject):
    """Keeps the fit plot up to date. Main thread only.

    Args:
        session: What is drawn, and whose rows are edited.
        view: Where.
        card: The view's card.
    """

    def __init__(self, session: Session, view: FitView, card: Card, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._card = card
        self._bounds: Bounds | None = None
        self._gesture = 0
        self._before = NO_EDITS
        view.gestureBegan.connect(self._on_view_gesture_began)
        view.gestureGivenUp.connect(self._on_view_gesture_given_up)
        view.pointMoved.connect(self._on_view_point_moved)
        view.pointAdded.connect(self._on_view_point_added)
        view.pointDeleted.connect(self._on_view_point_deleted)
        view.allEditsUndone.connect(self._on_view_all_edits_undone)
        view.dropped.connect(self._on_view_dropped)

    def show_problem(self) -> None:
        """Set up for another problem."""
        fit = self._session.sample
        self._card.title.setText("Predicted against actual" if fit.is_diagonal else "Data and fit")
        self._bounds = fit.bounds
        self._view.show_frame(
            fit.labels,
            fit.bounds,
            is_diagonal=fit.is_diagonal,
            units=fit.units,
            is_editable=fit.column is not None,
        )
        self._show_points()

    def show_edits(self) -> None:
        """Draw the points anew after rows were edited; the picture stays where it is while a hand is on it."""
        if not self._view.is_editing:
            self._grow()
        self._show_points()

    def draw(self) -> None:
        """Draw the model at its present state."""
        session, fit = self._session, self._session.sample
        problem, weights = session.problem, session.state.weights
        if fit.is_diagonal:
            self._view.show_points(self._points(fit.predictions(weights)))
            self._view.show_line(np.array(fit.bounds[0]), np.array(fit.bounds[0]))
        else:
            self._view.show_line(*fit.line(problem.original_weights(weights), *self._view.bounds[0]))
        rmse = float(np.sqrt(problem.mean_squared_error(weights)))
        unit = problem.dataset.column(problem.target).unit
        edits = len(problem.dataset.edits)
        parts = [counted(edits, "edits")] if edits else []
        parts.append(f"{'error' if edits else 'typical error'} {compact(rmse)} {unit}".rstrip())
        if len(fit.x) < fit.row_count:
            parts.append(f"{len(fit.x):,} of {fit.row_count:,} rows")
        self._card.set_note(" · ".join(parts))

    def fit_ranges(self) -> None:
        """Let the axes shrink to what there is."""
        self._bounds = self._session.sample.bounds
        self._view.set_bounds(*self._bounds)

    def _show_points(self) -> None:
        fit = self._session.sample
        if self._session.wanted is self._session.store.settings:
            self._view.let_go()
        self._view.has_edits = bool(len(self._session.problem.dataset.edits))
        if fit.is_diagonal:
            self._view.show_points(self._points(fit.predictions(self._session.state.weights)))
        else:
            self._view.show_points(self._points(fit.y))

    def _points(self, y: np.ndarray) -> FitPoints:
        fit = self._session.sample
        return FitPoints(fit.rows, fit.x, y, fit.is_edited, fit.is_held_out)

    def _grow(self) -> None:
        """Let the axes hold all points, and whatever they held before."""
        new = self._session.sample.bounds
        old = self._bounds or new
        (left, right), (bottom, top) = (
            (min(was[0], now[0]), max(was[1], now[1])) for was, now in zip(old, new, strict=True)
        )
        self._bounds = (left, right), (bottom, top)
        self._view.set_bounds(*self._bounds)

    @property
    def _edits(self) -> RowEdits:
        """The edits as they will be once everything asked for is there."""
        return self._session.wanted.edits.over(self._session.dataset.as_read.row_count)

    def _put(self, edits: RowEdits) -> None:
        self._session.edit_rows(edits, self._gesture)

    def _values(self, x: float, y: float) -> dict[str, float]:
        column, target = self._session.sample.column, self._session.problem.target
        assert column is not None
        return {column: x, target: y}

    @Slot()
    def _on_view_gesture_began(self) -> None:
        self._gesture += 1
        self._before = self._edits

    @Slot()
    def _on_view_gesture_given_up(self) -> None:
        self._put(self._before)
        self._show_points()

    @Slot(int, float, float)
    def _on_view_point_moved(self, row: int, x: float, y: float) -> None:
        self._put(self._edits.with_values(row, self._values(x, y)))

    @Slot(float, float)
    def _on_view_point_added(self, x: float, y: float) -> None:
        self._put(self._edits.with_added([self._values(x, y)]))

    @Slot(int)
    def _on_view_point_deleted(self, row: int) -> None:
        self._put(self._edits.without(row))

    @Slot()
    def _on_view_all_edits_undone(self) -> None:
        self._gesture += 1
        self._put(NO_EDITS)

    @Slot(float, float)
    def _on_view_dropped(self, _x: float, _y: float) -> None:
        """Let the axes take in a point that was put down beyond them."""
        if self._session.wanted is self._session.store.settings:
            self.show_edits()
