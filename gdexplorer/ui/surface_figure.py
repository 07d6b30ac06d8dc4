"""What stands in the box: the surface with its isolines, the frame around it, and the run on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPainter

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.ground import ON_VIRIDIS, SHADE, Ground, Walk
from gdexplorer.ui.surface_box import FLOOR, SIDE, TOP, Box, clipped, is_inside, on_floor
from gdexplorer.ui.surface_camera import Camera
from gdexplorer.ui.surface_marks import Mark, paint_mark
from gdexplorer.ui.surface_relief import Relief
from gdexplorer.ui.surface_shapes import (
    Lines,
    aged,
    blend,
    contours,
    dashed,
    different_places,
    drawn_places,
    polyline,
    rgba,
    surface_mesh,
)
from gdexplorer.ui.theme import Theme

if TYPE_CHECKING:
    from gdexplorer.ui.surface_scene import SurfaceScene

_ARROW = 0.4
_LATEST = 24  # places of the path that have a dot
_NOTHING = Lines.joined(())


class SurfaceFigure:
    """Turns values into layers of a scene and marks over it; each layer is uploaded only when it differs.

    Attributes:
        marks: What is painted flat, in this order.
        relief: The surface as it is drawn.
    """

    def __init__(self, scene: SurfaceScene) -> None:
        self.marks: tuple[Mark, ...] = ()
        self.relief: Relief | None = None
        self._scene = scene
        self._point: tuple[float, ...] | None = None
        self._framed: object = None
        self._frame = scene.add_layer(1.2, still=True)
        self._contours = scene.add_layer(1.3, still=True)
        self._drops = scene.add_layer(1.4, through=True)
        self._faint_path = scene.add_layer(1.4, through=True)
        self._outline = scene.add_layer(5.0, flat=True)
        self._cut = scene.add_layer(2.4)
        self._path = scene.add_layer(2.6)

    @property
    def is_point_inside(self) -> bool:
        """Whether the run is where the picture shows it."""
        return self._point is not None

    def show_ground(self, box: Box, ground: Ground, theme: Theme) -> None:
        """Draw the surface, its isolines and its rim."""
        mesh = surface_mesh(box, ground)
        self.relief = Relief(box, ground)
        self._scene.show_mesh(mesh)
        rim = Lines.of(mesh.rim, rgba(theme.text, 0.5))
        self._contours.show(Lines.joined([contours(box, ground, rgba(ON_VIRIDIS.minimum, 0.36)), rim]))

    def show_frame(self, camera: Camera, theme: Theme) -> None:
        """Draw the floor's border, the walls behind the surface, and lines from the point to where it is read."""
        front, side = camera.facing()
        if self._framed == (front, side, theme, self._point):
            return
        self._framed = front, side, theme, self._point
        corners = [(-SIDE, -SIDE), (SIDE, -SIDE), (SIDE, SIDE), (-SIDE, SIDE), (-SIDE, -SIDE)]
        walls = [(-side, front), (-side, -front), (side, -front)]
        outlines = [[(x, y, FLOOR) for x, y in corners], *([(x, y, z) for x, y in walls] for z in (0.0, TOP))]
        outlines += [[(x, y, FLOOR), (x, y, TOP)] for x, y in walls]
        colour = blend(rgba(theme.line), rgba(theme.quiet), 0.25)
        self._frame.show(Lines.joined([polyline(np.array(outline), colour) for outline in outlines]))
        drops = []
        if self._point is not None:
            place, quiet = np.array(self._point), rgba(theme.quiet, 0.9)
            foot = on_floor(place)
            ends = [(place, foot), (foot, np.array([foot[0], front, FLOOR])), (foot, np.array([side, foot[1], FLOOR]))]
            drops = [dashed(start, end, quiet) for start, end in ends]
        self._drops.show(Lines.joined(drops))

    def show_walk(self, box: Box, walk: Walk | None) -> None:
        """Draw the run: its path at the recorded losses, the point, the next step, the slope and the minimum."""
        if walk is None:
            for layer in (self._path, self._faint_path, self._outline, self._cut):
                layer.show(_NOTHING)
            self.marks, self._point = (), None
            return
        chosen = drawn_places(len(walk.path))
        path = box.place(walk.path[chosen], walk.heights[chosen])
        self._point = tuple(map(float, path[-1])) if is_inside(path[-1]) else None
        age = different_places(path)
        path = path[age]
        new = rgba(ON_VIRIDIS.loss)
        colours = aged(len(chosen), blend(new, rgba(ON_VIRIDIS.card), 0.3), new)[age]
        self._path.show(polyline(path, colours))
        cut = _NOTHING if walk.cut is None else polyline(box.place(*walk.cut), rgba(ON_VIRIDIS.weight(0)))
        self._cut.show(cut)
        shade = rgba(SHADE.name(), 0.6)
        self._outline.show(Lines.joined([polyline(path, shade), Lines.of(cut.points, shade)]))
        faint = colours * np.array([1.0, 1.0, 1.0, 0.3], dtype=np.float32)
        self._faint_path.show(polyline(path, faint))
        self.marks = tuple(_marks(box, walk, path))

    def paint_marks(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """Paint the marks; what the surface hides shines through faintly."""
        if not self.marks:
            return
        places = np.concatenate([mark.places for mark in self.marks])
        pixels = camera.project(places, width, height)
        hidden = np.zeros(len(places), dtype=bool)
        if self.relief is not None:
            hidden = self.relief.hides(places, camera.position(width, height))
        at = 0
        for mark in self.marks:
            to = at + len(mark.places)
            paint_mark(painter, mark, pixels[at:to], is_hidden=bool(hidden[at]))
            at = to


def _marks(box: Box, walk: Walk, path: FloatArray) -> list[Mark]:
    """Return the marks that are in the box, the most important last."""
    point = path[-1]
    marks = [Mark("dot", place[None]) for place in path[max(len(path) - _LATEST, 0) : -1]]
    marks.append(Mark("start", path[:1]))
    if walk.minimum is not None:
        marks.append(Mark("star", box.place(walk.minimum[0], walk.minimum[1])[None]))
    marks += _arrow("slope", point, point + _ARROW * walk.steepness * box.along_surface(walk.downhill, walk.slope))
    if walk.landing is not None:
        landing = box.place(walk.landing[0], walk.landing[1])
        marks += _arrow("step", point, landing)
        marks.append(Mark("ghost", landing[None]))
    marks.append(Mark("ball", point[None]))
    return [mark for mark in marks if is_inside(mark.places).all()]


def _arrow(kind: str, start: FloatArray, end: FloatArray) -> list[Mark]:
    parts, _ = clipped(start[None], end[None])
    return [Mark(kind, part, has_head=bool(np.allclose(part[1], end))) for part in parts]
