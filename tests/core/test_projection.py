from __future__ import annotations

import numpy as np
import pytest

from gdexplorer.core.landscape import losses_at
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.problem import resolve
from gdexplorer.core.projection import path_plane, plane_gaps


@pytest.fixture(scope="module")
def trodden(homes, settings_of, run):
    """A problem of five weights and the path that training took through them."""
    settings = settings_of(
        "price", "size", "bias", "rooms", "age", "distance", optimizer="momentum", learning_rate=0.05
    )
    problem = resolve(homes, settings)
    _, history = run(problem, settings, 200, weights=[3.0, -2.0, 1.0, 2.0, -1.0])
    return problem, history.weights, history.losses


def test_the_plane_is_that_of_the_textbook(trodden):
    _, weights, _ = trodden
    found = path_plane(weights)
    moves = weights - weights.mean(axis=0)
    curvatures, axes = np.linalg.eigh(moves.T @ moves)
    np.testing.assert_allclose(found.section.origin, weights.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(np.abs(found.section.directions @ axes[:, [-1, -2]]), np.eye(2), atol=1e-12)
    np.testing.assert_allclose(found.section.directions @ found.section.directions.T, np.eye(2), atol=1e-14)
    assert found.share == pytest.approx(curvatures[-2:].sum() / curvatures.sum(), rel=1e-12)
    assert (found.section.directions @ (weights[-1] - weights[0]) >= 0).all()


def test_the_share_is_what_the_plane_shows(trodden):
    _, weights, _ = trodden
    found = path_plane(weights)
    shown = found.section.coordinates(weights)
    missed = weights - found.section.weights(shown)
    total = ((weights - weights.mean(axis=0)) ** 2).sum()
    assert (shown**2).sum() / total == pytest.approx(found.share, rel=1e-12)
    assert (missed**2).sum() / total == pytest.approx(1 - found.share, rel=1e-9)
    assert 0.5 < found.share < 1


def test_a_path_in_a_plane_is_shown_whole():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=4) + rng.normal(size=(30, 2)) @ rng.normal(size=(2, 4))
    assert path_plane(weights).share == pytest.approx(1.0, abs=1e-14)
    flat = path_plane(rng.normal(size=(9, 2)))
    assert flat.share == 1.0
    assert flat.section.is_whole


@pytest.mark.parametrize("far", [0.0, 1.0, 1e8])
@pytest.mark.parametrize("length", [1e-6, 1.0, 1e200])
def test_a_path_along_a_line_has_no_plane(far, length):
    rng = np.random.default_rng(1)
    along = np.geomspace(1, 1e-4, 300)[:, None] * rng.normal(size=3) * length
    assert path_plane(far * length * rng.normal(size=3) + along) is None


def test_too_little_for_a_plane():
    assert path_plane(np.ones((50, 3))) is None
    assert path_plane(np.zeros((50, 3))) is None
    assert path_plane(np.arange(5.0)[:, None]) is None
    assert path_plane(np.eye(3)[:2]) is None
    assert path_plane(np.empty((0, 3))) is None


def test_points_that_are_not_finite_are_left_out(trodden):
    _, weights, _ = trodden
    broken = np.vstack([weights[:50], np.full(5, np.nan), weights[50:], [1, 2, np.inf, 3, 4]])
    expected, found = path_plane(weights), path_plane(broken)
    np.testing.assert_array_equal(found.section.directions, expected.section.directions)
    assert found.share == expected.share


@pytest.mark.parametrize("size", [1e-200, 1e12, 1e300])
def test_the_plane_does_not_depend_on_the_unit(trodden, size):
    _, weights, _ = trodden
    expected, found = path_plane(weights), path_plane(weights * size)
    np.testing.assert_allclose(found.section.directions, expected.section.directions, atol=1e-12)
    np.testing.assert_allclose(found.section.origin, expected.section.origin * size, rtol=1e-12)
    assert found.share == pytest.approx(expected.share, rel=1e-12)


def test_a_second_direction_a_billion_times_shorter_is_found():
    turn = np.linspace(0, 2 * np.pi, 400)
    found = path_plane(np.column_stack([np.cos(turn), 1e-9 * np.sin(turn), np.zeros(400)]))
    np.testing.assert_allclose(np.abs(found.section.directions), np.eye(3)[:2], atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_gaps_are_recorded_losses_over_those_drawn(homes, settings_of, trodden, loss):
    _, weights, _ = trodden
    problem = resolve(homes, settings_of("price", "size", "bias", "rooms", "age", "distance", loss=loss))
    losses = np.array([problem.evaluate(point)[0] for point in weights])
    section = path_plane(weights).section
    feet = section.weights(section.coordinates(weights))
    drawn = np.array([problem.evaluate(foot)[0] for foot in feet])
    found = plane_gaps(problem, section, weights, losses)
    np.testing.assert_allclose(found, losses - drawn, atol=1e-12 * losses.max())
    assert np.abs(found).max() > 1e-4


def test_two_weights_leave_no_gap(homes, settings_of, run):
    settings = settings_of("price", "size", "bias", learning_rate=0.1)
    problem = resolve(homes, settings)
    _, history = run(problem, settings, 60, weights=[3.0, -2.0])
    section = path_plane(history.weights)
    assert section is None  # both curvatures are equal here: a straight way down
    bent = history.weights + np.sin(history.weights[:, ::-1])
    gaps = plane_gaps(problem, path_plane(bent).section, bent, losses_at(problem, bent))
    np.testing.assert_array_equal(gaps, np.zeros(len(bent)))
