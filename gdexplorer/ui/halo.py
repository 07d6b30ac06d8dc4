"""What lights up on a landscape: the ball, the slope under it, or the step that it is about to take."""

from __future__ import annotations

from enum import Enum

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from gdexplorer.ui.axes import FloatArray, pen, placeable
from gdexplorer.ui.plot import Plot

_BALL_PX, _GLOW_PX = 34, 11


class Lit(Enum):
    """A part of a landscape's marks."""

    BALL = "ball"
    SLOPE = "slope"
    STEP = "step"


class Halo:
    """A glow behind one of the marks of a plot; none at first. To be made before the marks."""

    def __init__(self, plot: Plot) -> None:
        self._ball = pg.ScatterPlotItem(pxMode=True, size=_BALL_PX, pen=None)
        self._way = pg.PlotCurveItem(antialias=True)
        self.lit: Lit | None = None
        for item in (self._way, self._ball):
            item.setVisible(False)
            plot.addItem(item, ignoreBounds=True)

    @property
    def is_seen(self) -> bool:
        """Whether anything glows."""
        return bool(self._ball.isVisible() or self._way.isVisible())

    def set_colours(self, ball: str, slope: str) -> None:
        """Glow around the ball in one colour, and along slopes and steps in the other."""
        for colour, alpha, is_ball in ((ball, 130, True), (slope, 120, False)):
            glow = QColor(colour)
            glow.setAlpha(alpha)
            if is_ball:
                self._ball.setBrush(pg.mkBrush(glow))
            else:
                self._way.setPen(pen(glow, _GLOW_PX))

    def hide(self) -> None:
        """Glow nowhere until shown again."""
        self._ball.setVisible(False)
        self._way.setVisible(False)

    def show(self, point: FloatArray, slope: FloatArray | None, step: FloatArray | None) -> None:
        """Glow at ``point``, or along one of the ways, as :attr:`lit` says.

        Args:
            point: Of the ball, shape (2,).
            slope: Places along the slope, shape (n, 2); None where none is drawn.
            step: Places along the step, likewise.
        """
        self._ball.setVisible(self.lit is Lit.BALL)
        if self.lit is Lit.BALL:
            self._ball.setData(*placeable(point[:1], point[1:]))
        way = {Lit.SLOPE: slope, Lit.STEP: step}.get(self.lit) if self.lit is not None else None
        self._way.setVisible(way is not None)
        if way is not None:
            self._way.setData(*placeable(*np.asarray(way).T))
