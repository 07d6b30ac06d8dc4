"""What formulas say about a sweep, to be drawn over what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.curvature import hessian_at
from gdexplorer.core.dataset import FloatArray, frozen_array
from gdexplorer.core.ruler import NO_RULER, Ruler
from gdexplorer.core.sweep import SweepKind, SweepPlan
from gdexplorer.core.theory import predicted_steps, rate_theory

_LINE_POINTS = 240
_NEVER_CANCELLED = np.zeros(1, dtype=np.int64)


_BOUND = "The curvature changes with the weights; below the limit every run settles, above it some may."
_LOWEST = "The curvature changes with the weights; the limit is that at the lowest point found."
_NONE = frozen_array([])


@dataclass(frozen=True, eq=False)
class SweepTheory:
    """Formulas for the runs of a sweep.

    Attributes:
        ruler: For the settings in use.
        rates: Where a line is drawn, shape (p,), ascending.
        steps: Steps to converge there, shape (p,): infinite where never, NaN where no formula holds.
        limits: For a map: the largest learning rate that converges at each momentum, shape (n,), NaN where none is
            known; None for other sweeps.
    """

    ruler: Ruler = NO_RULER
    rates: FloatArray = field(default_factory=lambda: _NONE)
    steps: FloatArray = field(default_factory=lambda: _NONE)
    limits: FloatArray | None = None


#: Nothing is known.
NO_THEORY = SweepTheory()


def sweep_theory(
    plan: SweepPlan, lowest: FloatArray | None = None, cancel: NDArray[np.int64] = _NEVER_CANCELLED
) -> SweepTheory:
    """Return what can be told about the runs of ``plan`` without training; any thread.

    Args:
        plan: The runs.
        lowest: The lowest weights known, shape (K,), for losses whose curvature changes: theirs tells which runs
            settle there. Where they are not given, the bound that holds for all weights is used.
        cancel: Shape (1,); another thread may set it to 1 to end a pass over the rows early.
    """
    problem, settings = plan.problem, plan.settings
    hessian = None if lowest is None or problem.is_quadratic else hessian_at(problem, lowest, cancel)
    ruler = rate_theory(problem, settings, hessian)
    if not problem.is_quadratic and ruler.limit is not None:
        ruler = replace(ruler, reason=_BOUND if hessian is None else _LOWEST)
    if plan.kind is SweepKind.STARTS:
        return SweepTheory(ruler)
    if plan.kind is SweepKind.RATES:
        rates = np.geomspace(plan.x[0], plan.x[-1], _LINE_POINTS)
        return SweepTheory(ruler, frozen_array(rates), frozen_array(steps_by_formula(plan, rates)))
    assert plan.y is not None
    limits = [
        rate_theory(problem, settings.with_parameter(settings.optimizer_entry, "momentum", float(value)), hessian).limit
        for value in plan.y
    ]
    return SweepTheory(ruler, limits=frozen_array([np.nan if limit is None else limit for limit in limits]))


def steps_by_formula(plan: SweepPlan, rates: FloatArray) -> FloatArray:
    """Return after how many steps runs at ``rates`` converge, of the squared error; shape like ``rates``.

    Infinite where never, NaN where no formula holds.
    """
    if not plan.problem.is_quadratic:
        return np.full(len(rates), np.nan)
    return predicted_steps(plan.problem, plan.settings, plan.state, rates)
