"""Some rows on their way through one step: terms, prediction, residual, loss, and what they add to the gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.losses import losses_and_slopes
from gdexplorer.core.problem import Problem
from gdexplorer.core.row_edits import RowArray

#: How many rows are shown where nobody has chosen any.
_ROWS_SHOWN = 2


@dataclass(frozen=True)
class RowChoice:
    """Which rows somebody wants to see.

    Attributes:
        numbers: As :class:`RowEdits` knows them; empty for the first rows of the step.
        has_worst: Whether to add the row of the step whose residual is the largest.
    """

    numbers: tuple[int, ...] = ()
    has_worst: bool = True


class TrainingRows:
    """Where the rows of a problem stand in its data set. One pass over the rows; run it on a worker.

    Attributes:
        problem: Whose rows.
        places: In the data set, ascending, shape (rows,).
        numbers: As :class:`RowEdits` knows them, ascending, shape (rows,).
    """

    def __init__(self, problem: Problem) -> None:
        dataset = problem.dataset
        used = [problem.target, *(name for term in problem.terms for name in term.columns)]
        is_used = dataset.complete_rows(used)
        if problem.held_out is not None:
            is_used[problem.held_out.places] = False
        self.problem = problem
        self.places = np.flatnonzero(is_used)
        self.numbers = dataset.edits.over(dataset.as_read.row_count).rows_at(self.places)

    def indices(self, numbers: Sequence[int]) -> tuple[RowArray, tuple[int, ...]]:
        """Return where the rows of these numbers stand in the problem, and which of them training does not have."""
        wanted = np.array(numbers, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.numbers, wanted), len(self.numbers) - 1)
        is_there = self.numbers[found] == wanted
        return found[is_there], tuple(wanted[~is_there].tolist())


@dataclass(frozen=True, eq=False)
class StepRows:
    """Some rows at the weights before a step; n of them. As trained, unless a name says original.

    Attributes:
        numbers: As :class:`RowEdits` knows them, shape (n,).
        is_in_step: Which of them the step uses; a mini-batch leaves most rows out. Shape (n,).
        worst: Number of the row of the step with the largest residual; None where it was not asked for.
        missing: Numbers that were asked for, of rows that training does not have.
        terms: Shape (n, K).
        targets: Shape (n,).
        predictions: Shape (n,): the sum of weight times term.
        residuals: Shape (n,): prediction less target.
        losses: Shape (n,).
        slopes: Shape (n,): d loss/d residual.
        shares: Shape (n, K): slope times term. Their mean over the rows of the step is the gradient.
        original_terms: Shape (n, K), in the units of the terms.
        original_targets: Shape (n,), in the unit of the target.
        original_predictions: Shape (n,), in the unit of the target.
    """

    numbers: RowArray
    is_in_step: NDArray[np.bool_]
    worst: int | None
    missing: tuple[int, ...]
    terms: FloatArray
    targets: FloatArray
    predictions: FloatArray
    residuals: FloatArray
    losses: FloatArray
    slopes: FloatArray
    shares: FloatArray
    original_terms: FloatArray
    original_targets: FloatArray
    original_predictions: FloatArray

    def __len__(self) -> int:
        return int(self.numbers.shape[0])


def rows_through(rows: TrainingRows, step_rows: RowArray | None, weights: FloatArray, choice: RowChoice) -> StepRows:
    """Follow the rows chosen through a step from ``weights``, shape (K,).

    Args:
        rows: All rows of training.
        step_rows: Those that the step uses, as indices; None for all.
        weights: As trained.
        choice: Which rows to follow.
    """
    problem = rows.problem
    if choice.numbers:
        chosen, missing = rows.indices(choice.numbers)
    else:
        first = np.arange(min(_ROWS_SHOWN, problem.row_count)) if step_rows is None else step_rows[:_ROWS_SHOWN]
        chosen, missing = first, ()
    worst = None
    if choice.has_worst:
        at = _worst(problem, step_rows, weights)
        worst = int(rows.numbers[at])
        chosen = np.append(chosen, at)
    chosen = np.array(list(dict.fromkeys(chosen.tolist())), dtype=np.int64)
    is_in_step = np.ones(len(chosen), dtype=np.bool_) if step_rows is None else np.isin(chosen, step_rows)
    X, y = problem.X[:, chosen], problem.y[chosen]
    with np.errstate(all="ignore"):
        residuals = weights @ X - y
        losses, slopes = _losses(problem, residuals)
        terms = _original_terms(rows, chosen)
        return StepRows(
            rows.numbers[chosen],
            is_in_step,
            worst,
            missing,
            X.T,
            y,
            weights @ X,
            residuals,
            losses,
            slopes,
            slopes[:, None] * X.T,
            terms,
            problem.dataset.column(problem.target).values[rows.places[chosen]],
            terms @ problem.original_weights(weights),
        )


def _worst(problem: Problem, step_rows: RowArray | None, weights: FloatArray) -> int:
    """Return the index of the row of the step with the largest residual."""
    X, y = (problem.X, problem.y) if step_rows is None else (problem.X[:, step_rows], problem.y[step_rows])
    with np.errstate(all="ignore"):
        sizes = np.abs(weights @ X - y)
    at = int(np.argmax(np.where(np.isnan(sizes), np.inf, sizes)))
    return at if step_rows is None else int(step_rows[at])


def _losses(problem: Problem, residuals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the loss of each residual and its slope, by the kernel that training uses; shape (n,) each."""
    losses, slopes = np.empty_like(residuals), residuals.copy()
    for index in range(len(residuals)):
        losses[index] = losses_and_slopes(problem.loss.code, problem.delta, slopes[index : index + 1], 1)
    return losses, slopes


def _original_terms(rows: TrainingRows, chosen: RowArray) -> FloatArray:
    """Return the terms of some rows in their own units, as the data set has them; shape (n, K)."""
    dataset, places = rows.problem.dataset, rows.places[chosen]
    terms = np.ones((len(chosen), rows.problem.weight_count))
    for k, term in enumerate(rows.problem.terms):
        for name, power in term.factors:
            terms[:, k] *= dataset.column(name).values[places] ** power
    return terms
