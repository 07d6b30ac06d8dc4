from __future__ import annotations

import numpy as np
import pytest

from gdexplorer.core.landscape import loss_slice
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_slice_is_the_loss_along_one_weight(homes, settings_of, loss, index):
    problem = resolve(homes, settings_of("price", "size", "bias", "age", loss=loss))
    weights = np.array([0.4, -0.3, 0.2])
    values = np.linspace(-4, 4, 41)
    drawn = loss_slice(problem, weights, index, values)
    assert drawn.index == index
    np.testing.assert_array_equal(drawn.values, values)
    for value, found in zip(values, drawn.losses, strict=True):
        moved = weights.copy()
        moved[index] = value
        assert found == pytest.approx(problem.evaluate(moved)[0], rel=1e-10)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_slice_that_overflows_is_infinite_without_a_warning(homes, settings_of, loss):
    problem = resolve(homes, settings_of("price", "size", "bias", loss=loss, scaling=Scaling.NONE))
    values = np.array([-1e307, 0.0, 1e307])
    drawn = loss_slice(problem, np.zeros(2), 0, values)
    assert np.isfinite(drawn.losses[1])
    assert (drawn.losses[[0, 2]] == np.inf).all()


def test_more_rows_than_a_block(dataset_of, settings_of, by_rows):
    rng = np.random.default_rng(0)
    x = rng.normal(size=5000)
    for loss in LOSSES:
        problem = by_rows(resolve(dataset_of(y=x + rng.normal(size=5000), x=x), settings_of("y", "x", loss=loss)))
        drawn = loss_slice(problem, np.array([0.1]), 0, np.array([0.1, 0.7]))
        assert drawn.losses[0] == pytest.approx(problem.evaluate(np.array([0.1]))[0], rel=1e-12)
        assert drawn.losses[1] == pytest.approx(problem.evaluate(np.array([0.7]))[0], rel=1e-12)
