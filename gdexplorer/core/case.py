"""What is known about a run before its steps are looked at: the bowl it rolls down in, and what its rate may be."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gdexplorer.core.cures import Cure, Twin, standardise, switch_to_momentum, take_newton, take_pair
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.first_rate import suggested_learning_rate
from gdexplorer.core.numerals import compact, subscript
from gdexplorer.core.problem import Problem
from gdexplorer.core.ruler import NO_RULER, Ruler
from gdexplorer.core.settings import Settings
from gdexplorer.core.symptoms import Bowl, bowl_of
from gdexplorer.core.theory import log_factors, rate_theory

#: A direction is called after a weight that makes up this much of its squared length.
_NEARLY = 0.9


@dataclass(frozen=True, eq=False)
class Case:
    """A problem under settings. Made once for them, and asked at every frame.

    Attributes:
        problem: What is trained.
        settings: How.
        bowl: What it rolls down in; None where the loss is not the squared error.
        twin: The problem, and what it would be if it were standardised.
        measured: The ruler in use where it tells more than formulas for all rows and a constant rate do.
    """

    problem: Problem
    settings: Settings
    bowl: Bowl | None
    twin: Twin
    measured: Ruler = NO_RULER

    @cached_property
    def formula(self) -> Ruler:
        """What formulas tell of the full rate over all rows, which mini-batches and schedules only come near."""
        return rate_theory(self.problem, replace(self.settings, batch_size=0, schedule="constant"))

    @property
    def is_exact(self) -> bool:
        """Whether one linear map is repeated at each step, as long as the rate stays what it is."""
        return self.bowl is not None and self.formula.limit is not None and not self.has_batches and not self.is_clipped

    @property
    def has_batches(self) -> bool:
        """Whether a step looks at some of the rows only."""
        return 0 < self.settings.batch_size < self.problem.row_count

    @property
    def is_clipped(self) -> bool:
        """Whether long gradients are shortened."""
        return self.settings.gradient_clip > 0

    @cached_property
    def kink_slope(self) -> float:
        """How long the gradient may be next to the minimum of a loss with kinks; 0 for the others.

        A row that changes sides turns the slope by 2|x|/n, and about as many rows as weights lie on the kinks there.
        """
        problem = self.problem
        if problem.loss.largest_curvature is not None:
            return 0.0
        length = math.sqrt(float(np.trace(problem.least_squares.H)) / 2.0)
        return 2.0 * (problem.weight_count + 1) * length / problem.row_count if math.isfinite(length) else 0.0

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which every row is looked at once."""
        return math.ceil(self.problem.row_count / self.settings.batch_size) if self.has_batches else 1

    @property
    def limit(self) -> float | None:
        """The learning rate above which training does not settle; None where that is not known."""
        return self.formula.limit if self.formula.limit is not None else self.measured.limit

    @property
    def fastest(self) -> float | None:
        """The best constant learning rate, or where only the limit is known half of it; None where neither is."""
        for ruler in (self.measured, self.formula):
            if ruler.fastest is not None:
                return ruler.fastest
        return None if self.limit is None else self.limit / 2

    @property
    def better_rate(self) -> str:
        """What to call the rate to be compared with, and how large it is."""
        if self.formula.fastest is not None or self.measured.fastest is not None:
            name = "the fastest"
        else:
            name = "the usual" if self.limit is None else "half the limit"
        return f"{name}, {compact(self.usual if self.fastest is None else self.fastest, 2)}"

    @cached_property
    def usual(self) -> float:
        """A learning rate that works, where nothing more exact is known."""
        return suggested_learning_rate(self.problem, replace(self.settings, batch_size=0, schedule="constant"))

    @cached_property
    def scaling_cure(self) -> Cure | None:
        """To standardise, where that helps much."""
        return standardise(self.twin, self.settings)

    @cached_property
    def valley_cures(self) -> tuple[Cure, ...]:
        """Optimizers that a narrow valley slows down less, the simplest first."""
        pair = take_pair(self.settings, self.formula.best_pair) if self.momentum else None
        heavy = switch_to_momentum(self.problem, self.settings)
        return tuple(cure for cure in (heavy, pair, take_newton(self.settings)) if cure is not None)

    @property
    def momentum(self) -> float:
        """μ; 0 for optimizers without it."""
        if self.settings.optimizer in ("momentum", "nesterov"):
            return self.settings.parameter(self.settings.optimizer_entry, "momentum")
        return 0.0

    def log_factors(self, rate: float) -> FloatArray:
        """Return the logarithm of what a step at ``rate`` multiplies the error along each axis of the bowl by.

        In the long run, shape (J,), and only where :attr:`is_exact`.
        """
        assert self.bowl is not None
        felt = self.bowl.curvatures
        if self.settings.optimizer == "newton":
            felt = np.ones_like(felt)
        return log_factors(self.settings.optimizer, self.momentum, rate * felt)

    def factor(self, rate: float) -> float:
        """Return what a step at ``rate`` multiplies the error along the steepest direction by, with its sign.

        In the long run, and only where :attr:`is_exact`. Above 0 too where the error swings more slowly.
        """
        assert self.bowl is not None
        x = rate if self.settings.optimizer == "newton" else rate * float(self.bowl.curvatures[-1])
        turn = 1.0 + self.momentum if self.settings.optimizer == "momentum" else 1.0
        size = math.exp(min(float(self.log_factors(rate)[-1]), 700.0))
        return -size if x > turn and self._has_real_factors(x) else size

    def _has_real_factors(self, x: float) -> bool:
        """Whether the error along a direction with ηλ = ``x`` keeps or changes its sign at every step."""
        return self.settings.optimizer != "momentum" or x >= (1.0 + math.sqrt(self.momentum)) ** 2


def case_of(problem: Problem, settings: Settings, measured: Ruler = NO_RULER) -> Case:
    """Return the case of ``problem`` under ``settings``. Takes an eigenvalue decomposition of K × K numbers."""
    return Case(problem, settings, bowl_of(problem, settings.weight_decay), Twin(problem), measured)


def direction_name(direction: FloatArray) -> str:
    """Return what to call ``direction``, shape (K,): after a weight it nearly runs along, or the steepest one."""
    parts = direction**2
    largest = int(parts.argmax())
    return f"w{subscript(largest + 1)}" if parts[largest] >= _NEARLY * parts.sum() else "the steepest direction"
