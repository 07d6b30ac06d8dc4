from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.optimizers import MEMORY_SLOTS, OPTIMIZERS, PARAMETER_SLOTS
from gdexplorer.core.problem import resolve
from gdexplorer.core.training import Status, advance, begin, start_weights
from gdexplorer.core.weight_steps import LAST_SIMPLE_CODE, moved, moved_further, step_factors

NEVER = np.zeros(1, dtype=np.int64)
BY_WEIGHT = [key for key, optimizer in OPTIMIZERS.items() if optimizer.moves_by_weight]


class ByTheBook:
    """The update rules as their formulas say, one weight and plain floats; ``memory`` as the table lists it."""

    def __init__(self, key, rate, *parameters):
        self.rule, self.rate, self.parameters = getattr(self, f"_{key}"), rate, parameters
        self.t, self.memory = 0, [0.0, 0.0, 0.0]

    def step(self, w, g):
        self.t += 1
        return self.rule(w, g, *self.parameters)

    def _gd(self, w, g):
        return w - self.rate * g

    def _momentum(self, w, g, mu):
        self.memory[0] = v = mu * self.memory[0] + g
        return w - self.rate * v

    def _nesterov(self, w, g, mu):
        self.memory[0] = v = mu * self.memory[0] + g
        return w - self.rate * (g + mu * v)

    def _adagrad(self, w, g, eps):
        self.memory[0] += g * g
        return w - self.rate * g / (math.sqrt(self.memory[0]) + eps)

    def _rmsprop(self, w, g, rho, eps):
        self.memory[0] = v = rho * self.memory[0] + (1 - rho) * g * g
        return w - self.rate * g / (math.sqrt(v) + eps)

    def _adadelta(self, w, g, rho, eps):
        self.memory[0] = v = rho * self.memory[0] + (1 - rho) * g * g
        d = g * math.sqrt(self.memory[1] + eps) / math.sqrt(v + eps)
        self.memory[1] = rho * self.memory[1] + (1 - rho) * d * d
        return w - self.rate * d

    def _means(self, g, b1, b2):
        """Remember both means; return the first one corrected, the second one, and its correction."""
        self.memory[0] = m = b1 * self.memory[0] + (1 - b1) * g
        self.memory[1] = v = b2 * self.memory[1] + (1 - b2) * g * g
        return m / (1 - b1**self.t), v, 1 - b2**self.t

    def _adam(self, w, g, b1, b2, eps):
        m, v, seen = self._means(g, b1, b2)
        return w - self.rate * m / (math.sqrt(v / seen) + eps)

    def _adamw(self, w, g, b1, b2, eps, decay):
        return self._adam(w - self.rate * decay * w, g, b1, b2, eps)

    def _amsgrad(self, w, g, b1, b2, eps):
        m, v, seen = self._means(g, b1, b2)
        self.memory[2] = u = max(self.memory[2], v)
        return w - self.rate * m / (math.sqrt(u / seen) + eps)

    def _adamax(self, w, g, b1, b2, eps):
        self.memory[0] = m = b1 * self.memory[0] + (1 - b1) * g
        self.memory[1] = u = max(b2 * self.memory[1], abs(g) + eps)
        return w - self.rate * m / (1 - b1**self.t) / u

    def _nadam(self, w, g, b1, b2, eps, psi):
        _, v, seen = self._means(g, b1, b2)
        shares = [b1 * (1 - 0.5 * 0.96 ** (i * psi)) for i in range(1, self.t + 2)]
        so_far, with_next = math.prod(shares[:-1]), math.prod(shares)
        self.memory[2] = 1 - so_far
        ahead = (1 - shares[-2]) * g / (1 - so_far) + shares[-1] * self.memory[0] / (1 - with_next)
        return w - self.rate * ahead / (math.sqrt(v / seen) + eps)

    def _radam(self, w, g, b1, b2, eps):
        m, v, seen = self._means(g, b1, b2)
        most = 2 / (1 - b2) - 1
        length = most - 2 * self.t * b2**self.t / seen
        if length <= 5:
            return w - self.rate * m
        trust = math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length))
        return w - self.rate * m * trust * math.sqrt(seen) / (math.sqrt(v) + eps)

    def _rprop(self, w, g, shrink, grow, shortest, longest):
        before, s = self.memory[0], self.rate if self.t == 1 else self.memory[1]
        if g * before < 0:
            self.memory[:2] = 0.0, max(s * shrink, shortest)
            return w
        s = min(s * grow, longest) if g * before > 0 else s
        self.memory[:2] = g, s
        return w - math.copysign(s, g)

    def _lion(self, w, g, b1, b2, decay):
        way = math.copysign(1.0, b1 * self.memory[0] + (1 - b1) * g)
        self.memory[0] = b2 * self.memory[0] + (1 - b2) * g
        return w - self.rate * decay * w - self.rate * way


def defaults(key):
    values = [parameter.default for parameter in OPTIMIZERS[key].parameters]
    return values, np.array(values + [0.0] * (PARAMETER_SLOTS - len(values)))


@pytest.mark.parametrize("key", BY_WEIGHT)
def test_rules_and_memory_follow_their_formulas(key):
    code, (values, slots) = OPTIMIZERS[key].code, defaults(key)
    book = ByTheBook(key, 0.1, *values)
    ours = theirs = 3.0
    memory = [0.0, 0.0, 0.0]
    for t, slope in enumerate(np.random.default_rng(2).normal(size=300), start=1):
        rate, spread, shrunk, missing = step_factors(code, slots, 0.1, t, memory[2])
        if code <= LAST_SIMPLE_CODE:
            ours, *held = moved(code, slots, rate, spread, ours, slope, *memory[:2])
            memory = [*held, 0.0]
        else:
            ours, *memory = moved_further(code, slots, rate, spread, shrunk, missing, ours, slope, *memory)
        theirs = book.step(theirs, slope)
        assert memory == pytest.approx(book.memory, rel=1e-11)
        assert ours == pytest.approx(theirs, rel=1e-11)


@pytest.mark.parametrize("key", BY_WEIGHT)
def test_memory_lives_in_the_state_between_calls(key, homes, settings_of, run):
    chosen = settings_of("price", "size", optimizer=key, learning_rate=0.01, start=(0.2,))
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 1, 1, 1)
    book = ByTheBook(key, 0.01, *defaults(key)[0])
    weight = 0.2
    for _ in range(3):
        weight = book.step(weight, problem.evaluate(np.array([weight]))[1][0])
    assert state.memory.shape == (MEMORY_SLOTS, 1)
    assert state.memory[:, 0] == pytest.approx(book.memory, rel=1e-12)
    assert state.weights[0] == pytest.approx(weight, rel=1e-12)


@pytest.mark.parametrize("key", BY_WEIGHT)
def test_what_an_optimizer_remembers_is_what_its_table_says(key, homes, settings_of, run):
    chosen = settings_of("price", "size", "age", optimizer=key, learning_rate=0.01, batch_size=7)
    state, _ = run(resolve(homes, chosen), chosen, 20)
    told = len(OPTIMIZERS[key].memory)
    assert np.abs(state.memory[:told]).sum(axis=1).all()
    assert not state.memory[told:].any()


def test_corrections_come_to_rest_and_stay_there():
    slots = np.array([0.9, 0.999, 1e-8, 0.0])
    assert step_factors(5, slots, 0.1, 1, 0.0) == pytest.approx((0.1 / 0.1, math.sqrt(0.001), 1.0, 0.0))
    for code in (5, 8):
        for t in (40_000, 10**12):
            assert step_factors(code, slots, 0.1, t, 0.0) == (0.1, 1.0, 1.0, 0.0)


def test_radam_goes_without_its_measure_at_first():
    slots = defaults("radam")[1]
    spreads = [step_factors(OPTIMIZERS["radam"].code, slots, 0.1, t, 0.0)[1] for t in range(1, 8)]
    assert spreads[:5] == [0.0] * 5
    assert all(spread > 0 for spread in spreads[5:])


def test_nadam_knows_what_is_missing_after_very_many_steps():
    code, slots = OPTIMIZERS["nadam"].code, np.array([0.9, 0.999, 1e-8, 0.0])
    missing = 0.0
    for t in range(1, 4):
        missing = step_factors(code, slots, 0.1, t, missing)[3]
        assert missing == pytest.approx(1 - 0.45**t, rel=1e-15)
    slots[0] = 0.0
    assert step_factors(code, slots, 0.1, 5, 1.0)[::3] == (0.0, 1.0)


def test_adam_s_first_steps_are_as_long_as_the_learning_rate(homes, settings_of):
    for key in ("adam", "amsgrad", "adamax"):
        chosen = settings_of("price", "size", "age", optimizer=key, learning_rate=0.03)
        problem = resolve(homes, chosen)
        state = begin(problem, start_weights(problem, chosen), chosen)
        after, _ = advance(problem, state, chosen, 1, NEVER)
        np.testing.assert_allclose(np.abs(after.weights - state.weights), 0.03, rtol=1e-6)


def test_momentum_without_momentum_is_gradient_descent(homes, settings_of, run):
    plain = settings_of("price", "size", "age", learning_rate=0.1)
    problem = resolve(homes, plain)
    expected = run(problem, plain, 50)[0].weights
    for key in ("momentum", "nesterov"):
        chosen = replace(plain, optimizer=key).with_parameter(OPTIMIZERS[key], "momentum", 0.0)
        np.testing.assert_allclose(run(problem, chosen, 50)[0].weights, expected, rtol=1e-14)


def test_rprop_s_steps_stay_between_shortest_and_longest(homes, settings_of, run):
    entry = OPTIMIZERS["rprop"]
    chosen = settings_of("price", "size", "age", optimizer="rprop", learning_rate=1e300)
    chosen = chosen.with_parameter(entry, "longest", 0.5).with_parameter(entry, "shortest", 0.01)
    problem = resolve(homes, chosen)
    _, history = run(problem, chosen, 200)
    steps = np.abs(np.diff(history.weights, axis=0))
    assert steps.max() == pytest.approx(0.5)
    assert steps[steps > 1e-12].min() == pytest.approx(0.01)


def test_rprop_does_not_forget_a_step_length_that_has_shrunk_to_nothing():
    slots = np.array([1e-200, 1.2, 0.0, 50.0])
    memory, weight = (1.0, 1e-200, 0.0), 3.0
    for slope in (-1.0, 1.0, -1.0):
        weight, *memory = moved_further(12, slots, 0.1, 1.0, 1.0, 0.0, weight, slope, *memory)
        assert 0 < memory[1] < 1e-190
    assert weight == 3.0


@pytest.mark.parametrize("key", BY_WEIGHT)
@pytest.mark.parametrize("rate", [1e-300, 1e300])
def test_no_rate_is_too_small_or_too_large_to_be_tried(key, rate, homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", optimizer=key, learning_rate=rate, weight_decay=0.1)
    state, history = run(resolve(homes, chosen), chosen, 50)
    assert np.isfinite(history.losses).all()
    assert np.isfinite(state.memory).all()
    if rate < 1 and key != "rprop":
        np.testing.assert_array_equal(state.weights, history.weights[0])
    elif rate > 1:
        assert state.status is (Status.RUNNING if key == "rprop" else Status.DIVERGED)


@pytest.mark.parametrize("key", ["momentum", "nesterov"])
def test_momentum_close_to_1_neither_hangs_nor_warns(key, homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", optimizer=key, learning_rate=0.1)
    chosen = chosen.with_parameter(OPTIMIZERS[key], "momentum", 0.9999)
    state, history = run(resolve(homes, chosen), chosen, 2000)
    assert state.step == 2000
    assert history.losses.max() < 1e3
