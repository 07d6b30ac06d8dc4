"""The result of a run without a window, for people and for programs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gdexplorer.app.headless_run import Outcome
from gdexplorer.app.text_table import aligned
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.held_out_loss import held_out_losses
from gdexplorer.core.numerals import counted, scientific
from gdexplorer.core.problem import Problem
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.theory import rate_theory
from gdexplorer.core.training import Status
from gdexplorer.files.doors import shown


@dataclass(frozen=True, eq=False)
class TrainReport:
    """What came out of a run.

    Attributes:
        problem: What was trained.
        settings: How.
        outcome: How it ended.
        notes: Sentences on data and run.
    """

    problem: Problem
    settings: Settings
    outcome: Outcome
    notes: tuple[str, ...]

    @property
    def mean_squared_error(self) -> float:
        """In the target's unit squared, whatever the loss."""
        return self.problem.mean_squared_error(self.outcome.state.weights)

    @property
    def hold_out_loss(self) -> float | None:
        """Over all held-out rows, as the loss of training is; None where there are none."""
        held = self.problem.held_out
        if held is None:
            return None
        weights = self.outcome.state.weights[None, :]
        return float(held_out_losses(self.problem, weights, most_rows=held.row_count)[0])

    @property
    def learning_rate_limit(self) -> float | None:
        """Above which training diverges, where a formula says so."""
        return rate_theory(self.problem, self.settings).limit

    def as_json(self) -> dict[str, Any]:
        """Return plain values, with None for what is not known or not finite."""
        problem, outcome = self.problem, self.outcome
        minimum = problem.minimum
        return {
            "status": str(outcome.status),
            "steps": outcome.state.step,
            "loss": _finite(outcome.state.loss),
            "hold_out_loss": _finite(self.hold_out_loss),
            "mse": _finite(self.mean_squared_error),
            "weights": self._weights(outcome.state.weights),
            "minimum": None if minimum is None else self._weights(minimum),
            "learning_rate": self.settings.learning_rate,
            "learning_rate_limit": _finite(self.learning_rate_limit),
            "schedule": self.settings.schedule,
            "last_learning_rate": _finite(outcome.last_rate),
            "condition_number": _finite(problem.condition_number),
            "rows": problem.rows_total,
            "rows_dropped": problem.rows_dropped,
            "hold_out_rows": 0 if problem.held_out is None else problem.held_out.row_count,
            "steps_per_second": _finite(outcome.steps_per_second),
            "notes": list(self.notes),
        }

    def as_text(self) -> str:
        """Return lines for a terminal."""
        problem, dataset = self.problem, self.problem.dataset
        head = (
            f"{shown(dataset.title)}: {shown(problem.target)} from {counted(problem.weight_count, 'weights')}, "
            f"{counted(problem.rows_total, dataset.row_noun)}"
        )
        notes = [f"\nNote: {note}" for note in self.notes]
        return "\n".join([head, "", aligned(*self._facts()), "", self._weights_table(), *notes])

    def _facts(self) -> tuple[tuple[str, str], list[tuple[str, str]]]:
        problem, outcome, settings = self.problem, self.outcome, self.settings
        unit = problem.dataset.column(problem.target).unit
        error = self.mean_squared_error
        pace = outcome.steps_per_second
        steps = counted(outcome.state.step, "steps")
        facts = [
            ("Loss", f"{_number(outcome.state.loss)} ({problem.loss.title.lower()}, {_PLACES[settings.scaling]})"),
            *self._held_out_facts(),
            ("Mean squared error", f"{_number(error)} {_power(unit)}".rstrip()),
            ("Typical error", f"{_number(math.sqrt(error))} {unit}".rstrip()),
            ("Optimizer", settings.optimizer_entry.title),
            *self._rate_facts(),
            ("Condition number", _number(problem.condition_number)),
        ]
        if pace is not None:
            facts.append(("Speed", f"{pace:,.0f} steps a second"))
        return ("Ended", _ENDINGS[outcome.status].format(steps)), facts

    def _rate_facts(self) -> list[tuple[str, str]]:
        """Tell the learning rate as set and, where that is another one, as used; then what shapes the slope."""
        settings, limit, last = self.settings, self.learning_rate_limit, self.outcome.last_rate
        used = "" if last is None else f"{_number(last, 6)} for the last step"
        if settings.optimizer_entry.takes_rate:
            rate = _number(settings.learning_rate, 6)
            facts = [("Learning rate", f"{rate}, limit {_number(limit, 6)}" if limit else rate)]
            if settings.schedule_entry.code:
                facts.append(("Schedule", ": ".join(filter(None, (settings.schedule_entry.title, used)))))
        else:
            facts = [("Learning rate", ", ".join(filter(None, ("found anew for each step", used))))]
        if settings.gradient_clip:
            facts.append(("Gradient clip", _number(settings.gradient_clip, 6)))
        if settings.weight_decay:
            facts.append(("Weight decay", _number(settings.weight_decay, 6)))
        return facts

    def _held_out_facts(self) -> list[tuple[str, str]]:
        loss, held = self.hold_out_loss, self.problem.held_out
        if loss is None or held is None:
            return []
        return [("Held-out loss", f"{_number(loss)} ({counted(held.row_count, self.problem.dataset.row_noun)})")]

    def _weights_table(self) -> str:
        problem = self.problem
        trained = self.outcome.state.weights
        exact = problem.least_squares
        columns = [problem.original_weights(trained)]
        headings = ["Term", "Weight"]
        if exact.is_finite:
            columns.append(problem.original_weights(exact.weights))
            headings.append("Least squares")
        rows = [
            (
                shown(str(term)),
                *(_number(float(column[index])) for column in columns),
                problem.weight_unit(index),
                _number(float(trained[index])),
            )
            for index, term in enumerate(problem.terms)
        ]
        last = len(headings) + 1
        return aligned((*headings, "Unit", "As trained"), rows, numbers=(*range(1, last - 1), last))

    def _weights(self, scaled: FloatArray) -> list[dict[str, Any]]:
        values = self.problem.original_weights(scaled)
        return [
            {"term": str(term), "value": _finite(value), "scaled": _finite(weight)}
            for term, value, weight in zip(self.problem.terms, values, scaled, strict=True)
        ]


_ENDINGS = {
    Status.STEPS_DONE: "{} done",
    Status.CONVERGED: "converged after {}",
    Status.DIVERGED: "diverged: the loss left the range of numbers after {}",
}
_PLACES = {
    Scaling.NONE: "in original units",
    Scaling.DIVIDE: "of scaled values",
    Scaling.STANDARDISE: "of scaled values",
}


def _power(unit: str) -> str:
    return f"({unit})²" if " " in unit else unit and f"{unit}²"


def _number(value: float, digits: int = 7) -> str:
    if not math.isfinite(value):
        return "infinite"
    if value and not 1e-4 <= abs(value) < 1e15:
        return scientific(value, digits)
    text = f"{value:,.0f}" if 10.0**digits <= abs(value) else f"{value:,.{digits}g}"
    return text.replace("-", "−")


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
