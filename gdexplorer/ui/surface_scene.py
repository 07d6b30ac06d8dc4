"""The box as OpenGL draws it; import it only where OpenGL works, after ``prepare_opengl``."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pyqtgraph.opengl as gl
from OpenGL import GL
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage, QMatrix4x4
from PySide6.QtOpenGL import QOpenGLBuffer

from gdexplorer.ui.surface_camera import Camera
from gdexplorer.ui.surface_canvas import SurfaceCanvas
from gdexplorer.ui.surface_shapes import Lines, Mesh

_OVER = {
    GL.GL_DEPTH_TEST: True,
    GL.GL_BLEND: True,
    GL.GL_CULL_FACE: False,
    GL.GL_POLYGON_OFFSET_FILL: False,
    "glBlendFuncSeparate": (GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA),
    "glDepthFunc": (GL.GL_LEQUAL,),
    "glDepthMask": (True,),
}
_THROUGH = {**_OVER, GL.GL_DEPTH_TEST: False}
_FLAT = {**_OVER, "glDepthMask": (False,)}
#: The surface steps back by a hair in depth, so that lines at its own height are seen, and not moved for that.
_SOLID = {**_OVER, GL.GL_BLEND: False, GL.GL_POLYGON_OFFSET_FILL: True, "glPolygonOffset": (2.0, 6000.0)}


class Stage:
    """Items that are drawn together, in the order of their making.

    Stands in for pyqtgraph's view, which is a QOpenGLWidget (see ``SurfaceCanvas``): its items ask for no more than
    ``update``, ``currentModelView`` and ``currentProjection``.

    Attributes:
        items: What is drawn.
        is_stale: Whether an item changed since it was drawn.
    """

    def __init__(self) -> None:
        self.items: list[gl.GLGraphicsItem] = []
        self.is_stale = True
        self._model_view, self._projection = QMatrix4x4(), QMatrix4x4()

    def add(self, item: gl.GLGraphicsItem) -> None:
        """Draw ``item`` above the others."""
        item._setView(self)  # as pyqtgraph's own view does
        self.items.append(item)
        self.update()

    def update(self) -> None:
        """Take note that an item changed; items call this."""
        self.is_stale = True

    def currentModelView(self) -> QMatrix4x4:
        """See pyqtgraph."""
        return self._model_view

    def currentProjection(self) -> QMatrix4x4:
        """See pyqtgraph."""
        return self._projection

    def look(self, camera: Camera, width: int, height: int) -> None:
        """See the items as ``camera`` does."""
        matrices = camera.matrices(width, height)
        self._model_view, self._projection = (QMatrix4x4(matrix.ravel().tolist()) for matrix in matrices)

    def draw(self) -> None:
        """Draw what is visible, with a context that is current."""
        for item in self.items:
            if item.visible():
                item.paint()
        self.is_stale = False

    def free(self) -> None:
        """Destroy what OpenGL holds for the items, with a context that is current."""
        for item in self.items:
            for buffer in vars(item).values():
                if isinstance(buffer, QOpenGLBuffer):
                    buffer.destroy()


class LineLayer:
    """Lines of one width that are uploaded only when they differ from those there are."""

    def __init__(self, stage: Stage, width: float, options: dict[object, object]) -> None:
        self.width = width
        self.item = gl.GLLinePlotItem(mode="lines", width=width, glOptions="translucent")
        self.item.setGLOptions(options)
        self.item.setVisible(False)
        self._shown: Lines | None = None
        stage.add(self.item)

    def show(self, lines: Lines) -> None:
        """Draw ``lines``."""
        old = self._shown
        if old is not None and np.array_equal(old.points, lines.points) and np.array_equal(old.colours, lines.colours):
            return
        self._shown = lines
        if len(lines.points):
            self.item.setData(pos=lines.points, color=lines.colours)
        if self.item.visible() != bool(len(lines.points)):
            self.item.setVisible(bool(len(lines.points)))


class SurfaceScene:
    """A mesh and layers of lines, and the picture of them, of which only what changed is drawn again.

    Attributes:
        still: The mesh and the layers that stay while a run moves.
        moving: Other layers; they are above the still ones.
    """

    def __init__(self, parent: QObject) -> None:
        self.still, self.moving = Stage(), Stage()
        self._canvas = SurfaceCanvas(parent)
        self._picture: QImage | None = None
        self._seen_from: tuple[Camera, int, int, float] | None = None
        self._background = QColor()
        self._layers: list[LineLayer] = []
        self._mesh = gl.GLMeshItem(smooth=True, computeNormals=False, glOptions="opaque")
        self._mesh.setGLOptions(_SOLID)
        self._mesh.setVisible(False)
        self.still.add(self._mesh)

    def add_layer(self, width: float, *, still: bool = False, through: bool = False, flat: bool = False) -> LineLayer:
        """Return a new layer above those that are like it, with lines of ``width`` pixels.

        Args:
            width: Of the lines.
            still: They stay while a run moves.
            through: They are seen through the surface.
            flat: They never hide what is drawn later at the same place.
        """
        options = _THROUGH if through else _FLAT if flat else _OVER
        layer = LineLayer(self.still if still else self.moving, width, options)
        self._layers.append(layer)
        return layer

    def show_mesh(self, mesh: Mesh) -> None:
        """Draw this surface."""
        self._mesh.setVisible(bool(len(mesh.faces)))
        if len(mesh.faces):
            self._mesh.setMeshData(vertexes=mesh.points, faces=mesh.faces, vertexColors=mesh.colours)

    def set_background(self, colour: str) -> None:
        """Draw on this colour."""
        self._background = QColor(colour)
        self.still.update()

    def picture(self, camera: Camera, width: int, height: int, ratio: float) -> QImage:
        """Return what ``camera`` sees, ``ratio`` real pixels to each of the pixels that width and height are given in.

        Raises:
            NoOpenGLError: It does not work, or no more.
        """
        seen_from = camera, width, height, ratio
        is_back_stale = self.still.is_stale or seen_from != self._seen_from
        if self._picture is None or is_back_stale or self.moving.is_stale:
            real = math.ceil(width * ratio), math.ceil(height * ratio)
            self.still.look(camera, width, height)
            self.moving.look(camera, width, height)
            for layer in self._layers:
                layer.item.width = layer.width * ratio
            paint_back = partial(self._draw_back, *real) if is_back_stale else None
            self._picture = self._canvas.picture(*real, paint_back, self.moving.draw)
            self._picture.setDevicePixelRatio(ratio)
            self._seen_from = seen_from
        return self._picture

    def free(self) -> None:
        """Give back what OpenGL holds for the scene."""
        self._canvas.free(self._free_items)

    def _draw_back(self, width: int, height: int) -> None:
        colour = self._background
        GL.glViewport(0, 0, width, height)
        GL.glDepthMask(True)
        GL.glClearColor(colour.redF(), colour.greenF(), colour.blueF(), 1.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        self.still.draw()

    def _free_items(self) -> None:
        self.still.free()
        self.moving.free()
