"""The loss along each weight through the current point: one curve for one weight, small multiples for more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gdexplorer.core.numerals import subscript
from gdexplorer.ui.curve_plot import CurvePicture, CurvePlot
from gdexplorer.ui.halo import Lit
from gdexplorer.ui.memory_parts import Part
from gdexplorer.ui.plot import GrowingRange
from gdexplorer.ui.theme import Theme

#: How many small multiples are shown at once at most.
MOST_CURVES = 12
_LEAST_WIDTH, _LEAST_HEIGHT = 150, 130


def weight_name(index: int) -> str:
    """Return the name of weight ``index`` (from 0) as it is written everywhere: w₁, w₂ and so on."""
    return "w" + subscript(index + 1)


class CurveView(QWidget):
    """Some curves at once, of consecutive weights; ranges grow with what they show, that of the loss is shared.

    Signals:
        capacityChanged(): Another number of curves has room now.
        dropped(int, float): The ball of this weight, counted from 0, was put down at this coordinate.
        hovered(int, float): The mouse is over the curve of this weight, at this coordinate.
        left(): The mouse is over none.
        fitRequested(): A double click: ranges may shrink to what is there.
    """

    capacityChanged = Signal()
    dropped = Signal(int, float)
    hovered = Signal(int, float)
    left = Signal()
    fitRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._theme: Theme | None = None
        self._plots: list[CurvePlot] = []
        self._shown = frozenset(Part)
        self._first = 0
        self._shape = (0, 0)
        self._told_capacity = 0
        self._x_ranges: list[GrowingRange] = []
        self._y_range = GrowingRange()

    @property
    def plots(self) -> Sequence[CurvePlot]:
        """The plots in use, in the order of their weights."""
        return self._plots[: len(self._x_ranges)]

    @property
    def indices(self) -> range:
        """Which weights are shown, counted from 0."""
        return range(self._first, self._first + len(self._x_ranges))

    @property
    def capacity(self) -> int:
        """How many curves have room."""
        return min(MOST_CURVES, max(1, self.width() // _LEAST_WIDTH) * max(1, self.height() // _LEAST_HEIGHT))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour all plots."""
        self._theme = theme
        for plot in self._plots:
            plot.apply_theme(theme)

    def set_shown(self, parts: frozenset[Part]) -> None:
        """Draw these parts of a step and its memory, and no others."""
        self._shown = parts
        for plot in self._plots:
            plot.set_shown(parts)

    def reset(self, indices: range) -> None:
        """Make room for the curves of these weights and forget the ranges."""
        count = len(indices)
        self._first = indices.start
        self._x_ranges = [GrowingRange() for _ in indices]
        self._y_range.reset()
        while len(self._plots) < count:
            self._plots.append(self._made(len(self._plots)))
        self._arrange()

    def include(self, index: int, low: float, high: float) -> None:
        """Let the range of weight ``index`` hold [low, high]."""
        self._x_ranges[index - self._first].include(low, high)

    def include_losses(self, low: float, high: float) -> None:
        """Let the shared range of losses hold [low, high]."""
        self._y_range.include(low, high, exact=True)

    def x_bounds(self, index: int) -> tuple[float, float]:
        """Return the range of weight ``index``."""
        return self._x_ranges[index - self._first].bounds

    def show_picture(self, picture: CurvePicture) -> None:
        """Draw the picture of one weight in its plot."""
        plot = self._plots[picture.index - self._first]
        plot.show_picture(picture, self.x_bounds(picture.index), self._y_range.bounds)

    def light_up(self, lit: Lit | None) -> None:
        """Make the ball, its slope or its next step stand out on all curves; nothing where it is None."""
        for plot in self.plots:
            plot.light_up(lit)

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Show that the curves are outdated, or that they are not."""
        for plot in self.plots:
            plot.set_dimmed(is_dimmed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew where another number of columns suits the room."""
        super().resizeEvent(event)
        if self._columns() != self._shape[0]:
            self._arrange()
        if self._told_capacity != self.capacity:
            self._told_capacity = self.capacity
            self.capacityChanged.emit()

    def sizeHint(self) -> QSize:
        """Return what is comfortable for one curve."""
        return QSize(480, 320)

    def _made(self, place: int) -> CurvePlot:
        plot = CurvePlot()
        plot.setParent(self)
        plot.set_shown(self._shown)
        if self._theme is not None:
            plot.apply_theme(self._theme)
        plot.dropped.connect(lambda x, _y: self.dropped.emit(self._first + place, x))
        plot.axisClicked.connect(lambda x: self.dropped.emit(self._first + place, x))
        plot.hovered.connect(lambda x, _y: self.hovered.emit(self._first + place, x))
        plot.left.connect(self.left)
        plot.fitRequested.connect(self.fitRequested)
        return plot

    def _columns(self) -> int:
        """Return how many columns make the plots nearest to a golden rectangle, of those that leave them room."""
        count = len(self._x_ranges)
        width, height = max(self.width(), 1), max(self.height(), 1)

        def misfit(columns: int) -> tuple[bool, float]:
            rows = -(-count // columns)
            is_tight = width < columns * _LEAST_WIDTH or height < rows * _LEAST_HEIGHT
            ratio = (width / columns) / (height / rows) / 1.6
            return is_tight, max(ratio, 1 / ratio) * (1 + 0.15 * (rows * columns - count))

        return min(range(1, count + 1), key=misfit) if count else 0

    def _arrange(self) -> None:
        count, columns = len(self._x_ranges), self._columns()
        self._shape = (columns, -(-count // columns) if columns else 0)
        for place, plot in enumerate(self._plots):
            self._grid.removeWidget(plot)
            plot.setHidden(place >= count)
            if place < count:
                self._grid.addWidget(plot, place // columns, place % columns)
                if self._theme is not None:
                    plot.set_label("left", "" if place % columns else "loss", self._theme)
        for line in range(MOST_CURVES):  # equal shares, whatever the axes' labels would like
            self._grid.setColumnStretch(line, 1 if line < columns else 0)
            self._grid.setRowStretch(line, 1 if line < self._shape[1] else 0)
