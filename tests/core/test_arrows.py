"""The parts of the next step, against the step that is then taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.arrows import adds_up, is_quick, remembers_velocity, step_arrows, used_gradient
from gdexplorer.core.batches import shuffled_row
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.training import Status, advance, begin

NEVER = np.zeros(1, dtype=np.int64)
TERMS = ("size", "bias", "rooms")


@pytest.fixture(scope="module")
def walked(homes, settings_of):
    """A run some steps under way: problem, settings and state."""

    def make(steps=3, **choices):
        settings = settings_of("price", *TERMS, **choices)
        problem = resolve(homes, settings)
        state = begin(problem, np.array([0.9, -0.4, 0.3]), settings)
        for _ in range(steps):
            state, _ = advance(problem, state, settings, 1, NEVER, every_step=True)
        assert state.step == steps
        return problem, settings, state

    return make


def next_state(problem, settings, state):
    after, _ = advance(problem, replace(state, status=Status.RUNNING), settings, 1, NEVER, every_step=True)
    return after


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_landing_is_where_the_next_step_ends(walked, key):
    problem, settings, state = walked(optimizer=key, learning_rate=0.05)
    arrows, after = step_arrows(problem, settings, state, NEVER), next_state(problem, settings, state)
    np.testing.assert_array_equal(arrows.landing, after.weights)
    np.testing.assert_array_equal(arrows.start, state.weights)
    assert arrows.loss == after.loss
    assert (arrows.velocity is not None) == remembers_velocity(OPTIMIZERS[key])


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"batch_size": 7},
        {"weight_decay": 0.3, "gradient_clip": 0.2},
        {"batch_size": 7, "gradient_clip": 0.01, "schedule": "exponential"},
    ],
    ids=["plain", "batch", "decay and clip", "all"],
)
@pytest.mark.parametrize("key", ["gd", "momentum", "nesterov"])
def test_slope_and_velocity_are_the_step(walked, key, choices, loss):
    problem, settings, state = walked(optimizer=key, learning_rate=0.05, loss=loss, **choices)
    arrows, after = step_arrows(problem, settings, state, NEVER), next_state(problem, settings, state)
    g = by_hand(problem, settings, state)
    rate = 0.05 * 0.99**state.step if "schedule" in choices else 0.05
    assert arrows.rate == pytest.approx(rate, rel=1e-12)
    np.testing.assert_allclose(arrows.slope, -rate * g, rtol=1e-9, atol=1e-15)
    velocity = {"gd": 0.0, "momentum": 0.9 * state.memory[0], "nesterov": 0.9 * after.memory[0]}[key]
    parts = arrows.slope if arrows.velocity is None else arrows.slope + arrows.velocity
    np.testing.assert_allclose(parts, after.weights - state.weights, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(parts, -rate * (g + velocity), rtol=1e-9, atol=1e-14)


def by_hand(problem, settings, state):
    """The gradient that the step uses, from the rows of its batch, with clipping and decay."""
    rows = np.arange(problem.row_count)
    if settings.batch_size:
        per_epoch = -(-problem.row_count // settings.batch_size)
        epoch, place = divmod(state.step, per_epoch)
        first = place * settings.batch_size
        last = min(first + settings.batch_size, problem.row_count)
        rows = np.array([shuffled_row(settings.seed, epoch, i, problem.row_count) for i in range(first, last)])
    residuals = state.weights @ problem.X[:, rows] - problem.y[rows]
    slopes = {"mse": 2 * residuals, "mae": np.sign(residuals), "huber": np.clip(residuals, -1.0, 1.0)}[problem.loss.key]
    g = problem.X[:, rows] @ slopes / len(rows)
    if settings.gradient_clip:
        g = g * min(1.0, settings.gradient_clip / (np.linalg.norm(g) + 1e-6))
    return g + settings.weight_decay * state.weights


@pytest.mark.parametrize("key", ["linesearch", "cg"])
def test_a_searched_step_uses_the_length_it_found(walked, key):
    problem, settings, state = walked(steps=1, optimizer=key)
    arrows = step_arrows(problem, settings, state, NEVER)
    np.testing.assert_allclose(arrows.slope, -arrows.rate * state.gradient)
    assert arrows.adds_up
    if key == "linesearch":  # α = g·g / g·Hg
        g, H = state.gradient, problem.least_squares.H
        assert arrows.rate == pytest.approx(g @ g / (g @ H @ g))
        np.testing.assert_allclose(arrows.slope, arrows.landing - arrows.start, atol=1e-14)
    else:
        np.testing.assert_allclose(arrows.slope + arrows.velocity, arrows.landing - arrows.start, atol=1e-14)
        assert np.abs(arrows.velocity).max() > 1e-3


def test_the_memory_of_adam_moves_it_on_flat_ground(walked):
    problem, settings, state = walked(optimizer="adam", learning_rate=0.05, weight_decay=0.2)
    arrows = step_arrows(problem, settings, state, NEVER)
    t = state.step + 1
    m, v = 0.9 * state.memory[0], 0.999 * state.memory[1]
    expected = -0.05 / (1 - 0.9**t) * m / (np.sqrt(v) / np.sqrt(1 - 0.999**t) + 1e-8)
    np.testing.assert_allclose(arrows.velocity, expected, rtol=1e-9)
    np.testing.assert_allclose(arrows.slope, -0.05 * (state.gradient + 0.2 * state.weights), rtol=1e-9)
    assert not arrows.adds_up


def test_the_decay_of_a_rule_is_no_part_of_its_memory(walked):
    problem, settings, state = walked(optimizer="adamw", learning_rate=0.05)
    without = settings.with_parameter(OPTIMIZERS["adamw"], "decay", 0.0)
    decayed = settings.with_parameter(OPTIMIZERS["adamw"], "decay", 3.0)
    found = [step_arrows(problem, each, state, NEVER) for each in (without, decayed)]
    np.testing.assert_array_equal(found[0].velocity, found[1].velocity)
    assert np.abs(found[0].landing - found[1].landing).max() > 1e-3


@pytest.mark.parametrize(
    ("key", "expected"),
    [("gd", True), ("momentum", True), ("nesterov", True), ("cg", True), ("linesearch", True)]
    + [(key, False) for key in ("adam", "adagrad", "rmsprop", "lion", "rprop", "newton", "lbfgs")],
)
def test_only_plain_rules_add_up(key, expected):
    assert adds_up(OPTIMIZERS[key]) is expected


def test_a_step_out_of_the_range_of_numbers_has_no_arrows(walked):
    problem, settings, state = walked(steps=0)
    assert step_arrows(problem, replace(settings, learning_rate=1e300), state, NEVER) is None


def test_taking_a_step_in_advance_changes_nothing(walked):
    problem, settings, state = walked(optimizer="momentum", batch_size=5)
    kept = state.weights.copy(), state.memory.copy(), state.gradient.copy()
    step_arrows(problem, settings, state, NEVER)
    for before, now in zip(kept, (state.weights, state.memory, state.gradient), strict=True):
        np.testing.assert_array_equal(before, now)


def test_the_gradient_of_all_rows_is_used_as_it_is(walked):
    problem, settings, state = walked()
    assert used_gradient(problem, settings, state, NEVER) is state.gradient


@pytest.mark.parametrize(
    ("rows", "choices", "expected"),
    [
        (60, {"loss": "huber"}, True),
        (5000, {}, True),
        (5000, {"batch_size": 32}, True),
        (5000, {"batch_size": 4000}, False),
        (5000, {"loss": "huber"}, False),
    ],
)
def test_work_that_reads_many_rows_is_not_quick(dataset_of, settings_of, rows, choices, expected):
    x = np.linspace(0.0, 1.0, rows)
    settings = settings_of("y", "x", **choices)
    problem = resolve(dataset_of(x=x, y=x**2), settings)
    assert is_quick(problem, settings) is expected
