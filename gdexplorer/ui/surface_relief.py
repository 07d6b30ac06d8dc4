"""Where straight sight meets the surface; pyqtgraph's own picking does not work."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.ground import Ground
from gdexplorer.ui.surface_box import SIDE, TOP, Box

_LOOKS = 600
_HALVINGS = 30
_NEAR = 0.05  # a point this far from the surface still counts as on it


class Relief:
    """The surface as heights in the box, at all points of the ground; a hole where it is cut off or not finite."""

    def __init__(self, box: Box, ground: Ground) -> None:
        a, b = np.meshgrid(ground.a, ground.b)
        heights = box.place(np.stack([a, b], axis=-1), ground.losses)[..., 2]
        with np.errstate(invalid="ignore"):
            self._heights = np.where(heights <= TOP + 1e-9, heights, np.nan)

    def heights(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the surface's heights over places of the floor; NaN beside it."""
        rows, columns = self._heights.shape
        across, up = (x + SIDE) / (2 * SIDE) * (columns - 1), (y + SIDE) / (2 * SIDE) * (rows - 1)
        is_over = (across >= 0) & (across <= columns - 1) & (up >= 0) & (up <= rows - 1)
        column = np.clip(np.floor(np.where(is_over, across, 0)).astype(np.intp), 0, max(columns - 2, 0))
        row = np.clip(np.floor(np.where(is_over, up, 0)).astype(np.intp), 0, max(rows - 2, 0))
        right, far = across - column, up - row
        h, next_row, next_column = self._heights, np.minimum(row + 1, rows - 1), np.minimum(column + 1, columns - 1)
        near_side = h[row, column] * (1 - right) + h[row, next_column] * right
        far_side = h[next_row, column] * (1 - right) + h[next_row, next_column] * right
        return np.asarray(np.where(is_over, near_side * (1 - far) + far_side * far, np.nan))

    def hit(self, start: FloatArray, end: FloatArray) -> FloatArray | None:
        """Return where a straight line, shape (3,) to (3,), first goes through the surface; None where it does not."""
        shares = np.linspace(0.0, 1.0, _LOOKS)
        over = self._over(start, end, shares)
        with np.errstate(invalid="ignore"):
            crossings = np.flatnonzero(over[:-1] * over[1:] <= 0)
        if not crossings.size:
            return None
        first = int(crossings[0])
        low, high, sign = shares[first], shares[first + 1], over[first]
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if float(self._over(start, end, np.array([middle]))[0]) * sign > 0:
                low = middle
            else:
                high = middle
        return np.asarray(start + (low + high) / 2 * (end - start))

    def hides(self, points: FloatArray, eye: FloatArray) -> NDArray[np.bool_]:
        """Whether the surface is between points on it, shape (n, 3), and the eye, shape (3,); shape (n,)."""
        ways = eye - points
        lengths = np.linalg.norm(ways, axis=1, keepdims=True)
        reach = np.linspace(_NEAR, 3.5 * SIDE, _LOOKS // 4)
        looks = points[:, None, :] + (ways / lengths)[:, None, :] * reach[None, :, None]
        over = looks[..., 2] - self.heights(looks[..., 0], looks[..., 1])
        with np.errstate(invalid="ignore"):
            return np.asarray((over > 0).any(axis=1) & (over < 0).any(axis=1))

    def _over(self, start: FloatArray, end: FloatArray, shares: FloatArray) -> FloatArray:
        looks = start + shares[:, None] * (end - start)
        return np.asarray(looks[:, 2] - self.heights(looks[:, 0], looks[:, 1]))
