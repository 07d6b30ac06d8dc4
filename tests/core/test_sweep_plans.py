"""Which rates, momenta and starts are tried, and what cannot be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.errors import InputError
from gdexplorer.core.problem import resolve
from gdexplorer.core.sweep import Outcome, SweepKind, trials
from gdexplorer.core.sweep_plans import (
    kinds_for,
    momenta,
    momentum_plan,
    rate_range,
    rates_between,
    rates_plan,
    starts_plan,
)
from gdexplorer.core.sweep_theory import sweep_theory
from gdexplorer.core.training import begin, start_weights


def begun(problem, chosen):
    return begin(problem, start_weights(problem, chosen), chosen)


@given(st.floats(-300, 299), st.floats(0.01, 8), st.integers(2, 200))
def test_rates_ascend_in_equal_ratios_between_their_ends(first, decades, count) -> None:
    low, high = 10.0**first, 10.0 ** (first + min(decades, 300 - first))
    rates = rates_between(low, high, count)
    assert (rates[0], rates[-1], len(rates)) == (low, high, count)
    ratios = np.log(rates[1:] / rates[:-1])
    assert (ratios > 0).all()
    assert ratios.max() <= 1.6 * ratios.mean()


def test_rates_have_few_digits() -> None:
    assert rates_between(0.001, 1.0, 4).tolist() == [0.001, 0.01, 0.1, 1.0]
    assert all(
        len(f"{rate:.17g}".strip("0.")) <= 18 and float(f"{rate:.2e}") == rate
        for rate in rates_between(1e-4, 1, 60)[1:-1]
    )


@pytest.mark.parametrize("between", [(1.0, 0.1), (1.0, 1.0), (0.0, 1.0), (-1.0, 1.0), (0.1, np.inf), (np.nan, 1.0)])
def test_a_range_that_cannot_be_swept_is_refused(between) -> None:
    with pytest.raises(InputError, match="the smaller one first"):
        rates_between(*between, 10)


def test_a_range_too_narrow_for_its_count_is_refused() -> None:
    with pytest.raises(InputError, match="wider range"):
        rates_between(1.0, 1.0 + 1e-15, 60)


@pytest.mark.parametrize("scaling", ["none", "standardise"])
@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov"])
def test_the_range_goes_from_crawling_to_beyond_the_limit(homes, settings_of, scaling, optimizer) -> None:
    chosen = settings_of("price", "size", "age", scaling=scaling, optimizer=optimizer)
    problem = resolve(homes, chosen)
    low, high = rate_range(problem, chosen)
    limit = sweep_theory(rates_plan(problem, chosen, begun(problem, chosen), 1)).ruler.limit
    assert high == pytest.approx(2 * limit, rel=0.05)
    assert low == pytest.approx(limit * 10**-3.5, rel=0.05)


@pytest.mark.parametrize(
    "choices", [{"optimizer": "adam"}, {"loss": "mae"}, {"batch_size": 5}, {"schedule": "cosine"}], ids=str
)
def test_where_no_formula_holds_some_run_of_the_range_comes_down(homes, settings_of, choices) -> None:
    chosen = settings_of("price", "size", "bias", **choices)
    problem = resolve(homes, chosen)
    state = begun(problem, chosen)
    losses = [trial.loss for _, trial in trials(rates_plan(problem, chosen, state, 300, count=12))]
    assert min(losses) < 0.6 * state.loss
    assert losses[0] > 1.3 * min(losses)


def test_momenta_are_spaced_by_what_they_leave() -> None:
    found = momenta(24)
    assert found[0] == 0.0
    assert found[-1] == 0.999
    assert momenta(4).tolist() == [0.0, 0.9, 0.99, 0.999]
    ratios = (1 - found[:-1]) / (1 - found[1:])
    np.testing.assert_allclose(ratios, 1000 ** (1 / 23), rtol=0.02)


def test_what_can_be_swept_follows_from_optimizer_and_weights(homes, settings_of) -> None:
    def kinds(optimizer: str, *terms: str) -> tuple[SweepKind, ...]:
        chosen = settings_of("price", *terms, optimizer=optimizer)
        return kinds_for(resolve(homes, chosen), chosen)

    assert kinds("gd", "size") == (SweepKind.RATES,)
    assert kinds("nesterov", "size", "age") == (SweepKind.RATES, SweepKind.MOMENTUM, SweepKind.STARTS)
    assert kinds("linesearch", "size", "age") == (SweepKind.STARTS,)
    assert kinds("cg", "size") == ()


def test_what_cannot_be_swept_is_refused_in_a_sentence(homes, settings_of) -> None:
    chosen = settings_of("price", "size", optimizer="linesearch")
    problem = resolve(homes, chosen)
    state = begun(problem, chosen)
    with pytest.raises(InputError, match="no learning rate to sweep"):
        rates_plan(problem, chosen, state, 10)
    with pytest.raises(InputError, match="has no momentum"):
        momentum_plan(problem, replace(chosen, optimizer="gd"), state, 10)
    with pytest.raises(InputError, match="exactly two weights"):
        starts_plan(problem, chosen, state, 10)


@pytest.mark.parametrize("scaling", ["none", "divide", "standardise"])
def test_starts_lie_around_start_and_minimum(homes, settings_of, scaling) -> None:
    chosen = settings_of("price", "size", "bias", scaling=scaling)
    problem = resolve(homes, chosen)
    state = begun(problem, chosen)
    plan = starts_plan(problem, chosen, state, 10)
    for line, inside in (
        (plan.x, (state.weights[0], problem.minimum[0])),
        (plan.y, (state.weights[1], problem.minimum[1])),
    ):
        assert (np.diff(line) > 0).all()
        assert line[0] < min(inside)
        assert max(inside) < line[-1]


@pytest.mark.parametrize(
    "columns", [{"price": [3.0], "size": [2.0]}, {"price": [1.0, 2.0, 4.0], "size": [5.0, 5.0, 5.0]}]
)
@pytest.mark.parametrize("scaling", ["none", "standardise"])
def test_one_row_and_a_constant_column_make_sensible_sweeps(dataset_of, settings_of, columns, scaling) -> None:
    chosen = settings_of("price", "size", "bias", scaling=scaling, tolerance=1e-8, optimizer="momentum")
    problem = resolve(dataset_of(**columns), chosen)
    state = begun(problem, chosen)
    for plan in (
        rates_plan(problem, chosen, state, 2000, count=9),
        momentum_plan(problem, chosen, state, 50, counts=(4, 3)),
        starts_plan(problem, chosen, state, 50, count=3),
    ):
        sweep_theory(plan)
        found = dict(trials(plan))
        assert len(found) == len(plan)
        assert {trial.outcome for trial in found.values()} <= {Outcome.CONVERGED, Outcome.NOT_YET, Outcome.DIVERGED}
    assert any(trial.outcome is Outcome.CONVERGED for _, trial in trials(rates_plan(problem, chosen, state, 2000)))


def test_a_loss_that_does_not_bend_can_still_be_swept(dataset_of, settings_of) -> None:
    chosen = settings_of("price", "size", scaling="none", tolerance=1e-8)
    problem = resolve(dataset_of(price=[1.0, 2.0], size=[0.0, 0.0]), chosen)
    state = begun(problem, chosen)
    plan = rates_plan(problem, chosen, state, 10, count=5)
    assert sweep_theory(plan).ruler.limit is None
    assert {trial.steps for _, trial in trials(plan)} == {0}


@pytest.mark.parametrize("between", [(1e-300, 1e-290), (1e290, 1e300), (1e-300, 1e300)])
def test_rates_at_the_ends_of_the_numbers_end_in_an_outcome(homes, settings_of, between) -> None:
    chosen = settings_of("price", "size", "age", optimizer="momentum", tolerance=1e-8)
    problem = resolve(homes, chosen)
    plan = rates_plan(problem, chosen, begun(problem, chosen), 200, between, 6)
    sweep_theory(plan)
    outcomes = [trial.outcome for _, trial in sorted(trials(plan))]
    assert outcomes[0] is (Outcome.DIVERGED if between[0] > 1 else Outcome.NOT_YET)
    assert outcomes[-1] is (Outcome.DIVERGED if between[1] > 1 else Outcome.NOT_YET)
