from __future__ import annotations

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.terms import BIAS, MAX_TERMS, Term, check_terms, default_terms, guess_target, parse_term


def texts(terms):
    return [str(term) for term in terms]


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
    ],
)
def test_written_terms_are_read(dataset_of, text, term):
    data = dataset_of(size=[1, 2], **{"lot^2": [1, 4]})
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
    ],
)
def test_what_is_no_term_is_refused(dataset_of, text, sentence):
    with pytest.raises(InputError) as error:
        parse_term(text, dataset_of(size=[1, 2]))
    assert sentence in str(error.value)


def test_values_and_units(dataset_of):
    data = Dataset("t", (Column("size", np.array([2.0, -3.0]), "m²"), Column("n", np.ones(2))), "t")
    assert list(BIAS.values(data)) == [1, 1]
    assert list(Term("size").values(data)) == [2, -3]
    assert list(Term("size", 3).values(data)) == [8, -27]
    assert Term("size").unit(data) == "m²"
    assert Term("size", 2).unit(data) == "(m²)^2"
    assert Term("n", 2).unit(data) == BIAS.unit(data) == ""
    assert np.isinf(Term("size", 9).values(dataset_of(size=[1e200])))


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ((), "The list of terms is empty"),
        ((Term("a"), Term("b", 2), Term("a")), "The term a is listed twice"),
        ((BIAS, BIAS), "The term bias is listed twice"),
        ((Term("y"),), "The target y is among the terms"),
        ((Term("y", 2),), "The target y is among the terms"),
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


@pytest.mark.parametrize(
    ("names", "target"),
    [
        (("price_usd", "size"), "price_usd"),
        (("size", "SalePrice", "price"), "price"),
        (("a", "cost", "value"), "cost"),
        (("a", "y", "b"), "y"),
        (("a", "b"), "b"),
        (("yes", "b", "c"), "c"),
    ],
)
def test_the_target_is_guessed_by_its_name(dataset_of, names, target):
    assert guess_target(dataset_of(**{name: [1, 2] for name in names})) == target


def test_the_source_s_target_wins_where_it_exists():
    columns = (Column("price", np.arange(3.0)), Column("a", np.arange(3.0)), Column("zip", np.arange(3.0), "", False))
    assert guess_target(Dataset("t", columns, "t", suggested_target="a")) == "a"
    assert guess_target(Dataset("t", columns, "t", suggested_target="gone")) == "price"
    assert guess_target(Dataset("t", columns[2:], "t")) == "zip"


def test_codes_and_constants_are_not_guessed():
    columns = (Column("a", np.arange(3.0)), Column("price", np.ones(3)), Column("zip", np.arange(3.0), "", False))
    assert guess_target(Dataset("t", columns, "t")) == "a"


def test_default_terms_begin_with_the_best_predictor_and_the_bias(dataset_of):
    rng = np.random.default_rng(0)
    good, bad = rng.uniform(1, 2, 50), rng.normal(size=50)
    data = dataset_of(bad=bad, good=good, y=3 * good, constant=np.ones(50))
    terms = texts(default_terms(data, "y"))
    assert terms[:5] == ["good", "bias", "bad", "bad^2", "good^2"]
    assert "constant" not in terms
    assert not any(text.startswith("y") for text in terms)


def test_the_best_predictor_is_found_among_missing_and_huge_values(dataset_of):
    good = np.array([1.0, 2.0, 3.0, np.nan, 5.0]) * 1e200
    data = dataset_of(bad=[1, -1, 1, -1, 1], empty=[np.nan] * 5, good=good, y=[1e-200, 2e-200, 3e-200, 9, np.nan])
    assert str(default_terms(data, "y")[0]) == "good"


def test_suggested_terms_come_first_for_the_suggested_target_only():
    rng = np.random.default_rng(1)
    columns = tuple(Column(name, rng.normal(size=9)) for name in ("price", "a", "b"))
    data = Dataset("t", columns, "t", suggested_target="price", suggested_terms=("b", "bias", "b^3"))
    assert texts(default_terms(data, "price"))[:4] == ["b", "bias", "b^3", "a"]
    assert texts(default_terms(data, "a"))[1] == "bias"
    assert all("a" not in text.split("^") for text in texts(default_terms(data, "a")))


def test_default_terms_are_usable_and_not_too_many(dataset_of):
    rng = np.random.default_rng(1)
    data = dataset_of(y=rng.normal(size=9), **{f"c{i}": rng.normal(size=9) for i in range(90)})
    terms = default_terms(data, "y")
    assert len(terms) == MAX_TERMS
    check_terms(terms, "y", data)
    assert BIAS in terms


def test_a_table_with_the_target_alone_offers_the_bias(dataset_of):
    assert default_terms(dataset_of(y=[1, 2, 3]), "y") == (BIAS,)
