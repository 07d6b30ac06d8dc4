"""Any step of a run is taken again, bit for bit, whatever was changed while it ran; in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core import checkpoints
from gdexplorer.core.checkpoints import MOST_STATES, Checkpoints, replayed
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, TrainingState, advance, begin, start_weights

NEVER = np.zeros(1, dtype=np.int64)


@pytest.fixture
def settings(settings_of: Callable[..., Settings]) -> Settings:
    return settings_of("price", "size", "bias", learning_rate=0.01)


def begun(homes: Dataset, settings: Settings) -> tuple[Problem, TrainingState]:
    problem = resolve(homes, settings)
    return problem, begin(problem, start_weights(problem, settings), settings)


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "rprop"])
@pytest.mark.parametrize(("loss", "batch_size"), [("mse", 0), ("mse", 7), ("huber", 7), ("logcosh", 0)])
def test_random_steps_after_hot_changes_are_the_recorded_ones(
    homes: Dataset, settings: Settings, optimizer: str, loss: str, batch_size: int
) -> None:
    settings = replace(settings, optimizer=optimizer, loss=loss, batch_size=batch_size)
    problem, state = begun(homes, settings)
    kept, recorded = Checkpoints(), [state.weights]
    random = np.random.default_rng(3)
    while state.step < 900:
        if random.random() < 0.3:  # a hand on the slider
            settings = replace(settings, learning_rate=float(10 ** random.uniform(-4, -1.5)))
        before, steps = state, int(random.integers(1, 12))
        state, records = advance(problem, before, settings, steps, NEVER, every_step=True)
        recorded.extend(records.weights)
        kept.note(before, settings, state.step)
    for step in random.integers(1, state.step + 1, 40):
        plan = kept.replay(int(step))
        found = replayed(problem, plan, NEVER)
        assert found is not None
        assert found.step == step - 1
        np.testing.assert_array_equal(found.weights, recorded[step - 1])
        following, _ = advance(problem, found, plan.settings, 1, NEVER)
        np.testing.assert_array_equal(following.weights, recorded[step])


def test_another_optimizer_on_the_way_is_taken_again_too(homes: Dataset, settings: Settings) -> None:
    problem, state = begun(homes, settings)
    kept, recorded = Checkpoints(), [state.weights]
    for optimizer in ("momentum", "adam", "lbfgs", "gd", "cg", "amsgrad"):
        settings = replace(settings, optimizer=optimizer)
        for _ in range(60):
            before = state
            state, records = advance(problem, before, settings, 1, NEVER, every_step=True)
            recorded.extend(records.weights)
            kept.note(before, settings, state.step)
    for step in range(1, state.step + 1, 17):
        found = replayed(problem, kept.replay(step), NEVER)
        assert found is not None
        np.testing.assert_array_equal(found.weights, recorded[step - 1])


def test_a_long_run_keeps_few_states_close_enough(homes: Dataset, settings: Settings) -> None:
    _, state = begun(homes, settings)
    kept, steps = Checkpoints(), 0
    for slice_ in range(20_000):
        kept.note(replace(state, step=steps), settings, steps + 1 + slice_)
        steps += 1 + slice_
        assert len(kept) <= MOST_STATES
    assert len(kept) > MOST_STATES // 4
    for step in np.linspace(1, steps, 500).astype(int):
        plan = kept.replay(int(step))
        assert plan.state.step < step
        assert plan.distance <= steps // 60
        assert plan.state.status is Status.RUNNING


def test_what_changes_no_step_is_no_change(homes: Dataset, settings: Settings) -> None:
    _, state = begun(homes, settings)
    kept = Checkpoints()
    for step in range(20):
        kept.note(replace(state, step=step), replace(settings, steps_per_second=step + 1.0), step + 1)
    assert len(kept.replay(20).pieces) == 1


def test_very_many_changes_forget_the_oldest_steps(
    homes: Dataset, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "MOST_CHANGES", 100)
    problem, state = begun(homes, settings)
    kept, recorded = Checkpoints(), [state.weights]
    for step in range(1000):
        settings = replace(settings, learning_rate=0.001 + 1e-6 * step)
        before = state
        state, records = advance(problem, before, settings, 1, NEVER, every_step=True)
        recorded.extend(records.weights)
        kept.note(before, settings, state.step)
    assert 800 <= kept.first_step <= 990
    with pytest.raises(InputError, match=rf"Step 5 cannot be taken again.*{kept.first_step} on"):
        kept.replay(5)
    for step in (kept.first_step, 995, 1000):
        found = replayed(problem, kept.replay(step), NEVER)
        assert found is not None
        np.testing.assert_array_equal(found.weights, recorded[step - 1])


@pytest.mark.parametrize("step", [0, -3, 4])
def test_steps_that_were_not_taken_are_refused(homes: Dataset, settings: Settings, step: int) -> None:
    _, state = begun(homes, settings)
    kept = Checkpoints()
    with pytest.raises(InputError, match="There is no step 1: 0 steps are taken so far"):
        kept.replay(1)
    kept.note(state, settings, 3)
    with pytest.raises(InputError, match="3 steps are taken so far"):
        kept.replay(step)


def test_a_slice_that_took_no_step_leaves_nothing(homes: Dataset, settings: Settings) -> None:
    _, state = begun(homes, settings)
    kept = Checkpoints()
    kept.note(state, settings, 0)
    assert len(kept) == 0


def test_replaying_can_be_given_up(homes: Dataset, settings: Settings) -> None:
    problem, state = begun(homes, settings)
    kept = Checkpoints()
    kept.note(state, settings, 1 << 40)
    assert replayed(problem, kept.replay(1 << 40), np.ones(1, dtype=np.int64)) is None
