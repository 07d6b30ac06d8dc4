from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.moments import from_sums, moments_of, whitened


def table(seed, count=3, rows=400):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, count)) @ rng.normal(size=(count, rows))) * 10.0 ** rng.integers(-3, 4, (count, 1))


def passed(near, values):
    """One pass over all rows near to the moments of some, in numpy."""
    with np.errstate(over="ignore"):
        z = whitened(near.whitening(), (values - near.centres[:, None]) / near.spreads[:, None])
        low = values.min(axis=1)
        constants = np.where(low == values.max(axis=1), low, np.nan)
        return from_sums(near, values.shape[1], z.sum(axis=1), z @ z.T, constants)


def assert_same(found, expected, rtol=1e-11):
    assert found.rows == expected.rows
    np.testing.assert_allclose(found.centres, expected.centres, rtol=rtol, atol=rtol * expected.spreads.max())
    np.testing.assert_allclose(found.spreads, expected.spreads, rtol=rtol)
    correlations = expected.factor.T @ expected.factor
    np.testing.assert_allclose(found.factor.T @ found.factor, correlations, rtol=rtol, atol=rtol)
    np.testing.assert_array_equal(found.is_constant, expected.is_constant)


@given(st.integers(0, 2**32))
def test_moments_are_means_deviations_and_correlations(seed):
    values = table(seed)
    found = moments_of(values)
    np.testing.assert_allclose(found.centres, values.mean(axis=1), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.spreads, values.std(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.factor.T @ found.factor, np.corrcoef(values), rtol=1e-10, atol=1e-12)
    assert (np.diag(found.factor) >= 0).all()
    assert (np.tril(found.factor, -1) == 0).all()
    assert found.is_finite


def test_a_constant_has_its_value_as_mean_and_no_correlation():
    found = moments_of(np.array([[5.0, 5.0, 5.0], [1.0, 2.0, 4.0]]))
    assert found.centres[0] == 5.0
    assert found.spreads[0] == 1.0
    assert list(found.is_constant) == [True, False]
    assert (found.factor[:, 0] == 0).all()
    assert found.mean_square(0, 2.0, 3.0) == pytest.approx(1.0)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_huge_and_tiny_numbers_have_moments(size):
    found = moments_of(np.array([[1.0, 2.0, 6.0], [3.0, 1.0, 0.0]]) * size)
    np.testing.assert_allclose(found.centres / size, [3.0, 4 / 3], rtol=1e-14)
    np.testing.assert_allclose(found.spreads / size, [np.std([1, 2, 6]), np.std([3, 1, 0])], rtol=1e-14)


@given(st.integers(0, 2**32))
def test_whitened_variables_do_not_correlate_and_lead_back(seed):
    values = table(seed)
    found = moments_of(values)
    R = found.whitening()
    u = (values - found.centres[:, None]) / found.spreads[:, None]
    z = whitened(R, u)
    np.testing.assert_allclose(R.T @ z, u, atol=1e-9)
    np.testing.assert_allclose(z @ z.T / values.shape[1], np.eye(3), atol=1e-6)


@given(st.integers(0, 2**32), st.integers(5, 300))
def test_sums_over_all_rows_near_to_a_few_tell_of_all(seed, few):
    values = table(seed)
    found, is_sure = passed(moments_of(values[:, :few]), values)
    if not is_sure:
        found, is_sure = passed(found, values)
    assert is_sure
    assert_same(found, moments_of(values))


def test_what_was_misleading_is_told_and_is_put_right_by_another_pass():
    rng = np.random.default_rng(0)
    x = rng.normal(size=5000)
    values = np.array([x, x + 1e-9 * rng.normal(size=5000)])
    few = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, -2.0, -3.0, 4.0]])
    rough, is_sure = passed(moments_of(few), values)
    assert not is_sure
    better, is_sure = passed(rough, values)
    while not is_sure:
        better, is_sure = passed(better, values)
    assert better.factor[1, 1] == pytest.approx(moments_of(values).factor[1, 1], rel=1e-6)


def test_one_variable_that_is_twice_another_is_no_reason_to_pass_again():
    x = np.random.default_rng(0).normal(size=500)
    values = np.array([x, 2 * x, x + 1])
    found, is_sure = passed(moments_of(values[:, :50]), values)
    assert is_sure
    assert_same(found, moments_of(values))


@pytest.mark.parametrize("odd", [1e-9, 1.0, 1e9])
def test_a_column_that_is_constant_but_for_a_row_that_the_few_have_not(odd):
    values = np.array([np.full(1000, 5.0), np.arange(1000.0)])
    values[0, 700] += odd
    found, is_sure = passed(moments_of(values[:, :300]), values)
    if not is_sure:
        found, is_sure = passed(found, values)
    assert is_sure
    assert_same(found, moments_of(values), rtol=1e-6 if odd < 1 else 1e-11)


def test_what_overflows_is_told():
    values = np.array([np.ones(50), np.arange(50.0)])
    values[0, 40] = 1e200
    found, is_sure = passed(moments_of(values[:, :30]), values)
    assert not is_sure
    assert not found.is_finite


@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(0, 40))
def test_rows_can_be_taken_out_and_put_in(seed, out, into):
    values, new = table(seed), table(seed + 1, rows=40)[:, :into]
    found = moments_of(values).changed(values[:, :out], new)
    assert_same(found, moments_of(np.hstack([values[:, out:], new])), rtol=1e-6)


def test_a_constant_stays_one_unless_another_value_is_put_in():
    whole = moments_of(np.array([[2.0, 2.0, 2.0, 2.0], [1.0, 2.0, 3.0, 9.0]]))
    kept = whole.changed(np.array([[2.0], [9.0]]), np.array([[2.0], [5.0]]))
    assert list(kept.is_constant) == [True, False]
    varied = whole.changed(np.zeros((2, 0)), np.array([[7.0], [5.0]]))
    assert_same(varied, moments_of(np.array([[2.0, 2.0, 2.0, 2.0, 7.0], [1.0, 2.0, 3.0, 9.0, 5.0]])), 1e-9)


@given(st.integers(0, 2**32), st.permutations(range(4)), st.integers(1, 4))
def test_some_of_the_variables_have_their_own_moments(seed, order, count):
    values = table(seed, count=4)
    chosen = order[:count]
    assert_same(moments_of(values).at(chosen), moments_of(values[chosen]), rtol=1e-9)
