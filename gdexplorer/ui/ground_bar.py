"""What the colours of a ground mean: a bar beside the picture, with the losses of its isolines."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.ui.axes import pen
from gdexplorer.ui.ground import ON_VIRIDIS, Ground, loss_share
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.theme import Theme

#: Room that the bar and its numbers take at the right of a picture, in pixels.
BAR_PX = 62.0
_GAP, _WIDTH, _FONT_PX, _LABEL_PX = 9.0, 10.0, 11, 30.0
_COLOURS = 256


class GroundBar(pg.GraphicsObject):  # type: ignore[misc]
    """Stands right of the plot's picture and is as high as that.

    Its colours are evenly spaced, so that isolines, whose losses are not, are evenly spaced too.
    """

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot.getPlotItem())
        self._plot = plot
        self._theme: Theme | None = None
        self._ground: Ground | None = None
        self._image = QImage()
        self._area = QRectF()
        self.setVisible(False)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.update()

    def show_ground(self, ground: Ground) -> None:
        """Tell the colours of ``ground``."""
        self._ground = ground
        shares = np.linspace(1.0, 0.0, _COLOURS)
        colours = ground.colours(ground.low + (ground.high - ground.low) * shares**2)
        pixels = np.ascontiguousarray(colours[:, None, :])
        self._image = QImage(pixels.tobytes(), 1, _COLOURS, 4, QImage.Format.Format_RGBA8888).copy()
        self.update()

    def follow_picture(self) -> None:
        """Stand where the picture ends."""
        box = self._plot.getPlotItem().getViewBox().geometry()
        area = QRectF(box.right() + _GAP, box.top(), BAR_PX - _GAP, box.height())
        if area != self._area:
            self.prepareGeometryChange()
            self._area = area

    def labels(self) -> list[tuple[float, str]]:
        """Return how high up the bar a number stands, from 0 to 1, and the number: a true loss of an isoline."""
        ground = self._ground
        if ground is None or not ground.isolines or not ground.low < ground.high:
            return []
        losses = np.array([isoline.loss for isoline in ground.isolines])
        every = max(1, math.ceil(_LABEL_PX * (len(losses) + 1) / max(self._area.height(), 1.0)))
        shares = loss_share(losses, ground.low, ground.high)
        chosen = range(len(losses) - 1, -1, -every)
        return [(float(shares[index]), compact(float(losses[index]), 3)) for index in chosen]

    def boundingRect(self) -> QRectF:
        """See Qt."""
        return self._area.adjusted(-_GAP, -_FONT_PX, 0.0, 2.0 * _FONT_PX)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """See Qt."""
        if self._theme is None or self._ground is None:
            return
        bar = QRectF(self._area.left(), self._area.top(), _WIDTH, self._area.height())
        painter.drawImage(bar, self._image)
        font = QFont(self._plot.font())
        font.setPixelSize(_FONT_PX)
        painter.setFont(font)
        tick = QColor(ON_VIRIDIS.minimum)
        tick.setAlpha(160)
        for share, text in self.labels():
            y = bar.bottom() - share * bar.height()
            painter.setPen(pen(tick))
            painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right(), y))
            painter.setPen(QColor(self._theme.quiet))
            place = QRectF(bar.right() + 5.0, y - _FONT_PX, BAR_PX, 2.0 * _FONT_PX)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(self._theme.loss))
        below = QRectF(bar.left() - _GAP, bar.bottom() + 3.0, BAR_PX, 1.5 * _FONT_PX)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "loss")
