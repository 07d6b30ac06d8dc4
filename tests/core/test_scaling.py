from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling, fit_scaling

COUNT = 3
tables = arrays(np.float64, (COUNT + 1, 12), elements=st.floats(-1e4, 1e4, width=32))
weights = arrays(np.float64, COUNT, elements=st.floats(-100, 100, width=32))
choices = st.sampled_from(list(Scaling))
biases = st.sampled_from([None, 0, 2])


def scaled(table, scaling, bias):
    X, y = table[:COUNT].copy(), table[COUNT].copy()
    if bias is not None:
        X[bias] = 1.0
    found = fit_scaling(X, y, scaling, bias)
    scaled_X = (X - found.centres[:, None]) / found.spreads[:, None]
    return X, y, found, scaled_X


@given(table=tables, original=weights, scaling=choices, bias=biases)
def test_there_and_back_is_where_we_were(table, original, scaling, bias):
    _, _, found, _ = scaled(table, scaling, bias)
    size = np.abs(original).max(initial=1.0) * (1 + np.abs(found.centres).max()) + abs(found.target_centre)
    np.testing.assert_allclose(found.to_original(found.to_scaled(original)), original, rtol=1e-9, atol=1e-12 * size)


@given(table=tables, values=weights, scaling=choices, bias=biases)
def test_the_prediction_is_the_same_in_both(table, values, scaling, bias):
    X, _, found, scaled_X = scaled(table, scaling, bias)
    direct = found.prediction_to_original(values @ scaled_X)
    original = found.to_original(values)
    size = np.abs(original) @ np.abs(X) + np.abs(found.target_centre)
    assert (np.abs(original @ X - direct) <= 1e-11 * size + 1e-300).all()


def test_many_weights_are_mapped_at_once():
    rng = np.random.default_rng(0)
    found = fit_scaling(np.vstack([rng.normal(size=(2, 9)), np.ones(9)]), rng.normal(size=9), Scaling.STANDARDISE, 2)
    many = rng.normal(size=(4, 5, 3))
    together = found.to_original(many)
    assert together.shape == many.shape
    np.testing.assert_allclose(together[2, 3], found.to_original(many[2, 3]), rtol=1e-14)
    np.testing.assert_allclose(found.to_scaled(together), many, rtol=1e-12, atol=1e-13)


def test_the_weights_given_are_not_changed():
    found = fit_scaling(np.vstack([np.arange(4.0), np.ones(4)]), np.arange(4.0), Scaling.STANDARDISE, 1)
    given_weights = np.array([1.0, 2.0])
    found.to_original(given_weights)
    found.to_scaled(given_weights)
    assert list(given_weights) == [1.0, 2.0]


@pytest.mark.parametrize("scaling", Scaling)
def test_what_each_choice_does_to_the_columns(homes, settings_of, scaling):
    problem = resolve(homes, settings_of("price", "size", "bias", "age", scaling=scaling))
    means, spreads = problem.X.mean(axis=1), problem.X.std(axis=1)
    assert (problem.X[1] == 1).all()
    assert (np.abs(means[[0, 2]]) < 1e-12).all() == (scaling is Scaling.STANDARDISE)
    assert np.allclose(spreads[[0, 2]], 1.0) == (scaling is not Scaling.NONE)
    assert (abs(problem.y.mean()) < 1e-12) == (scaling is Scaling.STANDARDISE)
    assert np.isclose(problem.y.std(), 1.0) == (scaling is not Scaling.NONE)


def test_without_a_bias_standardising_only_divides(homes, settings_of):
    one = resolve(homes, settings_of("price", "size", "age", scaling=Scaling.STANDARDISE))
    other = resolve(homes, settings_of("price", "size", "age", scaling=Scaling.DIVIDE))
    np.testing.assert_array_equal(one.X, other.X)
    np.testing.assert_array_equal(one.y, other.y)


def test_spreads_of_huge_tiny_and_constant_columns():
    columns = np.array([[1e200, -1e200, 3e200], [1e-200, 2e-200, 4e-200], [7.0, 7.0, 7.0], [1e308, -1e308, 0.0]])
    found = fit_scaling(columns, np.array([0.0, 0.0, 0.0]), Scaling.STANDARDISE, None)
    assert np.isfinite(found.spreads).all()
    assert found.spreads[0] == pytest.approx(1e200 * np.std([1, -1, 3]))
    assert found.spreads[1] == pytest.approx(1e-200 * np.std([1, 2, 4]))
    assert found.spreads[2] == 1.0
    assert found.target_spread == 1.0


def test_every_choice_has_a_sentence():
    assert all(scaling.sentence.endswith(".") for scaling in Scaling)
