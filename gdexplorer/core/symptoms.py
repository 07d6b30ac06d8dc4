"""What the records of a run show by themselves: how fast the remaining loss goes, and how the steps turn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.history import History
from gdexplorer.core.problem import Problem

#: At most this many of the latest records are looked at.
MOST_RECORDS = 256
#: The pace is taken from so many of them: more would tell of what has been.
_PACE_RECORDS = 64
#: Ratios of the error along one direction are taken over this many records.
_LATEST = 8
#: Curvatures above this share of the largest belong to one steepest direction, that of the error among them.
_ALL_BUT = 0.95
#: Ratios that differ by no more than this are one.
_STEADY = 0.02
#: Moves whose cosine is beyond this run along one direction.
_ALONG_ONE = 0.98
#: A decline that slows down by less than this share, between two halves, is no exponential one.
_SLOWS = 1e-5
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True, eq=False)
class Bowl:
    """A squared error with its weight decay, along the axes of its curvature.

    Attributes:
        minimum: Where it is smallest, shape (K,).
        floor: The loss there, without the decay.
        curvatures: Above 0, with the decay, ascending, shape (J,); J < K where the loss is level in some direction.
        axes: Unit vectors they belong to, shape (K, J).
    """

    minimum: FloatArray
    floor: float
    curvatures: FloatArray
    axes: FloatArray

    @property
    def condition_number(self) -> float:
        """Steepest by flattest curvature, level directions left out; 1 where all are."""
        return float(self.curvatures[-1] / self.curvatures[0]) if len(self.curvatures) else 1.0

    @cached_property
    def first_steep(self) -> int:
        """Index of the first of the steepest axes: those whose curvatures are all but equal."""
        return int(np.searchsorted(self.curvatures, _ALL_BUT * self.curvatures[-1])) if len(self.curvatures) else 0

    def errors(self, weights: FloatArray) -> FloatArray:
        """Return how far ``weights``, shape (…, K), are from the minimum along each axis, shape (…, J)."""
        return np.asarray((weights - self.minimum) @ self.axes)

    def gaps(self, weights: FloatArray) -> FloatArray:
        """Return by how much loss and decay at ``weights``, shape (…, K), are above the minimum, shape (…)."""
        return np.asarray(0.5 * (self.errors(weights) ** 2 @ self.curvatures))


def bowl_of(problem: Problem, weight_decay: float) -> Bowl | None:
    """Return the bowl that training rolls down in; None where the loss is not the squared error, or overflows."""
    if not problem.is_quadratic:
        return None
    exact = problem.least_squares
    curvatures, axes = np.linalg.eigh(exact.H)
    curvatures = exact.curvatures  # the same to more digits
    floor = len(curvatures) * _EPS * 8
    floor = floor**2 if exact.is_unique else floor
    curvatures = np.where(curvatures > floor * curvatures[-1], curvatures, 0.0)
    felt = curvatures + weight_decay
    bends = felt > 0
    along = axes.T @ exact.weights
    minimum = exact.weights
    if weight_decay:
        minimum = axes[:, bends] @ (along[bends] * (curvatures[bends] / felt[bends]))
    return Bowl(minimum, problem.evaluate(minimum)[0], felt[bends], axes[:, bends])


@dataclass(frozen=True, eq=False)
class Window:
    """The latest records that were taken by the same rules and equally many steps apart.

    Attributes:
        steps: Shape (n,).
        weights: Shape (n, K).
        losses: Shape (n,).
        stride: Steps from one record to the next; 1 where there are fewer than two.
    """

    steps: NDArray[np.int64]
    weights: FloatArray
    losses: FloatArray
    stride: int

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def span(self) -> int:
        """Steps from the first record to the last."""
        return int(self.steps[-1] - self.steps[0]) if len(self) else 0


def latest(history: History, since: int, most: int = MOST_RECORDS, span: int = 0) -> Window:
    """Return at most so many of the latest records, from step ``since`` on.

    Args:
        history: The records.
        since: Where to begin at the earliest.
        most: How many records.
        span: Steps that they should cover if there are so many; records between are left out for that.
    """
    total = len(history)
    apart = int(history.steps[-1] - history.steps[-2]) if total > 1 else 1
    every = max(1, math.ceil(span / apart / (most - 1)))
    places = np.arange(total - 1, -1, -every)[:most][::-1]
    steps = history.steps[places]
    first = int(np.searchsorted(steps, since))
    gaps = np.diff(steps[first:])
    stride = int(gaps[-1]) if len(gaps) else 1
    uneven = np.flatnonzero(gaps != stride)
    if len(uneven):
        first += int(uneven[-1]) + 1
    places = places[first:]
    return Window(steps[first:], history.weights[places], history.losses[places], stride) if len(places) else _NOTHING


_NOTHING = Window(np.empty(0, np.int64), np.empty((0, 0)), np.empty(0), 1)


@dataclass(frozen=True)
class Symptoms:
    """What a window shows. Shares and factors are those of one step.

    Attributes:
        records: How many there are.
        span: Steps they cover.
        gap: Mean over the later half of how far the loss is above the minimum; None where that is not known.
        kept: Which share of the remaining loss a step keeps; None where no decline tells.
        decline: Which share of the whole loss a step takes away; negative where it grew.
        factor: What a step multiplies the error along the steepest direction by, or where the minimum is not known
            the move of the step before, going back; None where that is not steady, or too small to be measured.
        rises: At which share of the records the loss was higher than at the record before.
        trend: What half a window multiplies the remaining loss by; where the minimum is not known, the height above
            the lowest loss of all.
        low: The lowest loss of the later half.
        high: The highest one.
        mean: The mean loss of the later half.
        turning: Mean cosine of the angle between one move and the next; 0 where there are none.
        move: Median length of the moves from one record to the next.
        pickup: That of the later half by that of the earlier one: above 1 where moves grow.
    """

    records: int
    span: int
    gap: float | None
    kept: float | None
    decline: float
    factor: float | None
    rises: float
    trend: float
    low: float
    high: float
    mean: float
    turning: float
    move: float
    pickup: float


def observe(window: Window, bowl: Bowl | None, *, is_noisy: bool = False, is_smooth: bool = True) -> Symptoms:
    """Measure what ``window``, of at least two records, shows.

    Args:
        window: The records.
        bowl: Where the minimum is, if that is known.
        is_noisy: Whether the pace is to be taken from all records, since some tell little.
        is_smooth: Whether the loss nears its minimum ever more slowly, so that its decline tells how low that is.
    """
    half = len(window) // 2
    losses = window.losses
    gaps = None if bowl is None else bowl.gaps(window.weights)
    recent = slice(None) if is_noisy else slice(-_PACE_RECORDS, None)
    with np.errstate(all="ignore"):
        level = losses - losses.min() if gaps is None else gaps
        earlier, later = float(level[:half].mean()), float(level[-half:].mean())
        moves = np.diff(window.weights, axis=0)
        lengths = np.sqrt(np.einsum("nk,nk->n", moves, moves))
        dots = np.einsum("nk,nk->n", moves[1:], moves[:-1])
        moved = lengths[1:] * lengths[:-1]
        cosines = dots[moved > 0] / moved[moved > 0]
        kept = None
        if gaps is not None:
            kept = _kept(gaps[recent], window.stride)
        elif is_smooth:
            kept = _kept_by_decline(losses[recent], window.stride)
        decline = -math.expm1(_log_ratio(losses[-1], losses[0]) / window.span)
    return Symptoms(
        records=len(window),
        span=window.span,
        gap=None if gaps is None else later,
        kept=kept,
        decline=decline,
        factor=_factor_of_moves(window, moves) if bowl is None else _factor(window, bowl),
        rises=float(np.mean(losses[1:] > losses[:-1])),
        trend=_ratio(later, earlier),
        low=float(losses[-half:].min()),
        high=float(losses[-half:].max()),
        mean=float(losses[-half:].mean()),
        turning=float(cosines.mean()) if len(cosines) else 0.0,
        move=float(np.median(lengths)),
        pickup=_ratio(float(np.median(lengths[-half:])), float(np.median(lengths[:half]))),
    )


def _kept(gaps: FloatArray, stride: int) -> float | None:
    """Return which share of the remaining loss a step keeps, from records that are ``stride`` steps apart."""
    half = len(gaps) // 2
    between = _log_ratio(float(gaps[-half:].mean()), float(gaps[:half].mean())) / (len(gaps) - half)
    return None if math.isnan(between) else math.exp(between / stride)


def _kept_by_decline(losses: FloatArray, stride: int) -> float | None:
    """Return the same where the minimum is not known: the limit of an exponential decline stands in for it.

    It follows from three losses (Aitken (1926), On Bernoulli's numerical solution of algebraic equations, Proc. R.
    Soc. Edinburgh 46).
    """
    half = (len(losses) - 1) // 2
    last, middle, first = (float(losses[place]) for place in (-1, -1 - half, -1 - 2 * half))
    before, after = first - middle, middle - last
    if not before * (1 - _SLOWS) > after > 8 * _EPS * abs(last):
        return None
    return math.exp(_log_ratio(after, before) / (half * stride))


def _factor(window: Window, bowl: Bowl) -> float | None:
    """Return what a step multiplies the error along the steepest direction by, with its sign where it can be seen."""
    if len(window) <= _LATEST or not len(bowl.curvatures):
        return None
    weights = window.weights[-_LATEST - 1 :]
    errors = bowl.errors(weights)[:, bowl.first_steep :]
    squares = np.einsum("nj,nj->n", errors, errors)
    size = float(np.abs(weights).max() + np.abs(bowl.minimum).max())
    if not squares.min() > (1e6 * _EPS * size) ** 2:
        return None
    ratios = np.einsum("nj,nj->n", errors[1:], errors[:-1]) / squares[:-1]
    middle = float(np.median(ratios))
    if not np.abs(ratios - middle).max() <= _STEADY * abs(middle):
        return None
    return math.copysign(abs(middle) ** (1.0 / window.stride), middle)


def _factor_of_moves(window: Window, moves: FloatArray) -> float | None:
    """Return what a step multiplies the one before by, where all of late went to and fro along one direction."""
    moves = moves[-_LATEST - 1 :]
    if len(moves) <= _LATEST or window.stride > 1:
        return None
    squares = np.einsum("nk,nk->n", moves, moves)
    dots = np.einsum("nk,nk->n", moves[1:], moves[:-1])
    if not (squares[:-1] > 0).all() or not (dots < -_ALONG_ONE * np.sqrt(squares[1:] * squares[:-1])).all():
        return None
    ratios = dots / squares[:-1]
    middle = float(np.median(ratios))
    return middle if np.abs(ratios - middle).max() <= _STEADY * abs(middle) else None


def _ratio(after: float, before: float) -> float:
    """Return after/before; NaN where there is none."""
    return after / before if before > 0 else math.nan


def _log_ratio(after: float, before: float) -> float:
    """Return ln(after/before); NaN where there is none."""
    return math.log(after) - math.log(before) if 0 < after < math.inf and 0 < before < math.inf else math.nan
