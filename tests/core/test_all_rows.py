from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.edited_data import apply_edits
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.moments import moments_of
from gdexplorer.core.problem import resolve
from gdexplorer.core.row_edits import RowEdits
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.watching import UNWATCHED

ROWS, SAMPLED = 5000, 400
TERMS = ("size", "bias", "rooms", "size^2")


class Rows:
    """All rows, as something that passes over a table would know them."""

    def __init__(self, dataset):
        self.dataset = dataset
        self.watches = []

    def moments(self, terms, near, watch):
        self.watches.append(watch)
        assert len(near.centres) == len(terms)
        values = np.array([term.values(self.dataset) for term in terms])
        return moments_of(values[:, ~np.isnan(values).any(axis=0)])


@pytest.fixture(scope="module")
def whole(dataset_of):
    rng = np.random.default_rng(3)
    size = rng.normal(1700.0, 500.0, ROWS)
    rooms = np.round(size / 500 + rng.normal(0, 0.7, ROWS))
    rooms[::11] = np.nan
    return dataset_of(price=115 * size + 9000 * np.nan_to_num(rooms) + rng.normal(0, 4e4, ROWS), size=size, rooms=rooms)


@pytest.fixture(scope="module")
def chosen():
    return np.sort(np.random.default_rng(1).choice(ROWS, SAMPLED, replace=False))


@pytest.fixture
def big(whole, chosen):
    columns = tuple(Column(column.name, column.values[chosen]) for column in whole.columns)
    return Dataset("test data", columns, "test", total_rows=ROWS, moments=Rows(whole))


def assert_same(problem, expected, rtol=1e-9):
    for name in ("centres", "spreads", "target_centre", "target_spread"):
        np.testing.assert_allclose(getattr(problem.scaling, name), getattr(expected.scaling, name), rtol=rtol)
    found, exact = problem.least_squares, expected.least_squares
    np.testing.assert_allclose(found.H, exact.H, rtol=rtol, atol=rtol * np.abs(exact.H).max())
    np.testing.assert_allclose(found.curvatures, exact.curvatures, rtol=rtol)
    np.testing.assert_allclose(
        problem.original_weights(found.weights), expected.original_weights(exact.weights), rtol=rtol
    )
    assert found.loss == pytest.approx(exact.loss, rel=rtol)
    assert problem.target_power == pytest.approx(expected.target_power, rel=rtol)
    assert problem.condition_number == pytest.approx(expected.condition_number, rel=rtol)
    assert problem.rows_total == expected.row_count
    assert problem.rows_dropped == expected.rows_dropped


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("terms", [("size",), ("bias",), ("size", "bias"), TERMS])
def test_the_squared_error_of_a_sample_is_that_of_all_rows(big, whole, settings_of, terms, scaling):
    settings = settings_of("price", *terms, scaling=scaling)
    problem, expected = resolve(big, settings), resolve(whole, settings)
    assert_same(problem, expected)
    weights = np.linspace(-1, 1, len(terms))
    loss, gradient = problem.evaluate(weights)
    assert loss == pytest.approx(expected.evaluate(weights)[0], rel=1e-9)
    np.testing.assert_allclose(gradient, expected.evaluate(weights)[1], rtol=1e-7, atol=1e-9 * abs(gradient).max())
    assert problem.mean_squared_error(weights) == pytest.approx(expected.mean_squared_error(weights), rel=1e-9)


def test_what_is_drawn_are_rows_of_the_sample(big, whole, settings_of):
    settings = settings_of("price", *TERMS)
    problem, expected = resolve(big, settings), resolve(whole, settings)
    assert problem.row_count == np.count_nonzero(~np.isnan(big.column("rooms").values))
    complete = big.complete_rows(["rooms"])
    prices = problem.scaling.prediction_to_original(problem.y)
    np.testing.assert_allclose(prices, big.column("price").values[complete], rtol=1e-12)
    assert set(np.round(problem.X[0], 9)) <= set(np.round(expected.X[0], 9))


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss != "mse"])
def test_other_losses_know_the_sample_alone(big, settings_of, loss):
    settings = settings_of("price", *TERMS, loss=loss)
    problem = resolve(big, settings)
    alone = resolve(replace(big, total_rows=None, moments=None), settings)
    assert_same(problem, alone)
    assert not big.moments.watches
    weights = np.array([0.5, -0.2, 0.1, 0.3])
    assert problem.evaluate(weights)[0] == alone.evaluate(weights)[0]
    assert problem.notes()[0] == (
        f"{LOSSES[loss].title} uses a random sample of 400 rows (seed 0); squared error would use all 5,000."
    )


def test_which_rows_count_is_said(big, settings_of):
    problem = resolve(big, settings_of("price", *TERMS))
    assert problem.notes() == (
        "Squared error uses all 5,000 rows; plots, mini-batches and other losses a random sample of 400 rows (seed 0).",
        "455 rows are left out: a column in use has no number there.",
    )


def test_the_pass_over_all_rows_is_watched(big, settings_of):
    class Watch:
        def is_cancelled(self):
            return False

        during = UNWATCHED.during

    watch = Watch()
    resolve(big, settings_of("price", "size"), watch)
    assert big.moments.watches == [watch]


def test_a_column_that_is_constant_in_the_sample_alone_is_no_constant(dataset_of, settings_of):
    x = np.full(1000, 3.0)
    x[990] = 4.0
    whole = dataset_of(y=np.arange(1000.0), x=x)
    columns = tuple(Column(column.name, column.values[:100]) for column in whole.columns)
    problem = resolve(Dataset("t", columns, "t", total_rows=1000, moments=Rows(whole)), settings_of("y", "x", "bias"))
    assert len(problem.notes()) == 1
    assert problem.least_squares.is_unique
    np.testing.assert_allclose(
        problem.original_weights(problem.minimum), np.linalg.lstsq(np.array([x, x**0]).T, np.arange(1000.0))[0]
    )


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("share", [0.0, 0.3])
def test_edits_and_hold_out_take_rows_of_the_sample_out_of_all(big, whole, chosen, settings_of, share, edited):
    edits = RowEdits((), SAMPLED)
    if edited:
        edits = edits.with_values(7, {"price": 1e6, "size": 50.0}).without(11).without(int(np.flatnonzero(chosen)[3]))
        edits = edits.with_added([{"price": 5e5, "size": 900.0, "rooms": 3.0}, {"price": 4e5, "size": 800.0}])
    settings = settings_of("price", *TERMS, edits=edits, hold_out=share)
    problem = resolve(apply_edits(big, edits), settings)
    sample = apply_edits(big, edits)
    held = np.zeros(sample.row_count, dtype=bool)
    if share:
        held[problem.held_out.places] = True
    others = np.delete(np.arange(ROWS), chosen)
    columns = {
        column.name: np.concatenate([column.values[others], sample.column(column.name).values[~held]])
        for column in whole.columns
    }
    expected = resolve(
        Dataset("t", tuple(Column(name, values) for name, values in columns.items()), "t"), settings_of("price", *TERMS)
    )
    assert_same(problem, expected)


def test_a_sample_is_not_all_rows_it_has_another_hash(big):
    alone = replace(big, total_rows=None, moments=None)
    assert big.content_hash != alone.content_hash
    assert (big.row_count, big.all_row_count, alone.all_row_count) == (400, 5000, 400)
