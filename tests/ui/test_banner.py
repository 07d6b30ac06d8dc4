from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gdexplorer.ui.banner import Banner


@pytest.fixture
def banner(qtbot):
    made = Banner()
    made.said = []
    made.actionRequested.connect(made.said.append)
    qtbot.addWidget(made)
    return made


def test_it_says_one_sentence_until_it_is_dismissed(banner):
    assert banner.sentence == ""
    banner.say("This went wrong.")
    assert (banner.sentence, banner.offer, banner.property("note")) == ("This went wrong.", "", False)
    banner.dismiss()
    assert banner.sentence == ""


def test_an_offer_is_taken_by_its_button(banner, qtbot):
    banner.inform("It has changed.", "Reload")
    assert (banner.sentence, banner.offer, banner.property("note")) == ("It has changed.", "Reload", True)
    qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    assert banner.said == ["Reload"]
    assert (banner.sentence, banner.offer) == ("", "")


def test_the_next_sentence_takes_the_offer_away(banner):
    banner.inform("It has changed.", "Reload")
    banner.inform("Something else.")
    assert (banner.offer, banner.action.isHidden()) == ("", True)
