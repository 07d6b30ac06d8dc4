from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QSplitter

from gdexplorer.app.application import make_window
from gdexplorer.app.main_window import MainWindow
from gdexplorer.app.preferences import Preferences
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.core.training import Status, advance
from gdexplorer.ui.landscape_choice import Drawing, View


def edit(window: MainWindow, qtbot, **fields: object) -> None:
    """Change settings the way a panel does, and wait until they are in force."""
    new = replace(window.session.store.settings, **fields)
    window.session.edit(new)
    qtbot.waitUntil(lambda: all(getattr(window.session.store.settings, k) == v for k, v in fields.items()))
    qtbot.waitUntil(lambda: window.session.problem.weight_count == window.session.store.settings.weight_count)


def look(window: MainWindow, view: View) -> None:
    """Choose what the landscape shows, as its list does."""
    window.plots.landscape._view.chosen.emit(view.value)


def test_the_window_opens_on_sacramento_at_rest(window: MainWindow) -> None:
    assert window.windowTitle() == "Sacramento homes – gdexplorer"
    assert window.session.state.step == 0
    assert not window.session.is_running
    assert window.session.problem.row_count == 932


def test_space_runs_to_the_least_squares_answer(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, steps_per_second=UNLIMITED)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    assert not window.session.is_running
    weight = window.session.problem.original_weights(window.session.state.weights)[0]
    assert weight == pytest.approx(145.49738995998248, rel=1e-7)
    assert "145.5" in window.plots.table.item(0, 1).text()
    assert "145.5" in window.plots.table.item(0, 2).text()


def test_space_pauses_and_home_resets(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=UNLIMITED)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.state.step > 1000, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not window.session.is_running
    start = window.session.history.weights[0].copy()
    qtbot.keyClick(window, Qt.Key.Key_Home)
    assert window.session.state.step == 0
    np.testing.assert_array_equal(window.session.state.weights, start)


def test_the_right_arrow_takes_one_step(window: MainWindow, qtbot) -> None:
    for step in (1, 2):
        qtbot.keyClick(window, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda step=step: window.session.state.step == step, timeout=20_000)
    assert window.session.history.steps.tolist() == [0, 1, 2]


def test_a_step_that_takes_many_frames_is_shown_too(window: MainWindow, qtbot, monkeypatch) -> None:
    session, pause = window.session, Event()
    qtbot.waitUntil(lambda: not session.clock.is_ticking, timeout=60_000)

    def slow(*arguments: object, **options: object) -> object:
        pause.wait(0.2)
        return advance(*arguments, **options)

    monkeypatch.setattr("gdexplorer.engine.run.advance", slow)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.state.step == 1)
    qtbot.waitUntil(lambda: not session.clock.is_ticking)


def test_the_learning_rate_acts_while_running(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=200.0)
    run_before = window.session.history
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 5, timeout=20_000)
    edit(window, qtbot, learning_rate=0.001)
    assert window.session.is_running
    step = window.session.state.step
    qtbot.waitUntil(lambda: window.session.state.step > step + 5)
    assert window.session.history is run_before
    assert window.session.history.learning_rates[-1] == 0.001


def test_raising_the_weight_count_keeps_the_trained_model(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    slope = window.session.problem.original_weights(window.session.state.weights)[0]
    for count in (2, 3, 1):
        edit(window, qtbot, weight_count=count)
        now = window.session.problem.original_weights(window.session.state.weights)
        assert now[0] == pytest.approx(slope, rel=1e-9)
        np.testing.assert_allclose(now[1:], 0.0, atol=1e-6)
        assert window.session.state.step == 0


def test_changing_the_scaling_keeps_the_model(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, weight_count=2)
    before = window.session.problem.original_weights(window.session.state.weights)
    edit(window, qtbot, scaling=Scaling.NONE)
    after = window.session.problem.original_weights(window.session.state.weights)
    np.testing.assert_allclose(after, before, rtol=1e-9)


def test_changing_the_weight_count_while_running_goes_on_running(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 100, timeout=20_000)
    edit(window, qtbot, weight_count=2)
    assert window.session.is_running
    qtbot.waitUntil(lambda: window.session.state.step > 100)
    assert window.session.history.weights.shape[1] == 2


def test_every_edit_can_be_undone_and_redone(window: MainWindow, qtbot) -> None:
    first = window.session.store.settings
    edit(window, qtbot, weight_count=3)
    edit(window, qtbot, loss="huber")
    edit(window, qtbot, learning_rate=0.005)
    stack = window.session.store.undo_stack
    assert stack.count() == 3
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.store.settings == first
    qtbot.waitUntil(lambda: window.session.problem.weight_count == 1 and window.session.problem.loss.key == "mse")
    for _ in range(3):
        stack.redo()
    qtbot.waitUntil(lambda: window.session.problem.weight_count == 3 and window.session.problem.loss.key == "huber")
    assert window.session.store.settings.learning_rate == 0.005


def test_dragging_one_value_is_one_step_to_undo(window: MainWindow, qtbot) -> None:
    for rate in (0.01, 0.011, 0.012):
        edit(window, qtbot, learning_rate=rate)
    assert window.session.store.undo_stack.count() == 1


def test_opening_a_file_replaces_the_data_and_can_be_undone(window: MainWindow, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "flats.csv"
    path.write_text("area,price\n" + "".join(f"{a},{3 * a + 7}\n" for a in range(20, 60)))
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.open_source(str(path))
    assert window.windowTitle() == "flats – gdexplorer"
    assert window.session.store.settings.target == "price"
    assert window.session.problem.row_count == 40
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.session.store.undo_stack.undo()
    assert window.session.problem.row_count == 932
    assert window.session.dataset.title == "Sacramento homes"


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\x89PNG\r\n\x1a\n\0\0\0\0", None])
def test_a_bad_file_says_one_sentence_and_the_run_goes_on(
    window: MainWindow, qtbot, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_bytes(content)
    edit(window, qtbot, tolerance=0.0, steps_per_second=UNLIMITED)
    window.session.run()
    with qtbot.waitSignal(window.session.failed, timeout=10_000) as failed:
        window.open_source(str(path))
    assert "bad.csv" in failed.args[0]
    assert "\n" not in failed.args[0]
    assert window.banner.sentence == failed.args[0]
    assert window.session.is_running
    step = window.session.state.step
    qtbot.waitUntil(lambda: window.session.state.step > step)
    assert window.session.dataset.title == "Sacramento homes"


def test_a_setting_that_does_not_fit_says_so_and_the_old_one_stays(window: MainWindow, qtbot) -> None:
    old = window.session.store.settings
    with qtbot.waitSignal(window.session.failed, timeout=10_000) as failed:
        window.session.edit(replace(old, batch_size=5000))
    assert "932" in failed.args[0]
    assert window.session.store.settings == old


def test_a_rate_far_above_the_limit_diverges_and_stays_finite(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=5.0, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.DIVERGED, timeout=20_000)
    assert np.isfinite(window.session.state.weights).all()
    assert not window.session.is_running
    assert "limit" in window.doctor_bar.diagnosis().sentence


@pytest.mark.parametrize("loss", ["mae", "huber", "logcosh"])
def test_other_losses_train_and_draw_their_curve(window: MainWindow, qtbot, loss: str) -> None:
    edit(window, qtbot, loss=loss, weight_count=2, tolerance=0.0, steps_per_second=UNLIMITED)
    first = window.session.state.loss
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 300, timeout=30_000)
    window.session.pause()
    assert window.session.state.loss < first
    look(window, View.CURVES)
    qtbot.waitUntil(lambda: len(window.presenter.landscape.curves.slices) == 2, timeout=10_000)


@pytest.mark.parametrize("source", ["athens", "ames", "lucas", "crickets"])
def test_every_bundled_data_set_opens_and_converges(window: MainWindow, qtbot, source: str) -> None:
    with qtbot.waitSignal(window.session.problemChanged, timeout=20_000):
        window.open_source(source)
    edit(window, qtbot, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    np.testing.assert_allclose(window.session.state.weights, window.session.problem.minimum, rtol=1e-6)


def test_the_clock_rests_when_nothing_happens(window: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: not window.session.clock.is_ticking, timeout=20_000)
    window.session.step()
    assert window.session.clock.is_ticking
    qtbot.waitUntil(lambda: not window.session.clock.is_ticking)


def test_closing_while_training_ends_all_threads(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, tolerance=0.0, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 0, timeout=20_000)
    window.close()
    window.session.close()
    window.session.run()
    assert not window.session.clock.is_ticking


def test_layout_and_theme_survive_a_restart(window: MainWindow, qtbot, preferences_file: str) -> None:
    window.findChildren(QSplitter)[0].setSizes([200, 700])
    window.resize(1111, 777)
    dark = next(a for a in window.menuBar().actions()[3].menu().actions() if a.property("choice") == "dark")
    dark.trigger()
    assert window.theme.is_dark
    QApplication.processEvents()
    sizes = window.findChildren(QSplitter)[0].sizes()
    edit(window, qtbot, weight_count=2)
    card = window.plots.landscape
    card.choiceEdited.emit(replace(card.choice(), drawing=Drawing.CONTOUR))
    window.close()
    again = make_window(preferences=Preferences(QSettings(preferences_file, QSettings.Format.IniFormat)))
    qtbot.addWidget(again)
    with qtbot.waitExposed(again):
        again.show()
    assert again.theme.is_dark
    assert (again.width(), again.height()) == (1111, 777)
    assert again.findChildren(QSplitter)[0].sizes() == pytest.approx(sizes, abs=4)
    assert again.plots.landscape.choice().drawing is Drawing.CONTOUR
    again.close()


def test_a_recent_file_is_offered_again(window: MainWindow, qtbot, tmp_path: Path, preferences_file: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,2\n2,4.5\n3,6\n")
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.open_source(str(path))
    stored = Preferences(QSettings(preferences_file, QSettings.Format.IniFormat))
    assert stored.recent_files == [str(path)]
    path.unlink()
    assert stored.recent_files == []


def test_a_new_target_gets_terms_of_its_own(window: MainWindow, qtbot) -> None:
    window.data_panel.targetEdited.emit("bedrooms")
    qtbot.waitUntil(lambda: window.session.problem.target == "bedrooms", timeout=10_000)
    assert all("bedrooms" not in term.columns for term in window.session.store.settings.terms)
    assert math.isfinite(window.session.state.loss)


def diverge(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=5.0, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.DIVERGED, timeout=20_000)


def test_the_curve_stays_true_after_divergence(window: MainWindow, qtbot) -> None:
    diverge(window, qtbot)
    (piece,) = window.presenter.landscape.curves.slices.values()
    expected = [window.session.problem.evaluate(np.array([value]))[0] for value in piece.values[::40]]
    np.testing.assert_allclose(piece.losses[::40], expected, rtol=1e-9)
    assert piece.minimum == pytest.approx(
        (window.session.problem.minimum[0], window.session.problem.least_squares.loss)
    )


def test_run_after_divergence_begins_at_the_start(window: MainWindow, qtbot) -> None:
    start = window.session.state.weights
    diverge(window, qtbot)
    edit(window, qtbot, learning_rate=0.02)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    np.testing.assert_array_equal(window.session.history.weights[0], start)


def test_a_diverged_model_is_not_carried_on(window: MainWindow, qtbot) -> None:
    diverge(window, qtbot)
    edit(window, qtbot, weight_count=2)
    np.testing.assert_array_equal(
        window.session.state.weights, window.session.problem.random_start(window.session.store.settings.seed)
    )


def test_run_does_nothing_where_it_has_converged(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.CONVERGED, timeout=20_000)
    step = window.session.state.step
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not window.session.is_running
    assert window.session.state.step == step


def test_a_typed_start_acts_at_once(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, start=(-1.5,))
    qtbot.waitUntil(lambda: window.session.state.weights[0] == -1.5)
    edit(window, qtbot, weight_count=2)
    assert window.session.store.settings.start == (-1.5, 0.0)


def test_the_sentence_follows_the_state(window: MainWindow, qtbot) -> None:
    at_rest = window.doctor_bar.diagnosis().sentence
    assert "Run" in at_rest
    diverge(window, qtbot)
    assert "above the limit" in window.doctor_bar.diagnosis().sentence
    edit(window, qtbot, learning_rate=0.02)
    assert "above the limit" not in window.doctor_bar.diagnosis().sentence
    window.session.reset()
    assert window.doctor_bar.diagnosis().sentence == at_rest


def test_a_sentence_goes_when_something_works_again(window: MainWindow, qtbot) -> None:
    with qtbot.waitSignal(window.session.failed, timeout=10_000):
        window.session.edit(replace(window.session.store.settings, batch_size=5000))
    assert "932" in window.banner.sentence
    edit(window, qtbot, weight_count=2)
    assert window.banner.sentence == ""


def test_small_multiples_share_the_room_evenly(window: MainWindow, qtbot) -> None:
    curves = window.plots.landscape.curves
    for count in (3, 12, 5):
        edit(window, qtbot, weight_count=count)
        qtbot.waitUntil(lambda: np.ptp([plot.width() for plot in curves.plots]) <= 2)
        assert np.ptp([plot.height() for plot in curves.plots]) <= 2


def test_deliberate_edits_are_undone_one_by_one(window: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("gdexplorer.app.settings_store.time.monotonic", lambda: now[0])
    for rate in (0.03, 0.04, 0.05):
        now[0] += 1.0
        edit(window, qtbot, learning_rate=rate)
    window.session.store.undo_stack.undo()
    assert window.session.store.settings.learning_rate == 0.04


def test_rows_left_out_and_constant_columns_are_said_once(window: MainWindow, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("size,price\n" + "".join(f"{a},{'' if a % 2 else 3 * a}\n" for a in range(20, 60)))
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.open_source(str(path))
    assert "20 rows are left out" in window.banner.sentence
    edit(window, qtbot, scaling=Scaling.DIVIDE)
    assert window.banner.sentence == ""
