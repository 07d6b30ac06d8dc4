"""A plot whose points can be edited by hand: dragged, added, deleted, painted."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from gdexplorer.ui.fit_points import FitPoints
from gdexplorer.ui.pointing import PointedPlot

_NEAR_PX = 11.0
_BRUSH_PX = 12.0
_NUDGES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_DELETING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_FAST = 10


class PointEditing(PointedPlot):
    """Says what the user wants of its points; they only move once they are shown elsewhere.

    A drag moves the nearest point, and Escape gives that up. A double click on empty ground adds a point. While
    ``paints``, or with Shift held, a drag leaves points behind it. Delete takes the point under the mouse away, or else
    the selected one: a click selects, and so do Ctrl and an arrow; arrows alone move it by a pixel, with Shift by ten.

    Attributes:
        paints: Whether a drag paints instead of moving.
        hovered_row: The row under the mouse, or None.
        selected_row: The row that keys act on, or None.
        menu: The menu that was opened last, or None.

    Signals:
        gestureBegan(): The edits from now on belong together.
        gestureGivenUp(): They are not to be.
        pointMoved(int, float, float): A row is to be at these coordinates.
        pointAdded(float, float): There is to be a new point there.
        pointDeleted(int): A row is to go.
        allEditsUndone(): All rows are to be what they were.
        markedChanged(): Another row is under the mouse or selected.
    """

    gestureBegan = Signal()
    gestureGivenUp = Signal()
    pointMoved = Signal(int, float, float)
    pointAdded = Signal(float, float)
    pointDeleted = Signal(int)
    allEditsUndone = Signal()
    markedChanged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.paints = False
        self.hovered_row: int | None = None
        self.selected_row: int | None = None
        self.menu: QMenu | None = None
        self.points = FitPoints.plain(np.empty(0), np.empty(0))
        self.has_edits = False
        self._is_editable = False
        self._held: tuple[int, float, float] | None = None
        self._grip = (0.0, 0.0)
        self._has_begun = False
        self._brush: QPointF | None = None
        self.hovered.connect(self._on_self_hovered)
        self.left.connect(self._on_self_left)
        self.dragged.connect(self._on_self_dragged)
        self.dropped.connect(self._on_self_dropped)

    @property
    def is_editing(self) -> bool:
        """Whether a gesture is under way."""
        return self.is_dragging or self._brush is not None

    def set_editable(self, is_editable: bool) -> None:
        """Let points be edited, or only looked at."""
        self._is_editable = is_editable
        if not is_editable:
            self._select(None)

    def let_go(self) -> None:
        """Show the point that was dropped last where it is now, wherever the hand left it."""
        if not self.is_dragging:
            self._held = None

    def in_hand(self, points: FitPoints) -> FitPoints:
        """Return ``points`` with the one in the user's hand where the hand is."""
        return points if self._held is None else points.moved(*self._held)

    def row_near(self, pixel: QPointF) -> int | None:
        """Return the row drawn nearest to a pixel of the widget, None where none is near."""
        if not len(self.points):
            return None
        x, y = self.place(pixel)
        across, up = self.pixels_per_unit()
        with np.errstate(all="ignore"):
            ways = np.hypot((self.points.x - x) * across, (self.points.y - y) * up)
        ways[np.isnan(ways)] = np.inf
        nearest = int(np.argmin(ways))
        return int(self.points.rows[nearest]) if ways[nearest] <= _NEAR_PX else None

    # Mouse -------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a point, or begin to paint."""
        if event.button() == Qt.MouseButton.LeftButton and self._is_editable:
            if self._wants_paint(event):
                self._begin_to_paint(event)
                return
            row = self.row_near(event.position())
            self._select(row)
            if row is not None:
                index = self.points.index(row)
                assert index is not None
                x, y = self.place(event.position())
                at_x, at_y = float(self.points.x[index]), float(self.points.y[index])
                self._held, self._grip, self._has_begun = (row, at_x, at_y), (at_x - x, at_y - y), False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint, drag, or say where the mouse is."""
        if self._brush is not None:
            self._paint_to(event.position())
            event.accept()
            return
        super().mouseMoveEvent(event)
        if self._pressed_at is None and self._wants_paint(event) and self._is_inside(event.position()):
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put the point down, or lift the brush."""
        if self._brush is not None and event.button() == Qt.MouseButton.LeftButton:
            self._brush = None
            event.accept()
            return
        was_dragging = self.is_dragging
        super().mouseReleaseEvent(event)
        if not was_dragging:
            self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a point on empty ground."""
        if event.button() != Qt.MouseButton.LeftButton or not self._is_editable:
            return
        if self._wants_paint(event):
            self._begin_to_paint(event)
        elif self._is_inside(event.position()) and self.row_near(event.position()) is None:
            self._add(*self.place(event.position()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done here."""
        if not (self._is_editable or self.has_edits) or self.is_editing:
            return
        position = QPointF(event.pos())
        row, place = self.row_near(position), self.place(position)
        menu = self.menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._is_editable:
            delete = menu.addAction("Delete this point")
            delete.setEnabled(row is not None)
            delete.triggered.connect(lambda: None if row is None else self._delete(row))
            add = menu.addAction("Add a point here")
            add.setEnabled(self._is_inside(position))
            add.triggered.connect(lambda: self._add(*place))
            menu.addSeparator()
        undo = menu.addAction("Undo all edits")
        undo.setEnabled(self.has_edits)
        undo.triggered.connect(self.allEditsUndone)
        menu.destroyed.connect(self._on_menu_destroyed)
        menu.popup(event.globalPos())

    # Keys --------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Give a gesture up on Escape, and claim keys that act on a selected point before the window takes them."""
        if not isinstance(event, QKeyEvent):
            return bool(super().event(event))
        if event.type() == QEvent.Type.ShortcutOverride and self._acts_on(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.is_editing:
                self._brush = self._held = None
                super().event(event)
                self.gestureGivenUp.emit()
                return True
            if self._acts_on(event):
                self._act(event)
                return True
        return bool(super().event(event))

    def _acts_on(self, event: QKeyEvent) -> bool:
        """Whether a key means something here and now."""
        if not self._is_editable or self.is_editing:
            return False
        key = Qt.Key(event.key())
        if key in _NUDGES and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return len(self.points) > 0
        if key in _DELETING:
            return self.hovered_row is not None or self.selected_row is not None
        return self.selected_row is not None and (key in _NUDGES or key == Qt.Key.Key_Escape)

    def _act(self, event: QKeyEvent) -> None:
        key, row = Qt.Key(event.key()), self.selected_row
        if key in _DELETING:
            marked = self.hovered_row if self.hovered_row is not None else row
            if marked is not None:
                self._delete(marked)
        elif key == Qt.Key.Key_Escape:
            self._select(None)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._select_beside(sum(_NUDGES[key]))
        elif row is not None:
            index = self.points.index(row)
            if index is None:
                return
            if not event.isAutoRepeat():
                self.gestureBegan.emit()
            pixels = _FAST if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            right, upward = _NUDGES[key]
            across, up = self.pixels_per_unit()
            x = float(self.points.x[index]) + right * pixels / across
            y = float(self.points.y[index]) + upward * pixels / up
            self.pointMoved.emit(row, x, y)

    def _select_beside(self, way: int) -> None:
        """Select the next point to the right or to the left; at first the one in the middle."""
        order = np.lexsort((self.points.y, self.points.x))
        index = None if self.selected_row is None else self.points.index(self.selected_row)
        at = len(order) // 2 if index is None else int(np.flatnonzero(order == index)[0]) + way
        self._select(int(self.points.rows[order[min(max(at, 0), len(order) - 1)]]))

    # Gestures ----------------------------------------------------------------------------------------------------

    def _is_near_handle(self, pixel: QPointF) -> bool:
        return self._is_editable and not self.paints and self._is_inside(pixel) and self.row_near(pixel) is not None

    def _wants_paint(self, event: QMouseEvent) -> bool:
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return self._is_editable and (self.paints or has_shift)

    def _begin_to_paint(self, event: QMouseEvent) -> None:
        event.accept()
        if self._is_inside(event.position()):
            self._on_self_left()
            self._brush = event.position()
            self._add(*self.place(event.position()))

    def _paint_to(self, pixel: QPointF) -> None:
        """Leave points behind on the way to ``pixel``, equally far apart."""
        assert self._brush is not None
        way = pixel - self._brush
        length = math.hypot(way.x(), way.y())
        for _ in range(int(length / _BRUSH_PX)):
            self._brush += way * (_BRUSH_PX / length)
            if self._is_inside(self._brush):
                self.pointAdded.emit(*self.place(self._brush))

    def _add(self, x: float, y: float) -> None:
        self.gestureBegan.emit()
        self.pointAdded.emit(x, y)

    def _delete(self, row: int) -> None:
        self.hovered_row = None if self.hovered_row == row else self.hovered_row
        self.selected_row = None if self.selected_row == row else self.selected_row
        self.markedChanged.emit()
        self.gestureBegan.emit()
        self.pointDeleted.emit(row)

    def _select(self, row: int | None) -> None:
        if row != self.selected_row:
            self.selected_row = row
            self.markedChanged.emit()

    @Slot(float, float)
    def _on_self_hovered(self, x: float, y: float) -> None:
        row = self.row_near(self.pixel(x, y))
        if row != self.hovered_row:
            self.hovered_row = row
            self.markedChanged.emit()

    @Slot()
    def _on_self_left(self) -> None:
        if self.hovered_row is not None and not self.is_dragging:
            self.hovered_row = None
            self.markedChanged.emit()

    @Slot(float, float)
    def _on_self_dragged(self, x: float, y: float) -> None:
        """Let the point follow the hand."""
        if self._held is None:
            return
        row, at_x, at_y = self._held
        if not self._has_begun:
            self.hovered_row, self._has_begun = row, True
            self.gestureBegan.emit()
        x, y = x + self._grip[0], y + self._grip[1]
        if (x, y) != (at_x, at_y):
            self._held = row, x, y
            self.markedChanged.emit()
            self.pointMoved.emit(row, x, y)

    @Slot(float, float)
    def _on_self_dropped(self, x: float, y: float) -> None:
        self._on_self_dragged(x, y)

    @Slot()
    def _on_menu_destroyed(self) -> None:
        self.menu = None
