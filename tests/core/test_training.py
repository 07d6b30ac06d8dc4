from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gdexplorer.core.errors import InputError
from gdexplorer.core.history import CAPACITY, OPENING
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.training import Status, advance, begin, compile_kernels, first_record, start_weights

NEVER = np.zeros(1, dtype=np.int64)
TRAJECTORIES = Path(__file__).parents[1] / "data" / "reference" / "trajectories.json"
REFERENCES = json.loads(TRAJECTORIES.read_text())
OUR_NAMES = {"sgd": "gd", "alpha": "rho", "eps": "epsilon"}


@pytest.fixture(scope="module")
def recorded(reference):
    with np.load(reference / "trajectories.npz") as arrays:
        return dict(arrays)


def reference_settings(settings_of, key, start):
    _, loss, optimizer = key.split("/")
    entry = OPTIMIZERS[OUR_NAMES.get(optimizer, optimizer)]
    hyper = dict(REFERENCES[key]["hyper"])
    if "betas" in hyper:
        hyper["beta1"], hyper["beta2"] = hyper.pop("betas")
    values = {OUR_NAMES.get(name, name): value for name, value in hyper.items()}
    settings = settings_of(
        "y",
        *("x", "bias")[: len(start)],
        scaling=Scaling.NONE,
        loss=loss,
        optimizer=entry.key,
        learning_rate=values["lr"],
        start=tuple(start),
    )
    for parameter in entry.parameters:
        settings = settings.with_parameter(entry, parameter.name, values[parameter.name])
    return settings


@pytest.mark.parametrize("path", ["chosen", "rows"])
@pytest.mark.parametrize("key", REFERENCES)
def test_weights_and_losses_follow_the_recorded_trajectories(key, path, recorded, dataset_of, settings_of, by_rows):
    name = key.split("/")[0]
    X = recorded[f"{name}/X"].reshape(len(recorded[f"{name}/y"]), -1)
    settings = reference_settings(settings_of, key, recorded[f"{name}/start"].ravel())
    problem = resolve(dataset_of(y=recorded[f"{name}/y"], x=X[:, 0]), settings)
    if path == "rows":
        problem = by_rows(problem)
    state = begin(problem, start_weights(problem, settings), settings)
    _, records = advance(problem, state, settings, 200, NEVER)
    weights = np.vstack([state.weights, records.weights])
    losses = np.append(state.loss, records.losses)
    count = REFERENCES[key]["comparable_steps"] + 1
    expected = recorded[f"{key}/weights"].reshape(201, -1)[:count]
    error = np.abs(weights[:count] - expected) / np.maximum(1.0, np.abs(expected))
    assert error.max() <= 1e-9
    np.testing.assert_allclose(losses[:count], recorded[f"{key}/loss"][:count], rtol=1e-9)


def test_the_simple_optimizers_and_two_losses_have_recorded_trajectories():
    found = {(key.split("/")[1], OUR_NAMES.get(key.split("/")[2], key.split("/")[2])) for key in REFERENCES}
    simple = ("gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
    assert found == {(loss, optimizer) for loss in ("mse", "huber") for optimizer in simple}


@pytest.mark.parametrize("scaling", Scaling)
def test_gradient_descent_on_squared_error_has_its_closed_form(homes, settings_of, run, scaling):
    chosen = settings_of("price", "size", "bias", "rooms", scaling=scaling)
    problem = resolve(homes, chosen)
    limit = 2.0 / problem.least_squares.curvatures[-1]
    chosen = replace(chosen, learning_rate=0.4 * limit, start=(0.3, -0.2, 0.1))
    problem = resolve(homes, chosen)
    _, history = run(problem, chosen, 300)
    exact = problem.least_squares
    curvatures, axes = np.linalg.eigh(exact.H)
    away = axes.T @ (np.array(chosen.start) - exact.weights)
    factors = (1.0 - chosen.learning_rate * curvatures) ** history.steps[:, None]
    expected = exact.weights + (factors * away) @ axes.T
    scale = np.abs(expected).max()
    np.testing.assert_allclose(history.weights, expected, rtol=1e-8, atol=1e-9 * scale)


def test_rows_and_quadratic_form_take_the_same_steps(homes, settings_of, run, by_rows):
    chosen = settings_of("price", "size", "bias", "rooms", "age", learning_rate=0.1)
    problem = resolve(homes, chosen)
    _, quick = run(problem, chosen, 500)
    _, slow = run(by_rows(problem), chosen, 500)
    np.testing.assert_allclose(quick.weights, slow.weights, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(quick.losses, slow.losses, rtol=1e-9)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_in_any_pieces_is_bit_identical(homes, settings_of, run, loss, optimizer, count):
    if OPTIMIZERS[optimizer].needs_hessian and LOSSES[loss].second_derivative is None:
        pytest.skip("refused")
    terms = ("size", "bias", "rooms", "age")[:count]
    chosen = settings_of("price", *terms, loss=loss, optimizer=optimizer, learning_rate=0.01, schedule="inverse")
    problem = resolve(homes, chosen)
    whole_state, whole = run(problem, chosen, 400)
    state, parts = run(problem, chosen, 1, 1, 5, 100, 3, 200, 90)
    assert state.step == whole_state.step == 400
    assert_same_state(state, whole_state)
    assert_same_history(parts, whole)


@pytest.mark.parametrize("loss", ["mse", "mae"])
@pytest.mark.parametrize("batch_size", [0, 7])
def test_pieces_do_not_show_where_records_stand_for_many_steps(dataset_of, settings_of, run, loss, batch_size):
    rng = np.random.default_rng(1)
    x = rng.normal(size=12)
    data = dataset_of(y=3 * x + rng.normal(size=12), x=x)
    chosen = settings_of("y", "x", "bias", loss=loss, batch_size=batch_size, learning_rate=0.05)
    problem = resolve(data, chosen)
    total = CAPACITY * 2 + 777
    whole_state, whole = run(problem, chosen, total)
    sizes = [int(size) for size in rng.integers(1, 2000, 30)]
    state, parts = run(problem, chosen, *sizes, total - sum(sizes))
    assert_same_state(state, whole_state)
    assert_same_history(parts, whole)


def test_convergence_is_found_at_the_same_step_in_any_pieces(homes, settings_of, run):
    chosen = settings_of("price", "size", "rooms", learning_rate=0.05, tolerance=1e-9)
    problem = resolve(homes, chosen)
    whole, _ = run(problem, chosen, 100_000)
    parts, _ = run(problem, chosen, *[17] * 6000)
    assert whole.status is Status.CONVERGED
    assert_same_state(parts, whole)


def test_single_mini_batch_steps_late_in_a_run_leave_no_trace_between_records(dataset_of, settings_of, run):
    x = np.random.default_rng(2).normal(size=12)
    chosen = settings_of("y", "x", "bias", loss="mae", batch_size=5, learning_rate=0.05)
    problem = resolve(dataset_of(y=3 * x + x**2, x=x), chosen)
    whole_state, whole = run(problem, chosen, 4 * CAPACITY + 64)
    state, parts = run(problem, chosen, 4 * CAPACITY, *[1] * 64)
    assert_same_state(state, whole_state)
    assert_same_history(parts, whole)
    loose = replace(chosen, tolerance=1e6)
    ends = set()
    for piece in (1, 3, 50):
        late, _ = run(problem, chosen, 4 * CAPACITY)
        while late.status is Status.RUNNING:
            late, _ = advance(problem, late, loose, piece, NEVER)
        ends.add(late.step)
    assert ends == {4 * CAPACITY + 8}


def test_a_step_can_be_replayed_from_the_state_before_it(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", optimizer="adam", loss="huber", batch_size=16)
    problem = resolve(homes, chosen)
    middle, _ = run(problem, chosen, 50)
    once, first = advance(problem, middle, chosen, 20, NEVER)
    again, second = advance(problem, middle, chosen, 20, NEVER, every_step=True)
    assert_same_state(once, again)
    np.testing.assert_array_equal(first.weights, second.weights)


def test_every_step_is_recorded_on_demand_late_in_a_run(homes, settings_of, run):
    chosen = settings_of("price", "size", learning_rate=1e-4)
    problem = resolve(homes, chosen)
    late, _ = run(problem, chosen, CAPACITY * 4)
    _, records = advance(problem, late, chosen, 10, NEVER, every_step=True)
    assert list(records.steps) == list(range(late.step + 1, late.step + 11))
    state, records = advance(problem, late, chosen, 20, NEVER)
    assert list(records.steps) == [late.step + 8, late.step + 16]
    assert state.step == late.step + 20


@given(rows=st.integers(2, 40), batch_size=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
@effort(max_examples=40)
def test_each_epoch_sees_each_row_once(dataset_of, settings_of, rows, batch_size, seed):
    batch_size = min(batch_size, rows)
    # Absolute error with targets far below: every row in a batch adds 1 / batch to the slope of its own column.
    identity = {f"x{i}": np.eye(rows)[i] for i in range(rows)}
    data = dataset_of(y=np.full(rows, -1e6), **identity)
    chosen = settings_of(
        "y",
        *identity,
        loss="mae",
        scaling=Scaling.NONE,
        batch_size=batch_size,
        seed=seed,
        learning_rate=1.0,
        start=(0.0,) * rows,
    )
    problem = resolve(data, chosen)
    state = begin(problem, start_weights(problem, chosen), chosen)
    per_epoch = -(-rows // batch_size)
    for epoch in range(1, 3):
        seen = np.zeros(rows)
        for _ in range(per_epoch):
            before = state.weights
            state, _ = advance(problem, state, chosen, 1, NEVER)
            seen += before != state.weights
        assert (seen == 1).all(), epoch


def test_a_batch_of_all_rows_is_the_full_batch_to_rounding(homes, settings_of, run):
    for loss in LOSSES:
        full = settings_of("price", "size", "bias", "rooms", loss=loss, learning_rate=0.1)
        batch = replace(full, batch_size=homes.row_count)
        problem = resolve(homes, full)
        state, _ = run(problem, full, 30)
        other, _ = run(resolve(homes, batch), batch, 30)
        np.testing.assert_allclose(other.weights, state.weights, rtol=1e-12, atol=1e-14, err_msg=loss)


def test_another_seed_shuffles_otherwise(homes, settings_of, run):
    first = settings_of("price", "size", batch_size=8, seed=1, start=(0.0,))
    second = replace(first, seed=2)
    problem = resolve(homes, first)
    assert run(problem, first, 5)[0].weights[0] != run(problem, second, 5)[0].weights[0]


@pytest.mark.parametrize("path", ["quadratic", "rows"])
@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov"])
def test_a_diverging_run_keeps_its_last_finite_state(homes, settings_of, run, by_rows, path, optimizer):
    chosen = settings_of("price", "size", "bias", "rooms", optimizer=optimizer, learning_rate=20.0)
    problem = resolve(homes, chosen)
    problem = by_rows(problem) if path == "rows" else problem
    state, history = run(problem, chosen, 100_000)
    assert state.status is Status.DIVERGED
    assert state.step == history.steps[-1]
    np.testing.assert_array_equal(state.weights, history.weights[-1])
    assert state.loss == history.losses[-1]
    assert np.isfinite(history.losses).all()
    assert np.isfinite(state.memory).all()
    assert np.isfinite(state.gradient_norm)
    loss, gradient = problem.evaluate(state.weights)
    assert loss == pytest.approx(state.loss, rel=1e-12)
    np.testing.assert_allclose(gradient, state.gradient, rtol=1e-9)


def test_a_diverged_run_goes_on_with_a_smaller_rate(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", learning_rate=20.0)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 100_000)
    state, _ = advance(problem, state, replace(chosen, learning_rate=0.1), 500, NEVER)
    assert state.status is Status.RUNNING
    assert state.loss < 1e250


def test_a_huge_learning_rate_diverges_at_once(homes, settings_of, run):
    chosen = settings_of("price", "size", learning_rate=1e300)
    problem = resolve(homes, chosen)
    state, history = run(problem, chosen, 10)
    assert state.status is Status.DIVERGED
    assert state.step == 0
    assert len(history) == 1


def test_a_run_converges_where_the_slope_is_flat(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", "rooms", learning_rate=0.2, tolerance=1e-10)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 100_000)
    assert state.status is Status.CONVERGED
    assert state.gradient_norm <= 1e-10 * state.start_norm
    np.testing.assert_allclose(state.weights, problem.minimum, atol=1e-9)


def test_a_start_without_slope_has_converged(dataset_of, settings_of):
    chosen = settings_of("y", "x", scaling=Scaling.NONE, start=(2.0,))
    problem = resolve(dataset_of(y=[2.0, 4.0], x=[1.0, 2.0]), chosen)
    assert begin(problem, start_weights(problem, chosen), chosen).status is Status.CONVERGED


@pytest.mark.parametrize("loss", ["mse", "mae"])
@pytest.mark.parametrize("batch_size", [0, 8])
def test_the_cancel_flag_ends_a_call_early_in_a_state_that_can_go_on(homes, settings_of, run, loss, batch_size):
    chosen = settings_of("price", "size", "bias", loss=loss, batch_size=batch_size)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 3)
    cancelled, records = advance(problem, state, chosen, 1000, np.ones(1, dtype=np.int64))
    assert cancelled.status is Status.RUNNING
    assert cancelled.step < state.step + 1000
    assert len(records) == cancelled.step - state.step
    resumed, _ = advance(problem, cancelled, chosen, 40 - cancelled.step, NEVER)
    assert_same_state(resumed, run(problem, chosen, 40)[0])


def test_hot_settings_act_from_the_next_step_and_are_recorded(homes, settings_of, run):
    chosen = settings_of("price", "size", learning_rate=0.1)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 5)
    faster = replace(chosen, learning_rate=0.2)
    after, records = advance(problem, state, faster, 1, NEVER)
    np.testing.assert_allclose(after.weights, state.weights - 0.2 * state.gradient, rtol=1e-15)
    assert list(records.learning_rates) == [0.2]


def test_a_state_cannot_be_written_to_and_is_not_changed_by_training(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", optimizer="adam")
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 5)
    held = [array.copy() for array in (state.weights, state.memory, state.gradient)]
    advance(problem, state, chosen, 50, NEVER)
    for array, before in zip((state.weights, state.memory, state.gradient), held, strict=True):
        np.testing.assert_array_equal(array, before)
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_beginning_does_not_lock_or_share_the_caller_s_weights(homes, settings_of):
    chosen = settings_of("price", "size")
    problem = resolve(homes, chosen)
    weights = np.array([0.5])
    state = begin(problem, weights, chosen)
    weights[0] = 7.0
    assert state.weights[0] == 0.5


def test_a_typed_start_is_used_and_its_length_checked(homes, settings_of):
    chosen = settings_of("price", "size", "bias", start=(1.0, 2.0))
    problem = resolve(homes, chosen)
    np.testing.assert_array_equal(start_weights(problem, chosen), [1.0, 2.0])
    wrong = replace(chosen, start=(1.0,))
    with pytest.raises(InputError, match="The start has 1 number for 2 weights"):
        start_weights(problem, wrong)


def test_random_starts_are_small_fixed_by_the_seed_and_kept_when_weights_are_added(homes, settings_of):
    one = settings_of("price", "size", seed=3)
    three = settings_of("price", "size", "bias", "age", seed=3)
    first = start_weights(resolve(homes, one), one)
    more = start_weights(resolve(homes, three), three)
    assert first[0] == more[0]
    assert np.abs(more).max() < 1.0
    other = replace(three, seed=4)
    assert (start_weights(resolve(homes, three), other) != more).all()


def test_a_start_beyond_all_numbers_is_refused(homes, settings_of):
    chosen = settings_of("price", "size", start=(1e200,))
    problem = resolve(homes, chosen)
    with pytest.raises(InputError, match="too large for a floating-point number"):
        begin(problem, start_weights(problem, chosen), chosen)


def test_the_first_record_is_the_start(homes, settings_of):
    chosen = settings_of("price", "size", "bias", learning_rate=0.3)
    problem = resolve(homes, chosen)
    state = begin(problem, start_weights(problem, chosen), chosen)
    record = first_record(state, chosen)
    assert list(record.steps) == [0]
    assert record.losses[0] == record.low[0] == record.high[0] == state.loss
    assert record.gradient_norms[0] == state.gradient_norm
    np.testing.assert_array_equal(record.weights[0], state.weights)


def test_records_hold_loss_and_gradient_norm_at_exactly_their_weights(homes, settings_of, run):
    for loss in LOSSES:
        chosen = settings_of("price", "size", "bias", "age", loss=loss, learning_rate=0.1)
        problem = resolve(homes, chosen)
        _, history = run(problem, chosen, OPENING // 8)
        for index in range(0, len(history), 13):
            value, gradient = problem.evaluate(history.weights[index].copy())
            assert history.losses[index] == pytest.approx(value, rel=1e-14)
            assert history.gradient_norms[index] == pytest.approx(np.linalg.norm(gradient), rel=1e-9)


def test_no_steps_are_no_change(homes, settings_of, run):
    chosen = settings_of("price", "size")
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 4)
    same, records = advance(problem, state, chosen, 0, NEVER)
    assert_same_state(same, state)
    assert len(records) == 0


def test_compiling_ahead_works_for_problems_that_start_at_their_minimum(dataset_of, settings_of):
    chosen = settings_of("y", "x", scaling=Scaling.NONE)
    compile_kernels(resolve(dataset_of(y=[0.0, 0.0], x=[1.0, 2.0]), chosen), chosen)


def assert_same_state(state, other):
    assert (state.step, state.loss, state.status) == (other.step, other.loss, other.status)
    np.testing.assert_array_equal(state.weights, other.weights)
    np.testing.assert_array_equal(state.memory, other.memory)
    np.testing.assert_array_equal(state.gradient, other.gradient)


def assert_same_history(history, other):
    for name in ("steps", "weights", "losses", "low", "high", "gradient_norms", "learning_rates"):
        np.testing.assert_array_equal(getattr(history, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov"])
def test_what_shrinks_for_good_comes_to_rest_at_zero_and_not_among_the_tiniest_numbers(
    optimizer, dataset_of, settings_of
):
    data = dataset_of(y=np.arange(40.0) + 3.0, x=np.arange(40.0))
    settings = settings_of("y", "x", "bias", optimizer=optimizer, learning_rate=0.2, tolerance=0.0)
    problem = resolve(data, settings)
    state = begin(problem, np.array([0.3, 0.4]), settings)
    for _ in range(4):
        state, _records = advance(problem, state, settings, 50_000, NEVER)
    tiniest = np.finfo(float).tiny
    held = np.concatenate([state.weights, state.memory.ravel(), state.gradient])
    assert not np.any((held != 0) & (np.abs(held) < tiniest))
    assert state.weights[1] == 0.0
