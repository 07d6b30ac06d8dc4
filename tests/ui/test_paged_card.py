from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gdexplorer.ui.chip import Chip
from gdexplorer.ui.paged_card import PagedCard
from gdexplorer.ui.style_sheet import style_sheet
from gdexplorer.ui.theme import LIGHT


@pytest.fixture
def card(qtbot):
    pages = [(title, f"About {title}", QLabel(title)) for title in ("Numbers", "This step", "Sweep")]
    card = PagedCard(pages, {"This step": "Step"})
    card.setStyleSheet(style_sheet(LIGHT))
    card.resize(460, 200)
    qtbot.addWidget(card)
    with qtbot.waitExposed(card):
        card.show()
    return card


def names(card):
    return [chip.text() for chip in card.findChildren(Chip)]


def test_a_click_turns_to_a_page_and_tells_its_title(card, qtbot):
    chip = card.findChildren(Chip)[1]
    with qtbot.waitSignal(card.pageChanged) as told:
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert told.args == ["This step"]
    assert card.page() == card.accessibleName() == "This step"


def test_a_narrow_card_shortens_a_name_and_still_turns_to_its_page(card, qtbot):
    card.resize(250, 200)
    qtbot.waitUntil(lambda: names(card) == ["Numbers", "Step", "Sweep"])
    chip = card.findChildren(Chip)[1]
    assert chip.accessibleName() == "This step"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert card.page() == "This step"
    card.resize(460, 200)
    qtbot.waitUntil(lambda: names(card) == ["Numbers", "This step", "Sweep"])


def test_the_focus_leaves_a_name_its_room(card, qtbot):
    chip = card.findChildren(Chip)[0]
    room = chip.sizeHint().width()
    card.activateWindow()
    chip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(chip.hasFocus)
    assert chip.sizeHint().width() <= room
