"""The doctor: what a run is doing, the cause in numbers, and what would help."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from gdexplorer.core import cures
from gdexplorer.core.case import Case
from gdexplorer.core.cures import Cure
from gdexplorer.core.evidence import HARDLY, LEVEL, VISIBLE, Evidence, gather
from gdexplorer.core.history import History
from gdexplorer.core.numerals import compact, counted, rounded_to
from gdexplorer.core.optimizers import Family
from gdexplorer.core.training import Status, TrainingState

#: Share of the gradient norm at the start below which the ground counts as flat.
_FLAT = 1e-9
#: Records without which nothing is said about slow steps.
_SOME, _MANY = 20, 32
#: A step that removes less of the remaining loss crawls; where the length of steps is set by no curvature, far less.
_CRAWLING, _CRAWLING_BY_LENGTH = 0.01, 1e-4
#: Below this share of the fastest rate the rate is to blame.
_FAR_BELOW = 0.2
#: From this factor on zig-zagging costs time, where the rate is this much above the fastest.
_ZIGZAG, _ABOVE = -0.7, 1.02
#: So close must a measured factor be to that of the formula.
_AGREES = 0.05
#: A loss that half a window brings below this share of what it was is falling, whatever the last step did.
_FALLS = 0.97
#: Mini-batches that raise the loss more often than this show noise, not the pace.
_NOISE = 0.2
#: Optimizers that fit the length of their steps to the ground, so that they settle.
_FITTING_STEPS = ("rprop", "lbfgs", "linesearch", "cg")
#: Epochs without which nothing is said about noise.
_EPOCHS = 3
#: A loss so many times that of the start is on its way out.
_BLOWN_UP = 10.0
#: Moves that grow by this factor over the records are only beginning to be long.
_PICKS_UP = 1.1
#: A schedule that leaves less of the rate has brought training to a standstill, or nearly.
_FADED = 1e-3
#: Records over which the loss changes by no more than this share are level.
_HARDLY_LOWER = 1e-4


class Mood(Enum):
    """How the window should colour a diagnosis."""

    CALM = "calm"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Diagnosis:
    """One word and one sentence about a run, and what would help, the best cure first."""

    word: str
    sentence: str
    mood: Mood
    cures: tuple[Cure, ...] = ()

    @property
    def is_alarm(self) -> bool:
        """Whether something is wrong."""
        return self.mood in (Mood.WARNING, Mood.BAD)


#: What can be said of any run that has just set out.
TRAINING = Diagnosis("training", "The first steps are under way.", Mood.GOOD)


def is_flat(state: TrainingState) -> bool:
    """Whether the slope is nothing against that at the start: which way it points is then a matter of rounding."""
    return state.gradient_norm <= _FLAT * state.start_norm


def diagnose(
    case: Case,
    state: TrainingState,
    history: History,
    previous_loss: float | None,
    *,
    since: int = 0,
    is_running: bool,
) -> Diagnosis:
    """Say how the run stands. Looks at a few hundred records at most: well below a millisecond.

    Args:
        case: Of the present settings.
        state: Now.
        history: Up to now.
        previous_loss: At the step before; None at the start.
        since: Step from which on all were taken by the present settings.
        is_running: Whether training goes on.
    """
    with np.errstate(all="ignore"):  # a run on its way out has errors whose squares overflow
        return _verdict(gather(case, state, history, previous_loss, since), is_running)


def _verdict(e: Evidence, is_running: bool) -> Diagnosis:
    if e.state.status is Status.DIVERGED:
        return _diverged(e)
    if e.state.status is Status.CONVERGED:
        return _converged(e)
    for verdict in _TROUBLES if e.state.step else ():
        found = verdict(e)
        if found is not None and (is_running or found.is_alarm):
            return found
    if is_running:
        return _healthy(e)
    if e.state.step == 0:
        return Diagnosis("ready", "Press Run to let the ball roll, or Step to take one step.", Mood.CALM)
    return Diagnosis("paused", "Run goes on from here.", Mood.CALM)


def _diverged(e: Evidence) -> Diagnosis:
    said = f"In step {e.state.step + 1:,} the loss left the range of numbers"
    cause, limit = e.above, e.case.limit
    if not cause and limit is not None and not e.case.has_batches:  # the rate is another one by now
        sentence = f"{said}. Run begins at the start again, at the rate {compact(e.rate, 3)}."
        return Diagnosis("diverged", sentence, Mood.BAD)
    because = f": {cause}" if cause else "; a lower rate keeps it within"
    return Diagnosis("diverged", f"{said}{because}. Run begins at the start again.", Mood.BAD, _slower(e))


def _converged(e: Evidence) -> Diagnosis:
    if e.state.step == 0:
        return Diagnosis("converged", "The slope is 0 here: there is nothing to descend.", Mood.GOOD)
    return Diagnosis(
        "converged",
        f"The slope is flat: {counted(e.state.step, 'steps')} brought the weights to rest. Reset to watch it again.",
        Mood.GOOD,
    )


def _diverging(e: Evidence) -> Diagnosis | None:
    """The error along the steepest direction grows, or the loss by far exceeds that of the start."""
    case = e.case
    if case.is_exact:
        cause = e.above
        grows = e.rising or (e.seen is not None and e.seen.factor is not None and abs(e.seen.factor) > 1)
        if not cause or not grows:
            return None
        sentence = f"{e.multiplied(case.factor(e.rate))}: {cause}."
        return Diagnosis("diverging", sentence, Mood.BAD, _slower(e))
    usual = max(float(e.history.losses[0]), case.problem.target_power, math.sqrt(case.problem.target_power))
    if e.seen is None or not (e.state.loss > _BLOWN_UP * usual and e.seen.trend > LEVEL[1]):
        return None
    first = float(e.history.losses[0])
    times = f"{rounded_to(e.state.loss / first, 2):,.0f}" if first > 0 else "∞"
    cause = e.above or f"the learning rate {compact(e.rate)} is too large"
    return Diagnosis(
        "diverging", f"The loss has grown to {times} times that of the start: {cause}.", Mood.BAD, _slower(e)
    )


def _stuck(e: Evidence) -> Diagnosis | None:
    """The weights stand still although the ground is not flat."""
    settings = e.case.settings
    if e.rate == 0:
        sentence = "The schedule has brought the learning rate to 0, so the weights stand still"
        if not e.is_high:
            return Diagnosis("settled", f"{sentence}: next to the minimum.", Mood.GOOD)
        return Diagnosis("stuck", f"{sentence} before the minimum.", Mood.WARNING, _some(cures.hold_rate(settings)))
    seen = e.seen
    if seen is None or seen.records < _SOME or not e.is_far:
        return None
    is_fading = settings.schedule not in ("constant", "warmup") and e.share < _FADED
    if is_fading and e.is_high and abs(seen.decline) < HARDLY * 10:
        sentence = (
            f"The schedule has cut the rate to {compact(e.rate, 2)}: steps have become too short to reach the minimum."
        )
        return Diagnosis("stuck", sentence, Mood.WARNING, _some(cures.hold_rate(settings)))
    if seen.high == seen.low and seen.move == 0 and e.is_off:
        if not settings.optimizer_entry.takes_rate:
            sentence = "Along its direction the search finds no way down although the slope is not 0."
            return Diagnosis("stuck", sentence, Mood.WARNING, _some(cures.take_plain(e.case.problem, settings)))
        if settings.optimizer == "newton" and not e.case.is_exact:
            sentence = "The loss does not bend here, so Newton’s method finds no step although the slope is not 0."
            return Diagnosis("stuck", sentence, Mood.WARNING, _some(cures.take_plain(e.case.problem, settings)))
        sentence = f"At the rate {compact(e.rate)} steps are less than the last digit of the weights: they stand still."
        help_ = _some(cures.hold_rate(settings)) if is_fading else _faster(e)
        return Diagnosis("stuck", sentence, Mood.WARNING, help_)
    return None


def _noisy(e: Evidence) -> Diagnosis | None:
    """The noise of mini-batches keeps the loss above the minimum."""
    case, settings, seen = e.case, e.case.settings, e.seen
    hovering = e.hovering if case.has_batches and e.is_steady else None
    if hovering is None or seen is None or seen.span < _EPOCHS * case.steps_an_epoch or not e.is_relaxed:
        return None
    noise = f"the noise of batches of {settings.batch_size:,} at the rate {compact(e.rate, 3)}"
    if hovering < VISIBLE:
        return Diagnosis("settled", f"{e.place}: {noise} leaves it there.", Mood.GOOD)
    smaller = cures.take_rate(settings, settings.learning_rate / cures.CAREFUL)
    help_ = _some(
        cures.larger_batch(settings, case.problem.row_count), cures.let_decay(settings, e.state.step), smaller
    )
    return Diagnosis("noise floor", f"{e.place}: {noise}.", Mood.WARNING, help_)


def _zigzagging(e: Evidence) -> Diagnosis | None:
    """The error along the steepest direction changes its sign at each step and hardly shrinks, by too large a rate."""
    case, seen = e.case, e.seen
    fastest = case.fastest
    if seen is None or seen.factor is None or fastest is None or not e.is_far or case.has_batches:
        return None
    if e.rate <= _ABOVE * fastest or e.above:
        return None
    size = -abs(seen.factor)
    if case.is_exact:
        expected = case.factor(e.rate)
        if abs(size - expected) > _AGREES * abs(expected) or not e.is_mostly_steep:
            return None
    elif seen.factor > 0:
        return None
    if not -1 < size <= _ZIGZAG:
        return None
    sentence = f"{e.multiplied(size)}: the rate {compact(e.rate, 3)} is above {case.better_rate}."
    return Diagnosis("zig-zagging", sentence, Mood.WARNING, _slower(e))


def _bouncing(e: Evidence) -> Diagnosis | None:
    """Steps whose length does not shrink with the slope jump about the minimum."""
    settings = e.case.settings
    settles = (e.case.is_exact and not e.above) or settings.optimizer in _FITTING_STEPS
    hovering = e.hovering
    if settles or hovering is None or e.seen is None or not e.is_steady or e.case.has_batches:
        return None
    if hovering < VISIBLE:
        return Diagnosis("settled", f"{e.place}: the last steps go to and fro.", Mood.GOOD)
    length = f" of about {compact(e.seen.move, 2)}" if e.window.stride == 1 else ""
    cause = e.above or f"steps{length} are too long to settle"
    smaller = cures.take_rate(settings, settings.learning_rate / cures.CAREFUL)
    help_ = _some(cures.let_decay(settings, e.state.step), smaller)
    return Diagnosis("bouncing", f"{e.place}: {cause}.", Mood.WARNING, help_)


def _crawling(e: Evidence) -> Diagnosis | None:
    """Steps remove next to nothing of the remaining loss, and something could be done about it."""
    case, settings, seen = e.case, e.case.settings, e.seen
    if seen is None or seen.records < _SOME or not e.is_far or not settings.optimizer_entry.takes_rate:
        return None
    if settings.schedule == "warmup" and e.share < 1:
        return None
    if settings.schedule not in ("constant", "warmup") and not e.is_high:  # a rate that fades next to the minimum
        return None
    if case.has_batches and (seen.rises > _NOISE or settings.schedule != "constant"):
        return None
    if settings.optimizer_entry.family is Family.ADAPTIVE or settings.optimizer == "lbfgs":
        return _crawling_by_length(e)
    if case.is_exact and settings.schedule == "constant":
        crawls = 0 <= e.removed < 2 * _CRAWLING and e.expected(e.rate) < _CRAWLING
    else:
        crawls = 0 < e.removed < _CRAWLING or (math.isnan(e.removed) and e.hardly_falls)
    return _crawling_by_rate(e) or _crawling_by_scaling(e) if crawls else None


def _crawling_by_rate(e: Evidence) -> Diagnosis | None:
    case, settings = e.case, e.case.settings
    fastest = case.fastest
    if e.rate >= _FAR_BELOW * (case.usual if fastest is None else fastest):
        return None
    if fastest is not None and case.is_exact and e.is_ill_conditioned and e.expected(fastest) < _CRAWLING:
        return None
    if settings.schedule != "constant" and e.share < _FAR_BELOW:
        cause = f"the schedule has cut the rate to {compact(e.rate, 2)}"
        return Diagnosis("crawling", f"{e.pace}: {cause}.", Mood.WARNING, _some(cures.hold_rate(settings)))
    cause = f"the rate {compact(e.rate, 3)} is far below {case.better_rate}"
    return Diagnosis("crawling", f"{e.pace}: {cause}.", Mood.WARNING, _faster(e))


def _crawling_by_scaling(e: Evidence) -> Diagnosis | None:
    case, settings = e.case, e.case.settings
    if case.bowl is None or not e.is_ill_conditioned or settings.optimizer == "newton":
        return None
    times = f"{rounded_to(case.bowl.condition_number, 2):,.0f}"
    cause = f"one direction is {times} times steeper than another"
    if case.scaling_cure is None:
        cause = f"the terms nearly repeat one another (condition number {times})"
    help_ = (*_some(case.scaling_cure), *case.valley_cures)
    return Diagnosis("badly scaled", f"{e.pace}: {cause}.", Mood.WARNING, help_)


def _crawling_by_length(e: Evidence) -> Diagnosis | None:
    """Optimizers that measure their steps themselves: many steps one way, and next to nothing gained."""
    seen = e.seen
    assert seen is not None
    if (
        seen.records < _MANY
        or (seen.rises > 0.1 and not e.case.has_batches)
        or seen.turning < 0.5
        or seen.pickup > _PICKS_UP
    ):
        return None
    removed = e.removed
    if not (0 < removed < _CRAWLING_BY_LENGTH or (math.isnan(removed) and e.hardly_falls)):
        return None
    settings = e.case.settings
    if settings.schedule != "constant" and e.share < _FAR_BELOW:
        cause = f"the schedule has cut the rate to {compact(e.rate, 2)}"
        return Diagnosis("crawling", f"{e.pace}: {cause}.", Mood.WARNING, _some(cures.hold_rate(settings)))
    bolder = max(e.case.measured.fastest or e.case.usual, settings.learning_rate * cures.BOLD)
    cause = f"steps of about {compact(seen.move / e.window.stride, 2)} are short for the way that is left"
    help_ = _some(cures.take_rate(settings, bolder))
    if e.case.has_batches and not help_:
        help_ = _some(cures.larger_batch(settings, e.case.problem.row_count))
    return Diagnosis("crawling", f"{e.pace}: {cause}.", Mood.WARNING, help_)


#: In the order of how much they matter.
_TROUBLES: tuple[Callable[[Evidence], Diagnosis | None], ...] = (
    _diverging,
    _stuck,
    _noisy,
    _zigzagging,
    _bouncing,
    _crawling,
)


def _healthy(e: Evidence) -> Diagnosis:
    if e.slope <= _FLAT:
        return Diagnosis("at the bottom", "The slope is flat: further steps hardly move the weights.", Mood.GOOD)
    is_falling = e.seen is not None and e.seen.trend < _FALLS
    if e.rising and not is_falling:
        why = ", as steps by few rows do now and then" if e.case.has_batches else ""
        sentence = f"The last step raised the loss{why}; the next ones may bring it down again."
        return Diagnosis("uphill", sentence, Mood.CALM)
    if not e.state.step:
        return TRAINING
    if 0 < e.removed < 1 and not e.case.has_batches and (is_falling or not e.is_swinging):
        left = e.steps_left
        where = "flatter directions take " if e.slows_down else ""
        more = f"; {where}about {counted(left, 'more steps')}" if left else ""
        return Diagnosis("converging", f"{e.pace}{more}.", Mood.GOOD)
    if e.case.has_batches and is_falling:
        rows = counted(e.case.settings.batch_size, "rows")
        return Diagnosis("descending", f"On the whole the loss is falling; steps by {rows} make it jump.", Mood.GOOD)
    return _descending(e, is_falling=is_falling)


def _descending(e: Evidence, *, is_falling: bool) -> Diagnosis:
    """What the loss does where no pace can be told: it falls, is level, or goes up and down."""
    seen = e.seen
    if seen is not None and seen.high - seen.low <= _HARDLY_LOWER * seen.mean:
        return Diagnosis("level", "The loss hardly changes by now.", Mood.CALM)
    if seen is None or is_falling:
        is_plain = e.case.settings.optimizer == "gd" and not e.case.has_batches
        why = ": each step goes against the slope" if is_plain else ""
        return Diagnosis("descending", f"The loss is falling{why}.", Mood.GOOD)
    fall = -math.expm1(seen.span * math.log1p(-seen.decline)) if seen.decline < 1 else math.nan
    if fall > _HARDLY_LOWER and seen.rises < _NOISE:
        return Diagnosis("descending", "The loss is falling slowly.", Mood.GOOD)
    return Diagnosis("level", "The loss goes up and down, and is not getting lower.", Mood.CALM)


def _slower(e: Evidence) -> tuple[Cure, ...]:
    """Return cures of too large a rate."""
    case, settings = e.case, e.case.settings
    rate = case.fastest
    if case.has_batches and rate is not None and case.measured.fastest is None:
        rate /= cures.CAREFUL
    if rate is None or rate >= settings.learning_rate:
        rate = settings.learning_rate / cures.BOLD
    pair = None if case.has_batches else case.formula.best_pair
    return _some(
        cures.take_rate(settings, rate),
        case.scaling_cure if e.is_ill_conditioned else None,
        cures.go_back(settings, e.history, rate),
        cures.take_pair(settings, pair),
    )


def _faster(e: Evidence) -> tuple[Cure, ...]:
    """Return cures of too small a rate."""
    case, settings = e.case, e.case.settings
    rate = case.usual if case.fastest is None else case.fastest
    if case.has_batches and case.measured.fastest is None:
        rate /= cures.CAREFUL
    if rate <= settings.learning_rate:
        rate = settings.learning_rate * cures.BOLD
    pair = None if case.has_batches else case.formula.best_pair
    return _some(cures.take_rate(settings, rate), cures.take_pair(settings, pair))


def _some(*found: Cure | None) -> tuple[Cure, ...]:
    """Return those cures that apply."""
    return tuple(cure for cure in found if cure is not None)
