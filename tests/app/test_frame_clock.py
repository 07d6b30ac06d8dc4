from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QTimer

from gdexplorer.app.frame_clock import FrameClock

pytestmark = pytest.mark.usefixtures("qtbot")


@pytest.fixture
def clock():
    clock = FrameClock()
    clock.count = 0

    def note():
        clock.count += 1

    clock.ticked.connect(note)
    yield clock
    clock.rest()


def let_pass(qtbot, milliseconds):
    """Let other events happen for so long."""
    timer = QTimer()
    timer.setSingleShot(True)
    with qtbot.waitSignal(timer.timeout, timeout=5000):
        timer.start(milliseconds)


def test_it_rests_at_first(clock, qtbot):
    assert not clock.is_ticking
    let_pass(qtbot, 80)
    assert clock.count == 0


def test_it_ticks_once_started(clock, qtbot):
    clock.start()
    assert clock.is_ticking
    qtbot.waitUntil(lambda: clock.count >= 3)


def test_it_ceases_to_tick(clock, qtbot):
    clock.start()
    qtbot.waitUntil(lambda: clock.count >= 1)
    clock.rest()
    count = clock.count
    let_pass(qtbot, 80)
    assert not clock.is_ticking
    assert clock.count == count


def test_starting_again_does_not_put_off_the_next_tick(clock, qtbot):
    starter = QTimer()
    starter.timeout.connect(clock.start)
    starter.start(2)
    clock.start()
    qtbot.waitUntil(lambda: clock.count >= 3)
    starter.stop()


def test_nothing_measured_is_not_a_number(clock):
    for _ in range(2):
        found = clock.measured()
        assert all(math.isnan(found[name]) for name in ("p50", "p99", "max"))
        clock.measure()


def test_it_measures_the_gaps_between_ticks(clock, qtbot):
    clock.start()
    clock.measure()
    qtbot.waitUntil(lambda: clock.count >= 8)
    found = clock.measured()
    assert found["count"] >= 7
    assert 0 < found["p50"] <= found["p99"] <= found["max"]


def test_percentiles_are_of_the_gaps(clock, monkeypatch):
    moments = iter([0.0, *[0.016 * step for step in range(1, 100)], 10.0])
    monkeypatch.setattr("gdexplorer.app.frame_clock.time.perf_counter", lambda: next(moments, 10.0))
    clock.measure()
    for _ in range(101):
        clock._on_timer_timeout()
    found = clock.measured()
    assert found["count"] == 100
    assert found["p50"] == pytest.approx(16.0)
    assert found["max"] == pytest.approx(10_000 - 16 * 99)
    assert 16.0 < found["p99"] < found["max"]


def test_a_rest_is_no_gap(clock, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("gdexplorer.app.frame_clock.time.perf_counter", lambda: now[0])
    clock.measure()
    for moment in (0.0, 0.016):
        now[0] = moment
        clock._on_timer_timeout()
    clock.rest()
    clock.start()
    for moment in (100.0, 100.016):
        now[0] = moment
        clock._on_timer_timeout()
    clock.rest()
    assert clock.measured()["max"] == pytest.approx(16.0)


def test_measuring_again_forgets(clock, qtbot):
    clock.start()
    clock.measure()
    qtbot.waitUntil(lambda: clock.measured()["count"] >= 3)
    clock.rest()
    clock.measure()
    assert math.isnan(clock.measured()["max"])
