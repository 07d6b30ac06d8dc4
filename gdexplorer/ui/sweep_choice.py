"""What a sweep is to try and what of it is shown, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gdexplorer.core.sweep import SweepKind


class Measure(StrEnum):
    """What is drawn of each run."""

    STEPS = "steps"
    LOSS = "loss"


@dataclass(frozen=True)
class SweepChoice:
    """The user's choice.

    Attributes:
        kind: What differs from run to run.
        measure: What is drawn.
        steps: That each run may take.
        between: Smallest and largest learning rate; None for those that suit the data.
        from_here: Whether runs begin where the weights are, instead of at the start.
    """

    kind: SweepKind = SweepKind.RATES
    measure: Measure = Measure.STEPS
    steps: int = 1000
    between: tuple[float, float] | None = None
    from_here: bool = False
