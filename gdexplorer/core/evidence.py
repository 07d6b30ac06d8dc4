"""What a verdict about a run rests on: the case, the latest records, and what follows from both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gdexplorer.core.case import Case, direction_name
from gdexplorer.core.history import History
from gdexplorer.core.numerals import compact, rounded_to
from gdexplorer.core.symptoms import MOST_RECORDS, Symptoms, Window, latest, observe
from gdexplorer.core.training import TrainingState

#: Records without which nothing is said about a trend, and about hovering.
_FEW, _MANY = 9, 32
#: Where the rate changes from step to step, older records tell of other rates.
_SCHEDULED_RECORDS = 40
#: What is left of the first gap, or slope, for anyone to care how fast the rest goes.
LITTLE_GAP, LITTLE_SLOPE = 1e-6, 1e-3
#: So much above the minimum, as a share of the loss there, is worth a cure.
VISIBLE = 0.01
#: A loss that goes neither up nor down in the long run, but rises at this share of its records, hovers.
LEVEL, _RISES = (0.5, 2.0), 0.25
#: What a step may take away from the whole loss without anyone noticing.
HARDLY = 1e-6
#: From this condition number on the scaling makes a run slow.
_ILL_CONDITIONED = 1e3
#: So many times the error along the flattest direction must have had time to shrink by e, to be settled.
_RELAXED = 3.0
_ROUNDING = 1e-9
#: So many times the steps that the present pace tells are worth a word.
_SLOWER = 3.0
#: More steps than these are not foretold.
_MOST_STEPS = 1e6
#: So many epochs tell noise from a trend.
_EPOCHS = 4


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that the verdicts rest on.

    Attributes:
        case: Of the present settings.
        state: Now.
        history: Up to now.
        window: The latest records by the present settings.
        seen: What they show; None where there are fewer than nine.
        rate: With which the next step would be taken.
        slope: Length of the gradient with its decay, as a share of that at the start.
        rising: Whether the last step, if taken by the present settings, raised the loss.
    """

    case: Case
    state: TrainingState
    history: History
    window: Window
    seen: Symptoms | None
    rate: float
    slope: float
    rising: bool

    @property
    def share(self) -> float:
        """Which share of the learning rate the schedule leaves."""
        return self.rate / self.case.settings.learning_rate

    @property
    def is_steep(self) -> bool:
        """Whether the slope is more than is to be expected next to the minimum."""
        start = self.state.start_norm
        return self.slope > (max(LITTLE_SLOPE, self.case.kink_slope / start) if start > 0 else LITTLE_SLOPE)

    @property
    def is_steady(self) -> bool:
        """Whether the rate stays what it is: a smaller one would end hovering by itself."""
        return self.case.settings.schedule == "constant" or (
            self.case.settings.schedule == "warmup" and self.share == 1
        )

    @property
    def removed(self) -> float:
        """Which share of the remaining loss a step removes; NaN where that is not known."""
        if self.seen is None or self.seen.kept is None:
            return math.nan
        removed = 1.0 - self.seen.kept
        return removed if self.case.bowl is not None else max(removed, self.seen.decline)  # no loss is below 0

    @cached_property
    def is_far(self) -> bool:
        """Whether enough of the way is left for its speed to matter."""
        if self.case.bowl is None or self.seen is None or self.seen.gap is None:
            return self.is_steep
        first = float(self.case.bowl.gaps(self.history.weights[0]))
        return bool(self.seen.gap > LITTLE_GAP * max(first, self.case.bowl.floor))

    @property
    def is_high(self) -> bool:
        """Whether the loss is visibly above the minimum; by the slope where that is not known."""
        bowl = self.case.bowl
        if bowl is None:
            return self.is_steep
        first = float(bowl.gaps(self.history.weights[0]))
        return bool(bowl.gaps(self.state.weights) > max(VISIBLE * bowl.floor, LITTLE_GAP * first))

    @cached_property
    def hovering(self) -> float | None:
        """How far above the minimum, as a share of the loss there, the loss hovers; None where it has a trend.

        Where the minimum is not known, how far the loss swings stands in for it.
        """
        seen = self.seen
        if seen is None or seen.records < _MANY or seen.rises < _RISES or not LEVEL[0] < seen.trend < LEVEL[1]:
            return None
        if self.case.bowl is None or seen.gap is None:
            return (seen.high - seen.low) / seen.mean if seen.mean > 0 else None
        floor = max(self.case.bowl.floor, LITTLE_GAP * float(self.history.losses[0]))
        return seen.gap / floor if floor > 0 else None

    @property
    def is_swinging(self) -> bool:
        """Whether the loss goes up now and then on its way down."""
        return self.seen is not None and self.seen.rises > 0

    @property
    def is_relaxed(self) -> bool:
        """Whether the records cover the time in which the error along the flattest direction settles."""
        bowl, seen = self.case.bowl, self.seen
        if bowl is None or seen is None or not len(bowl.curvatures) or self.case.formula.limit is None:
            return True
        return bool(self.rate * bowl.curvatures[0] / (1.0 - self.case.momentum) * seen.span > _RELAXED)

    @property
    def is_ill_conditioned(self) -> bool:
        """Whether the bowl is so much steeper along one direction than along another that any fixed rate is slow."""
        return self.case.bowl is not None and self.case.bowl.condition_number > _ILL_CONDITIONED

    @property
    def is_mostly_steep(self) -> bool:
        """Whether a good part of what remains of the loss is due to the steepest direction."""
        bowl = self.case.bowl
        if bowl is None:
            return True
        parts = bowl.errors(self.state.weights) ** 2 * bowl.curvatures
        return self.case.settings.optimizer == "newton" or bool(parts[bowl.first_steep :].sum() > 0.3 * parts.sum())

    @property
    def is_off(self) -> bool:
        """Whether the weights are away from the minimum by more than rounding; a bet on the slope where unknown."""
        bowl = self.case.bowl
        if bowl is None:
            return self.is_steep
        size = float(np.abs(self.state.weights).max() + np.abs(bowl.minimum).max())
        return bool(np.abs(bowl.errors(self.state.weights)).max(initial=0.0) > _ROUNDING * size)

    @property
    def hardly_falls(self) -> bool:
        """Whether the loss falls at every record, by next to nothing, on ground that is as steep as ever."""
        seen = self.seen
        return seen is not None and seen.rises == 0 and 0 < seen.decline < HARDLY and self.slope > 0.1

    def expected(self, rate: float) -> float:
        """Return which share of the remaining loss a step at ``rate`` removes in the long run, by the formula."""
        slowest = float(self.case.log_factors(rate).max(initial=-math.inf))
        return -math.expm1(2.0 * slowest)

    @property
    def steps_left(self) -> int | None:
        """About how many more steps it takes until the slope is flat enough; None where that cannot be foretold.

        Where the map is linear each axis shrinks by its own factor; else by what a step has kept of late.
        """
        case, bowl = self.case, self.case.bowl
        goal = case.settings.tolerance
        if goal <= 0 or self.slope <= goal:
            return None
        if case.is_exact and bowl is not None and case.settings.schedule == "constant":
            slopes = np.abs(bowl.errors(self.state.weights) * bowl.curvatures) / (goal * self.state.start_norm)
            is_open, factors = slopes > 1, case.log_factors(self.rate)
            if not (factors[is_open] < 0).all():
                return None
            steps = float((np.log(slopes[is_open]) / -factors[is_open]).max(initial=0.0))
        else:
            steps = self._steps_at_this_pace
        return None if not 0 < steps < _MOST_STEPS else max(1, int(rounded_to(steps, 2)))

    @property
    def slows_down(self) -> bool:
        """Whether the steps left are far more than the present pace tells, since flatter directions remain."""
        return self.steps_left is not None and self.steps_left > _SLOWER * self._steps_at_this_pace

    @property
    def _steps_at_this_pace(self) -> float:
        goal = self.case.settings.tolerance
        return 2.0 * math.log(self.slope / goal) / -math.log1p(-self.removed)

    # Words ---------------------------------------------------------------------------------------------------

    @property
    def above(self) -> str:
        """That the learning rate is above its limit, as half a sentence; empty where it is not, or none is known."""
        limit = self.case.limit
        heeds_rate = self.case.settings.optimizer_entry.heeds_rate
        if limit is None or not self.rate > limit or self.case.has_batches or not heeds_rate:
            return ""
        name = "learning rate" if self.share == 1 else "scheduled rate"
        return f"the {name} {compact(self.rate, 3)} is above the limit {compact(limit, 3)}"

    def multiplied(self, factor: float) -> str:
        """Say what a step multiplies the error along the steepest direction by, as the beginning of a sentence."""
        bowl = self.case.bowl
        if bowl is None:
            direction, is_all = self.window.weights[-1] - self.window.weights[-2], False
        else:
            first = bowl.first_steep
            direction = bowl.axes[:, first:] @ bowl.errors(self.state.weights)[first:]
            is_all = first == 0 or self.case.settings.optimizer == "newton"
        where = "Each" if is_all or len(direction) == 1 else f"Along {direction_name(direction)} each"
        return f"{where} step multiplies the error by {_near_one(factor)}"

    @property
    def pace(self) -> str:
        """How much a step removes, as the beginning of a sentence."""
        if math.isnan(self.removed) or self.removed <= 0:
            decline = 0.0 if self.seen is None else self.seen.decline
            return f"Each step lowers the loss by {_percent(max(decline, 0.0))}"
        each = "On average each" if self.is_swinging else "Each"
        return f"{each} step removes {_percent(self.removed)} of the remaining loss"

    @property
    def place(self) -> str:
        """Where the loss hovers, as the beginning of a sentence."""
        seen, bowl = self.seen, self.case.bowl
        assert seen is not None
        if bowl is None or seen.gap is None:
            low, high = compact(seen.low, 3), compact(seen.high, 3)
            return f"The loss hovers about {low}" if low == high else f"The loss hovers between {low} and {high}"
        if bowl.floor > 0 and seen.gap < 10 * bowl.floor:
            return f"The loss hovers {_percent(seen.gap / bowl.floor)} above the minimum"
        return f"The loss hovers at {compact(seen.mean, 3)}, above the minimum {compact(bowl.floor, 3)}"


def gather(case: Case, state: TrainingState, history: History, previous_loss: float | None, since: int) -> Evidence:
    """Look at the latest records, from step ``since`` on; see :func:`gdexplorer.core.diagnosis.diagnose`."""
    settings = case.settings
    most = MOST_RECORDS if settings.schedule == "constant" else _SCHEDULED_RECORDS
    window = latest(history, since, most, _EPOCHS * case.steps_an_epoch if case.has_batches else 0)
    followed = state.gradient + settings.weight_decay * state.weights
    seen = None
    if len(window) >= _FEW:
        is_smooth = case.problem.loss.largest_curvature is not None
        seen = observe(window, case.bowl, is_noisy=case.has_batches, is_smooth=is_smooth)
    share = 1.0
    if settings.optimizer_entry.heeds_rate:
        share = float(settings.schedule_entry.shares(settings.schedule_values, np.array([float(state.step)]))[0])
    return Evidence(
        case,
        state,
        history,
        window,
        seen,
        settings.learning_rate * share,
        float(np.linalg.norm(followed)) / state.start_norm if state.start_norm > 0 else 0.0,
        previous_loss is not None and state.step > since and state.loss > previous_loss,
    )


def _near_one(factor: float) -> str:
    """Return ``factor`` with as many digits as show that it is not 1."""
    away = abs(abs(factor) - 1.0)
    return compact(factor, 2 if away > 0.04 else 3 if away > 0.004 else 5)


def _percent(share: float) -> str:
    return f"{compact(100.0 * share, 2)} %"
