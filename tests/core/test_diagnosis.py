"""Every verdict is provoked by a real run; that healthy runs raise none is asked in test_false_alarms."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.case import case_of
from gdexplorer.core.diagnosis import Mood, diagnose
from gdexplorer.core.history import History, Records
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.training import Status, begin, first_record


@pytest.fixture
def plain(homes, settings_of):
    """Three standardised weights by gradient descent, as a maker of problem, settings and case."""

    def make(*terms, **choices):
        chosen = settings_of("price", *(terms or ("size", "bias", "age")), **choices)
        problem = resolve(homes, chosen)
        return problem, chosen, case_of(problem, chosen)

    return make


def titles(diagnosis):
    return [cure.title for cure in diagnosis.cures]


def first(said, word):
    """Return the first diagnosis with ``word`` and the step at which it was made."""
    return next((one, step) for step, one in enumerate(said) if one.word == word)


def numbers(sentence):
    """Return the plain numbers of a sentence."""
    return [float(text.replace("−", "-").replace(",", "")) for text in re.findall(r"−?\d[\d,]*\.?\d*", sentence)]


def test_ready_paused_and_descending(plain, course):
    problem, chosen, _ = plain(learning_rate=0.1)
    still = course(problem, chosen, 3, is_running=False)
    assert [one.word for one in still] == ["ready", "paused", "paused", "paused"]
    moving = course(problem, chosen, 3)
    assert [one.word for one in moving] == ["training", "descending", "descending", "descending"]
    assert not any(one.cures for one in still + moving)


def test_a_converging_run_says_how_fast_and_how_long(plain, course, run):
    problem, chosen, case = plain(learning_rate=0.1, tolerance=1e-8)
    said = course(problem, chosen, 10_000)
    end = len(said) - 1
    assert (said[-1].word, said[-1].mood) == ("converged", Mood.GOOD)
    assert f"{end} steps brought" in said[-1].sentence
    at = end // 2
    assert (said[at].word, said[at].mood) == ("converging", Mood.GOOD)
    removed, left = numbers(said[at].sentence)
    gaps = case.bowl.gaps(run(problem, chosen, 10_000)[1].weights)
    assert removed == pytest.approx(100 * (1 - gaps[at] / gaps[at - 1]), rel=0.2)
    assert left == pytest.approx(end - at, rel=0.1)


def test_a_pace_that_cannot_last_says_so(dataset_of, settings_of, course):
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=(2, 40))
    chosen = settings_of("y", "x", "z", scaling=Scaling.NONE, learning_rate=0.1, tolerance=1e-8, start=(0.0, 0.0))
    problem = resolve(dataset_of(y=5 * x + z, x=x, z=0.1 * z), chosen)
    early = course(problem, chosen, 12)[-1]
    assert early.word == "converging"
    assert "flatter directions take about" in early.sentence
    late = course(problem, chosen, 2000)[-2]
    assert "flatter" not in late.sentence


def test_one_step_is_one(plain):
    problem, chosen, case = plain()
    at_rest = replace(begin(problem, problem.minimum, chosen), status=Status.CONVERGED, step=1)
    assert "flat: 1 step brought" in diagnose(case, at_rest, _history(at_rest, chosen), None, is_running=False).sentence


def test_a_start_at_the_minimum_has_nothing_to_descend(course, dataset_of, settings_of):
    chosen = settings_of("y", "x", start=(1.0,), scaling=Scaling.NONE)
    said = course(resolve(dataset_of(y=[1, 2], x=[1, 2]), chosen), chosen, 5)
    assert [one.word for one in said] == ["converged"]
    assert "nothing to descend" in said[0].sentence


def test_flat_ground_is_the_bottom_while_training_goes_on(plain, course):
    problem, chosen, _ = plain(learning_rate=0.3, tolerance=0.0)
    assert course(problem, chosen, 400)[-1].word == "at the bottom"


def test_a_step_up_is_no_alarm(plain, course):
    problem, chosen, _ = plain(learning_rate=0.3, optimizer="momentum")
    up = [one for one in course(problem, chosen, 8) if one.word == "uphill"]
    assert up
    assert {one.mood for one in up} == {Mood.CALM}


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov", "newton"])
def test_diverging_tells_factor_and_limit_and_the_cure_works(plain, course, run, optimizer):
    problem, chosen, case = plain(optimizer=optimizer)
    chosen = replace(chosen, learning_rate=1.2 * case.limit)
    said, step = first(course(problem, chosen, 100), "diverging")
    assert (said.mood, step < 8) == (Mood.BAD, True)
    factor, rate, limit = numbers(said.sentence)[-3:]
    assert rate == pytest.approx(chosen.learning_rate, rel=0.01)
    assert limit == pytest.approx(case.limit, rel=0.01)
    bowl, history = case.bowl, run(problem, chosen, 60)[1]
    errors = bowl.errors(history.weights)[:, -1]
    assert factor == pytest.approx(errors[-1] / errors[-2], rel=0.05)
    cured = said.cures[0].settings
    assert cured.learning_rate <= case.fastest
    assert said.cures[0].title.startswith("Take ")
    assert run(problem, replace(cured, tolerance=1e-6), 5000)[0].status is Status.CONVERGED


def test_a_weight_that_gives_the_direction_its_name(plain, course):
    problem, chosen, case = plain("size", "bias", "age", scaling=Scaling.NONE)
    chosen = replace(chosen, learning_rate=1.2 * case.limit)
    assert first(course(problem, chosen, 50), "diverging")[0].sentence.startswith("Along w₁ each step multiplies")


def test_diverged_names_the_step_and_the_limit(plain, course):
    problem, chosen, case = plain()
    said = course(problem, replace(chosen, learning_rate=1.5 * case.limit), 10_000)
    assert (said[-1].word, said[-1].mood) == ("diverged", Mood.BAD)
    assert f"In step {len(said) - 1:,} the loss left the range of numbers" in said[-1].sentence
    assert "above the limit" in said[-1].sentence
    assert titles(said[-1])[0] == "Take 0.5"


def test_after_a_lower_rate_was_chosen_it_is_not_blamed(plain, run):
    problem, chosen, case = plain()
    state, history = run(problem, replace(chosen, learning_rate=2 * case.limit), 10_000)
    lower = case_of(problem, replace(chosen, learning_rate=0.1))
    said = diagnose(lower, state, history, None, is_running=False)
    assert said.sentence.endswith("Run begins at the start again, at the rate 0.1.")
    assert said.cures == ()


def test_going_back_starts_at_the_lowest_step(plain, run):
    problem, chosen, case = plain()
    good, bad = replace(chosen, learning_rate=0.05), replace(chosen, learning_rate=1.3 * case.limit)
    state, history = run(problem, good, 12)
    further, more = run(problem, bad, 9, weights=state.weights)
    for place in range(1, 10):
        history.append(_records(more, place, 12 + place))
    said = diagnose(
        case_of(problem, bad),
        replace(further, step=21),
        history,
        float(more.losses[-2]),
        since=12,
        is_running=True,
    )
    assert titles(said) == ["Take 0.5", "Go back to step 12 and take 0.5"]
    back = said.cures[1].settings
    assert np.array(back.start).tolist() == state.weights.tolist()
    assert back.learning_rate == 0.5


def test_crawling_tells_the_share_and_the_fastest_rate(plain, course):
    problem, chosen, case = plain(learning_rate=0.001)
    said = course(problem, chosen, 40)
    alarm, step = first(said, "crawling")
    assert (alarm.mood, step) == (Mood.WARNING, 19)
    removed = numbers(alarm.sentence)[0]
    slow, fast = (100 * (1 - (1 - 0.001 * curvature) ** 2) for curvature in case.bowl.curvatures[[0, -1]])
    assert slow * 0.98 < removed < fast * 1.02
    assert "the rate 0.001 is far below the fastest, 0.5." in alarm.sentence
    assert titles(alarm) == ["Take 0.5"]


@pytest.mark.parametrize(
    ("optimizer", "rate"), [("momentum", 1e-6), ("nesterov", 1e-6), ("newton", 1e-3), ("adam", 1e-7), ("lion", 1e-7)]
)
def test_other_optimizers_crawl_too(plain, course, optimizer, rate):
    problem, chosen, _ = plain(optimizer=optimizer, learning_rate=rate)
    alarm, _ = first(course(problem, chosen, 300), "crawling")
    assert alarm.cures[0].settings.learning_rate > 5 * rate


@pytest.mark.parametrize("loss", ["huber", "logcosh", "mae"])
def test_other_losses_crawl_too(plain, course, loss):
    problem, chosen, _ = plain(loss=loss, learning_rate=1e-8)
    alarm, _ = first(course(problem, chosen, 40), "crawling")
    assert alarm.cures[0].settings.learning_rate > 0.01


def test_mini_batches_crawl_too(plain, course):
    problem, chosen, _ = plain(batch_size=8, learning_rate=1e-5)
    assert first(course(problem, chosen, 60), "crawling")[0].mood is Mood.WARNING


@pytest.mark.parametrize("part", [0.9, 0.95])
def test_zigzagging_tells_the_factor_that_is_measured(plain, course, run, part):
    problem, chosen, case = plain()
    chosen = replace(chosen, learning_rate=part * case.limit)
    alarm, step = first(course(problem, chosen, 30), "zig-zagging")
    assert step >= 8
    assert numbers(alarm.sentence)[0] == pytest.approx(1 - 2 * part, abs=0.006)
    errors = case.bowl.errors(run(problem, chosen, step)[1].weights)[:, -1]
    assert errors[-1] / errors[-2] == pytest.approx(1 - 2 * part, abs=0.006)
    assert "above the fastest, 0.5." in alarm.sentence
    assert titles(alarm) == ["Take 0.5"]


def test_round_bowls_zigzag_in_all_directions(plain, course):
    problem, chosen, case = plain("size", "bias")
    said = course(problem, replace(chosen, learning_rate=0.95 * case.limit), 30)
    assert first(said, "zig-zagging")[0].sentence.startswith("Each step multiplies the error by −0.9:")


def test_nesterov_zigzags_by_its_own_factor(plain, course):
    problem, chosen, case = plain(optimizer="nesterov")
    alarm, _ = first(course(problem, replace(chosen, learning_rate=0.97 * case.limit), 60), "zig-zagging")
    assert -1 < numbers(alarm.sentence)[0] < -0.7


def test_losses_without_a_known_minimum_zigzag_too(plain, course):
    problem, chosen, case = plain(loss="logcosh")
    alarm, _ = first(course(problem, replace(chosen, learning_rate=case.limit), 40), "zig-zagging")
    assert "half the limit" in alarm.sentence


def test_bad_scaling_tells_the_condition_number_and_standardising_helps(plain, course, run):
    problem, chosen, case = plain(scaling=Scaling.NONE)
    chosen = replace(chosen, learning_rate=0.8 * case.limit)
    alarm = course(problem, chosen, 900, every=100)[-1]
    assert alarm.word == "badly scaled"
    assert numbers(alarm.sentence)[-1] == pytest.approx(problem.condition_number, rel=0.05)
    assert titles(alarm)[0] == "Standardise"
    cured = alarm.cures[0].settings
    scaled = resolve(problem.dataset, cured)
    assert run(scaled, replace(cured, tolerance=1e-6), 2000)[0].status is Status.CONVERGED


def test_terms_that_repeat_one_another_are_told(dataset_of, settings_of, course):
    rng = np.random.default_rng(3)
    a = rng.normal(size=50)
    data = dataset_of(y=a + rng.normal(size=50), a=a, b=a + 1e-3 * rng.normal(size=50))
    chosen = settings_of("y", "a", "bias", "b", learning_rate=0.4, start=(0.5, 0.0, -1.0))
    alarm = course(resolve(data, chosen), chosen, 600, every=50)[-1]
    assert alarm.word == "badly scaled"
    assert "nearly repeat one another" in alarm.sentence
    assert "Use Newton’s method" in titles(alarm)
    assert alarm.cures[-1].settings.optimizer == "newton"


def test_the_noise_of_mini_batches_is_measured(plain, course, run):
    problem, chosen, case = plain(batch_size=8, learning_rate=0.1)
    said = course(problem, chosen, 600, every=5)[-1]
    assert (said.word, said.mood) == ("noise floor", Mood.WARNING)
    hovering, batch, rate = numbers(said.sentence)
    gaps = case.bowl.gaps(run(problem, chosen, 600)[1].weights[-128:])
    assert hovering == pytest.approx(100 * gaps.mean() / problem.least_squares.loss, rel=0.03)
    assert (batch, rate) == (8, 0.1)
    larger, decaying, smaller = (cure.settings for cure in said.cures)
    assert larger.batch_size == 32
    assert (decaying.schedule, decaying.parameter(SCHEDULES["inverse"], "decay")) == ("inverse", 0.002)
    assert smaller.learning_rate == 0.025
    for cured in (larger, decaying, smaller):
        end = run(problem, cured, 6000)[1].weights[-500:]
        assert case.bowl.gaps(end).mean() < 0.5 * gaps.mean()


def test_noise_is_told_after_a_few_epochs_however_many_steps_they_have(dataset_of, settings_of, course):
    rng = np.random.default_rng(3)
    x = rng.normal(size=2000)
    chosen = settings_of("y", "x", "bias", batch_size=8, learning_rate=0.1)
    problem = resolve(dataset_of(y=x + rng.normal(size=2000), x=x), chosen)
    alarm, step = first(course(problem, chosen, 1500), "noise floor")
    assert 3 * 250 <= step <= 5 * 250
    assert "batches of 8" in alarm.sentence


def test_the_largest_batch_is_all_rows(plain, course):
    problem, chosen, _ = plain(batch_size=20, learning_rate=0.6)
    said, _ = first(course(problem, chosen, 600), "noise floor")
    assert said.cures[0].title == "All rows in each step"
    assert said.cures[0].settings.batch_size == 0


@pytest.mark.parametrize(
    ("choices", "steps"),
    [
        ({"optimizer": "lion", "learning_rate": 0.05}, 500),
        ({"loss": "huber", "learning_rate": 5.0}, 200),
        ({"loss": "mae", "learning_rate": 2.0}, 300),
        ({"learning_rate": 4.0, "gradient_clip": 0.1}, 300),
    ],
)
def test_steps_that_cannot_settle_bounce(plain, course, run, choices, steps):
    problem, chosen, _ = plain(**choices)
    said = course(problem, chosen, steps, every=10)[-1]
    assert (said.word, said.mood) == ("bouncing", Mood.WARNING)
    assert said.cures[0].title == "Let the rate decay"
    lowest = min(run(problem, chosen, steps)[1].losses)
    assert run(problem, said.cures[0].settings, 20_000)[0].loss < lowest


def test_a_rate_of_nothing_is_stuck(plain, course):
    problem, chosen, _ = plain(learning_rate=1e-300)
    said = course(problem, chosen, 30)[-1]
    assert said.word == "stuck"
    assert "less than the last digit" in said.sentence
    assert titles(said) == ["Take 0.5"]


def test_newton_finds_no_step_where_the_loss_does_not_bend(plain, course, run):
    problem, chosen, _ = plain(loss="huber", optimizer="newton", learning_rate=1.0)
    chosen = replace(chosen, start=(9e3, 9e4, 9e5), tolerance=1e-6)
    said = course(problem, chosen, 30)[-1]
    assert said.word == "stuck"
    assert "does not bend here" in said.sentence
    assert titles(said) == ["Use gradient descent"]
    assert run(problem, said.cures[0].settings, 50)[0].loss < problem.evaluate(np.array(chosen.start))[0]


@pytest.mark.parametrize(("schedule", "name", "value"), [("cosine", "length", 20.0), ("exponential", "factor", 0.5)])
def test_a_schedule_that_ends_before_the_minimum_is_stuck(plain, course, run, schedule, name, value):
    problem, chosen, _ = plain(learning_rate=0.01, schedule=schedule, tolerance=1e-6)
    chosen = chosen.with_parameter(SCHEDULES[schedule], name, value)
    said = course(problem, chosen, 80)[-1]
    assert said.word == "stuck"
    assert "The schedule has" in said.sentence
    assert titles(said) == ["Keep the rate constant"]
    assert run(problem, said.cures[0].settings, 5000)[0].status is Status.CONVERGED


def test_a_schedule_that_ends_at_the_minimum_has_settled(plain, course):
    problem, chosen, _ = plain(learning_rate=0.4, schedule="cosine")
    chosen = chosen.with_parameter(SCHEDULES["cosine"], "length", 60.0)
    said = course(problem, chosen, 90)[-1]
    assert (said.word, said.mood) == ("settled", Mood.GOOD)
    assert "next to the minimum" in said.sentence


def test_diverging_on_badly_scaled_data_offers_to_standardise(plain, course):
    problem, chosen, _ = plain(scaling=Scaling.NONE, learning_rate=1e-6)
    said, _ = first(course(problem, chosen, 20), "diverging")
    assert "Standardise" in titles(said)[:2]


def test_mini_batches_diverge_without_a_formula(plain, course):
    problem, chosen, _ = plain(batch_size=8, learning_rate=1.5)
    said, _ = first(course(problem, chosen, 100), "diverging")
    assert "times that of the start: the learning rate 1.5 is too large." in said.sentence
    assert said.cures[0].settings.learning_rate < 0.5


def test_the_best_pair_is_offered_where_momentum_is_of_use(plain, course):
    problem, chosen, case = plain("size", "bias", scaling=Scaling.DIVIDE, optimizer="momentum")
    chosen = replace(chosen, learning_rate=1.2 * case.limit)
    said, _ = first(course(problem, chosen, 100), "diverging")
    pair = said.cures[-1].settings
    rate, momentum = case.formula.best_pair
    assert pair.learning_rate == pytest.approx(rate, rel=0.01)
    assert pair.parameter(OPTIMIZERS["momentum"], "momentum") == pytest.approx(momentum, rel=0.01)


def test_every_sentence_is_one_and_every_cure_changes_something(plain, course):
    for choices in ({"learning_rate": 0.001}, {"learning_rate": 0.8}, {"learning_rate": 2.0}, {"batch_size": 8}):
        problem, chosen, _ = plain(**choices)
        for one in course(problem, chosen, 300, every=7):
            assert one.sentence[0].isupper()
            assert one.sentence.endswith(".")
            assert len(one.sentence) < 135
            assert all(cure.settings != chosen for cure in one.cures)


def _history(state, settings):
    history = History(len(state.weights))
    history.append(first_record(state, settings))
    return history


def _records(history, place, step):
    """Return one record of ``history`` as that of another step."""
    at = slice(place, place + 1)
    columns = (history.losses, history.low, history.high, history.gradient_norms, history.learning_rates)
    return Records(np.array([step]), history.weights[at], *(column[at] for column in columns))
