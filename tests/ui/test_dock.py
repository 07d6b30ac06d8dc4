from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QWidget

from gdexplorer.ui.card import Card
from gdexplorer.ui.dock import Dock
from gdexplorer.ui.paged_card import PagedCard


@pytest.fixture
def dock(qtbot):
    card = Card("Data and fit")
    card.body.addWidget(QLabel("the plot"))
    made = Dock(card)
    host = QMainWindow()
    qtbot.addWidget(host)
    host.setCentralWidget(made)
    host.resize(400, 300)
    with qtbot.waitExposed(host):
        host.show()
    made.host = host
    return made


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_card_floats_and_comes_back_by_its_button(dock, qtbot):
    click(qtbot, dock.toggle)
    assert dock.is_floating
    assert dock.card.window() is not dock.host
    assert dock.card.window().windowTitle() == "Data and fit"
    assert dock.card.isVisible()
    assert "window of its own" in dock._place._words.text()
    assert dock._place.isVisible()
    click(qtbot, dock.toggle)
    assert not dock.is_floating
    assert dock.card.window() is dock.host
    assert dock.card.isVisible()
    assert not dock._place.isVisible()


def test_closing_its_window_brings_a_card_back(dock, qtbot):
    with qtbot.waitSignal(dock.floatingChanged) as changed:
        dock.let_float()
    assert changed.args == [True]
    with qtbot.waitSignal(dock.floatingChanged) as changed:
        dock.card.window().close()
    assert changed.args == [False]
    assert dock.card.window() is dock.host


def test_the_place_it_left_brings_it_back(dock, qtbot):
    dock.let_float()
    click(qtbot, dock._place.back)
    assert not dock.is_floating
    dock.bring_back()
    assert dock.card.window() is dock.host


def test_floating_again_and_again_leaves_no_windows(dock, qtbot):
    for _ in range(5):
        dock.let_float()
        dock.let_float()
        dock.bring_back()
    qtbot.waitUntil(lambda: not dock.findChildren(QWidget, "floating"))
    assert dock.card.window() is dock.host


def test_a_floating_window_is_named_after_the_page_shown(qtbot):
    card = PagedCard([(title, "", QLabel(title)) for title in ("Numbers", "Sweep")])
    dock, host = Dock(card), QMainWindow()
    qtbot.addWidget(host)
    host.setCentralWidget(dock)
    with qtbot.waitExposed(host):
        host.show()
    dock.let_float()
    card.show_page("Sweep")
    assert card.window().windowTitle() == "Sweep"
    assert dock.toggle.accessibleName().startswith("Sweep: ")
    dock.bring_back()
