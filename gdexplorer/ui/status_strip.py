"""The line that says how the run stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdexplorer.core.diagnosis import Mood
from gdexplorer.core.numerals import compact
from gdexplorer.ui.doctor_bar import mood_colour
from gdexplorer.ui.theme import LIGHT, Theme

_DOT = 9.0
_GAP = 18.0
_WORD_GAP = 5.0
#: What there is room for at first; the room only grows, so that nothing moves while numbers run.
_USUAL_WORD = "descending"
_USUAL_VALUES = ("8,888", "0.8888", "0.888", "0.8888")
_LOSS_DIGITS = 4
_SLOPE_DIGITS = 3
_SPEED_DIGITS = 3
_PER_SECOND = "steps/s"
_HEIGHT = 32


@dataclass(frozen=True)
class _Part:
    """A quiet word before or after a number in its colour."""

    before: str
    value: str
    after: str
    colour: str


class StatusStrip(QWidget):
    """Speed, diagnosis, step, loss, slope and held-out loss, ending at the right.

    Where room is short, the speed goes first, then held-out loss, slope and loss. The speed stands before all else,
    since it comes and goes with each start and stop.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._word, self._mood = "ready", Mood.CALM
        self._step, self._loss, self._slope = 0, float("nan"), float("nan")
        self._speed: float | None = None
        self._held_out: float | None = None
        self._widest = list(_USUAL_VALUES)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Run: ready")

    def set_values(
        self,
        word: str,
        mood: Mood,
        step: int,
        loss: float,
        gradient_norm: float,
        steps_per_second: float | None,
        held_out_loss: float | None = None,
    ) -> None:
        """Show how the run stands.

        ``steps_per_second`` is None while it does not run, ``held_out_loss`` where no rows are held out.
        """
        word_width, count = self._word_width(), len(self._parts())
        if word != self._word:
            self.setAccessibleName(f"Run: {word}")
        if step < self._step:
            self._widest = list(_USUAL_VALUES)
        self._word, self._mood = word, mood
        self._step, self._loss, self._slope = step, loss, gradient_norm
        self._speed = steps_per_second
        self._held_out = held_out_loss
        if self._has_widened() or self._word_width() != word_width or len(self._parts()) != count:
            self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.update()

    def text(self) -> str:
        """Return what the strip says, as one line."""
        parts = [" ".join(filter(None, (p.before, p.value, p.after))) for p in (self._pace(), *self._parts())]
        return "   ".join(filter(None, (parts[0], self._word, *parts[1:])))

    def sizeHint(self) -> QSize:
        """Return the size at which everything fits."""
        usual_pace = _Part("", "88.8 M", _PER_SECOND, "")
        widths = (_GAP + width for width in (self._part_width(usual_pace), *self._widths()))
        return QSize(math.ceil(self._word_width() + sum(widths)), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the size at which the word fits."""
        return QSize(round(self._word_width()), _HEIGHT)

    def _pace(self) -> _Part:
        """Return the speed; a part without any text at rest."""
        if self._speed is None:
            return _Part("", "", "", "")
        return _Part("", compact(self._speed, _SPEED_DIGITS, steady=self._speed >= 100), _PER_SECOND, self._theme.text)

    def _parts(self) -> tuple[_Part, ...]:
        theme = self._theme
        return (
            _Part("step", f"{self._step:,}", "", theme.text),
            _Part("loss", compact(self._loss, _LOSS_DIGITS, steady=True), "", theme.loss),
            _Part("slope", compact(self._slope, _SLOPE_DIGITS, steady=True), "", theme.gradient),
            *(
                ()
                if self._held_out is None
                else (_Part("held out", compact(self._held_out, _LOSS_DIGITS, steady=True), "", theme.loss),)
            ),
        )

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _word_width(self) -> float:
        metrics = QFontMetricsF(self._bold())
        return _DOT + 6 + max(metrics.horizontalAdvance(word) for word in (_USUAL_WORD, self._word)) + 2

    def _has_widened(self) -> bool:
        """Give more room to parts whose value is wider than all before; return whether there are any."""
        metrics = QFontMetricsF(self._bold())
        widened = False
        for index, part in enumerate(self._parts()):
            held = self._widest[index]
            if len(part.value) >= len(held) and metrics.horizontalAdvance(part.value) > metrics.horizontalAdvance(held):
                self._widest[index] = part.value
                widened = True
        return widened

    def _widths(self) -> list[float]:
        """Return the room that each part is given."""
        return [
            self._part_width(replace(part, value=widest))
            for part, widest in zip(self._parts(), self._widest, strict=False)
        ]

    def _part_width(self, part: _Part) -> float:
        plain = QFontMetricsF(self.font())
        words = sum(plain.horizontalAdvance(word) + _WORD_GAP for word in (part.before, part.after) if word)
        return words + QFontMetricsF(self._bold()).horizontalAdvance(part.value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the word and as many numbers as there is room for, each at the right of its own room."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widths = self._widths()
        room = self.width() - self._word_width()
        while widths and sum(widths) + _GAP * len(widths) > room:
            widths.pop()
        x = room - sum(widths) - _GAP * len(widths)
        pace = self._pace()
        if pace.value and self._part_width(pace) + _GAP <= x:
            self._draw_part(painter, x - _GAP, pace)
        self._draw_word(painter, x)
        x += self._word_width()
        for part, width in zip(self._parts(), widths, strict=False):
            x += _GAP + width
            self._draw_part(painter, x, part)

    def _draw_word(self, painter: QPainter, x: float) -> None:
        colour = mood_colour(self._mood, self._theme)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(x + _DOT / 2, self.height() / 2), _DOT / 2, _DOT / 2)
        self._draw_text(painter, x + _DOT + 6, self._word, self._bold(), colour)

    def _draw_part(self, painter: QPainter, right: float, part: _Part) -> None:
        """Draw ``part`` so that it ends at ``right``."""
        x = right - self._part_width(part)
        if part.before:
            x = self._draw_text(painter, x, part.before, self.font(), self._theme.quiet) + _WORD_GAP
        x = self._draw_text(painter, x, part.value, self._bold(), part.colour)
        if part.after:
            self._draw_text(painter, x + _WORD_GAP, part.after, self.font(), self._theme.quiet)

    def _draw_text(self, painter: QPainter, x: float, text: str, font: QFont, colour: str) -> float:
        """Draw ``text`` from ``x`` on and return where it ends."""
        width = QFontMetricsF(font).horizontalAdvance(text)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        room = QRectF(x, 0, width + 2, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        return x + width
