"""Rows edited by hand in the real window, and rows held out: what a user does, and what follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog

from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.held_out_loss import held_out_losses
from gdexplorer.core.row_edits import NO_EDITS
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.core.training import Status
from gdexplorer.files.reading import open_table
from gdexplorer.ui.landscape_choice import View

LEFT = Qt.MouseButton.LeftButton


def settle(window: MainWindow, qtbot) -> None:
    """Wait until nothing is being worked on, and what there is has been drawn."""
    session, due = window.session, window.presenter.landscape._next_frame

    def is_settled() -> bool:
        settings = session.store.settings
        is_waiting = session.workers.are_busy() or due.isActive()  # a frame that is due may ask for more work
        return session.wanted is settings and session.runs_under(settings) and not is_waiting

    qtbot.waitUntil(is_settled, timeout=30_000)


def edit(window: MainWindow, qtbot, **fields: object) -> None:
    """Change settings the way a panel does, and wait until they are in force."""
    window.session.edit(replace(window.session.store.settings, **fields))
    qtbot.waitUntil(lambda: all(getattr(window.session.store.settings, k) == v for k, v in fields.items()))
    settle(window, qtbot)


def told(window: MainWindow) -> str:
    return window.banner.sentence


def pixel(window: MainWindow, x: float, y: float) -> QPoint:
    return window.plots.fit.pixel(x, y).toPoint()


def lonely_point(window: MainWindow) -> int:
    """Return the index of a drawn point that is far from all others and from the edges."""
    points = window.plots.fit.points
    scale = np.array(window.plots.fit.pixels_per_unit())
    places = np.array([points.x, points.y]).T * scale
    ways = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    np.fill_diagonal(ways, np.inf)
    return int(np.argmax(ways.min(axis=1) * (points.x < 3000)))


def drag(window: MainWindow, qtbot, first: QPoint, last: QPoint, *, release: bool = True, pause: bool = False) -> None:
    viewport = window.plots.fit.viewport()
    qtbot.mousePress(viewport, LEFT, pos=first)
    for part in (1, 2, 3, 4):
        qtbot.mouseMove(viewport, first + (last - first) * part / 4)
        if pause:
            settle(window, qtbot)
    if release:
        qtbot.mouseRelease(viewport, LEFT, pos=last)


def drag_a_house(window: MainWindow, qtbot, right: int = 30, down: int = 60, **how: bool) -> int:
    """Drag a house by some pixels and return its number."""
    fit = window.plots.fit
    index = lonely_point(window)
    first = pixel(window, fit.points.x[index], fit.points.y[index])
    row = int(fit.points.rows[index])
    drag(window, qtbot, first, first + QPoint(right, down), **how)
    return row


def line_end(window: MainWindow) -> float:
    return float(window.plots.fit._line.getData()[1][-1])


def test_dragging_a_house_moves_the_loss_and_the_least_squares_answer(window: MainWindow, qtbot) -> None:
    settle(window, qtbot)
    before = window.session.problem
    size = before.dataset.column("size_sqft").values
    row = drag_a_house(window, qtbot)
    settle(window, qtbot)
    after = window.session.problem
    moved = after.dataset.column("size_sqft").values
    assert np.flatnonzero(moved != size).tolist() == [row]
    assert after.dataset.column("bedrooms") is before.dataset.column("bedrooms")
    assert after.least_squares.loss != before.least_squares.loss
    curve = window.presenter.landscape.curves.slices[0]
    assert curve.minimum[0] == pytest.approx(after.minimum[0])
    assert window.plots.fit.points.is_edited.sum() == 1
    assert window.data_panel.note.text() == "932 homes, 1 edited"
    assert "1 edit" in window.plots.fit_card.note.text()


def test_a_slow_drag_is_one_step_to_undo_and_undo_brings_the_house_back(window: MainWindow, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("gdexplorer.app.settings_store._GESTURE_S", 0.0)
    first = window.session.problem
    drag_a_house(window, qtbot, pause=True)
    settle(window, qtbot)
    stack = window.session.store.undo_stack
    assert stack.count() == 1
    assert "edit of rows" in stack.undoText()
    drag_a_house(window, qtbot, 20, 20, pause=True)
    settle(window, qtbot)
    assert stack.count() == 2
    edits = window.session.store.settings.edits
    for _ in range(2):
        stack.undo()
        settle(window, qtbot)
    assert window.session.store.settings.edits == NO_EDITS
    assert window.session.dataset is first.dataset
    np.testing.assert_array_equal(window.session.problem.X, first.X)
    assert not window.plots.fit.points.is_edited.any()
    assert window.data_panel.note.text() == "932 homes"
    for _ in range(2):
        stack.redo()
        settle(window, qtbot)
    assert window.session.store.settings.edits == edits
    assert window.session.dataset.edits == edits


def test_the_ball_keeps_rolling_while_a_house_is_dragged(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=200.0)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 20, timeout=20_000)
    stops: list[bool] = []
    window.session.runningChanged.connect(stops.append)
    model = window.session.problem.original_weights(window.session.state.weights)[0]
    drag_a_house(window, qtbot, release=False)
    qtbot.waitUntil(lambda: len(window.session.problem.dataset.edits) == 1)
    assert window.session.is_running
    after = window.session.problem.original_weights(window.session.history.weights[0])[0]
    assert after == pytest.approx(model, rel=0.02)
    qtbot.waitUntil(lambda: window.session.state.step > 10)
    fit = window.plots.fit
    last = fit.mapFromGlobal(fit.cursor().pos())
    qtbot.mouseRelease(fit.viewport(), LEFT, pos=last)
    settle(window, qtbot)
    assert stops == []
    history = window.session.history
    assert history.losses[0] == pytest.approx(window.session.problem.evaluate(history.weights[0])[0])
    window.session.pause()


def test_a_run_at_rest_in_the_minimum_rolls_on_to_the_new_one(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    settle(window, qtbot)
    before = line_end(window)
    drag_a_house(window, qtbot, 0, 150)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    np.testing.assert_allclose(window.session.state.weights, window.session.problem.minimum, rtol=1e-6)
    qtbot.waitUntil(lambda: line_end(window) < before)


def test_a_paused_run_stays_where_it_is(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=200.0)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 5, timeout=20_000)
    window.session.pause()
    settle(window, qtbot)
    model = window.session.problem.original_weights(window.session.state.weights)
    drag_a_house(window, qtbot)
    settle(window, qtbot)
    assert not window.session.is_running
    np.testing.assert_allclose(window.session.problem.original_weights(window.session.state.weights), model)
    assert len(window.session.history) == 1
    window.session.reset()
    np.testing.assert_array_equal(window.session.state.weights, window.session.problem.random_start(7))


def test_escape_puts_the_house_back_and_leaves_nothing_to_undo(window: MainWindow, qtbot) -> None:
    fit = window.plots.fit
    drag_a_house(window, qtbot, release=False)
    qtbot.waitUntil(lambda: len(window.session.problem.dataset.edits) == 1)
    qtbot.keyClick(fit, Qt.Key.Key_Escape)
    settle(window, qtbot)
    qtbot.mouseRelease(fit.viewport(), LEFT)
    settle(window, qtbot)
    assert window.session.store.settings.edits == NO_EDITS
    assert window.session.store.undo_stack.count() == 0
    assert not fit.points.is_edited.any()


def test_a_double_click_adds_a_house_and_delete_takes_it_away(window: MainWindow, qtbot) -> None:
    fit = window.plots.fit
    qtbot.mouseDClick(fit.viewport(), LEFT, pos=pixel(window, 4500, 100_000))
    settle(window, qtbot)
    dataset = window.session.dataset
    assert dataset.row_count == 933
    assert dataset.column("size_sqft").values[-1] == pytest.approx(4500, abs=15)
    assert np.isnan(dataset.column("bedrooms").values[-1])
    assert window.session.problem.row_count == 933
    assert window.data_panel.note.text() == "933 homes, 1 edited"
    qtbot.mouseMove(fit.viewport(), pixel(window, 4500, 100_000) + QPoint(2, 2))
    qtbot.mouseMove(fit.viewport(), pixel(window, 4500, 100_000))
    qtbot.waitUntil(lambda: fit.hovered_row == 932)
    qtbot.keyClick(fit, Qt.Key.Key_Delete)
    settle(window, qtbot)
    assert window.session.store.settings.edits == NO_EDITS
    assert window.session.problem.row_count == 932


def test_an_added_house_is_left_out_where_more_columns_are_in_use_and_that_is_said(window: MainWindow, qtbot) -> None:
    qtbot.mouseDClick(window.plots.fit.viewport(), LEFT, pos=pixel(window, 4500, 100_000))
    settle(window, qtbot)
    edit(window, qtbot, weight_count=3)
    assert window.session.problem.row_count == 932
    assert "The row that you added is left out, without a number in bedrooms." in told(window)
    edit(window, qtbot, weight_count=2)
    assert window.session.problem.row_count == 933


def test_painted_outliers_pull_the_squared_error_more_than_the_absolute_one(window: MainWindow, qtbot) -> None:
    minima = {}
    window.plots._paint.click()
    for loss in ("mse", "mae"):
        edit(window, qtbot, loss=loss, tolerance=0.0, steps_per_second=UNLIMITED, edits=NO_EDITS)
        curves = window.presenter.landscape.curves
        qtbot.waitUntil(lambda curves=curves: curves.slices and curves.slices[0].minimum is not None, timeout=20_000)
        before = curves.slices[0].minimum[0] * window.session.problem.scaling.target_spread
        before /= window.session.problem.scaling.spreads[0]
        count = window.session.store.undo_stack.count()
        first, last = pixel(window, 4000, 60_000), pixel(window, 4900, 20_000)
        drag(window, qtbot, first, last)
        settle(window, qtbot)
        assert window.session.store.undo_stack.count() == count + 1
        assert len(window.session.dataset.edits) >= 4
        after = curves.slices[0].minimum[0] * window.session.problem.scaling.target_spread
        minima[loss] = before - after / window.session.problem.scaling.spreads[0]
    assert minima["mse"] > 2 * minima["mae"] > 0


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_the_plane_follows_and_keeps_its_ranges(window: MainWindow, qtbot, loss: str) -> None:
    edit(window, qtbot, weight_count=2, loss=loss)
    card = window.plots.landscape
    card.choiceEdited.emit(replace(card.choice(), view=View.PAIR))
    settle(window, qtbot)
    plane = window.presenter.landscape.plane
    bounds, before = card.contour.bounds, plane.landscape
    drag_a_house(window, qtbot, 10, 200)
    settle(window, qtbot)
    assert plane.is_current
    qtbot.waitUntil(lambda: plane.landscape.request.problem is window.session.problem, timeout=10_000)
    settle(window, qtbot)
    assert plane.landscape is not before
    assert card.contour.bounds == bounds
    if loss == "mse":
        np.testing.assert_allclose(plane.landscape.minimum[0], window.session.problem.minimum)


def test_undo_all_edits_is_one_step_and_can_be_undone(window: MainWindow, qtbot) -> None:
    drag_a_house(window, qtbot)
    settle(window, qtbot)
    qtbot.mouseDClick(window.plots.fit.viewport(), LEFT, pos=pixel(window, 4500, 100_000))
    settle(window, qtbot)
    edits = window.session.store.settings.edits
    assert len(edits) == 2
    assert window.plots.fit.has_edits
    window.plots.fit.allEditsUndone.emit()
    settle(window, qtbot)
    assert window.session.store.settings.edits == NO_EDITS
    window.session.store.undo_stack.undo()
    settle(window, qtbot)
    assert window.session.store.settings.edits == edits


def test_other_data_begin_without_edits_and_undo_brings_both_back(window: MainWindow, qtbot) -> None:
    drag_a_house(window, qtbot)
    settle(window, qtbot)
    edits = window.session.store.settings.edits
    window.open_source("ames")
    qtbot.waitUntil(lambda: window.session.dataset.source == "ames", timeout=20_000)
    assert window.session.store.settings.edits == NO_EDITS
    window.session.store.undo_stack.undo()
    qtbot.waitUntil(lambda: window.session.dataset.source != "ames", timeout=20_000)
    settle(window, qtbot)
    assert window.session.dataset.edits == edits


def test_edited_rows_are_always_drawn_and_the_sample_stays(window: MainWindow, qtbot) -> None:
    window.open_source("ames")
    qtbot.waitUntil(lambda: window.session.dataset.source == "ames", timeout=20_000)
    settle(window, qtbot)
    fit = window.plots.fit
    before = fit.points
    assert len(before) == 1500
    row = drag_a_house(window, qtbot)
    settle(window, qtbot)
    kept = before.rows != row
    np.testing.assert_array_equal(fit.points.rows, before.rows)
    np.testing.assert_array_equal(fit.points.x[kept], before.x[kept])
    hidden = next(number for number in range(2930) if number not in set(before.rows.tolist()))
    edits = window.session.store.settings.edits.over(2930).with_values(hidden, {"price_usd": 1.0})
    window.session.edit_rows(edits, -1)
    settle(window, qtbot)
    assert hidden in fit.points.rows
    assert len(fit.points) == 1501


def test_the_last_row_cannot_be_deleted(window: MainWindow, qtbot, tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    file.write_text("size,price\n1,2\n2,3\n")
    window.open_source(str(file))
    qtbot.waitUntil(lambda: window.session.dataset.row_count == 2, timeout=20_000)
    settle(window, qtbot)
    fit = window.plots.fit
    for _ in range(2):
        fit._delete(int(fit.points.rows[0]))
        settle(window, qtbot)
    assert "keep at least one" in told(window)
    assert window.session.dataset.row_count == 1
    assert file.read_text() == "size,price\n1,2\n2,3\n"


# Hold-out ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_held_out_rows_have_a_line_a_number_and_hollow_points(window: MainWindow, qtbot, loss: str) -> None:
    edit(window, qtbot, loss=loss, tolerance=0.0, steps_per_second=500.0)
    field = window.training_panel.hold_out
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "20")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.store.settings.hold_out == 0.2)
    settle(window, qtbot)
    held = window.session.problem.held_out
    assert held.row_count == 186
    assert window.session.problem.row_count == 746
    assert len(window.plots.fit._hollow.getData()[0]) == 186
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 50, timeout=20_000)
    window.session.pause()
    settle(window, qtbot)
    line = np.array(window.plots.loss._held_out.getData())
    steps = window.session.history.steps
    assert line.shape == (2, len(steps))
    np.testing.assert_allclose(line[1], held_out_losses(window.session.problem, window.session.history.weights))
    assert f"held out {window.presenter.losses.held_out_loss:.4f}" in window.status.text().replace("\xa0", " ")
    window.session.store.undo_stack.undo()
    settle(window, qtbot)
    assert window.session.problem.held_out is None
    assert "held out" not in window.status.text()
    assert len(window.plots.loss._held_out.getData()[0]) == 0


def test_holding_out_keeps_the_model_and_the_run(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=200.0)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 20, timeout=20_000)
    before = window.session.problem.original_weights(window.session.state.weights)[0]
    edit(window, qtbot, hold_out=0.3)
    assert window.session.is_running
    after = window.session.problem.original_weights(window.session.history.weights[0])[0]
    assert after == pytest.approx(before, rel=0.05)
    window.session.pause()


# Saving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), [("mine.csv", ""), ("mine", "Parquet table (*.parquet)")])
def test_edited_data_are_saved_and_read_back(window, qtbot, tmp_path, monkeypatch, name, kind) -> None:
    drag_a_house(window, qtbot)
    settle(window, qtbot)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), kind))
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "Saved 932 homes" in told(window), timeout=20_000)
    (file,) = tmp_path.glob("mine.*")
    assert file.suffix == (".csv" if not kind else ".parquet")
    dataset = window.session.dataset
    back = open_table(str(file)).dataset
    for column in dataset.columns:
        np.testing.assert_array_equal(back.column(column.name).values, column.values)
        assert back.column(column.name).unit == column.unit


def test_the_file_that_is_open_is_never_written(window: MainWindow, qtbot, tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "two.csv"
    file.write_text("size,price\n1,2\n2,3\n")
    window.open_source(str(file))
    qtbot.waitUntil(lambda: window.session.dataset.row_count == 2, timeout=20_000)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    window.saving.choose_place()
    qtbot.waitUntil(lambda: "never changed" in told(window), timeout=20_000)
    assert file.read_text() == "size,price\n1,2\n2,3\n"
