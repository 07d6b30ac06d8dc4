"""The sentence about a step: each branch said where its numbers call for it, and not where they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.dataset import Dataset
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.step_account import account
from gdexplorer.core.step_rows import RowChoice, TrainingRows
from gdexplorer.core.step_words import step_sentence
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import TrainingState, advance, begin

NEVER = np.zeros(1, dtype=np.int64)
Say = Callable[..., str]


@pytest.fixture
def line(dataset_of: Callable[..., Dataset]) -> Dataset:
    """price = 2·size: the loss is 3.75(w − 2)², its slope 7.5(w − 2), so that η = 1/7.5 leads to the bottom."""
    return dataset_of(price=[2.0, 4.0, -2.0, -6.0], size=[1.0, 2.0, -1.0, -3.0])


@pytest.fixture
def say(line: Dataset, settings_of: Callable[..., Settings]) -> Say:
    """The sentence about the step after some steps from a weight, on the line."""

    def make(weight: float, rate: float, *, after: int = 0, **choices: object) -> str:
        settings = settings_of("price", "size", scaling=Scaling.NONE, learning_rate=rate, **choices)
        problem = resolve(line, settings)
        state = begin(problem, np.array([weight]), settings)
        state, _ = advance(problem, state, settings, after, NEVER)
        return sentence(problem, state, settings)

    return make


def plane_settings(optimizer: str) -> Settings:
    return Settings("test", "price", (Term("size"), BIAS), 2, Scaling.NONE, optimizer=optimizer, tolerance=0.0)


@pytest.fixture
def plane(dataset_of: Callable[..., Dataset]) -> Problem:
    """Two weights whose slopes differ."""
    return resolve(dataset_of(price=[3.0, 5.0, 6.0, 12.0], size=[1.0, 2.0, 3.0, 5.0]), plane_settings("gd"))


def sentence(problem: Problem, state: TrainingState, settings: Settings) -> str:
    made = account(TrainingRows(problem), state, settings, RowChoice(), NEVER)
    assert made is not None
    text = step_sentence(made)
    assert text.endswith(".")
    return text


def test_a_steep_slope_makes_a_long_step(say: Say) -> None:
    assert say(0.0, 0.04) == "The slope is steep, so the step is long: w₁ moves from 0 to 0.6."


def test_a_steep_slope_with_a_tiny_rate_makes_a_short_step(say: Say) -> None:
    text = say(0.0, 0.002)
    assert text.startswith("The slope is steep, but the learning rate makes the step short, 1.5 % of the way")
    assert text.endswith("w₁ moves from 0 to 0.03.")


def test_gentler_and_small_slopes(say: Say) -> None:
    assert say(0.0, 0.04, after=3).startswith("The slope is gentler than at the start, so the step is shorter")
    assert say(0.0, 0.04, after=8).startswith("The slope is small, so the step is short")


def test_the_numbers_told_differ_even_close_to_the_minimum(say: Say) -> None:
    text = say(0.0, 0.04, after=30)
    old, new = text.removesuffix(".").split("from ")[1].split(" to ")
    assert old != new


def test_jumping_over_the_bottom(say: Say) -> None:
    assert say(0.0, 0.2) == ("The step jumps over the bottom: the slope changes its sign, and w₁ moves from 0 to 3.")
    assert say(0.0, 0.28).startswith(
        "The step jumps over the bottom and lands higher on the other side: the loss rises"
    )
    assert say(0.0, 1 / 7.5).startswith("The step is just long enough to reach the bottom")


def test_out_of_the_range_of_numbers(say: Say) -> None:
    assert say(0.0, 1e200).startswith("This step leads out of the range of numbers, so it cannot be taken")


def test_no_step(say: Say) -> None:
    assert say(2.0, 0.04, loss="mae").startswith("The slope is 0 and nothing else moves the ball")
    cosine = {"schedule": "cosine", "schedule_parameters": (("cosine.length", 3.0),)}
    assert say(0.0, 0.01, after=3, **cosine).startswith("The schedule has brought the learning rate to 0")
    assert say(1.0, 1e-30).startswith("The step is too small to change the digits")
    assert say(1.9, 1.0, after=1, optimizer="rprop").startswith("The slope has changed its sign, so Rprop takes no")
    ended = {"schedule": "cosine", "schedule_parameters": (("cosine.length", 1.0),)}  # which Rprop does not heed
    assert say(1.9, 1.0, after=1, optimizer="rprop", **ended).startswith("The slope has changed its sign")


def test_a_velocity(say: Say) -> None:
    heavy = {"optimizer": "momentum", "optimizer_parameters": (("momentum.momentum", 0.95),)}
    assert say(0.0, 0.01, **heavy).startswith("The slope is steep")
    texts = [say(0.0, 0.01, after=steps, **heavy) for steps in range(30)]
    starts = (
        "Most of the step is velocity from earlier steps",
        "The velocity carries the ball on although the slope is gentler than at the start",
        "The velocity carries the ball uphill, against the slope",
        "The slope is stronger than the velocity, which points uphill",
    )
    for start in starts:
        assert any(text.startswith(start) for text in texts), start
    assert any(text.startswith("The step jumps over the bottom") for text in texts)


def test_clipping_and_decay(say: Say) -> None:
    text = say(0.0, 0.04, gradient_clip=3.0)
    assert text == "The slope is too long for the limit 3, so only 20 % of it counts: w₁ moves from 0 to 0.12."
    assert say(0.0, 0.04, gradient_clip=1e3).startswith("The slope is steep")
    assert say(1.0, 0.2, weight_decay=1.0).startswith("The slope is steep")  # whose bottom is elsewhere


def test_optimizers_with_a_step_length_for_each_weight(say: Say) -> None:
    assert say(0.0, 0.01, optimizer="adam") == (
        "Adam divides by the usual slope, so the weight moves about the learning rate 0.01: w₁ moves from 0 to 0.01."
    )
    assert say(0.0, 0.01, optimizer="adagrad", after=30).startswith("In AdaGrad the slopes so far were larger")
    assert say(0.0, 0.01, optimizer="rmsprop").startswith("RMSProp measures each weight’s step by its own past")
    assert say(0.0, 0.01, optimizer="lion").startswith("Lion takes only the sign of the mean slope, so the weight")
    assert say(0.0, 0.01, optimizer="rprop").startswith("Rprop takes only the sign of the slope")


def test_both_weights_are_named_together(homes: Dataset, settings_of: Callable[..., Settings]) -> None:
    settings = settings_of("price", "size", "bias", optimizer="adam", learning_rate=0.01)
    problem = resolve(homes, settings)
    text = sentence(problem, begin(problem, np.array([3.0, 2.0]), settings), settings)
    assert "so both weights move about the learning rate 0.01" in text


@pytest.mark.parametrize(
    ("optimizer", "start"),
    [
        ("linesearch", "The search goes straight down the slope until the loss stops falling"),
        ("cg", "The search goes straight down the slope until"),
        ("newton", "Newton knows the curvature of this bowl, so one step leads to its bottom"),
        ("lbfgs", "L-BFGS cannot guess the curvature yet, so it goes down the slope"),
    ],
)
def test_first_steps_of_yardsticks(say: Say, optimizer: str, start: str) -> None:
    assert say(0.0, 1.0, optimizer=optimizer).startswith(start)


@pytest.mark.parametrize(
    ("optimizer", "start"),
    [
        ("linesearch", "The search goes straight down the slope until the loss stops falling"),
        ("cg", "The search goes along a direction that keeps earlier gains until"),
        ("lbfgs", "L-BFGS guesses the curvature from its last steps"),
    ],
)
def test_second_steps_of_yardsticks(plane: Problem, optimizer: str, start: str) -> None:
    settings = replace(plane_settings(optimizer), learning_rate=0.1)
    state, _ = advance(plane, begin(plane, np.array([3.0, 2.0]), settings), settings, 1, NEVER)
    assert sentence(plane, state, settings).startswith(start)


def test_newton_off_the_bowl_only_knows_the_curvature(say: Say) -> None:
    assert say(0.0, 0.5, optimizer="newton").startswith("Newton knows the curvature, so flat directions get long")
    assert say(1.9, 1.0, optimizer="newton", loss="logcosh").startswith("Newton knows the curvature, so flat")


def test_a_batch_that_pulls_another_way(
    dataset_of: Callable[..., Dataset], settings_of: Callable[..., Settings]
) -> None:
    dataset = dataset_of(price=[1.0, 1.0, 1.0, -1.0], size=[1.0, 1.0, 1.0, 1.0 + 1e-9])
    settings = settings_of("price", "size", scaling=Scaling.NONE, batch_size=1, learning_rate=0.01)
    problem = resolve(dataset, settings)
    state, texts = begin(problem, np.array([0.2]), settings), []
    for _ in range(4):
        texts.append(sentence(problem, state, settings))
        state, _ = advance(problem, state, settings, 1, NEVER)
    uphill = [text for text in texts if "pulls another way than all rows together" in text]
    assert len(uphill) == 1
    assert uphill[0].startswith("This one row pulls")


def test_a_batch_is_not_blamed_for_what_the_decay_does(plane: Problem) -> None:
    settings = replace(plane_settings("gd"), batch_size=3, weight_decay=50.0, learning_rate=1e-4)
    state = begin(plane, 0.9 * plane.least_squares.weights, settings)
    made = account(TrainingRows(plane), state, settings, RowChoice(), NEVER)
    assert made is not None
    assert made.update is not None
    assert made.update @ state.gradient > 0
    assert made.gradient @ state.gradient > 0, "the rows pull the same way, the decay uphill"
    assert "pull another way" not in step_sentence(made)


def test_where_newton_and_a_search_find_no_step(
    dataset_of: Callable[..., Dataset], settings_of: Callable[..., Settings], say: Say
) -> None:
    assert say(1e3, 1.0, loss="huber", optimizer="newton").startswith("The loss does not bend here, so Newton finds no")
    settings = settings_of("price", "size", "bias", scaling=Scaling.NONE, loss="mae", optimizer="linesearch")
    problem = resolve(dataset_of(price=[0.0, 4.0, 5.0], size=[0.0, 1.0, 4.0]), settings)
    state, _ = advance(problem, begin(problem, np.array([1.0, 1.0]), settings), settings, 50, NEVER)
    assert state.gradient.any()
    assert sentence(problem, state, settings).startswith("Along its direction the search finds no way down")


def test_a_tiny_rate_makes_a_short_step_where_no_minimum_is_known(say: Say) -> None:
    for choices, rate in (({"loss": "huber"}, 0.5), ({"loss": "mae"}, 0.5), ({"weight_decay": 1.0}, 0.05)):
        text = say(10.0, 1e-6, **choices)
        assert text.startswith("The slope is steep, but the learning rate makes the step short, and the loss falls by")
        assert say(10.0, rate, **choices).startswith("The slope is steep, so the step is long"), choices


def test_a_schedule_is_not_taken_for_the_slope(say: Say) -> None:
    warm = {"schedule": "warmup", "schedule_parameters": (("warmup.length", 20.0),)}
    text = say(0.0, 0.1, after=6, **warm)
    assert text.startswith("The slope is gentler than at the start, and the schedule makes the learning rate 0.037")


def test_what_each_optimizer_measures_is_told_as_it_is(say: Say, plane: Problem) -> None:
    assert say(0.0, 1.0, optimizer="adadelta").startswith("Adadelta measures its steps by the slopes and by how far")
    assert say(0.0, 0.01, optimizer="radam", after=4).startswith("RAdam has seen too few slopes to measure by them")
    assert say(0.0, 0.01, optimizer="radam", after=5).startswith("RAdam measures each weight’s step by its own past")
    assert say(0.0, 0.5, optimizer="adam", after=6).startswith("In Adam the mean slope is small against the usual")
    decaying = {"optimizer": "lion", "optimizer_parameters": (("lion.decay", 0.5),)}
    assert say(5.0, 0.1, **decaying).startswith("Lion takes the sign of the mean slope, and a share of the weights")
    settings = replace(plane_settings("lion"), learning_rate=0.1)
    text = sentence(plane, begin(plane, np.array([3.0, 2.0]), settings), settings)
    assert text.startswith("Lion takes only the sign of the mean slope, so both weights move by the learning rate")


def test_a_hair_of_clipping_is_not_told(say: Say) -> None:
    assert say(0.0, 0.04, gradient_clip=14.95).startswith("The slope is steep")
