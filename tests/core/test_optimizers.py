from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.optimizers import MEMORY_SLOTS, OPTIMIZERS, PARAMETER_SLOTS, moved, step_factors
from gdexplorer.core.problem import resolve
from gdexplorer.core.training import advance, begin, start_weights


class ByTheBook:
    """The update rules as their formulas say, one weight and plain floats."""

    def __init__(self, key, rate, *parameters):
        self.key, self.rate, self.p = key, rate, parameters
        self.t, self.first, self.second = 0, 0.0, 0.0

    def step(self, w, g):
        self.t += 1
        p, rate = self.p, self.rate
        if self.key == "gd":
            return w - rate * g
        if self.key == "momentum":
            self.first = p[0] * self.first + g
            return w - rate * self.first
        if self.key == "nesterov":
            self.first = p[0] * self.first + g
            return w - rate * (g + p[0] * self.first)
        if self.key == "adagrad":
            self.first += g * g
            return w - rate * g / (math.sqrt(self.first) + p[0])
        if self.key == "rmsprop":
            self.first = p[0] * self.first + (1 - p[0]) * g * g
            return w - rate * g / (math.sqrt(self.first) + p[1])
        self.first = p[0] * self.first + (1 - p[0]) * g
        self.second = p[1] * self.second + (1 - p[1]) * g * g
        m, v = self.first / (1 - p[0] ** self.t), self.second / (1 - p[1] ** self.t)
        return w - rate * m / (math.sqrt(v) + p[2])


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_rules_and_memory_follow_their_formulas(key):
    optimizer = OPTIMIZERS[key]
    values = [parameter.default for parameter in optimizer.parameters]
    book = ByTheBook(key, 0.1, *values)
    slots = np.array(values + [0.0] * (PARAMETER_SLOTS - len(values)))
    ours = theirs = 3.0
    first = second = 0.0
    for t, slope in enumerate(np.random.default_rng(2).normal(size=300), start=1):
        rate, spread = step_factors(optimizer.code, slots, 0.1, t)
        ours, first, second = moved(optimizer.code, slots, rate, spread, ours, slope, first, second)
        theirs = book.step(theirs, slope)
        assert (first, second) == pytest.approx((book.first, book.second), rel=1e-12)
        assert ours == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_memory_lives_in_the_state_between_calls(key, homes, settings_of, run):
    chosen = settings_of("price", "size", optimizer=key, learning_rate=0.01, start=(0.2,))
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 1, 1, 1)
    values = [parameter.default for parameter in OPTIMIZERS[key].parameters]
    book = ByTheBook(key, 0.01, *values)
    weight = 0.2
    for _ in range(3):
        weight = book.step(weight, problem.evaluate(np.array([weight]))[1][0])
    assert state.memory.shape == (MEMORY_SLOTS, 1)
    assert state.memory[:, 0] == pytest.approx((book.first, book.second), rel=1e-12)
    assert state.weights[0] == pytest.approx(weight, rel=1e-12)


def test_adam_s_corrections_come_to_rest_and_stay_there():
    slots = np.array([0.9, 0.999, 1e-8])
    assert step_factors(5, slots, 0.1, 1) == pytest.approx((0.1 / 0.1, math.sqrt(0.001)))
    assert step_factors(5, slots, 0.1, 40_000) == (0.1, 1.0)
    assert step_factors(5, slots, 0.1, 10**12) == (0.1, 1.0)


def test_adam_s_first_steps_are_as_long_as_the_learning_rate(homes, settings_of):
    chosen = settings_of("price", "size", "age", optimizer="adam", learning_rate=0.03)
    problem = resolve(homes, chosen)
    state = begin(problem, start_weights(problem, chosen))
    after, _ = advance(problem, state, chosen, 1, np.zeros(1, dtype=np.int64))
    np.testing.assert_allclose(np.abs(after.weights - state.weights), 0.03, rtol=1e-6)


def test_momentum_without_momentum_is_gradient_descent(homes, settings_of, run):
    plain = settings_of("price", "size", "age", learning_rate=0.1)
    problem = resolve(homes, plain)
    expected = run(problem, plain, 50)[0].weights
    for key in ("momentum", "nesterov"):
        chosen = replace(plain, optimizer=key).with_parameter(OPTIMIZERS[key], "momentum", 0.0)
        np.testing.assert_allclose(run(problem, chosen, 50)[0].weights, expected, rtol=1e-14)


def test_the_table_is_in_order():
    assert [optimizer.code for optimizer in OPTIMIZERS.values()] == list(range(len(OPTIMIZERS)))
    for key, optimizer in OPTIMIZERS.items():
        assert key == optimizer.key
        assert len(optimizer.parameters) <= PARAMETER_SLOTS
        assert all((optimizer.title, optimizer.formula, optimizer.sentence, optimizer.source))
        for parameter in optimizer.parameters:
            assert parameter.allows(parameter.default)
