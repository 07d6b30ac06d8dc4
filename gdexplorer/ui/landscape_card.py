"""The card of the landscape: curves, or a plane as contours and as a surface, and the choice between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSplitter, QStackedLayout, QWidget

from gdexplorer.ui.card import Card, ElidedLabel
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.contour_view import ContourView
from gdexplorer.ui.curve_view import CurveView
from gdexplorer.ui.ground import Coordinate, Ground, Walk
from gdexplorer.ui.halo import Lit
from gdexplorer.ui.landscape_choice import Drawing, LandscapeChoice, View, views_for
from gdexplorer.ui.memory_chips import MemoryChips
from gdexplorer.ui.memory_parts import Part
from gdexplorer.ui.opengl import opengl_problem
from gdexplorer.ui.surface_view import SurfaceView
from gdexplorer.ui.theme import Theme

_DRAWINGS = (
    (Drawing.CONTOUR, "Contour", "Seen from above: colours and lines of equal loss"),
    (Drawing.SURFACE, "Surface", "In three dimensions; drag to turn it, wheel to zoom, 0 to reset the view"),
    (Drawing.BOTH, "Both", "Contours and surface side by side"),
)

_NARROW = 620
_MEMORY_PLACE = 6  # of the memory's switches among what can be chosen: after the views, the weights and the pages


class LandscapeCard(Card):
    """Shows a choice and says what the user made of it; draws what it is given.

    Attributes:
        curves: The loss along weights.
        contour: A plane from above.
        caption: One line about what is seen, and what is left out.
        memory: The switches for what is drawn of the optimizer's memory.

    Signals:
        choiceEdited (object): The user looks at something else.
        startChosen (float, float): The ball was put down on the contours, or the surface was clicked there; in the
            coordinates of the plane.
        placeHovered (float, float): The mouse is over the plane at these coordinates.
        placeLeft (): It is not any more.
    """

    choiceEdited = Signal(object)
    startChosen = Signal(float, float)
    placeHovered = Signal(float, float)
    placeLeft = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Loss against the weight", parent)
        self._choice = LandscapeChoice()
        self._names: tuple[str, ...] = ()
        self._pages = 1
        self._theme: Theme | None = None
        self._coordinates = Coordinate(""), Coordinate("")
        self._ground: Ground | None = None
        self._walk: Walk | None = None
        self._is_dimmed = False
        self._is_blank = False
        self._surface_problem: str | None = None
        self._surface: SurfaceView | None = None
        self.curves, self.contour = CurveView(), ContourView()
        self._planes = QSplitter(Qt.Orientation.Horizontal)
        self._planes.setChildrenCollapsible(False)
        self._planes.setHandleWidth(10)
        self._planes.addWidget(self.contour)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.curves)
        self._stack.addWidget(self._planes)
        self.caption = ElidedLabel()
        self.caption.setProperty("role", "quiet")
        self._units = Chip("original units", "Read the weights in the units of the data")
        self.header_layout.addWidget(self._units)
        self.memory = MemoryChips()
        self._row = self._made_row()
        self.body.addWidget(self._row)
        self._second_row = QHBoxLayout()
        self._second_row.addStretch(1)
        self.body.addLayout(self._second_row)
        self.body.addLayout(self._stack, 1)
        self.body.addWidget(self.caption)
        self._units.toggled.connect(self._on_units_toggled)
        self.contour.dropped.connect(self.startChosen)
        self.contour.hovered.connect(self.placeHovered)
        self.contour.left.connect(self.placeLeft)
        self.memory.shownEdited.connect(self._on_memory_shown_edited)

    def _made_row(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self._view = Choice()
        self._view.setAccessibleName("What is shown")
        self._view.setMaximumWidth(176)
        self._pair = (Choice(), Choice())
        for box, name in zip(self._pair, ("Weight across", "Weight up"), strict=True):
            box.setAccessibleName(name)
            box.setMaximumWidth(170)
        self._back, self._forth = (
            Chip(text, tip, is_switch=False) for text, tip in (("‹", "Earlier weights"), ("›", "Later weights"))
        )
        self._page = QLabel()
        self._page.setProperty("role", "quiet")
        self._drawings = QButtonGroup(self)
        for box, share in ((self._view, 20), (self._pair[0], 15), (self._pair[1], 15)):
            layout.addWidget(box, share)
        for widget in (self._back, self._page, self._forth):
            layout.addWidget(widget)
        layout.addWidget(self.memory)
        layout.addStretch(1)
        self._chips = {}
        for drawing, title, tip in _DRAWINGS:
            chip = Chip(title, tip)
            self._chips[drawing] = chip
            self._drawings.addButton(chip)
            layout.addWidget(chip)
        self._drawing = Choice((drawing.value, title, tip) for drawing, title, tip in _DRAWINGS)
        self._drawing.setAccessibleName("How it is drawn")
        self._drawing.setMaximumWidth(110)
        layout.addWidget(self._drawing)
        self._drawing.chosen.connect(self._on_drawing_chosen)
        self._view.chosen.connect(self._on_view_chosen)
        self._pair[0].chosen.connect(self._on_first_chosen)
        self._pair[1].chosen.connect(self._on_second_chosen)
        self._back.clicked.connect(self._on_back_clicked)
        self._forth.clicked.connect(self._on_forth_clicked)
        self._drawings.buttonClicked.connect(self._on_drawing_clicked)
        return row

    def choice(self) -> LandscapeChoice:
        """Return what is looked at."""
        return self._choice

    @property
    def surface(self) -> SurfaceView | None:
        """The plane in three dimensions; None before it was first shown, and where there is no OpenGL."""
        return self._surface

    @property
    def surface_problem(self) -> str:
        """Why there is no surface: one sentence; empty where there can be one, or nobody asked yet."""
        return self._surface_problem or ""

    def set_choice(self, choice: LandscapeChoice, names: Sequence[str], pages: int = 1) -> None:
        """Show ``choice`` silently. ``names`` are those of the weights; there are so many ``pages`` of curves."""
        self._choice, self._names, self._pages = choice, tuple(names), pages
        count = len(names)
        self._view.set_entries((view.value, title, tip) for view, title, tip in views_for(count))
        self._view.set_key(choice.view.value)
        entries = [(str(index), name) for index, name in enumerate(names)]
        for box, index in zip(self._pair, choice.pair, strict=True):
            box.set_entries(entries)
            box.set_key(str(index))
            box.setVisible(choice.view is View.PAIR and count > 2)
        for widget in (self._back, self._page, self._forth):
            widget.setVisible(choice.view is View.CURVES and pages > 1)
        self._back.setEnabled(choice.page > 0)
        self._forth.setEnabled(choice.page < pages - 1)
        self._page.setText(f"{choice.page + 1} of {pages}")
        self._view.setVisible(count > 1)
        blocked = self._units.blockSignals(True)
        self._units.setChecked(choice.is_original)
        self._units.blockSignals(blocked)
        self._units.setVisible(choice.view.has_units)
        for drawing, chip in self._chips.items():
            chip.setChecked(drawing is choice.drawing)
        self._drawing.set_key(choice.drawing.value)
        self._show_controls()
        self._stack.setCurrentWidget(self._planes if choice.view.is_plane else self.curves)
        if choice.view.is_plane:
            self._show_drawing()

    def offer_memory(self, parts: frozenset[Part]) -> None:
        """Offer to show or hide these parts of the next step and the optimizer's memory."""
        self.memory.offer(parts)
        self._show_row()

    @property
    def squares_need_words(self) -> bool:
        """Whether squares are seen that have no room to say what they are."""
        plots = [self.contour] if self._choice.view.is_plane else self.curves.plots
        return any(plot.squares.isVisible() and not plot.squares.tells_all for plot in plots)

    def _show_row(self) -> None:
        """Show the rows that have something to choose; the memory's switches have one of their own in a narrow card."""
        self._row.setVisible(len(self._names) > 1 or bool(self.memory.offered))
        needs_row = self.width() < _NARROW and len(self._names) > 2
        if needs_row != (self.memory.parent() is not self._row):
            layout = self._second_row if needs_row else self._row.layout()
            assert isinstance(layout, QHBoxLayout)
            layout.insertWidget(0 if needs_row else _MEMORY_PLACE, self.memory)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the drawing by a list where there is no room for buttons."""
        super().resizeEvent(event)
        self._show_controls()

    def _show_controls(self) -> None:
        is_narrow = self.width() < _NARROW
        for chip in self._chips.values():
            chip.setVisible(self._choice.view.is_plane and not is_narrow)
        self._drawing.setVisible(self._choice.view.is_plane and is_narrow and not self._surface_problem)
        self._show_row()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self.curves.apply_theme(theme)
        self.contour.apply_theme(theme)
        if self._surface is not None:
            self._surface.apply_theme(theme)

    def show_coordinates(self, across: Coordinate, up: Coordinate) -> None:
        """Name the coordinates of the plane."""
        if (across, up) != self._coordinates:
            self._coordinates = across, up
            self.contour.show_coordinates(across, up)
            if self._surface is not None:
                self._surface.show_coordinates(across, up)

    def set_numbers_blank(self, is_blank: bool) -> None:
        """Leave out the numbers along the coordinates of the plane, or show them again."""
        if is_blank != self._is_blank:
            self._is_blank = is_blank
            self.contour.set_axes_blank(is_blank)
            if self._surface is not None:
                self._surface.set_axes_blank(is_blank)

    def show_ground(self, ground: Ground) -> None:
        """Draw a plane."""
        self._ground = ground
        self.contour.show_ground(ground)
        if self._surface is not None:
            self._surface.show_ground(ground)

    def show_walk(self, walk: Walk | None) -> None:
        """Draw the run on the plane; None while there is none that fits."""
        self._walk = walk
        self.contour.show_walk(walk)
        if self._surface is not None:
            self._surface.show_walk(walk)

    def light_up(self, lit: Lit | None) -> None:
        """Make the ball, its slope or its next step stand out, on curves and contours; nothing where it is None."""
        self.curves.light_up(lit)
        self.contour.light_up(lit)

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Show that the plane is outdated, or that it is not."""
        if is_dimmed != self._is_dimmed:
            self._is_dimmed = is_dimmed
            self.contour.set_dimmed(is_dimmed)
            if self._surface is not None:
                self._surface.set_dimmed(is_dimmed)

    @Slot()
    def reset_camera(self) -> None:
        """Look at the surface from where it was looked at first, and let its keys turn it."""
        if self._surface is not None:
            self._surface.reset_camera()
            self._surface.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(str)
    def give_up_surface(self, sentence: str) -> None:
        """Show contours only from now on; ``sentence`` says why."""
        self._surface_problem = sentence
        self._show_drawing()

    def _show_drawing(self) -> None:
        wants_surface = self._choice.drawing is not Drawing.CONTOUR
        if wants_surface and self._surface_problem is None:
            self._surface_problem = opengl_problem()
        has_surface = wants_surface and not self._surface_problem
        if has_surface and self._surface is None:
            self._make_surface()
        for drawing in (Drawing.SURFACE, Drawing.BOTH):
            self._chips[drawing].setEnabled(not self._surface_problem)
            if self._surface_problem:
                self._chips[drawing].setToolTip(self._surface_problem)
        self.contour.setVisible(not has_surface or self._choice.drawing is Drawing.BOTH)
        if self._surface is not None:
            self._surface.setVisible(has_surface)

    def _make_surface(self) -> None:
        """Make the surface once, when it is first asked for: OpenGL takes a while to load."""
        surface = SurfaceView(self._planes)
        self._surface = surface
        self._planes.addWidget(surface)
        self._planes.setSizes([500, 500])
        surface.startChosen.connect(self.startChosen)
        surface.hovered.connect(self.placeHovered)
        surface.left.connect(self.placeLeft)
        surface.failed.connect(self.give_up_surface)
        surface.show_coordinates(*self._coordinates)
        if self._theme is not None:
            surface.apply_theme(self._theme)
        if self._ground is not None:
            surface.show_ground(self._ground)
            surface.show_walk(self._walk)
        surface.set_dimmed(self._is_dimmed)
        surface.set_axes_blank(self._is_blank)

    def _edit(self, **fields: object) -> None:
        edited = replace(self._choice, **fields)  # type: ignore[arg-type]
        if edited != self._choice:
            self.choiceEdited.emit(edited)

    @Slot(object)
    def _on_memory_shown_edited(self, shown: frozenset[Part]) -> None:
        self.curves.set_shown(shown)
        self.contour.set_shown(shown)

    @Slot(bool)
    def _on_units_toggled(self, is_original: bool) -> None:
        self._edit(is_original=is_original)

    @Slot(str)
    def _on_view_chosen(self, key: str) -> None:
        self._edit(view=View(key), page=0)

    @Slot(str)
    def _on_first_chosen(self, key: str) -> None:
        self._edit_pair(0, int(key))

    @Slot(str)
    def _on_second_chosen(self, key: str) -> None:
        self._edit_pair(1, int(key))

    def _edit_pair(self, place: int, index: int) -> None:
        """Take a weight for one axis; the one that it was on the other axis goes there."""
        pair = list(self._choice.pair)
        if pair[1 - place] == index:
            pair[1 - place] = pair[place]
        pair[place] = index
        self._edit(pair=tuple(pair))

    @Slot()
    def _on_back_clicked(self) -> None:
        self._edit(page=self._choice.page - 1)

    @Slot()
    def _on_forth_clicked(self) -> None:
        self._edit(page=self._choice.page + 1)

    @Slot(str)
    def _on_drawing_chosen(self, key: str) -> None:
        self._edit(drawing=Drawing(key))

    @Slot(object)
    def _on_drawing_clicked(self, button: object) -> None:
        self._edit(drawing=next(drawing for drawing, chip in self._chips.items() if chip is button))
