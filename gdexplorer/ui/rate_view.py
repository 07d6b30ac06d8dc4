"""The learning rate that each step has used, against the step."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.ui.axes import FloatArray, Scale, pen, placeable, with_gaps
from gdexplorer.ui.history_views import StepPlot
from gdexplorer.ui.theme import Theme

_DOT_PX = 8
_ROOM = 0.35  # of a decade, above and below a rate that stays the same
_ZERO_PX, _NAME_PX = 3.0, 20.0


class RateView(StepPlot):
    """A line on a logarithmic axis, its end, and the rate above which training diverges dashed.

    Steps with rate 0, which has no place on such an axis, are marks along the bottom edge, with a word.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("learning rate", parent)
        self._line = pg.PlotCurveItem()
        self._zeros = pg.ScatterPlotItem(pxMode=True, size=6, symbol="t1")
        self._limit = pg.InfiniteLine(angle=0)
        self._now = pg.ScatterPlotItem(pxMode=True, size=_DOT_PX)
        for item in (self._limit, self._zeros, self._line, self._now):
            self.addItem(item)
        self._limit_text = pg.TextItem("")
        self._zero_text = pg.TextItem("the rate is 0", anchor=(1.0, 1.15))
        for text in (self._limit_text, self._zero_text):
            text.setVisible(False)
            self.addItem(text, ignoreBounds=True)
        self._zero_steps = np.empty(0)
        self.choose_scales(Scale.LINEAR, Scale.LOG)

    def apply_theme(self, theme: Theme) -> None:
        """See :class:`Plot`."""
        super().apply_theme(theme)
        self._line.setPen(pen(theme.text, 2))
        self._zeros.setPen(pg.mkPen(None))
        self._zeros.setBrush(pg.mkBrush(theme.text))
        self._limit.setPen(pen(theme.gradient, 1.5, dashed=True))
        self._now.setPen(pen(theme.card, 1))
        self._now.setBrush(pg.mkBrush(theme.text))
        ground = QColor(theme.card)
        ground.setAlpha(215)
        font = QFont(self.font())
        font.setPixelSize(11)
        for text, colour in ((self._limit_text, theme.gradient), (self._zero_text, theme.text)):
            text.setFont(font)
            text.setColor(colour)
            text.fill = pg.mkBrush(ground)

    def show_rates(
        self,
        steps: NDArray[np.int64],
        rates: FloatArray,
        limit: float | None,
        setting: float,
        *,
        limit_name: str = "limit",
    ) -> None:
        """Draw the recorded rates.

        Args:
            steps: Recorded ones that were taken, shape (n,).
            rates: With which they were taken.
            limit: A learning rate to mark, where known.
            setting: The learning rate chosen, for which there is room from the first step on.
            limit_name: What to call the limit.
        """
        chosen = self.drawn(steps) if len(steps) else np.empty(0, dtype=np.int64)
        x, used = self.x_scale.positions(steps[chosen]), rates[chosen]
        line = self.y_scale.positions(used)
        self._zero_steps = x[used == 0]
        seen = np.append(line, self.y_scale.positions(np.array([np.nan if limit is None else limit, setting])))
        seen = seen[np.isfinite(seen)]
        self._show_limit(limit, limit_name)
        if seen.size:
            last = x[-1:] if len(x) else self.x_scale.positions(np.zeros(1))
            self._settle_range(last, float(seen.min()) - _ROOM, float(seen.max()) + _ROOM)
        if self.is_news(self._line, x, line):
            self._line.setData(*with_gaps(x, line), connect="finite")
            self._now.setData(*placeable(x[-1:], line[-1:]))
        self._seat()

    def _show_limit(self, limit: float | None, name: str) -> None:
        place = float(self.y_scale.positions(np.array([np.nan if limit is None else limit]))[0])
        is_shown = limit is not None and bool(np.isfinite(place))
        for item in (self._limit, self._limit_text):
            item.setVisible(is_shown)
        if is_shown and limit is not None:
            self._limit.setPos(place)
            self._limit_text.setText(f"{name} {compact(limit, 3)}")

    def _show_range(self) -> None:
        super()._show_range()
        self._seat()

    def _seat(self) -> None:
        """Seat what stands at an edge of the range: the limit's name, and the steps without a rate."""
        (_left, right), (bottom, top) = self.bounds
        up = self.pixels_per_unit()[1]
        limit = float(self._limit.value())
        self._limit_text.setAnchor((1.0, 1.0 if (top - limit) * up > _NAME_PX else 0.0))
        self._limit_text.setPos(right, limit)
        zeros = self._zero_steps
        self._zero_text.setVisible(zeros.size > 0)
        height = bottom + _ZERO_PX / up
        if self.is_news(self._zeros, zeros, np.full(zeros.shape, height)):
            self._zeros.setData(zeros, np.full(zeros.shape, height))
        if zeros.size:
            self._zero_text.setPos(float(zeros[-1]), height)
