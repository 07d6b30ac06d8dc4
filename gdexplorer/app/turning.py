"""Turns the picture of two weights into that of another scaling before the eyes: the valley becomes the bowl.

On the way the plane is looked at through parallelograms between the old picture's and the new one's; each of these
pictures is computed, none is blended from others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdexplorer.app.landscape_job import Landscape, LandscapeRequest
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.landscape import section_losses, section_minimum
from gdexplorer.core.problem import Problem
from gdexplorer.core.scaling import ScalingMap
from gdexplorer.core.section import Section
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.ground import Ground, make_ground
from gdexplorer.ui.landscape_choice import View

_FRAMES = 20
_POINTS = 90


@dataclass(frozen=True, eq=False)
class Turn:
    """One picture on the way: its coordinates run from 0 to 1 along both sides of a parallelogram of weights."""

    section: Section
    ground: Ground
    minimum: tuple[FloatArray, float] | None


def can_turn(old: LandscapeRequest, new: LandscapeRequest) -> bool:
    """Whether both are pictures of the same models, differently scaled, for which every height is known at once."""
    before, after = old.problem, new.problem
    return (
        after.weight_count == 2
        and (before.dataset, before.target, before.terms) == (after.dataset, after.target, after.terms)
        and before.is_quadratic
        and after.is_quadratic
        and old.choice.view is new.choice.view is View.PAIR
        and not (old.choice.is_original or new.choice.is_original)
        and not _is_alike(before.scaling, after.scaling)
    )


def _is_alike(one: ScalingMap, other: ScalingMap) -> bool:
    return (
        np.array_equal(one.centres, other.centres)
        and np.array_equal(one.spreads, other.spreads)
        and (one.target_centre, one.target_spread) == (other.target_centre, other.target_spread)
    )


def turning(old: Landscape, new: Landscape) -> Callable[[Ticket], tuple[Turn, ...]]:
    """Make the job that computes the pictures between ``old`` and ``new``, both left out."""

    def job(ticket: Ticket) -> tuple[Turn, ...]:
        problem = new.request.problem
        first = _carried(_frame(old), old.request.problem, problem)
        last = _frame(new)
        turns = []
        along = np.linspace(0.0, 1.0, _POINTS)
        for share in np.linspace(0.0, 1.0, _FRAMES + 2)[1:-1]:
            if ticket.is_cancelled():
                break
            eased = share * share * (3.0 - 2.0 * share)
            corner, *sides = (1.0 - eased) * first + eased * last
            section = Section(corner, np.array(sides))
            lowest = section_minimum(problem, section)
            losses = section_losses(problem, section, (along, along))
            turns.append(Turn(section, make_ground(along, along, losses), lowest))
        return tuple(turns)

    return job


def _frame(landscape: Landscape) -> FloatArray:
    """Return the lower left corner of a picture and its two sides, as scaled weights; shape (3, 2)."""
    a, b = landscape.ground.a, landscape.ground.b
    corners = landscape.section.weights(np.array([[a[0], b[0]], [a[-1], b[0]], [a[0], b[-1]]]))
    return np.array([corners[0], corners[1] - corners[0], corners[2] - corners[0]])


def _carried(frame: FloatArray, before: Problem, after: Problem) -> FloatArray:
    """Return the same models' corner and sides in the scaling of ``after``."""
    corners = frame[0] + np.array([[0.0, 0.0], frame[1], frame[2]])
    carried = after.scaling.to_scaled(before.original_weights(corners))
    return np.array([carried[0], carried[1] - carried[0], carried[2] - carried[0]])
