from __future__ import annotations

from threading import Event

from PySide6.QtCore import Qt

from gdexplorer.app import jobs
from gdexplorer.files.cancelling import ReadCancelledError


def test_an_edit_that_takes_long_can_be_given_up(window, qtbot, monkeypatch) -> None:
    pause, resolve = Event(), jobs.resolve

    def slowly(dataset, settings, watch):
        with watch.during(lambda: None, lambda: 0.42):
            while not pause.is_set():
                pause.wait(0.002)
                if watch.is_cancelled():
                    raise ReadCancelledError
        return resolve(dataset, settings, watch)

    monkeypatch.setattr(jobs, "resolve", slowly)
    panel, field = window.data_panel, window.model_panel.weight_count
    qtbot.mouseClick(field.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.cancel.isVisible() and "42" in panel.note.text())
    qtbot.mouseClick(panel.cancel, Qt.MouseButton.LeftButton)
    assert not panel.cancel.isVisible()
    assert (window.session.store.settings.weight_count, field.value()) == (1, 1)

    qtbot.mouseClick(field.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.cancel.isVisible)
    pause.set()
    qtbot.waitUntil(lambda: window.session.store.settings.weight_count == 2)
    qtbot.waitUntil(lambda: not panel.cancel.isVisible())
