"""Turns the account of a step into the sections that the window shows and copies."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.numerals import compact
from gdexplorer.core.optimizers import Family, MemoryKind
from gdexplorer.core.step_account import StepAccount
from gdexplorer.ui.curve_view import weight_name
from gdexplorer.ui.formula import term_text
from gdexplorer.ui.step_sections import StepColumn, StepPart, StepSection

_ROUNDING = 4 * float(np.finfo(float).eps)
_TRAINED = "as trained, whatever the units of the rest: the learning rate multiplies these numbers"


def sections_of(account: StepAccount, *, is_original: bool) -> tuple[StepSection, ...]:
    """Return all stages of a step; rows, predictions, residuals and weights in original units or as trained."""
    told = _Telling(account, is_original)
    parts = [told.rows(), told.predictions(), told.residuals(), told.loss(), told.gradient()]
    if account.memory:
        parts.append(told.memory())
    return (*parts, told.update(), told.weights())


class _Telling:
    """One account, about to be told in one kind of unit."""

    def __init__(self, account: StepAccount, is_original: bool) -> None:
        self._account = account
        self._is_original = is_original
        problem, rows = account.problem, account.rows
        self._target_unit = problem.dataset.column(problem.target).unit if is_original else ""
        self._terms = rows.original_terms if is_original else rows.terms
        self._targets = rows.original_targets if is_original else rows.targets
        self._predictions = rows.original_predictions if is_original else rows.predictions
        weights = account.before.weights
        self._weights = problem.original_weights(weights) if is_original else weights
        self._names = tuple(weight_name(index) for index in range(problem.weight_count))
        self._lines = tuple(self._row_name(at) for at in range(len(rows)))

    def _row_name(self, at: int) -> str:
        rows = self._account.rows
        name = f"row {int(rows.numbers[at]) + 1:,}"
        if int(rows.numbers[at]) == rows.worst:
            name += ", worst"
        return name if rows.is_in_step[at] else f"{name}, not in batch"

    def rows(self) -> StepSection:
        account, problem = self._account, self._account.problem
        columns = [
            StepColumn(term_text(term), _numbers(self._terms[:, k]), k, term.unit(problem.dataset) * self._is_original)
            for k, term in enumerate(problem.terms)
        ]
        columns.append(StepColumn(problem.target, _numbers(self._targets), None, self._target_unit))
        formula = f"{len(self._lines)} of {account.row_count:,}"
        if account.epoch is not None:
            formula += f", batch {account.epoch[1]:,} of epoch {account.epoch[0]:,}"
        units = "in the units of the data" if self._is_original else "scaled, as trained"
        tip = f"The terms and the target of some rows, {units}."
        if account.is_sample:
            tip += " The table is too big for memory: these rows are of the sample, and are counted there."
        return StepSection(StepPart.ROWS, formula, self._lines, tuple(columns), tip=tip)

    def predictions(self) -> StepSection:
        terms = self._account.problem.terms
        formula = " + ".join(
            name if term.is_bias else f"{name}·{term_text(term)}" for name, term in zip(self._names, terms, strict=True)
        )
        with np.errstate(all="ignore"):
            parts = self._weights * self._terms
        headings = (
            name if term.is_bias else f"{name}x{name[1:]}" for name, term in zip(self._names, terms, strict=True)
        )
        columns = [
            StepColumn(heading, _numbers(parts[:, k]), k, self._target_unit) for k, heading in enumerate(headings)
        ]
        columns.append(StepColumn("ŷ", _numbers(self._predictions), None, self._target_unit))
        tip = "Each weight times its term; together they are the prediction ŷ."
        return StepSection(StepPart.PREDICTIONS, f"ŷ = {formula}", self._lines, tuple(columns), tip=tip)

    def residuals(self) -> StepSection:
        target = self._account.problem.target
        with np.errstate(all="ignore"):
            residuals = self._predictions - self._targets if self._is_original else self._account.rows.residuals
        columns = (
            StepColumn("ŷ", _numbers(self._predictions), None, self._target_unit),
            StepColumn(target, _numbers(self._targets), None, self._target_unit),
            StepColumn("r", _numbers(residuals), None, self._target_unit),
        )
        tip = "How far the prediction is above the target; below it, r is negative."
        return StepSection(StepPart.RESIDUALS, f"r = ŷ − {target}", self._lines, columns, tip=tip)

    def loss(self) -> StepSection:
        account, entry = self._account, self._account.problem.loss
        columns = (StepColumn("loss", (*_numbers(account.rows.losses), account.loss)),)
        formula = self._trained(entry.formula)
        lines = (*self._lines, self._mean)
        tip = f"{entry.title}: {entry.formula}. {entry.sentence} The loss is the mean over the rows of the step."
        return StepSection(StepPart.LOSS, formula, lines, columns, totals=1, tip=tip)

    def gradient(self) -> StepSection:
        account, rows = self._account, self._account.rows
        lines, totals = [*self._lines, self._mean], [account.gradient]
        if account.clip_factor is not None:
            lines.append(f"× {compact(account.clip_factor)} by clipping")
            totals.append(account.gradient * account.clip_factor)
        if account.decay is not None:
            lines += [f"+ λw, λ = {compact(account.settings.weight_decay)}", "used"]
            totals += [account.decay, account.slope]
        slopes = tuple(float(slope) if used else None for slope, used in zip(rows.slopes, rows.is_in_step, strict=True))
        columns = [StepColumn("dloss/dr", (*slopes, *[None] * len(totals)))]
        for k, name in enumerate(self._names):
            shares = (
                float(share) if used else None for share, used in zip(rows.shares[:, k], rows.is_in_step, strict=True)
            )
            columns.append(StepColumn(name, (*shares, *(float(total[k]) for total in totals)), k))
        tip = (
            "What each row says about each weight: the slope of its loss times its term. Their mean over the rows of "
            f"the step is the gradient, {_TRAINED}."
        )
        formula = self._trained("dloss/dr · term")
        return StepSection(StepPart.GRADIENT, formula, tuple(lines), tuple(columns), totals=len(totals), tip=tip)

    def memory(self) -> StepSection:
        account, entry = self._account, self._account.settings.optimizer_entry
        lines = [f"{change.memory.symbol} {when}" for change in account.memory for when in ("before", "after")]
        columns = tuple(
            StepColumn(
                name,
                tuple(
                    math.nan if numbers is None else float(numbers[k])
                    for change in account.memory
                    for numbers in (change.before, change.after)
                ),
                k,
            )
            for k, name in enumerate(self._names)
        )
        meanings = ";  ".join(f"{change.memory.symbol}: {change.memory.meaning}" for change in account.memory)
        tip = f"What {entry.title} remembers, {_TRAINED}: {meanings}. {entry.formula}"
        return StepSection(StepPart.MEMORY, meanings, tuple(lines), columns, group=2, tip=tip)

    def update(self) -> StepSection:
        account, entry = self._account, self._account.settings.optimizer_entry
        lines, ways = ["update"], [account.update]
        has_velocity = any(change.memory.kind is MemoryKind.VELOCITY for change in account.memory)
        if entry.family is Family.PLAIN and has_velocity and account.update is not None:
            by_slope = -account.rate * account.slope
            lines = ["by the slope", "by the velocity", "update"]
            ways = [by_slope, _rest(account.update, by_slope, account.before.weights), account.update]
        rate = f"{'η' if entry.takes_rate else 'α'} = {compact(account.rate)}"
        if account.settings.schedule != "constant" and entry.takes_rate:
            full = compact(account.settings.learning_rate)
            rate += f" of {full} ({account.settings.schedule_entry.title})"
        tip = f"{entry.title}: {entry.formula}. {entry.sentence}"
        rule = ",  ".join(part for part in entry.formula.split(",  ") if part.startswith("w ←")) or entry.formula
        return StepSection(StepPart.UPDATE, f"{rate},  {rule}", tuple(lines), self._by_weight(ways), totals=1, tip=tip)

    def weights(self) -> StepSection:
        account, problem = self._account, self._account.problem
        after = None if account.after is None else account.after.weights
        if after is not None and self._is_original:
            after = problem.original_weights(after)
        formula = "w + update"
        if self._is_original:
            units = dict.fromkeys(filter(None, map(problem.weight_unit, range(problem.weight_count))))
            formula = ", ".join(units) or formula
        columns = tuple(
            StepColumn(name, (float(self._weights[k]), _at(after, k)), k, self._weight_unit(k))
            for k, name in enumerate(self._names)
        )
        tip = "The weights before the step and after it: those that training comes to, digit for digit."
        if self._is_original:
            tip = "The same model in the units of the data, before the step and after it."
        return StepSection(StepPart.WEIGHTS, formula, ("before", "after"), columns, totals=1, tip=tip)

    @property
    def _mean(self) -> str:
        count = self._account.row_count
        return "mean of 1 row" if count == 1 else f"mean of {count:,} rows"

    def _trained(self, formula: str) -> str:
        """Return ``formula``; with the remark that its numbers are as trained where others are not."""
        return f"{formula}  (as trained)" if self._is_original else formula

    def _weight_unit(self, k: int) -> str:
        return self._account.problem.weight_unit(k) if self._is_original else ""

    def _by_weight(self, ways: Iterable[FloatArray | None]) -> tuple[StepColumn, ...]:
        scaling = self._account.problem.scaling
        shown = [scaling.direction_to_original(way) if way is not None and self._is_original else way for way in ways]
        return tuple(
            StepColumn(name, tuple(_at(way, k) for way in shown), k, self._weight_unit(k))
            for k, name in enumerate(self._names)
        )


def _rest(update: FloatArray, part: FloatArray, weights: FloatArray) -> FloatArray:
    """Return what ``update`` has besides ``part``; 0 where that is only the rounding of ``weights``; shape (K,)."""
    with np.errstate(all="ignore"):
        rest = update - part
        rounding = _ROUNDING * np.maximum(np.abs(weights), np.abs(update))
    return np.where(np.abs(rest) <= rounding, 0.0, rest)


def _numbers(values: FloatArray) -> tuple[float, ...]:
    return tuple(map(float, values))


def _at(values: FloatArray | None, k: int) -> float:
    return math.nan if values is None else float(values[k])
