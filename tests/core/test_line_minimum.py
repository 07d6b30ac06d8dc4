from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gdexplorer.core.line_minimum import line_minimum
from gdexplorer.core.losses import LOSSES, losses_and_slopes

NEVER = np.zeros(1, dtype=np.int64)
NO_H = np.zeros((0, 0))


def made(seed, count=3, rows=40, spread=1.0):
    rng = np.random.default_rng(seed)
    X, w = rng.normal(size=(count, rows)), rng.normal(size=(1, count))
    return X, rng.normal(size=rows) * spread, w


def evaluated(loss, X, y, w, decay=0.0):
    """Return loss and gradient, with decay, by plain numpy and the loss's own table entry."""
    slopes = w @ X - y
    total = losses_and_slopes(loss.code, 1.0, slopes, len(y))
    return total / len(y) + 0.5 * decay * w @ w, X @ slopes / len(y) + decay * w


def searched(loss, X, y, w, direction, decay=0.0, cancel=NEVER):
    gradient = evaluated(loss, X, y, w[0])[1][None]
    return line_minimum(False, NO_H, loss.code, 1.0, X, y, decay, w, gradient, 0, direction, cancel)


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("key", ["mse", "huber", "logcosh"])
def test_the_slope_vanishes_where_a_smooth_loss_is_smallest(key, seed, decay):
    loss, (X, y, w) = LOSSES[key], made(seed, spread=10.0**seed)
    direction = -evaluated(loss, X, y, w[0], decay)[1]
    alpha = searched(loss, X, y, w, direction, decay)
    assert alpha > 0
    before = direction @ evaluated(loss, X, y, w[0], decay)[1]
    after = direction @ evaluated(loss, X, y, w[0] + alpha * direction, decay)[1]
    assert abs(after) <= 1e-9 * abs(before)


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(5))
def test_squared_error_has_its_closed_form_by_rows_and_by_curvature(seed, decay):
    loss, (X, y, w) = LOSSES["mse"], made(seed)
    H = 2 * X @ X.T / X.shape[1]
    gradient = evaluated(loss, X, y, w[0])[1]
    followed = gradient + decay * w[0]
    expected = followed @ followed / (followed @ H @ followed + decay * followed @ followed)
    assert searched(loss, X, y, w, -followed, decay) == pytest.approx(expected, rel=1e-11)
    quick = line_minimum(True, H, 0, 1.0, X, y, decay, w, gradient[None], 0, -followed, NEVER)
    assert quick == pytest.approx(expected, rel=1e-13)


@given(seed=st.integers(0, 10_000), rows=st.integers(1, 30), decay=st.sampled_from([0.0, 0.01]))
@effort(max_examples=60)
def test_the_absolute_error_is_smallest_at_the_best_of_its_kinks(seed, rows, decay):
    loss, (X, y, w) = LOSSES["mae"], made(seed, rows=rows)
    direction = -evaluated(loss, X, y, w[0], decay)[1]
    alpha = searched(loss, X, y, w, direction, decay)
    found = evaluated(loss, X, y, w[0] + alpha * direction, decay)[0]
    kinks = (y - w[0] @ X) / (direction @ X)
    best = min(evaluated(loss, X, y, w[0] + kink * direction, decay)[0] for kink in (*kinks, 0.0))
    assert found <= best + 1e-11 * max(1.0, best)


def test_one_row_is_met():
    X, y, w = np.array([[2.0]]), np.array([6.0]), np.array([[0.0]])
    for key, loss in LOSSES.items():
        direction = -evaluated(loss, X, y, w[0])[1]
        assert searched(loss, X, y, w, direction) * direction[0] == pytest.approx(3.0, rel=1e-12), key


@pytest.mark.parametrize("size", [1e-150, 1e-20, 1e20, 1e150])
@pytest.mark.parametrize("key", LOSSES)
def test_how_long_the_direction_is_does_not_matter(key, size):
    loss, (X, y, w) = LOSSES[key], made(1)
    direction = -evaluated(loss, X, y, w[0])[1]
    expected = searched(loss, X, y, w, direction)
    assert searched(loss, X, y, w, size * direction) * size == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("key", LOSSES)
def test_nothing_is_gained_uphill_or_nowhere(key):
    loss, (X, y, w) = LOSSES[key], made(1)
    direction = -evaluated(loss, X, y, w[0])[1]
    assert searched(loss, X, y, w, -direction) == 0.0
    assert searched(loss, X, y, w, np.zeros(3)) == 0.0
    assert line_minimum(True, np.zeros((3, 3)), 0, 1.0, X, y, 0.0, w, w, 0, -w[0], NEVER) == 0.0


def test_a_row_that_is_met_already_keeps_the_absolute_error_where_it_is():
    X, y, w = np.array([[1.0, 0.1, 0.1]]), np.array([0.0, 1.0, 1.0]), np.zeros((1, 1))
    loss = LOSSES["mae"]
    gradient = evaluated(loss, X, y, w[0])[1]
    assert gradient[0] < 0  # as the kink's slope counts as 0
    assert searched(loss, X, y, w, -gradient) <= 1e-30


def test_a_search_can_be_cancelled():
    loss, (X, y, w) = LOSSES["huber"], made(0)
    direction = -evaluated(loss, X, y, w[0])[1]
    assert np.isnan(searched(loss, X, y, w, direction, cancel=np.ones(1, dtype=np.int64)))
