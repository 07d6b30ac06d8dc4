from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.losses import LOSSES, losses_and_slopes

residuals = st.floats(-1e3, 1e3, allow_nan=False)
FORMULAS = {
    "mse": lambda r, _: r**2,
    "mae": lambda r, _: abs(r),
    "huber": lambda r, delta: r**2 / 2 if abs(r) <= delta else delta * (abs(r) - delta / 2),
    "logcosh": lambda r, _: abs(r) + math.log1p(math.exp(-2 * abs(r))) - math.log(2),
}


def loss_and_slope(key, r, delta=1.0):
    slot = np.array([r])
    return losses_and_slopes(LOSSES[key].code, delta, slot, 1), slot[0]


def exact_log_cosh(r):
    with localcontext() as context:
        context.prec = 60
        s = abs(Decimal(float(r)))
        if s > 1000:
            return float(s - Decimal(2).ln())
        return float(((s.exp() + (-s).exp()) / 2).ln())


@pytest.mark.parametrize("key", LOSSES)
@given(r=residuals, delta=st.floats(1e-3, 1e3))
def test_each_loss_has_its_formula(key, r, delta):
    loss, _ = loss_and_slope(key, r, delta)
    assert loss == pytest.approx(FORMULAS[key](r, delta), rel=1e-14, abs=5e-16)


@pytest.mark.parametrize("key", LOSSES)
@given(r=residuals, delta=st.floats(1e-2, 1e2))
def test_slopes_are_the_losses_finite_differences(key, r, delta):
    step = 1e-5 * max(1.0, abs(r))
    if key == "mae" and abs(r) <= step:
        return
    _, slope = loss_and_slope(key, r, delta)
    rise = loss_and_slope(key, r + step, delta)[0] - loss_and_slope(key, r - step, delta)[0]
    bend = step * (2.0 if key in ("mse", "huber") else 1e-9)
    assert slope == pytest.approx(rise / (2 * step), rel=1e-5, abs=1e-7 * max(1.0, delta) + bend)


@pytest.mark.parametrize("key", LOSSES)
@given(r=residuals)
def test_losses_are_even_and_slopes_odd(key, r):
    loss, slope = loss_and_slope(key, r)
    mirrored, opposite = loss_and_slope(key, -r)
    assert loss == mirrored
    assert slope == -opposite


@pytest.mark.parametrize("key", LOSSES)
def test_no_error_is_no_loss_and_no_slope(key):
    assert loss_and_slope(key, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize("key", LOSSES)
def test_a_missing_number_is_never_lost(key):
    assert math.isnan(loss_and_slope(key, math.nan)[0])


@pytest.mark.parametrize("key", LOSSES)
def test_an_infinite_residual_is_an_infinite_loss(key):
    assert loss_and_slope(key, math.inf)[0] == math.inf
    assert loss_and_slope(key, -math.inf)[0] == math.inf


@pytest.mark.parametrize("key", ["mae", "huber", "logcosh"])
def test_losses_that_grow_in_a_line_do_not_overflow(key):
    loss, slope = loss_and_slope(key, -1e300)
    assert loss == pytest.approx(1e300)
    assert slope == -1.0


@pytest.mark.parametrize(
    "r", [1e-150, 1e-9, 1e-3, 0.17, 0.18, 0.51, 0.53, 0.549999, 0.55, 0.550001, 1.0, 10.0, 19.99, 20.0, 30.0, 1e300]
)
def test_log_cosh_is_exact_to_rounding_near_and_far(r):
    loss, slope = loss_and_slope("logcosh", r)
    assert loss == pytest.approx(exact_log_cosh(r) if r > 1e-20 else r * r / 2, rel=2e-15)
    assert slope == pytest.approx(math.tanh(r), rel=2e-15)


@given(r=st.floats(1e-12, 100.0))
def test_log_cosh_is_exact_to_rounding_everywhere(r):
    loss, slope = loss_and_slope("logcosh", r)
    assert loss == pytest.approx(exact_log_cosh(r), rel=2e-15)
    assert slope == pytest.approx(math.tanh(r), rel=2e-15)


def test_huber_turns_into_a_line_at_delta():
    assert loss_and_slope("huber", 2.0, 2.0) == (2.0, 2.0)
    assert loss_and_slope("huber", 3.0, 2.0) == (4.0, 2.0)


@pytest.mark.parametrize("key", LOSSES)
def test_many_residuals_are_summed_and_the_rest_left_alone(key):
    values = np.random.default_rng(3).normal(size=1000) * 3
    changed = values.copy()
    total = losses_and_slopes(LOSSES[key].code, 1.0, changed, 900)
    parts = [loss_and_slope(key, r) for r in values[:900]]
    assert total == pytest.approx(sum(loss for loss, _ in parts), rel=1e-13)
    np.testing.assert_allclose(changed[:900], [slope for _, slope in parts], rtol=1e-14)
    np.testing.assert_array_equal(changed[900:], values[900:])


def test_the_table_is_in_order():
    assert [loss.code for loss in LOSSES.values()] == list(range(len(LOSSES)))
    for key, loss in LOSSES.items():
        assert key == loss.key
        assert len(loss.parameters) <= 1
        assert all((loss.title, loss.formula, loss.sentence, loss.source))
        for parameter in loss.parameters:
            assert parameter.allows(parameter.default)


@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if loss.largest_curvature])
def test_no_slope_rises_faster_than_the_largest_curvature(key):
    r = np.linspace(-5, 5, 10_001)
    slopes = r.copy()
    losses_and_slopes(LOSSES[key].code, 1.0, slopes, len(r))
    steepest = (np.diff(slopes) / np.diff(r)).max()
    assert steepest == pytest.approx(LOSSES[key].largest_curvature, rel=1e-5)
