"""Terms: the inputs of the perceptron, one for each weight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gdexplorer.core.dataset import Column, Dataset, FloatArray
from gdexplorer.core.errors import InputError

#: The largest weight count.
MAX_TERMS = 64
#: The highest power offered by itself; higher ones can be written.
_HIGHEST_OFFERED_POWER = 12
_BIAS = "bias"


@dataclass(frozen=True)
class Term:
    """A column raised to a power, or the bias.

    Attributes:
        column: Name of the column; None for the bias.
        power: 1 for the column itself; 0 for the bias.
    """

    column: str | None
    power: int = 1

    @property
    def is_bias(self) -> bool:
        """Whether this is the constant 1."""
        return self.column is None

    def __str__(self) -> str:
        if self.column is None:
            return _BIAS
        return self.column if self.power == 1 else f"{self.column}^{self.power}"

    def values(self, dataset: Dataset) -> FloatArray:
        """Return the term for every row of ``dataset``, in original units; shape (rows,)."""
        if self.column is None:
            return np.ones(dataset.row_count)
        values = dataset.column(self.column).values
        with np.errstate(over="ignore"):
            return values if self.power == 1 else values**self.power

    def unit(self, dataset: Dataset) -> str:
        """Return the unit of the values: that of the column, with the power behind it."""
        if self.column is None:
            return ""
        unit = dataset.column(self.column).unit
        return unit if self.power == 1 or not unit else f"({unit})^{self.power}"


BIAS = Term(None, 0)


def parse_term(text: str, dataset: Dataset) -> Term:
    """Read one written term: a column's name, ``name^power`` or ``bias``.

    Raises:
        InputError: There is no such column, or the power is not a whole number of at least 2.
    """
    text = text.strip()
    if text in dataset:
        return Term(text)
    if text == _BIAS:
        return BIAS
    match = re.fullmatch(r"(.+)\^(\d{1,2})", text)
    if match and match[1] in dataset and int(match[2]) >= 1:
        return Term(match[1], int(match[2]))
    column = match[1] if match else text
    dataset.column(column)
    raise InputError(f"“{text}” is not a term; write a column, a power such as {column}^2, or bias.")


def check_terms(terms: tuple[Term, ...], target: str, dataset: Dataset) -> None:
    """Check that the perceptron can be built from ``terms``.

    Raises:
        InputError: No term or too many, one twice, an unknown column, or the target among them.
    """
    dataset.column(target)
    if not terms:
        raise InputError("The list of terms is empty; name at least one column or the bias.")
    if len(terms) > MAX_TERMS:
        raise InputError(f"{len(terms)} terms are too many; at most {MAX_TERMS} can be used.")
    seen = set()
    for term in terms:
        if term in seen:
            raise InputError(f"The term {term} is listed twice; name it once.")
        seen.add(term)
        if term.column == target:
            raise InputError(f"The target {target} is among the terms; a price cannot predict itself.")
        if term.column is not None:
            dataset.column(term.column)


def guess_target(dataset: Dataset) -> str:
    """Return the column to predict first: the one the source suggests, a price-like name, or the last quantity."""
    if dataset.suggested_target in dataset:
        return str(dataset.suggested_target)
    quantities = [column.name for column in dataset.columns if _is_useful(column)]
    for word in ("price", "cost", "value", "target", "y"):
        for name in quantities:
            if word in re.split(r"[^a-z]+", name.lower()):
                return name
    return quantities[-1] if quantities else dataset.column_names[-1]


def default_terms(dataset: Dataset, target: str) -> tuple[Term, ...]:
    """Return the ordered terms to offer for ``target``.

    The suggested ones come first; else the column that predicts the target best alone, then the bias. The
    other quantities follow, then their powers.
    """
    suggested = tuple(
        term
        for term in (parse_term(text, dataset) for text in dataset.suggested_terms)
        if term.column != target and target == dataset.suggested_target
    )
    candidates = [column for column in dataset.columns if column.name != target and _is_useful(column)]
    columns = [Term(column.name) for column in candidates]
    ordered = dict.fromkeys(suggested)
    if not suggested:
        goal = dataset.column(target).values
        best = sorted(candidates, key=lambda column: -_explained_alone(column.values, goal))[:1]
        ordered.update(dict.fromkeys(Term(column.name) for column in best))
        ordered[BIAS] = None
    ordered.update(dict.fromkeys(columns))
    ordered.setdefault(BIAS)
    for term in _powers(columns):
        if len(ordered) >= MAX_TERMS:
            break
        ordered.setdefault(term)
    return tuple(ordered)[:MAX_TERMS]


def _is_useful(column: Column) -> bool:
    return column.is_quantity and not column.is_constant


def _powers(columns: list[Term]) -> Iterator[Term]:
    for power in range(2, _HIGHEST_OFFERED_POWER + 1):
        for term in columns:
            yield Term(term.column, power)


def _explained_alone(values: FloatArray, goal: FloatArray) -> float:
    """Return how much of ``goal`` the model ``goal ≈ w·values`` explains: the squared cosine between them."""
    present = ~(np.isnan(values) | np.isnan(goal))
    x, y = values[present], goal[present]
    if x.size == 0:
        return 0.0
    x = x / max(float(np.abs(x).max()), np.finfo(float).tiny)
    y = y / max(float(np.abs(y).max()), np.finfo(float).tiny)
    power = float(x @ x) * float(y @ y)
    return float(x @ y) ** 2 / power if power > 0 else 0.0
