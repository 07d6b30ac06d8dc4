"""The loss over two coordinates as a surface in 3D, with the run on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.ui.ground import Coordinate, Ground, Isoline, Walk
from gdexplorer.ui.opengl import NoOpenGLError, prepare_opengl
from gdexplorer.ui.surface_box import Box, is_inside
from gdexplorer.ui.surface_figure import SurfaceFigure
from gdexplorer.ui.surface_labels import frame_labels, paint_labels
from gdexplorer.ui.surface_turntable import Turntable
from gdexplorer.ui.theme import Theme

if TYPE_CHECKING:
    from gdexplorer.ui.surface_scene import SurfaceScene

_DIM_ALPHA = 150
_REST_MS = 33  # between two drawings of a run that moves, so that a frame has time for other plots

_HINT = """Drag to turn, wheel to zoom
Click to turn it with the arrow keys, + and −; 0 resets
Click again to start there"""


class SurfaceView(Turntable):
    """A surface that the user turns, zooms and clicks; all of its heights are computed or recorded losses.

    PyOpenGL is imported for the first one, so make one only where ``opengl_problem`` finds nothing.
    What is above the ground's highest colour is cut off at the top of the box, and lines end at its faces.

    Attributes:
        scene: What OpenGL draws; marks and labels are painted over it.
        figure: What stands in it.

    Signals:
        startChosen(float, float): A click on the surface, at these coordinates; not the one that took the focus.
        hovered(float, float): The mouse is over the surface at these coordinates, no button down.
        left(): The mouse is over the surface no longer.
        failed(str): OpenGL does not work after all, in a sentence; nothing is drawn from then on.
    """

    startChosen = Signal(float, float)
    hovered = Signal(float, float)
    failed = Signal(str)
    _broke = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(160, 120)
        self._theme: Theme | None = None
        self._coordinates = Coordinate(""), Coordinate("")
        self.setToolTip(_HINT)
        self._is_blank = False
        self._ground: Ground | None = None
        self._walk: Walk | None = None
        self._box: Box | None = None
        self._is_dimmed = self._is_broken = False
        self._is_ground_stale = self._is_walk_stale = True
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self.scene = _make_scene(self)
        self.figure = SurfaceFigure(self.scene)
        self._rest.timeout.connect(self._on_rest_timeout)
        self.clicked.connect(self._on_clicked)
        self.pointed.connect(self._on_pointed)
        self._broke.connect(self._on_broke, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(partial(self.scene.free))  # which keeps the scene until then; a method alone does not

    def apply_theme(self, theme: Theme) -> None:
        """Redraw everything in the colours of ``theme``."""
        if theme != self._theme:
            self._theme = theme
            self._is_ground_stale = self._is_walk_stale = True
            self._rest.stop()
            self.update()

    def show_coordinates(self, across: Coordinate, up: Coordinate) -> None:
        """Name the two coordinates."""
        if (across, up) != self._coordinates:
            self._coordinates = across, up
            self.update()

    def set_axes_blank(self, is_blank: bool) -> None:
        """Leave out the numbers along the two coordinates, or show them again."""
        if is_blank != self._is_blank:
            self._is_blank = is_blank
            self.update()

    def show_ground(self, ground: Ground) -> None:
        """Draw this surface; the run stays."""
        if not _is_alike(ground, self._ground):
            self._ground = ground
            self._is_ground_stale = self._is_walk_stale = True
            self._update_after_rest()

    def show_walk(self, walk: Walk | None) -> None:
        """Draw this run on the surface; None takes it away."""
        if not _is_alike(walk, self._walk):
            self._walk = walk
            self._is_walk_stale = True
            self._update_after_rest()

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Fade the picture while it is out of date."""
        if is_dimmed != self._is_dimmed:
            self._is_dimmed = is_dimmed
            self.update()

    def grab_image(self) -> QImage:
        """Return the picture in the screen's own pixels."""
        self._rest.stop()
        return self.grab().toImage()

    def place_on_screen(self, a: float, b: float, loss: float) -> QPointF | None:
        """Return where a point is in this widget; None where it is outside of the box or nothing is drawn yet."""
        if self._box is None:
            return None
        placed = self._box.place(np.array([[a, b]]), np.array([loss]))
        if not is_inside(placed)[0]:
            return None
        pixels = self.camera.project(placed, self.width(), self.height())
        return QPointF(*(float(value) for value in pixels[0]))

    def coordinates_at(self, place: QPointF) -> tuple[float, float] | None:
        """Return the coordinates of the surface under a place of this widget, nearest to the camera; None beside it."""
        if self._box is None or self.figure.relief is None:
            return None
        sight = self.camera.sight(place.x(), place.y(), self.width(), self.height())
        hit = self.figure.relief.hit(*sight)
        return None if hit is None else self._box.numbers(hit)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what OpenGL draws, drawn again only where it changed, and over it what is flat."""
        if self._is_broken or self._theme is None or self._ground is None:
            return
        if not self._rest.isActive():
            self._bring_up_to_date(self._theme, self._ground)
        self.figure.show_frame(self.camera, self._theme)
        try:
            picture = self.scene.picture(self.camera, self.width(), self.height(), self.devicePixelRatioF())
        except NoOpenGLError as failure:
            self._is_broken = True
            self._broke.emit(str(failure))
            return
        painter = QPainter(self)
        try:
            painter.drawImage(0, 0, picture)
            self._paint_over(painter, self._theme)
        finally:  # Qt crashes where a painter outlives its event
            painter.end()

    def _update_after_rest(self) -> None:
        if not self._rest.isActive():
            self.update()

    def _bring_up_to_date(self, theme: Theme, ground: Ground) -> None:
        if self._is_ground_stale:
            self.scene.set_background(theme.card)
            self._box = Box.around(ground)
            self.figure.show_ground(self._box, ground, theme)
        if self._is_walk_stale and self._box is not None:
            self.figure.show_walk(self._box, self._walk)
            self._rest.start()
        self._is_ground_stale = self._is_walk_stale = False

    def _paint_over(self, painter: QPainter, theme: Theme) -> None:
        if self._box is None:
            return
        size = self.width(), self.height()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.figure.paint_marks(painter, self.camera, *size)
        if self._is_dimmed:
            veil = QColor(theme.card)
            veil.setAlpha(_DIM_ALPHA)
            painter.fillRect(self.rect(), veil)
        labels = frame_labels(self._box, self._coordinates, self.camera, theme, *size)
        labels = [label for label in labels if label.is_name or not self._is_blank]
        paint_labels(painter, labels, self.camera, self.font(), *size)
        if self._walk is not None and not self.figure.is_point_inside:
            painter.setFont(self.font())
            painter.setPen(QColor(theme.gradient))
            painter.drawText(8, 18, f"The run is outside of this picture, loss {compact(self._walk.loss)}.")
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    @Slot()
    def _on_rest_timeout(self) -> None:
        if self._is_ground_stale or self._is_walk_stale:
            self.update()

    @Slot(QPointF)
    def _on_clicked(self, place: QPointF) -> None:
        if (found := self.coordinates_at(place)) is not None:
            self.startChosen.emit(*found)

    @Slot(QPointF)
    def _on_pointed(self, place: QPointF) -> None:
        found = self.coordinates_at(place)
        if found is None:
            self.left.emit()
        else:
            self.hovered.emit(*found)

    @Slot(str)
    def _on_broke(self, reason: str) -> None:
        self.failed.emit(f"OpenGL failed ({reason}), so the surface is shown as contours only.")


def _make_scene(parent: QWidget) -> SurfaceScene:
    prepare_opengl()
    from gdexplorer.ui.surface_scene import SurfaceScene  # takes a fifth of a second, so only for a surface

    return SurfaceScene(parent)


def _is_alike(one: object, other: object) -> bool:
    """Whether two values hold the same numbers, arrays and all."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_is_alike, one, other))
    if isinstance(one, Ground | Walk | Isoline) and type(one) is type(other):
        return _is_alike(tuple(vars(one).values()), tuple(vars(other).values()))
    return bool(one == other)
