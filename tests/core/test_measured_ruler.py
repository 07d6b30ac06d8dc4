from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gdexplorer.core.measured_ruler import MOST_ROWS, RATE_COUNT, TRIAL_STEPS, measured_ruler
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.ruler import Zone
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.theory import rate_theory

TRIED = [entry.key for entry in OPTIMIZERS.values() if entry.takes_rate]


def measured(dataset, settings, **choices):
    settings = replace(settings, **choices)
    return measured_ruler(resolve(dataset, settings), settings)


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("optimizer", TRIED)
def test_zones_follow_one_another_in_order(homes, settings_of, optimizer, scaling):
    ruler = measured(homes, settings_of("price", "size", "bias"), optimizer=optimizer, scaling=scaling).ruler
    assert ruler.is_measured
    order = list(Zone)
    for stretch, after in pairwise(ruler.stretches):
        assert stretch.low < stretch.high == after.low
        assert order.index(stretch.zone) < order.index(after.zone)
    assert ruler.fastest is None or ruler.zone(ruler.fastest) is not Zone.DIVERGES


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov"])
def test_trials_find_the_limit_that_the_formula_gives(homes, settings_of, optimizer):
    """The schedule falls so slowly that trial runs meet what the formula says about a constant rate."""
    plain = settings_of("price", "size", "bias", optimizer=optimizer, tolerance=1e-8)
    theory = rate_theory(resolve(homes, plain), plain)
    slow = (("exponential.factor", 1.0 - 1e-9),)
    found = measured(homes, plain, schedule="exponential", schedule_parameters=slow).ruler
    spacing = 10 ** (5 / (RATE_COUNT - 1))
    assert theory.limit / spacing < found.limit < theory.limit * spacing
    if optimizer == "gd":
        assert theory.fastest / spacing < found.fastest < theory.fastest * spacing


def test_steps_of_a_trial_are_those_of_a_run(homes, settings_of, run):
    chosen = settings_of("price", "size", optimizer="lbfgs", tolerance=1e-8)
    found = measured(homes, chosen)
    rate = float(found.rates[np.nanargmin(found.steps)])
    state, _ = run(resolve(homes, chosen), replace(chosen, learning_rate=rate), TRIAL_STEPS)
    assert found.steps_at(rate) == state.step
    assert found.ruler.fastest == rate
    assert math.isnan(found.steps_at(1e9))
    assert math.isnan(found.steps_at(1e-300))


def test_adam_crawls_below_and_reaches_the_minimum_at_its_fastest(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", optimizer="adam")
    problem = resolve(homes, chosen)
    ruler = measured(homes, chosen).ruler
    assert ruler.stretches[0].zone is Zone.CRAWLS
    losses = {}
    for name, rate in (("crawling", ruler.stretches[0].high / 4), ("fastest", ruler.fastest)):
        state, history = run(problem, replace(chosen, learning_rate=rate), TRIAL_STEPS)
        losses[name] = (state.loss - problem.least_squares.loss) / (history.losses[0] - problem.least_squares.loss)
    assert losses["crawling"] > 0.5
    assert losses["fastest"] < 0.02


def test_the_absolute_error_zig_zags_about_its_kink(dataset_of, settings_of):
    data = dataset_of(y=[2.0, 2.0, 2.0], x=[1.0, 1.0, 1.0])
    ruler = measured(data, settings_of("y", "x", loss="mae", scaling=Scaling.NONE)).ruler
    assert Zone.ZIGZAGS in {stretch.zone for stretch in ruler.stretches}
    assert "absolute error" in ruler.reason


def test_many_rows_are_sampled_and_it_is_said(dataset_of, settings_of):
    rng = np.random.default_rng(3)
    x = rng.normal(size=MOST_ROWS + 1)
    data = dataset_of(y=2 * x + rng.normal(size=len(x)), x=x)
    chosen = settings_of("y", "x", optimizer="adam", loss="huber")
    assert "2,000 of the 2,001 rows" in measured(data, chosen).ruler.reason
    assert "2,000" not in measured(data, chosen, loss="mse").ruler.reason, "whose rows are not read"
    assert "2,000" in measured(data, chosen, loss="mse", batch_size=2001).ruler.reason


def test_one_row_and_a_constant_column_have_an_answer(dataset_of, settings_of):
    for columns in ({"y": [3.0], "x": [2.0]}, {"y": [1.0, 2.0], "x": [5.0, 5.0]}):
        ruler = measured(dataset_of(**columns), settings_of("y", "x", optimizer="adam", scaling=Scaling.NONE)).ruler
        assert ruler.stretches
        assert ruler.fastest is not None


def test_at_a_minimum_nothing_is_told_and_why(dataset_of, settings_of):
    ruler = measured(dataset_of(y=[1.0, 2.0], x=[0.0, 0.0]), settings_of("y", "x", optimizer="adam")).ruler
    assert ruler.stretches == ()
    assert "at a minimum already" in ruler.reason


def test_a_start_that_overflows_is_said(dataset_of, settings_of):
    data = dataset_of(y=[1.0, 2.0], x=[1e200, 2e200])
    ruler = measured(data, settings_of("y", "x", optimizer="adam", scaling=Scaling.NONE, start=(1e200,))).ruler
    assert ruler.stretches == ()
    assert "too large" in ruler.reason


def test_it_can_be_cancelled(homes, settings_of):
    chosen = settings_of("price", "size", optimizer="adam")
    assert measured_ruler(resolve(homes, chosen), chosen, np.ones(1, dtype=np.int64)) is None


def test_it_is_the_same_every_time(homes, settings_of):
    chosen = settings_of("price", "size", "bias", batch_size=8)
    first, second = measured(homes, chosen), measured(homes, chosen)
    assert first.ruler == second.ruler
    assert "Mini-batches" in first.ruler.reason
