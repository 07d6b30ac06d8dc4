"""Fixtures that every test runs under: nothing may leak, nothing may fail unseen."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

from gdexplorer.app.blas_threads import keep_blas_to_one_thread
from gdexplorer.app.kernel_cache import place_kernel_cache

place_kernel_cache()  # here and in every program that a test starts
keep_blas_to_one_thread()

# The same examples every time: a red run can be repeated, and a green one means the same everywhere.
settings.register_profile("gdexplorer", deadline=None, derandomize=True)
settings.load_profile("gdexplorer")


@pytest.fixture(scope="session")
def qapp() -> object:
    """The application with our own font and style, whichever test comes first."""
    from gdexplorer.app.application import make_application

    return make_application(["gdexplorer"])


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread of ours behind."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(timeout=2)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"threads left running: {alive}"


@pytest.fixture(autouse=True)
def no_leaked_timers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a Qt test that leaves a window or a ticking timer behind."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication

    yield
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    ticking = [o for o in gc.get_objects() if issubclass(type(o), QTimer) and _is_ticking(o)]
    assert not ticking, f"timers left ticking: {ticking}"
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert not left, f"windows left open: {left}"


def _is_ticking(timer: object) -> bool:
    try:
        return bool(timer.isActive())  # type: ignore[attr-defined]
    except RuntimeError:  # the C++ timer is gone
        return False
