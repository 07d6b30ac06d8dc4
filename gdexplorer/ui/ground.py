"""What landscape views draw: losses over two coordinates, and the run that walks on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from contourpy import LineType, contour_generator
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from gdexplorer.ui.axes import FloatArray
from gdexplorer.ui.memory_parts import SquareMemory, StepParts
from gdexplorer.ui.theme import DARK, Theme

#: Colours that stand out on a picture of a ground, which is the same in both themes, and the shade behind them.
ON_VIRIDIS = DARK
SHADE = QColor(16, 19, 26, 170)
_LEVELS = 12
_COLOURS = 256


@dataclass(frozen=True)
class Coordinate:
    """What runs along one side of a ground.

    Attributes:
        name: As axes show it.
        weight: Which weight it is, counted from 0; None for a direction made of several.
    """

    name: str
    weight: int | None = None

    def colour(self, theme: Theme) -> str:
        """Return the colour of its name: that of the weight."""
        return theme.quiet if self.weight is None else theme.weight(self.weight)


@dataclass(frozen=True, eq=False)
class Isoline:
    """Where the loss has one value.

    Attributes:
        loss: That value.
        pieces: Polylines, each of shape (n, 2), in the coordinates of the ground.
    """

    loss: float
    pieces: tuple[FloatArray, ...]


@dataclass(frozen=True, eq=False)
class Ground:
    """The loss over a rectangle of two coordinates; every height is a computed one.

    Attributes:
        a: First coordinate, shape (m,), ascending and evenly spaced.
        b: Second coordinate, shape (n,), likewise.
        losses: Shape (n, m); infinite where they overflow.
        low: The loss that has the first colour: the smallest there is in the rectangle, or below it.
        high: The loss from which on everything has the last colour.
        isolines: From low to high.
    """

    a: FloatArray
    b: FloatArray
    losses: FloatArray
    low: float
    high: float
    isolines: tuple[Isoline, ...]

    def colours(self, losses: FloatArray) -> NDArray[np.uint8]:
        """Return the colour of each loss as RGBA; shape (…) to (…, 4)."""
        return loss_colours(losses, self.low, self.high)


@dataclass(frozen=True, eq=False)
class Walk:
    """A run as it is drawn on a ground: places in its two coordinates, heights as recorded.

    Attributes:
        path: Places, shape (n, 2), oldest first; the last one is the present point.
        heights: Recorded losses there, shape (n,).
        slope: Of the loss along the two coordinates at the point, shape (2,).
        downhill: Which way plain descent goes from the point, shape (2,): against the gradient of the weights as
            trained, which in other coordinates than those weights need not be against ``slope``.
        steepness: How long the arrow downhill is, 0 to 1: the square root of the slope's share of that at the start.
        landing: Where the next step ends, shape (2,), and the loss there; None where it is not known yet.
        minimum: Where the loss is smallest in this plane, shape (2,), and the loss there; None where not known.
        cut: Places of the models of one weight less, shape (n, 2), and their losses; None where there are none.
        gaps: Places on the path, shape (m, 2), and for each the recorded loss minus that of the plane there, shape
            (m,); None where all of the path lies in the plane.
        parts: What the next step is made of; None where it is the slope alone, or not known yet.
        squares: What the optimizer remembers of past slopes; None where nothing of the kind.
    """

    path: FloatArray
    heights: FloatArray
    slope: FloatArray
    downhill: FloatArray
    steepness: float = 1.0
    landing: tuple[FloatArray, float] | None = None
    minimum: tuple[FloatArray, float] | None = None
    cut: tuple[FloatArray, FloatArray] | None = None
    gaps: tuple[FloatArray, FloatArray] | None = None
    parts: StepParts | None = None
    squares: SquareMemory | None = None

    @property
    def point(self) -> FloatArray:
        """Where the run is, shape (2,)."""
        return np.asarray(self.path[-1], dtype=np.float64)

    @property
    def loss(self) -> float:
        """The recorded loss there."""
        return float(self.heights[-1])


def loss_share(losses: FloatArray, low: float, high: float) -> FloatArray:
    """Return how far up the colours each loss stands, from 0 at ``low`` to 1 at ``high`` and above; same shape.

    It is the square root of the share of the way, so that equal steps of colour are equal ways in a round bowl.
    """
    with np.errstate(all="ignore"):
        share = np.sqrt(np.clip((losses - low) / max(high - low, np.finfo(float).tiny), 0.0, 1.0))
    return np.asarray(np.where(np.isnan(share), 1.0, share), dtype=np.float64)


def loss_colours(losses: FloatArray, low: float, high: float) -> NDArray[np.uint8]:
    """Return viridis colours, RGBA, for losses from ``low`` to ``high``; shape (…) to (…, 4)."""
    table = np.asarray(pg.colormap.get("viridis").getLookupTable(nPts=_COLOURS, alpha=True), dtype=np.uint8)
    return np.asarray(table[np.round(loss_share(losses, low, high) * (_COLOURS - 1)).astype(np.intp)], dtype=np.uint8)


def make_ground(a: FloatArray, b: FloatArray, losses: FloatArray, lowest: float | None = None) -> Ground:
    """Return the ground for these losses, with its isolines. Any thread.

    Args:
        a: Shape (m,).
        b: Shape (n,).
        losses: Shape (n, m).
        lowest: The smallest loss in the rectangle where it is known better than by the grid.
    """
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return Ground(a, b, losses, 0.0, 1.0, ())
    low = min(float(finite.min()), np.inf if lowest is None else lowest)
    high = float(finite.max())
    levels = low + (high - low) * (np.arange(1, _LEVELS + 1) / (_LEVELS + 1)) ** 2
    return Ground(a, b, losses, low, high, isolines(a, b, losses, levels))


def isolines(
    a: FloatArray, b: FloatArray, losses: FloatArray, levels: Sequence[float] | FloatArray
) -> tuple[Isoline, ...]:
    """Return where ``losses``, shape (n, m) over ``b`` and ``a``, have each of ``levels``."""
    known = np.ma.masked_invalid(losses)
    lines = contour_generator(a, b, known, line_type=LineType.Separate).multi_lines(list(levels))
    return tuple(
        Isoline(float(level), tuple(np.asarray(piece, dtype=np.float64) for piece in pieces))
        for level, pieces in zip(levels, lines, strict=True)
    )
