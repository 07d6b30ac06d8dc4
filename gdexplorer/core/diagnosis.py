"""What a run is doing, in plain words, and where its learning rate would be too large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from gdexplorer.core.numerals import compact, counted
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, TrainingState

#: Share of the gradient norm at the start below which the ground counts as flat.
_FLAT = 1e-9


class Mood(Enum):
    """How the window should colour a diagnosis."""

    CALM = "calm"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Diagnosis:
    """One word and one sentence about a run."""

    word: str
    sentence: str
    mood: Mood


def learning_rate_limit(problem: Problem, settings: Settings) -> float | None:
    """Return the learning rate above which full-batch training diverges, or None where no formula holds.

    Along an eigenvector of the Hessian with curvature λ the distance e from the minimum follows a linear recurrence,
    which shrinks e while the roots of its polynomial stay inside the unit circle. With momentum μ:

    * gradient descent: z − (1 − ηλ), so η < 2/λ;
    * momentum: z² − (1 + μ − ηλ)z + μ, so η < 2(1 + μ)/λ (Polyak 1964);
    * Nesterov: z² − (1 + μ)(1 − ηλ)z + μ(1 − ηλ), so η < 2(1 + μ)/((1 + 2μ)λ), where a root reaches −1.

    The largest λ decides. Exact for the squared error. Huber and log-cosh are nowhere more curved than λ, so gradient
    descent converges below the limit; above it they need not leave the range of numbers, since their slopes are
    bounded. None for the absolute error, mini-batches and optimizers that measure their steps by past slopes.
    """
    curvature = problem.steepest_curvature
    if curvature is None or settings.batch_size:
        return None
    factors = {"gd": 2.0}
    if settings.optimizer in ("momentum", "nesterov"):
        momentum = settings.parameter(settings.optimizer_entry, "momentum")
        factors["momentum"] = 2.0 * (1.0 + momentum)
        factors["nesterov"] = 2.0 * (1.0 + momentum) / (1.0 + 2.0 * momentum)
    factor = factors.get(settings.optimizer)
    if factor is None or curvature <= 0:
        return None
    return factor / curvature


def suggested_learning_rate(problem: Problem, settings: Settings) -> float:
    """Return a rate that works: a quarter of the limit rounded down to 1, 2 or 5; 0.02 where there is no limit."""
    limit = learning_rate_limit(problem, settings)
    if limit is None or not math.isfinite(limit):
        return 0.02
    exponent = math.floor(math.log10(limit / 4))
    lead = next(digit for digit in (5, 2, 1) if digit <= limit / 4 / 10.0**exponent * (1 + 1e-12))
    return float(f"{lead}e{exponent}")


def is_flat(state: TrainingState) -> bool:
    """Whether the slope is nothing against that at the start: which way it points is then a matter of rounding."""
    return state.gradient_norm <= _FLAT * state.start_norm


def diagnose(
    problem: Problem,
    settings: Settings,
    state: TrainingState,
    previous_loss: float | None,
    *,
    is_running: bool,
) -> Diagnosis:
    """Say how the run stands.

    Args:
        problem: What is trained.
        settings: Now.
        state: Now.
        previous_loss: Of the record before; None at the start.
        is_running: Whether training goes on.
    """
    limit = learning_rate_limit(problem, settings)
    above = ""
    if limit is not None and settings.learning_rate > limit:
        above = f"the learning rate {compact(settings.learning_rate)} is above the limit {compact(limit)}"
    if state.status is Status.DIVERGED:
        cause = f": {above}" if above else ""
        return Diagnosis(
            "diverged",
            f"The loss grew without end{cause}. Choose a lower rate; Run begins at the start again.",
            Mood.BAD,
        )
    if state.status is Status.CONVERGED:
        return Diagnosis(
            "converged",
            f"The slope is flat: {counted(state.step, 'steps')} brought the weights to rest. Reset to watch it again.",
            Mood.GOOD,
        )
    rising = previous_loss is not None and state.loss > previous_loss
    if rising and above:
        return Diagnosis("diverging", f"Each step overshoots: {above}.", Mood.BAD)
    if not is_running:
        word = "ready" if state.step == 0 else "paused"
        hint = (
            "Press Run to let the ball roll, or Step to take one step." if state.step == 0 else "Run goes on from here."
        )
        return Diagnosis(word, hint, Mood.CALM)
    if is_flat(state):
        return Diagnosis("at the bottom", "The slope is flat: further steps hardly move the weights.", Mood.GOOD)
    if rising:
        return Diagnosis("uphill", "The last step raised the loss; the next ones may bring it down again.", Mood.CALM)
    if previous_loss is None or previous_loss == state.loss:
        return Diagnosis("training", "Each step goes against the slope.", Mood.GOOD)
    return Diagnosis("descending", "The loss is falling: each step goes against the slope.", Mood.GOOD)
