"""The page of the sweep by itself: its controls edit one value, its pictures show what was measured, in words too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import Outcome, Sweep, SweepKind, SweepTable, Trial, trials
from gdexplorer.core.sweep_plans import momentum_plan, rates_plan, starts_plan
from gdexplorer.core.sweep_theory import NO_THEORY, sweep_theory
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import Status, begin, start_weights
from gdexplorer.ui.ground import loss_colours
from gdexplorer.ui.style_sheet import style_sheet
from gdexplorer.ui.sweep_choice import Measure, SweepChoice
from gdexplorer.ui.sweep_map import momentum_positions
from gdexplorer.ui.sweep_view import SweepView
from gdexplorer.ui.sweep_words import summary_text, trial_text
from gdexplorer.ui.theme import DARK, LIGHT

ALL_KINDS = tuple(SweepKind)


@pytest.fixture(scope="module")
def made():
    """A problem with two weights, its settings and its start."""
    rng = np.random.default_rng(2)
    size = rng.normal(0.0, 1.0, 50)
    data = Dataset("t", (Column("price", 2 * size + rng.normal(0.0, 1.0, 50)), Column("size", size)), "t")
    settings = Settings("t", "price", (Term("size"), BIAS), 2, scaling="divide", optimizer="momentum")
    problem = resolve(data, settings)
    return problem, settings, begin(problem, start_weights(problem, settings), settings)


def swept(plan) -> Sweep:
    table = SweepTable(plan)
    for index, trial in trials(plan):
        table.write(index, trial)
    return table.snapshot()


@pytest.fixture(params=[LIGHT, DARK], ids=lambda theme: theme.name)
def theme(request):
    return request.param


@pytest.fixture
def view(qtbot, theme):
    window, made = QMainWindow(), SweepView()
    window.setStyleSheet(style_sheet(theme))
    made.apply_theme(theme)
    window.setCentralWidget(made)
    window.resize(420, 300)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield made
    window.close()


@pytest.mark.parametrize(
    "choice",
    [
        SweepChoice(),
        SweepChoice(SweepKind.MOMENTUM, Measure.LOSS, 17, (0.25, 4.0)),
        SweepChoice(SweepKind.STARTS, Measure.STEPS, 1_000_000, None, True),
    ],
)
def test_the_controls_show_a_choice_silently(view, qtbot, choice) -> None:
    with qtbot.assertNotEmitted(view.choiceEdited):
        view.set_choice(choice, ALL_KINDS)
    controls = view.controls
    assert controls.choice() == choice
    assert controls.kind.key() == choice.kind
    assert controls.measure.key() == choice.measure
    assert controls.steps.value() == choice.steps
    assert controls.auto.isChecked() == (choice.between is None)
    if choice.between is not None:
        assert (controls.low.value(), controls.high.value()) == choice.between
    assert controls.here.isChecked() == choice.from_here


def test_each_control_edits_its_part(view, qtbot, hands) -> None:
    view.set_choice(SweepChoice(), ALL_KINDS)
    view.set_range((0.001, 2.0))
    qtbot.mouseClick(view.controls.more, Qt.MouseButton.LeftButton)
    said: list[SweepChoice] = []
    view.choiceEdited.connect(said.append)
    hands.type_into(view.controls.steps, "250")
    hands.type_into(view.controls.high, "0.5")
    qtbot.mouseClick(view.controls.auto, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.controls.here, Qt.MouseButton.LeftButton)
    hands.choose(view.controls.measure, "loss")
    hands.choose(view.controls.kind, "momentum")
    assert said == [
        SweepChoice(steps=250),
        SweepChoice(steps=250, between=(0.001, 0.5)),
        SweepChoice(steps=250),
        SweepChoice(steps=250, from_here=True),
        SweepChoice(SweepKind.RATES, Measure.LOSS, 250, None, True),
        SweepChoice(SweepKind.MOMENTUM, Measure.LOSS, 250, None, True),
    ]


@pytest.mark.parametrize(("text", "told"), [("0", "at least 1"), ("2.5", "whole number"), ("", "number is missing")])
def test_a_number_that_cannot_be_used_is_said(view, qtbot, hands, text, told) -> None:
    qtbot.mouseClick(view.controls.more, Qt.MouseButton.LeftButton)
    view.controls.steps.setFocus()
    view.controls.steps.selectAll()
    QTest.keyClick(view.controls.steps, Qt.Key.Key_Backspace)
    QTest.keyClicks(view.controls.steps, text)
    QTest.keyClick(view.controls.steps, Qt.Key.Key_Return)
    assert told in view.told.text()
    hands.type_into(view.controls.steps, "30")
    assert view.told.text() == ""


def test_the_button_begins_and_gives_up(view, qtbot) -> None:
    with qtbot.waitSignal(view.sweepRequested):
        qtbot.mouseClick(view.controls.button, Qt.MouseButton.LeftButton)
    view.set_progress((38, 60))
    assert view.told.text() == "38 of 60 runs"
    with qtbot.waitSignal(view.cancelRequested):
        qtbot.mouseClick(view.controls.button, Qt.MouseButton.LeftButton)
    view.set_progress(None)
    assert view.told.text() == ""


@pytest.mark.parametrize("width", [230, 420, 900])
def test_no_control_covers_another(view, qtbot, width) -> None:
    view.set_choice(SweepChoice(), ALL_KINDS)
    view.window().resize(width, 420)
    qtbot.mouseClick(view.controls.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.width() == width)
    controls = view.controls
    names = ("kind", "measure", "more", "button", "steps", "auto", "low", "high", "here")
    places = {}
    for name in names:
        widget = getattr(controls, name)
        assert widget.isVisible()
        places[name] = widget.rect().translated(widget.mapTo(controls, QPoint()))
        assert controls.rect().contains(places[name]), name
    for first in names:
        for second in names:
            assert first == second or not places[first].intersects(places[second]), (first, second)


def test_a_low_page_leaves_the_controls_room(view, qtbot) -> None:
    view.window().setFixedSize(300, 190)
    qtbot.waitUntil(lambda: not view.legend.isVisible())
    qtbot.mouseClick(view.controls.more, Qt.MouseButton.LeftButton)
    assert not view._stack.isVisible()
    qtbot.mouseClick(view.controls.more, Qt.MouseButton.LeftButton)
    assert view._stack.isVisible()


def test_every_outcome_has_its_own_mark(view, made) -> None:
    problem, settings, state = made
    plan = rates_plan(problem, settings, state, 100, (0.01, 1.0), 4)
    table = SweepTable(plan)
    table.write(0, Trial(Outcome.NOT_YET, None, 0.5 * state.loss, 0.0))
    table.write(1, Trial(Outcome.CONVERGED, 40, 0.2 * state.loss, 0.0))
    table.write(2, Trial(Outcome.NOT_YET, None, 7.0 * state.loss, 0.9))
    sweep = table.snapshot()
    view.show_sweep(sweep, NO_THEORY)
    counts = {name: len(item.getData()[0]) for name, item in view.rates._points.items()}
    assert counts == {"converged": 1, "not yet": 1, "rises": 1, "diverged": 0}
    assert view.legend.text() == "● converged   ○ not yet   △ rises"
    assert view.told.text().startswith("Given up after 3 of 4 runs.")
    table.write(3, Trial(Outcome.DIVERGED, None, np.inf, 1.0))
    view.show_sweep(table.snapshot(), NO_THEORY)
    (x,), (y,) = view.rates._points["diverged"].getData()
    assert x == 0.0
    assert y > np.log10(100)
    assert y < view.rates.bounds[1][1]
    view.controls.set_choice(replace(view.controls.choice(), measure=Measure.LOSS), ALL_KINDS)
    view.show_sweep(table.snapshot(), NO_THEORY)
    (low,), (converged,) = (view.rates._points[name].getData()[1] for name in ("not yet", "converged"))
    assert (low, converged) == (pytest.approx(0.5 * state.loss), pytest.approx(0.2 * state.loss))
    (rising,) = view.rates._points["rises"].getData()[1]
    assert state.loss < rising < view.rates.bounds[1][1]


def test_words_say_what_became_of_each_run(made) -> None:
    problem, settings, state = made
    plan = rates_plan(problem, settings, state, 1000, (0.01, 1.0), 3)
    table = SweepTable(plan)
    table.write(0, Trial(Outcome.NOT_YET, None, 0.25, 0.0))
    table.write(1, Trial(Outcome.CONVERGED, 1, 0.125, 0.75))
    table.write(2, Trial(Outcome.DIVERGED, None, np.inf, 1.0))
    sweep = table.snapshot()
    assert trial_text(sweep, 0) == "Learning rate 0.01: not converged after 1,000 steps, loss 0.25."
    assert trial_text(sweep, 1) == (
        "Learning rate 0.1: converged after 1 step, loss 0.125; 75 % of the steps turn back."
    )
    assert trial_text(sweep, 2) == "Learning rate 1: diverged; within 1,000 steps the loss left the range of numbers."
    assert summary_text(sweep, NO_THEORY) == "Fastest: 0.1, with 1 step."
    at_rest = replace(sweep, plan=replace(plan, state=replace(state, status=Status.CONVERGED)))
    assert summary_text(at_rest, NO_THEORY).startswith("All runs begin at the bottom, where no step is left")


def test_the_map_has_a_colour_for_each_run_at_its_place(view, made) -> None:
    problem, settings, state = made
    sweep = swept(momentum_plan(problem, settings, state, 200, counts=(12, 7)))
    theory = sweep_theory(sweep.plan)
    view.set_choice(SweepChoice(SweepKind.MOMENTUM), ALL_KINDS)
    view.show_sweep(sweep, theory)
    view.show_now(settings, (0.0, 0.0))
    assert view.map.isVisible()
    image = view.map._image
    assert image.image.shape == (7, 12, 4)
    fastest = np.unravel_index(sweep.fastest, sweep.plan.shape)
    np.testing.assert_array_equal(image.image[fastest], loss_colours(np.zeros(1), 0.0, 1.0)[0])
    corner = image.mapToView(image.boundingRect().topLeft())
    half = (np.log10(sweep.plan.x[-1]) - np.log10(sweep.plan.x[0])) / 11 / 2
    assert corner.x() == pytest.approx(np.log10(sweep.plan.x[0]) - half)
    diverged = sweep.outcomes == Outcome.DIVERGED
    x, y = view.map._crosses.getData()
    assert len(x) == diverged.sum() > 0
    rows = np.argwhere(diverged)[:, 0]
    np.testing.assert_allclose(y, momentum_positions(sweep.plan.y)[rows], atol=0.02)
    assert view.map._ball.getData()[1] == pytest.approx([1.0])
    rate, momentum = theory.ruler.best_pair
    np.testing.assert_allclose(np.array(view.map._star.getData()).ravel(), [np.log10(rate), -np.log10(1 - momentum)])
    low, high = view.map.ends
    assert view.colours._ends == (f"{low:.0f}", f"{high:.0f} steps")


def test_where_none_converges_the_best_is_called_the_lowest(view, made) -> None:
    problem, settings, state = made
    sweep = swept(rates_plan(problem, settings, state, 3, count=5))
    view.show_sweep(sweep, NO_THEORY)
    assert view.rates._words["fastest"].toPlainText() == "lowest"
    assert view.told.text().startswith("None converged in 3 steps; lowest: ")


def test_the_word_at_the_best_run_keeps_off_the_limit(view, made) -> None:
    problem, settings, state = made
    plan = rates_plan(problem, settings, state, 1000, (0.01, 1.0), 60)
    theory = sweep_theory(plan)
    assert theory.ruler.limit is not None
    best = int(np.flatnonzero(plan.x < theory.ruler.limit)[-1])
    table = SweepTable(plan)
    for index in range(60):
        table.write(index, Trial(Outcome.CONVERGED, 5 if index == best else 50, 0.125, 0.0))
    view.show_sweep(table.snapshot(), theory)
    word = view.rates._words["fastest"]
    assert word.isVisible()
    assert word.mapRectToView(word.boundingRect()).right() <= np.log10(theory.ruler.limit)


def test_starts_that_all_take_the_same_steps_have_no_fastest(made) -> None:
    problem, settings, state = made
    table = SweepTable(starts_plan(problem, settings, state, 5, count=3))
    for index in range(9):
        table.write(index, Trial(Outcome.CONVERGED, 4, 0.125, 0.0))
    assert summary_text(table.snapshot(), NO_THEORY) == "All starts converge in 4 steps."
    table.write(4, Trial(Outcome.CONVERGED, 3, 0.125, 0.0))
    assert summary_text(table.snapshot(), NO_THEORY).startswith("Fastest: w₁ = ")


def test_a_map_of_starts_tells_of_a_minimum_only_where_it_is_known(view, made) -> None:
    problem, settings, state = made
    view.set_choice(SweepChoice(SweepKind.STARTS, Measure.LOSS), ALL_KINDS)
    view.show_sweep(swept(starts_plan(problem, settings, state, 5, count=3)), NO_THEORY)
    assert view.legend.text() == "★ minimum"
    other = replace(settings, loss="huber")
    huber = resolve(problem.dataset, other)
    view.show_sweep(swept(starts_plan(huber, other, begin(huber, state.weights, other), 5, count=3)), NO_THEORY)
    assert view.legend.text() == ""
    assert len(view.map._star.getData()[0]) == 0


def test_momenta_are_written_as_they_are(view, made) -> None:
    problem, settings, state = made
    view.set_choice(SweepChoice(SweepKind.MOMENTUM), ALL_KINDS)
    view.show_sweep(swept(momentum_plan(problem, settings, state, 20, counts=(4, 4))), NO_THEORY)
    ((spacing, places),) = view.map.y_axis.tickValues(-0.5, 3.5, 200)
    assert view.map.y_axis.tickStrings(places, 1.0, spacing) == ["0", "0.5", "0.9", "0.99", "0.999"]
    np.testing.assert_allclose(places, [0, np.log10(2), 1, 2, 3])


def test_the_map_of_starts_shows_the_minimum_and_where_the_run_begins(view, made) -> None:
    problem, settings, state = made
    sweep = swept(starts_plan(problem, settings, state, 30, count=6))
    view.set_choice(SweepChoice(SweepKind.STARTS, Measure.LOSS), ALL_KINDS)
    view.set_names(("w₁ · size", "w₂ · bias"))
    view.show_sweep(sweep, NO_THEORY)
    view.show_now(settings, (0.25, -0.5))
    np.testing.assert_allclose(np.array(view.map._star.getData()).ravel(), problem.minimum)
    np.testing.assert_allclose(np.array(view.map._ball.getData()).ravel(), [0.25, -0.5])
    assert view.map.x_axis.labelText == "w₁ · size"
    highest = np.unravel_index(int(sweep.final_losses.argmax()), (6, 6))
    np.testing.assert_array_equal(view.map._image.image[highest], loss_colours(np.ones(1), 0.0, 1.0)[0])
    assert view.map.ends == (sweep.final_losses.min(), sweep.final_losses.max())


@pytest.mark.parametrize("kind", [SweepKind.MOMENTUM, SweepKind.STARTS])
def test_the_mark_of_a_map_goes_both_ways_and_stays_inside(view, qtbot, made, kind) -> None:
    problem, settings, state = made
    if kind is SweepKind.MOMENTUM:
        sweep = swept(momentum_plan(problem, settings, state, 20, counts=(5, 4)))
    else:
        sweep = swept(starts_plan(problem, settings, state, 20, count=5))
    view.set_choice(SweepChoice(kind), ALL_KINDS)
    view.show_sweep(sweep, NO_THEORY)
    view.map.setFocus()
    view.map.set_mark(0)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(view.map, key)
    assert view.map.mark == 2 * 5 + 1
    with qtbot.waitSignal(view.taken) as told:
        QTest.keyClick(view.map, Qt.Key.Key_Return)
    assert told.args == [11]
    assert view.told.text() == trial_text(sweep, 11)


def test_keys_that_are_not_of_the_mark_go_on_to_the_window(view, made) -> None:
    problem, settings, state = made
    view.show_sweep(swept(rates_plan(problem, settings, state, 20, count=5)), NO_THEORY)
    heard: list[int] = []
    view.keyPressEvent = lambda event: heard.append(event.key())
    view.rates.setFocus()
    QTest.keyClick(view.rates, Qt.Key.Key_F)
    QTest.keyClick(view.rates, Qt.Key.Key_Left)
    assert view.rates.mark >= 0


@pytest.mark.parametrize("between", [(1e-300, 1e-290), (1e290, 1e300), (1e-300, 1e300)])
def test_extreme_rates_make_a_picture_all_the_same(view, made, between) -> None:
    problem, settings, state = made
    sweep = swept(rates_plan(problem, settings, state, 20, between, 6))
    for measure in Measure:
        view.set_choice(SweepChoice(measure=measure), ALL_KINDS)
        view.show_sweep(sweep, sweep_theory(sweep.plan))
        view.window().grab()
        assert np.isfinite(view.rates.bounds).all()
    assert view.told.text()
