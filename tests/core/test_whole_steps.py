from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.curvature import hessian_at
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import LBFGS_PAIRS, OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.training import Status, advance, begin, start_weights

NEVER = np.zeros(1, dtype=np.int64)
YARDSTICKS = [key for key, optimizer in OPTIMIZERS.items() if not optimizer.moves_by_weight]
FOUR = ("size", "bias", "rooms", "age")


@pytest.fixture(params=["chosen", "rows"])
def path(request, by_rows):
    """The problem as it is, and evaluated row by row."""
    return (lambda problem: problem) if request.param == "chosen" else by_rows


@pytest.mark.parametrize("scaling", Scaling)
def test_newton_is_at_the_bottom_after_one_step(homes, settings_of, run, path, scaling):
    chosen = settings_of("price", *FOUR, optimizer="newton", learning_rate=1.0, scaling=scaling)
    problem = path(resolve(homes, chosen))
    state, history = run(problem, chosen, 1)
    np.testing.assert_allclose(state.weights, problem.least_squares.weights, rtol=1e-9, atol=1e-12)
    assert list(history.learning_rates) == [1.0, 1.0]


def test_half_of_newton_s_step_halves_the_way(homes, settings_of, run):
    chosen = settings_of("price", *FOUR, optimizer="newton", learning_rate=0.5)
    problem = resolve(homes, chosen)
    _, history = run(problem, chosen, 3)
    away = history.weights - problem.minimum
    np.testing.assert_allclose(away[1:], 0.5 * away[:-1], rtol=1e-9)


@pytest.mark.parametrize("loss", ["huber", "logcosh"])
def test_newton_s_step_solves_with_the_hessian_where_it_stands(homes, settings_of, loss):
    chosen = settings_of("price", *FOUR, optimizer="newton", loss=loss, learning_rate=0.7, weight_decay=0.05)
    problem = resolve(homes, chosen)
    state = begin(problem, start_weights(problem, chosen), chosen)
    after, _ = advance(problem, state, chosen, 1, NEVER)
    hessian = hessian_at(problem, state.weights) + 0.05 * np.eye(4)
    expected = state.weights - 0.7 * np.linalg.solve(hessian, state.gradient + 0.05 * state.weights)
    np.testing.assert_allclose(after.weights, expected, rtol=1e-10)


def test_newton_leaves_flat_directions_alone(dataset_of, settings_of, run):
    x = np.array([1.0, 2.0, 3.0, 5.0])
    chosen = settings_of("y", "x", "twice", optimizer="newton", learning_rate=1.0, start=(0.5, -0.25))
    chosen = replace(chosen, scaling=Scaling.NONE)
    problem = resolve(dataset_of(y=3 * x, x=x, twice=2 * x), chosen)
    state, _ = run(problem, chosen, 1)
    assert state.loss == pytest.approx(0.0, abs=1e-25)
    assert np.count_nonzero(state.weights != chosen.start) == 1
    flat = replace(chosen, start=(0.0, 0.0))
    nothing = resolve(dataset_of(y=3 * x, x=0 * x, twice=0 * x), flat)
    assert run(nothing, flat, 5)[0].weights.tolist() == [0.0, 0.0]


def test_newton_does_not_mistake_a_small_unit_for_a_flat_direction(dataset_of, settings_of, run):
    rng = np.random.default_rng(3)
    x = rng.normal(size=30) * 1e9
    chosen = settings_of("y", "x", "bias", optimizer="newton", learning_rate=1.0, scaling=Scaling.NONE)
    problem = resolve(dataset_of(y=2e-9 * x + 5, x=x), chosen)
    state, _ = run(problem, chosen, 2)
    np.testing.assert_allclose(state.weights, [2e-9, 5.0], rtol=1e-9)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_conjugate_gradient_is_at_the_bottom_after_as_many_steps_as_weights(homes, settings_of, run, path, count):
    terms = ("size", "rooms", "age", "distance")[:count]
    chosen = settings_of("price", *terms, optimizer="cg", scaling=Scaling.DIVIDE)
    problem = path(resolve(homes, chosen))
    _, history = run(problem, chosen, count)
    assert history.gradient_norms[-1] <= 1e-8 * history.gradient_norms[0]
    assert history.gradient_norms[:-1].min() > 1e-5 * history.gradient_norms[0]


def test_conjugate_gradient_follows_polak_and_ribiere(homes, settings_of):
    chosen = settings_of("price", *FOUR, optimizer="cg", loss="logcosh")
    problem = resolve(homes, chosen)
    state = begin(problem, start_weights(problem, chosen), chosen)
    direction, last = np.zeros(4), None
    for _ in range(6):
        g = state.gradient
        share = 0.0 if last is None else max(0.0, g @ (g - last) / (last @ last))
        direction, last = share * direction - g, g
        after, records = advance(problem, state, chosen, 1, NEVER)
        alpha = records.learning_rates[0]
        np.testing.assert_allclose(after.weights, state.weights + alpha * direction, rtol=1e-9)
        assert abs(after.gradient @ direction) < 1e-9 * abs(g @ direction)
        assert after.memory[0] == pytest.approx(direction, rel=1e-9)
        state = after


def test_a_line_search_records_how_far_it_went(homes, settings_of, run):
    chosen = settings_of("price", *FOUR, optimizer="linesearch", learning_rate=0.3, schedule="exponential")
    problem = resolve(homes, chosen)
    _, history = run(problem, chosen, 40)
    H = problem.least_squares.H
    slopes = (history.weights - problem.minimum) @ H
    expected = np.einsum("ij,ij->i", slopes, slopes) / np.einsum("ij,jk,ik->i", slopes, H, slopes)
    np.testing.assert_allclose(history.learning_rates[1:], expected[:-1], rtol=1e-9)
    assert (np.diff(history.losses) < 0).all()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("key", ["linesearch", "cg"])
def test_no_step_of_a_line_search_goes_up(homes, settings_of, run, key, loss):
    chosen = settings_of("price", *FOUR, optimizer=key, loss=loss)
    _, history = run(resolve(homes, chosen), chosen, 60)
    assert (np.diff(history.losses) <= 1e-12 * history.losses[:-1]).all()


@pytest.mark.parametrize("key", YARDSTICKS)
def test_yardsticks_find_the_bottom_with_decay_and_stay_there(homes, settings_of, run, path, key):
    chosen = settings_of("price", *FOUR, optimizer=key, learning_rate=1.0, weight_decay=0.1)
    problem = path(resolve(homes, chosen))
    H, w = problem.least_squares.H, problem.least_squares.weights
    expected = np.linalg.solve(H + 0.1 * np.eye(4), H @ w)
    state, _ = run(problem, chosen, 400)
    assert state.step == 400
    np.testing.assert_allclose(state.weights, expected, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("key", YARDSTICKS)
def test_yardsticks_converge(homes, settings_of, run, key):
    chosen = settings_of("price", *FOUR, optimizer=key, learning_rate=1.0, tolerance=1e-8)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 2000)
    assert state.status is Status.CONVERGED
    assert state.step < (200 if key == "linesearch" else 20)


def test_lbfgs_keeps_its_last_ten_pairs(homes, settings_of, run):
    chosen = settings_of("price", *FOUR, optimizer="lbfgs", loss="logcosh", learning_rate=0.05)
    problem = resolve(homes, chosen)
    state, history = run(problem, chosen, 15)
    steps = np.diff(history.weights, axis=0)
    np.testing.assert_allclose(state.memory[:LBFGS_PAIRS], steps[4:14], rtol=1e-7, atol=1e-12)
    slopes = np.array([problem.evaluate(weights)[1] for weights in history.weights])
    np.testing.assert_allclose(
        state.memory[LBFGS_PAIRS : 2 * LBFGS_PAIRS], np.diff(slopes, axis=0)[4:14], rtol=1e-6, atol=1e-12
    )
    shortened = 0.05 * min(1.0, 1.0 / np.abs(slopes[0]).sum())
    np.testing.assert_allclose(history.learning_rates[1:], [shortened, *[0.05] * 14], rtol=1e-12)


@pytest.mark.parametrize("rate", [1e-300, 1e300])
@pytest.mark.parametrize("key", YARDSTICKS)
def test_no_rate_is_too_small_or_too_large_to_be_tried(homes, settings_of, run, key, rate):
    chosen = settings_of("price", *FOUR, optimizer=key, learning_rate=rate, loss="huber")
    state, history = run(resolve(homes, chosen), chosen, 30)
    assert np.isfinite(history.losses).all()
    if OPTIMIZERS[key].takes_rate and rate > 1:
        assert state.status is Status.DIVERGED or state.loss > 1e200


@pytest.mark.parametrize("key", YARDSTICKS)
def test_huge_decay_neither_hangs_nor_warns(homes, settings_of, run, key):
    chosen = settings_of("price", *FOUR, optimizer=key, learning_rate=1.0, weight_decay=1e300, loss="huber")
    state, _ = run(resolve(homes, chosen), chosen, 30)
    assert np.isfinite(state.weights).all()


@pytest.mark.parametrize("key", YARDSTICKS)
def test_a_start_at_the_bottom_stays_there(dataset_of, settings_of, key):
    chosen = settings_of("y", "x", optimizer=key, scaling=Scaling.NONE, start=(2.0,), learning_rate=1.0)
    problem = resolve(dataset_of(y=[2.0, 4.0], x=[1.0, 2.0]), chosen)
    state = begin(problem, start_weights(problem, chosen), chosen)
    after, _ = advance(problem, replace(state, status=Status.RUNNING), chosen, 5, NEVER)
    assert after.weights.tolist() == [2.0]


@pytest.mark.parametrize("key", YARDSTICKS)
def test_a_cancelled_step_is_as_if_it_had_not_begun(homes, settings_of, run, key):
    chosen = settings_of("price", *FOUR, optimizer=key, loss="huber", learning_rate=0.5)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 3)
    cancelled, records = advance(problem, state, chosen, 10, np.ones(1, dtype=np.int64))
    assert (cancelled.step, len(records), cancelled.status) == (3, 0, Status.RUNNING)
    resumed, _ = advance(problem, cancelled, chosen, 7, NEVER)
    np.testing.assert_array_equal(resumed.weights, run(problem, chosen, 10)[0].weights)
