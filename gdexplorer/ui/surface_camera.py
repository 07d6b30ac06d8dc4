"""From where the box is looked at, and where its points are on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.surface_box import FLOOR, SIDE, TOP

_FIELD_OF_VIEW = math.radians(24.0)
_LEAST_ELEVATION, _MOST_ELEVATION = 4.0, 90.0
_LEAST_ZOOM, _MOST_ZOOM = 0.5, 8.0
_REACH = 2.2  # further than any corner of the box is from its middle
_MIDDLE = (TOP + FLOOR) / 2
#: Room for labels around the box, in pixels: left, top, right, bottom.
MARGINS = (52.0, 8.0, 52.0, 30.0)


@dataclass(frozen=True)
class Camera:
    """A view of the box that fills the widget at zoom 1, whatever the widget's shape.

    Attributes:
        azimuth: In degrees, from where the first coordinate grows towards the second.
        elevation: In degrees above the floor.
        zoom: How much larger than filling; the perspective stays.
        offset: Where the middle of the picture is, in half widgets to the right and upwards.
    """

    azimuth: float = -58.0
    elevation: float = 33.0
    zoom: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)

    def turned(self, azimuth: float, elevation: float) -> Camera:
        """Return the camera moved around the box by so many degrees; never from below."""
        higher = min(max(self.elevation + elevation, _LEAST_ELEVATION), _MOST_ELEVATION)
        return replace(self, azimuth=(self.azimuth + azimuth) % 360.0, elevation=higher)

    def zoomed(self, factor: float, towards: tuple[float, float] = (0.0, 0.0)) -> Camera:
        """Return the camera zoomed by ``factor`` around a place that stays, given as ``offset`` is."""
        zoom = min(max(self.zoom * factor, _LEAST_ZOOM), _MOST_ZOOM)
        ratio, most = zoom / self.zoom, max(zoom - 1.0, 0.0)
        moved = [at - (at - old) * ratio for at, old in zip(towards, self.offset, strict=True)]
        across, up = (min(max(value, -most), most) for value in moved)
        return replace(self, zoom=zoom, offset=(across, up))

    def eye(self) -> FloatArray:
        """Return the direction from the box to the camera, shape (3,), of length 1."""
        azimuth, elevation = math.radians(self.azimuth), math.radians(self.elevation)
        return np.array(
            [math.cos(elevation) * math.cos(azimuth), math.cos(elevation) * math.sin(azimuth), math.sin(elevation)]
        )

    def facing(self) -> tuple[float, float]:
        """Return which walls face the camera: the second coordinate of the one, the first of the other, ±SIDE each."""
        eye = self.eye()
        return (-SIDE if eye[1] < 0 else SIDE), (-SIDE if eye[0] < 0 else SIDE)

    def matrices(self, width: int, height: int) -> tuple[FloatArray, FloatArray]:
        """Return the view matrix and the projection matrix for a widget of this size, each of shape (4, 4)."""
        distance, across, up = _fit(self.elevation, width, height)
        view = _view(self.azimuth, self.elevation, distance)
        focal = 1.0 / math.tan(_FIELD_OF_VIEW / 2)
        near, far = distance - _REACH, distance + _REACH
        projection = np.zeros((4, 4))
        projection[0, 0] = self.zoom * focal * height / width
        projection[1, 1] = self.zoom * focal
        projection[0, 2] = -(self.zoom * across + self.offset[0])
        projection[1, 2] = -(self.zoom * up + self.offset[1])
        projection[2, 2], projection[2, 3] = (near + far) / (near - far), 2 * near * far / (near - far)
        projection[3, 2] = -1.0
        return view, projection

    def project(self, placed: FloatArray, width: int, height: int) -> FloatArray:
        """Return where points of the box, shape (n, 3), are in the widget, in pixels, shape (n, 2)."""
        view, projection = self.matrices(width, height)
        both = projection @ view
        flat = placed @ both[:, :3].T + both[:, 3]
        return np.asarray((flat[:, :2] / flat[:, 3:] * [1.0, -1.0] + 1.0) * [width / 2, height / 2])

    def sight(self, x: float, y: float, width: int, height: int) -> tuple[FloatArray, FloatArray]:
        """Return the straight line through the box that is seen as one pixel: its near end and its far end."""
        view, projection = self.matrices(width, height)
        across, up = x / width * 2 - 1, 1 - y / height * 2
        ends = np.linalg.solve(projection @ view, np.array([[across, up, -1.0, 1.0], [across, up, 1.0, 1.0]]).T).T
        near, far = ends[:, :3] / ends[:, 3:]
        return near, far

    def position(self, width: int, height: int) -> FloatArray:
        """Return where the camera is, shape (3,)."""
        distance = _fit(self.elevation, width, height)[0]
        return np.array([0.0, 0.0, _MIDDLE]) + distance * self.eye()


def _view(azimuth: float, elevation: float, distance: float) -> FloatArray:
    a, e = math.radians(azimuth), math.radians(elevation)
    right = np.array([-math.sin(a), math.cos(a), 0.0])
    back = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
    up = np.cross(back, right)
    view = np.eye(4)
    view[:3, :3] = [right, up, back]
    view[:3, 3] = view[:3, :3] @ [0.0, 0.0, -_MIDDLE] + [0.0, 0.0, -distance]
    return view


@lru_cache(maxsize=64)
def _fit(elevation: float, width: int, height: int) -> tuple[float, float, float]:
    """Return the distance at which the box fills the widget from any side, and how far to move the picture for it.

    The box is measured as a round one, so that its size stays while it turns.
    """
    left, top, right, bottom = MARGINS
    room = max(width - left - right, 40.0), max(height - top - bottom, 40.0)
    angles = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    ring = math.sqrt(2) * SIDE * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.concatenate([np.column_stack([ring, np.full(len(ring), z)]) for z in (FLOOR, TOP)])
    turned = points @ _view(0.0, elevation, 0.0)[:3, :3].T + _view(0.0, elevation, 0.0)[:3, 3]
    scale = height / 2 / math.tan(_FIELD_OF_VIEW / 2)
    nearest, furthest = _REACH * 1.2, 200.0
    for _ in range(40):
        distance = (nearest + furthest) / 2
        spread = np.ptp(scale * turned[:, :2] / (distance - turned[:, 2:]), axis=0)
        if spread[0] <= room[0] and spread[1] <= room[1]:
            furthest = distance
        else:
            nearest = distance
    seen = scale * turned[:, :2] / (furthest - turned[:, 2:])
    middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
    across = ((left - right) / 2 - middle[0]) * 2 / width
    up = ((bottom - top) / 2 - middle[1]) * 2 / height
    return furthest, float(across), float(up)
