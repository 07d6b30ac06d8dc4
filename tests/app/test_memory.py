"""The optimizer's memory and the learning rate used, in the real window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.core.theory import rate_theory
from gdexplorer.ui.landscape_choice import Drawing, View
from gdexplorer.ui.memory_arrows import Leg
from gdexplorer.ui.memory_parts import Part


def begin(window: MainWindow, qtbot, *, steps: int = 0, **fields: object) -> None:
    """Change settings the way a panel does, take some steps, and wait until all is drawn."""
    session = window.session
    session.edit(replace(session.store.settings, tolerance=0.0, **fields))
    main = session.workers.main
    qtbot.waitUntil(lambda: session.runs_under(session.store.settings) and not main.is_busy(), timeout=30_000)
    for step in range(1, steps + 1):
        session.step()
        qtbot.waitUntil(lambda step=step: session.state.step == step, timeout=20_000)
    due = window.presenter.landscape._next_frame
    qtbot.waitUntil(lambda: not (due.isActive() or session.workers.are_busy()), timeout=30_000)


def show_contour(window: MainWindow, qtbot, view: View = View.PAIR, **fields: object) -> None:
    card = window.plots.landscape
    card.choiceEdited.emit(replace(card.choice(), view=view, drawing=Drawing.CONTOUR, **fields))
    qtbot.waitUntil(lambda: window.presenter.landscape.plane.is_current, timeout=20_000)
    begin(window, qtbot)


def way(plot, leg: Leg) -> np.ndarray | None:
    item = plot._parts._arrows[leg]._item
    return np.array(item.getData()).T[:2] if item.isVisible() else None


def chip(window: MainWindow, text: str) -> QToolButton:
    (found,) = (each for each in window.plots.findChildren(QToolButton) if each.text() == text)
    return found


def seen_chips(window: MainWindow) -> set[str]:
    return {part.value for part in Part if chip(window, part.value).isVisible()}


@pytest.mark.parametrize(
    ("optimizer", "chips"),
    [
        ("gd", set()),
        ("momentum", {"slope", "velocity"}),
        ("adagrad", {"slope", "squares"}),
        ("adam", {"slope", "velocity", "squares"}),
    ],
)
def test_there_is_a_switch_for_each_part_that_the_optimizer_has(window: MainWindow, qtbot, optimizer, chips) -> None:
    begin(window, qtbot, optimizer=optimizer)
    assert seen_chips(window) == chips


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_the_arrows_on_the_contours_are_those_of_the_step_that_is_then_taken(
    window: MainWindow, qtbot, optimizer: str
) -> None:
    begin(window, qtbot, weight_count=2, optimizer=optimizer, learning_rate=0.15)
    show_contour(window, qtbot)
    begin(window, qtbot, steps=2, batch_size=16)
    session, contour = window.session, window.plots.landscape.contour
    before, velocity = session.state, session.state.memory[0]
    qtbot.waitUntil(lambda: np.allclose(way(contour, Leg.STEP)[0], before.weights))
    drawn = {leg: way(contour, leg) for leg in Leg}
    begin(window, qtbot)
    session.step()
    qtbot.waitUntil(lambda: session.state.step == before.step + 1)
    after = session.state
    step = after.weights - before.weights
    np.testing.assert_allclose(np.diff(drawn[Leg.STEP], axis=0)[0], step, rtol=1e-9)
    carried = velocity if optimizer == "momentum" else after.memory[0]
    np.testing.assert_allclose(np.diff(drawn[Leg.VELOCITY], axis=0)[0], -0.15 * 0.9 * carried, rtol=1e-9)
    slope = -0.15 * (after.memory[0] - 0.9 * velocity)  # of the batch, which is not that of all rows
    np.testing.assert_allclose(np.diff(drawn[Leg.SLOPE], axis=0)[0], slope, rtol=1e-9)
    assert np.abs(slope + 0.15 * before.gradient).max() > 1e-3


def test_the_curve_shows_the_parts_and_the_caption_tells_their_numbers(window: MainWindow, qtbot) -> None:
    begin(window, qtbot, optimizer="momentum", learning_rate=0.1, steps=3)
    (plot,) = window.plots.landscape.curves.plots
    arrows = window.presenter.landscape.ahead.arrows
    np.testing.assert_allclose(np.diff(way(plot, Leg.SLOPE)[:, 0]), arrows.slope)
    np.testing.assert_allclose(np.diff(way(plot, Leg.VELOCITY)[:, 0]), arrows.velocity)
    caption = window.plots.landscape.caption.text()
    assert "by the slope" in caption
    assert "by the velocity" in caption


def test_a_part_switched_off_stays_off_when_something_else_is_looked_at(window: MainWindow, qtbot) -> None:
    begin(window, qtbot, weight_count=2, optimizer="momentum", learning_rate=0.15)
    show_contour(window, qtbot)
    begin(window, qtbot, steps=2)
    contour = window.plots.landscape.contour
    assert way(contour, Leg.VELOCITY) is not None
    qtbot.mouseClick(chip(window, "velocity"), Qt.MouseButton.LeftButton)
    assert way(contour, Leg.VELOCITY) is None
    assert way(contour, Leg.SLOPE) is not None
    begin(window, qtbot, weight_count=1)
    begin(window, qtbot, optimizer="adam", steps=2)
    (plot,) = window.plots.landscape.curves.plots
    assert way(plot, Leg.VELOCITY) is None
    assert way(plot, Leg.SLOPE) is not None


@pytest.mark.parametrize(("optimizer", "slot"), [("adagrad", 0), ("adam", 1), ("amsgrad", 2)])
def test_squares_have_the_areas_of_what_is_remembered(window: MainWindow, qtbot, optimizer: str, slot: int) -> None:
    begin(window, qtbot, weight_count=2, optimizer=optimizer, learning_rate=0.1)
    show_contour(window, qtbot)
    begin(window, qtbot, steps=3)
    squares, values = window.plots.landscape.contour.squares, window.session.state.memory[slot]
    assert squares.isVisible()
    areas = squares.sides**2
    assert areas[0] / areas[1] == pytest.approx(values[0] / values[1])
    assert areas[0] == pytest.approx(squares._level.cell**2 * values[0] / squares._memory.full)
    qtbot.mouseClick(chip(window, "squares"), Qt.MouseButton.LeftButton)
    assert not squares.isVisible()


@pytest.mark.parametrize("view", [View.CURVES, View.PAIR, View.PATH, View.HESSIAN])
@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_many_weights_have_parts_in_every_view(window: MainWindow, qtbot, view: View, loss: str) -> None:
    begin(window, qtbot, weight_count=4, optimizer="adam", learning_rate=0.1, loss=loss)
    begin(window, qtbot, steps=5)
    card = window.plots.landscape
    if view is View.CURVES:
        card.choiceEdited.emit(replace(card.choice(), view=view))
        begin(window, qtbot)
        assert all(plot.squares.isVisible() for plot in card.curves.plots)
        assert "full square" in card.caption.text()
        return
    show_contour(window, qtbot, view)
    walk = card.contour._walk
    arrows = window.presenter.landscape.ahead.arrows
    section = window.presenter.landscape.plane.landscape.section
    np.testing.assert_allclose(walk.parts.slope, section.coordinates(arrows.start + arrows.slope), atol=1e-12)
    assert walk.squares.indices == ((0, 1) if view is View.PAIR else (0, 1, 2, 3))


def test_the_arrows_follow_a_run_at_full_speed(window: MainWindow, qtbot) -> None:
    begin(window, qtbot, weight_count=2, optimizer="momentum", learning_rate=1e-7, steps_per_second=UNLIMITED)
    show_contour(window, qtbot)
    contour = window.plots.landscape.contour
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 100_000, timeout=20_000)
    seen = []

    def has_followed() -> bool:
        walk = contour._walk
        if walk is not None and walk.parts is not None:
            assert not walk.parts.is_named
            seen.append(tuple(walk.parts.slope - walk.point))
        return len(set(seen)) > 3

    qtbot.waitUntil(has_followed, timeout=10_000)
    window.session.pause()


def test_the_rates_used_are_a_page_beside_the_loss(window: MainWindow, qtbot) -> None:
    begin(window, qtbot, learning_rate=0.05, schedule="cosine")
    settings = window.session.store.settings
    window.session.edit(settings.with_parameter(settings.schedule_entry, "length", 6.0))
    qtbot.mouseClick(chip(window, "Rate"), Qt.MouseButton.LeftButton)
    assert window.plots.rates.isVisible()
    assert not chip(window, "log").isVisible()
    begin(window, qtbot, steps=9)
    rates = 0.05 * (1 + np.cos(np.pi * np.minimum(np.arange(9), 6) / 6)) / 2
    x, y = window.plots.rates._line.getData()
    np.testing.assert_array_equal(x, np.arange(1, 10))
    np.testing.assert_allclose(y[:6], np.log10(rates[:6]))
    assert np.isnan(y[6:]).all()
    np.testing.assert_array_equal(window.plots.rates._zeros.getData()[0], [7, 8, 9])
    limit = rate_theory(window.session.problem, replace(settings, schedule="constant")).limit
    assert window.plots.rates._limit.value() == pytest.approx(np.log10(limit))
    assert window.plots.rates._limit_text.toPlainText().startswith("limit of a fixed rate")
    begin(window, qtbot, loss="huber", schedule="constant")
    assert window.plots.rates._limit_text.toPlainText().startswith("limit for all weights")
    qtbot.mouseClick(chip(window, "Loss"), Qt.MouseButton.LeftButton)
    assert window.plots.loss.isVisible()
    assert chip(window, "log").isVisible()


def test_a_line_search_shows_the_lengths_it_found(window: MainWindow, qtbot) -> None:
    begin(window, qtbot, weight_count=2, optimizer="linesearch")
    qtbot.mouseClick(chip(window, "Rate"), Qt.MouseButton.LeftButton)
    begin(window, qtbot, steps=2)
    _, y = window.plots.rates._line.getData()
    np.testing.assert_allclose(10**y, window.session.history.learning_rates[1:])
    assert not window.plots.rates._limit.isVisible()


def test_the_kernels_of_a_yardstick_are_compiled_by_a_worker_before_it_is_drawn(window, qtbot):
    session = window.session
    qtbot.waitUntil(lambda: session.is_warm, timeout=60_000)
    with qtbot.waitSignal(session.warmedUp, timeout=60_000):
        session.edit(replace(session.store.settings, optimizer="cg"))
        qtbot.waitUntil(lambda: session.store.settings.optimizer == "cg")
    assert session.is_warm
    qtbot.waitUntil(lambda: window.presenter.landscape.ahead.arrows is not None)
