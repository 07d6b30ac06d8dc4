"""A problem: settings and data resolved into the arrays that training and drawing work on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gdexplorer.core.all_rows import training_moments
from gdexplorer.core.dataset import Dataset, FloatArray, frozen_array
from gdexplorer.core.errors import InputError
from gdexplorer.core.holdout import HeldOut, held_out_rows
from gdexplorer.core.kernels import BLOCK_ROWS, evaluate_rows
from gdexplorer.core.least_squares import LeastSquares, solve, solve_moments
from gdexplorer.core.losses import LOSSES, Loss
from gdexplorer.core.moments import SAMPLE_SEED, Moments
from gdexplorer.core.numerals import counted
from gdexplorer.core.row_edits import RowArray
from gdexplorer.core.scaling import Scaling, ScalingMap, fit_scaling, scaling_by
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import Term, check_terms, too_large
from gdexplorer.core.watching import UNWATCHED, Watch

_START_SPREAD = 0.1
#: What a constant prediction is at the minimum of a loss; of the other losses something between the two.
_MIDDLES = {"mse": "the mean", "mae": "the median"}
_NEVER_CANCELLED = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Problem:
    """Data, terms and loss, scaled and ready: the loss over weight space is fixed by it.

    All weights are scaled, as trained, unless a name says original. Safe to share between threads.

    Attributes:
        dataset: Where the rows come from.
        target: The column predicted.
        terms: The K terms in use.
        loss: The loss in use.
        delta: Its parameter.
        scaling: The map to original units.
        X: Scaled terms, shape (K, rows), read-only.
        y: Scaled target, shape (rows,), read-only.
        rows_dropped: Rows left out because a column in use is missing there.
        least_squares: The exact minimum of the squared error, and its curvature.
        target_power: Mean of the squared scaled target: the squared error where all weights are 0.
        held_out: The rows kept out of training, of which nothing above knows; None where there are none.
        moments: Of the terms but for the bias, and of the target, over all rows of a table of which ``X`` and ``y``
            are a sample: scaling, least squares and target power follow from them. None where only ``X`` and ``y``
            count.
    """

    dataset: Dataset
    target: str
    terms: tuple[Term, ...]
    loss: Loss
    delta: float
    scaling: ScalingMap
    X: FloatArray
    y: FloatArray
    rows_dropped: int
    least_squares: LeastSquares
    target_power: float
    held_out: HeldOut | None = None
    moments: Moments | None = None

    @property
    def weight_count(self) -> int:
        """K."""
        return len(self.terms)

    @property
    def row_count(self) -> int:
        """Rows in memory that are in use: what mini-batches and all losses but the squared error read."""
        return int(self.y.shape[0])

    @property
    def rows_total(self) -> int:
        """Rows that count for the loss over all rows."""
        return self.row_count if self.moments is None else self.moments.rows

    @cached_property
    def is_quadratic(self) -> bool:
        """Whether loss and gradient follow from the Gram matrix, without the rows."""
        return self.loss.key == "mse" and self.least_squares.is_finite

    @property
    def minimum(self) -> FloatArray | None:
        """Where the loss is smallest, shape (K,), where that is known exactly: for the squared error."""
        return self.least_squares.weights if self.is_quadratic else None

    @property
    def bias(self) -> int | None:
        """Index of the bias, or None."""
        return self.scaling.bias

    def evaluate(self, weights: FloatArray) -> tuple[float, FloatArray]:
        """Return loss and gradient, shape (K,), at ``weights``, shape (K,). May overflow to infinity."""
        with np.errstate(all="ignore"):
            if self.is_quadratic:  # without a compiled kernel: the window asks before any is there
                exact = self.least_squares
                away = weights - exact.weights
                gradient = exact.H @ away
                return float(exact.loss + 0.5 * (away @ gradient)), gradient
            point = np.array(weights, dtype=np.float64, ndmin=2)
            slopes, buffer = np.empty_like(point), np.empty(BLOCK_ROWS)
            loss = evaluate_rows(self.loss.code, self.delta, self.X, self.y, point, slopes, 0, buffer, _NEVER_CANCELLED)
        return float(loss), slopes[0]

    def hessian(self) -> FloatArray | None:
        """Return the Hessian, shape (K, K), where it is the same everywhere: for the squared error."""
        return self.least_squares.H if self.is_quadratic else None

    def mean_squared_error(self, weights: FloatArray) -> float:
        """Return the mean squared error at ``weights`` in the target's unit squared, whatever the loss."""
        exact = self.least_squares
        with np.errstate(all="ignore"):
            if exact.is_finite:
                away = weights - exact.weights
                loss = float(exact.loss + 0.5 * (away @ exact.H @ away))
            else:
                loss = float(np.mean((weights @ self.X - self.y) ** 2))
            return float(loss * np.float64(self.scaling.target_spread) ** 2)

    def random_start(self, seed: int) -> FloatArray:
        """Return small random weights; the first K of a sequence fixed by ``seed``."""
        return np.random.default_rng(seed).normal(0.0, _START_SPREAD, 64)[: self.weight_count]

    def original_weights(self, weights: FloatArray) -> FloatArray:
        """Return ``weights`` in original units: target unit by term unit."""
        return self.scaling.to_original(weights)

    def weight_unit(self, index: int) -> str:
        """Return the unit of an original weight: ``USD per sq ft``; ``USD`` for the bias and for plain counts."""
        unit = self.dataset.column(self.target).unit
        per = self.terms[index].unit(self.dataset)
        return f"{unit or 1} per {per}" if per else unit

    def carried_from(self, other: Problem, weights: FloatArray) -> FloatArray:
        """Return the weights here of the model with ``weights`` in ``other``; new terms weigh 0 in original units.

        A term that is gone is held at its mean, and the bias, where both have one, takes that up.
        """
        original = other.original_weights(weights)
        held = dict(zip(other.terms, original, strict=True))
        if self.bias is not None and other.bias is not None:
            gone = [index for index, term in enumerate(other.terms) if term not in self.terms]
            means = [other.X[k].mean() * other.scaling.spreads[k] + other.scaling.centres[k] for k in gone]
            held[self.terms[self.bias]] += float(original[gone] @ np.array(means)) if gone else 0.0
        return self.scaling.to_scaled(np.array([held.get(term, 0.0) for term in self.terms]))

    def can_carry_from(self, other: Problem) -> bool:
        """Whether a model of ``other`` means something here: same data but for edits by hand, same target."""
        return self.dataset.as_read is other.dataset.as_read and self.target == other.target

    @property
    def condition_number(self) -> float:
        """Steepest by flattest curvature of the squared error over these columns; infinite where flat."""
        return self.least_squares.condition_number

    @property
    def steepest_curvature(self) -> float | None:
        """Upper bound of the loss's curvature anywhere, in any direction; None where it has none."""
        if self.loss.largest_curvature is None or not self.least_squares.is_finite:
            return None
        squared = LOSSES["mse"].largest_curvature
        assert squared is not None
        return float(self.least_squares.curvatures[-1]) * self.loss.largest_curvature / squared

    def notes(self) -> tuple[str, ...]:
        """Return what the user should know about these data, one sentence each."""
        notes = list(self._notes_on_sample())
        notes += self._notes_on_rows_left_out()
        if self.rows_total == 1:  # where all else that could be said follows from that
            notes.append(
                "Only one row is in use, so every model that meets it is a minimum; open a table with more rows."
            )
            return tuple(notes)
        if self._is_constant(Term(self.target)):
            notes.append(
                f"Every row has the same {self.target}, so there is nothing to predict; choose another target."
            )
        elif self.bias is not None and self.weight_count == 1 and not self._has_predictors():
            middle = _MIDDLES.get(self.loss.key, "a middle value")
            notes.append(
                "No column is left to predict from, so the model is the bias alone, at best "
                f"{middle} of {self.target}; open a table with another column whose numbers vary."
            )
        for term in self.terms:
            if not term.is_bias and self._is_constant(term):
                names = " and ".join(term.columns)
                is_zero = any(np.nanmax(np.abs(self.dataset.column(name).values)) == 0 for name in term.columns)
                does = "its weight does nothing, since it is 0" if is_zero else "its weight does what a bias does"
                notes.append(f"The column {names} is constant; {does}.")
        if self.rows_total < self.weight_count:
            notes.append(
                f"{counted(self.rows_total, 'rows')} cannot settle {counted(self.weight_count, 'weights')}, so many "
                "fit equally well; use fewer weights or open a table with more rows."
            )
        elif not self.least_squares.is_unique:
            notes.append("The terms repeat one another, so many weights fit equally well; the shortest are shown.")
        return tuple(notes)

    def _notes_on_sample(self) -> list[str]:
        """Say which rows count, where not all of the table are in memory."""
        if self.dataset.total_rows is None:
            return []
        sample = f"a random sample of {self.dataset.as_read.row_count:,} rows (seed {SAMPLE_SEED})"
        total = f"{self.dataset.total_rows:,}"
        if self.moments is not None:
            return [f"Squared error uses all {total} rows; plots, mini-batches and other losses {sample}."]
        if self.loss.key == "mse":
            return [f"The numbers are too large to be squared over all {total} rows, so {sample} stands for them."]
        return [f"{self.loss.title} uses {sample}; squared error would use all {total}."]

    def _is_constant(self, term: Term) -> bool:
        """Whether a term in use, or the target, has one value only; of a product, whether all its columns have."""
        if self.moments is not None:
            variables = [*(other for other in self.terms if not other.is_bias), Term(self.target)]
            return bool(self.moments.is_constant[variables.index(term)])
        if term == Term(self.target):
            return bool(self.y.min() == self.y.max())
        return all(self.dataset.column(name).is_constant for name in term.columns)

    def _notes_on_rows_left_out(self) -> list[str]:
        """Say how many rows are left out, and why; of those that were added by hand which columns they miss."""
        used = [self.target, *(name for term in self.terms for name in term.columns)]
        missed = [[name for name in used if name not in dict(edit.values or ())] for edit in self.dataset.edits.added]
        added = sum(map(bool, missed))
        notes, count = [], self.rows_dropped - added
        if count > 0:
            are = "is" if count == 1 else "are"
            notes.append(f"{counted(count, 'rows')} {are} left out: a column in use has no number there.")
        if added:
            rows = "The row that you added is" if added == 1 else f"{added:,} rows that you added are"
            names = dict.fromkeys(name for names in missed for name in names)
            notes.append(f"{rows} left out, without a number in {', '.join(names)}.")
        return notes

    def _has_predictors(self) -> bool:
        """Whether any column besides the target varies."""
        return any(column.name != self.target and not column.is_constant for column in self.dataset.columns)


def resolve(dataset: Dataset, settings: Settings, watch: Watch = UNWATCHED) -> Problem:
    """Build the problem that ``settings`` describe on ``dataset``. Takes one pass over the rows; run it on a worker.

    Of a table that is too big for memory the squared error passes over all rows, which ``watch`` can end with
    whatever exception; other losses use the sample alone.

    Raises:
        InputError: The terms do not fit the data, no row is complete, or a power overflows.
    """
    check_terms(settings.terms_in_use, settings.target, dataset)
    terms = settings.terms_in_use
    used = [settings.target, *(name for term in terms for name in term.columns)]
    complete = dataset.complete_rows(used)
    if not complete.any():
        raise InputError(
            f"No row of {dataset.title} has a number in all of {', '.join(dict.fromkeys(used))}; use fewer columns."
        )
    places = held_out_rows(dataset, complete, settings.hold_out, settings.seed)
    complete[places] = False
    rows = int(np.count_nonzero(complete))
    if settings.batch_size > rows:
        raise InputError(
            f"The batch size {settings.batch_size} is more than the {counted(rows, 'rows')}; "
            "choose at most that many, or 0 for all."
        )
    all_rows = rows == dataset.row_count
    X = np.empty((len(terms), rows))
    for index, term in enumerate(terms):
        values = term.values(dataset)
        X[index] = values if all_rows else values[complete]
        if not np.isfinite(X[index]).all():
            raise too_large(term)
    y = dataset.column(settings.target).values
    y = y.copy() if all_rows else y[complete]
    moments = None
    if settings.loss == "mse":
        varied = [(term, X[k]) for k, term in enumerate(terms) if not term.is_bias] + [(Term(settings.target), y)]
        moments = training_moments(dataset, varied, places, watch)
    if moments is None:
        scaling = fit_scaling(X, y, settings.scaling, settings.bias)
    else:
        scaling = scaling_by(moments.centres, moments.spreads, settings.scaling, settings.bias)
    is_centred = settings.scaling is Scaling.STANDARDISE and settings.bias is not None
    if settings.scaling is not Scaling.NONE:
        for index, column in enumerate(X):
            column -= scaling.centres[index]
            column /= scaling.spreads[index]
        y -= scaling.target_centre
        y /= scaling.target_spread
    X, y = frozen_array(X), frozen_array(y)
    if moments is None:
        exact, power = solve(X, y, settings.bias if is_centred else None), _mean_square(y)
        dropped = dataset.row_count - rows
    else:
        exact = solve_moments(moments, scaling)
        power = moments.mean_square(-1, scaling.target_centre, scaling.target_spread)
        dropped = dataset.all_row_count - moments.rows
    return Problem(
        dataset,
        settings.target,
        terms,
        settings.loss_entry,
        settings.delta,
        scaling,
        X,
        y,
        dropped - len(places),
        exact,
        power,
        _hold_out(dataset, settings, scaling, places),
        moments,
    )


def _hold_out(dataset: Dataset, settings: Settings, scaling: ScalingMap, places: RowArray) -> HeldOut | None:
    """Return the rows at ``places``, scaled as the rows of training were; None for no rows."""
    if not len(places):
        return None
    terms, target = settings.terms_in_use, dataset.column(settings.target).values[places]
    X = np.array([term.values(dataset)[places] for term in terms])
    for term, column in zip(terms, X, strict=True):
        if not np.isfinite(column).all():
            raise too_large(term)
    X = (X - scaling.centres[:, None]) / scaling.spreads[:, None]
    X, y = frozen_array(X), frozen_array((target - scaling.target_centre) / scaling.target_spread)
    return HeldOut(places, X, y, solve(X, y) if settings.loss == "mse" else None)


def _mean_square(values: FloatArray) -> float:
    with np.errstate(over="ignore"):
        return float(values @ values / len(values))
