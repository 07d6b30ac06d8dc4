from __future__ import annotations

import numpy as np
import pytest

from gdexplorer.core.kernels import BLOCK_ROWS, evaluate_rows
from gdexplorer.core.losses import LOSSES

pytestmark = pytest.mark.timeout(300)
ROWS = 1_000_000
NEVER = np.zeros(1, dtype=np.int64)
EXPRESSIONS = {
    "mse": lambda r: (np.mean(r * r), 2.0 * r),
    "mae": lambda r: (np.mean(np.abs(r)), np.sign(r)),
    "huber": lambda r: (
        np.mean(np.where(np.abs(r) <= 1.0, 0.5 * r * r, np.abs(r) - 0.5)),
        np.clip(r, -1.0, 1.0),
    ),
    "logcosh": lambda r: (np.mean(np.abs(r) + np.log1p(np.exp(-2.0 * np.abs(r))) - np.log(2.0)), np.tanh(r)),
}


@pytest.fixture(scope="module")
def arrays():
    rng = np.random.default_rng(0)
    return rng.normal(size=(2, ROWS)), rng.normal(size=ROWS) * 3.0


def named(loss, count):
    return f"{LOSSES[loss].title.lower()}, {count} weight{'s' * (count > 1)}, 1e6 rows"


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("loss", LOSSES)
def test_ours(rate_of, arrays, loss, count):
    X, y = np.ascontiguousarray(arrays[0][:count]), arrays[1]
    w, gradient, buffer = np.ones((1, count)), np.empty((1, count)), np.empty(BLOCK_ROWS)
    code = LOSSES[loss].code
    rate_of(
        named(loss, count),
        "gdexplorer",
        "residuals/s",
        ROWS,
        lambda: evaluate_rows(code, 1.0, X, y, w, gradient, 0, buffer, NEVER),
        15,
    )


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("loss", LOSSES)
def test_numpy_expression(rate_of, arrays, loss, count):
    X, y = np.ascontiguousarray(arrays[0][:count]), arrays[1]
    w = np.ones(count)

    def work():
        value, slopes = EXPRESSIONS[loss](w @ X - y)
        return value, X @ slopes / ROWS

    rate_of(named(loss, count), "numpy expression", "residuals/s", ROWS, work, 7)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("loss", LOSSES)
def test_numpy_sum_over_as_much_memory(rate_of, arrays, loss, count):
    """The target and each term are read: as many bytes as count + 1 columns, which numpy only adds up."""
    columns = np.ascontiguousarray(np.vstack([arrays[0][:count], arrays[1]]))
    rate_of(named(loss, count), "numpy sum", "residuals/s", ROWS, columns.sum, 15)
