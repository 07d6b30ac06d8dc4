"""What a sweep says in words."""

from __future__ import annotations

import numpy as np

from gdexplorer.core.numerals import compact, counted
from gdexplorer.core.sweep import Outcome, Sweep, SweepKind
from gdexplorer.core.sweep_theory import SweepTheory
from gdexplorer.ui.sweep_choice import Measure

_ZIGZAG = 0.5  # share of steps that turn back, from which on it is worth a word

NO_TOLERANCE = "With a tolerance of 0 no run counts as converged, so the final loss is shown."

#: What is shown before the first sweep.
INVITATIONS = {
    SweepKind.RATES: "Sweep makes a run at each of 60 learning rates and shows which is fastest.",
    SweepKind.MOMENTUM: "Sweep makes a run at each pair of a learning rate and a momentum and colours it by its steps.",
    SweepKind.STARTS: "Sweep makes a run from each of many starts and colours it by its steps.",
}


def measure_shown(sweep: Sweep, wanted: Measure) -> Measure:
    """Return what can be drawn: without a tolerance there are no steps to converge."""
    return wanted if sweep.plan.settings.tolerance > 0 else Measure.LOSS


def place_text(sweep: Sweep, index: int) -> str:
    """Return which run this is: ``Learning rate 0.3, momentum 0.9``."""
    plan = sweep.plan
    row, column = divmod(index, len(plan.x))
    x = compact(float(plan.x[column]))
    if plan.y is None:
        return f"Learning rate {x}"
    y = float(plan.y[row])
    if plan.kind is SweepKind.MOMENTUM:
        return f"Learning rate {x}, momentum {y:.6g}"
    return f"Start w₁ = {x}, w₂ = {compact(y)}"


def trial_text(sweep: Sweep, index: int) -> str:
    """Return what became of a run, as one sentence."""
    trial = sweep.trial(index)
    place, steps = place_text(sweep, index), counted(sweep.plan.steps, "steps")
    turning = ""
    if trial.turn_share > _ZIGZAG:
        turning = f"; {100 * trial.turn_share:.0f} % of the steps turn back"
    match trial.outcome:
        case Outcome.CONVERGED:
            assert trial.steps is not None
            return f"{place}: converged after {counted(trial.steps, 'steps')}, loss {compact(trial.loss)}{turning}."
        case Outcome.NOT_YET:
            told = "after" if sweep.plan.settings.tolerance == 0 else "not converged after"
            higher = ", higher than at the start" if sweep.rises().flat[index] else ""
            return f"{place}: {told} {steps}, loss {compact(trial.loss)}{higher}{turning}."
        case Outcome.DIVERGED:
            return f"{place}: diverged; within {steps} the loss left the range of numbers."
    return f"{place}: not tried."


def summary_text(sweep: Sweep, theory: SweepTheory) -> str:
    """Return what came out, in one or two sentences."""
    plan, fastest = sweep.plan, sweep.fastest
    if not sweep.tried:
        return ""
    if fastest is None:
        if sweep.begins_at_rest:
            return "All runs begin at the bottom, where no step is left to take; begin elsewhere."
        if (sweep.outcomes == Outcome.DIVERGED).sum() == sweep.tried:
            return f"All runs diverged within {counted(plan.steps, 'steps')}; try smaller learning rates."
        return "No run came lower than it began; try other learning rates, or more steps."
    trial = sweep.trial(fastest)
    place = place_text(sweep, fastest).replace("Learning rate ", "").replace("Start ", "").replace(", momentum", " and")
    if trial.steps is not None:
        best = f"Fastest: {place}, with {counted(trial.steps, 'steps')}."
        if plan.kind is SweepKind.STARTS and (sweep.steps_to_converge == trial.steps).all():
            best = f"All starts converge in {counted(trial.steps, 'steps')}."
    elif plan.settings.tolerance == 0:
        best = f"Lowest: {place}, loss {compact(trial.loss)}."
    else:
        best = f"None converged in {counted(plan.steps, 'steps')}; lowest: {place}, loss {compact(trial.loss)}."
    return f"{best} {_by_formula(sweep, theory)}".rstrip()


def _by_formula(sweep: Sweep, theory: SweepTheory) -> str:
    ruler = theory.ruler
    if sweep.plan.kind is SweepKind.MOMENTUM and ruler.best_pair is not None:
        rate, momentum = ruler.best_pair
        return f"Formula: {compact(rate, 3)} and {compact(momentum, 3)}."
    if sweep.plan.kind is SweepKind.RATES and ruler.fastest is not None:
        if ruler.equally_fast is None:
            return f"Formula: {compact(ruler.fastest, 3)}."
        low, high = (compact(end, 3) for end in ruler.equally_fast)
        return f"Formula: all from {low} to {high} are equally fast in the long run."
    if sweep.plan.kind is SweepKind.STARTS:
        return ""
    return ruler.reason


def legend_parts(sweep: Sweep, theory: SweepTheory, measure: Measure) -> list[tuple[str, str]]:
    """Return sign and word for each kind of mark that is in the picture."""
    outcomes, rises = sweep.outcomes, sweep.rises()
    is_map = sweep.plan.y is not None
    with_numbers = measure is Measure.LOSS
    parts: list[tuple[str, str]] = []
    if not is_map and (outcomes == Outcome.CONVERGED).any():
        parts.append(("●", "converged"))
    not_yet = (outcomes == Outcome.NOT_YET) & ~(np.zeros_like(rises) if is_map else rises)
    if not_yet.any() and not (is_map and with_numbers):
        parts.append(("■" if is_map else "○", "not yet"))
    if not is_map and rises.any():
        parts.append(("△", "rises"))
    if (outcomes == Outcome.DIVERGED).any():
        parts.append(("×", "diverged"))
    if sweep.plan.kind is SweepKind.MOMENTUM:
        parts.append(("◇", "fastest"))
    if sweep.plan.kind is SweepKind.MOMENTUM and theory.ruler.best_pair is not None:
        parts.append(("★", "by formula"))
    if sweep.plan.kind is SweepKind.STARTS and sweep.plan.problem.minimum is not None:
        parts.append(("★", "minimum"))
    has_line = not is_map and measure is Measure.STEPS and bool(np.isfinite(theory.steps).any())
    if has_line:
        parts.append(("—", "formula"))
    return parts


def ends_text(ends: tuple[float, float], measure: Measure) -> tuple[str, str]:
    """Return what stands at both ends of the colour bar."""
    low, high = ends
    if low == high:
        return "", counted(int(high), "steps") if measure is Measure.STEPS else f"loss {compact(high, 3)}"
    if measure is Measure.STEPS:
        return f"{low:,.0f}", counted(int(high), "steps")
    return compact(low, 3), f"loss {compact(high, 3)}"
