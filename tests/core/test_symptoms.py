import math
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.history import History
from gdexplorer.core.problem import resolve
from gdexplorer.core.symptoms import MOST_RECORDS, bowl_of, latest, observe


@pytest.fixture
def valley(homes, settings_of):
    """Three weights, and the bowl they roll down in."""
    chosen = settings_of("price", "size", "bias", "age")
    problem = resolve(homes, chosen)
    return problem, chosen, bowl_of(problem, 0.0)


def test_the_gap_is_the_loss_above_the_minimum(valley):
    problem, _, bowl = valley
    weights = np.random.default_rng(1).normal(size=(20, 3))
    expected = [problem.evaluate(w)[0] - problem.least_squares.loss for w in weights]
    assert bowl.gaps(weights) == pytest.approx(expected, rel=1e-9)
    assert bowl.gaps(bowl.minimum) == 0
    assert bowl.condition_number == pytest.approx(problem.condition_number)


def test_weight_decay_moves_the_minimum(valley):
    problem, _, _ = valley
    bowl = bowl_of(problem, 0.5)
    _, gradient = problem.evaluate(bowl.minimum)
    assert gradient + 0.5 * bowl.minimum == pytest.approx(np.zeros(3), abs=1e-12)
    weights = np.array([1.0, -1.0, 2.0])

    def penalised(point):
        return problem.evaluate(point)[0] + 0.25 * point @ point

    assert bowl.gaps(weights) == pytest.approx(penalised(weights) - penalised(bowl.minimum))
    assert bowl.floor == pytest.approx(problem.evaluate(bowl.minimum)[0])


def test_level_directions_have_no_axis(dataset_of, settings_of):
    data = dataset_of(y=[1, 2, 4], a=[1, 2, 3], b=[2, 4, 6])
    bowl = bowl_of(resolve(data, settings_of("y", "a", "b")), 0.0)
    assert bowl.axes.shape == (2, 1)
    assert bowl.condition_number == 1


def test_other_losses_have_no_bowl(homes, settings_of):
    assert bowl_of(resolve(homes, settings_of("price", "size", loss="huber")), 0.0) is None


def test_a_share_kept_by_each_step_is_found(valley, run):
    problem, chosen, bowl = valley
    rate = 0.001
    _, history = run(problem, replace(chosen, learning_rate=rate), 600)
    seen = observe(latest(history, 0), bowl)
    before, after = bowl.gaps(history.weights[[-64, -1]])
    assert seen.kept == pytest.approx((after / before) ** (1 / 63), rel=1e-4)
    assert (1 - rate * bowl.curvatures[-1]) ** 2 < seen.kept < (1 - rate * bowl.curvatures[0]) ** 2
    assert seen.rises == 0
    assert seen.turning > 0.99
    assert seen.move == pytest.approx(np.median(np.linalg.norm(np.diff(history.weights[-256:], axis=0), axis=1)))


@pytest.mark.parametrize("loss", ["huber", "logcosh"])
def test_where_no_minimum_is_known_the_decline_tells(homes, settings_of, run, loss):
    chosen = settings_of("price", "size", "bias", loss=loss, learning_rate=0.02)
    problem = resolve(homes, chosen)
    _, history = run(problem, chosen, 700)
    end = run(problem, replace(chosen, learning_rate=0.5), 3000)[0].loss
    seen = observe(latest(history, 0), None)
    gaps = history.losses - end
    assert 1 - seen.kept == pytest.approx(1 - (gaps[-1] / gaps[-64]) ** (1 / 63), rel=0.1)
    assert observe(latest(history, 0), None, is_smooth=False).kept is None


@pytest.mark.parametrize("part", [0.3, 0.9, 1.1])
def test_the_factor_along_the_steepest_direction_has_its_sign(valley, run, part):
    problem, chosen, bowl = valley
    rate = 2 * part / bowl.curvatures[-1]
    _, history = run(problem, replace(chosen, learning_rate=rate), 12)
    assert observe(latest(history, 0), bowl).factor == pytest.approx(1 - 2 * part, rel=1e-6)


def test_a_factor_drowned_by_rounding_is_none(valley, run):
    problem, chosen, bowl = valley
    _, history = run(problem, replace(chosen, learning_rate=1 / bowl.curvatures[-1]), 12)
    assert observe(latest(history, 0), bowl).factor is None


def test_to_and_fro_is_seen_without_a_minimum(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", "age", loss="logcosh", learning_rate=1.8)
    _, history = run(resolve(homes, chosen), chosen, 40)
    factor = observe(latest(history, 0), None).factor
    moves = np.linalg.norm(np.diff(history.weights, axis=0), axis=1)
    assert factor == pytest.approx(-moves[-1] / moves[-2], rel=0.01)


def test_the_window_begins_where_the_rules_changed(valley, run):
    problem, chosen, _ = valley
    _, history = run(problem, replace(chosen, learning_rate=0.01), 500)
    assert latest(history, 480).steps.tolist() == list(range(480, 501))
    assert len(latest(history, 0)) == MOST_RECORDS
    assert len(latest(history, 501)) == 0
    assert latest(history, 0).span == MOST_RECORDS - 1
    assert len(latest(History(3), 0)) == 0


def test_records_further_apart_tell_of_single_steps(valley, run):
    problem, chosen, bowl = valley
    rate = 1e-6
    _, history = run(problem, replace(chosen, learning_rate=rate), 100_000)
    window = latest(history, 0)
    assert window.stride == 8
    seen = observe(window, bowl)
    slow, fast = ((1 - rate * curvature) ** 2 for curvature in bowl.curvatures[[0, -1]])
    assert fast - 1e-12 < seen.kept < slow + 1e-12
    assert math.isclose(seen.factor, 1 - rate * bowl.curvatures[-1], rel_tol=1e-9)
