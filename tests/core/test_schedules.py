from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.problem import resolve
from gdexplorer.core.schedules import SCHEDULE_SLOTS, SCHEDULES, schedule_share
from gdexplorer.core.training import advance, begin, first_record, start_weights

NEVER = np.zeros(1, dtype=np.int64)


def test_the_table_is_in_order():
    assert [schedule.code for schedule in SCHEDULES.values()] == list(range(len(SCHEDULES)))
    for key, schedule in SCHEDULES.items():
        assert key == schedule.key
        assert len(schedule.parameters) <= SCHEDULE_SLOTS
        assert all((schedule.title, schedule.formula, schedule.sentence, schedule.source))
        for parameter in schedule.parameters:
            assert parameter.allows(parameter.default)


@pytest.mark.parametrize(
    ("key", "values", "steps", "expected"),
    [
        ("constant", (), (0, 7, 1e9), (1.0, 1.0, 1.0)),
        ("step", (10.0, 0.5), (0, 9, 10, 19, 20, 1e9), (1.0, 1.0, 0.5, 0.5, 0.25, 0.0)),
        ("step", (2.5, 0.1), (2, 3, 5), (1.0, 0.1, 0.01)),
        ("exponential", (0.9,), (0, 1, 2, 1e9), (1.0, 0.9, 0.81, 0.0)),
        ("cosine", (100.0, 0.2), (0, 50, 100, 1e9), (1.0, 0.6, 0.2, 0.2)),
        ("cosine", (1.0, 0.0), (0, 1, 2), (1.0, 0.0, 0.0)),
        ("warmup", (4.0, 0.2), (0, 1, 2, 4, 1e9), (0.2, 0.4, 0.6, 1.0, 1.0)),
        ("inverse", (0.5,), (0, 2, 18), (1.0, 0.5, 0.1)),
        ("inverse", (0.0,), (0, 1e9), (1.0, 1.0)),
    ],
)
def test_shares_are_those_of_the_formula(key, values, steps, expected):
    schedule = SCHEDULES[key]
    steps = np.array(steps, dtype=float)
    np.testing.assert_allclose(schedule.shares(values, steps), expected, rtol=1e-12, atol=1e-15)
    slots = np.array([*values, *[0.0] * (SCHEDULE_SLOTS - len(values))])
    compiled = [schedule_share(schedule.code, slots, step) for step in steps]
    np.testing.assert_allclose(compiled, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("path", ["chosen", "rows"])
@pytest.mark.parametrize("batch_size", [0, 7])
@pytest.mark.parametrize("key", SCHEDULES)
def test_each_step_uses_its_share_of_the_rate_and_records_it(homes, settings_of, by_rows, key, batch_size, path):
    chosen = settings_of("price", "size", "age", schedule=key, batch_size=batch_size, learning_rate=0.2)
    entry = SCHEDULES[key]
    if key in ("step", "cosine", "warmup"):
        chosen = chosen.with_parameter(entry, "length", 20.0)
    problem = resolve(homes, chosen)
    problem = by_rows(problem) if path == "rows" else problem
    state = begin(problem, start_weights(problem, chosen), chosen)
    shares = entry.shares(chosen.schedule_values, np.arange(50.0))
    assert first_record(state, chosen).learning_rates.tolist() == [0.2 * shares[0]]
    parts = []
    for size in (1, 13, 36):
        before, (state, records) = state, advance(problem, state, chosen, size, NEVER)
        parts.append(records.learning_rates)
        if not batch_size and size == 1:
            np.testing.assert_allclose(state.weights, before.weights - 0.2 * shares[0] * before.gradient, rtol=1e-14)
    np.testing.assert_allclose(np.concatenate(parts), 0.2 * shares, rtol=1e-14)


def test_a_rate_of_zero_moves_nothing(homes, settings_of, run):
    chosen = settings_of("price", "size", "age", schedule="cosine", learning_rate=0.1, optimizer="adam")
    chosen = chosen.with_parameter(SCHEDULES["cosine"], "length", 10.0)
    state, history = run(resolve(homes, chosen), chosen, 60)
    assert state.step == 60
    assert (history.learning_rates[11:] == 0).all()
    assert (history.weights[10:] == history.weights[10]).all()


def test_a_schedule_is_hot_and_counts_from_the_start_of_the_run(homes, settings_of, run):
    chosen = settings_of("price", "size", learning_rate=0.1)
    problem = resolve(homes, chosen)
    state, _ = run(problem, chosen, 9)
    slower = replace(chosen, schedule="inverse").with_parameter(SCHEDULES["inverse"], "decay", 1.0)
    _, records = advance(problem, state, slower, 2, NEVER)
    np.testing.assert_allclose(records.learning_rates, [0.1 / 10, 0.1 / 11], rtol=1e-15)


def test_the_noise_of_mini_batches_dies_out_by_1_over_t(homes, settings_of, run):
    chosen = settings_of("price", "size", "age", batch_size=4, learning_rate=0.1)
    falling = replace(chosen, schedule="inverse").with_parameter(SCHEDULES["inverse"], "decay", 0.05)
    problem = resolve(homes, chosen)
    gaps = [
        run(problem, settings, 20_000)[1].losses[-200:] - problem.least_squares.loss for settings in (chosen, falling)
    ]
    assert math.isfinite(gaps[0].mean())
    assert gaps[1].mean() < 0.02 * gaps[0].mean()
