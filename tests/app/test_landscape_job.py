from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.app.landscape_job import (
    FINE,
    LandscapeRequest,
    Stage,
    path_coordinates,
    ranges_for,
    stages,
    surveying,
    with_equal_units,
)
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.section import weight_section
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.landscape_choice import LandscapeChoice, View

TERMS = (Term("size"), BIAS, Term("rooms"), Term("age"))


def problem(count: int = 2, rows: int = 60, **choices: object) -> Problem:
    rng = np.random.default_rng(1)
    size, rooms, age = rng.normal(1700, 500, rows), rng.integers(1, 6, rows).astype(float), rng.uniform(0, 90, rows)
    price = 140 * size + 9e3 * rooms - 300 * age + rng.normal(0, 4e4, rows)
    columns = {"price": price, "size": size, "rooms": rooms, "age": age}
    data = Dataset("t", tuple(Column(name, values) for name, values in columns.items()), "t")
    return resolve(data, Settings("t", "price", TERMS, weight_count=count, **choices))  # type: ignore[arg-type]


def descent(made: Problem, steps: int = 40, rate: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    weights, path, heights = made.random_start(7), [], []
    for _ in range(steps):
        loss, gradient = made.evaluate(weights)
        path.append(weights)
        heights.append(loss)
        weights = weights - rate * gradient
    return np.array(path), np.array(heights)


def survey(made: Problem, choice: LandscapeChoice, stage: Stage | None = None, rate: float = 0.1):
    path, heights = descent(made, rate=rate)
    request = LandscapeRequest(made, choice, path[-1], path, heights, None, stage or stages(made)[-1])
    return surveying(request)(Ticket("landscape", 0))


@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "logcosh"])
@pytest.mark.parametrize("is_original", [False, True])
def test_every_height_of_a_plane_is_the_loss_there(loss: str, is_original: bool) -> None:
    made = problem(3, loss=loss)
    found = survey(made, LandscapeChoice(View.PAIR, (0, 2), is_original=is_original))
    ground = found.ground
    assert ground.losses.shape == (FINE, FINE)
    for row, column in ((0, 0), (17, 180), (120, 33), (199, 199)):
        weights = found.section.weights(np.array([ground.a[column], ground.b[row]]))
        assert ground.losses[row, column] == pytest.approx(made.evaluate(weights)[0], rel=1e-11)


def test_the_range_holds_start_path_and_minimum() -> None:
    made = problem(2)
    path, _ = descent(made)
    found = survey(made, LandscapeChoice())
    for place in (*path, made.minimum):
        assert found.ground.a[0] < place[0] < found.ground.a[-1]
        assert found.ground.b[0] < place[1] < found.ground.b[-1]
    np.testing.assert_allclose(found.minimum[0], made.minimum, rtol=1e-12, atol=1e-12)


def test_a_diverging_path_does_not_blow_the_picture_up() -> None:
    made = problem(2)
    calm = survey(made, LandscapeChoice())
    wild = survey(made, LandscapeChoice(), rate=1.3)
    assert np.ptp(wild.ground.a) < 6 * np.ptp(calm.ground.a)
    assert np.isfinite(wild.ground.losses).all()


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("loss", ["mse", "huber"])
@pytest.mark.parametrize("is_original", [False, True])
def test_the_cut_of_the_surface_is_the_earlier_curve(scaling: Scaling, loss: str, is_original: bool) -> None:
    """Its models have no second weight in original units; their losses are those of the perceptron with one weight."""
    made, single = problem(2, scaling=scaling, loss=loss), problem(1, scaling=scaling, loss=loss)
    found = survey(made, LandscapeChoice(is_original=is_original))
    places, losses = found.cut
    weights = found.section.weights(places)
    original = made.original_weights(weights)
    reach = np.abs(original[:, 0]).max()
    np.testing.assert_allclose(original[:, 1], 0.0, atol=1e-9 * reach * made.scaling.target_spread)
    for index in (0, 50, 101, 200):
        alone = single.scaling.to_scaled(original[index, :1])
        spread = made.scaling.target_spread / single.scaling.target_spread
        scale = spread**2 if loss == "mse" else 1.0
        assert spread == pytest.approx(1.0, rel=1e-12)
        assert losses[index] * scale == pytest.approx(single.evaluate(alone)[0], rel=1e-9)
    box = (found.ground.a[0], found.ground.a[-1]), (found.ground.b[0], found.ground.b[-1])
    for places_along, (low, high) in zip(places.T, box, strict=True):
        slack = 1e-9 * (high - low)
        assert places_along.min() >= low - slack
        assert places_along.max() <= high + slack


def test_isolines_have_the_loss_that_they_tell() -> None:
    made = problem(2)
    found = survey(made, LandscapeChoice())
    span = found.ground.high - found.ground.low
    for isoline in found.ground.isolines:
        for piece in isoline.pieces:
            losses = [made.evaluate(found.section.weights(place))[0] for place in piece[::40]]
            np.testing.assert_allclose(losses, isoline.loss, atol=2e-3 * span)


def test_the_stated_gap_is_that_of_a_direct_evaluation() -> None:
    made = problem(4)
    path, heights = descent(made)
    found = survey(made, LandscapeChoice(View.PATH))
    assert 0.9 < found.share <= 1.0
    places, gaps = found.gaps
    feet = found.section.weights(places)
    expected = [height - made.evaluate(foot)[0] for height, foot in zip(heights, feet, strict=True)]
    np.testing.assert_allclose(gaps, expected, atol=1e-12)
    np.testing.assert_allclose(places, found.section.coordinates(path), atol=1e-12)
    assert np.abs(gaps).max() > 0


def test_steepest_and_flattest_have_the_curvatures_told() -> None:
    made = problem(4)
    found = survey(made, LandscapeChoice(View.HESSIAN))
    steepest, flattest = found.curvatures
    hessian = made.hessian()
    for direction, curvature in zip(found.section.directions, (steepest, flattest), strict=True):
        assert direction @ hessian @ direction == pytest.approx(curvature, rel=1e-9)
    assert steepest / flattest == pytest.approx(made.condition_number, rel=1e-9)
    np.testing.assert_allclose(found.section.coordinates(made.minimum), 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("view", "choices", "words"),
    [(View.PATH, {"learning_rate": 0.1}, "path"), (View.HESSIAN, {"loss": "mae"}, "absolute error")],
)
def test_a_plane_that_does_not_exist_is_explained(view: View, choices: dict, words: str) -> None:
    made = problem(3, **choices)
    path, heights = descent(made, steps=1)
    request = LandscapeRequest(made, LandscapeChoice(view), path[-1], path, heights, None, Stage(25))
    assert words in surveying(request)(Ticket("landscape", 0))


def test_a_large_table_is_sampled_first_and_read_whole_at_last() -> None:
    made = problem(2, rows=60_000, loss="mae")
    first, *_, last = stages(made)
    assert 0 < first.sampled < made.row_count
    assert (last.sampled, last.points) == (0, FINE)
    coarse = survey(made, LandscapeChoice(), replace(first, points=9))
    whole = survey(made, LandscapeChoice(), Stage(9))
    np.testing.assert_allclose(coarse.ground.losses, whole.ground.losses, rtol=0.05)
    assert not np.array_equal(coarse.ground.losses, whole.ground.losses)
    assert stages(problem(2)) == (Stage(FINE),)


def test_a_cancelled_survey_of_many_rows_ends_at_once() -> None:
    made = problem(2, rows=400_000, loss="logcosh")
    path, heights = descent(made, steps=2)
    request = LandscapeRequest(made, LandscapeChoice(), path[-1], path, heights, None, Stage(FINE))
    ticket = Ticket("landscape", 0)
    ticket.cancel()
    began = time.perf_counter()
    surveying(request)(ticket)
    assert time.perf_counter() - began < 0.3


def test_the_share_is_that_of_the_whole_path() -> None:
    made = problem(4)
    path, heights = descent(made, steps=3000, rate=0.004)
    request = LandscapeRequest(made, LandscapeChoice(View.PATH), path[-1], path, heights, None, stages(made)[-1])
    found = surveying(request)(Ticket("landscape", 0))
    moves = path - path.mean(axis=0)
    spreads = np.linalg.svd(moves, compute_uv=False) ** 2
    assert found.share == pytest.approx(spreads[:2].sum() / spreads.sum(), rel=1e-12)


@pytest.mark.parametrize("scaling", Scaling)
def test_flat_directions_still_have_a_range(scaling: Scaling) -> None:
    rng = np.random.default_rng(0)
    size = rng.normal(1700, 500, 30)
    columns = (Column("price", 140 * size), Column("size", size), Column("same", size.copy()))
    settings = Settings("t", "price", (Term("size"), Term("same")), weight_count=2, scaling=scaling)
    made = resolve(Dataset("t", columns, "t"), settings)
    rate = 0.01 if scaling is not Scaling.NONE else 1e-9
    steepest = survey(made, LandscapeChoice(View.HESSIAN), rate=rate).ground
    assert 0.01 < np.ptp(steepest.a) / np.ptp(steepest.b) < 100.0
    found = survey(made, LandscapeChoice(), rate=rate)
    assert found.minimum is None
    assert np.isfinite(found.ground.losses).all()
    assert np.ptp(found.ground.losses) > 0


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.2])
def test_units_are_equally_long_both_ways_unless_that_leaves_no_room(shape: float) -> None:
    ranges = ((-1.0, 1.0), (-3.0, 3.0))
    (left, right), (bottom, top) = with_equal_units(ranges, shape)
    assert (right - left) / (top - bottom) == pytest.approx(shape)
    assert left <= -1.0
    assert right >= 1.0
    assert bottom <= -3.0
    assert top >= 3.0
    assert min((right - left) / 2, (top - bottom) / 6) == pytest.approx(1.0)
    valley = ((-1.0, 1.0), (-500.0, 500.0))
    assert with_equal_units(valley, shape) == valley


def test_one_row_has_a_landscape() -> None:
    found = survey(problem(2, rows=1), LandscapeChoice(), rate=0.01)
    assert np.isfinite(found.ground.losses).all()


def test_huge_weights_and_losses_that_overflow_have_one_too() -> None:
    made = problem(2)
    far = np.array([[1e200, -1e200], [1e12, 1e12]])
    request = LandscapeRequest(
        made, LandscapeChoice(), far[0], far, np.array([np.inf, 1e24]), ((-1e200, 1e200), (-1.0, 1.0)), Stage(25)
    )
    found = surveying(request)(Ticket("landscape", 0))
    assert np.isinf(found.ground.losses).any()
    assert not np.isnan(found.ground.losses).any()
    section = weight_section(made, far[0], (0, 1))
    ranges = ranges_for(made, section, path_coordinates(far, made, LandscapeChoice(), section))
    assert np.isfinite(ranges).all()
