"""What lights up in the fit plot: some rows, how far the model is from them, or the model itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from gdexplorer.ui.axes import FloatArray, pen, placeable
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.theme import Theme

_RING_PX = 13


@dataclass(frozen=True, eq=False)
class FitLight:
    """Some points, n of them, in the coordinates of the plot.

    Attributes:
        x: Shape (n,).
        y: Shape (n,).
        ends: Where a bar from each point up or down ends, shape (n,); None for no bars.
        line: The model, as x and y, shape (m,) each; None to leave it as it is.
    """

    x: FloatArray
    y: FloatArray
    ends: FloatArray | None = None
    line: tuple[FloatArray, FloatArray] | None = None


class FitLightMarks:
    """Rings, bars and a bright line in a plot; nothing at first."""

    def __init__(self, plot: Plot) -> None:
        self._rings = pg.ScatterPlotItem(pxMode=True, size=_RING_PX, brush=None)
        self._bars = pg.PlotCurveItem()
        self._line = pg.PlotCurveItem(antialias=True)
        for item, z in ((self._line, 9), (self._bars, 10), (self._rings, 11)):
            item.setZValue(z)
            item.setVisible(False)
            plot.addItem(item, ignoreBounds=True)

    @property
    def points(self) -> list[tuple[float, float]]:
        """Where rings are drawn."""
        x, y = self._rings.getData()
        return list(zip(x.tolist(), y.tolist(), strict=True)) if self._rings.isVisible() else []

    @property
    def bars(self) -> list[tuple[float, float, float]]:
        """The bars drawn: x, and from where to where."""
        if not self._bars.isVisible():
            return []
        x, y = self._bars.getData()
        return list(zip(x[::2].tolist(), y[::2].tolist(), y[1::2].tolist(), strict=True))

    @property
    def has_line(self) -> bool:
        """Whether the model is lit."""
        return bool(self._line.isVisible())

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._rings.setPen(pen(theme.text, 2))
        self._bars.setPen(pen(theme.model, 2))
        glow = QColor(theme.model)
        glow.setAlpha(120)
        self._line.setPen(pen(glow, 9))

    def show(self, light: FitLight | None) -> None:
        """Draw ``light``; nothing where it is None."""
        has_bars = light is not None and light.ends is not None and len(light.x) > 0
        self._rings.setVisible(light is not None and len(light.x) > 0)
        self._bars.setVisible(has_bars)
        self._line.setVisible(light is not None and light.line is not None)
        if light is None:
            return
        self._rings.setData(*placeable(light.x, light.y))
        if light.ends is not None and has_bars:
            y = np.column_stack([light.y, light.ends]).ravel()
            self._bars.setData(*placeable(np.repeat(light.x, 2), y), connect="pairs")
        if light.line is not None:
            self._line.setData(*placeable(*light.line))
