from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gdexplorer.core.curvature import hessian_at
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.ruler import Zone
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.settings import Settings
from gdexplorer.core.theory import formula_missing, log_factors, predicted_steps, rate_theory
from gdexplorer.core.training import Status, begin, start_weights

KIN = ("gd", "momentum", "nesterov")


def random_problem(dataset_of, settings_of, seed: int, count: int, **choices: object) -> tuple[Problem, Settings]:
    rng = np.random.default_rng(seed)
    columns = {f"x{k}": rng.normal(size=30) * (1 + k) + 0.3 * k for k in range(count)}
    data = dataset_of(y=rng.normal(size=30), **columns)
    terms = ("bias", *list(columns)[1:]) if seed % 2 else tuple(columns)
    momentum = choices.pop("momentum", None)
    chosen = settings_of("y", *terms, tolerance=1e-9, start=(1.0,) * count, **choices)
    if momentum is not None and chosen.optimizer_entry.parameters:
        chosen = chosen.with_parameter(chosen.optimizer_entry, "momentum", momentum)
    return resolve(data, chosen), chosen


def steps_at(run, problem: Problem, settings: Settings, rate: float) -> float:
    state, _ = run(problem, replace(settings, learning_rate=rate), 200_000)
    return state.step if state.status is Status.CONVERGED else math.inf


@pytest.mark.parametrize("optimizer", KIN)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 3),
    momentum=st.floats(0.0, 0.95),
    scaling=st.sampled_from(list(Scaling)),
    decay=st.sampled_from([0.0, 0.3]),
)
@effort(max_examples=60)
def test_one_percent_decides_between_rest_and_ruin(
    dataset_of, settings_of, run, optimizer, seed, count, momentum, scaling, decay
):
    problem, chosen = random_problem(
        dataset_of,
        settings_of,
        seed,
        count,
        optimizer=optimizer,
        momentum=momentum,
        scaling=scaling,
        weight_decay=decay,
    )
    ruler = rate_theory(problem, chosen)
    assert ruler.zone(0.99 * ruler.limit) is not Zone.DIVERGES
    assert ruler.zone(1.01 * ruler.limit) is Zone.DIVERGES
    assert steps_at(run, problem, chosen, 0.99 * ruler.limit) < math.inf
    assert run(problem, replace(chosen, learning_rate=1.01 * ruler.limit), 200_000)[0].status is Status.DIVERGED


@given(seed=st.integers(0, 10_000), count=st.integers(1, 4), share=st.floats(0.02, 0.99))
@effort(max_examples=60)
def test_gradient_descent_stops_at_the_predicted_step(dataset_of, settings_of, run, seed, count, share):
    problem, chosen = random_problem(dataset_of, settings_of, seed, count)
    rate = share * rate_theory(problem, chosen).limit
    state = begin(problem, start_weights(problem, chosen), chosen)
    (predicted,) = predicted_steps(problem, chosen, state, np.array([rate]))
    assert abs(predicted - steps_at(run, problem, chosen, rate)) <= 1


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
@given(seed=st.integers(0, 10_000), count=st.integers(1, 4), share=st.floats(0.02, 0.95), momentum=st.floats(0.1, 0.95))
@effort(max_examples=60)
def test_momentum_stops_about_where_predicted(dataset_of, settings_of, run, optimizer, seed, count, share, momentum):
    problem, chosen = random_problem(dataset_of, settings_of, seed, count, optimizer=optimizer, momentum=momentum)
    rate = share * rate_theory(problem, chosen).limit
    state = begin(problem, start_weights(problem, chosen), chosen)
    (predicted,) = predicted_steps(problem, chosen, state, np.array([rate]))
    taken = steps_at(run, problem, chosen, rate)
    assert taken <= predicted + 1  # the slope may dip below the tolerance before it stays there
    assert taken >= 0.7 * predicted - 10


@given(
    seed=st.integers(0, 10_000), count=st.integers(1, 4), optimizer=st.sampled_from(KIN), momentum=st.floats(0.0, 0.9)
)
@effort(max_examples=60)
def test_no_other_fixed_rate_is_faster_in_the_long_run(dataset_of, settings_of, seed, count, optimizer, momentum):
    problem, chosen = random_problem(dataset_of, settings_of, seed, count, optimizer=optimizer, momentum=momentum)
    ruler = rate_theory(problem, chosen)
    curvatures = problem.least_squares.curvatures

    def slowest(rate: float) -> float:
        return float(log_factors(optimizer, momentum, rate * curvatures).max())

    others = np.geomspace(1e-4, 1.2, 4000) * ruler.limit
    assert slowest(ruler.fastest) <= min(map(slowest, others)) + 1e-9


def test_gradient_descent_has_the_textbooks_rates(dataset_of, settings_of):
    problem, chosen = random_problem(dataset_of, settings_of, 4, 3, scaling=Scaling.NONE)
    low, _, high = problem.least_squares.curvatures
    ruler = rate_theory(problem, chosen)
    assert ruler.limit == pytest.approx(2 / high, rel=1e-12)
    assert ruler.fastest == pytest.approx(2 / (low + high), rel=1e-12)
    assert [s.zone for s in ruler.stretches] == list(Zone)
    assert [s.high * high for s in ruler.stretches[:-1]] == pytest.approx([0.1, 1.0, 2.0])
    assert ruler.best_pair is None


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_the_best_pair_beats_all_others(dataset_of, settings_of, optimizer):
    problem, chosen = random_problem(dataset_of, settings_of, 12, 3, optimizer=optimizer, scaling=Scaling.NONE)
    curvatures = problem.least_squares.curvatures
    rate, momentum = rate_theory(problem, chosen).best_pair
    best = log_factors(optimizer, momentum, rate * curvatures).max()
    for other in np.linspace(0, 0.99, 100):
        rates = np.geomspace(1e-3, 2, 400)[:, None] / curvatures[-1]
        assert best <= log_factors(optimizer, other, rates * curvatures).max(axis=1).min() + 1e-6
    at_best = rate_theory(problem, chosen.with_parameter(chosen.optimizer_entry, "momentum", momentum))
    assert at_best.fastest == pytest.approx(rate, rel=1e-4)


def test_momentum_names_all_rates_that_are_equally_fast(dataset_of, settings_of):
    problem, chosen = random_problem(dataset_of, settings_of, 4, 2, optimizer="momentum", momentum=0.9)
    ruler = rate_theory(problem, chosen)
    low, high = ruler.equally_fast
    assert low < ruler.fastest < high
    for rate in np.geomspace(low, high, 9):
        slowest = log_factors("momentum", 0.9, rate * problem.least_squares.curvatures).max()
        assert slowest == pytest.approx(math.log(0.9) / 2, rel=1e-6)
    for rate in (0.9 * low, 1.1 * high):
        assert log_factors("momentum", 0.9, rate * problem.least_squares.curvatures).max() > math.log(0.9) / 2
    for optimizer in ("gd", "nesterov"):
        assert rate_theory(problem, replace(chosen, optimizer=optimizer)).equally_fast is None


@pytest.mark.parametrize("loss", ["huber", "logcosh"])
def test_a_changing_curvature_has_a_limit_here_and_one_anywhere(homes, settings_of, run, loss):
    chosen = settings_of("price", "size", "bias", "age", loss=loss, tolerance=1e-9)
    problem = resolve(homes, chosen)
    everywhere = rate_theory(problem, chosen)
    assert everywhere.limit == everywhere.limit_anywhere
    assert steps_at(run, problem, chosen, 0.99 * everywhere.limit_anywhere) < math.inf
    away = np.array([1.5, -1.0, 0.5])
    here = rate_theory(problem, chosen, hessian_at(problem, away))
    assert here.limit > here.limit_anywhere == everywhere.limit_anywhere
    assert "where the ball is" in here.reason


def test_where_all_rows_are_far_off_the_bound_stands_in(homes, settings_of):
    chosen = settings_of("price", "size", loss="huber")
    problem = resolve(homes, chosen)
    far = np.array([1e6])
    ruler = rate_theory(problem, chosen, hessian_at(problem, far))
    assert ruler.limit == ruler.limit_anywhere
    assert ruler.fastest is None
    assert "does not bend here" in ruler.reason


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_formula_holds_for_the_kin_of_gradient_descent_only(homes, settings_of, loss, optimizer):
    if loss == "mae" and optimizer == "newton":
        return
    chosen = settings_of("price", "size", loss=loss, optimizer=optimizer, tolerance=1e-6)
    problem = resolve(homes, chosen)
    ruler = rate_theory(problem, chosen)
    has_formula = loss != "mae" and optimizer in (*KIN, "newton")
    assert (formula_missing(problem, chosen) == "") == has_formula
    assert bool(ruler.stretches) == (has_formula and not (optimizer == "newton" and loss != "mse"))
    state = begin(problem, start_weights(problem, chosen), chosen)
    predicted = predicted_steps(problem, chosen, state, np.array([0.1]))
    assert np.isnan(predicted[0]) == (not (has_formula and loss == "mse"))


@pytest.mark.parametrize("decay", [0.0, 50.0])
def test_newtons_limit_is_two_whatever_the_data(homes, settings_of, run, decay):
    chosen = settings_of("price", "size", "bias", scaling=Scaling.NONE, optimizer="newton", tolerance=1e-6)
    chosen = replace(chosen, weight_decay=decay)
    problem = resolve(homes, chosen)
    ruler = rate_theory(problem, chosen)
    assert (ruler.limit, ruler.fastest) == (2.0, 1.0)
    assert steps_at(run, problem, chosen, 1.0) == 1
    assert steps_at(run, problem, chosen, 1.98) < math.inf
    assert run(problem, replace(chosen, learning_rate=2.02), 200_000)[0].status is Status.DIVERGED


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_that_end_below_the_full_rate_have_no_formula(homes, settings_of, schedule):
    chosen = settings_of("price", "size", schedule=schedule)
    ruler = rate_theory(resolve(homes, chosen), chosen)
    assert (ruler.limit is not None) == (schedule in ("constant", "warmup"))
    assert bool(ruler.reason) == (ruler.limit is None)


def test_a_rate_that_still_warms_up_takes_more_steps_than_can_be_told(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", schedule="warmup", tolerance=1e-8)
    problem = resolve(homes, chosen)
    chosen = replace(chosen, learning_rate=0.5 * rate_theory(problem, chosen).fastest)
    state, _ = run(problem, chosen, 99)
    assert np.isnan(predicted_steps(problem, chosen, state, np.array([chosen.learning_rate]))).all()
    warm = chosen.with_parameter(chosen.schedule_entry, "length", 5.0)
    state, _ = run(problem, warm, 5)
    left = predicted_steps(problem, warm, state, np.array([warm.learning_rate]))[0]
    assert abs(run(problem, warm, 10_000)[0].step - 5 - left) <= 1


def test_clipping_is_not_said_to_hold_back_what_the_decay_blows_up(homes, settings_of, run):
    chosen = settings_of("price", "size", gradient_clip=1.0, weight_decay=10.0, start=(1.0,))
    problem = resolve(homes, chosen)
    ruler = rate_theory(problem, chosen)
    assert run(problem, replace(chosen, learning_rate=20 * ruler.limit), 20_000)[0].status is Status.DIVERGED
    assert "leaves the decay as it is" in ruler.reason
    plain = replace(chosen, weight_decay=0.0)
    limit = rate_theory(problem, plain).limit
    assert run(problem, replace(plain, learning_rate=20 * limit), 20_000)[0].status is Status.RUNNING
    assert "blowing up" in rate_theory(problem, plain).reason


def test_a_curvature_that_is_not_known_is_not_called_level(homes, settings_of):
    chosen = settings_of("price", "size", loss="huber", optimizer="newton")
    problem = resolve(homes, chosen)
    assert "not known" in rate_theory(problem, chosen).reason
    assert rate_theory(problem, chosen, np.zeros((1, 1))).reason.endswith("here, where Newton finds no step.")
    assert rate_theory(problem, chosen, hessian_at(problem, np.zeros(1))).limit == 2.0


def test_mini_batches_have_no_formula_unless_they_are_all_rows(homes, settings_of):
    chosen = settings_of("price", "size", batch_size=8)
    problem = resolve(homes, chosen)
    assert "noisy" in rate_theory(problem, chosen).reason
    assert rate_theory(problem, replace(chosen, batch_size=problem.row_count)).limit is not None


def test_a_level_loss_has_no_ruler(dataset_of, settings_of):
    chosen = settings_of("y", "x")
    ruler = rate_theory(resolve(dataset_of(y=[1, 2], x=[0, 0]), chosen), chosen)
    assert ruler.limit is None
    assert "does not bend" in ruler.reason


def test_directions_without_curvature_do_not_count(dataset_of, settings_of, run):
    chosen = settings_of("y", "x", "twice", scaling=Scaling.NONE, start=(0.0, 0.0), tolerance=1e-9)
    problem = resolve(dataset_of(y=[1, 2, 4], x=[1, 2, 3], twice=[2, 4, 6]), chosen)
    ruler = rate_theory(problem, chosen)
    assert ruler.fastest == pytest.approx(ruler.limit / 2, rel=1e-9)
    assert steps_at(run, problem, chosen, ruler.fastest) <= 2


@pytest.mark.parametrize("momentum", [0.0, 0.9999])
@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_extreme_momentum_has_a_whole_ruler(homes, settings_of, optimizer, momentum):
    chosen = settings_of("price", "size", "bias", optimizer=optimizer)
    chosen = chosen.with_parameter(chosen.optimizer_entry, "momentum", momentum)
    ruler = rate_theory(resolve(homes, chosen), chosen)
    assert [s.zone for s in ruler.stretches] == list(Zone)
    assert 0 < ruler.fastest < ruler.limit < math.inf
    if momentum == 0:
        plain = rate_theory(resolve(homes, chosen), replace(chosen, optimizer="gd"))
        assert (ruler.limit, ruler.fastest) == pytest.approx((plain.limit, plain.fastest))


@pytest.mark.parametrize("rate", [1e-300, 1e300])
def test_extreme_rates_are_predicted_without_a_warning(homes, settings_of, rate):
    chosen = settings_of("price", "size", "bias", tolerance=1e-8)
    problem = resolve(homes, chosen)
    state = begin(problem, start_weights(problem, chosen), chosen)
    (steps,) = predicted_steps(problem, chosen, state, np.array([rate]))
    assert steps == math.inf
