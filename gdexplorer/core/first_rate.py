"""Which learning rates suit a problem: one to begin with, and the range in which something happens."""

from __future__ import annotations

import math

import numpy as np

from gdexplorer.core.numerals import rounded_to
from gdexplorer.core.optimizers import Family
from gdexplorer.core.problem import Problem
from gdexplorer.core.ruler import Ruler, Zone
from gdexplorer.core.settings import Settings
from gdexplorer.core.theory import rate_theory

#: Optimizers that find the scale of a step themselves, so that their usual rate suits every problem.
_SCALE_FREE = ("adadelta", "lbfgs", "newton")
#: Optimizers whose first steps are not measured by past slopes yet, so that the limit of plain ones binds them.
_PLAIN_AT_FIRST = ("radam",)
#: Steps in which an optimizer that moves each weight by about the learning rate should get near the minimum.
_STEPS_TO_GO = 50
_LEAST_DECADES, _MOST_DECADES = 4, 6
#: A range begins at least this far below where crawling ends, and ends this far above the limit.
_BELOW, _BEYOND = 2.0, 3.0
#: A range that is shown stays until what matters comes this close to its end, or wanders this far from it.
_CLOSE, _FAR_DECADES = 1.2, 2.5
_SMALLEST, _LARGEST = -290, 290  # powers of ten

Range = tuple[float, float]


def suggested_learning_rate(problem: Problem, settings: Settings) -> float:
    """Return a rate that works: 1, 2 or 5 times a power of ten.

    A quarter of the limit, where mini-batches, schedules and the absolute error take that of the squared error over
    all rows; for an optimizer that moves each weight by about the learning rate, a fiftieth of what would change the
    predictions as much as the target is large; else the usual rate of the optimizer.
    """
    scale = rate_scale(problem, settings)
    if scale is None:
        return settings.optimizer_entry.usual_rate
    if settings.optimizer in _SCALE_FREE:
        return min(settings.optimizer_entry.usual_rate, _rounded_down(scale / 2))
    return _rounded_down(scale / (4 if settings.optimizer_entry.family is Family.PLAIN else _STEPS_TO_GO))


def rate_scale(problem: Problem, settings: Settings) -> float | None:
    """Return a learning rate at which steps are about as long as they can be; None where nothing tells.

    The limit where there is one, or that of the squared error; twice the usual rate where the optimizer finds the
    scale itself; where each weight moves by about the rate, that by which they change the predictions as much as the
    target is large, if no step then takes more than the whole of a weight away.
    """
    scale = rate_theory(problem, settings).limit
    entry = settings.optimizer_entry
    steepest = float(problem.least_squares.curvatures[-1])
    plain = 2.0 / steepest if steepest > 0 else None
    if scale is None and settings.optimizer in _SCALE_FREE:
        scale = 2.0 * entry.usual_rate
    elif scale is None and entry.family is Family.ADAPTIVE:
        with np.errstate(all="ignore"):
            scale = float(np.sqrt(problem.target_power / (np.trace(problem.least_squares.H) / 2.0)))
        scale = min(scale, _decay_limit(settings))
        if settings.optimizer in _PLAIN_AT_FIRST and plain is not None:
            scale = min(scale, plain)
    elif scale is None and entry.takes_rate:
        scale = plain
    return scale if scale is not None and 10.0**_SMALLEST < scale < 10.0**_LARGEST else None


def _decay_limit(settings: Settings) -> float:
    """Return the rate at which an optimizer that shortens weights by itself leaves nothing of them."""
    decays = [p.name for p in settings.optimizer_entry.parameters if p.name == "decay"]
    decay = max((settings.parameter(settings.optimizer_entry, name) for name in decays), default=0.0)
    return 1.0 / decay if decay > 0 else math.inf


def trial_range(problem: Problem, settings: Settings) -> Range:
    """Return a range of learning rates worth trial runs, in whole decades."""
    scale = rate_scale(problem, settings)
    top = math.ceil(math.log10((settings.optimizer_entry.usual_rate if scale is None else scale) * _BEYOND))
    return 10.0 ** (top - 5), 10.0**top


def ruler_range(ruler: Ruler, shown: Range | None = None) -> Range | None:
    """Return the range of learning rates to show ``ruler`` on, in whole decades; None where it marks nothing.

    Args:
        ruler: By a formula; trial runs bring their own range.
        shown: The range in use, which stays as long as limit and fastest rate lie well within it.
    """
    marks = [mark for mark in (ruler.limit, ruler.limit_anywhere, ruler.fastest) if mark is not None]
    marks = [mark for mark in marks if 10.0**_SMALLEST < mark < 10.0**_LARGEST]
    if not marks:
        return None
    low, high = min(marks), max(marks)
    if shown is not None and shown[0] * _CLOSE < low and high * _CLOSE < shown[1]:
        is_near = math.log10(shown[1] / high) < _FAR_DECADES
        if is_near and math.log10(low / shown[0]) > 1.0:
            return shown
    crawling = next((s.high for s in ruler.stretches if s.zone is Zone.CRAWLS), low)
    top = math.ceil(math.log10(high * _BEYOND) - 1e-9)
    bottom = math.floor(math.log10(max(min(low, crawling), 10.0**_SMALLEST) / _BELOW))
    return 10.0 ** max(min(bottom, top - _LEAST_DECADES), top - _MOST_DECADES), 10.0**top


def rounded_down(rate: float, digits: int = 4) -> float:
    """Return ``rate``, above 0, with so many significant digits, and never above it: the limit may be close."""
    near = rounded_to(rate, digits)
    if near <= rate:
        return near
    unit = 10.0 ** (math.floor(math.log10(rate)) - digits + 1)
    return min(rounded_to(near - unit, digits), rate)


def _rounded_down(rate: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at most ``rate``."""
    exponent = math.floor(math.log10(rate))
    lead = next(digit for digit in (5, 2, 1) if digit <= rate / 10.0**exponent * (1 + 1e-12))
    return float(f"{lead}e{exponent}")
