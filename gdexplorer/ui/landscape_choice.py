"""What part of the landscape is looked at, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class View(StrEnum):
    """Which piece of weight space is shown."""

    CURVES = "curves"
    PAIR = "pair"
    PATH = "path"
    HESSIAN = "hessian"

    @property
    def is_plane(self) -> bool:
        """Whether it has two coordinates."""
        return self is not View.CURVES

    @property
    def has_units(self) -> bool:
        """Whether its coordinates are weights, which can be read in original units."""
        return self in (View.CURVES, View.PAIR)


class Drawing(StrEnum):
    """How a plane is drawn."""

    CONTOUR = "contour"
    SURFACE = "surface"
    BOTH = "both"


@dataclass(frozen=True)
class LandscapeChoice:
    """What the user looks at.

    Attributes:
        view: Which piece of weight space.
        pair: The two weights of a pair, counted from 0.
        drawing: How planes are drawn.
        is_original: Whether weights are read in original units.
        page: Which of several pages of curves.
    """

    view: View = View.PAIR
    pair: tuple[int, int] = (0, 1)
    drawing: Drawing = Drawing.BOTH
    is_original: bool = False
    page: int = 0


def views_for(weight_count: int) -> tuple[tuple[View, str, str], ...]:
    """Return the views that so many weights have, each with its title and what it shows."""
    curves = (View.CURVES, "Each weight", "The loss along each weight, the others held where they are.")
    if weight_count == 1:
        return (curves,)
    if weight_count == 2:
        return ((View.PAIR, "Both weights", "The loss over both weights: all of it."), curves)
    return (
        curves,
        (View.PAIR, "Two weights", "The loss over any two weights, the others held where they are."),
        (View.PATH, "Path plane", "The plane of the two main directions of the path."),
        (View.HESSIAN, "Steepest and flattest", "The plane of the steepest and the flattest direction."),
    )


def fitting(choice: LandscapeChoice, weight_count: int, before: int) -> LandscapeChoice:
    """Return ``choice`` made to fit so many weights; with ``before`` weights it was made.

    Two weights are shown as a surface, more of them as curves first, since only that shows all of them.
    """
    views = [view for view, _, _ in views_for(weight_count)]
    kept = choice.view in views and min(weight_count, 3) == min(before, 3)
    pair = choice.pair if max(choice.pair) < weight_count else (0, 1)
    return LandscapeChoice(choice.view if kept else views[0], pair, choice.drawing, choice.is_original, 0)
