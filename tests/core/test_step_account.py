"""One step in full: exactly the step that training takes, and parts that add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.batches import batch_rows
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.edited_data import apply_edits
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import OPTIMIZERS, Family
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.row_edits import NO_EDITS
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.step_account import StepAccount, account
from gdexplorer.core.step_rows import RowChoice, TrainingRows
from gdexplorer.core.training import TrainingState, advance, begin, start_weights

NEVER = np.zeros(1, dtype=np.int64)
TERMS = ("size", "bias", "rooms")


def account_of(
    problem: Problem, settings: Settings, state: TrainingState, choice: RowChoice | None = None
) -> StepAccount:
    made = account(TrainingRows(problem), state, settings, choice or RowChoice(), NEVER)
    assert made is not None
    return made


@pytest.fixture
def settings(settings_of: Callable[..., Settings]) -> Settings:
    return settings_of("price", *TERMS, learning_rate=0.01)


@pytest.mark.parametrize(
    ("optimizer", "loss", "batch_size"),
    [
        (key, loss, batch_size)
        for key, entry in OPTIMIZERS.items()
        for loss in LOSSES
        for batch_size in (0, 7)
        if not (entry.family is Family.YARDSTICK and batch_size) and not (entry.needs_hessian and loss == "mae")
    ],
)
def test_weights_and_memory_after_are_exactly_the_next_recorded_ones(
    homes: Dataset, settings: Settings, optimizer: str, loss: str, batch_size: int
) -> None:
    settings = replace(settings, optimizer=optimizer, loss=loss, batch_size=batch_size)
    problem = resolve(homes, settings)
    state = begin(problem, start_weights(problem, settings), settings)
    ended, records = advance(problem, state, settings, 12, NEVER, every_step=True)
    assert ended.step == 12
    for step in range(12):
        made = account_of(problem, settings, state)
        following, _ = advance(problem, state, settings, 1, NEVER, every_step=True)
        assert made.after is not None
        assert made.step == step + 1
        np.testing.assert_array_equal(made.after.weights, records.weights[step])
        np.testing.assert_array_equal(made.after.memory, following.memory)
        np.testing.assert_array_equal(made.update, records.weights[step] - state.weights)
        assert made.rate == records.learning_rates[step]
        for slot, change in enumerate(made.memory):
            np.testing.assert_array_equal(change.before, state.memory[slot])
            np.testing.assert_array_equal(change.after, following.memory[slot])
        state = following


@pytest.mark.parametrize("batch_size", [0, 1, 7, 60])
@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_parts_add_up(homes: Dataset, settings: Settings, loss: str, batch_size: int) -> None:
    settings = replace(settings, loss=loss, batch_size=batch_size, weight_decay=0.3, gradient_clip=0.5, hold_out=0.2)
    settings = replace(settings, batch_size=min(batch_size, 48))
    problem = resolve(homes, settings)
    state = begin(problem, start_weights(problem, settings), settings)
    state, _ = advance(problem, state, settings, 5, NEVER)
    rows = TrainingRows(problem)
    everything = RowChoice(tuple(rows.numbers.tolist()), has_worst=False)
    made = account_of(problem, settings, state, everything)
    used = made.rows.is_in_step
    assert used.sum() == made.row_count == (settings.batch_size or 48)
    close = {"rtol": 1e-12, "atol": 1e-14}
    np.testing.assert_allclose(made.rows.predictions, made.rows.terms @ state.weights, **close)
    np.testing.assert_allclose(made.rows.residuals, made.rows.predictions - made.rows.targets, **close)
    assert made.loss == pytest.approx(made.rows.losses[used].mean(), rel=1e-12)
    np.testing.assert_allclose(made.gradient, made.rows.shares[used].mean(axis=0), **close)
    np.testing.assert_allclose(made.decay, 0.3 * state.weights, **close)
    factor = min(1.0, 0.5 / (np.linalg.norm(made.gradient) + 1e-6))
    assert made.clip_factor == pytest.approx(factor, rel=1e-12)
    np.testing.assert_allclose(made.slope, made.gradient * factor + 0.3 * state.weights, **close)
    np.testing.assert_allclose(made.update, -0.01 * made.slope, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("scaling", list(Scaling))
def test_original_units_are_those_of_the_data(homes: Dataset, settings: Settings, scaling: Scaling) -> None:
    settings = replace(settings, scaling=scaling, learning_rate=1e-9 if scaling is Scaling.NONE else 0.01)
    problem = resolve(homes, settings)
    state = begin(problem, start_weights(problem, settings), settings)
    made = account_of(problem, settings, state, RowChoice((3, 41), has_worst=False))
    size, price = homes.column("size").values, homes.column("price").values
    np.testing.assert_array_equal(made.rows.numbers, [3, 41])
    np.testing.assert_array_equal(made.rows.original_terms[:, 0], size[[3, 41]])
    np.testing.assert_array_equal(made.rows.original_terms[:, 1], [1.0, 1.0])
    np.testing.assert_array_equal(made.rows.original_targets, price[[3, 41]])
    spread, centre = problem.scaling.target_spread, problem.scaling.target_centre
    np.testing.assert_allclose(made.rows.original_predictions, made.rows.predictions * spread + centre, rtol=1e-12)
    assert made.after is not None
    moved = problem.original_weights(made.after.weights) - problem.original_weights(state.weights)
    np.testing.assert_allclose(problem.scaling.direction_to_original(made.update), moved, rtol=1e-9, atol=1e-9)


def test_a_batch_is_that_of_its_step(homes: Dataset, settings: Settings) -> None:
    settings = replace(settings, batch_size=25)
    problem = resolve(homes, settings)
    state = begin(problem, start_weights(problem, settings), settings)
    places = []
    for step in range(1, 7):
        made = account_of(problem, settings, state)
        chosen = batch_rows(settings.seed, step, 25, 60)
        assert made.row_count == len(chosen) == (10 if step % 3 == 0 else 25)
        assert made.rows.is_in_step.all()
        np.testing.assert_array_equal(made.rows.numbers[:2], chosen[:2])
        residuals = np.abs(state.weights @ problem.X - problem.y)
        assert made.rows.worst == chosen[np.argmax(residuals[chosen])]
        places.append(made.epoch)
        state, _ = advance(problem, state, settings, 1, NEVER)
    assert places == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    outside = int(np.setdiff1d(np.arange(60), batch_rows(settings.seed, 7, 25, 60))[0])
    assert not account_of(problem, settings, state, RowChoice((outside,))).rows.is_in_step[0]


def test_rows_that_training_does_not_have_are_named(
    dataset_of: Callable[..., Dataset], settings_of: Callable[..., Settings]
) -> None:
    dataset = dataset_of(price=[1.0, 2.0, np.nan, 4.0, 5.0], size=[1.0, 2.0, 3.0, 4.0, 6.0])
    settings = settings_of("price", "size")
    problem = resolve(apply_edits(dataset, NO_EDITS.over(5).without(0)), settings)
    choice = RowChoice((0, 2, 3, 99), has_worst=False)
    made = account_of(problem, settings, begin(problem, np.zeros(1), settings), choice)
    assert made.rows.missing == (0, 2, 99)
    np.testing.assert_array_equal(made.rows.numbers, [3])
    np.testing.assert_array_equal(made.rows.original_targets, [4.0])


def test_a_step_out_of_the_range_of_numbers_is_told_apart(homes: Dataset, settings: Settings) -> None:
    settings = replace(settings, learning_rate=1e300)
    problem = resolve(homes, settings)
    made = account_of(problem, settings, begin(problem, start_weights(problem, settings), settings))
    assert made.after is None
    assert made.update is None
    assert np.isnan(made.rate)
    assert np.isfinite(made.slope).all()


def test_giving_up_brings_nothing(homes: Dataset, settings: Settings) -> None:
    problem = resolve(homes, replace(settings, loss="huber"))
    state = begin(problem, np.zeros(3), settings)
    assert account(TrainingRows(problem), state, settings, RowChoice(), np.ones(1, dtype=np.int64)) is None


def test_rows_of_a_big_table_are_said_to_be_a_sample(homes: Dataset, settings: Settings) -> None:
    big = replace(homes, total_rows=1_000_000)
    problem = resolve(big, replace(settings, loss="mae"))
    made = account_of(problem, replace(settings, loss="mae"), begin(problem, np.zeros(3), settings))
    assert made.is_sample
    assert not account_of(resolve(homes, settings), settings, begin(problem, np.zeros(3), settings)).is_sample
