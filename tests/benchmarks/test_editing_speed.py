"""A house of 20,000 dragged in the real window at full speed: how even its frames are, and how soon all follows."""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdexplorer.app.application import _SWITCH_S, make_window
from gdexplorer.app.preferences import Preferences
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.ui.landscape_choice import Drawing

pytestmark = pytest.mark.timeout(300)
SECONDS, ROWS = 4.0, 20_000
_MOVE_S = 0.008  # a mouse tells where it is 125 times a second


@pytest.fixture
def window(qapp, qtbot, tmp_path):
    rng = np.random.default_rng(0)
    size = rng.normal(1700, 500, ROWS).round()
    price = (150 * size + rng.normal(0, 6e4, ROWS)).round()
    file = tmp_path / "homes.csv"
    np.savetxt(file, np.column_stack([price, size]), "%.0f", ",", header="price,size", comments="")
    made = make_window(preferences=Preferences(QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat)))
    made.resize(1480, 940)
    with qtbot.waitExposed(made):
        made.show()
    made.session.warm_up()
    qtbot.waitUntil(lambda: made.session.is_warm, timeout=60_000)
    made.open_source(str(file))
    qtbot.waitUntil(lambda: made.session.dataset.row_count == ROWS, timeout=30_000)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_S)  # as the program does, and so is this
    gc.freeze()
    yield made
    gc.unfreeze()
    sys.setswitchinterval(interval)
    made.close()
    made.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())


def frames(window, move=None):
    """Let the window live for some seconds, with a hand on the mouse if there is a ``move``; return the gaps."""
    window.session.clock.measure()
    began, pause = time.perf_counter(), Event()
    count = 0
    while time.perf_counter() - began < SECONDS:
        count += 1
        if move is not None:
            move(count)
        beat = time.perf_counter()
        while time.perf_counter() - beat < _MOVE_S:
            QApplication.processEvents()
            pause.wait(0.0005)
    return window.session.clock.measured()


@pytest.mark.parametrize(("count", "drawing"), [(1, Drawing.CONTOUR), (2, Drawing.CONTOUR), (2, Drawing.BOTH)])
def test_frames_while_dragging(benchmark, measured, window, qtbot, count, drawing):
    session, fit = window.session, window.plots.fit
    wanted = replace(session.store.settings, weight_count=count, steps_per_second=UNLIMITED, tolerance=0.0)
    session.edit(wanted)
    qtbot.waitUntil(lambda: session.problem.weight_count == count and session.wanted is session.store.settings)
    card = window.plots.landscape
    card.choiceEdited.emit(replace(card.choice(), drawing=drawing))
    session.run()
    frames(window)
    still = frames(window)
    index = len(fit.points) // 2
    grip = fit.pixel(fit.points.x[index], fit.points.y[index]).toPoint()
    viewport = fit.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=grip)
    families = session.family
    edits: set[int] = set()

    def move(number):
        edits.add(id(session.problem))
        away = QPoint(int(60 * np.sin(number / 20)), int(80 * np.cos(number / 17)))
        QTest.mouseMove(viewport, grip + away)

    dragged = benchmark.pedantic(lambda: frames(window, move), rounds=1, iterations=1)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=grip)
    assert session.family == families
    assert session.is_running
    benchmark.extra_info.update(dragged)
    measured.remarks.append(
        f"dragging one of {ROWS:,} rows, {count} weights, {drawing.value}: frame gaps p50 {dragged['p50']:.1f}, "
        f"p99 {dragged['p99']:.1f} ms (hand at rest: p50 {still['p50']:.1f}, p99 {still['p99']:.1f}); "
        f"{len(edits) / SECONDS:.0f} edits/s taken up"
    )
