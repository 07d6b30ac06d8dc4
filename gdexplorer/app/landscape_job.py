"""The work behind a drawn plane: which section of weight space, how far it is shown, and the loss over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.curvature import hessian_directions
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.landscape import Rows, compile_landscape, losses_at, sample_rows, section_losses, section_minimum
from gdexplorer.core.problem import Problem
from gdexplorer.core.projection import path_plane, plane_gaps
from gdexplorer.core.section import Section, weight_section
from gdexplorer.engine.parallel import cores, in_parallel
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.ground import Ground, make_ground
from gdexplorer.ui.landscape_choice import LandscapeChoice, View

#: Points along each coordinate of the finest picture.
FINE = 200
_COARSE, _MIDDLE = 25, 80
#: Rows of a table that are read at once; of a larger one a random sample of so many comes first.
MOST_AT_ONCE = 20_000
_CUT_POINTS = 201
_MOST_PLACES = 1500
#: Evaluations of a residual that are worth waiting for at once: some tenth of a second.
_QUICK = 40_000_000
_MARGIN = 1.12
#: How many natural ranges away from its middle a run is followed; one that goes further has left the picture.
FAR = 3.0
_STRETCHED = 12.0
_FLAT = 1e-12  # curvature, against the steepest, that counts as none
_ALIKE = 8.0  # a bowl that is at most so many times as long as wide is drawn as round or as long as it is


@dataclass(frozen=True)
class Stage:
    """How fine a picture is, and on how many rows it is computed.

    Attributes:
        points: Along each coordinate.
        sampled: Rows of a random sample; 0 for all rows.
    """

    points: int
    sampled: int = 0


def stages(problem: Problem) -> tuple[Stage, ...]:
    """Return the pictures to be computed one after the other: a coarse one at once, the last one on all rows."""
    if problem.is_quadratic:
        return (Stage(FINE),)
    rows = problem.row_count
    if rows * _COARSE**2 <= _QUICK // 2:
        return Stage(_COARSE), Stage(FINE)
    return Stage(_COARSE, MOST_AT_ONCE), Stage(_MIDDLE, MOST_AT_ONCE), Stage(FINE)


@dataclass(frozen=True, eq=False)
class LandscapeRequest:
    """All that a picture of a plane follows from; captured on the main thread, worked on elsewhere.

    Attributes:
        problem: Whose loss.
        choice: Which plane.
        weights: The point that it goes through, scaled, shape (K,).
        path: Recorded weights, shape (n, K), oldest first.
        heights: Recorded losses, shape (n,).
        ranges: Of both coordinates; None where they are to follow from the plane.
        shape: Width by height of the picture, for units that are equally long both ways.
        stage: How fine.
    """

    problem: Problem
    choice: LandscapeChoice
    weights: FloatArray
    path: FloatArray
    heights: FloatArray
    ranges: tuple[tuple[float, float], tuple[float, float]] | None
    stage: Stage
    shape: float = 1.0


@dataclass(frozen=True, eq=False)
class Landscape:
    """A plane and the loss over it.

    Attributes:
        request: What it was computed for.
        section: The plane.
        ground: The loss over it.
        minimum: Coordinates and loss of its lowest point, where known exactly.
        cut: Coordinates, shape (n, 2), and losses of the models whose second of two weights is 0 in original units.
        share: Of the movement of the path that the plane shows; None where all of it.
        curvatures: Along the steepest and the flattest direction; None for other planes.
        gaps: Of the path to its plane: places, shape (n, 2), and recorded loss minus the plane's, shape (n,).
    """

    request: LandscapeRequest
    section: Section
    ground: Ground
    minimum: tuple[FloatArray, float] | None
    cut: tuple[FloatArray, FloatArray] | None = None
    share: float | None = None
    curvatures: tuple[float, float] | None = None
    gaps: tuple[FloatArray, FloatArray] | None = None


def surveying(request: LandscapeRequest) -> Callable[[Ticket], Landscape | str]:
    """Make the job that computes a landscape, or a sentence that says why there is no such plane."""

    def job(ticket: Ticket) -> Landscape | str:
        problem, choice = request.problem, request.choice
        share, curvatures, gaps = None, None, None
        if choice.view is View.PATH:
            plane = path_plane(request.path)
            if plane is None:
                return "The path has no plane yet: it takes steps in two directions to span one. Press Run."
            section, share = _anchored(problem, plane.section), plane.share
            if request.stage == stages(problem)[-1]:
                gaps = _gaps(request, section, ticket)
        elif choice.view is View.HESSIAN:
            found = hessian_directions(problem, request.weights, ticket.flag)
            if found is None:
                return _no_curvature(problem)
            section = _anchored(problem, found.section)
            curvatures = found.steepest, found.flattest
        else:
            section = weight_section(problem, request.weights, choice.pair, original=choice.is_original)
        path = path_coordinates(request.path, problem, choice, section)
        ranges = request.ranges or with_equal_units(ranges_for(problem, section, path), request.shape)
        a, b = (np.linspace(*bounds, request.stage.points) for bounds in ranges)
        rows = sample_rows(problem, request.stage.sampled) if request.stage.sampled else None
        losses = grid_losses(problem, section, (a, b), ticket, rows)
        lowest = section_minimum(problem, section)
        inside = lowest is not None and all(
            low <= at <= high for at, (low, high) in zip(lowest[0], ranges, strict=True)
        )
        ground = make_ground(a, b, losses, lowest[1] if lowest is not None and inside else None)
        has_cut = problem.weight_count == 2 and choice.view is View.PAIR
        cut = cut_line(problem, section, ranges, ticket, rows) if has_cut else None
        return Landscape(request, section, ground, lowest, cut, share, curvatures, gaps)

    return job


def path_coordinates(weights: FloatArray, problem: Problem, choice: LandscapeChoice, section: Section) -> FloatArray:
    """Return where ``weights``, shape (n, K), are drawn, shape (n, 2): as those two, or by their feet on the plane."""
    if choice.view is not View.PAIR:
        return section.coordinates(weights)
    if choice.is_original:
        weights = problem.original_weights(weights)
    return weights[:, list(choice.pair)]


def grid_losses(
    problem: Problem, section: Section, axes: tuple[FloatArray, FloatArray], ticket: Ticket, rows: Rows | None = None
) -> FloatArray:
    """Compute the loss on a grid, on all cores where it takes the rows; shape (len(axes[1]), len(axes[0]))."""
    a, b = axes
    if problem.is_quadratic:
        return section_losses(problem, section, axes)
    if len(a) <= _COARSE:  # quick as it is; and the first call compiles, which one thread should do
        return section_losses(problem, section, axes, ticket.flag, rows)
    losses = np.empty((len(b), len(a)))
    parts = np.array_split(np.arange(len(b)), cores())

    def fill(part: NDArray[np.intp]) -> None:
        losses[part] = section_losses(problem, section, (a, b[part]), ticket.flag, rows)

    in_parallel([partial(fill, part) for part in parts if len(part)])
    return losses


def cut_line(
    problem: Problem,
    section: Section,
    ranges: Sequence[tuple[float, float]],
    ticket: Ticket,
    rows: Rows | None = None,
) -> tuple[FloatArray, FloatArray] | None:
    """Return the models whose second weight is 0 in original units, as far as in the picture, and their losses."""
    nothing = problem.scaling.to_scaled(np.zeros(2))
    line = weight_section(problem, nothing, [0], original=True)
    origin = section.coordinates(line.origin)
    way = section.coordinates(line.origin + line.directions[0]) - origin
    reach = _within(origin, way, ranges)
    if reach is None:
        return None
    along = np.linspace(*reach, _CUT_POINTS)
    losses = section_losses(problem, line, (along,), ticket.flag, rows)
    return origin + along[:, None] * way, losses


def _within(origin: FloatArray, way: FloatArray, ranges: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Return between which multiples of ``way`` from ``origin`` a line is inside the rectangle (Liang, Barsky 1984)."""
    first, last = -np.inf, np.inf
    for at, step, (low, high) in zip(origin, way, ranges, strict=True):
        if step == 0:
            if not low <= at <= high:
                return None
            continue
        ends = sorted(((low - at) / step, (high - at) / step))
        first, last = max(first, ends[0]), min(last, ends[1])
    return (float(first), float(last)) if first < last else None


def ranges_for(problem: Problem, section: Section, path: FloatArray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return how far a plane is worth a look along its two coordinates: the bowl as high up as the run began.

    The squared error's curvature over the same columns gives the shape for every loss.
    """
    exact = problem.least_squares
    with np.errstate(all="ignore"):
        centre = section.coordinates(exact.weights)
        lowest = section_minimum(problem, section)
        if lowest is not None:
            centre = lowest[0]
        curvature = section.directions @ exact.H @ section.directions.T
        away = path[0] - centre
        rise = max(0.5 * float(away @ curvature @ away), 0.05 * problem.target_power)
        bends = np.diag(curvature).copy()
        bends[~(bends > _FLAT * bends.max())] = np.nan
        natural = np.sqrt(2.0 * rise / bends)
        spread = np.sqrt(2.0 * rise * np.diag(np.linalg.pinv(curvature, hermitian=True)))
        reach = np.where(np.isfinite(spread) & (spread < _STRETCHED * natural), spread, natural)
    known = reach[np.isfinite(reach) & (reach > 0)]
    fallback = np.maximum(np.abs(away), known.max() if known.size else 1.0)
    reach = np.where(np.isfinite(reach) & (reach > 0), reach, fallback)
    centre = np.where(np.isfinite(centre), centre, path[0])
    inside = np.isfinite(path).all(axis=1) & (np.abs(path - centre) < FAR * reach).all(axis=1)
    kept = path[inside] if inside.any() else path[:1]
    low = np.minimum(centre - _MARGIN * reach, kept.min(axis=0) - 0.08 * reach)
    high = np.maximum(centre + _MARGIN * reach, kept.max(axis=0) + 0.08 * reach)
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def with_equal_units(
    ranges: tuple[tuple[float, float], tuple[float, float]], shape: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges widened until a unit is as long across as up, unless one side would take up hardly any room.

    Args:
        ranges: Of both coordinates.
        shape: Width by height of the picture.
    """
    (left, right), (bottom, top) = ranges
    across, up = (right - left) / shape, top - bottom
    unit = max(across, up)
    if not 1 / _ALIKE <= across / up <= _ALIKE:
        return ranges
    more_across, more_up = (unit * shape - (right - left)) / 2, (unit - up) / 2
    return (left - more_across, right + more_across), (bottom - more_up, top + more_up)


def _anchored(problem: Problem, section: Section) -> Section:
    """Return the same plane with its coordinates measured from the least-squares weights, so that they stay put."""
    anchor = section.coordinates(problem.least_squares.weights)
    return Section(section.weights(anchor), section.directions)


def _gaps(request: LandscapeRequest, section: Section, ticket: Ticket) -> tuple[FloatArray, FloatArray]:
    """Return places on the path and how far the recorded losses there are from the plane's.

    At all places that are drawn, unless each of them takes many rows.
    """
    chosen = thinned(len(request.path))
    if not request.problem.is_quadratic:
        most = max(20, _QUICK // request.problem.row_count)
        chosen = chosen[np.linspace(0, len(chosen) - 1, min(len(chosen), most)).astype(np.intp)]
    path, heights = request.path[chosen], request.heights[chosen]
    return section.coordinates(path), plane_gaps(request.problem, section, path, heights, ticket.flag)


def _no_curvature(problem: Problem) -> str:
    if problem.loss.second_derivative is None:
        return "The absolute error has a kink at every row and no curvature; choose another loss for this view."
    return "The curvature is too large for a floating-point number here; reset, or scale the columns."


def thinned(count: int) -> NDArray[np.intp]:
    """Return which of ``count`` records are drawn: the first ones, where most happens, then evenly chosen ones."""
    half = _MOST_PLACES // 2
    if count <= _MOST_PLACES:
        return np.arange(count)
    rest = np.linspace(half, count - 1, _MOST_PLACES - half).astype(np.intp)
    return np.concatenate([np.arange(half), rest])


def reading(problem: Problem, weights: FloatArray) -> Callable[[Ticket], float]:
    """Make the job that computes the loss at ``weights``, shape (K,)."""

    def job(ticket: Ticket) -> float:
        return float(losses_at(problem, weights[None, :], ticket.flag)[0])

    return job


def compiling_landscape(_ticket: Ticket) -> None:
    """Compile what computes the landscapes of losses that read the rows; a job."""
    compile_landscape()
