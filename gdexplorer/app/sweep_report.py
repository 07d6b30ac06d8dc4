"""The results of a sweep over learning rates, for people and for programs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gdexplorer.app.text_table import aligned
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.numerals import counted, exact
from gdexplorer.core.sweep import Outcome, Sweep
from gdexplorer.core.sweep_theory import SweepTheory, steps_by_formula
from gdexplorer.files.doors import shown
from gdexplorer.ui.sweep_words import summary_text

_NO_TOLERANCE = "With a tolerance of 0 no run counts as converged; the losses at the end tell."


@dataclass(frozen=True, eq=False)
class SweepReport:
    """What came out of a sweep.

    Attributes:
        sweep: All of its results.
        theory: What formulas say.
        notes: Sentences on data and runs.
    """

    sweep: Sweep
    theory: SweepTheory
    notes: tuple[str, ...]

    @property
    def _all_notes(self) -> tuple[str, ...]:
        told = [self.theory.ruler.reason, "" if self.sweep.plan.settings.tolerance else _NO_TOLERANCE]
        return (*self.notes, *filter(None, told))

    @property
    def fastest_measured(self) -> float | None:
        """The learning rate of the best run; None where no run came lower."""
        best = self.sweep.fastest
        return None if best is None else float(self.sweep.plan.x[best])

    def as_json(self) -> dict[str, Any]:
        """Return plain values, with None for what is not known, not reached or not finite."""
        sweep, ruler = self.sweep, self.theory.ruler
        return {
            "rates": sweep.plan.x.tolist(),
            "steps_to_converge": _whole(sweep.steps_to_converge[0]),
            "final_loss": [_finite(loss) for loss in sweep.final_losses[0].tolist()],
            "outcomes": [Outcome(outcome).word for outcome in sweep.outcomes[0].tolist()],
            "theory_steps": _whole(steps_by_formula(sweep.plan, sweep.plan.x)),
            "limit": _finite(ruler.limit),
            "fastest": _finite(self.fastest_measured if ruler.fastest is None else ruler.fastest),
            "fastest_measured": self.fastest_measured,
            "steps": sweep.plan.steps,
            "notes": list(self._all_notes),
        }

    def as_text(self) -> str:
        """Return lines for a terminal."""
        sweep = self.sweep
        problem, settings = sweep.plan.problem, sweep.plan.settings
        head = (
            f"{shown(problem.dataset.title)}: {shown(problem.target)} from {counted(problem.weight_count, 'weights')}, "
            f"{settings.optimizer_entry.title}, {counted(sweep.plan.steps, 'steps')} at most"
        )
        limit = self.theory.ruler.limit
        summary = summary_text(sweep, self.theory) + (f" Limit: {limit:.6g}." if limit is not None else "")
        notes = [f"\nNote: {note}" for note in self._all_notes if note not in summary]
        return "\n".join([head, "", self._table(), "", summary, *notes])

    def _table(self) -> str:
        sweep = self.sweep
        predicted = steps_by_formula(sweep.plan, sweep.plan.x)
        rows = []
        for index, rate in enumerate(sweep.plan.x.tolist()):
            trial = sweep.trial(index)
            rows.append(
                (
                    exact(rate),
                    trial.outcome.word,
                    "" if trial.steps is None else f"{trial.steps:,}",
                    _steps_text(float(predicted[index])),
                    "" if math.isinf(trial.loss) else f"{trial.loss:.7g}",
                    "★" if index == sweep.fastest else "",
                )
            )
        headings = ("Learning rate", "Outcome", "Steps", "By formula", "Loss at the end", "")
        return aligned(headings, rows, numbers=(0, 2, 3, 4))


def _steps_text(steps: float) -> str:
    if math.isnan(steps):
        return ""
    return f"{steps:,.0f}" if math.isfinite(steps) else "never"


def _whole(numbers: FloatArray) -> list[int | None]:
    return [int(number) if math.isfinite(number) else None for number in numbers.tolist()]


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
