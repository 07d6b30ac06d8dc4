"""What is meant by the text in a search line, where terms can be written too."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gdexplorer.core.dataset import Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.terms import BIAS, Term, parse_term

_WITH_POWER = re.compile(r"(.*?)\s*\^\s*([0-9]{0,2})", re.DOTALL)


@dataclass(frozen=True)
class Typing:
    """A search with what is to be made of the column that it finds.

    Attributes:
        search: What to look for.
        power: To raise the column to; None where none is typed.
        factor: To multiply it by; the bias for nothing.
        whole: The term that the whole text says by itself; None where it says none.
    """

    search: str
    power: int | None = None
    factor: Term = BIAS
    whole: Term | None = None


def read_typing(text: str, dataset: Dataset) -> Typing:
    """Read ``size*ro`` as a search for ``ro`` to be multiplied by size, and ``ro^2`` as one to be squared.

    A text that is in some column's name is nothing but a search.
    """
    whole = _term(text, dataset)
    folded = text.casefold().strip()
    if any(folded in name.casefold() for name in dataset.column_names):
        return Typing(text, whole=whole)
    head, _, tail = text.rpartition("*")
    factor = _term(head, dataset) if head.strip() else None
    match = _WITH_POWER.fullmatch(tail if factor is not None else text)
    search = match[1] if match else tail if factor is not None else text
    power = int(match[2]) if match and match[2] and int(match[2]) >= 1 else None
    return Typing(search.strip(), power, factor or BIAS, whole)


def _term(text: str, dataset: Dataset) -> Term | None:
    try:
        return parse_term(text, dataset)
    except InputError:
        return None
