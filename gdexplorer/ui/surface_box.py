"""Where losses over two coordinates stand in the box that is drawn in 3D: one rule for everything in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.ground import Ground

#: The coordinates run from −SIDE to SIDE, losses from 0 to TOP; the floor lies a little below the lowest loss.
SIDE = 1.0
TOP = 1.05
FLOOR = -0.22
_LEAST = np.array([-SIDE, -SIDE, FLOOR])
_MOST = np.array([SIDE, SIDE, TOP])
_SLACK = 1e-9


@dataclass(frozen=True)
class Box:
    """The true numbers at the box's faces; each axis is linear.

    Attributes:
        a: Where the first coordinate begins and ends.
        b: Likewise for the second.
        loss: The loss at height 0 and at the top.
    """

    a: tuple[float, float]
    b: tuple[float, float]
    loss: tuple[float, float]

    @classmethod
    def around(cls, ground: Ground) -> Box:
        """Return the box that holds the ground up to its highest colour."""
        a, b = ground.a, ground.b
        return cls((float(a[0]), float(a[-1])), (float(b[0]), float(b[-1])), (ground.low, ground.high))

    def place(self, places: FloatArray, losses: FloatArray | float) -> FloatArray:
        """Return where coordinates with these losses stand, outside of the box too.

        Args:
            places: Shape (…, 2).
            losses: Shape (…), or one for all.

        Returns:
            Shape (…, 3); NaN in all three where a number is not finite.
        """
        heights = np.broadcast_to(np.asarray(losses, dtype=np.float64), places.shape[:-1])
        with np.errstate(all="ignore"):
            placed = np.stack(
                [
                    _share(places[..., 0], self.a) * 2 * SIDE - SIDE,
                    _share(places[..., 1], self.b) * 2 * SIDE - SIDE,
                    _share(heights, self.loss) * TOP,
                ],
                axis=-1,
            )
        placed[~np.isfinite(placed).all(axis=-1)] = np.nan
        return placed

    def numbers(self, placed: FloatArray) -> tuple[float, float]:
        """Return the two coordinates of a point in the box, shape (3,)."""
        share_a, share_b = ((float(value) / SIDE + 1.0) / 2.0 for value in placed[:2])
        return (
            self.a[0] * (1 - share_a) + self.a[1] * share_a,
            self.b[0] * (1 - share_b) + self.b[1] * share_b,
        )

    def along_surface(self, way: FloatArray, slope: FloatArray) -> FloatArray:
        """Return the direction along the tangent plane, shape (3,) and of length 1; zeros where there is none.

        Args:
            way: In the true coordinates, shape (2,), of any length.
            slope: Of the loss along the two coordinates, shape (2,).
        """
        with np.errstate(all="ignore"):
            share = np.asarray(way, dtype=np.float64) / np.abs(way).max()
            rise = float(np.asarray(slope, dtype=np.float64) @ share)
            placed = np.array(
                [share[0] / _half(self.a) * SIDE, share[1] / _half(self.b) * SIDE, rise / _half(self.loss) / 2 * TOP]
            )
            placed = placed / np.abs(placed).max()
            placed = placed / np.sqrt(placed @ placed)
        return np.asarray(placed if np.isfinite(placed).all() else np.zeros(3), dtype=np.float64)


def on_floor(placed: FloatArray) -> FloatArray:
    """Return the points straight below on the floor; same shape."""
    below = placed.copy()
    below[..., 2] = np.where(np.isfinite(placed[..., 2]), FLOOR, np.nan)
    return below


def is_inside(placed: FloatArray) -> NDArray[np.bool_]:
    """Whether points are in the box; shape (…, 3) to (…)."""
    with np.errstate(invalid="ignore"):
        return np.asarray(((placed >= _LEAST - _SLACK) & (placed <= _MOST + _SLACK)).all(axis=-1))


def clipped(starts: FloatArray, ends: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """Return the parts of straight lines that are in the box (Liang and Barsky's way).

    Args:
        starts: Shape (n, 3).
        ends: Shape (n, 3).

    Returns:
        The parts, shape (m, 2, 3), and which line each is from, shape (m,). What is not finite is left out.
    """
    with np.errstate(all="ignore"):
        ways = ends - starts
        to_least, to_most = (_LEAST - starts) / ways, (_MOST - starts) / ways
        is_level = ways == 0
        enter = np.where(is_level, -np.inf, np.minimum(to_least, to_most)).max(axis=1, initial=-np.inf)
        leave = np.where(is_level, np.inf, np.maximum(to_least, to_most)).min(axis=1, initial=np.inf)
        enter, leave = np.maximum(enter, 0.0), np.minimum(leave, 1.0)
        is_level_in = ~is_level | ((starts >= _LEAST - _SLACK) & (starts <= _MOST + _SLACK))
        keep = np.flatnonzero((enter <= leave) & is_level_in.all(axis=1) & np.isfinite(ways).all(axis=1))
        shares = np.stack([enter[keep], leave[keep]], axis=1)[:, :, None]
        parts = starts[keep, None, :] + shares * ways[keep, None, :]
    return np.clip(parts, _LEAST, _MOST), keep


def _half(ends: tuple[float, float]) -> float:
    """Return half of the way from the first end to the second."""
    return float(max(ends[1] / 2 - ends[0] / 2, np.finfo(float).tiny))


def _share(values: FloatArray, ends: tuple[float, float]) -> FloatArray:
    """Return how far ``values`` are from the first end to the second, without overflow on the way."""
    low, high = ends
    with np.errstate(all="ignore"):
        unit = max(abs(low), abs(high), np.finfo(float).tiny)
        span = max(high / unit - low / unit, np.finfo(float).tiny)
        return np.asarray((values / unit - low / unit) / span, dtype=np.float64)
