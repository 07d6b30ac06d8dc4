"""Decides which part of the landscape is shown, and what pointing at it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from gdexplorer.app.curves_presenter import SLICES, CurvesPresenter
from gdexplorer.app.landscape_job import compiling_landscape, reading
from gdexplorer.app.look_ahead import PREVIEW, LookAhead
from gdexplorer.app.memory_pictures import Pending, offered_parts, square_memory, step_sentence
from gdexplorer.app.plane_presenter import LANDSCAPE, TURNING, PlanePresenter
from gdexplorer.app.session import Session
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.numerals import compact, rounded_to
from gdexplorer.core.problem import Problem
from gdexplorer.ui.curve_view import weight_name
from gdexplorer.ui.formula import term_text
from gdexplorer.ui.ground import Coordinate
from gdexplorer.ui.landscape_card import LandscapeCard
from gdexplorer.ui.landscape_choice import LandscapeChoice, View, fitting
from gdexplorer.ui.memory_parts import SquareScale

_READ, _COMPILE = "read", "compile"
_READ_WEIGHTS = 3
_FLAT = 1e12  # condition number from which on a direction counts as flat
_START_DIGITS = 5
_FRAME_MS = 25


class LandscapePresenter(QObject):
    """Draws the landscape card and turns drags and clicks on it into a new start."""

    def __init__(self, session: Session, card: LandscapeCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._card = card
        self._choice = card.choice()
        self._count = 0
        self.curves = CurvesPresenter(session, card.curves, self._label)
        self.plane = PlanePresenter(session, card)
        self.ahead = LookAhead(session)
        self._scale = SquareScale()
        self._squares_sentence = ""
        self._is_drawn = False
        self._reading = ""
        self._read_weights: FloatArray | None = None
        self._next_frame = QTimer(self)
        self._next_frame.setSingleShot(True)
        self._next_frame.setInterval(_FRAME_MS)
        self._next_frame.timeout.connect(self.draw)
        session.warmedUp.connect(self._on_session_warmed_up)
        card.choiceEdited.connect(self._on_card_choice_edited)
        card.startChosen.connect(self._on_plane_dropped)
        card.placeHovered.connect(self._on_plane_hovered)
        card.placeLeft.connect(self._on_left)
        card.contour.fitRequested.connect(self._on_fit_requested)
        card.contour.shapeChanged.connect(self._on_shape_changed)
        card.curves.dropped.connect(self._on_curve_dropped)
        card.curves.hovered.connect(self._on_curve_hovered)
        card.curves.left.connect(self._on_left)
        card.curves.fitRequested.connect(self._on_fit_requested)
        card.curves.capacityChanged.connect(self._on_capacity_changed)

    def show_problem(self) -> None:
        """Set up for a new problem: the choice stays where it still means something."""
        count = self._session.problem.weight_count
        self._choice = fitting(self._choice, count, self._count)
        self._count = count
        self.ahead.forget()
        self._forget_reading()
        self._show_choice()

    def show_edits(self) -> None:
        """Go on with what is seen after rows were edited; what takes time to compute follows."""
        self.ahead.forget()
        self._forget_reading()
        if self._choice.view is View.CURVES:
            self.curves.follow_edits()
        else:
            self.plane.follow_edits()

    @Slot()
    def draw(self) -> None:
        """Draw the present state."""
        self._is_drawn = True
        self.ahead.look()
        settings = self._session.store.settings
        self._card.offer_memory(offered_parts(settings.optimizer_entry))
        squares = square_memory(settings, self._session.state, self._choice, self._scale)
        self._squares_sentence = "" if squares is None else squares.sentence
        pending = Pending(self.ahead.arrows, squares, self.ahead.is_followed)
        if self._choice.view is View.CURVES:
            self.curves.draw(pending)
        else:
            is_turning = self.plane.is_turning
            self.plane.draw(pending)
            if is_turning or self.plane.is_waiting:
                self._next_frame.start()
        self._show_texts()

    def forget_ranges(self) -> None:
        """Let all ranges shrink to what there is with the next drawing."""
        self._scale.reset()
        if self._choice.view is View.CURVES:
            self.plane.leave()
            self.curves.reset(self._choice)
        else:
            self.curves.leave()
            self.plane.reset(self._choice)

    @Slot()
    def _on_session_warmed_up(self) -> None:
        """Look ahead from now on, and have the kernel of other losses' landscapes ready before somebody wants it."""
        self._session.workers.views.submit(_COMPILE, compiling_landscape)
        self.draw()

    @Slot()
    def _on_fit_requested(self) -> None:
        self.forget_ranges()
        self.draw()

    def take_results(self) -> None:
        """Use what the workers have brought since the last frame, and draw it unless this frame has been drawn."""
        views, pointing = self._session.workers.views.drain(), self._session.workers.pointing.drain()
        for result in (*views, *pointing):
            if result.error is not None:
                self._session.report(result.error)
            elif result.kind in (LANDSCAPE, TURNING):
                self.plane.take(result)
            elif result.kind == SLICES:
                self.curves.take(result)
            elif result.kind == PREVIEW:
                self.ahead.take(result)
            elif result.kind == _READ and self._read_weights is not None:
                self._reading = self._read_text(self._read_weights, result.value)
        if (views or pointing) and self.ahead.is_followed:
            if self._is_drawn:
                self._next_frame.start()
            else:
                self.draw()
        self._is_drawn = False

    def _show_choice(self) -> None:
        problem = self._session.problem
        names = [f"{weight_name(index)} · {term_text(term)}" for index, term in enumerate(problem.terms)]
        capacity = self._card.curves.capacity
        pages = -(-problem.weight_count // capacity)
        self._choice = replace(self._choice, page=min(self._choice.page, pages - 1))
        self._card.set_choice(self._choice, names, pages)
        self._card.title.setText(_title(self._choice.view, problem.weight_count))
        self._card.show_coordinates(*self._coordinates())
        self.forget_ranges()

    def _label(self, index: int) -> str:
        problem = self._session.problem
        name = f"{weight_name(index)} · {term_text(problem.terms[index])}"
        unit = problem.weight_unit(index) if self._choice.is_original else ""
        return f"{name} [{unit}]" if unit else name

    def _coordinates(self) -> tuple[Coordinate, Coordinate]:
        match self._choice.view:
            case View.PATH:
                return Coordinate("main direction of the path"), Coordinate("second direction")
            case View.HESSIAN:
                return Coordinate("steepest direction"), Coordinate("flattest direction")
        first, second = self._choice.pair
        second = min(second, self._session.problem.weight_count - 1)
        return Coordinate(self._label(first), first), Coordinate(self._label(second), second)

    def _show_texts(self) -> None:
        problem = self._session.problem
        self._card.set_note(_note(problem, self._choice))
        told = self._reading or self._caption()
        if told != self._card.caption.text():
            self._card.caption.setText(told)

    def _caption(self) -> str:
        squares = self._squares_sentence if self._card.squares_need_words else ""
        if self._choice.view is View.CURVES:
            return self._curves_caption(squares)
        return " ".join(filter(None, (self._card.surface_problem, squares, self.plane.caption())))

    def _curves_caption(self, squares: str) -> str:
        session, arrows = self._session, self.ahead.arrows
        settings = session.store.settings
        if session.problem.weight_count > 1:
            told = "Each curve holds the other weights where the run is now"
            return f"{told}. {squares}" if squares else f"{told}; how they act together is left out."
        if arrows is None:
            return "One weight makes a curve. Drag the ball, or click the axis, to start elsewhere."
        is_plain = not (settings.batch_size or settings.weight_decay or settings.gradient_clip)
        if settings.optimizer == "gd" and is_plain:
            step, slope = float(arrows.landing[0] - arrows.start[0]), float(session.state.gradient[0])
            return (
                f"The next step is {compact(step, 3)}: learning rate {compact(arrows.rate, 3)} "
                f"times the slope {compact(slope)}, downhill."
            )
        return step_sentence(arrows, settings)

    def _read_text(self, weights: FloatArray, loss: float) -> str:
        problem = self._session.problem
        shown = problem.original_weights(weights) if self._choice.is_original else weights
        indices: Sequence[int] = range(min(_READ_WEIGHTS, problem.weight_count))
        if self._choice.view is View.PAIR:
            indices = self._choice.pair
        parts = [f"{weight_name(index)} = {compact(float(shown[index]))}" for index in indices]
        return f"{', '.join(parts)}: loss {compact(loss)}"

    def _read(self, weights: FloatArray) -> None:
        """Tell the true loss at ``weights`` in the caption."""
        self._read_weights = weights
        problem = self._session.problem
        if problem.is_quadratic:
            self._reading = self._read_text(weights, problem.evaluate(weights)[0])
            self._show_texts()
        else:
            self._session.workers.pointing.submit(_READ, reading(problem, weights))
            self._session.clock.start()

    def _start_at(self, weights: FloatArray) -> None:
        if np.isfinite(weights).all():
            settings = self._session.store.settings
            start = tuple(rounded_to(float(weight), _START_DIGITS) for weight in weights)
            self._session.edit(replace(settings, start=start))

    @Slot(object)
    def _on_card_choice_edited(self, choice: LandscapeChoice) -> None:
        self._choice = choice
        self._forget_reading()
        self._show_choice()
        self.draw()

    @Slot()
    def _on_shape_changed(self) -> None:
        """Keep units equally long both ways."""
        if self._count and self._choice.view.is_plane:
            self.forget_ranges()
            self._next_frame.start()

    @Slot()
    def _on_capacity_changed(self) -> None:
        if self._count:
            self._show_choice()
            self.draw()

    @Slot(float, float)
    def _on_plane_dropped(self, a: float, b: float) -> None:
        weights = self.plane.place(a, b)
        if weights is not None:
            self._start_at(weights)

    @Slot(int, float)
    def _on_curve_dropped(self, index: int, coordinate: float) -> None:
        self._start_at(self.curves.place(index, coordinate))

    @Slot(float, float)
    def _on_plane_hovered(self, a: float, b: float) -> None:
        weights = self.plane.place(a, b)
        if weights is not None:
            self._read(weights)

    @Slot(int, float)
    def _on_curve_hovered(self, index: int, coordinate: float) -> None:
        self._read(self.curves.place(index, coordinate))

    @Slot()
    def _on_left(self) -> None:
        self._forget_reading()
        self._show_texts()

    def _forget_reading(self) -> None:
        if self._read_weights is not None:
            self._session.workers.pointing.cancel(_READ)
        self._reading, self._read_weights = "", None


def _title(view: View, weight_count: int) -> str:
    if weight_count == 1:
        return "Loss against the weight"
    return {
        View.CURVES: "Loss along each weight",
        View.PAIR: "Loss over both weights" if weight_count == 2 else "Loss over two weights",
        View.PATH: "Loss in the plane of the path",
        View.HESSIAN: "Loss along steepest and flattest",
    }[view]


def _note(problem: Problem, choice: LandscapeChoice) -> str:
    """Return what stands beside the title: where the minimum is, or how stretched the bowl is."""
    if problem.weight_count > 1:
        if choice.is_original or not problem.is_quadratic:
            return ""  # it is the squared error's, in the weights as trained
        number = problem.condition_number
        return f"condition number {compact(number, 3)}" if number < _FLAT else "flat in some direction"
    if problem.minimum is None:
        return ""
    original = f"{compact(float(problem.original_weights(problem.minimum)[0]))} {problem.weight_unit(0)}".rstrip()
    if choice.is_original:
        return f"minimum at w₁ = {original}"
    return f"minimum at w₁ = {compact(float(problem.minimum[0]))}  =  {original}"
