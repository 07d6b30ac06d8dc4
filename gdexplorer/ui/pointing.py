"""A plot that can be pointed at: hovering reads a place, and what is drawn at the handle can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from gdexplorer.ui.plot import Plot

_NEAR_PX = 14.0
_MOVED_PX = 4.0


class PointedPlot(Plot):
    """A plot that tells in its own coordinates what the mouse does.

    Attributes:
        is_dragging: Whether the handle is in the user's hand.

    The handle is what can be dragged; without one nothing can. A press near it and a way of a few pixels begin a drag,
    Escape gives it up.

    Signals:
        hovered(float, float): The mouse is at these coordinates, no button down.
        left(): It is no longer over the plot.
        dragged(float, float): The handle is being dragged and would be put down here.
        dropped(float, float): It was put down here.
        dragEnded(): It is not in the user's hand any more: it is about to be dropped, or stays where it was.
        axisClicked(float): A click on the bottom axis, at this coordinate.
    """

    hovered = Signal(float, float)
    left = Signal()
    dragged = Signal(float, float)
    dropped = Signal(float, float)
    dragEnded = Signal()
    axisClicked = Signal(float)

    def __init__(self, x_label: str = "", y_label: str = "") -> None:
        super().__init__(x_label, y_label)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._handles: tuple[tuple[float, float], ...] = ()
        self._pressed_at: QPointF | None = None
        self.is_dragging = False

    def set_handles(self, *places: tuple[float, float]) -> None:
        """Let what is drawn at ``places`` be dragged."""
        self._handles = places

    def pixel(self, x: float, y: float) -> QPointF:
        """Return where coordinates are in the widget, in pixels."""
        return QPointF(self.mapFromScene(self.getPlotItem().getViewBox().mapViewToScene(QPointF(x, y))))

    def place(self, pixel: QPointF) -> tuple[float, float]:
        """Return the coordinates under a pixel of the widget."""
        found = self.getPlotItem().getViewBox().mapSceneToView(self.mapToScene(pixel.toPoint()))
        return found.x(), found.y()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the handle, if it is here."""
        if event.button() == Qt.MouseButton.LeftButton and self._is_near_handle(event.position()):
            self._pressed_at = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()
            return
        if event.button() == Qt.MouseButton.LeftButton and self._is_on_axis(event.position()):
            self.axisClicked.emit(self.place(event.position())[0])
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or say where the mouse is."""
        if self._pressed_at is not None:
            way = event.position() - self._pressed_at
            if self.is_dragging or way.manhattanLength() > _MOVED_PX:
                self.is_dragging = True
                self.dragged.emit(*self.place(event.position()))
            event.accept()
            return
        is_held = self._is_near_handle(event.position())
        is_axis = self._is_on_axis(event.position())
        shape = Qt.CursorShape.OpenHandCursor if is_held else self._axis_cursor(is_axis)
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
        if self._is_inside(event.position()):
            self.hovered.emit(*self.place(event.position()))
        else:
            self.left.emit()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put the handle down."""
        if self._pressed_at is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        was_dragging, self._pressed_at, self.is_dragging = self.is_dragging, None, False
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        if was_dragging:
            self.dragEnded.emit()
            self.dropped.emit(*self.place(event.position()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Give a drag up on Escape."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape and self._pressed_at is not None:  # type: ignore[attr-defined]
            self._pressed_at, self.is_dragging = None, False
            self.viewport().unsetCursor()
            self.dragEnded.emit()
            return True
        return bool(super().event(event))

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the mouse is gone."""
        self.left.emit()
        super().leaveEvent(event)

    def _is_near_handle(self, pixel: QPointF) -> bool:
        ways = (self.pixel(*place) - pixel for place in self._handles)
        return any(way.x() ** 2 + way.y() ** 2 <= _NEAR_PX**2 for way in ways)

    def _is_inside(self, pixel: QPointF) -> bool:
        box = self.getPlotItem().getViewBox()
        return bool(box.sceneBoundingRect().contains(self.mapToScene(pixel.toPoint())))

    def _is_on_axis(self, pixel: QPointF) -> bool:
        return bool(self.x_axis.sceneBoundingRect().contains(self.mapToScene(pixel.toPoint())))

    def _axis_cursor(self, is_axis: bool) -> Qt.CursorShape:
        can_click = is_axis and self.receivers("2axisClicked(double)") > 0
        return Qt.CursorShape.PointingHandCursor if can_click else Qt.CursorShape.ArrowCursor
