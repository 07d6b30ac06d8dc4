"""What can be done about a run that does not do well: settings to put in force with one click.

All functions return None where their cure does not apply.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gdexplorer.core.first_rate import rounded_down, suggested_learning_rate
from gdexplorer.core.history import History
from gdexplorer.core.least_squares import solve
from gdexplorer.core.numerals import compact, exact, rounded_to
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import Problem
from gdexplorer.core.scaling import Scaling, fit_scaling
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.settings import Settings
from gdexplorer.core.theory import rate_theory

#: How much smaller a careful rate, and how much larger a bolder one is.
CAREFUL, BOLD = 4.0, 10.0
_LARGER_BATCH = 4
_MOST_ROWS = 2048
_DIGITS = 2
#: Standardising is worth it where it makes the condition number this many times smaller.
_LEAST_GAIN = 10.0
#: Less momentum than this is not worth having.
_LEAST_MOMENTUM = 0.1
#: A rate may have halved after this many steps at the earliest.
_LEAST_HALVING = 100


@dataclass(frozen=True)
class Cure:
    """Settings that help, to be put in force as one step to undo.

    Attributes:
        title: What it does, as on a button.
        settings: To put in force.
    """

    title: str
    settings: Settings


def take_rate(settings: Settings, rate: float | None) -> Cure | None:
    """Use ``rate``, to two digits, never above it, where that changes the steps to come."""
    if rate is None or not 1e-300 < rate < 1e300:
        return None
    rate = rounded_down(rate * (1 + 1e-12), _DIGITS)
    if rate == settings.learning_rate or not settings.optimizer_entry.heeds_rate:
        return None
    return Cure(f"Take {compact(rate)}", replace(settings, learning_rate=rate))


def take_pair(settings: Settings, pair: tuple[float, float] | None) -> Cure | None:
    """Use the best learning rate and momentum together, to three digits, where momentum is of use."""
    if pair is None or not 1e-300 < pair[0] < 1e300:
        return None
    rate, momentum = rounded_down(pair[0], 3), 1.0 - rounded_to(1.0 - pair[1], 3)
    if not _LEAST_MOMENTUM <= momentum < 1:
        return None
    better = replace(settings, learning_rate=rate).with_parameter(settings.optimizer_entry, "momentum", momentum)
    return None if better == settings else Cure(f"Take {compact(rate)} and momentum {exact(momentum)}", better)


def switch_to_momentum(problem: Problem, settings: Settings) -> Cure | None:
    """Use momentum instead of gradient descent, with its best pair."""
    if settings.optimizer != "gd":
        return None
    heavy = replace(settings, optimizer="momentum")
    cure = take_pair(heavy, rate_theory(problem, heavy).best_pair)
    if cure is None:
        return None
    momentum = cure.settings.parameter(OPTIMIZERS["momentum"], "momentum")
    return Cure(f"Momentum {exact(momentum)}, rate {compact(cure.settings.learning_rate)}", cure.settings)


def go_back(settings: Settings, history: History, rate: float | None) -> Cure | None:
    """Start again from the weights with the lowest loss so far, at ``rate``."""
    cure = take_rate(settings, rate)
    lowest = int(np.argmin(history.losses))
    if cure is None or lowest in (0, len(history) - 1):
        return None
    step, weights = int(history.steps[lowest]), tuple(history.weights[lowest].tolist())
    taken = compact(cure.settings.learning_rate)
    return Cure(f"Go back to step {step:,} and take {taken}", replace(cure.settings, start=weights))


@dataclass(frozen=True, eq=False)
class Twin:
    """A problem, and what it would be if it were standardised.

    Attributes:
        problem: As it is.
    """

    problem: Problem

    @cached_property
    def standardised(self) -> Problem:
        """The same by a few thousand evenly spread rows, standardised. Takes milliseconds, once."""
        problem = self.problem
        apart = max(1, math.ceil(problem.row_count / _MOST_ROWS))
        with np.errstate(all="ignore"):
            X, y = problem.X[:, ::apart], problem.y[::apart]
            scaling = fit_scaling(X, y, Scaling.STANDARDISE, problem.bias)
            X = (X - scaling.centres[:, None]) / scaling.spreads[:, None]
            y = (y - scaling.target_centre) / scaling.target_spread
            if not (np.isfinite(X).all() and np.isfinite(y).all()):
                return problem
            return replace(problem, X=X, y=y, scaling=scaling, least_squares=solve(X, y, problem.bias), moments=None)


def standardise(twin: Twin, settings: Settings) -> Cure | None:
    """Standardise, with a rate that suits, where that makes the condition number much smaller."""
    if settings.scaling is Scaling.STANDARDISE:
        return None
    scaled = twin.standardised
    if not scaled.is_quadratic or not scaled.condition_number * _LEAST_GAIN <= twin.problem.condition_number:
        return None
    better = replace(settings, scaling=Scaling.STANDARDISE)
    rate = suggested_learning_rate(scaled, better)
    return Cure("Standardise", replace(better, learning_rate=rate))


def take_newton(settings: Settings) -> Cure | None:
    """Use Newton’s method, which no curvature slows down."""
    entry = OPTIMIZERS["newton"]
    if settings.optimizer == "newton" or settings.batch_size or settings.loss_entry.second_derivative is None:
        return None
    better = replace(settings, optimizer="newton", learning_rate=entry.usual_rate, schedule="constant")
    return Cure("Use Newton’s method", better)


def take_plain(problem: Problem, settings: Settings) -> Cure:
    """Use gradient descent, which needs no curvature."""
    better = replace(settings, optimizer="gd")
    return Cure("Use gradient descent", replace(better, learning_rate=suggested_learning_rate(problem, better)))


def larger_batch(settings: Settings, row_count: int) -> Cure:
    """Use four times as many rows a step, or all."""
    size = settings.batch_size * _LARGER_BATCH
    if size >= row_count:
        return Cure("All rows in each step", replace(settings, batch_size=0))
    return Cure(f"Batches of {size:,}", replace(settings, batch_size=size))


def let_decay(settings: Settings, step: int) -> Cure | None:
    """Let the rate go to 0 as 1/t, so that it has halved at the present ``step``."""
    if settings.schedule != "constant":
        return None
    decay = rounded_to(1.0 / max(step, _LEAST_HALVING), 1)
    better = replace(settings, schedule="inverse").with_parameter(SCHEDULES["inverse"], "decay", decay)
    return Cure("Let the rate decay", better)


def hold_rate(settings: Settings) -> Cure | None:
    """Use the full learning rate in all steps."""
    return (
        None
        if settings.schedule == "constant"
        else Cure("Keep the rate constant", replace(settings, schedule="constant"))
    )
