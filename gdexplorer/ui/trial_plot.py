"""A plot of runs of which one can be marked, by mouse or keys, and taken."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent

from gdexplorer.ui.pointing import PointedPlot

_STILL_PX = 4.0
_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
_TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TrialPlot(PointedPlot):
    """Base of the pictures of a sweep. The arrow keys move the mark, Enter takes what is marked, a click takes a run.

    Signals:
        marked (int): This run is marked, counted row by row; −1 for none.
        taken (int): The user wants the settings of this run.
    """

    marked = Signal(int)
    taken = Signal(int)

    def __init__(self, x_label: str = "", y_label: str = "") -> None:
        super().__init__(x_label, y_label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._mark = -1
        self._clicked_at: QPointF | None = None
        self.hovered.connect(self._on_self_hovered)
        self.left.connect(self._on_self_left)

    @property
    def mark(self) -> int:
        """Which run is marked; −1 for none."""
        return self._mark

    def nearest(self, x: float, y: float) -> int:
        """Return the run at a place, or −1."""
        raise NotImplementedError

    def neighbour(self, index: int, across: int, up: int) -> int:
        """Return the run beside ``index``, or where to begin if that is −1."""
        raise NotImplementedError

    def _show_mark(self) -> None:
        """Draw the mark where it is."""
        raise NotImplementedError

    def set_mark(self, index: int) -> None:
        """Mark a run; −1 for none."""
        if index != self._mark:
            self._mark = index
            self._show_mark()
            self.marked.emit(index)

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Show that the picture is outdated, or that it is not."""
        self.getPlotItem().getViewBox().setOpacity(0.35 if is_dimmed else 1.0)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that move the mark before a shortcut of the window takes them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the mark, or take what is marked."""
        if not self._is_ours(event):
            super().keyPressEvent(event)
            return
        if event.key() not in _TAKING:
            self.set_mark(self.neighbour(self._mark, *_WAYS[Qt.Key(event.key())]))
        elif self._mark >= 0:
            self.taken.emit(self._mark)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click began."""
        self._clicked_at = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the run here, unless the mouse has moved on."""
        began, self._clicked_at = self._clicked_at, None
        super().mouseReleaseEvent(event)
        if began is None or (event.position() - began).manhattanLength() > _STILL_PX:
            return
        if self._is_inside(event.position()):
            index = self.nearest(*self.place(event.position()))
            if index >= 0:
                self.set_mark(index)
                self.taken.emit(index)

    def _axis_cursor(self, is_axis: bool) -> Qt.CursorShape:
        is_run = self._mark >= 0 and not is_axis
        return Qt.CursorShape.PointingHandCursor if is_run else super()._axis_cursor(is_axis)

    @staticmethod
    def _is_ours(event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return plain and (event.key() in _WAYS or event.key() in _TAKING)

    @Slot(float, float)
    def _on_self_hovered(self, x: float, y: float) -> None:
        self.set_mark(self.nearest(x, y))

    @Slot()
    def _on_self_left(self) -> None:
        self.set_mark(-1)
