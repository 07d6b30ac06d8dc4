"""The sweep in the real window: asked for, looked at, given up, and taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.sweep import Outcome, SweepKind
from gdexplorer.ui.sweep_choice import Measure


@pytest.fixture
def view(window: MainWindow, qtbot):
    """The page, turned to as a user does."""
    qtbot.waitUntil(lambda: window.session.is_warm, timeout=60_000)
    (chip,) = (chip for chip in window.plots.pages.findChildren(type(window.plots._paint)) if chip.text() == "Sweep")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert window.plots.sweep.isVisible()
    return window.plots.sweep


def edit(window: MainWindow, qtbot, **fields: object) -> None:
    window.session.edit(replace(window.session.store.settings, **fields))
    store, session = window.session.store, window.session
    qtbot.waitUntil(lambda: all(getattr(store.settings, name) == value for name, value in fields.items()))
    qtbot.waitUntil(lambda: session.runs_under(store.settings))


def press(view, qtbot) -> None:
    qtbot.mouseClick(view.controls.button, Qt.MouseButton.LeftButton)


def sweep(window: MainWindow, view, qtbot, **choices: object) -> None:
    """Choose as the controls do, press the button and wait for all runs."""
    if choices:
        view.controls._edit(**choices)
    press(view, qtbot)
    assert view.controls.button.text() == "Cancel"
    qtbot.waitUntil(lambda: not window.presenter.sweep.is_running, timeout=60_000)
    assert view.controls.button.text() == "Sweep"
    assert view.sweep.is_complete


def spot(plot, index: int) -> QPoint:
    """Return the pixel of a run."""
    row, column = divmod(index, len(plot._x))
    y = plot._y[column] if plot._sweep.plan.y is None else plot._y[row]
    return plot.pixel(float(plot._x[column]), float(y)).toPoint()


def test_nothing_runs_before_it_is_asked_for(window: MainWindow, view) -> None:
    assert view.sweep is None
    assert not window.session.workers.study.is_busy()
    assert "60 learning rates" in view._invitation.text()
    assert not view.controls.kind.isVisible()
    assert view.controls.low.value() == 5e-05
    assert view.controls.high.value() == 0.31


def test_a_sweep_shows_what_each_rate_does(window: MainWindow, view, qtbot) -> None:
    sweep(window, view, qtbot)
    found, settings = view.sweep, window.session.store.settings
    assert found.plan.problem is window.session.problem
    assert len(found.plan) == 60
    np.testing.assert_array_equal(found.plan.state.weights, window.session.state.weights)
    assert view.told.text().startswith("Fastest: 0.08")
    assert view.legend.text() == "● converged   ○ not yet   △ rises   × diverged   — formula"
    assert float(view.rates._limit.value()) == pytest.approx(np.log10(0.157265), abs=1e-5)
    assert float(view.rates._now_line.value()) == pytest.approx(np.log10(settings.learning_rate))
    x, y = view.rates._points["converged"].getData()
    converged = found.outcomes[0] == Outcome.CONVERGED
    np.testing.assert_allclose(x, np.log10(found.plan.x[converged]))
    np.testing.assert_allclose(y, np.log10(found.steps_to_converge[0][converged]))


def test_a_click_takes_the_rate_and_one_undo_brings_it_back(window: MainWindow, view, qtbot) -> None:
    before = window.session.store.settings
    sweep(window, view, qtbot)
    window.grab()
    fastest = view.sweep.fastest
    qtbot.mouseClick(view.rates.viewport(), Qt.MouseButton.LeftButton, pos=spot(view.rates, fastest))
    after = window.session.store.settings
    assert after == replace(before, learning_rate=float(view.sweep.plan.x[fastest]))
    assert float(view.rates._now_line.value()) == pytest.approx(np.log10(after.learning_rate))
    assert "Of other settings" not in view.told.text()
    window.session.store.undo_stack.undo()
    assert window.session.store.settings == before


def test_the_mark_goes_by_arrow_keys_and_enter_takes_it(window: MainWindow, view, qtbot) -> None:
    sweep(window, view, qtbot)
    step = window.session.state.step
    view.rates.setFocus()
    QTest.keyClick(view.rates, Qt.Key.Key_Right)
    assert view.rates.mark == view.sweep.fastest
    QTest.keyClick(view.rates, Qt.Key.Key_Right)
    QTest.keyClick(view.rates, Qt.Key.Key_Right)
    QTest.keyClick(view.rates, Qt.Key.Key_Left)
    index = view.sweep.fastest + 1
    assert view.rates.mark == index
    trial = view.sweep.trial(index)
    assert f"converged after {trial.steps} steps" in view.told.text()
    QTest.keyClick(view.rates, Qt.Key.Key_Return)
    assert window.session.store.settings.learning_rate == view.sweep.plan.x[index]
    assert window.session.state.step == step


def test_hovering_tells_the_nearest_run(window: MainWindow, view, qtbot) -> None:
    sweep(window, view, qtbot)
    window.grab()
    where = spot(view.rates, 30)
    qtbot.mouseMove(view.rates.viewport(), where + QPoint(3, -9))
    qtbot.mouseMove(view.rates.viewport(), where + QPoint(1, -8))
    qtbot.waitUntil(lambda: view.rates.mark == 30)
    assert view.told.text().startswith("Learning rate 0.0")
    assert "steps" in view.told.text()


def test_other_settings_dim_the_picture_until_it_is_swept_again(window: MainWindow, view, qtbot) -> None:
    sweep(window, view, qtbot)
    first = view.sweep.plan
    edit(window, qtbot, steps_per_second=77.0, learning_rate=0.011)
    assert "Of other settings" not in view.told.text()
    edit(window, qtbot, scaling=Scaling.NONE)
    assert view.told.text() == "Of other settings: press Sweep for those in use."
    assert view.sweep.plan is first
    assert view.rates.getPlotItem().getViewBox().opacity() < 0.5
    window.session.store.undo_stack.undo()
    qtbot.waitUntil(lambda: window.session.runs_under(window.session.store.settings))
    qtbot.waitUntil(lambda: "Of other settings" not in view.told.text())
    assert view.rates.getPlotItem().getViewBox().opacity() == 1.0
    edit(window, qtbot, scaling=Scaling.NONE)
    sweep(window, view, qtbot)
    assert view.sweep.plan.settings.scaling is Scaling.NONE
    assert view.told.text().startswith("Fastest: ")


def test_a_long_sweep_shows_how_far_it_is_and_can_be_given_up(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, loss="mae", tolerance=0.0, weight_count=2)
    view.controls._edit(steps=1_000_000)
    press(view, qtbot)
    qtbot.waitUntil(lambda: "0 of 60 runs" in view.told.text(), timeout=20_000)
    assert window.presenter.sweep.is_running
    press(view, qtbot)
    assert not window.presenter.sweep.is_running
    assert view.controls.button.text() == "Sweep"
    qtbot.waitUntil(lambda: not window.session.workers.study.is_busy(), timeout=5_000)
    view.controls._edit(steps=20)
    sweep(window, view, qtbot)
    assert view.sweep.plan.steps == 20


def test_closing_the_window_ends_a_sweep(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, loss="mae", tolerance=0.0)
    view.controls._edit(steps=1_000_000)
    press(view, qtbot)
    window.close()
    assert not window.session.workers.study.is_busy()


def test_rate_and_momentum_are_taken_in_one_step(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, optimizer="momentum", weight_count=2, scaling=Scaling.DIVIDE)
    before = window.session.store.settings
    sweep(window, view, qtbot, kind=SweepKind.MOMENTUM)
    assert len(view.sweep.plan) == 36 * 24
    assert view.colours.isVisible()
    assert "◇ fastest" in view.legend.text()
    window.grab()
    index = view.sweep.fastest
    qtbot.mouseClick(view.map.viewport(), Qt.MouseButton.LeftButton, pos=spot(view.map, index))
    after = window.session.store.settings
    row, column = divmod(index, 36)
    assert after.learning_rate == view.sweep.plan.x[column]
    assert after.parameter(after.optimizer_entry, "momentum") == view.sweep.plan.y[row]
    assert "Of other settings" not in view.told.text()
    window.session.store.undo_stack.undo()
    assert window.session.store.settings == before


def test_a_start_is_taken_from_its_map(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, weight_count=2, loss="huber")
    sweep(window, view, qtbot, kind=SweepKind.STARTS, steps=50)
    window.grab()
    index = 10 * 48 + 7
    qtbot.mouseClick(view.map.viewport(), Qt.MouseButton.LeftButton, pos=spot(view.map, index))
    start = (float(view.sweep.plan.x[7]), float(view.sweep.plan.y[10]))
    qtbot.waitUntil(lambda: window.session.store.settings.start is not None)
    assert window.session.store.settings.start == pytest.approx(start, rel=1e-5)
    np.testing.assert_allclose(window.session.state.weights, start, rtol=1e-5)
    assert "Of other settings" not in view.told.text()
    edit(window, qtbot, scaling=Scaling.NONE)
    taken = window.session.store.settings.start
    qtbot.mouseClick(view.map.viewport(), Qt.MouseButton.LeftButton, pos=spot(view.map, 0))
    assert window.session.store.settings.start == taken


def test_a_map_keeps_the_names_of_the_weights_it_was_made_of(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, weight_count=2)
    sweep(window, view, qtbot, kind=SweepKind.STARTS, steps=5)
    named = view.map.x_axis.labelText
    terms = window.session.store.settings.terms
    edit(window, qtbot, terms=(terms[1], terms[0], *terms[2:]))
    assert view.map.x_axis.labelText == named
    sweep(window, view, qtbot)
    assert view.map.x_axis.labelText != named


def test_runs_can_begin_where_the_weights_are(window: MainWindow, view, qtbot) -> None:
    for count in range(1, 6):
        window.session.step()
        qtbot.waitUntil(lambda count=count: window.session.state.step == count)
    sweep(window, view, qtbot, from_here=True)
    np.testing.assert_array_equal(view.sweep.plan.state.weights, window.session.state.weights)
    here = view.sweep.trial(view.sweep.fastest).steps
    assert view.sweep.plan.state.step == 5
    sweep(window, view, qtbot, from_here=False)
    assert view.sweep.plan.state.step == 0
    assert view.sweep.trial(view.sweep.fastest).steps >= here


def test_a_range_of_the_users_own_is_swept(window: MainWindow, view, qtbot) -> None:
    qtbot.mouseClick(view.controls.more, Qt.MouseButton.LeftButton)
    for field, text in ((view.controls.low, "0.01"), (view.controls.high, "0.1")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert not view.controls.auto.isChecked()
    sweep(window, view, qtbot)
    assert (view.sweep.plan.x[0], view.sweep.plan.x[-1]) == (0.01, 0.1)
    qtbot.mouseClick(view.controls.auto, Qt.MouseButton.LeftButton)
    assert view.controls.high.value() == 0.31
    assert "Of other settings" in view.told.text()


def test_a_range_upside_down_is_refused_in_a_sentence(window: MainWindow, view, qtbot) -> None:
    said: list[str] = []
    window.session.failed.connect(said.append)
    view.controls._edit(between=(0.5, 0.1))
    press(view, qtbot)
    qtbot.waitUntil(lambda: bool(said))
    assert "choose two numbers above 0, the smaller one first" in said[0]
    qtbot.waitUntil(lambda: view.controls.button.text() == "Sweep")
    assert view.sweep is None


def test_without_a_tolerance_the_loss_is_shown(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0)
    sweep(window, view, qtbot)
    assert view.controls.choice().measure is Measure.STEPS
    assert view.told.text().startswith("With a tolerance of 0 no run counts as converged")
    assert view.rates._measure is Measure.LOSS


def test_an_optimizer_without_a_rate_says_so(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, optimizer="linesearch")
    qtbot.waitUntil(lambda: "no learning rate to sweep" in view._invitation.text())
    assert not view.controls.button.isEnabled()
    edit(window, qtbot, weight_count=2)
    assert view.controls.choice().kind is SweepKind.STARTS
    sweep(window, view, qtbot, steps=30)
    assert view.sweep.plan.kind is SweepKind.STARTS


def test_both_pictures_of_one_kind_are_kept(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, weight_count=2)
    sweep(window, view, qtbot, kind=SweepKind.RATES)
    rates = view.sweep.plan
    sweep(window, view, qtbot, kind=SweepKind.STARTS, steps=1000)
    view.controls._edit(kind=SweepKind.RATES)
    assert view.sweep.plan is rates
    view.controls._edit(measure=Measure.LOSS)
    _, y = view.rates._points["converged"].getData()
    converged = view.sweep.outcomes[0] == Outcome.CONVERGED
    np.testing.assert_allclose(y, view.sweep.final_losses[0][converged])


def test_a_sweep_goes_on_beside_a_run(window: MainWindow, view, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=200.0)
    window.session.run()
    sweep(window, view, qtbot)
    step = window.session.state.step
    qtbot.waitUntil(lambda: window.session.state.step > step)
    assert window.session.is_running
    window.session.pause()
