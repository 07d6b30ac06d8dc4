"""Draws the loss over a plane of weight space, and the run on it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

import numpy as np

from gdexplorer.app.landscape_job import (
    FAR,
    Landscape,
    LandscapeRequest,
    Stage,
    path_coordinates,
    ranges_for,
    stages,
    surveying,
    thinned,
    with_equal_units,
)
from gdexplorer.app.memory_pictures import Pending
from gdexplorer.app.session import Session
from gdexplorer.app.turning import Turn, can_turn, turning
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.diagnosis import is_flat
from gdexplorer.core.numerals import compact, counted
from gdexplorer.core.problem import Problem
from gdexplorer.core.section import Section, weight_section
from gdexplorer.engine.worker import Result
from gdexplorer.ui.ground import Ground, Walk
from gdexplorer.ui.landscape_card import LandscapeCard
from gdexplorer.ui.landscape_choice import LandscapeChoice, View
from gdexplorer.ui.plot import GrowingRange

LANDSCAPE, TURNING = "landscape", "turning"
_VISIBLE = 0.002
_SURFACE_S = 0.12  # a surface, which takes long to draw, follows edits of rows so often
_TURNING_S = 0.5  # a plane that turns with the path is computed anew so often while the run is live


@dataclass(frozen=True)
class _Key:
    """What a picture depends on; equal keys, equal pictures."""

    problem: int
    family: int
    choice: tuple[object, ...]
    ranges: tuple[tuple[float, float], ...] | None
    held: bytes


@dataclass(frozen=True)
class _Asked:
    """What was asked of the worker last: for which key, how fine, under which number, and when."""

    key: _Key
    stage: Stage
    number: int
    at_s: float


class PlanePresenter:
    """Keeps the computed plane of a :class:`LandscapeCard` up to date. Main thread only.

    Attributes:
        landscape: What was computed last, or None.
        refusal: Why there is no such plane; empty where there is one.
        is_waiting: Whether a ground is due that was not asked for yet, lest too many be drawn.

    Args:
        session: What is drawn.
        card: Where.
    """

    def __init__(self, session: Session, card: LandscapeCard) -> None:
        self._session = session
        self._card = card
        self._choice = LandscapeChoice()
        self._a, self._b = GrowingRange(), GrowingRange()
        self._base: tuple[FloatArray, FloatArray] | None = None
        self.landscape: Landscape | None = None
        self.refusal = ""
        self._shown: _Key | None = None
        self._asked: _Asked | None = None
        self._family = -1
        self._drawn: tuple[int, Section] | None = None
        self._turns: deque[Turn] = deque()
        self.is_waiting = False

    def reset(self, choice: LandscapeChoice) -> None:
        """Look at the plane of ``choice``, in ranges that suit it. What is drawn stays, dimmed, until it is there."""
        self._give_up()
        self._choice = choice
        self._a.reset()
        self._b.reset()
        self._base = None
        if choice.view is View.PAIR:
            problem = self._session.problem
            section = weight_section(problem, self._session.state.weights, choice.pair, original=choice.is_original)
            path, _ = self._places(problem)
            ranges = ranges_for(problem, section, path)
            if not choice.is_original:
                ranges = with_equal_units(ranges, self._card.contour.shape)
            (left, right), (bottom, top) = ranges
            self._base = np.array([left, bottom]), np.array([right, top])
            self._a.include(left, right, exact=True)
            self._b.include(bottom, top, exact=True)

    def follow_edits(self) -> None:
        """Go on in the same ranges after rows were edited, with room for the minimum where it is now."""
        problem, choice = self._session.problem, self._choice
        if self._base is not None:
            exact = problem.least_squares.weights
            self._include((problem.original_weights(exact) if choice.is_original else exact)[list(choice.pair)])

    def leave(self) -> None:
        """Keep nothing and ask for nothing: no plane is looked at."""
        self._give_up()
        self.landscape = self._drawn = None

    def _give_up(self) -> None:
        self.refusal = ""
        self._asked = self._shown = None
        self._turns.clear()
        for kind in (LANDSCAPE, TURNING):
            self._session.workers.views.cancel(kind)

    @property
    def is_turning(self) -> bool:
        """Whether there are pictures to be shown on the way from one scaling to another."""
        return bool(self._turns)

    def draw(self, pending: Pending) -> None:
        """Draw the present state and the ``pending`` step; ask for a new ground where the drawn one does not fit."""
        if self._turns:
            self._show_turn(self._turns.popleft())
            return
        if self._choice.view is View.PAIR:
            self._follow()
        key = self._key()
        self._ask(key)
        if self._session.workers.views.is_busy(TURNING):
            return
        drawn = self.landscape
        is_ours = drawn is not None and self.is_current and not self.refusal
        if is_ours and drawn is not None:
            self._show_ground(drawn.ground, drawn.section, is_blank=False)
        if self.refusal:  # what is still seen, dimmed, belongs to other coordinates
            self._drawn = None
            self._card.set_numbers_blank(True)
        is_edited = self._shown is not None and self._shown.problem != key.problem  # it follows in a moment
        is_late = self._shown != key and not self._session.is_running and not is_edited
        self._card.set_dimmed(not is_ours or is_late)
        self._card.show_walk(self._walk(pending) if is_ours else None)

    def take(self, result: Result) -> None:
        """Use what the worker computed, if it is what was asked last."""
        if result.kind == TURNING:
            self._turns.extend(result.value)
            return
        asked = self._asked
        if asked is None or asked.number != result.number:
            return
        self._shown = asked.key
        if isinstance(result.value, str):
            self.refusal = result.value
            return
        self.refusal = ""
        before, self.landscape, self._family = self.landscape, result.value, asked.key.family
        if before is not None and can_turn(before.request, result.value.request):
            self._session.workers.views.submit(TURNING, turning(before, result.value))
            self._session.clock.start()
            return
        later = [each for each in stages(self._session.problem) if each.points > asked.stage.points]
        if later and asked.key == self._key():
            self._submit(asked.key, later[0])

    @property
    def is_current(self) -> bool:
        """Whether the drawn plane is one of the present problem and choice."""
        drawn = self.landscape
        return (
            drawn is not None
            and self._family == self._session.family
            and _kind(drawn.request.choice) == _kind(self._choice)
        )

    def place(self, a: float, b: float) -> FloatArray | None:
        """Return the scaled weights at coordinates of what is drawn; None where it is not of the present problem."""
        if self._drawn is None or self._drawn[0] != self._session.family:
            return None
        return self._drawn[1].weights(np.array([a, b]))

    def caption(self) -> str:
        """Return one line about what is seen and what is left out."""
        if self.refusal:
            return self.refusal
        drawn = self.landscape
        if drawn is None or not self.is_current:
            return ""
        return " ".join(filter(None, (self._story(drawn), _sampling(drawn))))

    def _story(self, drawn: Landscape) -> str:
        left_out = self._session.problem.weight_count - 2
        if drawn.share is not None:
            return f"The plane shows {100 * drawn.share:.1f} % of the path’s movement. {_gap_sentence(drawn)}".rstrip()
        if drawn.curvatures is not None:
            steepest, flattest = (compact(curvature, 3) for curvature in drawn.curvatures)
            return (
                f"Curvature {steepest} along the steepest direction, {flattest} along the flattest; "
                f"{counted(left_out, 'more directions')} left out."
            )
        if left_out:
            return f"{counted(left_out, 'other weights')} held where the run is now; on its way it was off this plane."
        cut = (
            " Cut along the dashed line, where w₂ is 0 in original units, it is the earlier curve."
            if drawn.cut is not None
            else ""
        )
        return f"Two weights make a surface.{cut}"

    def _places(self, problem: Problem) -> tuple[FloatArray, FloatArray]:
        """Return where the run has been in the chosen plane, shape (n, 2), and the losses there, shape (n,).

        It ends where the run is now, which after many steps is not among the records.
        """
        history, state = self._session.history, self._session.state
        chosen = thinned(len(history))
        weights, losses = history.weights[chosen], history.losses[chosen]
        if history.steps[-1] != state.step:
            weights, losses = np.vstack([weights, state.weights]), np.append(losses, state.loss)
        section = self.landscape.section if self.landscape is not None else None
        if self._choice.view is View.PAIR:
            section = weight_section(problem, weights[-1], self._choice.pair, original=self._choice.is_original)
        assert section is not None
        return path_coordinates(weights, problem, self._choice, section), losses

    def _follow(self) -> None:
        """Let the ranges follow the run, but not into the far reaches of a diverging one."""
        if self._base is None:
            return
        state, problem = self._session.state, self._session.problem
        weights = problem.original_weights(state.weights) if self._choice.is_original else state.weights
        self._include(weights[list(self._choice.pair)])

    def _include(self, point: FloatArray) -> None:
        """Let the ranges hold a point, unless it is far away."""
        assert self._base is not None
        low, high = self._base
        middle, reach = (low + high) / 2, (high - low) / 2
        if bool((np.abs(point - middle) < FAR * reach).all()):
            for grown, at in zip((self._a, self._b), point, strict=True):
                grown.include(float(at), float(at))

    def _key(self) -> _Key:
        choice, problem, state = self._choice, self._session.problem, self._session.state
        held, ranges = b"", None
        if choice.view is View.PAIR:
            ranges = self._a.bounds, self._b.bounds
            held = np.delete(state.weights, choice.pair).tobytes()
        elif choice.view is View.PATH:
            held = state.step.to_bytes(8, "little")
        else:
            held = state.weights.tobytes()
        return _Key(id(problem), self._session.family, _kind(choice), ranges, held)

    def _ask(self, key: _Key) -> None:
        """Ask for a ground, one after the other while a run is live; what is under way for other data is given up."""
        asked, self.is_waiting = self._asked, False
        if key == self._shown or (asked is not None and asked.key == key):
            return
        coarsest = stages(self._session.problem)[0]
        if asked is not None and (asked.key.family, asked.key.choice) == (key.family, key.choice):
            is_moving = self._session.is_running or asked.key.problem != key.problem
            if is_moving and asked.stage == coarsest and self._session.workers.views.is_busy(LANDSCAPE):
                return
            since_s = time.perf_counter() - asked.at_s
            if asked.key.problem != key.problem and since_s < _SURFACE_S and self._card.surface is not None:
                self.is_waiting = True
                return
            is_young = since_s < _TURNING_S
            is_path = self._session.is_running and self._choice.view is View.PATH
            if is_path and asked.key.problem == key.problem and (is_young or not self._has_moved()):
                return
        self._submit(key, coarsest)

    def _has_moved(self) -> bool:
        """Whether the run has gone a visible way since the ground was asked for."""
        drawn = self.landscape
        if drawn is None:
            return True
        ground, request = drawn.ground, drawn.request
        places = drawn.section.coordinates(np.stack([request.weights, self._session.state.weights]))
        spans = np.array([ground.a[-1] - ground.a[0], ground.b[-1] - ground.b[0]])
        return bool((np.abs(places[1] - places[0]) > _VISIBLE * spans).any())

    def _submit(self, key: _Key, stage: Stage) -> None:
        session = self._session
        is_path = self._choice.view is View.PATH
        chosen = np.arange(len(session.history)) if is_path else thinned(len(session.history))
        ranges = key.ranges
        if self._choice.view is not View.PAIR and self.is_current and self._shown is not None:
            ranges = self._held_ranges()
        request = LandscapeRequest(
            session.problem,
            self._choice,
            session.state.weights,
            session.history.weights[chosen],
            session.history.losses[chosen],
            (ranges[0], ranges[1]) if ranges is not None else None,
            stage,
            self._card.contour.shape,
        )
        number = session.workers.views.submit(LANDSCAPE, surveying(request))
        self._asked = _Asked(key, stage, number, time.perf_counter())
        session.clock.start()

    def _held_ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Return the ranges drawn, as long as all of a live run is inside: a live picture does not jump."""
        is_edited = self._shown is not None and self._shown.problem != id(self._session.problem)
        if self.landscape is None or not (self._session.is_running or is_edited):
            return None
        ground = self.landscape.ground
        path, _ = self._places(self._session.problem)
        low, high = np.array([ground.a[0], ground.b[0]]), np.array([ground.a[-1], ground.b[-1]])
        is_inside = bool(((path >= low) & (path <= high)).all())
        ranges = (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
        return ranges if is_inside else None

    def _slopes(self, section: Section) -> tuple[FloatArray, FloatArray, float]:
        """Return the loss's slope along the coordinates, which way descent goes, and how steep it is (see ``Walk``)."""
        state, scaling = self._session.state, self._session.problem.scaling
        if is_flat(state):
            return np.zeros(2), np.zeros(2), 0.0
        with np.errstate(all="ignore"):
            slope = section.directions @ state.gradient
            steepness = min(float(np.sqrt(state.gradient_norm / state.start_norm)), 1.0) if state.start_norm else 0.0
            if _kind(self._choice)[-1]:
                return slope, -scaling.direction_to_original(state.gradient)[list(self._choice.pair)], steepness
            return slope, section.coordinates(section.origin - state.gradient), steepness

    def _show_turn(self, turn: Turn) -> None:
        """Draw a picture on the way; its coordinates are no weights, so the axes are silent."""
        state = self._session.state
        path = turn.section.coordinates(self._session.history.weights[-1:])
        self._show_ground(turn.ground, turn.section, is_blank=True)
        self._card.set_dimmed(False)
        arrows = self._slopes(turn.section)
        self._card.show_walk(Walk(path, np.array([state.loss]), *arrows, minimum=turn.minimum))

    def _show_ground(self, ground: Ground, section: Section, *, is_blank: bool) -> None:
        self._drawn = self._session.family, section
        self._card.set_numbers_blank(is_blank)
        self._card.show_ground(ground)

    def _walk(self, pending: Pending) -> Walk | None:
        drawn = self.landscape
        if drawn is None:
            return None
        problem = self._session.problem
        path, heights = self._places(problem)

        def place(weights: FloatArray) -> FloatArray:
            return np.asarray(path_coordinates(weights[None, :], problem, self._choice, drawn.section)[0])

        end = None if pending.arrows is None else (place(pending.arrows.landing), pending.arrows.loss)
        slopes, parts = self._slopes(drawn.section), pending.parts(place)
        return Walk(path, heights, *slopes, end, drawn.minimum, drawn.cut, drawn.gaps, parts, pending.squares)


def _kind(choice: LandscapeChoice) -> tuple[object, ...]:
    """Return what of a choice decides which plane it is."""
    is_pair = choice.view is View.PAIR
    return choice.view, choice.pair if is_pair else None, choice.is_original and is_pair


def _gap_sentence(drawn: Landscape) -> str:
    """Say how far the path's losses are from the plane's; nothing before they are computed."""
    gaps = np.empty(0) if drawn.gaps is None else drawn.gaps[1][np.isfinite(drawn.gaps[1])]
    if not gaps.size:
        return ""
    furthest = float(gaps[np.argmax(np.abs(gaps))])
    side = "above" if furthest >= 0 else "below"
    return f"Rings: where the run was, the loss is up to {compact(abs(furthest), 3)} {side} it."


def _sampling(drawn: Landscape) -> str:
    sampled, rows = drawn.request.stage.sampled, drawn.request.problem.row_count
    if sampled and sampled < rows:
        return f"From a random sample of {sampled:,} of {rows:,} rows so far."
    return ""
