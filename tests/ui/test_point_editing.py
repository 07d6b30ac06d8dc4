"""What a hand and a keyboard do to points."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QWidget

from gdexplorer.ui.fit_points import FitPoints
from gdexplorer.ui.fit_view import FitView
from gdexplorer.ui.theme import LIGHT

LEFT, SHIFT, CONTROL = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
ROWS, X, Y = np.array([3, 7, 12]), np.array([10.0, 50.0, 80.0]), np.array([20.0, 50.0, 60.0])
NOTHING = np.zeros(3, dtype=bool)


@pytest.fixture
def host(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(520, 420)
    return host


@pytest.fixture
def view(qtbot, host):
    view = FitView(host)
    view.resize(520, 420)
    view.apply_theme(LIGHT)
    with qtbot.waitExposed(host):
        host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    frame = ((0.0, 100.0), (0.0, 100.0))
    view.show_frame(("size", "price"), frame, is_diagonal=False, units=("sq ft", "USD"), is_editable=True)
    view.show_points(FitPoints(ROWS, X, Y, NOTHING, NOTHING))
    view.grab()  # which lays the axes out
    view.said = []
    for name in ("gestureBegan", "gestureGivenUp", "pointMoved", "pointAdded", "pointDeleted", "allEditsUndone"):
        getattr(view, name).connect(lambda *values, name=name: view.said.append((name, *values)))
    yield view
    QApplication.processEvents()


def at(view, x, y):
    return view.pixel(x, y).toPoint()


def press(view, qtbot, pos, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mousePress(view.viewport(), LEFT, modifier, pos)


def names(view):
    return [name for name, *_ in view.said]


def test_hovering_tells_the_nearest_point_and_its_values(view, qtbot):
    qtbot.mouseMove(view.viewport(), at(view, 30, 80))
    qtbot.mouseMove(view.viewport(), at(view, 50, 50) + QPoint(3, 2))
    qtbot.waitUntil(lambda: view.hovered_row == 7)
    assert view._marked.text == "50 sq ft · 50 USD"
    assert view._marked.place == (50, 50)
    qtbot.mouseMove(view.viewport(), at(view, 30, 80))
    qtbot.waitUntil(lambda: view.hovered_row is None)
    assert view._marked.place is None
    assert view.said == []


def test_a_drag_moves_the_point_by_what_the_mouse_moves(view, qtbot):
    first, last = at(view, 50, 50) + QPoint(2, 1), at(view, 60, 70) + QPoint(2, 1)
    press(view, qtbot, first)
    qtbot.mouseMove(view.viewport(), (first + last) / 2)
    qtbot.mouseMove(view.viewport(), last)
    assert view.is_editing
    assert names(view)[:2] == ["gestureBegan", "pointMoved"]
    assert view._marked.place == view.said[-1][2:]
    qtbot.mouseRelease(view.viewport(), LEFT, pos=last)
    name, row, x, y = view.said[-1]
    assert (name, row) == ("pointMoved", 7)
    assert (x, y) == pytest.approx((60, 70), abs=0.5)
    assert names(view).count("gestureBegan") == 1
    assert not view.is_editing


def test_a_drag_straight_up_leaves_the_other_value_bit_for_bit(view, qtbot):
    first = at(view, 50, 50) + QPoint(3, 0)
    press(view, qtbot, first)
    for pixels in (10, 20):
        qtbot.mouseMove(view.viewport(), first - QPoint(0, pixels))
    qtbot.mouseRelease(view.viewport(), LEFT, pos=first - QPoint(0, 20))
    assert view.said[-1][2] == 50.0


def test_a_dropped_point_stays_in_place_until_it_is_shown_there(view, qtbot):
    first, last = at(view, 50, 50), at(view, 60, 70)
    press(view, qtbot, first)
    qtbot.mouseMove(view.viewport(), (first + last) / 2)
    qtbot.mouseMove(view.viewport(), last)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=last)
    view.show_points(FitPoints(ROWS, X, Y, NOTHING, NOTHING))  # what was there before
    assert view.points.x[1] == view.said[-1][2]
    view.let_go()
    view.show_points(FitPoints(ROWS, X, Y, NOTHING, NOTHING))
    assert view.points.x[1] == 50


def test_escape_gives_a_drag_up(view, qtbot):
    first, last = at(view, 50, 50), at(view, 60, 70)
    press(view, qtbot, first)
    qtbot.mouseMove(view.viewport(), (first + last) / 2)
    qtbot.mouseMove(view.viewport(), last)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert names(view)[-1] == "gestureGivenUp"
    count = len(view.said)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=last)
    assert len(view.said) == count
    assert view.in_hand(view.points) is view.points


def test_a_click_selects_and_moves_nothing(view, qtbot):
    qtbot.mouseClick(view.viewport(), LEFT, pos=at(view, 80, 60))
    assert view.selected_row == 12
    qtbot.mouseMove(view.viewport(), at(view, 20, 90))
    qtbot.waitUntil(lambda: view.hovered_row is None)
    assert view._selected.place == (80, 60)
    qtbot.mouseClick(view.viewport(), LEFT, pos=at(view, 20, 90))
    assert view.selected_row is None
    assert view.said == []


def test_a_double_click_on_empty_ground_adds_a_point_and_on_a_point_nothing(view, qtbot):
    qtbot.mouseDClick(view.viewport(), LEFT, pos=at(view, 30, 80))
    assert names(view) == ["gestureBegan", "pointAdded"]
    assert view.said[-1][1:] == pytest.approx((30, 80), abs=0.4)
    qtbot.mouseDClick(view.viewport(), LEFT, pos=at(view, 50, 50))
    assert len(view.said) == 2


@pytest.mark.parametrize("by_shift", [True, False])
def test_painting_leaves_points_behind_at_equal_distances(view, qtbot, by_shift):
    modifier = SHIFT if by_shift else Qt.KeyboardModifier.NoModifier
    view.paints = not by_shift
    first, last = at(view, 50, 50), at(view, 50, 50) + QPoint(0, 60)  # it begins on a point, which stays
    press(view, qtbot, first, modifier)
    assert view.is_editing
    for pixels in range(4, 61, 4):
        qtbot.mouseMove(view.viewport(), first + QPoint(0, pixels))
    qtbot.mouseRelease(view.viewport(), LEFT, pos=last)
    assert not view.is_editing
    assert names(view) == ["gestureBegan", *["pointAdded"] * 6]
    heights = [y for name, *place in view.said if name == "pointAdded" for y in place[1:]]
    np.testing.assert_allclose(np.diff(heights), -12 / view.pixels_per_unit()[1], rtol=0.1)


def test_escape_gives_a_stroke_up(view, qtbot):
    view.paints = True
    press(view, qtbot, at(view, 20, 80))
    qtbot.mouseMove(view.viewport(), at(view, 40, 80))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert names(view)[-1] == "gestureGivenUp"
    qtbot.mouseRelease(view.viewport(), LEFT, pos=at(view, 40, 80))
    assert names(view)[-1] == "gestureGivenUp"


def test_delete_takes_the_hovered_point_away_or_else_the_selected_one(view, qtbot):
    qtbot.mouseClick(view.viewport(), LEFT, pos=at(view, 80, 60))
    qtbot.mouseMove(view.viewport(), at(view, 30, 80))
    qtbot.mouseMove(view.viewport(), at(view, 50, 50))
    qtbot.waitUntil(lambda: view.hovered_row == 7)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert view.said == [("gestureBegan",), ("pointDeleted", 7)]
    assert view.hovered_row is None
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert view.said[2:] == [("gestureBegan",), ("pointDeleted", 12)]
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert len(view.said) == 4


def test_keys_select_and_move_a_point(view, qtbot):
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right, CONTROL)
    assert view.selected_row == 7
    qtbot.keyClick(view, Qt.Key.Key_Right, CONTROL)
    qtbot.keyClick(view, Qt.Key.Key_Right, CONTROL)
    assert view.selected_row == 12
    qtbot.keyClick(view, Qt.Key.Key_Left, CONTROL)
    assert view.selected_row == 7
    across, up = view.pixels_per_unit()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Left, SHIFT)
    assert names(view) == ["gestureBegan", "pointMoved"] * 2
    assert view.said[1][1:] == pytest.approx((7, 50, 50 + 1 / up))
    assert view.said[3][1:] == pytest.approx((7, 50 - 10 / across, 50))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected_row is None
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert len(view.said) == 4


def open_menu(view, qtbot, x, y):
    pos = at(view, x, y)
    QApplication.sendEvent(
        view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, pos, view.viewport().mapToGlobal(pos))
    )
    qtbot.waitUntil(lambda: view.menu is not None and view.menu.isVisible())
    return {action.text(): action for action in view.menu.actions() if action.text()}


def test_the_menu_offers_what_can_be_done_here(view, qtbot):
    actions = open_menu(view, qtbot, 50, 50)
    assert not actions["Undo all edits"].isEnabled()
    actions["Delete this point"].trigger()
    assert view.said == [("gestureBegan",), ("pointDeleted", 7)]
    view.menu.close()
    qtbot.waitUntil(lambda: view.menu is None)
    view.has_edits = True
    actions = open_menu(view, qtbot, 30, 80)
    assert not actions["Delete this point"].isEnabled()
    actions["Add a point here"].trigger()
    assert view.said[-1][0] == "pointAdded"
    actions["Undo all edits"].trigger()
    assert view.said[-1] == ("allEditsUndone",)
    view.menu.close()
    qtbot.waitUntil(lambda: view.menu is None)


def test_nothing_can_be_edited_where_points_are_predictions_but_they_tell_their_values(view, qtbot):
    frame = ((0.0, 100.0), (0.0, 100.0))
    view.show_frame(("actual", "predicted"), frame, is_diagonal=True, units=("USD", "USD"))
    view.show_points(FitPoints(ROWS, X, Y, NOTHING, NOTHING))
    first = at(view, 50, 50)
    press(view, qtbot, first)
    qtbot.mouseMove(view.viewport(), first + QPoint(10, 10))
    qtbot.mouseMove(view.viewport(), first + QPoint(20, 20))
    qtbot.mouseRelease(view.viewport(), LEFT, pos=first + QPoint(20, 20))
    qtbot.mouseDClick(view.viewport(), LEFT, pos=at(view, 30, 80))
    qtbot.keyClick(view, Qt.Key.Key_Right, CONTROL)
    assert view.said == []
    qtbot.mouseMove(view.viewport(), at(view, 20, 90))
    qtbot.mouseMove(view.viewport(), first)
    qtbot.waitUntil(lambda: view._marked.text == "50 USD · 50 USD")
