"""A small picture of a schedule: which share of the learning rate each step uses."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.core.schedules import Schedule
from gdexplorer.ui.theme import LIGHT, Theme

_FONT_PX = 11
_POINTS = 161
_PAD, _AXIS_ROOM = 4.0, 14.0
#: The picture ends where the rate has fallen to this share, or at this many lengths of the schedule.
_FALLEN, _LENGTHS = 0.05, 1.25
_LONGEST = 2.0**40


class ScheduleSketch(QWidget):
    """The rate from the first step on, from 0 at the bottom to the full learning rate at the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._end = 0.0
        self._shares = np.zeros(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Learning rate against step")

    @property
    def last_step(self) -> float:
        """The step at the right edge."""
        return self._end

    def set_schedule(self, schedule: Schedule, values: tuple[float, ...]) -> None:
        """Draw ``schedule`` with the ``values`` of its parameters."""
        self._end = _end_of(schedule, values)
        self._shares = schedule.shares(values, np.floor(np.linspace(0.0, self._end, _POINTS)))
        self.setToolTip(f"{schedule.sentence}\n{schedule.formula}\n{schedule.source}")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size with room for curve and axis."""
        return QSize(160, 58)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axis, curve and the words at their ends."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(_FONT_PX)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        left = metrics.horizontalAdvance("η") + 6
        room = QRectF(left, _PAD, self.width() - left - _PAD, self.height() - _PAD - _AXIS_ROOM)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        painter.setPen(QPen(QColor(self._theme.line), 1, Qt.PenStyle.DashLine))
        painter.drawLine(room.topLeft(), room.topRight())
        painter.setPen(QColor(self._theme.quiet))
        painter.drawText(QPointF(0, room.top() + metrics.ascent() / 2 - 1), "η")
        painter.drawText(QPointF(0, room.bottom() + 1), "0")
        end = f"step {compact(self._end)}"
        baseline = self.height() - metrics.descent()
        painter.drawText(QPointF(room.left(), baseline), "step 0")
        painter.drawText(QPointF(room.right() - metrics.horizontalAdvance(end), baseline), end)
        xs = np.linspace(room.left(), room.right(), len(self._shares))
        ys = room.bottom() - np.nan_to_num(self._shares) * room.height()
        painter.setPen(QPen(QColor(self._theme.accent), 1.6))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))


def _end_of(schedule: Schedule, values: tuple[float, ...]) -> float:
    """Return the last step to draw."""
    named = dict(zip((parameter.name for parameter in schedule.parameters), values, strict=False))
    if "length" in named:
        drops = 5.0 if schedule.key == "step" else 1.0
        return float(min(np.ceil(named["length"] * drops * _LENGTHS), _LONGEST))
    end = 16.0
    while end < _LONGEST and schedule.shares(values, np.array([end]))[0] > _FALLEN:
        end *= 2.0
    return end if end < _LONGEST else 16.0
