"""Which learning rates, momenta and starts are worth a trial run."""

from __future__ import annotations

import math

import numpy as np

from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.errors import InputError
from gdexplorer.core.first_rate import rate_scale
from gdexplorer.core.numerals import exact, rounded_to
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import SweepKind, SweepPlan
from gdexplorer.core.theory import rate_theory
from gdexplorer.core.training import TrainingState

#: Learning rates of a sweep; learning rates and momenta of a map; starts along each of two weights.
RATE_COUNT, MAP_COUNTS, START_COUNT = 60, (36, 24), 48

_DECADES_BELOW, _BEYOND = 3.5, 2.0  # of the limit, or of what stands in for it
_LARGEST_REST = 3  # of 1 − momentum, in powers of ten below 1
_MARGIN = 1.25  # of a map of starts, beyond where the run begins


def kinds_for(problem: Problem, settings: Settings) -> tuple[SweepKind, ...]:
    """Return what can be swept here: nothing for an optimizer that finds the length of each step itself."""
    kinds = [SweepKind.RATES] if settings.optimizer_entry.takes_rate else []
    if any(parameter.name == "momentum" for parameter in settings.optimizer_entry.parameters):
        kinds.append(SweepKind.MOMENTUM)
    if problem.weight_count == 2:
        kinds.append(SweepKind.STARTS)
    return tuple(kinds)


def rates_between(low: float, high: float, count: int) -> FloatArray:
    """Return ``count`` learning rates in equal ratios from ``low`` to ``high``, shape (count,), in few digits.

    Raises:
        InputError: The ends are not above 0 and in order.
    """
    if not 0 < low < high < math.inf:
        raise InputError(
            f"Learning rates cannot be swept from {exact(low)} to {exact(high)}; "
            "choose two numbers above 0, the smaller one first."
        )
    rates = 10.0 ** np.linspace(math.log10(low), math.log10(high), count)
    ratio = (math.log10(high) - math.log10(low)) / max(count - 1, 1) * math.log(10.0)
    digits = min(3 + max(0, math.ceil(-math.log10(max(ratio, 1e-15)) - 1.0)), 17)
    tidy = np.array([rounded_to(float(rate), digits) for rate in rates])
    tidy[0], tidy[-1] = low, high
    if not (np.diff(tidy) > 0).all():
        raise InputError(
            f"There are no {count} different numbers from {exact(low)} to {exact(high)}; choose a wider range."
        )
    return frozen_array(tidy)


def rate_range(problem: Problem, settings: Settings, hessian: FloatArray | None = None) -> tuple[float, float]:
    """Return the range of learning rates in which something happens.

    From far below the limit to twice the limit; where there is none, about the rate at which steps are about as long
    as they can be.
    """
    scale = rate_theory(problem, settings, hessian).limit
    if scale is None or not 1e-290 < scale < 1e290:
        scale = rate_scale(problem, settings) or settings.optimizer_entry.usual_rate
    return rounded_to(scale / 10.0**_DECADES_BELOW, 2), rounded_to(scale * _BEYOND, 2)


def rates_plan(
    problem: Problem,
    settings: Settings,
    state: TrainingState,
    steps: int,
    between: tuple[float, float] | None = None,
    count: int = RATE_COUNT,
) -> SweepPlan:
    """Return the plan of a sweep over learning rates, by default over all that matter here.

    Raises:
        InputError: The range cannot be swept, or the optimizer takes no learning rate.
    """
    _check_rate(settings)
    low, high = rate_range(problem, settings) if between is None else between
    return SweepPlan(SweepKind.RATES, problem, settings, state, steps, rates_between(low, high, count))


def momenta(count: int) -> FloatArray:
    """Return momenta from 0 to 0.999, shape (count,), whose distances from 1 have equal ratios."""
    rests = 10.0 ** -np.linspace(0.0, _LARGEST_REST, count)
    return frozen_array(np.array([round(1.0 - rounded_to(float(rest), 3), 6) for rest in rests]))


def momentum_rate_range(problem: Problem, settings: Settings) -> tuple[float, float]:
    """Return the range of learning rates in which something happens at some momentum."""
    entry = settings.optimizer_entry
    ranges = [rate_range(problem, settings.with_parameter(entry, "momentum", float(value))) for value in momenta(2)]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def momentum_plan(
    problem: Problem,
    settings: Settings,
    state: TrainingState,
    steps: int,
    between: tuple[float, float] | None = None,
    counts: tuple[int, int] = MAP_COUNTS,
) -> SweepPlan:
    """Return the plan of a map over learning rates and momenta.

    Raises:
        InputError: The range cannot be swept, or the optimizer has no momentum.
    """
    _check_rate(settings)
    entry = settings.optimizer_entry
    if not any(parameter.name == "momentum" for parameter in entry.parameters):
        raise InputError(f"{entry.title} has no momentum to sweep; choose Momentum or Nesterov.")
    low, high = momentum_rate_range(problem, settings) if between is None else between
    rates = rates_between(low, high, counts[0])
    return SweepPlan(SweepKind.MOMENTUM, problem, settings, state, steps, rates, momenta(counts[1]))


def starts_plan(
    problem: Problem, settings: Settings, state: TrainingState, steps: int, count: int = START_COUNT
) -> SweepPlan:
    """Return the plan of a map of starts around the least-squares weights, so wide that ``state`` lies in it.

    Raises:
        InputError: There are not two weights.
    """
    if problem.weight_count != 2:
        raise InputError("A map of starts needs exactly two weights; choose 2 of them.")
    middle, reach = _start_range(problem, state.weights)
    x, y = (np.linspace(m - r, m + r, count) for m, r in zip(middle, reach, strict=True))
    return SweepPlan(SweepKind.STARTS, problem, settings, state, steps, frozen_array(x), frozen_array(y))


def _start_range(problem: Problem, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the middle of the map and how far it reaches along each weight; finite, and more than nothing.

    As far as the squared error rises along that weight as high as it is at the start, or where all weights are 0.
    """
    exact_minimum = problem.least_squares
    middle = np.where(np.isfinite(exact_minimum.weights), exact_minimum.weights, start)
    with np.errstate(all="ignore"):
        away = start - middle
        rise = max(0.5 * float(away @ exact_minimum.H @ away), problem.target_power)
        natural = np.sqrt(2.0 * rise / np.diag(exact_minimum.H))
    reach = _MARGIN * np.fmax(np.abs(away), np.where(np.isfinite(natural), natural, 0.0))
    return middle, np.where(reach > 0, reach, np.maximum(1.0, np.abs(middle)))


def _check_rate(settings: Settings) -> None:
    entry = settings.optimizer_entry
    if not entry.takes_rate:
        raise InputError(
            f"{entry.title} finds the length of each step itself, so there is no learning rate to sweep; "
            "choose another optimizer."
        )
