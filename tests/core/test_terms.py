from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.terms import BIAS, MAX_TERMS, Term, check_terms, parse_term, product

SIZE, ROOMS = Term("size"), Term("rooms")
NAMES = st.text(alphabet="ab*^`2 é", min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("size", Term("size")),
        ("  size ", Term("size")),
        ("bias", BIAS),
        ("size^2", Term("size", 2)),
        ("size^12", Term("size", 12)),
        ("size^1", Term("size")),
        ("lot^2", Term("lot^2")),
        ("lot^2^3", Term("lot^2", 3)),
        ("size*rooms", SIZE * ROOMS),
        (" rooms * size ^ 2", ROOMS * Term("size", 2)),
        ("size*size", Term("size", 2)),
        ("size*rooms*size^2", Term("size", 3) * ROOMS),
        ("a*b", Term("a*b")),
        ("a*b*size", Term("a*b") * SIZE),
        ("`a*b`^2*rooms", Term("a*b", 2) * ROOMS),
        ("`size`", SIZE),
        ("lot^2*lot^2", Term("lot^2", 2)),
    ],
)
def test_written_terms_are_read(dataset_of, text, term):
    data = dataset_of(size=[1, 2], rooms=[3, 4], **{"lot^2": [1, 4], "a*b": [5, 6]})
    assert parse_term(text, data) == term
    assert parse_term(str(term), data) == term


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sise", "no number column “sise”"),
        ("sise^2", "no number column “sise”"),
        ("size^0", "“size^0” is not a term"),
        ("size^x", "no number column “size^x”"),
        ("size^-1", "no number column “size^-1”"),
        ("", "no number column “”"),
        ("size*", "no number column “”"),
        ("size*rums", "no number column “rums”"),
        ("size*rums^2", "no number column “rums”"),
        ("rooms*size^0", "a power such as size^2, a product such as rooms*size, or bias"),
        ("size*bias", "no number column “bias”"),
        ("*".join(["size"] * (MAX_TERMS + 1)), "no number column “size*size"),
    ],
)
def test_what_is_no_term_is_refused(dataset_of, text, sentence):
    with pytest.raises(InputError) as error:
        parse_term(text, dataset_of(size=[1, 2], rooms=[1, 2]))
    assert sentence in str(error.value)


def test_a_product_is_the_same_whichever_way_round():
    assert SIZE * ROOMS == ROOMS * SIZE
    assert len({SIZE * ROOMS, ROOMS * SIZE, product((ROOMS, BIAS, SIZE))}) == 1
    assert Term("size", 2) == SIZE * SIZE
    assert SIZE * BIAS == SIZE
    assert product(()) == BIAS
    assert str(SIZE * ROOMS * SIZE) == "rooms*size^2"
    assert (SIZE * ROOMS * SIZE).columns == ("rooms", "size")
    assert [term.degree for term in (BIAS, SIZE, SIZE * ROOMS * SIZE)] == [0, 1, 3]


@given(st.data())
def test_what_is_written_is_read_again(dataset_of, data):
    names = data.draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    table = dataset_of(**{name: [1.0, 2.0] for name in names})
    factors = st.builds(Term, st.sampled_from(names), st.integers(1, 12))
    term = product(data.draw(st.lists(factors, max_size=4)))
    again = parse_term(str(term), table)
    assert again == (Term(str(term)) if str(term) in names else term)


@given(NAMES, st.text(alphabet="ab*^`2 é", max_size=12))
def test_any_text_is_a_term_or_refused_in_one_sentence(dataset_of, name, text):
    with suppress(InputError):
        assert set(parse_term(text, dataset_of(**{name: [1.0]})).columns) <= {name}


def test_values_and_units(dataset_of):
    data = Dataset("t", (Column("size", np.array([2.0, -3.0]), "m²"), Column("n", np.ones(2))), "t")
    assert list(BIAS.values(data)) == [1, 1]
    assert list(Term("size").values(data)) == [2, -3]
    assert list(Term("size", 3).values(data)) == [8, -27]
    assert Term("size").unit(data) == "m²"
    assert Term("size", 2).unit(data) == "(m²)^2"
    assert Term("n", 2).unit(data) == BIAS.unit(data) == ""
    assert np.isinf(Term("size", 9).values(dataset_of(size=[1e200])))


def test_values_and_units_of_products():
    columns = (
        Column("size", np.array([2.0, np.nan, 3.0, 1e200]), "m²"),
        Column("years", np.array([5.0, 6.0, np.nan, 1e200]), "years"),
        Column("rooms", np.arange(4.0)),
        Column("lot", np.ones(4), "m²"),
    )
    data = Dataset("t", columns, "t")
    years = Term("years")
    np.testing.assert_array_equal((SIZE * years).values(data), [10, np.nan, np.nan, np.inf])
    np.testing.assert_array_equal((SIZE * SIZE * ROOMS).values(data)[:1], [0])
    assert (SIZE * years).unit(data) == "m² × years"
    assert (Term("size", 2) * years).unit(data) == "(m²)^2 × years"
    assert (SIZE * Term("lot")).unit(data) == "(m²)^2"
    assert (SIZE * ROOMS).unit(data) == "m²"


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ((), "The list of terms is empty"),
        ((Term("a"), Term("b", 2), Term("a")), "The term a is listed twice"),
        ((BIAS, BIAS), "The term bias is listed twice"),
        ((Term("y"),), "The target y is among the terms"),
        ((Term("y", 2),), "The target y is among the terms, as part of y^2"),
        ((Term("a"), Term("a") * Term("y")), "The target y is among the terms, as part of a*y"),
        ((Term("a") * Term("b"), Term("b") * Term("a")), "The term a*b is listed twice"),
        ((Term("a") * Term("c"),), "no number column “c”"),
        ((Term("c"),), "no number column “c”"),
        (tuple(Term("a", power) for power in range(1, MAX_TERMS + 2)), f"at most {MAX_TERMS} can be used"),
    ],
)
def test_terms_that_make_no_perceptron_are_refused(dataset_of, terms, sentence):
    with pytest.raises(InputError) as error:
        check_terms(terms, "y", dataset_of(y=[1, 2], a=[1, 3], b=[2, 5]))
    assert sentence in str(error.value)


def test_an_unknown_target_is_refused(dataset_of):
    with pytest.raises(InputError, match="no number column “z”"):
        check_terms((BIAS,), "z", dataset_of(y=[1, 2]))
