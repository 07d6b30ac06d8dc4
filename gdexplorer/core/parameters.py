"""Named numbers that a loss or an optimizer takes besides the learning rate."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import compact, exact


@dataclass(frozen=True)
class Parameter:
    """One named number with its range.

    Attributes:
        name: As written in code and on the command line (``beta1``).
        symbol: As in formulas (``β₁``).
        meaning: A few plain words.
        default: The usual value.
        low: Smallest value.
        high: Largest value.
        low_included: Whether ``low`` itself is allowed.
        high_included: Whether ``high`` itself is allowed.
    """

    name: str
    symbol: str
    meaning: str
    default: float
    low: float
    high: float
    low_included: bool = True
    high_included: bool = False

    def allows(self, value: float) -> bool:
        """Whether ``value`` lies in the range."""
        above = value >= self.low if self.low_included else value > self.low
        below = value <= self.high if self.high_included else value < self.high
        return math.isfinite(value) and above and below

    @property
    def range_text(self) -> str:
        """The range in words: ``at least 0 and below 1``."""
        low = f"at least {exact(self.low)}" if self.low_included else f"above {exact(self.low)}"
        if math.isinf(self.high):
            return low
        return f"{low} and {'at most' if self.high_included else 'below'} {exact(self.high)}"

    def check(self, value: float) -> None:
        """Raise InputError unless ``value`` lies in the range."""
        if not self.allows(value):
            raise InputError(f"{self.name} must be {self.range_text}, not {compact(value)}.")
