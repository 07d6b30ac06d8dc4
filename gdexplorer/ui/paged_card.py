"""A card with several pages, of which one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QStackedWidget, QWidget

from gdexplorer.ui.card import Card
from gdexplorer.ui.chip import Chip

_NARROW_PX = 280
_GAP, _NEAR = 8, 3


class PagedCard(Card):
    """The names of the pages stand where other cards have their title; a click turns to one.

    Signals:
        pageChanged (str): Another page is shown, by its title.
    """

    pageChanged = Signal(str)

    def __init__(
        self,
        pages: Sequence[tuple[str, str, QWidget]],
        short: Mapping[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Take ``pages`` as title, tool tip and widget; the first one is shown.

        ``short`` holds, by title, what stands instead where the card is narrow.
        """
        super().__init__(pages[0][0], parent)
        self._short = dict(short or {})
        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        self._chips: dict[str, Chip] = {}
        self.title.hide()
        for index, (title, tip, widget) in enumerate(pages):
            chip = Chip(title, tip)
            chip.setProperty("tab", True)
            chip.setAccessibleName(title)
            chip.setChecked(index == 0)
            self._group.addButton(chip)
            self._chips[title] = chip
            self.header_layout.insertWidget(index, chip)
            self._stack.addWidget(widget)
        self.body.addWidget(self._stack)
        self._group.buttonClicked.connect(self._on_group_button_clicked)

    def page(self) -> str:
        """Return the title of the page shown."""
        return self.title.text()

    def show_page(self, title: str) -> None:
        """Turn to the page with that title."""
        if title == self.page():
            return
        self._chips[title].setChecked(True)
        self._stack.setCurrentIndex(list(self._chips).index(title))
        self.title.setText(title)
        self.setAccessibleName(title)
        self.pageChanged.emit(title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the names whole where there is little room."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        self.header_layout.setSpacing(_NEAR if is_narrow else _GAP)
        for title, chip in self._chips.items():
            chip.setText(self._short.get(title, title) if is_narrow else title)

    @Slot(QAbstractButton)
    def _on_group_button_clicked(self, button: QAbstractButton) -> None:
        self.show_page(next(title for title, chip in self._chips.items() if chip is button))
