from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gdexplorer.core.diagnosis import Mood, diagnose, learning_rate_limit, suggested_learning_rate
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.numerals import compact
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.training import Status, begin, start_weights

WITH_A_LIMIT = ("gd", "momentum", "nesterov")


@pytest.mark.parametrize("optimizer", WITH_A_LIMIT)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 3),
    momentum=st.floats(0.0, 0.95),
    scaling=st.sampled_from(list(Scaling)),
)
@effort(max_examples=60)
def test_one_percent_decides_between_rest_and_ruin(
    dataset_of, settings_of, run, optimizer, seed, count, momentum, scaling
):
    rng = np.random.default_rng(seed)
    columns = {f"x{k}": rng.normal(size=30) + 0.3 * k for k in range(count)}
    data = dataset_of(y=rng.normal(size=30), **columns)
    terms = ("bias", *list(columns)[1:]) if seed % 2 else tuple(columns)
    chosen = settings_of("y", *terms, optimizer=optimizer, scaling=scaling, tolerance=1e-9, start=(1.0,) * count)
    entry = OPTIMIZERS[optimizer]
    if entry.parameters:
        chosen = chosen.with_parameter(entry, "momentum", momentum)
    problem = resolve(data, chosen)
    limit = learning_rate_limit(problem, chosen)
    below, _ = run(problem, replace(chosen, learning_rate=0.99 * limit), 200_000)
    assert below.status is Status.CONVERGED
    above, _ = run(problem, replace(chosen, learning_rate=1.01 * limit), 200_000)
    assert above.status is Status.DIVERGED


@pytest.mark.parametrize("loss", ["huber", "logcosh"])
def test_robust_losses_converge_below_their_limit(homes, settings_of, run, loss):
    chosen = settings_of("price", "size", "bias", "age", loss=loss, tolerance=1e-9)
    problem = resolve(homes, chosen)
    limit = learning_rate_limit(problem, chosen)
    assert run(problem, replace(chosen, learning_rate=0.99 * limit), 100_000)[0].status is Status.CONVERGED


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_there_is_a_limit_only_where_a_formula_holds(homes, settings_of, loss, optimizer):
    chosen = settings_of("price", "size", loss=loss, optimizer=optimizer)
    limit = learning_rate_limit(resolve(homes, chosen), chosen)
    assert (limit is not None) == (loss != "mae" and optimizer in WITH_A_LIMIT)
    assert learning_rate_limit(resolve(homes, chosen), replace(chosen, batch_size=8)) is None


def test_a_column_of_zeros_has_no_limit(dataset_of, settings_of):
    chosen = settings_of("y", "x")
    problem = resolve(dataset_of(y=[1, 2], x=[0, 0]), chosen)
    assert learning_rate_limit(problem, chosen) is None
    assert suggested_learning_rate(problem, chosen) == 0.02


@pytest.mark.parametrize("size", [1e-120, 1e-9, 0.3, 1.0, 7.7, 1e6, 1e120])
def test_the_suggested_rate_is_round_and_safe(dataset_of, settings_of, size):
    chosen = settings_of("y", "x", scaling=Scaling.NONE)
    problem = resolve(dataset_of(y=[1, 2, 3], x=np.array([1.0, 2.0, -1.0]) * size), chosen)
    limit = learning_rate_limit(problem, chosen)
    rate = suggested_learning_rate(problem, chosen)
    assert limit / 10.001 <= rate <= limit / 3.999
    lead = rate / 10 ** math.floor(math.log10(rate) + 1e-9)
    assert min(abs(lead - digit) for digit in (1, 2, 5)) < 1e-9
    assert replace(chosen, learning_rate=rate)


def test_a_limit_beyond_all_numbers_still_gives_a_rate(dataset_of, settings_of):
    chosen = settings_of("y", "x", scaling=Scaling.NONE)
    for size in (1e-160, 1e-155, 1e153, 1e154, 1e200):
        problem = resolve(dataset_of(y=[1, 2], x=[size, 2 * size]), chosen)
        assert replace(chosen, learning_rate=suggested_learning_rate(problem, chosen))


def said(problem, settings, state, previous, *, is_running):
    diagnosis = diagnose(problem, settings, state, previous, is_running=is_running)
    assert diagnosis.sentence.endswith(".")
    return diagnosis.word, diagnosis.mood


def test_what_a_run_is_said_to_do(homes, settings_of, run):
    good = settings_of("price", "size", "bias", learning_rate=0.1, tolerance=1e-8)
    problem = resolve(homes, good)
    limit = learning_rate_limit(problem, good)
    start = begin(problem, start_weights(problem, good), good)
    later, _ = run(problem, good, 5)
    assert said(problem, good, start, None, is_running=False) == ("ready", Mood.CALM)
    assert said(problem, good, later, start.loss, is_running=False) == ("paused", Mood.CALM)
    assert said(problem, good, start, None, is_running=True) == ("training", Mood.GOOD)
    assert said(problem, good, later, start.loss, is_running=True) == ("descending", Mood.GOOD)
    assert said(problem, good, later, later.loss / 2, is_running=True) == ("uphill", Mood.CALM)
    done, _ = run(problem, good, 100_000)
    assert said(problem, good, done, done.loss, is_running=False) == ("converged", Mood.GOOD)
    bad = replace(good, learning_rate=1.2 * limit)
    worse, history = run(problem, bad, 30)
    assert said(problem, bad, worse, history.losses[-2], is_running=True) == ("diverging", Mood.BAD)
    sentence = diagnose(problem, bad, worse, history.losses[-2], is_running=True).sentence
    assert f"{compact(bad.learning_rate)} is above the limit {compact(limit)}" in sentence
    lost, _ = run(problem, bad, 100_000)
    assert said(problem, bad, lost, None, is_running=False) == ("diverged", Mood.BAD)
    assert "above the limit" in diagnose(problem, bad, lost, None, is_running=False).sentence


def test_tiny_rates_are_said_as_everywhere_else(dataset_of, settings_of, run):
    chosen = settings_of("y", "x", scaling=Scaling.NONE, learning_rate=1e-6, start=(1.0,))
    problem = resolve(dataset_of(y=[1, 2, 3], x=[1000, 2000, 1500]), chosen)
    state, history = run(problem, chosen, 3)
    sentence = diagnose(problem, chosen, state, history.losses[-2], is_running=True).sentence
    assert "the learning rate 1×10⁻⁶ is above the limit 4.138×10⁻⁷." in sentence


def test_one_step_is_one(homes, settings_of):
    chosen = settings_of("price", "size", "bias")
    problem = resolve(homes, chosen)
    at_rest = replace(begin(problem, problem.minimum, chosen), status=Status.CONVERGED, step=1)
    assert "flat: 1 step brought" in diagnose(problem, chosen, at_rest, None, is_running=False).sentence


def test_flat_ground_is_said_to_be_the_bottom_while_training_goes_on(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", learning_rate=0.1, tolerance=0.0)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 2000)
    assert said(problem, chosen, state, state.loss, is_running=True) == ("at the bottom", Mood.GOOD)
    assert said(problem, chosen, state, np.nextafter(state.loss, 0), is_running=True) == ("at the bottom", Mood.GOOD)
