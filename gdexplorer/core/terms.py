"""Terms: the inputs of the perceptron, one for each weight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gdexplorer.core.dataset import Dataset, FloatArray
from gdexplorer.core.errors import InputError

#: The largest weight count.
MAX_TERMS = 64
_BIAS = "bias"
_TIMES, _POWER, _QUOTE = "*", "^", "`"
_POWERED = re.compile(r"(.+?)\s*\^\s*([0-9]{1,4})", re.DOTALL)
_QUOTED = re.compile(r"`((?:[^`]|``)+)`")
_QUOTED_FACTOR = re.compile(rf"\s*{_QUOTED.pattern}(?:\s*\^\s*[0-9]{{1,4}})?\s*(?=\*|$)")

Factors = tuple[tuple[str, int], ...]


@dataclass(frozen=True, init=False)
class Term:
    """A column, a power of one, a product of such, or the bias, which is the product of nothing.

    ``Term("size")``, ``Term("size", 2)`` and ``Term("size", 2) * Term("rooms")`` make them. Equal products are equal,
    whichever way round they were written.

    Attributes:
        factors: Column names, each once and in alphabetical order, with their powers of at least 1.
    """

    factors: Factors

    def __init__(self, column: str, power: int = 1) -> None:
        self._hold(((column, power),))

    def __mul__(self, other: Term) -> Term:
        powers = dict(self.factors)
        for name, power in other.factors:
            powers[name] = powers.get(name, 0) + power
        return _term(tuple(sorted(powers.items())))

    def _hold(self, factors: Factors) -> None:
        object.__setattr__(self, "factors", factors)

    @property
    def is_bias(self) -> bool:
        """Whether this is the constant 1."""
        return not self.factors

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns in it, each once; none in the bias."""
        return tuple(name for name, _ in self.factors)

    @property
    def degree(self) -> int:
        """The sum of its powers: 0 for the bias, 1 for a column."""
        return sum(power for _, power in self.factors)

    def __str__(self) -> str:
        """Write the term as :func:`parse_term` reads it, unless a column is called just so: ``rooms*size^2``, ``bias``.

        A name with signs in it is quoted where it does not stand alone: ```a*b`^2``.
        """
        if self.is_bias:
            return _BIAS
        if self.degree == 1:
            return self.columns[0]
        return _TIMES.join(
            _quoted(name) if power == 1 else f"{_quoted(name)}{_POWER}{power}" for name, power in self.factors
        )

    def values(self, dataset: Dataset) -> FloatArray:
        """Return the term for every row of ``dataset``, in original units; shape (rows,).

        NaN where a column in it is missing; not finite either where a power or a product overflows.
        """
        if self.is_bias:
            return np.ones(dataset.row_count)
        with np.errstate(over="ignore", invalid="ignore"):
            parts = [_raised(dataset.column(name).values, power) for name, power in self.factors]
            product = parts[0]
            for part in parts[1:]:
                product = product * part
        return product

    def unit(self, dataset: Dataset) -> str:
        """Return the unit of the values: ``sq ft``, ``(sq ft)^2``, ``sq ft × years``; empty for plain numbers."""
        powers: dict[str, int] = {}
        for name, power in self.factors:
            unit = dataset.column(name).unit
            if unit:
                powers[unit] = powers.get(unit, 0) + power
        return " × ".join(unit if power == 1 else f"({unit})^{power}" for unit, power in powers.items())


def _term(factors: Factors) -> Term:
    term = Term.__new__(Term)
    term._hold(factors)
    return term


BIAS = _term(())


def product(terms: Iterable[Term]) -> Term:
    """Return the product of ``terms``; of none it is the bias."""
    whole = BIAS
    for term in terms:
        whole = whole * term
    return whole


def parse_term(text: str, dataset: Dataset) -> Term:
    """Read one written term: a column's name, ``name^power``, a product ``name*name^power``, or ``bias``.

    A text that is a column's name from end to end means that column, whatever signs are in it. Inside a product
    or a power such a name can be quoted: ```so*so`^2``.

    Raises:
        InputError: There is no such column, or the power is not a whole number of at least 1.
    """
    for name in (text, text.strip()):
        if name in dataset:
            return Term(name)
    text = text.strip()
    if text == _BIAS:
        return BIAS
    pieces = _pieces(text)
    term = _read_product(pieces, dataset) if len(pieces) <= MAX_TERMS else None
    if term is not None:
        return term
    wrong = next((piece for piece in pieces if _read_factor(piece, dataset) is None), text).strip()
    match = _POWERED.fullmatch(wrong)
    column = _unquoted(match[1] if match else wrong)
    dataset.column(column)
    other = next((name for name in dataset.column_names if name != column), column)
    raise InputError(
        f"“{text}” is not a term; write a column, a power such as {Term(column, 2)}, "
        f"a product such as {Term(column) * Term(other)}, or bias."
    )


def check_terms(terms: tuple[Term, ...], target: str, dataset: Dataset) -> None:
    """Check that the perceptron can be built from ``terms``.

    Raises:
        InputError: No term or too many, one twice, an unknown column, or the target in one of them.
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
        if target in term.columns:
            part = "" if term.degree == 1 else f", as part of {term}"
            raise InputError(f"The target {target} is among the terms{part}; a price cannot predict itself.")
        for name in term.columns:
            dataset.column(name)


def too_large(term: Term) -> InputError:
    """Return the error that says that values of ``term`` overflow."""
    way_out = "choose a lower power" if len(term.factors) == 1 else "choose lower powers or fewer factors"
    return InputError(f"The term {term} is too large for a floating-point number; {way_out}.")


def _raised(values: FloatArray, power: int) -> FloatArray:
    return values if power == 1 else values**power


def _quoted(name: str) -> str:
    is_plain = name == name.strip() and not any(sign in name for sign in (_TIMES, _POWER, _QUOTE))
    return name if is_plain else f"{_QUOTE}{name.replace(_QUOTE, _QUOTE * 2)}{_QUOTE}"


def _unquoted(text: str) -> str:
    match = _QUOTED.fullmatch(text)
    return match[1].replace(_QUOTE * 2, _QUOTE) if match else text


def _pieces(text: str) -> list[str]:
    """Cut a product at its signs, but not inside a quoted name."""
    pieces: list[str] = []
    start = 0
    while True:
        match = _QUOTED_FACTOR.match(text, start)
        end = match.end() if match else text.find(_TIMES, start)
        if end in (-1, len(text)):
            return [*pieces, text[start:]]
        pieces.append(text[start:end])
        start = end + 1


def _read_product(pieces: list[str], dataset: Dataset) -> Term | None:
    """Return the product that all pieces make, some of them together where a name has the sign in it; else None."""
    rests: list[Term | None] = [None] * len(pieces) + [BIAS]
    for start in reversed(range(len(pieces))):
        for end in range(start + 1, len(pieces) + 1):
            rest = rests[end]
            factor = None if rest is None else _read_factor(_TIMES.join(pieces[start:end]), dataset)
            if rest is not None and factor is not None:
                rests[start] = factor * rest
                break
    return rests[0]


def _read_factor(text: str, dataset: Dataset) -> Term | None:
    """Return the power of a column, or the column, that ``text`` says; None where it says neither."""
    text = text.strip()
    match = _POWERED.fullmatch(text)
    if match and int(match[2]) >= 1:
        for name in (_unquoted(match[1]), match[1]):
            if name in dataset:
                return Term(name, int(match[2]))
    return next((Term(name) for name in (_unquoted(text), text) if name in dataset), None)
