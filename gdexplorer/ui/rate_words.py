"""What the ruler says about learning rates, in plain words."""

from __future__ import annotations

import math

from gdexplorer.core.numerals import compact
from gdexplorer.core.ruler import Ruler, Stretch, Zone

#: Digits of a learning rate in a sentence or at a mark.
DIGITS = 3

_BY_FORMULA = {
    Zone.CRAWLS: "the steps are so short that training takes many times longer than it has to.",
    Zone.CONVERGES: "training comes to rest at the bottom.",
    Zone.ZIGZAGS: "steps jump to and fro over the bottom of the steepest direction, and come to rest there yet.",
    Zone.DIVERGES: "steps overshoot by more and more, and the loss grows without end.",
}
_MEASURED = {
    Zone.CRAWLS: "the trial runs removed less than half of what the best one did.",
    Zone.CONVERGES: "the trial runs removed at least half of what the best one did.",
    Zone.ZIGZAGS: "more than six of ten trial steps turned back against the one before.",
    Zone.DIVERGES: "the trial runs ended above the loss they began with.",
}
_NOT_TRIED = "this rate was not among those tried."
_UNSETTLED = {
    Zone.CRAWLS: "this rate crawls.",
    Zone.CONVERGES: "this rate needs more than that to converge.",
    Zone.ZIGZAGS: "this rate zig-zags and does not settle in them.",
    Zone.DIVERGES: "this rate diverges.",
}
_LIMIT_TIP = "The limit: above {} training diverges."
_LIMIT_HERE_TIP = "The limit where the ball is: above {} a step overshoots by more than the one before."
_ANYWHERE_TIP = "The limit for all weights: below {} training converges from anywhere."


def number(rate: float) -> str:
    """Return a learning rate in few digits."""
    return compact(rate, DIGITS)


def zone_sentence(stretch: Stretch, *, is_measured: bool) -> str:
    """Return what training does in ``stretch``, with its bounds."""
    low, high = number(stretch.low), number(stretch.high)
    if stretch.low <= 0:
        where = "everywhere" if math.isinf(stretch.high) else f"below {high}"
    else:
        where = f"above {low}" if math.isinf(stretch.high) else f"from {low} to {high}"
    what = (_MEASURED if is_measured else _BY_FORMULA)[stretch.zone]
    return f"{stretch.zone.capitalize()}: {where} {what}"


def fastest_sentence(ruler: Ruler) -> str:
    """Return which rate is fastest, or that many are; empty where that is not known."""
    if ruler.fastest is None:
        return ""
    if ruler.equally_fast is None:
        return f"The fastest fixed learning rate: {number(ruler.fastest)}."
    low, high = map(number, ruler.equally_fast)
    return f"All rates from {low} to {high} are equally fast in the long run; {number(ruler.fastest)} is in the middle."


def limit_sentence(ruler: Ruler) -> str:
    """Return what the limit is; empty where there is none."""
    if ruler.limit is None:
        return ""
    text = _LIMIT_TIP if ruler.limit_anywhere is None else _LIMIT_HERE_TIP
    return text.format(number(ruler.limit))


def anywhere_sentence(ruler: Ruler) -> str:
    """Return what the limit for all weights is; empty where there is none."""
    return "" if ruler.limit_anywhere is None else _ANYWHERE_TIP.format(number(ruler.limit_anywhere))


def summary(ruler: Ruler) -> str:
    """Return everything that ``ruler`` shows, for those who cannot see it."""
    sentences = [zone_sentence(stretch, is_measured=ruler.is_measured) for stretch in ruler.stretches]
    sentences += [fastest_sentence(ruler), limit_sentence(ruler), anywhere_sentence(ruler), ruler.reason]
    return " ".join(filter(None, sentences))


def steps_text(steps: float) -> str:
    """Return a number of steps with its noun: ``1 step``, ``1,240 steps``, ``3.1×10¹² steps``."""
    if steps == 1:
        return "1 step"
    return f"{steps:,.0f} steps" if steps < 1e6 else f"{compact(steps, DIGITS)} steps"


def expected_sentence(steps: float, at_fastest: float) -> str:
    """Return after how many more steps training converges, at the present rate and at the fastest.

    Args:
        steps: Infinite where it never does, 0 where it is there, NaN where nobody knows.
        at_fastest: The same for the fastest rate; NaN where that is not known.
    """
    if math.isnan(steps):
        return ""
    if steps == 0:
        return "Converged: the slope is flat."
    fastest = f"{steps_text(at_fastest)} at the fastest rate" if 0 < at_fastest < math.inf else ""
    if math.isinf(steps):
        return "Never converges at this rate" + (f"; in {fastest}." if fastest else ".")
    told = f"About {steps_text(steps).replace(' step', ' more step')} to converge"
    return f"{told}; {fastest}." if fastest and at_fastest < steps else f"{told}."


def measured_sentence(zone: Zone | None, steps: float, trial_steps: int) -> str:
    """Return what trial runs from the start say about the present rate.

    Args:
        zone: Of the rate; None where it was not tried.
        steps: After which it converged; NaN where it did not within the trial.
        trial_steps: Of each run.
    """
    told = _NOT_TRIED if zone is None else _UNSETTLED[zone]
    if not math.isnan(steps):
        told = f"from the start this rate converges in about {steps_text(steps)}."
    return f"Measured with {trial_steps} trial steps: {told}"
