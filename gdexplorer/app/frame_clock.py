"""The beat at which the window looks for news: at most once a frame, and not at all at rest."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

_FRAME_MS = 16


class FrameClock(QObject):
    """Ticks while something is under way, and measures how evenly.

    Signals:
        ticked(): Time for a frame.
    """

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._last_s: float | None = None
        self._gaps_ms: list[float] | None = None

    def start(self) -> None:
        """Tick until told to rest."""
        if not self._timer.isActive():
            self._last_s = None
            self._timer.start()

    def rest(self) -> None:
        """Cease ticking."""
        self._timer.stop()

    @property
    def is_ticking(self) -> bool:
        """Whether it is running."""
        return self._timer.isActive()

    def measure(self) -> None:
        """Begin to keep the gaps between ticks."""
        self._gaps_ms = []
        self._last_s = None

    def measured(self) -> dict[str, float]:
        """Return p50, p99 and the largest gap in milliseconds since :meth:`measure`, and how many there were."""
        gaps = np.array(self._gaps_ms or [np.nan])
        p50, p99 = np.percentile(gaps, [50, 99])
        return {"p50": float(p50), "p99": float(p99), "max": float(gaps.max()), "count": len(gaps)}

    @Slot()
    def _on_timer_timeout(self) -> None:
        now = time.perf_counter()
        if self._gaps_ms is not None and self._last_s is not None:
            self._gaps_ms.append((now - self._last_s) * 1e3)
        self._last_s = now
        self.ticked.emit()
