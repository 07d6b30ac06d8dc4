from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.curvature import hessian_at, hessian_directions
from gdexplorer.core.landscape import section_losses
from gdexplorer.core.losses import LOSSES, losses_and_slopes, second_derivatives
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling

TERMS = ("size", "bias", "rooms", "age")
SMOOTH = [key for key, loss in LOSSES.items() if loss.second_derivative]
POINT = np.array([0.4, -0.3, 0.2, 0.9])


def test_all_but_the_absolute_error_bend():
    assert SMOOTH == ["mse", "huber", "logcosh"]
    assert second_derivatives(LOSSES["mae"], 1.0, np.ones(3)) is None


@pytest.mark.parametrize("key", SMOOTH)
@given(r=st.floats(-50, 50), delta=st.floats(0.1, 10))
def test_second_derivatives_are_the_slopes_finite_differences(key, r, delta):
    step = 1e-6 * max(1.0, abs(r))
    if key == "huber" and abs(abs(r) - delta) <= step:
        return
    slopes = np.array([r - step, r + step])
    losses_and_slopes(LOSSES[key].code, delta, slopes, 2)
    expected = (slopes[1] - slopes[0]) / (2 * step)
    assert second_derivatives(LOSSES[key], delta, np.array([r]))[0] == pytest.approx(expected, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("key", SMOOTH)
def test_second_derivatives_far_out_and_at_their_largest(key):
    found = second_derivatives(LOSSES[key], 1.0, np.array([-1e300, 0.0, 800.0, np.inf]))
    assert found.max() == found[1] == LOSSES[key].largest_curvature
    np.testing.assert_array_equal(found[[0, 2, 3]], 2.0 if key == "mse" else 0.0)


@pytest.mark.parametrize("scaling", [Scaling.STANDARDISE, Scaling.DIVIDE])
@pytest.mark.parametrize("loss", SMOOTH)
def test_the_hessian_is_the_gradients_finite_difference(homes, settings_of, by_rows, loss, scaling):
    problem = resolve(homes, settings_of("price", *TERMS, loss=loss, scaling=scaling))
    step = 1e-6
    expected = np.array(
        [
            (problem.evaluate(POINT + step * e)[1] - problem.evaluate(POINT - step * e)[1]) / (2 * step)
            for e in np.eye(4)
        ]
    )
    # A residual of Huber's that passes δ within the step bends by a share of one row; none does here.
    np.testing.assert_allclose(hessian_at(problem, POINT), expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(hessian_at(by_rows(problem), POINT), expected, rtol=1e-6, atol=1e-7)


def test_the_squared_errors_hessian_is_the_same_everywhere_and_by_rows(dataset_of, settings_of, by_rows):
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(2, 20_000))
    problem = resolve(dataset_of(y=x + z**2, x=x, z=z), settings_of("y", "x", "bias", "z"))
    H = hessian_at(problem, np.zeros(3))
    np.testing.assert_array_equal(H, problem.hessian())
    np.testing.assert_allclose(hessian_at(by_rows(problem), np.ones(3)), H, atol=1e-13)


@pytest.mark.parametrize("loss", SMOOTH)
def test_the_directions_are_where_the_loss_bends_most_and_least(homes, settings_of, loss):
    problem = resolve(homes, settings_of("price", *TERMS, loss=loss))
    found = hessian_directions(problem, POINT)
    H = hessian_at(problem, POINT)
    steep, flat = found.section.directions
    np.testing.assert_array_equal(found.section.origin, POINT)
    np.testing.assert_allclose(found.section.directions @ found.section.directions.T, np.eye(2), atol=1e-14)
    np.testing.assert_allclose(H @ steep, found.steepest * steep, atol=1e-13)
    np.testing.assert_allclose(H @ flat, found.flattest * flat, atol=1e-13)
    for direction in np.random.default_rng(0).normal(size=(50, 4)):
        bend = direction @ H @ direction / (direction @ direction)
        assert found.flattest - 1e-12 <= bend <= found.steepest + 1e-12
    for direction in (steep, flat):
        assert direction[np.abs(direction).argmax()] > 0


def test_the_drawn_surface_bends_as_said(homes, settings_of):
    found = hessian_directions(problem := resolve(homes, settings_of("price", *TERMS)), POINT)
    grid = section_losses(problem, found.section, (np.array([-1.0, 0, 1]), np.array([-1.0, 0, 1])))
    assert grid[1, 0] - 2 * grid[1, 1] + grid[1, 2] == pytest.approx(found.steepest, rel=1e-12)
    assert grid[0, 1] - 2 * grid[1, 1] + grid[2, 1] == pytest.approx(found.flattest, rel=1e-10)


def test_where_there_are_no_such_directions(homes, dataset_of, settings_of):
    assert hessian_directions(resolve(homes, settings_of("price", "size")), np.zeros(1)) is None
    assert hessian_directions(resolve(homes, settings_of("price", *TERMS, loss="mae")), POINT) is None
    assert hessian_at(resolve(homes, settings_of("price", *TERMS, loss="mae")), POINT) is None
    huge = dataset_of(y=[1.0, 2, 3], x=[1e200, 2e200, 5e200], z=[1.0, 0, 2])
    for loss in LOSSES:
        problem = resolve(huge, settings_of("y", "x", "z", loss=loss, scaling=Scaling.NONE))
        assert hessian_directions(problem, np.zeros(2)) is None


def test_equal_columns_are_flat_and_never_bend_downwards(dataset_of, settings_of):
    rng = np.random.default_rng(4)
    x = rng.normal(size=30)
    for loss in SMOOTH:
        problem = resolve(dataset_of(y=x**2, x=x, z=3 * x), settings_of("y", "x", "z", loss=loss))
        found = hessian_directions(problem, np.zeros(2))
        assert 0 <= found.flattest < 1e-14
        np.testing.assert_allclose(np.abs(found.section.directions), np.full((2, 2), 0.5**0.5), rtol=1e-12)


def test_a_cancelled_hessian_is_none(homes, settings_of):
    problem = resolve(homes, settings_of("price", *TERMS, loss="huber"))
    assert hessian_at(problem, POINT, np.ones(1, dtype=np.int64)) is None
    assert hessian_directions(problem, POINT, np.ones(1, dtype=np.int64)) is None
    assert hessian_at(problem, POINT, np.zeros(1, dtype=np.int64)) is not None
