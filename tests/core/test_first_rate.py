from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.first_rate import rounded_down, ruler_range, suggested_learning_rate, trial_range
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.ruler import NO_RULER, Ruler, Stretch, Zone
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.theory import rate_theory


def is_round(rate: float) -> bool:
    lead = rate / 10 ** math.floor(math.log10(rate) + 1e-9)
    return min(abs(lead - digit) for digit in (1, 2, 5)) < 1e-9


@pytest.mark.parametrize("size", [1e-120, 1e-9, 0.3, 1.0, 7.7, 1e6, 1e120])
def test_the_suggested_rate_is_round_and_safe(dataset_of, settings_of, size):
    chosen = settings_of("y", "x", scaling=Scaling.NONE)
    problem = resolve(dataset_of(y=[1, 2, 3], x=np.array([1.0, 2.0, -1.0]) * size), chosen)
    limit = rate_theory(problem, chosen).limit
    rate = suggested_learning_rate(problem, chosen)
    assert limit / 10.001 <= rate <= limit / 3.999
    assert is_round(rate)
    assert replace(chosen, learning_rate=rate)


def test_a_limit_beyond_all_numbers_still_gives_a_rate(dataset_of, settings_of):
    chosen = settings_of("y", "x", scaling=Scaling.NONE)
    for size in (1e-160, 1e-155, 1e153, 1e154, 1e200):
        problem = resolve(dataset_of(y=[1, 2], x=[size, 2 * size]), chosen)
        assert replace(chosen, learning_rate=suggested_learning_rate(problem, chosen))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", ["mse", "huber"])
@pytest.mark.parametrize("scaling", Scaling)
def test_every_optimizer_gets_a_rate_that_lowers_the_loss(homes, settings_of, run, optimizer, loss, scaling):
    chosen = settings_of("price", "size", "bias", optimizer=optimizer, loss=loss, scaling=scaling)
    problem = resolve(homes, chosen)
    rate = suggested_learning_rate(problem, chosen)
    assert is_round(rate)
    if (optimizer, loss) == ("newton", "huber"):
        return  # whose whole steps leap away where few rows bend the loss, and are what its name says
    _, history = run(problem, replace(chosen, learning_rate=rate), 100)
    assert history.losses[-1] < history.losses[0]


@pytest.mark.parametrize("optimizer", ["newton", "lbfgs"])
def test_steps_that_know_the_scale_are_taken_whole(homes, settings_of, optimizer):
    chosen = settings_of("price", "size", "bias", optimizer=optimizer, scaling=Scaling.NONE)
    assert suggested_learning_rate(resolve(homes, chosen), chosen) == 1.0


def test_where_nothing_tells_the_usual_rate_is_taken(dataset_of, settings_of):
    chosen = settings_of("y", "x")
    problem = resolve(dataset_of(y=[1, 2], x=[0, 0]), chosen)
    assert suggested_learning_rate(problem, chosen) == OPTIMIZERS["gd"].usual_rate


@pytest.mark.parametrize("choices", [{"loss": "mae"}, {"batch_size": 8}, {"schedule": "cosine"}])
def test_without_a_limit_that_of_the_squared_error_gives_the_scale(homes, settings_of, choices):
    plain = settings_of("price", "size", "bias")
    other = replace(plain, **choices)
    assert suggested_learning_rate(resolve(homes, other), other) == suggested_learning_rate(
        resolve(homes, plain), plain
    )


@pytest.mark.parametrize("scaling", Scaling)
def test_trials_of_adam_reach_as_far_as_the_weights_have_to_go(homes, settings_of, scaling):
    chosen = settings_of("price", "size", "bias", optimizer="adam", scaling=scaling)
    problem = resolve(homes, chosen)
    way = np.abs(problem.least_squares.weights - problem.random_start(chosen.seed))[0]
    low, high = trial_range(problem, chosen)
    assert low * 100 < way < high
    assert [math.log10(low) % 1, math.log10(high) % 1] == pytest.approx([0, 0], abs=1e-9)


def zones(limit: float) -> tuple[Stretch, ...]:
    ends = [0.0, limit / 20, limit / 2, limit, math.inf]
    return tuple(Stretch(a, b, zone) for a, b, zone in zip(ends, ends[1:], Zone, strict=False))


@given(limit=st.floats(1e-250, 1e250))
def test_the_range_is_of_whole_decades_around_what_matters(limit):
    low, high = ruler_range(Ruler(zones(limit), limit, fastest=limit / 2))
    assert low < limit / 20 < limit < high / 2.9
    assert low < high / 9_999
    assert high / low < 10**6.1


def test_the_range_stays_while_a_mark_moves_a_little_and_follows_where_it_must():
    shown = ruler_range(Ruler(zones(0.3), 0.3, fastest=0.15))
    assert shown == (1e-4, 1.0)
    for limit, expected in ((0.5, shown), (0.2, shown), (0.9, (1e-3, 10.0)), (1e-3, (1e-6, 0.01))):
        found = ruler_range(Ruler(zones(limit), limit, fastest=limit / 2), shown)
        assert found == pytest.approx(expected)


def test_nothing_known_has_no_range():
    assert ruler_range(NO_RULER) is None
    assert ruler_range(Ruler(limit=math.inf)) is None


@given(rate=st.floats(1e-290, 1e290))
def test_rounding_down_never_passes_the_rate(rate):
    low = rounded_down(rate)
    assert rate * 0.998 < low <= rate
