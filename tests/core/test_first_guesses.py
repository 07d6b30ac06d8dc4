from __future__ import annotations

import time

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.first_guesses import default_terms, guess_target
from gdexplorer.core.terms import BIAS, MAX_TERMS, check_terms


def texts(terms):
    return [str(term) for term in terms]


@pytest.mark.parametrize(
    ("names", "target"),
    [
        (("price_usd", "size"), "price_usd"),
        (("size", "SalePrice", "price"), "price"),
        (("list_price", "sold_price", "size"), "sold_price"),
        (("price_per_sqft", "SalePrice", "size"), "SalePrice"),
        (("price_per_sqft", "size"), "price_per_sqft"),
        (("Price ($)", "size"), "Price ($)"),
        (("PRICE", "size"), "PRICE"),
        (("a", "cost", "value"), "cost"),
        (("CRIM", "MEDV", "LSTAT"), "MEDV"),
        (("median_house_value", "ocean"), "median_house_value"),
        (("Kaufpreis in EUR", "Fläche"), "Kaufpreis in EUR"),
        (("gesamtmiete", "zimmer"), "gesamtmiete"),
        (("baseRent", "rooms"), "baseRent"),
        (("prezzo", "mq"), "prezzo"),
        (("preço", "m2"), "preço"),
        (("Precio_Venta", "m2"), "Precio_Venta"),
        (("总价", "面积"), "总价"),
        (("가격", "면적"), "가격"),
        (("target", "b"), "target"),
        (("label", "b"), "label"),
        (("a", "y", "b"), "y"),
        (("y", "price"), "price"),
        (("a", "b"), "b"),
        (("yes", "b", "c"), "c"),
        (("current", "b"), "b"),
        (("pricey", "b"), "b"),
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


def test_what_is_mostly_missing_is_guessed_last(dataset_of):
    nan = np.nan
    data = dataset_of(price=[1, nan, nan, nan], rent=[1, 2, nan, 3], size=[1, 2, 3, 4])
    assert guess_target(data) == "rent"
    assert guess_target(dataset_of(price=[1, nan, nan, nan, 2], size=[1, 1, 1, 1, 1])) == "price"


def test_a_column_that_varies_in_one_row_of_many_is_no_constant(dataset_of):
    rare = np.zeros(50_000)
    rare[-1] = 1.0
    assert guess_target(dataset_of(price=rare, size=np.arange(50_000.0))) == "price"


def test_default_terms_begin_with_the_best_predictor_and_the_bias(dataset_of):
    rng = np.random.default_rng(0)
    good, bad = rng.uniform(1, 2, 50), rng.normal(size=50)
    data = dataset_of(bad=bad, good=good, y=3 * good, constant=np.ones(50))
    terms = texts(default_terms(data, "y"))
    assert terms[:5] == ["good", "bias", "bad", "bad^2", "good^2"]
    assert "constant" not in terms
    assert not any(text.startswith("y") for text in terms)


def test_the_best_predictor_is_judged_with_a_bias_and_either_sign(dataset_of):
    rng = np.random.default_rng(2)
    far = rng.uniform(0, 10, 80)
    year = 2000 + rng.normal(size=80)  # nearly proportional to any constant, yet says nothing
    data = dataset_of(year=year, far=far, price=1000 - 30 * far + rng.normal(size=80))
    assert texts(default_terms(data, "price"))[:3] == ["far", "bias", "year"]


def test_the_best_predictor_is_found_among_missing_and_huge_values(dataset_of):
    good = np.array([1.0, 2.0, 3.0, np.nan, 5.0]) * 1e200
    data = dataset_of(bad=[1, -1, 1, -1, 1], empty=[np.nan] * 5, good=good, y=[1e-200, 2e-200, 3e-200, 9, np.nan])
    assert str(default_terms(data, "y")[0]) == "good"


def test_the_target_in_another_currency_does_not_come_first(dataset_of):
    rng = np.random.default_rng(3)
    size = rng.uniform(50, 200, 60)
    price = 2000 * size + rng.normal(0, 9000, 60)
    data = dataset_of(price_eur=np.round(price * 0.92, 2), rooms=size // 25, size=size, copy=price, price_usd=price)
    assert texts(default_terms(data, "price_usd"))[:5] == ["size", "bias", "rooms", "price_eur", "copy"]


def test_a_law_may_come_first(dataset_of):
    celsius = np.array([-5.0, 3.0, 11.0, 20.0, 31.0])
    data = dataset_of(noise=[1, 5, 2, 4, 3], celsius=celsius, fahrenheit=celsius * 1.8 + 32)
    assert texts(default_terms(data, "fahrenheit"))[:2] == ["celsius", "bias"]


def test_the_same_again_is_taken_where_there_is_nothing_else(dataset_of):
    assert texts(default_terms(dataset_of(price_eur=[1, 2, 4], price_usd=[2, 4, 8]), "price_usd"))[0] == "price_eur"


def test_what_is_mostly_missing_comes_after_the_others(dataset_of):
    rng = np.random.default_rng(4)
    y = rng.normal(size=40)
    gaps = np.where(np.arange(40) < 25, np.nan, y + 0.01 * rng.normal(size=40))
    data = dataset_of(gaps=gaps, a=rng.normal(size=40), b=y + rng.normal(size=40), y=y)
    assert texts(default_terms(data, "y"))[:4] == ["b", "bias", "a", "gaps"]


def test_suggested_terms_come_first_for_the_suggested_target_only():
    rng = np.random.default_rng(1)
    columns = tuple(Column(name, rng.normal(size=9)) for name in ("price", "a", "b"))
    data = Dataset("t", columns, "t", suggested_target="price", suggested_terms=("b", "bias", "b^3", "a*b"))
    assert texts(default_terms(data, "price"))[:5] == ["b", "bias", "b^3", "a*b", "a"]
    assert texts(default_terms(data, "a"))[1] == "bias"
    assert all("a" not in term.columns for term in default_terms(data, "a"))


def test_default_terms_are_usable_and_not_too_many(dataset_of):
    rng = np.random.default_rng(1)
    data = dataset_of(y=rng.normal(size=9), **{f"c{i}": rng.normal(size=9) for i in range(90)})
    terms = default_terms(data, "y")
    assert len(terms) == MAX_TERMS
    check_terms(terms, "y", data)
    assert BIAS in terms


def test_no_power_is_offered_that_is_called_like_a_column(dataset_of):
    data = dataset_of(y=[1, 2, 4], lot=[1, 2, 3], **{"lot^2": [1, 5, 9]})
    terms = default_terms(data, "y")
    assert len(set(texts(terms))) == len(terms)


def test_a_table_with_the_target_alone_offers_the_bias(dataset_of):
    assert default_terms(dataset_of(y=[1, 2, 3]), "y") == (BIAS,)


def test_wide_and_long_tables_are_guessed_soon_and_always_alike():
    values = np.random.default_rng(6).normal(size=(1200, 20_000))
    columns = tuple(Column(f"c{i}", row) for i, row in enumerate(values))
    data = Dataset("wide", columns, "wide")
    started = time.perf_counter()
    target = guess_target(data)
    terms = default_terms(data, target)
    assert time.perf_counter() - started < 3
    assert terms == default_terms(Dataset("wide", columns, "wide"), target)
