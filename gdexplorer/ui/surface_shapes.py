"""The vertices of what is drawn on a surface: triangles, and lines as pairs of points with a colour each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.ground import Ground, Isoline
from gdexplorer.ui.surface_box import TOP, Box, clipped, on_floor

Floats32 = NDArray[np.float32]

#: How many grid points are drawn along each coordinate, and how many places of the path.
MOST_GRID, MOST_PATH = 81, 5_000
_DASH = 0.045
_ISOLINE_WAY, _PATH_WAY = 0.03, 0.004  # in the box


@dataclass(frozen=True, eq=False)
class Mesh:
    """A surface as triangles.

    Attributes:
        points: Shape (n, 3), in the box.
        faces: Indexes of three points each, shape (k, 3).
        colours: RGBA from 0 to 1, shape (n, 4).
        rim: The border as pairs of points, shape (m, 3).
    """

    points: FloatArray
    faces: NDArray[np.intp]
    colours: Floats32
    rim: FloatArray


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight pieces, each between two points, shape (2k, 3), with their colours, RGBA from 0 to 1, shape (2k, 4)."""

    points: FloatArray
    colours: Floats32

    @classmethod
    def of(cls, points: FloatArray, colour: Floats32) -> Lines:
        """Return pieces in one colour."""
        return cls(points, np.broadcast_to(colour, (len(points), 4)).astype(np.float32))

    @classmethod
    def joined(cls, parts: Sequence[Lines]) -> Lines:
        """Return all pieces as one value."""
        return cls(
            np.concatenate([np.empty((0, 3)), *(part.points for part in parts)]),
            np.concatenate([np.empty((0, 4), np.float32), *(part.colours for part in parts)]).astype(np.float32),
        )


def rgba(colour: str, alpha: float = 1.0) -> Floats32:
    """Return a colour as numbers from 0 to 1, shape (4,)."""
    found = QColor(colour)
    return np.array([found.redF(), found.greenF(), found.blueF(), alpha], dtype=np.float32)


def blend(colour: Floats32, other: Floats32, share: float) -> Floats32:
    """Return a colour on the way from ``colour`` (share 0) to ``other`` (share 1)."""
    return np.asarray(colour * (1 - share) + other * share, dtype=np.float32)


def surface_mesh(box: Box, ground: Ground) -> Mesh:
    """Return the surface over the ground's own points, at most ``MOST_GRID`` a side.

    Heights are true. What stands above the highest colour is cut off at the box's top: its triangles are left out,
    and those that cross the top end there with the last colour. Triangles with a loss that is not finite are left out.
    """
    rows, columns = _strided(len(ground.b)), _strided(len(ground.a))
    losses = ground.losses[np.ix_(rows, columns)]
    a, b = np.meshgrid(ground.a[columns], ground.b[rows])
    points = box.place(np.stack([a, b], axis=-1), losses).reshape(-1, 3)
    index = np.arange(points.shape[0]).reshape(losses.shape)
    corners = (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1])
    near, right, far, left = (corner.ravel() for corner in corners)
    faces = np.concatenate([np.stack([near, right, far], axis=1), np.stack([near, far, left], axis=1)])
    heights = points[:, 2]
    with np.errstate(invalid="ignore"):
        is_known = np.isfinite(heights)
        is_drawn = is_known[faces].all(axis=1) & (heights[faces] <= TOP + 1e-9).any(axis=1)
    colours = (ground.colours(losses).reshape(-1, 4) / 255).astype(np.float32)
    border = np.concatenate([index[0], index[1:, -1], index[-1, -2::-1], index[-2::-1, 0]])
    pairs = np.stack([border[:-1], border[1:]], axis=1)
    rim, _ = clipped(points[pairs[:, 0]], points[pairs[:, 1]])
    cut = np.where(is_known[:, None], points, 0.0)
    cut[:, 2] = np.minimum(cut[:, 2], TOP)
    return Mesh(cut, faces[is_drawn], colours, rim.reshape(-1, 3))


def polyline(points: FloatArray, colour: Floats32) -> Lines:
    """Return what is in the box of a line through ``points``, shape (n, 3), in one colour or in one for each point."""
    parts, which = clipped(points[:-1], points[1:])
    colours = np.broadcast_to(colour, (len(points), 4))
    pairs = np.stack([colours[which], colours[which + 1]], axis=1)
    return Lines(parts.reshape(-1, 3), pairs.reshape(-1, 4).astype(np.float32))


def dashed(start: FloatArray, end: FloatArray, colour: Floats32) -> Lines:
    """Return a dashed line from ``start`` to ``end``, each of shape (3,)."""
    parts, _ = clipped(start[None], end[None])
    if not len(parts):
        return Lines.joined(())
    (start, end) = parts[0]
    count = max(int(np.linalg.norm(end - start) / _DASH), 1)
    shares = ((np.arange(count)[:, None] + np.array([0.0, 0.55])) / count).ravel()
    points = start + shares[:, None] * (end - start)
    return Lines.of(points, colour)


def isoline_pieces(box: Box, line: Isoline) -> list[FloatArray]:
    """Return an isoline's pieces in the box, each at exactly its loss."""
    return [box.place(piece, line.loss) for piece in line.pieces]


def thinned(points: FloatArray, way: float) -> FloatArray:
    """Return the points of a line, shape (n, 3), without those that come less than ``way`` after the one before.

    The first and the last one stay, and a line is broken where it was. Pieces shorter than a pixel are drawn as dots.
    """
    if len(points) < 3:
        return points
    ways = np.nan_to_num(np.linalg.norm(np.diff(points, axis=0), axis=1), nan=way)
    reached = np.floor(np.cumsum(ways) / way)
    is_kept = np.concatenate([[True, reached[0] > 0], reached[1:] > reached[:-1]])
    is_kept[-1] = True
    return np.asarray(points[is_kept], dtype=np.float64)


def contours(box: Box, ground: Ground, ink: Floats32) -> Lines:
    """Return the isolines twice: on the surface in ``ink``, and in the colour of their loss on the floor below it."""
    parts = []
    for line in ground.isolines:
        colour = ground.colours(np.array([line.loss]))[0].astype(np.float32) / 255
        for piece in isoline_pieces(box, line):
            piece = thinned(piece, _ISOLINE_WAY)
            parts += [polyline(piece, ink), polyline(on_floor(piece), colour)]
    return Lines.joined(parts)


def drawn_places(count: int) -> NDArray[np.intp]:
    """Return which of ``count`` recorded places are drawn: all, or ``MOST_PATH`` of them with the last one."""
    return np.unique(np.round(np.linspace(0, count - 1, min(count, MOST_PATH))).astype(np.intp))


def different_places(placed: FloatArray) -> NDArray[np.intp]:
    """Return which places of a path, shape (n, 3), are not on the same pixel as the one before, and the last one."""
    with np.errstate(all="ignore"):
        cells = np.round(placed / _PATH_WAY)
        moved = np.any(cells[1:] != cells[:-1], axis=1)
    return np.flatnonzero(np.append(moved, True))


def aged(count: int, old: Floats32, new: Floats32) -> Floats32:
    """Return a colour for each of ``count`` places, from ``old`` to ``new``, shape (count, 4)."""
    age = np.linspace(0.0, 1.0, max(count, 1))[:, None]
    return np.asarray(old * (1 - age) + new * age, dtype=np.float32)


def _strided(count: int) -> NDArray[np.intp]:
    stride = max(-(-(count - 1) // (MOST_GRID - 1)), 1)
    return np.unique(np.append(np.arange(0, count, stride), count - 1))
