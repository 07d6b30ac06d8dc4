from dataclasses import replace

from gdexplorer.core.terms import Term
from gdexplorer.ui.formula import coloured_formula, plain_formula, term_text
from gdexplorer.ui.theme import LIGHT


def test_terms_are_written_as_people_do(settings):
    assert [term_text(term) for term in settings.terms] == ["size", "bias", "rooms", "size²"]
    assert plain_formula(replace(settings, weight_count=3)) == "price ≈ w₁·size + w₂ + w₃·rooms"


def test_products_are_written_as_people_do():
    assert term_text(Term("size", 2) * Term("rooms")) == "rooms·size²"


def test_beyond_five_weights_the_formula_is_cut(settings):
    terms = tuple(Term("size", power) for power in range(1, 15))
    text = coloured_formula(replace(settings, terms=terms, weight_count=14), LIGHT)
    assert "… + 9 more" in text
    assert "w₅" in text
    assert "w₆" not in text


def test_names_are_no_markup_and_not_too_long(settings):
    odd = replace(settings, target="<b>price & more</b>", terms=(Term("x" * 90),))
    text = coloured_formula(odd, LIGHT)
    assert "&lt;b&gt;price &amp; more" in text
    assert "x" * 30 not in text
