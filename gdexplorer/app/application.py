"""The window's program: from start to the last thread's end."""

from __future__ import annotations

import gc
import json
import logging
import math
import signal
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, QSocketNotifier, Qt, QTimer, Slot
from PySide6.QtGui import QFont, QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication

from gdexplorer.app.jobs import opening
from gdexplorer.app.main_window import MainWindow
from gdexplorer.app.options import WindowOptions
from gdexplorer.app.preferences import Preferences
from gdexplorer.app.session import Session
from gdexplorer.app.settings_store import SettingsStore
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.engine.worker import Ticket
from gdexplorer.files.resources import resource
from gdexplorer.ui.opengl import forbid_opengl

#: What the window opens with.
DEFAULT_SOURCE = "sacramento"
_FONT_FAMILY = "Inter"
_SETTLE_S = 1.0
_SWITCH_S = 0.0005  # so that a frame need not wait for a thread that imports or compiles


def make_application(arguments: list[str]) -> QApplication:
    """Return the application with our name, font and icon; the one there is, if there is one."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(arguments)
    app.setApplicationName("gdexplorer")
    app.setStyle("Fusion")
    for path in sorted(resource("fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    font = QFont(_FONT_FAMILY)
    font.setPixelSize(13)
    font.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(font)
    app.setWindowIcon(QIcon(str(resource("icons") / "app.svg")))
    return app


def read_icons() -> dict[str, str]:
    """Return the icons' SVG text by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in resource("icons").glob("*.svg")}


def make_window(weight_count: int | None = None, preferences: Preferences | None = None) -> MainWindow:
    """Return a window on the default data set, not yet shown. Closing it ends its threads."""
    first = opening(DEFAULT_SOURCE, None, weight_count)(Ticket("open", 0))
    session = Session(SettingsStore(first.settings), first)
    window = MainWindow(session, read_icons(), preferences or Preferences())
    session.setParent(window)
    session.store.setParent(window)
    return window


def run_window(options: WindowOptions) -> int:
    """Open the window and return when it is closed, with the exit code."""
    sys.setswitchinterval(_SWITCH_S)
    gc.disable()  # until everything that stays for good is there: see _spare_what_stays
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    app = make_application(sys.argv[:1])
    if not options.has_opengl:
        forbid_opengl("The surface is left out, as --no-opengl asks.")
    preferences = Preferences(QSettings("gdexplorer", "screenshot")) if options.screenshot else Preferences()
    window = make_window(options.weights, preferences)
    if options.theme:
        window.apply_theme_choice(options.theme)
    if options.size:
        window.resize(*options.size)
    elif options.screenshot:
        window.resize(1480, 940)
    app.aboutToQuit.connect(window.session.close)
    window.session.warmedUp.connect(_spare_what_stays)
    interrupts = _Interrupts(window)
    watcher = _FirstPaint(window, options.began_s)
    if options.source:
        window.imports.asks = not options.screenshot  # nobody is there to answer
        window.open_source(options.source)
    if options.screenshot:
        photographer = _Photographer(window, options, watcher)
        photographer.start()
    window.show()
    code = app.exec()
    window.session.close()
    interrupts.release()
    return code


@Slot()
def _spare_what_stays() -> None:
    """Let the garbage collector look only at what is made from now on.

    A walk over all objects of numba, Qt's bindings and pyqtgraph holds up a frame for 60 to 100 ms; they live as
    long as the program.
    """
    gc.freeze()
    gc.enable()


class _Interrupts(QObject):
    """Lets Ctrl-C close the window: Python's handlers run only when the interpreter does, so a socket wakes it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)
        self._old_handler = signal.signal(signal.SIGINT, self._on_interrupt)
        self._old_descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)

    def release(self) -> None:
        """Put back what was there before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_descriptor)
        signal.signal(signal.SIGINT, self._old_handler)
        self._reader.close()
        self._writer.close()

    @Slot()
    def _on_notifier_activated(self) -> None:
        self._reader.recv(64)

    def _on_interrupt(self, _number: int, _frame: object) -> None:
        self._window.close()


class _FirstPaint(QObject):
    """Notes when the window has painted for the first time, and lets the kernels be compiled then."""

    def __init__(self, window: MainWindow, began: float) -> None:
        super().__init__(window)
        self._began = began
        self._session = window.session
        self.seconds: float | None = None
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.seconds is None and event.type() == QEvent.Type.Paint:
            self.seconds = time.perf_counter() - self._began
            QTimer.singleShot(0, self._session.warm_up)
        return super().eventFilter(watched, event)


class _Photographer(QObject):
    """Trains at full speed in the real window, takes its picture, prints what was measured, and quits."""

    def __init__(self, window: MainWindow, options: WindowOptions, first_paint: _FirstPaint) -> None:
        super().__init__(window)
        self._window = window
        self._options = options
        self._first_paint = first_paint
        self._began_s = 0.0
        self._marked: tuple[float, int] = (0.0, 0)
        self._failure: str | None = None
        window.session.failed.connect(self._on_session_failed)

    def start(self) -> None:
        """Begin as soon as the data are there."""
        QTimer.singleShot(50, self._begin)

    @Slot(str)
    def _on_session_failed(self, sentence: str) -> None:
        self._failure = sentence

    @Slot()
    def _begin(self) -> None:
        session = self._window.session
        if self._failure is not None:
            self._finish(2, self._failure)
            return
        if session.workers.main.is_busy() or self._first_paint.seconds is None:
            QTimer.singleShot(50, self._begin)
            return
        settings = replace(session.store.settings, steps_per_second=UNLIMITED, tolerance=0.0)
        if self._options.weights:
            settings = replace(settings, weight_count=min(self._options.weights, len(settings.terms)))
        if not settings.differs_hot_only(session.store.settings):
            session.edit(settings)
            QTimer.singleShot(50, self._begin)
            return
        session.edit(settings)
        self._window.plots.use_log_steps()
        session.run()
        self._began_s = time.perf_counter()
        settle_ms = int(min(_SETTLE_S, self._options.after / 2) * 1000)
        QTimer.singleShot(settle_ms, self._measure)
        QTimer.singleShot(max(int(self._options.after * 1000), settle_ms + 1), self._shoot)

    @Slot()
    def _measure(self) -> None:
        self._window.session.clock.measure()
        self._marked = time.perf_counter(), self._window.session.state.step

    @Slot()
    def _shoot(self) -> None:
        session = self._window.session
        gaps = session.clock.measured()
        seconds, steps = time.perf_counter() - self._marked[0], session.state.step - self._marked[1]
        path = Path(str(self._options.screenshot))
        if not self._window.grab().save(str(path), "PNG"):
            self._finish(2, f"The picture could not be written to {path}; choose a folder that exists.")
            return
        report = {
            "frames": gaps.pop("count"),
            "frame_gap_ms": {name: None if math.isnan(gap) else round(gap, 2) for name, gap in gaps.items()},
            "steps": session.state.step,
            "steps_per_second": round(steps / max(seconds, 1e-9)),
            "first_paint_s": None if self._first_paint.seconds is None else round(self._first_paint.seconds, 3),
        }
        print(json.dumps(report), flush=True)
        self._finish(0)

    def _finish(self, code: int, sentence: str = "") -> None:
        if sentence:
            print(f"gdexplorer: {sentence}", file=sys.stderr)
        self._window.session.close()
        QCoreApplication.exit(code)
