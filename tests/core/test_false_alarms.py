"""A healthy run raises no alarm, at any step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gdexplorer.core.case import case_of
from gdexplorer.core.first_rate import suggested_learning_rate
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.files.catalog import bundled as described
from gdexplorer.files.reading import open_table


def alarms(said):
    return [(step, one.word, one.sentence) for step, one in enumerate(said) if one.is_alarm]


def random_data(dataset_of, seed, count, spread):
    """Rows whose columns have up to ``spread`` times different sizes and depend on one another."""
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(count, count)) * 0.3 + np.eye(count)
    columns = (mixed @ rng.normal(size=(count, 40))) * np.geomspace(1, spread, count)[:, None]
    target = columns.T @ rng.normal(size=count) + rng.normal(size=40)
    return dataset_of(y=target, **{f"x{k}": column for k, column in enumerate(columns)})


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 5),
    spread=st.floats(1.0, 4.0),
    part=st.floats(0.2, 0.95),
    momentum=st.floats(0.0, 0.97),
    optimizer=st.sampled_from(["gd", "momentum", "nesterov", "newton"]),
    scaling=st.sampled_from(list(Scaling)),
)
@effort(max_examples=80)
def test_between_a_fifth_of_the_fastest_rate_and_it_nothing_is_wrong(
    dataset_of, settings_of, course, seed, count, spread, part, momentum, optimizer, scaling
):
    data = random_data(dataset_of, seed, count, spread)
    chosen = settings_of("y", *(f"x{k}" for k in range(count)), optimizer=optimizer, scaling=scaling, tolerance=1e-8)
    if chosen.optimizer_entry.parameters:
        chosen = chosen.with_parameter(chosen.optimizer_entry, "momentum", momentum)
    problem = resolve(data, chosen)
    assume(problem.condition_number <= 50)
    chosen = replace(chosen, learning_rate=part * case_of(problem, chosen).fastest)
    said = course(problem, chosen, 3000)
    assert alarms(said) == []
    assert said[-1].word == "converged"


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov"])
@pytest.mark.parametrize("scaling", [Scaling.STANDARDISE, Scaling.DIVIDE])
def test_nothing_is_wrong_at_the_best_rate_and_pair(homes, settings_of, course, optimizer, scaling):
    chosen = settings_of("price", "size", "bias", "age", optimizer=optimizer, scaling=scaling, tolerance=1e-8)
    problem = resolve(homes, chosen)
    ruler = case_of(problem, chosen).formula
    said = course(problem, replace(chosen, learning_rate=ruler.fastest), 5000)
    assert (alarms(said), said[-1].word) == ([], "converged")
    if ruler.best_pair is not None:
        rate, momentum = ruler.best_pair
        paired = replace(chosen, learning_rate=rate).with_parameter(OPTIMIZERS[optimizer], "momentum", momentum)
        said = course(problem, paired, 5000)
        assert (alarms(said), said[-1].word) == ([], "converged")


def test_a_valley_of_middling_width_is_not_blamed_on_a_fair_rate(homes, settings_of, course):
    chosen = settings_of("price", "size", "bias", "age", scaling=Scaling.DIVIDE)
    problem = resolve(homes, chosen)
    assert 100 < problem.condition_number < 1000
    said = course(problem, replace(chosen, learning_rate=0.4 * case_of(problem, chosen).fastest), 300)
    assert "removes 0." in said[-1].sentence
    assert alarms(said) == []


@pytest.fixture(scope="module")
def tables():
    """The bundled data sets, and the settings they begin with."""
    made = {}
    for entry in described():
        terms = tuple(BIAS if text == "bias" else Term(text) for text in entry.terms if text.isidentifier())
        made[entry.nickname] = open_table(entry.nickname).dataset, Settings(str(entry.path), entry.target, terms)
    return made


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_nothing_is_wrong_with_any_optimizer_at_its_first_rate(tables, course, optimizer):
    for dataset, settings in tables.values():
        for count in {1, min(2, len(settings.terms))}:
            chosen = replace(settings, weight_count=count, optimizer=optimizer)
            problem = resolve(dataset, chosen)
            for rate in {suggested_learning_rate(problem, chosen), chosen.optimizer_entry.usual_rate}:
                if (case_of(problem, chosen).fastest or 1e9) < rate:
                    continue  # the usual rate of gradient descent is too large here
                said = course(problem, replace(chosen, learning_rate=rate), 600, every=3)
                if optimizer == "lion":  # whose steps do not shrink, so that some bounce in the end
                    said = [one for one in said if one.word != "bouncing"]
                assert alarms(said) == [], (dataset.title, count, rate)


@pytest.mark.parametrize("loss", ["huber", "logcosh", "mae"])
def test_nothing_is_wrong_with_other_losses_at_their_first_rate(tables, course, loss):
    for dataset, settings in tables.values():
        chosen = replace(settings, weight_count=min(2, len(settings.terms)), loss=loss)
        problem = resolve(dataset, chosen)
        chosen = replace(chosen, learning_rate=suggested_learning_rate(problem, chosen))
        said = course(problem, chosen, 300, every=3)
        if loss == "mae":  # whose steps do not shrink, so that some bounce in the end
            said = [one for one in said if one.word != "bouncing"]
        assert alarms(said) == [], dataset.title


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("batch_size", [0, 8])
def test_schedules_are_no_trouble_while_they_lead_somewhere(homes, settings_of, course, schedule, batch_size):
    chosen = settings_of("price", "size", "bias", learning_rate=0.2, schedule=schedule, batch_size=batch_size)
    if schedule == "constant" and batch_size:
        return  # whose noise is worth a word
    problem = resolve(homes, replace(chosen, tolerance=1e-6))
    steps = 90 if schedule == "warmup" and batch_size else 900
    said = course(problem, replace(chosen, tolerance=1e-6), steps)
    assert alarms(said) == []


@given(seed=st.integers(0, 1000), part=st.floats(0.02, 0.3), size=st.sampled_from([1, 8, 20]))
@effort(max_examples=40)
def test_mini_batches_on_their_way_raise_no_alarm_but_their_noise(dataset_of, settings_of, course, seed, part, size):
    data = random_data(dataset_of, seed, 2, 2.0)
    chosen = settings_of("y", "x0", "x1", batch_size=size)
    problem = resolve(data, chosen)
    assume(problem.condition_number <= 10)
    chosen = replace(chosen, learning_rate=part * case_of(problem, chosen).fastest)
    said = course(problem, chosen, 500)
    assert {word for _, word, _ in alarms(said)} <= {"noise floor"}
    assert not alarms(said[:32])


def test_a_good_fit_without_any_noise_raises_none(dataset_of, settings_of, course):
    x = np.linspace(-1, 2, 30)
    chosen = settings_of("y", "x", "bias", batch_size=5, learning_rate=0.1, tolerance=1e-10)
    said = course(resolve(dataset_of(y=3 * x - 1, x=x), chosen), chosen, 3000)
    assert (alarms(said), said[-1].word) == ([], "converged")


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam", "rprop", "linesearch", "cg"])
def test_a_rate_that_fades_at_the_kinks_of_the_minimum_raises_none(homes, settings_of, course, optimizer):
    chosen = settings_of("price", "size", "bias", loss="mae", optimizer=optimizer, schedule="cosine")
    problem = resolve(homes, chosen)
    chosen = replace(chosen, learning_rate=suggested_learning_rate(problem, chosen))
    said = course(problem, chosen, 1300, every=5)
    assert alarms(said) == []
    assert said[-1].word in ("level", "settled")


@pytest.mark.parametrize("optimizer", ["rprop", "linesearch", "cg"])
def test_what_does_not_heed_the_rate_is_not_said_to_suffer_from_the_schedule(homes, settings_of, course, optimizer):
    chosen = settings_of("price", "size", "bias", loss="mae", optimizer=optimizer, learning_rate=0.01)
    chosen = replace(chosen, schedule="exponential")
    chosen = chosen.with_parameter(chosen.schedule_entry, "factor", 0.5)
    said = course(resolve(homes, chosen), chosen, 300, every=3)
    assert alarms(said) == []
    assert not any("schedule" in one.sentence for one in said)


@pytest.mark.parametrize(("optimizer", "loss"), [("rprop", "huber"), ("adam", "mae"), ("linesearch", "mae")])
def test_a_loss_that_has_come_to_rest_is_not_called_falling(homes, settings_of, course, optimizer, loss):
    chosen = settings_of("price", "size", "bias", loss=loss, optimizer=optimizer, schedule="inverse")
    problem = resolve(homes, chosen)
    chosen = replace(chosen, learning_rate=suggested_learning_rate(problem, chosen))
    late = course(problem, chosen, 1500, every=10)[-30:]
    assert not any("falling" in one.sentence for one in late)
    early = course(problem, chosen, 3)[1:]
    assert all(one.sentence.startswith("The loss is falling") for one in early)
