"""The ruler in the real window: it is that of the data, the loss and the optimizer in use, whatever a user does."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.curvature import hessian_at
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.ruler import Zone
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.core.theory import predicted_steps, rate_theory
from gdexplorer.core.training import Status
from gdexplorer.ui.rate_rows import RateRows
from tests.app.test_living_data import drag_a_house, edit, settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rates(window: MainWindow, qtbot) -> RateRows:
    settle(window, qtbot)
    return window.training_panel.rates


def theory_now(window: MainWindow):
    session = window.session
    hessian = hessian_at(session.problem, session.state.weights)
    return rate_theory(session.problem, session.store.settings, hessian)


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(box, key: str) -> None:
    box.showPopup()
    box.view().setCurrentIndex(box.model().index(box.findData(key), 0))
    QTest.keyClick(box.view(), Qt.Key.Key_Return)


def current(window: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: window.ruler.is_current and not window.training_panel.rates.ruler.is_outdated)


def test_the_window_opens_with_the_ruler_of_its_data(window: MainWindow, rates: RateRows) -> None:
    assert rates.ruler.ruler == theory_now(window)
    low, high = rates.ruler.range()
    assert low < rates.ruler.ruler.fastest < rates.ruler.ruler.limit < high
    assert list(rates.ruler.names_shown()) == ["crawls", "converges", "zig-zags", "diverges"]


def test_the_expected_steps_are_those_that_a_run_takes(window: MainWindow, rates: RateRows, qtbot) -> None:
    session = window.session
    predicted = predicted_steps(session.problem, session.store.settings, session.state, np.array([0.02]))
    edit(window, qtbot, learning_rate=0.02, steps_per_second=UNLIMITED)
    assert rates.line.text().startswith(f"About {predicted[0]:,.0f} more steps to converge; ")
    session.run()
    qtbot.waitUntil(lambda: session.state.status is Status.CONVERGED, timeout=20_000)
    assert abs(session.state.step - predicted[0]) <= 1
    qtbot.waitUntil(lambda: rates.line.text() == "Converged: the slope is flat.")


def test_above_the_limit_it_says_never_and_diverges(window: MainWindow, rates: RateRows, qtbot) -> None:
    limit = rates.ruler.ruler.limit
    edit(window, qtbot, learning_rate=1.01 * limit, steps_per_second=UNLIMITED)
    assert rates.line.text().startswith("Never converges at this rate; in ")
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.DIVERGED, timeout=20_000)


def test_the_zones_follow_a_dragged_house(window: MainWindow, rates: RateRows, qtbot) -> None:
    edit(window, qtbot, scaling=Scaling.NONE)
    seen = [rates.ruler.ruler.limit]
    shown = rates.ruler.range()
    window.session.rowsEdited.connect(lambda: seen.append(rates.ruler.ruler.limit))
    drag_a_house(window, qtbot, 60, 10, pause=True)
    settle(window, qtbot)
    assert len(set(seen)) > 2, "a house moved to the right bends the loss more, move by move"
    assert seen[-1] < seen[0]
    assert rates.ruler.ruler == theory_now(window)
    assert rates.ruler.range() == shown
    window.session.store.undo_stack.undo()
    settle(window, qtbot)
    current(window, qtbot)
    assert rates.ruler.ruler.limit == pytest.approx(seen[0], rel=1e-12)


def test_the_zones_follow_scaling_terms_and_decay(window: MainWindow, rates: RateRows, qtbot) -> None:
    limits = [rates.ruler.ruler.limit]
    for change in ({"scaling": Scaling.DIVIDE}, {"weight_count": 3}, {"weight_decay": 3.0}, {"scaling": Scaling.NONE}):
        edit(window, qtbot, **change)
        assert rates.ruler.ruler == theory_now(window)
        low, high = rates.ruler.range()
        assert low < rates.ruler.ruler.limit < high
        limits.append(rates.ruler.ruler.limit)
    assert len(set(limits)) >= 4


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_the_zones_follow_the_momentum(window: MainWindow, rates: RateRows, qtbot, optimizer: str) -> None:
    edit(window, qtbot, optimizer=optimizer)
    steepest = window.session.problem.least_squares.curvatures[-1]
    for momentum in (0.0, 0.5, 0.9999):
        type_into(window.training_panel.parameters.fields["momentum"], str(momentum))
        settle(window, qtbot)
        factor = 1.0 if optimizer == "momentum" else 1.0 / (1.0 + 2.0 * momentum)
        assert rates.ruler.ruler.limit == pytest.approx(2.0 * (1.0 + momentum) * factor / steepest)
        low, high = rates.ruler.range()
        assert low < rates.ruler.ruler.limit < high
        assert rates.line.text()


def test_the_best_pair_is_one_step_to_undo(window: MainWindow, rates: RateRows, qtbot) -> None:
    edit(window, qtbot, optimizer="nesterov", weight_count=3)
    before = window.session.store.settings
    rate, momentum = rates.ruler.ruler.best_pair
    qtbot.mouseClick(rates.take_pair, LEFT)
    after = window.session.store.settings
    assert after.learning_rate == pytest.approx(rate, rel=1e-3)
    assert after.parameter(OPTIMIZERS["nesterov"], "momentum") == pytest.approx(momentum, abs=1e-3)
    window.session.store.undo_stack.undo()
    assert window.session.store.settings == before


def test_a_click_on_the_fastest_rate_takes_it_and_can_be_undone(window: MainWindow, rates: RateRows, qtbot) -> None:
    before = window.session.store.settings.learning_rate
    name = next(text for text in rates.ruler.marks_shown() if text.startswith("fastest"))
    qtbot.mouseClick(rates.ruler, LEFT, pos=rates.ruler.marks_shown()[name].center().toPoint())
    taken = window.session.store.settings.learning_rate
    assert taken == pytest.approx(rates.ruler.ruler.fastest, rel=1e-3)
    assert rates.field.value() == taken
    window.session.store.undo_stack.undo()
    assert rates.field.value() == before


def test_choosing_an_optimizer_keeps_the_rate_and_shows_where_it_is(window: MainWindow, rates: RateRows, qtbot) -> None:
    edit(window, qtbot, learning_rate=0.5)
    edit(window, qtbot, optimizer="momentum")
    assert window.session.store.settings.learning_rate == 0.5
    assert rates.ruler.ruler.zone(0.5) is Zone.DIVERGES
    assert rates.line.text().startswith("Never")


def test_adam_is_measured_and_says_so(window: MainWindow, rates: RateRows, qtbot) -> None:
    choose(window.training_panel.optimizer, "adam")
    settle(window, qtbot)
    current(window, qtbot)
    ruler = rates.ruler.ruler
    assert ruler.is_measured
    assert ruler.stretches[0].zone is Zone.CRAWLS
    assert "Measured with 200 trial steps" in rates.line.text()
    assert "no formula holds" in rates.line.toolTip()
    choose(window.training_panel.optimizer, "gd")
    settle(window, qtbot)
    assert rates.ruler.ruler == theory_now(window)
    assert not rates.ruler.is_outdated


@pytest.mark.parametrize("choices", [{"loss": "mae"}, {"batch_size": 16}, {"schedule": "cosine"}])
def test_where_no_formula_holds_trials_tell_and_why(window: MainWindow, rates: RateRows, qtbot, choices) -> None:
    edit(window, qtbot, **choices)
    current(window, qtbot)
    assert rates.ruler.ruler.is_measured
    assert "trial runs tell" in rates.line.toolTip()


def test_a_loss_that_bends_differently_has_a_limit_here_and_one_anywhere(
    window: MainWindow, rates: RateRows, qtbot
) -> None:
    edit(window, qtbot, loss="huber", weight_count=2, steps_per_second=UNLIMITED)
    current(window, qtbot)
    first = rates.ruler.ruler
    assert first == theory_now(window)
    assert first.limit > first.limit_anywhere * 1.01
    assert [text.rsplit(" ", 1)[0] for text in rates.ruler.marks_shown()] == ["fastest", "anywhere", "limit here"]
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 50, timeout=20_000)
    assert not rates.ruler.is_outdated, "the ball moves all the time; that alone dims nothing"
    qtbot.waitUntil(lambda: rates.ruler.ruler.limit != first.limit)
    window.session.pause()
    settle(window, qtbot)
    current(window, qtbot)
    assert rates.ruler.ruler == theory_now(window)


def test_a_measured_ruler_follows_a_dragged_house(window: MainWindow, rates: RateRows, qtbot) -> None:
    edit(window, qtbot, scaling=Scaling.NONE, batch_size=8)
    current(window, qtbot)
    was_current: list[bool] = []
    window.session.rowsEdited.connect(lambda: was_current.append(window.ruler.is_current))
    drag_a_house(window, qtbot, 60, 40)
    settle(window, qtbot)
    current(window, qtbot)
    assert rates.ruler.ruler.is_measured
    assert was_current
    assert not any(was_current), "each edit calls for another measurement"


def test_a_line_search_takes_no_rate(window: MainWindow, rates: RateRows, qtbot) -> None:
    edit(window, qtbot, optimizer="linesearch")
    assert not rates.field.isEnabled()
    assert not rates.ruler.isEnabled()
    assert "the learning rate has no say" in rates.line.text()
    edit(window, qtbot, optimizer="gd")
    assert rates.field.isEnabled()
    assert rates.ruler.ruler == theory_now(window)


@pytest.mark.parametrize("rate", ["1e-300", "1e300"])
def test_rates_beyond_reason_have_an_answer(window: MainWindow, rates: RateRows, qtbot, rate: str) -> None:
    type_into(rates.field, rate)
    settle(window, qtbot)
    zone = rates.ruler.ruler.zone(float(rate))
    assert zone is (Zone.CRAWLS if rate == "1e-300" else Zone.DIVERGES)
    assert rates.line.text().startswith("Never converges at this rate")
    edit(window, qtbot, optimizer="adam")
    current(window, qtbot)
    assert rates.line.text().startswith("Measured")


def test_one_row_and_a_constant_column_have_a_ruler(window: MainWindow, rates: RateRows, qtbot, tmp_path) -> None:
    for text in ("x,y\n2,3\n", "x,y\n5,1\n5,2\n5,4\n"):
        path = tmp_path / f"{len(text)}.csv"
        path.write_text(text)
        window.open_source(str(path))
        qtbot.waitUntil(lambda path=path: window.session.dataset.source == str(path), timeout=20_000)
        settle(window, qtbot)
        edit(window, qtbot, scaling=Scaling.NONE)
        assert rates.ruler.ruler == theory_now(window)
        assert rates.ruler.ruler.limit is not None or rates.line.text()


def test_where_the_loss_does_not_bend_it_says_so(window: MainWindow, rates: RateRows, qtbot, tmp_path) -> None:
    path = tmp_path / "level.csv"
    path.write_text("x,y\n0,1\n0,2\n0,4\n")
    window.open_source(str(path))
    qtbot.waitUntil(lambda: window.session.dataset.source == str(path), timeout=20_000)
    settle(window, qtbot)
    if window.session.problem.bias is None:
        assert rates.line.text().startswith("The loss does not bend")
    else:
        assert math.isfinite(rates.ruler.ruler.limit)


def test_a_run_with_clipped_gradients_is_not_foretold(window: MainWindow, rates: RateRows, qtbot) -> None:
    edit(window, qtbot, gradient_clip=0.5)
    assert "clipped" in rates.line.text()
    assert "Clipping keeps training" in rates.line.toolTip()


def test_steps_are_foretold_once_the_rate_has_warmed_up(window: MainWindow, rates: RateRows, qtbot) -> None:
    session = window.session
    entry = SCHEDULES["warmup"]
    warm = replace(session.store.settings, schedule="warmup").with_parameter(entry, "length", 2.0)
    edit(window, qtbot, schedule="warmup", schedule_parameters=warm.schedule_parameters)
    assert "once the rate has warmed up" in rates.line.text()
    for step in (1, 2):
        session.step()
        qtbot.waitUntil(lambda step=step: session.state.step == step)
    qtbot.waitUntil(lambda: rates.line.text().startswith("About "))


def test_a_ruler_of_other_settings_is_dimmed_until_the_new_one_is_there(
    window: MainWindow, rates: RateRows, qtbot
) -> None:
    settings = replace(window.session.store.settings, schedule="cosine")
    window.session.edit(settings)
    assert rates.ruler.is_outdated
    current(window, qtbot)
    assert rates.ruler.ruler.is_measured
    window.session.store.undo_stack.undo()
    assert not rates.ruler.is_outdated
    assert rates.ruler.ruler == theory_now(window)
