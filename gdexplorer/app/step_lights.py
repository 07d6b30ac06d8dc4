"""Lights up in the plots what is pointed at in the account of a step."""

from __future__ import annotations

import numpy as np

from gdexplorer.app.session import Session
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.step_account import StepAccount
from gdexplorer.ui.fit_light import FitLight
from gdexplorer.ui.halo import Lit
from gdexplorer.ui.plots_area import PlotsArea
from gdexplorer.ui.step_sections import StepHover, StepPart

_LIT = {
    StepPart.LOSS: Lit.BALL,
    StepPart.GRADIENT: Lit.SLOPE,
    StepPart.MEMORY: Lit.STEP,
    StepPart.UPDATE: Lit.STEP,
    StepPart.WEIGHTS: Lit.STEP,
}
_BARRED = (StepPart.RESIDUALS, StepPart.LOSS, StepPart.GRADIENT)


class StepLights:
    """Rows and residuals light up in the fit plot, the loss and the weights over the steps, the rest on the landscape.

    On the landscape the step to come is drawn, so nothing lights up there for one that was taken. Main thread only.
    """

    def __init__(self, session: Session, views: PlotsArea) -> None:
        self._session = session
        self._views = views

    def show(self, account: StepAccount, hover: StepHover, *, is_pending: bool) -> None:
        """Light up ``hover`` of ``account``, and nothing else; ``is_pending`` says that it is the step to come."""
        views, part = self._views, hover.part
        views.fit.light_up(self._fit_light(account, hover))
        before, after = account.before, account.after
        has_loss, has_weights = part is StepPart.LOSS, part in (StepPart.UPDATE, StepPart.WEIGHTS)
        views.loss.light_up(before.step, np.array([before.loss]) if has_loss else None)
        moved = None
        if has_weights:
            moved = before.weights if is_pending or after is None else after.weights
        views.weights.light_up(before.step if is_pending else account.step, moved)
        views.landscape.light_up(_LIT.get(part) if is_pending else None)

    def hide(self) -> None:
        """Light up nothing."""
        self._views.fit.light_up(None)
        self._views.loss.light_up(0, None)
        self._views.weights.light_up(0, None)
        self._views.landscape.light_up(None)

    def _fit_light(self, account: StepAccount, hover: StepHover) -> FitLight | None:
        """Return what lights up in the fit plot: rows, bars of their residuals, or the model of the step."""
        part = hover.part
        if part not in (StepPart.ROWS, StepPart.PREDICTIONS, *_BARRED):
            return None
        chosen = slice(None) if hover.line is None else slice(hover.line, hover.line + 1)
        x, y = (values[chosen] for values in self._places(account))
        rows = account.rows
        sample = self._session.sample
        if sample.is_diagonal:
            return FitLight(x, y, x if part in _BARRED else None)
        predictions = rows.original_predictions[chosen]
        if part is StepPart.PREDICTIONS:
            original = account.problem.original_weights(account.before.weights)
            return FitLight(x, predictions, None, sample.line(original, *self._views.fit.bounds[0]))
        return FitLight(x, y, predictions if part in _BARRED else None)

    def _places(self, account: StepAccount) -> tuple[FloatArray, FloatArray]:
        """Return where the rows of the account stand in the fit plot, shape (n,) each; NaN where they are not drawn."""
        sample, dataset, rows = self._session.sample, account.problem.dataset, account.rows
        if sample.is_diagonal:
            return rows.original_targets, rows.original_predictions
        if sample.column is not None:
            places = dataset.edits.over(dataset.as_read.row_count).places_of(rows.numbers)
            return dataset.column(sample.column).values[places], rows.original_targets
        points = self._views.fit.points  # across stands where a row is among those drawn
        indices = [points.index(int(number)) for number in rows.numbers]
        x = np.array([np.nan if index is None else points.x[index] for index in indices])
        return x, rows.original_targets
