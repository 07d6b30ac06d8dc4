"""The ruler where no formula holds: what quick trial runs at many learning rates do."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.errors import InputError
from gdexplorer.core.first_rate import trial_range
from gdexplorer.core.numerals import counted
from gdexplorer.core.problem import Problem
from gdexplorer.core.ruler import Ruler, Stretch, Zone
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import Outcome, Trial, run_trial
from gdexplorer.core.theory import formula_missing
from gdexplorer.core.training import TrainingState, begin, start_weights

TRIAL_STEPS = 200
RATE_COUNT = 31
MOST_ROWS = 2_000
_SAMPLE_SEED = 5
#: A run that removes less than this share of what the best one removes crawls.
_CRAWLING = 0.5
#: A run that removes this share of what the best one removes is as good.
_AS_GOOD = 0.99
#: A run of which more than this share of the steps turns back zig-zags: clearly more than the half that noise makes.
_TURNING = 0.6
_NEVER_CANCELLED = np.zeros(1, dtype=np.int64)

_LEVEL = "The start is at a minimum already, so trial runs tell nothing about the learning rate."
_HOPELESS = "No trial run lowered the loss, whatever its learning rate."
_SAMPLED = "Trial runs use {:,} of the {}."


@dataclass(frozen=True, eq=False)
class MeasuredRuler:
    """What the trial runs tell.

    Attributes:
        ruler: Its zones.
        rates: Tried, ascending, shape (m,), read-only.
        steps: After which the run converged, shape (m,), read-only; NaN where it did not within the trial.
    """

    ruler: Ruler
    rates: FloatArray
    steps: FloatArray

    def steps_at(self, rate: float) -> float:
        """Return the steps of the trial whose rate is nearest; NaN beyond the rates that were tried."""
        if not self.rates[0] * 0.99 <= rate <= self.rates[-1] * 1.01:
            return math.nan
        return float(self.steps[np.argmin(np.abs(np.log(self.rates / rate)))])


def measured_ruler(
    problem: Problem, settings: Settings, cancel: NDArray[np.int64] = _NEVER_CANCELLED
) -> MeasuredRuler | None:
    """Try learning rates with short runs from the start that ``settings`` say. Releases the GIL; deterministic.

    A run that leaves the range of numbers, or ends above the loss it began with, *diverges*. One in which more than
    six of ten steps turn back against the one before *zig-zags*. Of the others those that remove less than half of
    what the best one removes *crawl*; the rest *converges*. A single rate unlike both its neighbours is taken to be
    like them; no rate is milder than a smaller one, since runs that leap about may end low by chance; and a zone ends
    at the geometric mean of neighbouring rates. The fastest rate is the one that converged in the fewest steps, or,
    where none did, the middle of those that removed nearly as much as the best; None at the end of what was tried.

    Losses that read the rows, and mini-batches, use a fixed random sample of at most 2,000 rows.

    Returns:
        None where cancelled.
    """
    low, high = trial_range(problem, settings)
    rates = np.geomspace(low, high, RATE_COUNT)
    problem, settings, note = _sampled(problem, settings)
    reason = " ".join(filter(None, [formula_missing(problem, settings), note]))
    nothing = frozen_array(np.full(RATE_COUNT, np.nan))
    try:
        start = begin(problem, start_weights(problem, settings), settings)
    except InputError as error:
        return MeasuredRuler(Ruler(is_measured=True, reason=str(error)), frozen_array(rates), nothing)
    if start.gradient_norm == 0:
        return MeasuredRuler(Ruler(is_measured=True, reason=_LEVEL), frozen_array(rates), nothing)
    trials = _trials(problem, start, settings, rates, cancel)
    if trials is None:
        return None
    steps = frozen_array([math.nan if trial.steps is None else trial.steps for trial in trials])
    return MeasuredRuler(_ruler(rates, trials, start.loss, reason), frozen_array(rates), steps)


def _trials(
    problem: Problem, start: TrainingState, settings: Settings, rates: FloatArray, cancel: NDArray[np.int64]
) -> list[Trial] | None:
    trials = []
    for rate in rates:
        trial = run_trial(problem, start, replace(settings, learning_rate=float(rate)), TRIAL_STEPS, cancel)
        if trial is None:
            return None
        trials.append(trial)
    return trials


def _sampled(problem: Problem, settings: Settings) -> tuple[Problem, Settings, str]:
    """Return the problem with few enough rows, a batch that fits them, and a sentence where not all are in use."""
    reads_rows = not problem.is_quadratic or settings.batch_size > 0
    if not reads_rows or problem.row_count <= MOST_ROWS:
        return problem, settings, ""
    chosen = np.random.default_rng(_SAMPLE_SEED).choice(problem.row_count, MOST_ROWS, replace=False)
    chosen.sort()
    few = replace(problem, X=frozen_array(problem.X[:, chosen]), y=frozen_array(problem.y[chosen]))
    settings = replace(settings, batch_size=min(settings.batch_size, MOST_ROWS - 1))
    return few, settings, _SAMPLED.format(MOST_ROWS, counted(problem.row_count, "rows"))


def _ruler(rates: FloatArray, trials: list[Trial], start_loss: float, reason: str) -> Ruler:
    removed = np.array([start_loss - trial.loss if math.isfinite(trial.loss) else -math.inf for trial in trials])
    if not removed.max() > 0:
        hopeless = Stretch(float(rates[0]), math.inf, Zone.DIVERGES)
        return Ruler((hopeless,), is_measured=True, reason=f"{reason} {_HOPELESS}")
    stretches = _merged(rates, _in_order([_zone(*each, removed.max()) for each in zip(trials, removed, strict=True)]))
    limit = stretches[-1].low if stretches[-1].zone is Zone.DIVERGES else None
    return Ruler(stretches, limit, fastest=_fastest(rates, trials, removed), is_measured=True, reason=reason)


def _zone(trial: Trial, removed: float, most_removed: float) -> Zone:
    if trial.outcome is Outcome.DIVERGED or removed < 0:
        return Zone.DIVERGES
    if trial.turn_share > _TURNING:
        return Zone.ZIGZAGS
    return Zone.CRAWLS if removed < _CRAWLING * most_removed else Zone.CONVERGES


def _in_order(zones: list[Zone]) -> list[Zone]:
    """Return ``zones`` without single outliers, none milder than the one before."""
    order = list(Zone)
    places = [order.index(zone) for zone in zones]
    smooth = places[:1] + [sorted(places[k - 1 : k + 2])[1] for k in range(1, len(places) - 1)] + places[-1:]
    return [order[place] for place in np.maximum.accumulate(smooth)]


def _fastest(rates: FloatArray, trials: list[Trial], removed: FloatArray) -> float | None:
    steps = np.array([math.inf if trial.steps is None else trial.steps for trial in trials])
    if np.isfinite(steps).any():
        best = int(np.argmin(steps))
    else:
        good = np.flatnonzero(removed >= _AS_GOOD * removed.max())
        best = int(good[len(good) // 2])
    return float(rates[best]) if best < len(rates) - 1 else None


def _merged(rates: FloatArray, zones: list[Zone]) -> tuple[Stretch, ...]:
    """Return stretches of equal zones; what the first and the last rate do is taken to go on where it must."""
    firsts = [index for index, zone in enumerate(zones) if index == 0 or zone is not zones[index - 1]]
    ends = [float(math.sqrt(rates[index - 1]) * math.sqrt(rates[index])) for index in firsts[1:]]
    low = 0.0 if zones[0] is Zone.CRAWLS else float(rates[0])
    high = math.inf if zones[-1] is Zone.DIVERGES else float(rates[-1])
    lows, highs = [low, *ends], [*ends, high]
    return tuple(Stretch(a, b, zones[first]) for a, b, first in zip(lows, highs, firsts, strict=True))
