from __future__ import annotations

import numpy as np
import pytest

from gdexplorer.core.kernels import BLOCK_ROWS, batch_gradient, evaluate_rows
from gdexplorer.core.losses import LOSSES, losses_and_slopes

NEVER = np.zeros(1, dtype=np.int64)


def whole(code, X, y, w):
    residuals = w @ X - y
    total = losses_and_slopes(code, 1.0, residuals, len(y))
    return total / len(y), X @ residuals / len(y)


@pytest.mark.parametrize("rows", [1, 7, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 3 * BLOCK_ROWS + 5])
@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.key)
def test_blocks_of_rows_add_up_to_the_whole(loss, count, rows):
    rng = np.random.default_rng(rows)
    X, y, w = rng.normal(size=(count, rows)), rng.normal(size=rows), rng.normal(size=(2, count))
    gradient = np.full((3, count), np.nan)
    value = evaluate_rows(loss.code, 1.0, X, y, w, gradient[:2], 1, np.empty(BLOCK_ROWS), NEVER)
    expected, slope = whole(loss.code, X, y, w[1])
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(gradient[1], slope, rtol=1e-10, atol=1e-13)
    assert np.isnan(gradient[[0, 2]]).all()


@pytest.mark.parametrize("rows", [1, 9, BLOCK_ROWS + 3])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.key)
def test_a_batch_of_all_rows_has_the_whole_gradient(loss, rows):
    rng = np.random.default_rng(rows)
    X, y, w = rng.normal(size=(2, rows)), rng.normal(size=rows), rng.normal(size=(1, 2))
    gradient = np.empty(2)
    batch_gradient(loss.code, 1.0, X, y, w, gradient, 0, np.empty(BLOCK_ROWS), 3, 1, rows, NEVER)
    np.testing.assert_allclose(gradient, whole(loss.code, X, y, w[0])[1], rtol=1e-10, atol=1e-13)


def test_the_last_batch_of_an_epoch_is_a_mean_over_its_own_rows():
    X, y, w = np.ones((1, 5)), np.full(5, -1.0), np.zeros((1, 1))
    gradient = np.empty(1)
    for step in (1, 2, 3):
        batch_gradient(LOSSES["mse"].code, 1.0, X, y, w, gradient, 0, np.empty(BLOCK_ROWS), 3, step, 2, NEVER)
        assert gradient[0] == 2.0


def test_a_cancelled_pass_over_the_rows_has_no_loss():
    cancel = np.ones(1, dtype=np.int64)
    value = evaluate_rows(
        0, 1.0, np.ones((1, 9)), np.ones(9), np.ones((1, 1)), np.empty((1, 1)), 0, np.empty(BLOCK_ROWS), cancel
    )
    assert np.isnan(value)
