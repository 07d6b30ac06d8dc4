"""A widget that holds a camera, which mouse and keys move."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.surface_camera import Camera

_DEGREES_A_PIXEL, _DEGREES_A_KEY, _ZOOM_A_KEY = 0.4, 5.0, 1.15
_TURNS = {
    Qt.Key.Key_Left: (-_DEGREES_A_KEY, 0.0),
    Qt.Key.Key_Right: (_DEGREES_A_KEY, 0.0),
    Qt.Key.Key_Up: (0.0, _DEGREES_A_KEY),
    Qt.Key.Key_Down: (0.0, -_DEGREES_A_KEY),
}
_ZOOMS = {Qt.Key.Key_Plus: _ZOOM_A_KEY, Qt.Key.Key_Equal: _ZOOM_A_KEY, Qt.Key.Key_Minus: 1 / _ZOOM_A_KEY}
_CLICK_PX = 4.0


class Turntable(QWidget):
    """Dragging turns, the wheel zooms; with the focus the arrow keys turn, + and − zoom, 0 resets.

    Signals:
        clicked(QPointF): The left button was pressed and released without a drag.
        pointed(QPointF): The mouse moved with no button down.
        left(): It left, or began to turn.
    """

    clicked = Signal(QPointF)
    pointed = Signal(QPointF)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._camera = Camera()
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._has_just_come = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def camera(self) -> Camera:
        """From where everything is seen."""
        return self._camera

    def set_camera(self, camera: Camera) -> None:
        """Look from there."""
        if camera != self._camera:
            self._camera = camera
            self.update()

    def reset_camera(self) -> None:
        """Look from where it was looked at first."""
        self.set_camera(Camera())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag; the press that brought the focus is no click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = event.position()
            self._pressed = None if self._has_just_come else event.position()
        self._has_just_come = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note whether it was the mouse that brought the focus."""
        self._has_just_come = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn while the left button is down."""
        at = event.position()
        if self._dragged is None:
            if event.buttons() == Qt.MouseButton.NoButton:
                self.pointed.emit(at)
            return
        if self._pressed is not None:
            if (at - self._pressed).manhattanLength() <= _CLICK_PX:
                return
            self._pressed = None
            self.left.emit()
        way = at - self._dragged
        self._dragged = at
        self.set_camera(self._camera.turned(-way.x() * _DEGREES_A_PIXEL, way.y() * _DEGREES_A_PIXEL))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            is_click, self._pressed, self._dragged = self._pressed is not None, None, None
            if is_click:
                self.clicked.emit(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press for a drag, so that two clicks in a row choose once."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = event.position()

    def leaveEvent(self, event: QEvent) -> None:
        """Say that nothing is under the mouse."""
        self.left.emit()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom towards the mouse."""
        at = event.position()
        towards = at.x() / self.width() * 2 - 1, 1 - at.y() / self.height() * 2
        self.set_camera(self._camera.zoomed(1.0015 ** event.angleDelta().y(), towards))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that turn, zoom and reset from the window's shortcuts while this has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._camera_after(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn, zoom or reset; other keys are the window's."""
        camera = self._camera_after(event)
        if camera is None:
            event.ignore()
        else:
            self.set_camera(camera)

    def _camera_after(self, event: QKeyEvent) -> Camera | None:
        """Return the camera that a key leads to, or None where the key means nothing here."""
        plain = ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        key = Qt.Key(event.key())
        if event.modifiers() & plain:
            return None
        if key in _TURNS:
            return self._camera.turned(*_TURNS[key])
        if key in _ZOOMS:
            return self._camera.zoomed(_ZOOMS[key])
        return Camera() if key == Qt.Key.Key_0 else None
