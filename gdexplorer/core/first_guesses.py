"""First guesses for a table that nobody has said anything about: what to predict, and from what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from gdexplorer.core.column_summary import RowChoice, chosen_rows, squared_correlations, values_of
from gdexplorer.core.dataset import Column, Dataset, FloatArray
from gdexplorer.core.terms import BIAS, MAX_TERMS, Term, parse_term

#: The highest power offered by itself; higher ones can be written.
_HIGHEST_OFFERED_POWER = 12
#: Guesses look at so many rows at most: enough to tell strong from weak.
_MOST_ROWS = 10_000
_COLUMNS_AT_ONCE = 200
#: Two columns whose squared correlation is higher say the same in another measure.
_SAME = 0.9999
_DIGITS = 12  # beyond these a tie is decided by the order in the file, not by rounding

#: Words for what is wanted, without accents; the likeliest group first.
_WANTED = (
    {"price", "prices", "preise", "pris", "cena", "cijena", "preco", "pret", "τιμη", "цена", "ціна", "가격"},
    {"cost", "costs", "cout", "costo", "coste", "custo", "charges"},
    {"value", "valeur", "valore", "valor", "medv"},
    {"rent", "loyer", "affitto", "alquiler", "aluguel", "huur", "salary"},
    {"sale", "sales", "revenue", "umsatz"},
    {"target", "label", "outcome", "response"},
    {"y"},
)
#: Endings that make a word one of the first groups, in languages and habits that write words together.
_ENDINGS = (
    ("price", "preis", "prijs", "prezzo", "precio", "prix", "hinta", "fiyat", "fiyatı", "价", "价格", "価格"),
    ("cost", "kosten"),
    ("wert", "waarde"),
    ("rent", "miete"),
)
_NO_ENDINGS = {"current", "different", "parent", "apparent", "concurrent", "recurrent"}
#: Words that make a wanted one something else: a price per square metre, last year's price, a cost index.
_DIMMING = {
    "per",
    "log",
    "ln",
    "index",
    "tax",
    "old",
    "previous",
    "prev",
    "last",
    "lag",
    "pro",
    "change",
    "diff",
    "pct",
}
#: Words that make a wanted one the more so.
_STRONG = {"sale", "sales", "sold", "selling", "final", "total", "house", "home"}


def guess_target(dataset: Dataset) -> str:
    """Return the column to predict first: the one the source suggests, a price-like name, or the last quantity.

    Codes and constants are guessed only where there is nothing else, and columns that are mostly missing only
    after all others.
    """
    if dataset.suggested_target in dataset:
        return str(dataset.suggested_target)
    rows = chosen_rows(dataset.row_count, _MOST_ROWS)
    quantities = [column for column in dataset.columns if column.is_quantity and _varies(column, rows)]
    full = [column for column in quantities if not _is_mostly_missing(column.values[rows])]
    names = [column.name for column in full or quantities]
    ranked = [(rank, name) for name in names if (rank := _rank(name)) is not None]
    if ranked:
        return min(ranked, key=lambda entry: entry[0])[1]
    return names[-1] if names else dataset.column_names[-1]


def default_terms(dataset: Dataset, target: str) -> tuple[Term, ...]:
    """Return the ordered terms to offer for ``target``, at most MAX_TERMS.

    The suggested ones come first; else the quantity that predicts the target best alone, by the squared
    correlation, then the bias. The other quantities follow in the order of the file, then their powers.

    Two kinds of columns are neither best nor among the first others: those that are mostly missing, which would
    cost most of the rows, and the target over again, such as the price in another currency, which leaves nothing
    to learn. The latter is told by an almost perfect correlation *and* a word that both names have, or by equal
    numbers; an almost perfect correlation alone may be the very law to be found, as of degrees and Fahrenheit.
    """
    suggested = tuple(
        term
        for term in (parse_term(text, dataset) for text in dataset.suggested_terms)
        if target not in term.columns and target == dataset.suggested_target
    )
    rows = chosen_rows(dataset.row_count, _MOST_ROWS)
    candidates = [c for c in dataset.columns if c.name != target and c.is_quantity and _varies(c, rows)]
    first, later, strengths = _sorted_out(candidates, dataset.column(target), rows)
    ordered = dict.fromkeys(suggested)
    if not suggested:
        if first:
            ordered[Term(max(first, key=lambda name: strengths[name]))] = None
        elif later:
            ordered[Term(max(later, key=lambda name: strengths[name]))] = None
        ordered[BIAS] = None
    columns = [Term(name) for name in (*first, *later)]
    ordered.update(dict.fromkeys(columns))
    ordered.setdefault(BIAS)
    for power in range(2, _HIGHEST_OFFERED_POWER + 1):
        if len(ordered) >= MAX_TERMS:
            break
        powers = (Term(term.columns[0], power) for term in columns)
        ordered.update(dict.fromkeys(term for term in powers if str(term) not in dataset))
    return tuple(ordered)[:MAX_TERMS]


def _sorted_out(
    candidates: Sequence[Column], target: Column, rows: RowChoice
) -> tuple[list[str], list[str], dict[str, float]]:
    """Return names to offer first, names to offer later, both in the order of the file, and the strength of each."""
    goal = target.values[rows]
    words = set(_words(target.name))
    first: list[str] = []
    later: list[str] = []
    strengths: dict[str, float] = {}
    for start in range(0, len(candidates), _COLUMNS_AT_ONCE):
        part = candidates[start : start + _COLUMNS_AT_ONCE]
        values = values_of(part, rows)
        found = squared_correlations(values, goal)
        for column, some, strength in zip(part, values, found.tolist(), strict=True):
            is_same = strength > _SAME and (bool(words & set(_words(column.name))) or _equal(some, goal))
            (later if is_same or _is_mostly_missing(some) else first).append(column.name)
            strengths[column.name] = -1.0 if np.isnan(strength) else round(strength, _DIGITS)
    return first, later, strengths


def _varies(column: Column, rows: RowChoice) -> bool:
    """Return whether the column has different numbers; asks all rows only where the chosen ones have not."""
    some = column.values[rows]
    return bool(np.fmin.reduce(some) < np.fmax.reduce(some)) or not column.is_constant


def _is_mostly_missing(values: FloatArray) -> bool:
    return 2 * int(np.count_nonzero(np.isnan(values))) > values.size


def _equal(values: FloatArray, goal: FloatArray) -> bool:
    both = ~(np.isnan(values) | np.isnan(goal))
    return bool(np.allclose(values[both], goal[both], rtol=1e-6, atol=0.0))


def _rank(name: str) -> tuple[int, int, int] | None:
    """Return how likely a column so called is what is wanted, least for the likeliest; None for no sign of it."""
    words = _words(name)
    groups = [_group(word) for word in words]
    found = [group for group in groups if group is not None]
    if not found:
        return None
    dimmed = 2 if any(word in _DIMMING for word in words) else 0
    return min(found) + dimmed, len(words), -sum(word in _STRONG for word in words)


def _group(word: str) -> int | None:
    for index, group in enumerate(_WANTED):
        if word in group:
            return index
    if word in _NO_ENDINGS:
        return None
    for index, endings in enumerate(_ENDINGS):
        if word.endswith(endings):
            return index
    return None


def _words(name: str) -> list[str]:
    """Cut a name into words without capitals and accents: ``SalePrice`` and ``sale_price`` into sale and price."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))
    plain = unicodedata.normalize("NFC", bare)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    return re.findall(r"[^\W\d_]+", apart.lower())
