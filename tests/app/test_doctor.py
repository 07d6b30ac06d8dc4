"""The doctor as a user meets him: trouble, a click, a run that works, and Undo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gdexplorer.app import doctor_presenter
from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.diagnosis import Diagnosis, Mood
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.core.training import Status


def edit(window: MainWindow, qtbot, **fields: object) -> None:
    """Change settings the way a panel does, and wait until they are in force."""
    new = replace(window.session.store.settings, **fields)
    window.session.edit(new)
    qtbot.waitUntil(lambda: window.session.store.settings == new and window.session.runs_under(new), timeout=20_000)


def said(window: MainWindow) -> str:
    return window.doctor_bar.diagnosis().word


def until(window: MainWindow, qtbot, word: str) -> None:
    qtbot.waitUntil(lambda: said(window) == word, timeout=20_000)


def take(window: MainWindow, qtbot, title: str) -> None:
    """Click the cure whose button begins with ``title``."""
    button = next(button for button in window.doctor_bar.cure_buttons() if button.text().startswith(title))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def undo(window: MainWindow, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_at_rest_he_says_what_to_do(window: MainWindow) -> None:
    assert said(window) == "ready"
    assert "Press Run" in window.doctor_bar.diagnosis().sentence
    assert window.doctor_bar.cure_buttons() == []


def test_a_run_that_has_set_out_is_no_longer_ready(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, batch_size=8, learning_rate=0.1, tolerance=0.0, steps_per_second=2000.0)
    heard: list[str] = []
    window.session.progressed.connect(lambda: heard.append(said(window)))
    window.session.run()
    until(window, qtbot, "noise floor")
    assert "ready" not in heard[1:]
    window.session.pause()


def test_strip_and_bar_say_the_same(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=0.15, tolerance=0.0, steps_per_second=UNLIMITED)
    window.session.run()
    until(window, qtbot, "at the bottom")
    assert window.status.accessibleName() == "Run: at the bottom"


def test_a_diverged_run_is_cured_by_one_click_and_undo_brings_the_rate_back(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=0.3, steps_per_second=UNLIMITED)
    start = window.session.state.weights
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until(window, qtbot, "diverged")
    assert "the learning rate 0.3 is above the limit 0.157" in window.doctor_bar.diagnosis().sentence
    before = window.session.store.settings
    take(window, qtbot, "Take 0.078")
    assert window.session.store.settings == replace(before, learning_rate=0.078)
    until(window, qtbot, "converged")
    np.testing.assert_array_equal(window.session.history.weights[0], start)
    assert window.session.state.loss == pytest.approx(window.session.problem.least_squares.loss)
    undo(window, qtbot)
    assert window.session.store.settings == before


def test_a_run_under_way_goes_on_with_the_cure(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=0.159, tolerance=1e-6, steps_per_second=200.0)
    window.session.run()
    until(window, qtbot, "diverging")
    step = window.session.state.step
    take(window, qtbot, "Take 0.078")
    assert window.session.is_running
    until(window, qtbot, "converged")
    assert window.session.state.step > step
    assert window.session.history.steps[0] == 0


def test_going_back_runs_from_the_lowest_step(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, weight_count=2, scaling=Scaling.DIVIDE, steps_per_second=60.0)
    limit = window.ruler.ruler.limit
    edit(window, qtbot, learning_rate=limit * 0.3)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.step > 10, timeout=20_000)
    edit(window, qtbot, learning_rate=limit * 1.3)
    qtbot.waitUntil(lambda: len(window.doctor_bar.cure_buttons()) == 2, timeout=20_000)
    assert said(window) == "diverging"
    before = window.session.store.settings
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.is_running)
    lowest = int(np.argmin(window.session.history.losses))
    weights = window.session.history.weights[lowest].copy()
    take(window, qtbot, f"Go back to step {lowest}")
    np.testing.assert_array_equal(window.session.state.weights, weights)
    assert window.session.store.settings.start == tuple(weights)
    assert window.session.store.settings.learning_rate < limit
    assert not window.session.is_running
    undo(window, qtbot)
    assert window.session.store.settings == before


def test_crawling_is_said_after_a_while_and_cured(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=1e-4, steps_per_second=200.0, tolerance=1e-6)
    window.session.run()
    until(window, qtbot, "crawling")
    assert "far below the fastest, 0.079" in window.doctor_bar.diagnosis().sentence
    take(window, qtbot, "Take 0.078")
    until(window, qtbot, "converged")


def test_standardising_keeps_the_model_and_the_run(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, weight_count=2, scaling=Scaling.NONE, tolerance=1e-6, steps_per_second=UNLIMITED)
    edit(window, qtbot, learning_rate=window.ruler.ruler.fastest)
    window.session.run()
    until(window, qtbot, "badly scaled")
    before = window.session.store.settings
    take(window, qtbot, "Standardise")
    qtbot.waitUntil(lambda: window.session.store.settings.scaling is Scaling.STANDARDISE, timeout=20_000)
    until(window, qtbot, "converged")
    problem = window.session.problem
    at_random = problem.evaluate(problem.random_start(before.seed))[0]
    assert window.session.history.losses[0] < 0.9 * at_random
    undo(window, qtbot)
    assert window.session.store.settings == before


def test_larger_batches_run_on_although_they_begin_anew(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, weight_count=2, batch_size=8, learning_rate=0.1, steps_per_second=UNLIMITED)
    window.session.run()
    until(window, qtbot, "noise floor")
    take(window, qtbot, "Batches of 32")
    qtbot.waitUntil(lambda: window.session.store.settings.batch_size == 32, timeout=20_000)
    qtbot.waitUntil(lambda: window.session.is_running and window.session.state.step > 0, timeout=20_000)
    window.session.pause()


def test_a_cure_is_a_step_to_undo_of_its_own(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, learning_rate=5.0, steps_per_second=UNLIMITED)
    window.session.run()
    qtbot.waitUntil(lambda: window.session.state.status is Status.DIVERGED, timeout=20_000)
    count = window.session.store.undo_stack.count()
    take(window, qtbot, "Take")
    assert window.session.store.undo_stack.count() == count + 1


def test_the_plots_above_never_move(window: MainWindow, qtbot) -> None:
    height = window.doctor_bar.height()
    edit(window, qtbot, learning_rate=0.3, steps_per_second=UNLIMITED)
    window.session.run()
    until(window, qtbot, "diverged")
    assert window.doctor_bar.height() == height
    assert window.doctor_bar.cure_buttons()


def test_a_momentary_trouble_is_not_shown(window: MainWindow, qtbot, monkeypatch) -> None:
    """An alarm waits for half a second; bad news that cannot be mistaken does not."""
    now, found = [100.0], [Diagnosis("converging", "Well.", Mood.GOOD)]
    monkeypatch.setattr(doctor_presenter.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(doctor_presenter, "diagnose", lambda *_a, **_k: found[0])
    edit(window, qtbot, steps_per_second=0.01)
    window.session.run()
    doctor = window.doctor
    assert doctor.look().word == "converging"
    found[0] = Diagnosis("crawling", "Slow.", Mood.WARNING)
    for now[0], shown in ((100.1, "converging"), (100.5, "converging"), (100.7, "crawling")):
        assert doctor.look().word == shown
        assert doctor.is_waiting == (shown == "converging")
    found[0] = Diagnosis("converging", "Well.", Mood.GOOD)
    assert doctor.look().word == "crawling"
    found[0] = Diagnosis("diverging", "Bad.", Mood.BAD)
    assert doctor.look().word == "diverging"
    window.session.pause()
