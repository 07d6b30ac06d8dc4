"""The model as a formula, each idea in its colour."""

from __future__ import annotations

from html import escape

from gdexplorer.core.numerals import subscript, superscript
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import Term
from gdexplorer.ui.theme import Theme

_MOST_SHOWN = 5
_LONGEST_NAME = 20


def term_text(term: Term) -> str:
    """Return a term as people write it: ``size``, ``size²``, ``rooms·size²``, ``bias``."""
    if term.is_bias:
        return str(term)
    return "·".join(name if power == 1 else f"{name}{superscript(power)}" for name, power in term.factors)


def plain_formula(settings: Settings) -> str:
    """Return the whole model without colours: ``price ≈ w₁·size + w₂``."""
    parts = (_product(index, term) for index, term in enumerate(settings.terms_in_use))
    return f"{settings.target} ≈ {' + '.join(parts)}"


def coloured_formula(settings: Settings, theme: Theme) -> str:
    """Return the model of ``settings`` as rich text."""
    return coloured_model(settings.target, settings.terms_in_use, theme)


def coloured_model(target: str, terms: tuple[Term, ...], theme: Theme) -> str:
    """Return the model of ``target`` as rich text; beyond five weights it ends in “… + 9 more”."""
    parts = []
    for index, term in enumerate(terms[:_MOST_SHOWN]):
        weight = coloured(f"w{subscript(index + 1)}", theme.weight(index))
        parts.append(weight if term.is_bias else f"{weight}·{escape(_shortened(term_text(term)))}")
    text = f"{coloured(_shortened(target), theme.model)} ≈ {' + '.join(parts)}"
    rest = len(terms) - _MOST_SHOWN
    return f'{text} <span style="color:{theme.quiet}">… + {rest} more</span>' if rest > 0 else text


def coloured(text: str, colour: str) -> str:
    """Return ``text`` as rich text in ``colour``, a little bold, so that it is not told by its colour alone."""
    return f'<span style="color:{colour}; font-weight:600">{escape(text)}</span>'


def _product(index: int, term: Term) -> str:
    weight = f"w{subscript(index + 1)}"
    return weight if term.is_bias else f"{weight}·{term_text(term)}"


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
