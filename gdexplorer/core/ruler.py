"""What a learning rate does here: where it crawls, converges, zig-zags and diverges."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Zone(StrEnum):
    """What training does at the learning rates of a range."""

    CRAWLS = "crawls"
    CONVERGES = "converges"
    ZIGZAGS = "zig-zags"
    DIVERGES = "diverges"


@dataclass(frozen=True)
class Stretch:
    """A range of learning rates with one outcome.

    Attributes:
        low: Where it begins; 0 for the first, or the smallest rate that was tried.
        high: Where it ends; infinite for the last, or the largest rate that was tried.
        zone: What training does there.
    """

    low: float
    high: float
    zone: Zone


@dataclass(frozen=True)
class Ruler:
    """Everything about the learning rate that can be told before training.

    Attributes:
        stretches: Ascending, each beginning where the one before ends; empty where nothing is known.
        limit: The learning rate above which training diverges from where the ball is; None where there is none.
        limit_anywhere: For a loss whose curvature changes: below it training converges from wherever it starts.
        fastest: The best fixed learning rate; None where it is not known.
        best_pair: For momentum and Nesterov the best learning rate and momentum together; else None.
        equally_fast: For momentum, the lowest and the highest of the rates that are all as fast in the long run, where
            there is more than one.
        is_measured: Whether the stretches come from trial runs instead of a formula.
        reason: One sentence where something is not defined here, or holds only here; else empty.
    """

    stretches: tuple[Stretch, ...] = ()
    limit: float | None = None
    limit_anywhere: float | None = None
    fastest: float | None = None
    best_pair: tuple[float, float] | None = None
    equally_fast: tuple[float, float] | None = None
    is_measured: bool = False
    reason: str = ""

    def zone(self, learning_rate: float) -> Zone | None:
        """Return what training does at ``learning_rate``; None where that is not known."""
        return next((s.zone for s in self.stretches if s.low <= learning_rate < s.high), None)


#: Nothing is known.
NO_RULER = Ruler()
