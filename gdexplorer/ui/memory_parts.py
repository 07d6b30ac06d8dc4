"""What views draw of an optimizer's memory: the parts of the next step, and the squares of past slopes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gdexplorer.core.numerals import compact
from gdexplorer.ui.axes import FloatArray


class Part(StrEnum):
    """What of the memory can be shown or hidden, by the word on its switch."""

    SLOPE = "slope"
    VELOCITY = "velocity"
    SQUARES = "squares"


@dataclass(frozen=True, eq=False)
class StepParts:
    """The parts of the next step as places in the coordinates of a picture, each of shape (d,).

    Attributes:
        slope: Where −ηg leads from the point.
        velocity: Where the velocity's arrow begins and ends; None where there is no velocity.
        adds_up: Whether both parts together are the step; else each begins at the point.
        is_named: Whether names stand beside the arrows: an eye has to be able to follow them.
    """

    slope: FloatArray
    velocity: tuple[FloatArray, FloatArray] | None
    adds_up: bool
    is_named: bool = True

    def along(self, index: int) -> StepParts:
        """Return one coordinate of all places; each of shape (1,) then."""
        velocity = None
        if self.velocity is not None:
            velocity = self.velocity[0][[index]], self.velocity[1][[index]]
        return StepParts(self.slope[[index]], velocity, self.adds_up, self.is_named)


@dataclass(frozen=True, eq=False)
class SquareMemory:
    """What an optimizer remembers of the squares of past slopes.

    Attributes:
        symbol: As in its formula.
        meaning: A few plain words.
        values: For each weight, shape (K,).
        full: The value that fills a whole cell, the same for all weights.
        indices: The weights that have a square where all are drawn together, counted from 0.
    """

    symbol: str
    meaning: str
    values: FloatArray
    full: float
    indices: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """What the squares are, and how large they are drawn."""
        return f"Squares: {self.symbol}, {self.meaning}; {self.scale_text}."

    @property
    def scale_text(self) -> str:
        """How large the squares are drawn."""
        return f"full square = {compact(self.full)}" if self.full > 0 else "no slopes seen yet"


class SquareScale:
    """Finds a round value that fills a cell: grows with what it is shown, and never shrinks by itself."""

    def __init__(self) -> None:
        self._full = 0.0

    def reset(self) -> None:
        """Forget everything seen."""
        self._full = 0.0

    def include(self, values: FloatArray) -> float:
        """Take in ``values`` and return what fills a cell: 1, 2 or 5 times a power of ten; 0 before there is any."""
        finite = values[np.isfinite(values)]
        most = float(finite.max()) if finite.size else 0.0
        if most > self._full:
            self._full = _round_above(most)
        return self._full


def _round_above(value: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least ``value``."""
    exponent = math.floor(math.log10(value))
    return next((rounded for lead in (1, 2, 5, 10) if (rounded := _decimal(lead, exponent)) >= value), math.inf)


def _decimal(lead: int, exponent: int) -> float:
    return float(f"{lead}e{exponent}")


def legend(parts: StepParts | None) -> Sequence[str]:
    """Return what the arrows of the next step mean, line by line; ``parts`` is None where there is one arrow."""
    if parts is None:
        return ("Thick arrow: the next step, to the dotted ball",)
    lines = ["Thick red arrow: the part of the slope, −ηg"]
    if not parts.adds_up:
        lines = ["Thick red arrow: where the slope alone leads at this learning rate, −ηg"]
    if parts.velocity is not None:
        word = "the part of the velocity" if parts.adds_up else "where the memory alone leads, on flat ground"
        lines.append(f"Dashed arrow: {word}")
    if parts.adds_up:
        lines.append("Arrow to the dotted ball: the next step, both parts together")
    else:
        lines.append("Arrow to the dotted ball: the next step. The arrows do not add up: past slopes measure it")
    return lines
