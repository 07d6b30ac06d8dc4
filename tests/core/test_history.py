from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core import history as module
from gdexplorer.core.history import History, Records, recorded_every, steps_until_change, stride_at

NAMES = ("steps", "weights", "losses", "low", "high", "gradient_norms", "learning_rates")


@pytest.fixture
def small(monkeypatch):
    """Caps that a test can pass many times."""
    monkeypatch.setattr(module, "OPENING", 8)
    monkeypatch.setattr(module, "CAPACITY", 32)


def records_of(losses, first, last, stride):
    """What training records of steps ``first`` … ``last``, in chunks that do not cross a change of stride."""
    steps = np.arange(first, last + 1)
    kept = steps[steps % stride == 0]
    if not len(kept):
        return Records(kept, np.empty((0, 1)), *[np.empty(0)] * 5, losses[steps].min(), losses[steps].max())
    ends = np.append(kept[1:], last + 1)
    buckets = [losses[a:b] for a, b in zip(kept, ends, strict=True)]
    lead = losses[first : kept[0]]
    return Records(
        kept,
        kept[:, None] * 0.5,
        losses[kept],
        np.array([b.min() for b in buckets]),
        np.array([b.max() for b in buckets]),
        losses[kept] * 2,
        np.full(len(kept), 0.1),
        lead.min(initial=np.inf),
        lead.max(initial=-np.inf),
    )


def filled(losses, pieces):
    """Append as training does: never across a change of stride, never more than the pieces ask for."""
    history = History(1)
    history.append(records_of(losses, 0, 0, 1))
    step = 0
    for piece in pieces:
        goal = min(step + piece, len(losses) - 1)
        while step < goal:
            count = min(goal - step, steps_until_change(step))
            history.append(records_of(losses, step + 1, step + count, recorded_every(step)))
            step += count
    return history


def brute_force(losses):
    last = len(losses) - 1
    stride = stride_at(last)
    kept = [step for step in range(last + 1) if step < module.OPENING or step % stride == 0]
    ends = [*kept[1:], last + 1]
    low = [losses[a:b].min() for a, b in zip(kept, ends, strict=True)]
    high = [losses[a:b].max() for a, b in zip(kept, ends, strict=True)]
    return kept, low, high


@given(total=st.integers(1, 700), seed=st.integers(0, 99), pieces=st.lists(st.integers(1, 90), max_size=30))
def test_any_pieces_give_the_brute_force_buckets(total, seed, pieces):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "OPENING", 8)
        patch.setattr(module, "CAPACITY", 32)
        losses = np.random.default_rng(seed).normal(size=total + 1)
        history = filled(losses, [*pieces, total])
        steps, low, high = brute_force(losses)
        assert list(history.steps) == steps
        np.testing.assert_array_equal(history.low, low)
        np.testing.assert_array_equal(history.high, high)
        np.testing.assert_array_equal(history.losses, losses[steps])
        np.testing.assert_array_equal(history.weights[:, 0], np.array(steps) * 0.5)
        np.testing.assert_array_equal(history.gradient_norms, losses[steps] * 2)
        whole = filled(losses, [total])
        for name in NAMES:
            np.testing.assert_array_equal(getattr(whole, name), getattr(history, name), err_msg=name)


@pytest.mark.usefixtures("small")
def test_records_are_bounded_and_the_opening_is_kept():
    losses = np.random.default_rng(0).normal(size=20_000)
    history = History(1)
    history.append(records_of(losses, 0, 0, 1))
    step = 0
    while step < len(losses) - 1:
        count = min(len(losses) - 1 - step, steps_until_change(step), 50)
        history.append(records_of(losses, step + 1, step + count, recorded_every(step)))
        step += count
        assert len(history) <= module.CAPACITY + module.OPENING
    assert list(history.steps[:8]) == list(range(8))
    assert history.high.max() == losses.max()
    assert history.low.min() == losses.min()


@pytest.mark.usefixtures("small")
def test_the_stride_doubles_where_the_cap_is_reached():
    assert [stride_at(step) for step in (0, 31, 32, 63, 64, 127, 128)] == [1, 1, 2, 2, 4, 4, 8]
    for step in range(500):
        following = step + steps_until_change(step)
        assert recorded_every(following) != recorded_every(step) or following == module.OPENING
        assert all(recorded_every(at) == recorded_every(step) for at in range(step, following))


def test_the_true_caps_are_powers_of_two():
    for cap in (module.OPENING, module.CAPACITY):
        assert cap & (cap - 1) == 0
    assert module.OPENING < module.CAPACITY


def test_a_history_of_a_long_run_stays_small(dataset_of, settings_of, run):
    from gdexplorer.core.problem import resolve

    chosen = settings_of("y", "x", learning_rate=1e-9)
    problem = resolve(dataset_of(y=[1.0, 2.0, 4.0], x=[1.0, 2.0, 3.0]), chosen)
    _, history = run(problem, chosen, 2_000_000)
    assert len(history) <= module.CAPACITY + module.OPENING
    assert all(b > a for a, b in pairwise(history.steps))
    assert (history.low <= history.losses).all()
    assert (history.losses <= history.high).all()


def test_a_lead_belongs_to_the_record_before():
    losses = np.array([5.0, 1.0, 9.0])
    history = History(1)
    history.append(records_of(losses, 0, 0, 1))
    empty = records_of(losses, 1, 1, 4)
    assert len(empty) == 0
    history.append(empty)
    history.append(replace(empty, lead_low=9.0, lead_high=9.0))
    assert (history.low[0], history.losses[0], history.high[0]) == (1.0, 5.0, 9.0)
