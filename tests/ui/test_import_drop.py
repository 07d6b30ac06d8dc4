from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.ui.import_drop import DropSheet, file_in
from gdexplorer.ui.theme import DARK

FILE = QUrl.fromLocalFile("/data/flats.csv")
PLACE = QPoint(20, 20)


def dragged(*urls, text=""):
    data = QMimeData()
    if urls:
        data.setUrls(list(urls))
    if text:
        data.setText(text)
    return data


class Hand:
    """Drags something over a window."""

    def __init__(self, window, data):
        self._window, self._data = window, data

    def _send(self, kind, target):
        event = kind(
            PLACE, Qt.DropAction.CopyAction, self._data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        event.ignore()
        QApplication.sendEvent(target or self._window, event)
        return event.isAccepted()

    def enter(self, target=None):
        return self._send(QDragEnterEvent, target)

    def move(self, target=None):
        return self._send(QDragMoveEvent, target)

    def drop(self, target=None):
        return self._send(QDropEvent, target)

    def leave(self, target=None):
        QApplication.sendEvent(target or self._window, QDragLeaveEvent())


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.resize(400, 300)
    made.field = QLineEdit(made)
    made.sheet = DropSheet(made)
    made.sheet.set_theme(DARK)
    made.dropped, made.refused = [], []
    made.sheet.fileDropped.connect(made.dropped.append)
    made.sheet.dropRefused.connect(made.refused.append)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_file_covers_the_window_until_it_is_dropped(window):
    hand = Hand(window, dragged(FILE))
    assert hand.enter()
    assert window.sheet.title == "Drop to open flats.csv"
    assert window.sheet.geometry() == window.rect()
    assert window.sheet.grab().width() == 400
    hand.leave()  # the sheet is below the pointer now
    assert hand.enter(window.sheet)
    assert hand.move(window.sheet)
    assert hand.drop(window.sheet)
    assert (window.sheet.title, window.dropped, window.refused) == ("", ["/data/flats.csv"], [])


def test_a_hand_that_drops_at_once_is_served_too(window):
    hand = Hand(window, dragged(FILE))
    assert hand.enter()
    assert hand.move()
    assert hand.drop()
    assert window.dropped == ["/data/flats.csv"]


def test_a_hand_that_leaves_uncovers_the_window(window):
    hand = Hand(window, dragged(FILE))
    hand.enter()
    hand.leave()
    assert window.sheet.title == ""
    hand.enter(window.sheet)
    hand.leave(window.sheet)
    assert (window.sheet.title, window.dropped) == ("", [])


def test_the_sheet_follows_the_window(window, qtbot):
    Hand(window, dragged(FILE)).enter()
    window.resize(500, 350)
    qtbot.waitUntil(lambda: window.sheet.geometry() == window.rect())


@pytest.mark.parametrize(
    ("urls", "sentence"),
    [
        ((FILE, FILE), "These are 2 files; one at a time can be opened."),
        (
            (QUrl("https://example.org/a.csv"),),
            "“https://example.org/a.csv” is not a file on this computer; download it and open the file.",
        ),
    ],
)
def test_what_cannot_be_opened_is_said_before_and_after(window, urls, sentence):
    hand = Hand(window, dragged(*urls))
    assert hand.enter()
    assert window.sheet.title == "This cannot be opened"
    window.sheet.grab()
    hand.drop(window.sheet)
    assert (window.refused, window.dropped) == ([sentence], [])


def test_other_things_are_none_of_its_business(window):
    assert not Hand(window, dragged(text="some words")).enter()
    assert window.sheet.title == ""


def test_fields_do_not_take_files_for_text(window):
    assert not window.field.acceptDrops()


def test_a_long_address_is_shortened():
    with pytest.raises(InputError) as error:
        file_in(dragged(QUrl("https://example.org/" + "a" * 200)))
    assert len(str(error.value)) < 140
