"""The landscape in the real window: what a user looks at, points at and drags."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.core.training import Status
from gdexplorer.ui import opengl
from gdexplorer.ui.landscape_choice import Drawing, View


def edit(window: MainWindow, qtbot, **fields: object) -> None:
    """Change settings the way a panel does, and wait until they are in force."""
    window.session.edit(replace(window.session.store.settings, **fields))
    qtbot.waitUntil(lambda: all(getattr(window.session.store.settings, k) == v for k, v in fields.items()))
    qtbot.waitUntil(lambda: window.session.problem.weight_count == window.session.store.settings.weight_count)


def settle(window: MainWindow, qtbot) -> None:
    """Wait until nothing is being worked on, and what there is has been drawn."""
    session = window.session
    workers = (session.workers.main, session.workers.views, session.workers.pointing)
    due = window.presenter.landscape._next_frame
    qtbot.waitUntil(lambda: not (due.isActive() or any(worker.is_busy() for worker in workers)), timeout=30_000)


def look(window: MainWindow, qtbot, view: View, **fields: object) -> None:
    """Choose what the landscape shows, as its lists and buttons do."""
    card = window.plots.landscape
    card.choiceEdited.emit(replace(card.choice(), view=view, **fields))
    assert card.choice().view is view
    settle(window, qtbot)


def plane(window: MainWindow):
    return window.presenter.landscape.plane


def show_two_weights(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, weight_count=2)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: plane(window).is_current, timeout=20_000)
    window.grab()


def ball(window: MainWindow) -> np.ndarray:
    return np.array(window.plots.landscape.contour._point.getData()).T[0]


def test_two_weights_show_a_plane_and_one_a_curve_again(window: MainWindow, qtbot) -> None:
    card = window.plots.landscape
    assert card.curves.isVisible()
    show_two_weights(window, qtbot)
    assert card.contour.isVisible()
    assert not card.curves.isVisible()
    assert "both weights" in card.title.text()
    np.testing.assert_allclose(ball(window), window.session.state.weights)
    assert plane(window).landscape.cut is not None
    edit(window, qtbot, weight_count=1)
    assert card.curves.isVisible()
    assert not card.contour.isVisible()


def test_the_ball_starts_on_the_cut_when_the_second_weight_comes(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    show_two_weights(window, qtbot)
    places, losses = plane(window).landscape.cut
    nearest = int(np.argmin(np.hypot(*(places - ball(window)).T)))
    assert np.hypot(*(places[nearest] - ball(window))) < np.hypot(*(places[1] - places[0]))
    assert losses[nearest] == pytest.approx(window.session.state.loss, rel=1e-3)
    assert losses[nearest] == pytest.approx(losses.min())


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
@pytest.mark.parametrize("view", [View.CURVES, View.PAIR, View.PATH, View.HESSIAN])
def test_every_view_of_three_weights_draws_or_says_why_not(window: MainWindow, qtbot, view: View, loss: str) -> None:
    edit(window, qtbot, weight_count=3, loss=loss, tolerance=0.0, steps_per_second=UNLIMITED, optimizer="momentum")
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 50, timeout=30_000)
    window.session.pause()
    look(window, qtbot, view)
    caption = window.plots.landscape.caption.text()
    if (view, loss) == (View.HESSIAN, "mae"):
        assert "no curvature" in caption
        assert plane(window).refusal
        assert plane(window).place(0.0, 0.0) is None
        assert window.plots.landscape._is_blank
        look(window, qtbot, View.PAIR)
        assert not window.plots.landscape._is_blank
        return
    if view is View.CURVES:
        assert len(window.presenter.landscape.curves.slices) == 3
        assert "left out" in caption
        return
    assert plane(window).is_current
    assert {View.PAIR: "held", View.PATH: "%", View.HESSIAN: "steepest"}[view] in caption
    request = plane(window).landscape.request
    assert request.stage.sampled == 0
    np.testing.assert_array_equal(request.weights, window.session.state.weights)


@pytest.mark.parametrize("view", [View.PAIR, View.HESSIAN])
def test_a_unit_is_as_long_across_as_up(window: MainWindow, qtbot, view: View) -> None:
    edit(window, qtbot, weight_count=3)
    look(window, qtbot, view)
    for drawing in (Drawing.CONTOUR, Drawing.BOTH):
        look(window, qtbot, view, drawing=drawing)
        window.grab()
        settle(window, qtbot)
        across, up = window.plots.landscape.contour.pixels_per_unit()
        assert across / up == pytest.approx(1.0, rel=0.15)


def test_the_pair_can_be_chosen_and_swapped(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, weight_count=4)
    look(window, qtbot, View.PAIR, pair=(1, 3))
    np.testing.assert_allclose(ball(window), window.session.state.weights[[1, 3]])
    card = window.plots.landscape
    card._pair[0].chosen.emit("3")
    settle(window, qtbot)
    assert card.choice().pair == (3, 1)
    np.testing.assert_allclose(ball(window), window.session.state.weights[[3, 1]])


def test_dragging_the_ball_starts_there_and_the_run_goes_on(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    edit(window, qtbot, tolerance=0.0, steps_per_second=20.0)
    window.session.run()
    contour = window.plots.landscape.contour
    first, last = contour.pixel(*ball(window)).toPoint(), contour.pixel(1.2, 0.5).toPoint()
    qtbot.mousePress(contour.viewport(), Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(contour.viewport(), (first + last) / 2)
    qtbot.mouseMove(contour.viewport(), last)
    qtbot.mouseRelease(contour.viewport(), Qt.MouseButton.LeftButton, pos=last)
    start = window.session.store.settings.start
    assert start == pytest.approx((1.2, 0.5), abs=0.03)
    np.testing.assert_array_equal(window.session.history.weights[0], start)
    assert window.session.is_running
    qtbot.waitUntil(lambda: window.session.state.step > 0, timeout=20_000)
    window.session.pause()
    window.session.store.undo_stack.undo()
    qtbot.waitUntil(lambda: window.session.store.settings.start is None)


def test_clicking_the_axis_of_the_curve_starts_there(window: MainWindow) -> None:
    window.plots.landscape.curves.dropped.emit(0, 1.75)
    assert window.session.store.settings.start == (1.75,)
    assert window.session.state.weights[0] == 1.75
    assert window.session.state.step == 0


def test_a_start_where_the_loss_overflows_is_refused_and_the_run_stays(window: MainWindow, qtbot) -> None:
    before = window.session.state
    with qtbot.waitSignal(window.session.failed) as failed:
        window.plots.landscape.curves.dropped.emit(0, 1e200)
    assert "too large" in failed.args[0]
    assert window.session.state is before


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_pointing_at_the_plane_reads_the_true_loss(window: MainWindow, qtbot, loss: str) -> None:
    edit(window, qtbot, loss=loss)
    show_two_weights(window, qtbot)
    card = window.plots.landscape
    told = card.caption.text()
    card.placeHovered.emit(0.3, -0.4)
    true = window.session.problem.evaluate(np.array([0.3, -0.4]))[0]
    qtbot.waitUntil(lambda: "loss" in card.caption.text() and card.caption.text() != told, timeout=10_000)
    assert card.caption.text() == f"w₁ = 0.3, w₂ = −0.4: loss {true:.4g}"
    card.placeLeft.emit()
    assert card.caption.text() == told


def test_the_arrow_ends_where_the_next_step_does(window: MainWindow, qtbot) -> None:
    for optimizer in ("gd", "momentum", "adam"):
        edit(window, qtbot, optimizer=optimizer)
        window.session.reset()
        window.session.step()
        qtbot.waitUntil(lambda: window.session.state.step == 1, timeout=20_000)
        settle(window, qtbot)
        qtbot.waitUntil(lambda: window.presenter.landscape.ahead.arrows is not None)
        arrows = window.presenter.landscape.ahead.arrows
        window.session.step()
        qtbot.waitUntil(lambda: window.session.state.step == 2)
        np.testing.assert_array_equal(window.session.state.weights, arrows.landing)
        assert window.session.state.loss == arrows.loss


def test_the_ball_is_where_the_run_is_also_between_two_records(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    edit(window, qtbot, tolerance=0.0, steps_per_second=UNLIMITED, learning_rate=1e-6)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 100_000, timeout=20_000)
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.clock.is_ticking)  # the last steps before the pause have come
    settle(window, qtbot)
    for _ in range(2):  # one of two steps in a row is not recorded
        step = window.session.state.step
        window.session.step()
        qtbot.waitUntil(lambda step=step: window.session.state.step == step + 1)
        settle(window, qtbot)
        walk = window.plots.landscape.contour._walk
        np.testing.assert_array_equal(walk.point, window.session.state.weights)
        assert walk.loss == window.session.state.loss


def test_the_caption_multiplies_rate_and_slope(window: MainWindow, qtbot) -> None:
    settle(window, qtbot)
    window.session.step()
    qtbot.waitUntil(lambda: window.session.state.step == 1, timeout=20_000)
    qtbot.waitUntil(lambda: "learning rate 0.02 times the slope" in window.plots.landscape.caption.text())


def test_the_arrow_follows_the_learning_rate_at_rest(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=0.1)
    slope = float(window.session.state.gradient[0])
    expected = float(window.session.state.weights[0]) - 0.1 * slope
    qtbot.waitUntil(lambda: "learning rate 0.1 times" in window.plots.landscape.caption.text(), timeout=20_000)
    assert window.presenter.landscape.ahead.arrows.landing[0] == pytest.approx(expected)


def test_original_units_read_the_least_squares_answer(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    look(window, qtbot, View.PAIR, is_original=True)
    (slope, bias), _ = plane(window).landscape.minimum
    assert slope == pytest.approx(138.54645234277586, rel=1e-9)
    assert bias == pytest.approx(13859.3932225638, rel=1e-9)
    np.testing.assert_allclose(ball(window), window.session.problem.original_weights(window.session.state.weights))
    assert "USD per sq ft" in window.plots.landscape.contour._labels["bottom"]


@pytest.mark.parametrize("is_original", [False, True])
def test_the_arrow_downhill_points_where_descent_goes(window: MainWindow, qtbot, is_original: bool) -> None:
    show_two_weights(window, qtbot)
    look(window, qtbot, View.PAIR, is_original=is_original)
    walk = window.plots.landscape.contour._walk
    window.session.step()
    qtbot.waitUntil(lambda: window.session.state.step == 1, timeout=20_000)
    settle(window, qtbot)
    way = ball(window) - walk.point
    np.testing.assert_allclose(way / np.abs(way).max(), walk.downhill / np.abs(walk.downhill).max(), atol=1e-6)


def test_the_scaling_turns_a_valley_into_a_bowl(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    numbers = {}
    for scaling in Scaling:
        edit(window, qtbot, scaling=scaling)
        settle(window, qtbot)
        qtbot.waitUntil(lambda: plane(window).is_current)
        numbers[scaling] = window.plots.landscape.note.text()
    assert numbers[Scaling.STANDARDISE] == "condition number 1"
    assert len(set(numbers.values())) == 3


def test_every_picture_between_two_scalings_is_a_true_one_and_the_last_is_the_new_one(
    window: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_two_weights(window, qtbot)
    card, shown = window.plots.landscape, []
    show = card.show_ground
    monkeypatch.setattr(card, "show_ground", lambda ground: (shown.append(ground), show(ground)))
    edit(window, qtbot, scaling=Scaling.DIVIDE)
    problem = window.session.problem

    def is_there() -> bool:
        drawn = plane(window).landscape
        return plane(window).is_current and card.contour._ground is drawn.ground and not plane(window).is_turning

    qtbot.waitUntil(lambda: len(shown) > 15 and is_there(), timeout=20_000)
    drawn = plane(window).landscape
    assert card.contour.bounds[0] == (drawn.ground.a[0], drawn.ground.a[-1])
    between = [ground for ground in dict.fromkeys(shown) if ground is not drawn.ground]
    assert len(between) >= 15
    turns = [ground for ground in between if (ground.a[0], ground.a[-1]) == (0.0, 1.0)]
    assert len(turns) >= 15
    for turn in turns:
        assert turn.losses.min() >= problem.least_squares.loss * (1 - 1e-12)
    np.testing.assert_allclose(ball(window), window.session.state.weights)


def test_pointing_while_the_picture_turns_reads_what_is_drawn(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    card = window.plots.landscape
    edit(window, qtbot, scaling=Scaling.DIVIDE)
    qtbot.waitUntil(lambda: plane(window).is_turning, timeout=20_000)
    qtbot.waitUntil(lambda: card.contour.bounds[0] == (0.0, 1.0))
    ground = card.contour._ground
    weights = plane(window).place(ground.a[40], ground.b[60])
    assert window.session.problem.evaluate(weights)[0] == pytest.approx(ground.losses[60, 40], rel=1e-9)
    assert card._is_blank
    qtbot.waitUntil(lambda: card.contour.bounds[0] != (0.0, 1.0))
    assert not card._is_blank


@pytest.mark.parametrize("fields", [{"seed": 11}, {"batch_size": 50}])
def test_nothing_turns_where_the_scaling_stays(window: MainWindow, qtbot, fields: dict) -> None:
    show_two_weights(window, qtbot)
    edit(window, qtbot, **fields)
    settle(window, qtbot)
    assert not plane(window).is_turning
    assert window.plots.landscape.contour.bounds[0] != (0.0, 1.0)


def test_a_start_right_after_undo_ends_in_the_problem_that_the_settings_say(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, loss="mae")
    settle(window, qtbot)
    window.session.store.undo_stack.undo()
    window.session.edit(replace(window.session.store.settings, start=(0.4,)))
    settle(window, qtbot)
    qtbot.waitUntil(lambda: window.session.store.settings.start == (0.4,))
    settle(window, qtbot)
    assert window.session.store.settings.loss == window.session.problem.loss.key == "mse"
    assert window.session.state.weights.tolist() == [0.4]


def test_a_start_typed_while_the_weight_count_changes_is_filled_up(window: MainWindow, qtbot) -> None:
    window.session.edit(replace(window.session.store.settings, weight_count=3))
    window.session.edit(replace(window.session.store.settings, start=(0.4,)))
    settle(window, qtbot)
    qtbot.waitUntil(lambda: window.session.problem.weight_count == 3)
    assert window.session.store.settings.start == (0.4, 0.0, 0.0)


def test_leaving_a_plane_under_way_for_one_weight_is_no_harm(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, loss="mae")
    show_two_weights(window, qtbot)
    window.presenter.fit_ranges()
    edit(window, qtbot, weight_count=1)
    settle(window, qtbot)
    assert plane(window).landscape is None
    assert len(window.presenter.landscape.curves.slices) == 1


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_fit_during_a_run_keeps_all_curves_in_sight(window: MainWindow, qtbot, loss: str) -> None:
    edit(window, qtbot, weight_count=3, loss=loss)
    look(window, qtbot, View.CURVES)
    for _ in range(5):
        step = window.session.state.step
        window.session.step()
        qtbot.waitUntil(lambda step=step: window.session.state.step > step, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F)
    settle(window, qtbot)
    for plot in window.plots.landscape.curves.plots:
        bottom, top = plot.bounds[1]
        assert bottom < window.session.state.loss < top
        heights = plot._curve.getData()[1]
        assert ((heights > bottom) & (heights < top)).mean() > 0.9
        assert plot.edge.text == ""


def test_the_tangent_is_there_again_after_a_drag(window: MainWindow, qtbot) -> None:
    (plot,) = window.plots.landscape.curves.plots
    window.grab()
    place = float(window.session.state.weights[0]), window.session.state.loss
    first, last = plot.pixel(*place).toPoint(), plot.pixel(1.5, 4.0).toPoint()
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(plot.viewport(), (first + last) / 2)
    qtbot.mouseMove(plot.viewport(), last)
    assert not plot._tangent.isVisible()
    window.presenter.show_progress()
    assert plot._point.getData()[0][0] > 1.0, "a frame does not take the ball out of the hand"
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=last)
    settle(window, qtbot)
    assert window.session.store.settings.start is not None
    assert plot._tangent.isVisible()


def test_a_refused_start_puts_the_ball_back(window: MainWindow) -> None:
    (plot,) = window.plots.landscape.curves.plots
    window.plots.landscape.curves.dropped.emit(0, 1e200)
    assert "too large" in window.banner.sentence
    np.testing.assert_array_equal(plot._point.getData()[0], window.session.state.weights)


def test_the_arrow_is_seen_in_a_slow_run(window: MainWindow, qtbot) -> None:
    settle(window, qtbot)
    edit(window, qtbot, steps_per_second=4.0, learning_rate=0.005)
    (plot,) = window.plots.landscape.curves.plots
    window.session.run()
    for step in (1, 2, 3):
        qtbot.waitUntil(lambda step=step: window.session.state.step == step, timeout=20_000)
        qtbot.waitUntil(plot._step._item.isVisible)
        start = plot._step._item.getData()[0][0]
        assert window.session.state.step > step or start == window.session.state.weights[0]
    window.session.pause()


def test_the_old_picture_stays_dimmed_until_the_new_one_is_there(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    card, old = window.plots.landscape, plane(window).landscape
    dimmed = []
    show = card.set_dimmed
    card.set_dimmed = lambda is_dimmed: (dimmed.append(is_dimmed), show(is_dimmed))
    edit(window, qtbot, loss="mae")
    settle(window, qtbot)
    qtbot.waitUntil(lambda: plane(window).is_current and not card._is_dimmed)
    assert plane(window).landscape is not old
    assert True in dimmed
    assert dimmed[-1] is False


def test_changing_everything_at_once_ends_in_the_right_picture(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=UNLIMITED)
    window.session.run()
    for count in (2, 5, 1, 3, 2):
        window.session.edit(replace(window.session.store.settings, weight_count=count))
    with qtbot.waitSignal(window.session.problemChanged, timeout=20_000):
        window.open_source("crickets")
    qtbot.waitUntil(lambda: window.session.dataset.title != "Sacramento homes", timeout=20_000)
    settle(window, qtbot)
    window.session.edit(replace(window.session.store.settings, weight_count=2))
    settle(window, qtbot)
    qtbot.waitUntil(lambda: window.session.problem.weight_count == 2 and plane(window).is_current, timeout=20_000)
    assert plane(window).landscape.request.problem is window.session.problem


def test_a_diverging_run_leaves_the_picture_by_its_edge(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    calm = window.plots.landscape.contour.bounds
    edit(window, qtbot, learning_rate=3.0, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.DIVERGED, timeout=20_000)
    settle(window, qtbot)
    contour = window.plots.landscape.contour
    assert "out here" in contour.edge.text
    assert np.ptp(contour.bounds[0]) < 8 * np.ptp(calm[0])
    assert "out here" in window.plots.fit.edge.text
    window.session.reset()
    window.presenter.fit_ranges()
    settle(window, qtbot)
    assert contour.edge.text == ""
    assert np.ptp(contour.bounds[0]) <= np.ptp(calm[0]), "it shows the new start, which is nearer, closely again"


def test_more_weights_than_fit_are_on_pages(window: MainWindow, qtbot) -> None:
    with qtbot.waitSignal(window.session.problemChanged, timeout=20_000):
        window.open_source("ames")
    edit(window, qtbot, weight_count=12)
    card = window.plots.landscape
    settle(window, qtbot)
    first = list(card.curves.indices)
    assert first[0] == 0
    assert len(first) < 12
    qtbot.mouseClick(card._forth, Qt.MouseButton.LeftButton)
    assert card.curves.indices.start == len(first)
    assert card.curves.plots[0]._label.startswith(f"w{'₀₁₂₃₄₅₆₇₈₉'[len(first) + 1]}")


def test_without_opengl_the_contour_takes_the_whole_place_and_a_line_says_why(
    window: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opengl, "_problem", None)
    opengl.forbid_opengl("There is no OpenGL here, so contours are all there is.")
    show_two_weights(window, qtbot)
    card = window.plots.landscape
    assert card.surface is None
    assert card.contour.width() > 0.9 * card.curves.parentWidget().width() - 60
    assert "no OpenGL here" in card.caption.text()
    assert not card._chips[Drawing.SURFACE].isEnabled()


def test_a_narrow_card_chooses_the_drawing_by_a_list(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    card = window.plots.landscape
    window.resize(1024, 700)
    qtbot.waitUntil(card._drawing.isVisible)
    assert not card._chips[Drawing.BOTH].isVisible()
    card._drawing.chosen.emit(Drawing.CONTOUR.value)
    assert card.choice().drawing is Drawing.CONTOUR
    window.resize(1500, 900)
    qtbot.waitUntil(card._chips[Drawing.BOTH].isVisible)
    assert not card._drawing.isVisible()


def test_a_surface_that_fails_gives_its_place_to_the_contour(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    card = window.plots.landscape
    if card.surface is None:
        pytest.skip("no OpenGL on this screen")
    assert card.surface.isVisible()
    card.surface.failed.emit("OpenGL was lost, so contours are all there is.")
    assert not card.surface.isVisible()
    assert card.contour.isVisible()
    window.presenter.show_progress()
    assert "OpenGL was lost" in card.caption.text()


def test_the_landscape_floats_with_its_surface_and_keys_and_comes_back(window: MainWindow, qtbot) -> None:
    show_two_weights(window, qtbot)
    edit(window, qtbot, tolerance=0.0)
    dock = window.plots.docks[0]
    qtbot.mouseClick(dock.toggle, Qt.MouseButton.LeftButton)
    floating = window.plots.landscape.window()
    assert floating is not window
    qtbot.waitUntil(floating.isActiveWindow)
    assert not floating.grab().isNull()
    qtbot.keyClick(floating, Qt.Key.Key_Space)
    assert window.session.is_running
    qtbot.waitUntil(lambda: window.session.state.step > 2, timeout=20_000)
    qtbot.keyClick(floating, Qt.Key.Key_Space)
    assert not window.session.is_running
    floating.close()
    assert window.plots.landscape.window() is window
    settle(window, qtbot)
    assert plane(window).is_current
    assert not window.grab().isNull()


def test_closing_the_window_closes_what_floats(window: MainWindow) -> None:
    for dock in window.plots.docks:
        dock.let_float()
    window.close()
    assert not any(dock.is_floating for dock in window.plots.docks)
    assert not any(widget.isVisible() for widget in QApplication.topLevelWidgets())


def test_bad_tables_have_a_landscape(window: MainWindow, qtbot, tmp_path: Path) -> None:
    for name, lines in {
        "one.csv": "size,price\n3,4\n",
        "equal.csv": "size,price\n" + "7,3\n" * 5,
        "twice.csv": "size,same,price\n" + "".join(f"{a},{a},{2 * a + a % 3}\n" for a in range(1, 30)),
    }.items():
        path = tmp_path / name
        path.write_text(lines)
        with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
            window.open_source(str(path))
        for count in range(1, min(3, len(window.session.store.settings.terms)) + 1):
            edit(window, qtbot, weight_count=count)
            settle(window, qtbot)
            window.session.step()
            settle(window, qtbot)
            assert not window.grab().isNull()
            assert window.plots.landscape.caption.text()
