from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.section import Section, weight_section

TERMS = ("size", "bias", "rooms", "age", "distance")


@st.composite
def asked(draw):
    """A scaling, how many weights, the one or two that vary, a point, and coordinates."""
    count = draw(st.integers(1, 5))
    indices = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=min(2, count), unique=True))
    numbers = st.floats(-100, 100, allow_subnormal=False)
    point = np.array(draw(st.lists(numbers, min_size=count, max_size=count)))
    coordinates = np.array(draw(st.lists(numbers, min_size=len(indices), max_size=len(indices))))
    return draw(st.sampled_from(list(Scaling))), count, indices, point, coordinates


@given(asked=asked())
def test_the_coordinates_are_scaled_weights_and_the_others_are_held(homes, settings_of, asked):
    scaling, count, indices, point, coordinates = asked
    problem = resolve(homes, settings_of("price", *TERMS[:count], scaling=scaling))
    section = weight_section(problem, point, indices)
    expected = point.copy()
    expected[indices] = coordinates
    np.testing.assert_array_equal(section.weights(coordinates), expected)
    np.testing.assert_array_equal(section.coordinates(expected), coordinates)
    assert section.is_whole == (len(indices) == count)


@given(asked=asked())
def test_the_coordinates_are_original_weights_and_the_other_original_ones_are_held(homes, settings_of, asked):
    scaling, count, indices, point, coordinates = asked
    problem = resolve(homes, settings_of("price", *TERMS[:count], scaling=scaling))
    coordinates = coordinates * (problem.scaling.target_spread / problem.scaling.spreads[indices])
    section = weight_section(problem, point, indices, original=True)
    held = problem.original_weights(point)
    expected = held.copy()
    expected[indices] = coordinates
    found = section.weights(coordinates)
    original = problem.original_weights(found)
    sizes = np.abs(expected) + np.abs(held)  # the bias is what is left over of these
    if problem.bias is not None:
        sizes[problem.bias] += sizes @ np.abs(problem.scaling.centres) + abs(problem.scaling.target_centre)
    assert (np.abs(original - expected) <= 1e-12 * sizes).all()
    rounding = np.abs([found, section.origin]).max() * problem.scaling.target_spread / problem.scaling.spreads[indices]
    assert (np.abs(section.coordinates(found) - coordinates) <= 1e-12 * (sizes[indices] + rounding)).all()
    untouched = [k for k in range(count) if k not in indices and k != problem.bias]
    np.testing.assert_array_equal(found[untouched], point[untouched])


@pytest.mark.parametrize("scaling", Scaling)
def test_a_direction_is_the_linear_part_of_the_map(homes, settings_of, scaling):
    found = resolve(homes, settings_of("price", *TERMS, scaling=scaling)).scaling
    rng = np.random.default_rng(0)
    directions, bases = rng.normal(size=(2, 7, 5)) * 1e3
    expected = found.to_scaled(bases + directions) - found.to_scaled(bases)
    np.testing.assert_allclose(found.direction_to_scaled(directions), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(found.direction_to_scaled(np.zeros(5)), np.zeros(5))


def test_many_coordinates_are_mapped_at_once():
    rng = np.random.default_rng(1)
    section = Section(rng.normal(size=4), rng.normal(size=(2, 4)))
    coordinates = rng.normal(size=(3, 5, 2))
    weights = section.weights(coordinates)
    assert weights.shape == (3, 5, 4)
    np.testing.assert_allclose(weights[1, 2], section.weights(coordinates[1, 2]), rtol=1e-14)
    np.testing.assert_allclose(section.coordinates(weights), coordinates, rtol=1e-12, atol=1e-13)


def test_a_point_beside_the_section_has_the_coordinates_of_the_nearest_one():
    rng = np.random.default_rng(2)
    section = Section(rng.normal(size=5), rng.normal(size=(2, 5)))
    point = rng.normal(size=5)
    beside = point - section.weights(section.coordinates(point))
    assert np.linalg.norm(beside) > 0.1
    np.testing.assert_allclose(section.directions @ beside, 0.0, atol=1e-14)


@pytest.mark.parametrize("angle", [1e-2, 1e-5, 1e-8])
@pytest.mark.parametrize("length", [1e-9, 1.0, 1e9])
def test_directions_nearly_parallel_and_of_very_different_lengths(angle, length):
    rng = np.random.default_rng(3)
    first, beside = rng.normal(size=(2, 6))
    section = Section(rng.normal(size=6), np.array([first, length * (first + angle * beside)]))
    coordinates = np.array([3.0, 2.0 / length])
    found = section.coordinates(section.weights(coordinates))
    np.testing.assert_allclose(found, coordinates, rtol=1e-14 / angle)


def test_a_huge_point_overflows_without_a_warning():
    section = Section(np.zeros(2), np.array([[3.0, 0.0], [1.0, 1.0]]))
    assert not np.isfinite(section.weights(np.array([1e308, 1e308]))).all()
    assert not np.isfinite(section.coordinates(np.array([np.inf, 1.0]))).all()
    np.testing.assert_allclose(section.coordinates(np.array([1e12, 0.0])), [1e12 / 3, 0.0], atol=1e-3)
