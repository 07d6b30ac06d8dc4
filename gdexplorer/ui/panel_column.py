"""The column that the panels stand in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

_LOW_PX = 800
_GAP, _NEAR_GAP = 10, 8
_CLOSER_PX = 3  # so much less room between two rows


class PanelColumn(QScrollArea):
    """Panels one below the other, which scroll; in a low window their rows are lower and stand closer together."""

    def __init__(self, panels: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_low = False
        self._content = QWidget()
        self._content.setObjectName("panels")
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(_GAP)
        for panel in panels:
            self._column.addWidget(panel)
        self._column.addStretch(1)
        inner = (layout for panel in panels for layout in panel.findChildren(QVBoxLayout))
        self._spacings = {layout: layout.spacing() for layout in inner}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Close the rows up, or give them room."""
        super().resizeEvent(event)
        is_low = self.height() < _LOW_PX
        if is_low == self._is_low:
            return
        self._is_low = is_low
        self._column.setSpacing(_NEAR_GAP if is_low else _GAP)
        for layout, spacing in self._spacings.items():
            layout.setSpacing(max(spacing - _CLOSER_PX, 0) if is_low else spacing)
        self._content.setProperty("low", is_low)
        for widget in self._content.findChildren(QWidget):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
