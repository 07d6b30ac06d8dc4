"""A whole number between two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gdexplorer.ui.number_field import NumberField


class CountField(QWidget):
    """A small whole number: typed, or one less and one more by buttons.

    Attributes:
        fewer: Makes it one less.
        field: The number.
        more: Makes it one more.

    Signals:
        valueEdited (int): The user made it another number.
    """

    valueEdited = Signal(int)

    def __init__(self, low: int, high: int, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self.field = NumberField(low, high, whole=True, name=name)
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.fewer = _small_button("−", "One less")
        self.more = _small_button("+", "One more")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.field.setMinimumWidth(36)
        layout.addWidget(self.fewer)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.more)
        self.setFocusProxy(self.field)
        self.fewer.clicked.connect(self._on_fewer_clicked)
        self.more.clicked.connect(self._on_more_clicked)
        self.field.valueEdited.connect(self._on_field_edited)

    def value(self) -> int:
        """Return the number."""
        return int(self.field.value())

    def set_value(self, value: int) -> None:
        """Show ``value`` silently."""
        self.field.set_value(value)
        self._refresh()

    def set_range(self, low: int, high: int) -> None:
        """Allow other numbers from now on."""
        self._low, self._high = low, high
        self.field.set_range(low, high)
        self._refresh()

    def setAccessibleName(self, name: str) -> None:
        """Name the number, and its buttons after it."""
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)
        self.fewer.setAccessibleName(f"{name}: one less")
        self.more.setAccessibleName(f"{name}: one more")

    def _refresh(self) -> None:
        self.fewer.setEnabled(self.value() > self._low)
        self.more.setEnabled(self.value() < self._high)

    @Slot()
    def _on_fewer_clicked(self) -> None:
        self._change(-1)

    @Slot()
    def _on_more_clicked(self) -> None:
        self._change(1)

    def _change(self, by: int) -> None:
        value = self.value() + by
        if self._low <= value <= self._high:
            self.set_value(value)
            self.valueEdited.emit(value)

    @Slot(float)
    def _on_field_edited(self, value: float) -> None:
        self._refresh()
        self.valueEdited.emit(int(value))


def _small_button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("small", True)
    button.setToolTip(tip)
    button.setAutoRepeat(True)
    button.setFixedWidth(26)
    return button
