from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.errors import InputError
from gdexplorer.core.followed_gradient import followed_norm, shape_slopes
from gdexplorer.core.problem import resolve
from gdexplorer.core.training import Status, advance, begin, is_at_rest, start_weights

NEVER = np.zeros(1, dtype=np.int64)


def shaped(slopes, weights=(0.0, 0.0), clip=0.0, decay=0.0):
    slopes = np.array(slopes, dtype=float)
    shape_slopes(slopes, np.array([[9.0, 9.0], weights]), 1, clip, decay)
    return slopes


def test_decay_is_added_after_clipping():
    assert shaped((3.0, 4.0)).tolist() == [3.0, 4.0]
    assert shaped((3.0, 4.0), (10.0, -20.0), decay=0.1).tolist() == [4.0, 2.0]
    np.testing.assert_allclose(shaped((3.0, 4.0), clip=1.0), np.array([3.0, 4.0]) / (5.0 + 1e-6), rtol=1e-15)
    assert shaped((3.0, 4.0), clip=5.1).tolist() == [3.0, 4.0]
    np.testing.assert_allclose(shaped((3.0, 4.0), (10.0, -10.0), 1.0, 0.1), (1.6, -0.2), atol=1e-6)
    assert shaped((0.0, 0.0), clip=1e-9).tolist() == [0.0, 0.0]


def test_lengths_beyond_the_square_root_of_all_numbers_are_clipped_too():
    np.testing.assert_allclose(shaped((3e200, -4e200), clip=1.0), (0.6, -0.8), rtol=1e-15)
    np.testing.assert_allclose(shaped((3e-200, 4e-200), clip=1e-260), (3e-200 * 1e-254, 4e-200 * 1e-254), rtol=1e-12)
    weights = np.array([[3e200, 4e200]])
    assert followed_norm(np.zeros((1, 2)), weights, 0, 0.5) == pytest.approx(2.5e200)
    assert followed_norm(np.zeros((1, 2)), weights, 0, 1e200) == np.inf


def test_clipped_descent_takes_steps_of_one_length_until_it_is_close(homes, settings_of, run):
    chosen = settings_of("price", "size", "age", learning_rate=0.1, gradient_clip=0.25)
    problem = resolve(homes, chosen)
    _, history = run(problem, chosen, 200)
    steps = np.linalg.norm(np.diff(history.weights, axis=0), axis=1)
    is_long = history.gradient_norms[:-1] > 0.25
    assert 5 < is_long.sum() < 200
    np.testing.assert_allclose(steps[is_long], 0.025, rtol=1e-5)
    np.testing.assert_allclose(steps[~is_long], 0.1 * history.gradient_norms[:-1][~is_long], rtol=1e-5)


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_with_decay_a_run_converges_where_slope_and_decay_balance(homes, settings_of, run, loss):
    chosen = settings_of("price", "size", "bias", "age", loss=loss, learning_rate=0.3, weight_decay=0.4, tolerance=1e-9)
    problem = resolve(homes, chosen)
    state, history = run(problem, chosen, 5000)
    assert state.status is Status.CONVERGED
    np.testing.assert_allclose(state.gradient, -0.4 * state.weights, rtol=1e-7, atol=1e-10)
    assert state.gradient_norm == pytest.approx(history.gradient_norms[-1], rel=1e-12)
    assert is_at_rest(state, chosen)
    assert not is_at_rest(state, replace(chosen, weight_decay=0.0))
    assert not is_at_rest(state, replace(chosen, tolerance=0.0))
    start = begin(problem, start_weights(problem, chosen), chosen)
    assert start.start_norm == pytest.approx(np.linalg.norm(start.gradient + 0.4 * start.weights))
    assert start.loss == problem.evaluate(start.weights)[0]


def test_without_decay_a_run_goes_on_from_where_it_rested_with_it(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", "age", learning_rate=0.3, weight_decay=0.4, tolerance=1e-9)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 5000)
    plain = replace(chosen, weight_decay=0.0)
    after, _ = advance(problem, state, plain, 5000, NEVER)
    assert after.status is Status.CONVERGED
    np.testing.assert_allclose(after.weights, problem.minimum, rtol=1e-7, atol=1e-10)


def test_mini_batches_are_shaped_too(homes, settings_of):
    chosen = settings_of("price", "size", "age", batch_size=6, gradient_clip=0.01, learning_rate=1.0)
    problem = resolve(homes, chosen)
    state = begin(problem, start_weights(problem, chosen), chosen)
    after, _ = advance(problem, state, chosen, 1, NEVER)
    assert np.linalg.norm(after.weights - state.weights) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam", "adamw"])
def test_huge_decay_neither_hangs_nor_warns_nor_counts_as_converged(homes, settings_of, run, optimizer):
    chosen = settings_of("price", "size", "age", optimizer=optimizer, weight_decay=1e300, tolerance=1e-8)
    problem = resolve(homes, chosen)
    state, history = run(problem, chosen, 100)
    assert np.isfinite(history.losses).all()
    assert np.isfinite(state.weights).all()
    assert state.status is not Status.CONVERGED


def test_decay_beyond_all_numbers_is_refused_at_the_start(homes, settings_of):
    chosen = settings_of("price", "size", weight_decay=1e308, start=(100.0,))
    problem = resolve(homes, chosen)
    with pytest.raises(InputError, match="The weight decay makes the slope at the start too large"):
        begin(problem, start_weights(problem, chosen), chosen)
