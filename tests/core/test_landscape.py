from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gdexplorer.core import landscape
from gdexplorer.core.kernels import BLOCK_ROWS
from gdexplorer.core.landscape import loss_slice, losses_at, sample_rows, section_losses, section_minimum
from gdexplorer.core.least_squares import solve
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.section import Section, weight_section

TERMS = ("size", "bias", "rooms", "age", "distance")
CANCELLED = np.ones(1, dtype=np.int64)


def grid_points(section, axes):
    return section.weights(np.stack(np.meshgrid(*axes), axis=-1))


def evaluated(problem, points):
    flat = points.reshape(-1, points.shape[-1])
    return np.array([problem.evaluate(point)[0] for point in flat]).reshape(points.shape[:-1])


def assert_is_the_loss(problem, section, axes, found):
    """Equal to the problem's own loss but for what rounding of the weights, and of w·x, makes of it."""
    points = grid_points(section, axes)
    expected = evaluated(problem, points)
    assert found.shape == expected.shape
    coordinates = np.stack(np.meshgrid(*(np.abs(axis) for axis in axes)), axis=-1)
    sizes = np.abs(section.origin) + coordinates @ np.abs(section.directions) + np.abs(problem.least_squares.weights)
    blur = 1e-15 * (sizes @ np.sqrt((problem.X**2).mean(axis=1)) + np.sqrt((problem.y**2).mean()))
    slope = {"mse": 2 * np.sqrt(expected), "huber": problem.delta}.get(problem.loss.key, 1.0)
    assert (np.abs(found - expected) <= 1e-12 * expected + 8 * blur * (slope + blur)).all()


@st.composite
def drawn(draw):
    """Random data of any scale, and a grid over one or two of its weights."""
    count = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    rows = draw(st.sampled_from([1, 2, 7, 60]))
    spread = 10.0 ** rng.integers(-3, 4, size=count)
    columns = spread[:, None] * (rng.normal(size=(count, rows)) + rng.choice([0, 30], size=(count, 1)))
    data = {f"x{k}": column for k, column in enumerate(columns)}
    data["y"] = rng.normal(size=rows) * 10.0 ** rng.integers(-2, 6)
    names = list(data)[:count]
    if draw(st.booleans()):
        names[draw(st.integers(0, count - 1))] = "bias"
    indices = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=min(2, count), unique=True))
    axes = tuple(np.sort(rng.normal(size=size) * 10.0 ** rng.integers(-1, 3)) for size in (6, 4)[: len(indices)])
    choices = {"loss": draw(st.sampled_from(list(LOSSES))), "scaling": draw(st.sampled_from(list(Scaling)))}
    return data, names, choices, rng.normal(size=count), indices, axes, draw(st.booleans())


@given(drawn=drawn(), reads_rows=st.booleans())
@hypothesis_settings(max_examples=300)
def test_the_grid_is_the_loss_at_each_of_its_points(dataset_of, settings_of, by_rows, drawn, reads_rows):
    data, names, choices, point, indices, axes, original = drawn
    problem = resolve(dataset_of(**data), settings_of("y", *names, **choices))
    section = weight_section(problem, point, indices, original=original)
    if original:
        axes = tuple(
            axis * problem.scaling.target_spread / problem.scaling.spreads[i]
            for axis, i in zip(axes, indices, strict=True)
        )
    if reads_rows:
        problem = by_rows(problem)
    assert_is_the_loss(problem, section, axes, section_losses(problem, section, axes))


@pytest.mark.parametrize("loss", LOSSES)
def test_any_directions_and_any_points_will_do(homes, settings_of, loss):
    problem = resolve(homes, settings_of("price", *TERMS, loss=loss))
    rng = np.random.default_rng(0)
    section = Section(rng.normal(size=5), rng.normal(size=(2, 5)))
    axes = np.linspace(-3, 3, 9), np.linspace(-1, 1, 5)
    grid = section_losses(problem, section, axes)
    assert_is_the_loss(problem, section, axes, grid)
    points = grid_points(section, axes).reshape(-1, 5)
    np.testing.assert_allclose(losses_at(problem, points), grid.ravel(), rtol=1e-12)
    line = Section(section.origin, section.directions[:1])
    np.testing.assert_allclose(section_losses(problem, line, axes[:1]), grid[2], rtol=1e-12)


@pytest.mark.parametrize("rows", [1, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 5000])
@pytest.mark.parametrize("loss", LOSSES)
def test_any_number_of_rows(dataset_of, settings_of, by_rows, loss, rows):
    rng = np.random.default_rng(0)
    x = rng.normal(size=rows)
    problem = by_rows(resolve(dataset_of(y=x + rng.normal(size=rows), x=x), settings_of("y", "x", "bias", loss=loss)))
    section = weight_section(problem, np.zeros(2), [1, 0])
    axes = np.array([0.1, 0.7]), np.array([-1.0, 0.0, 2.0])
    assert_is_the_loss(problem, section, axes, section_losses(problem, section, axes))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_source_of_the_kernel_gives_the_same_uncompiled(homes, settings_of, loss):
    problem = resolve(homes, settings_of("price", *TERMS, loss=loss))
    rng = np.random.default_rng(1)
    section = Section(rng.normal(size=5), rng.normal(size=(2, 5)))
    starts = np.array([[0.0, -1.0], [0.0, 2.0]])
    compiled, plain = np.empty((2, 3)), np.empty((2, 3))
    given_to_both = (problem.loss.code, problem.delta, problem.X, problem.y, section.origin, section.directions)
    for kernel, losses in ((landscape.mean_losses, compiled), (landscape.mean_losses.py_func, plain)):
        kernel(*given_to_both, starts, np.array([-1.0, 0.0, 3.0]), losses, np.zeros(1, dtype=np.int64))
    np.testing.assert_allclose(compiled, plain, rtol=1e-13)


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("second", ["bias", "rooms"])
def test_the_cut_where_the_second_weight_is_zero_is_the_curve_of_one_weight(
    homes, settings_of, by_rows, loss, scaling, second
):
    settings = settings_of("price", "size", second, loss=loss, scaling=scaling)
    one, two = resolve(homes, replace(settings, weight_count=1)), resolve(homes, settings)
    # Losses are in the unit of the scaled target, and that is the same: only its centre differs.
    assert one.scaling.target_spread == two.scaling.target_spread
    values = np.linspace(-50, 300, 41)  # USD per sq ft
    curve = section_losses(one, weight_section(one, np.zeros(1), [0], original=True), (values,))
    model = two.scaling.to_scaled(np.zeros(2))
    cut = section_losses(two, weight_section(two, model, [0], original=True), (values,))
    np.testing.assert_allclose(cut, curve, rtol=1e-11)
    plane = weight_section(two, model, [0, 1], original=True)
    surface = section_losses(two, plane, (values, np.array([-1.0, 0.0, 1.0])))
    np.testing.assert_allclose(surface[1], curve, rtol=1e-11)
    np.testing.assert_allclose(section_losses(by_rows(two), plane, (values, np.zeros(1)))[0], curve, rtol=1e-11)


# The squared error


def test_nothing_cancels_near_a_minimum_far_from_zero(dataset_of, settings_of):
    rng = np.random.default_rng(2)
    x = rng.normal(size=300)
    y = 1e5 * x - 3e5 + rng.normal(size=300) * 1e-3
    problem = resolve(dataset_of(y=y, x=x), settings_of("y", "x", "bias", scaling=Scaling.NONE))
    H, minimum = problem.least_squares.H, problem.minimum
    moves = np.linspace(-1e-5, 1e-5, 11)  # which change the loss by less than 1e-4 of itself
    section = weight_section(problem, np.zeros(2), [0, 1])
    axes = minimum[0] + moves, minimum[1] + moves
    away = grid_points(section, axes) - minimum
    rise = 0.5 * np.einsum("...i,ij,...j", away, H, away)
    found = section_losses(problem, section, axes) - problem.least_squares.loss
    np.testing.assert_allclose(found, rise, atol=1e-16 * problem.least_squares.loss + 1e-6 * rise.max())


def test_a_grid_far_off_a_long_valley(dataset_of, settings_of):
    year = np.arange(1990.0, 2020.0)
    problem = resolve(
        dataset_of(y=3 * (year - 2000) + np.sin(year), year=year),
        settings_of("y", "year", "bias", scaling=Scaling.NONE),
    )
    section = weight_section(problem, np.zeros(2), [0, 1])
    for axes in (
        (np.linspace(-1, 1, 7), np.linspace(-1, 1, 7)),
        (np.linspace(-1, 1, 7), np.linspace(1e9, 1e9 + 1, 3)),
        (np.array([3.0]), np.linspace(-7000, -5000, 5)),
    ):
        assert_is_the_loss(problem, section, axes, section_losses(problem, section, axes))


@pytest.mark.parametrize("kind", ["equal columns", "constant column and bias", "zero column", "one row"])
@pytest.mark.parametrize("scaling", Scaling)
def test_flat_directions(dataset_of, settings_of, kind, scaling):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 1 if kind == "one row" else 40))
    second = {"equal columns": x, "constant column and bias": 0 * x + 7.3, "zero column": 0 * x, "one row": x + 1}[kind]
    names = ("z", "bias", "x") if kind.startswith("constant") else ("z", "x", "w")
    problem = resolve(dataset_of(y=y, x=x, z=second, w=x**2 - 1), settings_of("y", *names, scaling=scaling))
    for original in (False, True):
        section = weight_section(problem, np.array([0.3, -0.2, 0.5]), [0, 1], original=original)
        for reach in (1.0, 1e6):
            axes = np.linspace(-reach, reach, 8), np.linspace(-reach, 2 * reach, 5)
            assert_is_the_loss(problem, section, axes, section_losses(problem, section, axes))
    assert section_minimum(problem, weight_section(problem, np.zeros(3), [0, 1])) is None


def test_the_lowest_point_of_the_whole_plane_is_least_squares(homes, settings_of):
    for scaling in Scaling:
        problem = resolve(homes, settings_of("price", "size", "bias", scaling=scaling))
        coordinates, loss = section_minimum(problem, weight_section(problem, np.array([5.0, 2.0]), [1, 0]))
        np.testing.assert_allclose(coordinates, problem.minimum[::-1], rtol=1e-13, atol=1e-15)
        assert loss == pytest.approx(problem.least_squares.loss, rel=1e-14)
        coordinates, loss = section_minimum(problem, weight_section(problem, np.zeros(2), [0, 1], original=True))
        np.testing.assert_allclose(coordinates, problem.original_weights(problem.minimum), rtol=1e-11)
        assert loss == pytest.approx(problem.least_squares.loss, rel=1e-14)


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("indices", [[0], [3], [0, 1], [4, 2]])
@pytest.mark.parametrize("original", [False, True])
def test_the_lowest_point_of_a_section_is_a_constrained_solve(homes, settings_of, scaling, indices, original):
    problem = resolve(homes, settings_of("price", *TERMS, scaling=scaling))
    section = weight_section(problem, problem.random_start(3), indices, original=original)
    coordinates, loss = section_minimum(problem, section)
    constrained = solve(section.directions @ problem.X, problem.y - section.origin @ problem.X)
    np.testing.assert_allclose(coordinates, constrained.weights, rtol=1e-9, atol=1e-15)
    assert loss == pytest.approx(constrained.loss, rel=1e-12)
    assert loss == pytest.approx(problem.evaluate(section.weights(coordinates))[0], rel=1e-12)
    around = tuple(np.array([value * 0.999, value, value * 1.001]) for value in coordinates)
    assert section_losses(problem, section, around).min() >= loss * (1 - 1e-14)


def test_other_losses_have_no_exact_lowest_point(homes, settings_of):
    for loss in LOSSES:
        problem = resolve(homes, settings_of("price", "size", "bias", loss=loss))
        found = section_minimum(problem, weight_section(problem, np.zeros(2), [0, 1]))
        assert (found is None) == (loss != "mse")


# Extremes


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scaling", Scaling)
def test_weights_at_a_million_millions(homes, settings_of, loss, scaling):
    problem = resolve(homes, settings_of("price", *TERMS[:3], loss=loss, scaling=scaling))
    section = weight_section(problem, np.array([1e12, -1e12, 1e12]), [0, 2])
    axes = np.linspace(-1e12, 1e12, 5), 1e12 + np.linspace(-1, 1, 5)
    assert_is_the_loss(problem, section, axes, section_losses(problem, section, axes))


@pytest.mark.parametrize("loss", LOSSES)
def test_where_the_loss_overflows_it_is_infinite_without_a_warning(homes, settings_of, by_rows, loss):
    problem = resolve(homes, settings_of("price", "size", "rooms", loss=loss, scaling=Scaling.NONE))
    axis = np.array([-1e307, 0.0, 1e307])
    section = weight_section(problem, np.zeros(2), [0, 1])
    for each in (problem, by_rows(problem)):
        grid = section_losses(each, section, (axis, axis))
        assert np.isfinite(grid[1, 1])
        assert (np.delete(grid.ravel(), 4) == np.inf).all()
        assert list(losses_at(each, np.array([[0.0, 0.0], [1e307, -1e307]]))) == [pytest.approx(grid[1, 1]), np.inf]
        drawn = loss_slice(each, np.zeros(2), 0, axis)
        assert np.isfinite(drawn.losses[1])
        assert (drawn.losses[[0, 2]] == np.inf).all()


def test_columns_too_large_to_square_are_read_row_by_row(dataset_of, settings_of):
    problem = resolve(
        dataset_of(y=[1e200, 2e200, 2.5e200], x=[1.0, 2.0, 3.0], z=[1e160, -2e160, 0.0]),
        settings_of("y", "x", "z", scaling=Scaling.NONE),
    )
    assert not problem.is_quadratic
    section = weight_section(problem, np.zeros(2), [0, 1])
    assert (section_losses(problem, section, (np.zeros(2), np.zeros(3))) == np.inf).all()
    near = replace(problem, y=problem.y / 1e100, least_squares=replace(problem.least_squares, loss=np.nan))
    assert section_losses(near, section, (np.array([1e100]), np.array([0.0])))[0, 0] == pytest.approx(0.25e200 / 3)


def test_no_values_are_no_losses(homes, settings_of):
    for loss in ("mse", "mae"):
        problem = resolve(homes, settings_of("price", "size", "bias", loss=loss))
        section = weight_section(problem, np.zeros(2), [0, 1])
        assert section_losses(problem, section, (np.zeros(3), np.zeros(0))).shape == (0, 3)
        assert section_losses(problem, section, (np.zeros(0), np.zeros(2))).shape == (2, 0)
        assert losses_at(problem, np.zeros((0, 2))).shape == (0,)


# Samples


def test_a_sample_is_the_same_each_time_and_takes_no_row_twice(homes, settings_of):
    problem = resolve(homes, settings_of("price", *TERMS))
    sample, again, other = sample_rows(problem, 25), sample_rows(problem, 25), sample_rows(problem, 25, seed=1)
    np.testing.assert_array_equal(sample.X, again.X)
    np.testing.assert_array_equal(sample.y, again.y)
    assert not np.array_equal(sample.y, other.y)
    assert sample.X.shape == (5, 25)
    assert sample.X.flags.c_contiguous
    found = [int(np.flatnonzero((column[:, None] == problem.X).all(axis=0))[0]) for column in sample.X.T]
    assert len(set(found)) == 25
    np.testing.assert_array_equal(problem.y[found], sample.y)


def test_a_sample_of_at_least_all_rows_is_all_rows(homes, settings_of):
    problem = resolve(homes, settings_of("price", "size"))
    for count in (60, 61, 10**9):
        assert sample_rows(problem, count).X is problem.X
        assert sample_rows(problem, count).y is problem.y


@pytest.mark.parametrize("loss", ["mae", "huber", "logcosh"])
def test_the_loss_on_a_sample_is_that_of_these_rows_alone(homes, settings_of, loss):
    problem = resolve(homes, settings_of("price", *TERMS, loss=loss))
    rows = sample_rows(problem, 20)
    alone = replace(problem, X=rows.X, y=rows.y)
    section = weight_section(problem, np.ones(5), [3, 0])
    axes = np.linspace(-2, 2, 7), np.linspace(-1, 1, 3)
    np.testing.assert_array_equal(
        section_losses(problem, section, axes, rows=rows), section_losses(alone, section, axes)
    )
    points = grid_points(section, axes).reshape(-1, 5)
    np.testing.assert_array_equal(losses_at(problem, points, rows=rows), losses_at(alone, points))


# Being given up


def test_what_is_cancelled_beforehand_is_not_a_number(homes, settings_of):
    problem = resolve(homes, settings_of("price", "size", "bias", loss="huber"))
    section = weight_section(problem, np.zeros(2), [0, 1])
    assert np.isnan(section_losses(problem, section, (np.zeros(3), np.zeros(2)), CANCELLED)).all()
    assert np.isnan(losses_at(problem, np.zeros((3, 2)), CANCELLED)).all()


@pytest.mark.parametrize("case", ["fine grid", "long line", "many points of 64 weights"])
def test_another_thread_ends_a_long_evaluation(dataset_of, settings_of, case):
    count = 64 if case.startswith("many") else 2
    rng = np.random.default_rng(0)
    columns = {f"x{k}": rng.normal(size=200_000 // count) for k in range(count)}
    problem = resolve(
        dataset_of(y=rng.normal(size=200_000 // count), **columns), settings_of("y", *columns, loss="logcosh")
    )
    section = weight_section(problem, np.zeros(count), [0, 1])
    line = weight_section(problem, np.zeros(count), [0])
    axis = np.linspace(-1, 1, 1000)
    points = rng.normal(size=(100_000, count))
    work = {
        "fine grid": lambda flag: section_losses(problem, section, (axis, axis), flag),
        "long line": lambda flag: section_losses(problem, line, (np.linspace(-1, 1, 10**6),), flag),
        "many points of 64 weights": lambda flag: losses_at(problem, points, flag),
    }[case]
    work(CANCELLED)  # compiled now
    flag = np.zeros(1, dtype=np.int64)
    cancelled_at = []

    def cancel():
        cancelled_at.append(time.perf_counter())
        flag[0] = 1

    timer = threading.Timer(0.1, cancel)
    timer.start()
    losses = work(flag)
    ended = time.perf_counter()
    timer.join()
    assert np.isnan(losses).all()
    assert ended - cancelled_at[0] < 0.5


# Slices


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_slice_is_the_loss_along_one_weight(homes, settings_of, loss, index):
    problem = resolve(homes, settings_of("price", "size", "bias", "age", loss=loss))
    weights = np.array([0.4, -0.3, 0.2])
    values = np.linspace(-4, 4, 41)
    found = loss_slice(problem, weights, index, values)
    assert found.index == index
    np.testing.assert_array_equal(found.values, values)
    points = np.tile(weights, (41, 1))
    points[:, index] = values
    np.testing.assert_allclose(found.losses, evaluated(problem, points), rtol=1e-12)
    lowest, loss_there = found.minimum
    assert loss_there <= found.losses.min()
    weights[index] = lowest
    assert loss_there == pytest.approx(problem.evaluate(weights)[0], rel=1e-12)
    if problem.is_quadratic:
        assert problem.evaluate(weights)[1][index] == pytest.approx(0.0, abs=1e-14)


def test_a_flat_slice_has_no_lowest_point(dataset_of, settings_of):
    problem = resolve(dataset_of(y=[1.0, 2, 4], x=[1.0, 2, 3], z=[0.0, 0, 0]), settings_of("y", "x", "z"))
    assert loss_slice(problem, np.zeros(2), 1, np.linspace(-1, 1, 3)).minimum is None
    assert loss_slice(problem, np.zeros(2), 0, np.linspace(-1, 1, 3)).minimum is not None


def test_a_curve_that_falls_to_its_end_has_no_minimum_there(dataset_of, settings_of):
    data = dataset_of(y=np.array([1.0, 2.0, 3.0, 4.0]), x=np.array([1.0, 2.0, 3.0, 4.0]))
    made = resolve(data, settings_of("y", "x", loss="mae", scaling=Scaling.NONE))
    assert loss_slice(made, np.zeros(1), 0, np.linspace(2.0, 3.0, 21)).minimum is None
    assert loss_slice(made, np.zeros(1), 0, np.linspace(0.0, 3.0, 21)).minimum[0] == pytest.approx(1.0, abs=0.01)
