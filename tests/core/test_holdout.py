from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.edited_data import apply_edits
from gdexplorer.core.errors import InputError
from gdexplorer.core.held_out_loss import held_out_losses, is_quick, is_sampled
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.problem import resolve
from gdexplorer.core.row_edits import NO_EDITS
from gdexplorer.core.scaling import Scaling

LOSS_OF = {
    "mse": lambda r: r**2,
    "mae": np.abs,
    "huber": lambda r: np.where(np.abs(r) <= 1, r * r / 2, np.abs(r) - 0.5),
    "logcosh": lambda r: np.log(np.cosh(r)),
}


def places(problem):
    return problem.held_out.places.tolist()


def test_nothing_is_held_out_unless_asked(homes, settings_of):
    assert resolve(homes, settings_of("price", "size", "bias")).held_out is None


def test_the_share_is_held_out_and_the_rest_is_the_problem_of_the_rest(homes, settings_of, dataset_of):
    settings = settings_of("price", "size", "bias", hold_out=0.2)
    problem = resolve(homes, settings)
    assert problem.held_out.row_count == 12
    assert problem.row_count == 48
    assert problem.rows_dropped == 0
    rest = np.setdiff1d(np.arange(60), problem.held_out.places)
    smaller = dataset_of(**{column.name: column.values[rest] for column in homes.columns})
    alone = resolve(smaller, replace(settings, hold_out=0.0))
    np.testing.assert_array_equal(problem.X, alone.X)
    np.testing.assert_array_equal(problem.least_squares.weights, alone.least_squares.weights)
    assert problem.scaling.spreads.tolist() == alone.scaling.spreads.tolist()


def test_seed_and_share_say_which_rows(homes, settings_of):
    settings = settings_of("price", "size", "bias", hold_out=0.25)
    first = places(resolve(homes, settings))
    assert first == places(resolve(homes, settings))
    assert first == places(resolve(homes, settings_of("price", "age", "rooms", hold_out=0.25)))
    assert first != places(resolve(homes, replace(settings, seed=8)))
    assert set(first) < set(places(resolve(homes, replace(settings, hold_out=0.5))))


def test_rows_stay_held_out_where_others_are_edited_and_added_ones_are_trained_on(homes, settings_of):
    settings = settings_of("price", "size", "bias", hold_out=0.2)
    held = places(resolve(homes, settings))
    trained = next(row for row in range(60) if row not in held)
    edits = NO_EDITS.over(60).with_values(held[0], {"size": 1.0}).with_added([{"size": 5.0, "price": 6.0}] * 3)
    problem = resolve(apply_edits(homes, edits), settings)
    assert places(problem) == held
    assert problem.row_count == 51
    gone = edits.without(trained)
    problem = resolve(apply_edits(homes, gone), settings)
    assert gone.rows_at(problem.held_out.places).tolist() == held


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scaling", Scaling)
def test_the_loss_is_that_of_the_held_out_rows_in_the_scaling_of_training(homes, settings_of, loss, scaling):
    settings = settings_of("price", "size", "rooms", "bias", hold_out=0.2, loss=loss, scaling=scaling)
    problem = resolve(homes, settings)
    assert is_quick(problem) == (loss == "mse")
    assert not is_sampled(problem)
    unit = 1e-3 if scaling is Scaling.NONE else 1.0
    points = np.random.default_rng(1).normal(0, unit, (7, 3))
    rows = problem.held_out.places
    scaled = (homes.column("price").values[rows] - problem.scaling.target_centre) / problem.scaling.target_spread
    original = problem.original_weights(points)
    predicted = original @ np.array([term.values(homes)[rows] for term in problem.terms])
    residuals = (predicted - problem.scaling.target_centre) / problem.scaling.target_spread - scaled
    with np.errstate(over="ignore"):
        expected = LOSS_OF[loss](residuals).mean(axis=1)
    found = held_out_losses(problem, points)
    mask = np.isfinite(expected)
    np.testing.assert_allclose(found[mask], expected[mask], rtol=1e-9)


def test_of_many_rows_other_losses_see_a_sample(homes, settings_of):
    problem = resolve(homes, settings_of("price", "size", "bias", hold_out=0.5, loss="mae"))
    points = np.zeros((1, 2))
    assert is_sampled(problem, 10)
    sampled = held_out_losses(problem, points, most_rows=10)
    assert sampled == held_out_losses(problem, points, most_rows=10)
    assert sampled != held_out_losses(problem, points)
    assert sampled == pytest.approx(held_out_losses(problem, points)[0], rel=0.5)


def test_a_cancelled_or_missing_loss_is_nan(homes, settings_of):
    problem = resolve(homes, settings_of("price", "size", hold_out=0.5, loss="mae"))
    assert np.isnan(held_out_losses(problem, np.zeros((3, 1)), np.ones(1, dtype=np.int64))).all()
    assert np.isnan(held_out_losses(replace(problem, held_out=None), np.zeros((3, 1)))).all()


@pytest.mark.parametrize(("rows", "share"), [(2, 0.2), (1, 0.5), (1, 0.9)])
def test_a_row_stays_on_either_side(dataset_of, settings_of, rows, share):
    data = dataset_of(x=np.arange(rows) + 1.0, y=np.arange(rows) + 2.0)
    with pytest.raises(InputError, match=r"Holding out .* of \d rows? (holds no row out|leaves no row)"):
        resolve(data, settings_of("y", "x", hold_out=share))


@pytest.mark.parametrize("share", [-0.1, 0.91, float("nan")])
def test_not_every_share_can_be_held_out(settings_of, share):
    with pytest.raises(InputError, match=r"from 0 to 0\.9"):
        settings_of("y", "x", hold_out=share)
