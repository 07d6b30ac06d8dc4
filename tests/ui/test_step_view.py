"""The page of one step: which step, its sentence, its numbers, and what the user makes of them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdexplorer.ui.step_section_view import part_colour
from gdexplorer.ui.step_sections import StepColumn, StepHover, StepPart, StepSection
from gdexplorer.ui.step_view import StepView
from gdexplorer.ui.theme import DARK, LIGHT


def section(part, lines=("row 1", "row 2"), totals=0, **more):
    columns = (StepColumn("w₁", tuple(range(1, len(lines) + 1)), 0), StepColumn("ŷ", (0.25,) * len(lines)))
    return StepSection(part, "formula", lines, columns, totals=totals, **more)


ALL = (
    section(StepPart.ROWS),
    section(StepPart.LOSS, ("row 1", "row 2", "mean of 9 rows"), totals=1),
    section(StepPart.GRADIENT, ("row 1", "row 2", "mean of 9 rows"), totals=1),
    section(StepPart.WEIGHTS, ("before", "after"), totals=1),
)


@pytest.fixture
def view(qtbot):
    view = StepView()
    qtbot.addWidget(view)
    view.apply_theme(LIGHT)
    view.resize(420, 560)
    view.set_step(3, 8, is_following=False)
    view.set_choices((), has_worst=True, is_original=False, has_units=True)
    view.show_sections(ALL)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    return view


def heard(signal):
    told = []
    signal.connect(lambda *values: told.append(values[0] if values else None))
    return told


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_the_step_is_shown_silently(view):
    told = heard(view.stepEdited), heard(view.nextRequested)
    view.set_step(8, 8, is_following=True)
    assert view.field.text() == "8"
    assert view.next_chip.isChecked()
    assert not view.forth.isEnabled()
    assert view.of.text() == ""
    view.set_step(1, 8, is_following=False)
    assert not view.back.isEnabled()
    assert view.of.text() == "of 7 steps"
    assert told == ([], [])


def test_buttons_and_the_field_ask_for_steps(view, hands):
    steps, nexts = heard(view.stepEdited), heard(view.nextRequested)
    click(view.back)
    click(view.forth)
    hands.type_into(view.field, "5")
    assert steps == [2, 4, 5]
    click(view.next_chip)
    assert nexts == [None]
    view.set_step(7, 8, is_following=False)
    click(view.forth)
    assert (steps, len(nexts)) == ([2, 4, 5], 2)
    view.set_step(8, 8, is_following=True)
    click(view.next_chip)  # which stays with this step
    assert steps[-1] == 8


def test_what_cannot_be_a_step_is_said(view, hands):
    steps = heard(view.stepEdited)
    for text in ("0", "2.5", "third"):
        hands.type_into(view.field, text)
        assert view.notice.isVisible()
        assert view.notice.property("role") == "problem"
        assert view.notice.text().endswith(".")
    assert steps == []
    view.set_notice("All is well.")
    assert view.notice.property("role") == "quiet"
    view.set_notice("")
    assert not view.notice.isVisible()


def test_choices_round_trip_silently(view, hands):
    told = [heard(signal) for signal in (view.rowsEdited, view.worstEdited, view.unitsEdited)]
    view.set_choices((4, 9), has_worst=False, is_original=True, has_units=False)
    assert view.rows_field.text() == "4, 9"
    assert (view.worst.isChecked(), view.units.isChecked(), view.units.isVisible()) == (False, True, False)
    assert told == [[], [], []]
    view.set_choices((), has_worst=False, is_original=False, has_units=True)
    click(view.worst)
    click(view.units)
    hands.type_into(view.rows_field, "12")
    assert told == [[(12,)], [True], [True]]


def test_copy(view):
    told = heard(view.copyRequested)
    click(view.copy)
    assert len(told) == 1


def test_sections_say_their_numbers(view):
    shown = view.sheet.views()
    assert [one.section().part for one in shown] == [one.part for one in ALL]
    assert shown[1].texts() == [["row 1", "1", "0.25"], ["row 2", "2", "0.25"], ["mean of 9 rows", "3", "0.25"]]
    assert shown[1].accessibleName() == "Loss"
    assert "mean of 9 rows 3 0.25" in shown[1].accessibleDescription()
    view.show_sections(ALL[:2])
    assert len(view.sheet.views()) == 2
    view.show_sections(ALL)
    assert len(view.sheet.views()) == 4


def test_lines_of_a_group_share_their_decimals(view):
    columns = (StepColumn("w₁", (12.5, 13.0, 1e-4, 2e-4)),)
    view.show_sections((StepSection(StepPart.MEMORY, "", ("m", "m", "v", "v"), columns, group=2),))
    assert [line[1] for line in view.sheet.views()[0].texts()] == ["12.5", "13.0", "0.0001", "0.0002"]


def test_the_mouse_lights_parts_and_rows(view, qtbot):
    told = heard(view.partHovered)
    rows, loss = view.sheet.views()[:2]
    for place in (QPoint(20, 8), QPoint(21, 8)):
        QTest.mouseMove(rows, place)
    qtbot.waitUntil(lambda: told[-1:] == [StepHover(StepPart.ROWS)])
    QTest.mouseMove(rows, QPoint(20, 22 + 17 + 18 + 9))
    qtbot.waitUntil(lambda: told[-1] == StepHover(StepPart.ROWS, 1))
    QTest.mouseMove(loss, QPoint(20, 22 + 17 + 2 * 18 + 9))  # the mean is about all rows
    qtbot.waitUntil(lambda: told[-1] == StepHover(StepPart.LOSS))
    QTest.mouseMove(view, QPoint(5, 5))
    qtbot.waitUntil(lambda: told[-1] is None)


def test_the_keyboard_lights_parts(view, qtbot):
    QTest.mouseMove(view, QPoint(5, 5))
    told = heard(view.partHovered)
    view.copy.setFocus()
    QTest.keyClick(view.copy, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: told[-1:] == [StepHover(StepPart.ROWS)])
    QTest.keyClick(view.sheet.views()[0], Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: told[-1] == StepHover(StepPart.LOSS))
    view.field.setFocus()
    qtbot.waitUntil(lambda: told[-1] is None)


def test_sections_stand_side_by_side_where_there_is_room(view, qtbot):
    first, last = view.sheet.views()[0], view.sheet.views()[-1]
    view.resize(300, 400)
    qtbot.waitUntil(lambda: first.x() == last.x())
    view.resize(1000, 400)
    qtbot.waitUntil(lambda: last.x() > first.x() + first.width() // 2)
    assert view.sheet.views()[2].x() == last.x()
    view.resize(300, 400)
    qtbot.waitUntil(lambda: first.x() == last.x())
    tops = [one.y() for one in view.sheet.views()]
    assert tops == sorted(tops)


def test_choices_break_where_it_is_narrow(view, qtbot):
    assert view.worst.mapTo(view, QPoint()).y() == view.copy.mapTo(view, QPoint()).y()
    view.resize(230, 300)
    qtbot.waitUntil(lambda: view.copy.mapTo(view, QPoint()).y() > view.worst.mapTo(view, QPoint()).y())
    for widget in (view.worst, view.copy, view.next_chip):
        assert widget.mapTo(view, QPoint(widget.width(), 0)).x() <= view.width()


def test_opening_and_closing_are_told(view):
    told = heard(view.closed), heard(view.opened)
    view.hide()
    view.show()
    assert told == ([None], [None])


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_headings_have_the_colour_of_their_idea(view, theme):
    view.apply_theme(theme)
    loss = view.sheet.views()[1]
    image = loss.grab().toImage()
    assert image.pixelColor(1, loss.height() // 2).name() == theme.loss
    assert part_colour(theme, StepPart.GRADIENT) == theme.gradient
    assert part_colour(theme, StepPart.PREDICTIONS) == theme.model
    assert part_colour(theme, StepPart.MEMORY) == theme.velocity
