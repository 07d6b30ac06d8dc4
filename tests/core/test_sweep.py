"""Sweeps: each run is a run like any other, and what formulas say is what is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import Outcome, SweepKind, SweepTable, run_trial, trials
from gdexplorer.core.sweep_plans import momentum_plan, rates_plan, starts_plan
from gdexplorer.core.sweep_theory import steps_by_formula, sweep_theory
from gdexplorer.core.terms import Term
from gdexplorer.core.theory import rate_theory
from gdexplorer.core.training import Status, begin, start_weights


def swept(plan):
    table = SweepTable(plan)
    for index, trial in trials(plan):
        table.write(index, trial)
    return table.snapshot()


def begun(problem, chosen):
    return begin(problem, start_weights(problem, chosen), chosen)


@pytest.fixture
def two(homes, settings_of):
    chosen = settings_of("price", "size", "age", tolerance=1e-8)
    problem = resolve(homes, chosen)
    return problem, chosen, begun(problem, chosen)


@pytest.mark.parametrize("optimizer", ["gd", "adam", "nesterov"])
@pytest.mark.parametrize("loss", ["mse", "huber", "mae"])
def test_every_run_is_a_run_like_any_other(homes, settings_of, run, optimizer, loss) -> None:
    chosen = settings_of("price", "size", "bias", optimizer=optimizer, loss=loss, tolerance=1e-4)
    problem = resolve(homes, chosen)
    sweep = swept(rates_plan(problem, chosen, begun(problem, chosen), 150, count=12))
    assert sweep.is_complete
    for index, rate in enumerate(sweep.plan.x.tolist()):
        end, _ = run(problem, replace(chosen, learning_rate=rate), 150)
        trial = sweep.trial(index)
        if end.status is Status.DIVERGED:
            assert trial.outcome is Outcome.DIVERGED
            assert trial.loss == np.inf
        else:
            assert trial.loss == end.loss
            assert trial.steps == (end.step if end.status is Status.CONVERGED else None)


def test_mini_batches_and_schedules_are_those_of_the_settings(homes, settings_of, run) -> None:
    chosen = settings_of("price", "size", "bias", batch_size=7, loss="huber", schedule="inverse", learning_rate=0.3)
    problem = resolve(homes, chosen)
    end, _ = run(problem, chosen, 90)
    assert run_trial(problem, begun(problem, chosen), chosen, 90).loss == end.loss


def test_a_run_beyond_the_limit_diverges_and_turns_at_every_step(two) -> None:
    problem, chosen, state = two
    limit = sweep_theory(rates_plan(problem, chosen, state, 1)).ruler.limit
    beyond = run_trial(problem, state, replace(chosen, learning_rate=1.5 * limit), 5000)
    assert beyond.outcome is Outcome.DIVERGED
    assert beyond.turn_share > 0.9
    rising = run_trial(problem, state, replace(chosen, learning_rate=1.5 * limit), 20)
    assert rising.outcome is Outcome.NOT_YET
    assert rising.loss > state.loss
    calm = run_trial(problem, state, replace(chosen, learning_rate=0.1 * limit), 20)
    assert calm.turn_share == 0.0


def test_a_run_at_the_minimum_takes_no_step(two) -> None:
    problem, chosen, _ = two
    state = begin(problem, problem.minimum, chosen)
    state = replace(state, gradient=np.zeros(2), status=Status.CONVERGED)
    assert run_trial(problem, state, chosen, 100).steps == 0


def test_where_all_runs_begin_at_rest_none_is_the_fastest_and_all_need_no_step(two, run) -> None:
    problem, chosen, state = two
    fastest = rate_theory(problem, chosen).fastest
    there, _ = run(problem, replace(chosen, learning_rate=fastest), 10_000)
    assert there.status is Status.CONVERGED
    sweep = swept(rates_plan(problem, chosen, there, 50, count=9))
    assert set(sweep.steps_to_converge[0]) == {0.0}
    assert sweep.fastest is None
    assert (steps_by_formula(sweep.plan, sweep.plan.x) == 0).all(), "above the limit too"
    assert swept(rates_plan(problem, chosen, state, 50, count=9)).fastest is not None


def test_a_diverged_state_is_taken_up_where_it_was_finite(two) -> None:
    problem, chosen, state = two
    trial = run_trial(problem, replace(state, status=Status.DIVERGED), replace(chosen, learning_rate=0.05), 5000)
    assert trial.outcome is Outcome.CONVERGED


def test_a_cancelled_run_has_no_result(two) -> None:
    problem, chosen, state = two
    flag = np.ones(1, dtype=np.int64)
    plan = rates_plan(problem, chosen, state, 1000)
    assert plan.trial(3, flag) is None
    assert list(trials(plan, flag)) == []


def test_the_first_results_are_spread_over_the_range(two) -> None:
    problem, chosen, state = two
    order = rates_plan(problem, chosen, state, 10).order()
    assert sorted(order) == list(range(60))
    first = sorted(order[:9])
    assert (first[0], first[-1]) == (0, 59)
    assert np.diff(first).max() <= 8
    cells = momentum_plan(problem, replace(chosen, optimizer="momentum"), state, 10).order()
    assert sorted(cells) == list(range(36 * 24))
    assert {cells.index(corner) < 60 for corner in (0, 35, 23 * 36, 24 * 36 - 1)} == {True}


def test_a_snapshot_is_of_its_moment(two) -> None:
    problem, chosen, state = two
    plan = rates_plan(problem, chosen, state, 100, count=5)
    table = SweepTable(plan)
    before = table.snapshot()
    table.write(2, plan.trial(2))
    after = table.snapshot()
    assert (before.tried, after.tried) == (0, 1)
    assert before.fastest is None
    assert after.fastest == 2
    assert after.trial(0).outcome is Outcome.PENDING
    assert not after.is_complete


def test_of_equally_good_runs_the_middle_is_the_fastest(two) -> None:
    problem, chosen, state = two
    sweep = swept(rates_plan(problem, replace(chosen, tolerance=0.0), state, 3000))
    assert not np.isfinite(sweep.steps_to_converge).any()
    losses = sweep.final_losses[0]
    best = np.flatnonzero(losses <= losses.min() * (1 + 1e-10))
    assert len(best) > 5
    assert best[0] < sweep.fastest < best[-1]


def test_where_every_run_diverges_none_is_the_fastest(two) -> None:
    problem, chosen, state = two
    sweep = swept(rates_plan(problem, chosen, state, 5000, between=(50.0, 1e300), count=10))
    assert (sweep.outcomes == Outcome.DIVERGED).all()
    assert sweep.fastest is None
    assert not np.isfinite(sweep.final_losses).any()


@st.composite
def problems(draw):
    """A problem of random data that is not too stretched, with its settings and its start."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, count = draw(st.integers(4, 60)), draw(st.integers(1, 3))
    X = rng.normal(0, 1, (count, rows)) * 10.0 ** rng.uniform(-1, 1, (count, 1)) + rng.normal(0, 1, (count, 1))
    names = [f"x{index}" for index in range(count)]
    columns = [Column(name, values) for name, values in zip(["y", *names], [rng.normal(0, 1, rows), *X], strict=True)]
    scaling = draw(st.sampled_from(["none", "standardise"]))
    chosen = Settings("t", "y", tuple(map(Term, names)), count, scaling=scaling, tolerance=1e-10)
    return resolve(Dataset("t", tuple(columns), "t"), chosen), chosen


SLOWED = settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@SLOWED
@given(problems())
def test_the_fastest_rate_by_the_formula_is_the_sweeps_minimum_within_its_grid(made) -> None:
    problem, chosen = made
    if not problem.condition_number < 300:
        return
    sweep = swept(rates_plan(problem, chosen, begun(problem, chosen), 20_000))
    ruler = sweep_theory(sweep.plan).ruler
    nearest = int(np.abs(np.log(sweep.plan.x / ruler.fastest)).argmin())
    assert abs(nearest - sweep.fastest) <= 1
    converged = sweep.outcomes[0] == Outcome.CONVERGED
    assert converged[(sweep.plan.x > ruler.fastest / 20) & (sweep.plan.x < 0.98 * ruler.limit)].all()
    assert not converged[sweep.plan.x > 1.001 * ruler.limit].any()


@SLOWED
@given(problems(), st.sampled_from([("momentum", 1.8), ("nesterov", 2.5)]))
def test_with_momentum_the_rate_by_the_formula_is_nearly_the_best(made, rule) -> None:
    """It is the best in the long run; where a run ends a swing earlier it may be beaten, but not by far."""
    problem, chosen = made
    optimizer, most = rule
    chosen = replace(chosen, optimizer=optimizer)
    if not problem.condition_number < 100:
        return
    state = begun(problem, chosen)
    sweep = swept(rates_plan(problem, chosen, state, 20_000))
    ruler = sweep_theory(sweep.plan).ruler
    trial = run_trial(problem, state, replace(chosen, learning_rate=ruler.fastest), 20_000)
    assert trial.steps <= most * np.nanmin(sweep.steps_to_converge)


@SLOWED
@given(problems())
def test_steps_by_the_formula_are_those_that_are_measured(made) -> None:
    problem, chosen = made
    if not problem.condition_number < 300:
        return
    chosen = replace(chosen, tolerance=1e-6)
    sweep = swept(rates_plan(problem, chosen, begun(problem, chosen), 5000, count=25))
    predicted = steps_by_formula(sweep.plan, sweep.plan.x)
    measured = sweep.steps_to_converge[0]
    known = np.isfinite(measured)
    assert np.abs(predicted[known] - measured[known]).max() <= 1
    assert (predicted[~known] > 4999).all()


@pytest.mark.parametrize("loss", ["huber", "logcosh"])
def test_the_limit_at_the_lowest_point_tells_which_runs_settle(homes, settings_of, loss) -> None:
    chosen = settings_of("price", "size", "age", loss=loss, tolerance=1e-6)
    problem = resolve(homes, chosen)
    sweep = swept(rates_plan(problem, chosen, begun(problem, chosen), 20_000))
    before = sweep_theory(sweep.plan).ruler
    after = sweep_theory(sweep.plan, sweep.plan.end_weights(sweep.fastest)).ruler
    assert before.limit == before.limit_anywhere <= after.limit
    assert "lowest point" in after.reason
    assert "every run settles" in before.reason
    converged = sweep.outcomes[0] == Outcome.CONVERGED
    assert converged[(sweep.plan.x > after.limit / 50) & (sweep.plan.x < 0.97 * before.limit)].all()
    assert not converged[sweep.plan.x > 1.03 * after.limit].any()
    assert np.isnan(steps_by_formula(sweep.plan, sweep.plan.x)).all()


def test_the_limit_on_a_map_divides_those_that_converge_from_those_that_diverge(two) -> None:
    problem, chosen, state = two
    chosen = replace(chosen, optimizer="momentum")
    sweep = swept(momentum_plan(problem, chosen, state, 20_000, counts=(14, 9)))
    limits = sweep_theory(sweep.plan).limits
    rates = sweep.plan.x[None, :]
    diverged = sweep.outcomes == Outcome.DIVERGED
    assert diverged[rates > 1.05 * limits[:, None]].all()
    assert not diverged[rates < 0.999 * limits[:, None]].any()
    rate, momentum = sweep_theory(sweep.plan).ruler.best_pair
    best = chosen.with_parameter(chosen.optimizer_entry, "momentum", momentum)
    steps = run_trial(problem, state, replace(best, learning_rate=rate), 20_000).steps
    assert steps <= 1.5 * np.nanmin(sweep.steps_to_converge)


def test_each_start_is_a_run_of_its_own(two, run) -> None:
    problem, chosen, state = two
    chosen = replace(chosen, learning_rate=0.05)
    sweep = swept(starts_plan(problem, chosen, state, 500, count=5))
    assert sweep.plan.kind is SweepKind.STARTS
    for index in (0, 7, 24):
        settings_there = sweep.plan.settings_at(index)
        assert settings_there.start == (sweep.plan.x[index % 5], sweep.plan.y[index // 5])
        end, _ = run(problem, settings_there, 500)
        assert sweep.trial(index).loss == end.loss
        assert sweep.trial(index).steps == end.step
    np.testing.assert_array_equal(sweep.plan.end_weights(7), run(problem, sweep.plan.settings_at(7), 500)[0].weights)


def test_a_start_that_overflows_diverges(two) -> None:
    problem, chosen, state = two
    plan = replace(starts_plan(problem, chosen, state, 10, count=2), x=np.array([0.0, 1e200]))
    assert [trial.outcome for _, trial in trials(plan)].count(Outcome.DIVERGED) == 2
