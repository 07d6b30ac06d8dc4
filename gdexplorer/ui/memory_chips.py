"""The switches for what is drawn of an optimizer's memory."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdexplorer.ui.chip import Chip
from gdexplorer.ui.memory_parts import Part

_TIPS = {
    Part.SLOPE: "The part of the slope: where −ηg leads",
    Part.VELOCITY: "The part of the memory: where past slopes lead",
    Part.SQUARES: "Accumulated squares of slopes, as squares whose area is the value",
}


class MemoryChips(QWidget):
    """One switch for each part that there is; what is off stays off for the life of the window.

    Signals:
        shownEdited(object): The user switched; a frozenset of the parts that are on.
    """

    shownEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self._chips = {part: Chip(part.value, tip) for part, tip in _TIPS.items()}
        self._offered: frozenset[Part] = frozenset()
        for chip in self._chips.values():
            chip.setChecked(True)
            chip.hide()
            chip.toggled.connect(self._on_chip_toggled)
            layout.addWidget(chip)

    @property
    def offered(self) -> frozenset[Part]:
        """The parts that there are."""
        return self._offered

    @property
    def shown(self) -> frozenset[Part]:
        """The parts that are on, offered or not."""
        return frozenset(part for part, chip in self._chips.items() if chip.isChecked())

    def offer(self, parts: frozenset[Part]) -> None:
        """Show the switches of these parts."""
        if parts != self._offered:
            self._offered = parts
            for part, chip in self._chips.items():
                chip.setVisible(part in parts)

    @Slot(bool)
    def _on_chip_toggled(self, _is_on: bool) -> None:
        self.shownEdited.emit(self.shown)
