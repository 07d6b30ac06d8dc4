"""One row of a panel: a quiet label and its field."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

#: Width of the label column, the same in all panels.
LABEL_WIDTH = 92


class LabelledRow(QWidget):
    """A label of fixed width with one or more widgets right of it; hide the row and its space is given back.

    Attributes:
        label: The label; its buddy is the first widget, which takes the label as its accessible name.
    """

    def __init__(self, text: str, *widgets: QWidget, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(text)
        self.label.setProperty("role", "quiet")
        self.label.setFixedWidth(LABEL_WIDTH)
        self.label.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.label)
        for index, widget in enumerate(widgets):
            layout.addWidget(widget, 1 if index == 0 else 0)
        if widgets:
            self.label.setBuddy(widgets[0])
            if not widgets[0].accessibleName():
                widgets[0].setAccessibleName(text)
            if tip and not widgets[0].toolTip():
                widgets[0].setToolTip(tip)
