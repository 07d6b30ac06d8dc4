import math
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from gdexplorer.core.ruler import NO_RULER, Ruler, Stretch, Zone
from gdexplorer.ui.rate_bands import zone_colour
from gdexplorer.ui.rate_ruler import RateRuler
from gdexplorer.ui.theme import DARK, LIGHT

WIDTH = 274


def zones(*ends: float) -> tuple[Stretch, ...]:
    bounds = (0.0, *ends, math.inf)
    return tuple(Stretch(a, b, zone) for a, b, zone in zip(bounds, bounds[1:], Zone, strict=False))


PLAIN = Ruler(zones(0.008, 0.08, 0.16), 0.16, fastest=0.07861234)


@pytest.fixture
def ruler(qtbot):
    ruler = RateRuler()
    ruler.set_theme(DARK)
    ruler.set_range(1e-4, 1.0)
    ruler.set_value(0.02)
    ruler.resize(WIDTH, ruler.sizeHint().height())
    ruler.set_ruler(PLAIN)
    qtbot.addWidget(ruler)
    ruler.show()
    qtbot.waitExposed(ruler)
    ruler.edited = []
    ruler.valueEdited.connect(ruler.edited.append)
    return ruler


def colours(ruler) -> set[str]:
    image = ruler.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def centre(place) -> QPoint:
    return place.center().toPoint()


def test_every_zone_has_its_name_and_every_mark_its_number(ruler):
    assert list(ruler.names_shown()) == ["crawls", "converges", "zig-zags", "diverges"]
    assert list(ruler.marks_shown()) == ["fastest 0.0786", "limit 0.16"]


def test_names_stand_at_their_zones(ruler):
    for stretch, name in zip(PLAIN.stretches, ruler.names_shown().values(), strict=True):
        assert name.left() < ruler.x_of(stretch.high)
        assert name.right() > ruler.x_of(stretch.low)


@given(limit=st.floats(1e-3, 0.99), spread=st.floats(1.0, 4.0), width=st.integers(80, 400), anywhere=st.booleans())
@effort(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_label_touches_another_or_the_edge(ruler, limit, spread, width, anywhere):
    ruler.resize(width, ruler.height())
    fastest = limit / spread
    bound = limit / 1.5 if anywhere else None
    ruler.set_ruler(Ruler(zones(limit / 20, limit / spread, limit), limit, bound, fastest))
    rows = (list(ruler.names_shown().values()), list(ruler.marks_shown().values()))
    for row in rows:
        assert all(a.right() < b.left() for a, b in pairwise(row))
        assert all(place.left() >= 0 and place.right() <= width for place in row)
    assert not any(a.intersects(b) for a in rows[0] for b in rows[1])
    assert any(text.startswith("limit") for text in ruler.marks_shown()) or width < 100


def test_a_zone_too_narrow_for_its_name_keeps_its_sentence(ruler):
    ruler.set_ruler(Ruler(zones(0.008, 0.155, 0.16), 0.16))
    ruler.set_range(1e-6, 1.0)
    assert "zig-zags" not in ruler.names_shown()
    tip = ruler.tip_at(QPointF((ruler.x_of(0.155) + ruler.x_of(0.16)) / 2 - 0.2, 50.0))
    assert tip.startswith("Zig-zags: from 0.155 to 0.16 steps jump to and fro over the bottom")


def test_hovering_tells_the_zone_in_a_sentence(ruler, qtbot):
    place = QPoint(round(ruler.x_of(0.02)), 26)
    QApplication.sendEvent(ruler, QHelpEvent(QHelpEvent.Type.ToolTip, place, ruler.mapToGlobal(place)))
    qtbot.waitUntil(QToolTip.isVisible)
    assert QToolTip.text() == "Converges: from 0.008 to 0.08 training comes to rest at the bottom."
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_names_and_marks_tell_what_they_mean(ruler):
    assert ruler.tip_at(ruler.names_shown()["diverges"].center()).startswith("Diverges: above 0.16")
    assert "limit" in ruler.tip_at(ruler.marks_shown()["limit 0.16"].center())
    assert "Click to take it" in ruler.tip_at(ruler.marks_shown()["fastest 0.0786"].center())


def test_a_click_on_the_fastest_takes_it_and_does_not_drag(ruler, qtbot):
    place = centre(ruler.marks_shown()["fastest 0.0786"])
    qtbot.mousePress(ruler, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(ruler, place + QPoint(30, 0))
    qtbot.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=place + QPoint(30, 0))
    assert ruler.edited == [0.07861]


def test_the_pointer_says_that_the_fastest_can_be_taken(ruler, qtbot):
    place = centre(ruler.marks_shown()["fastest 0.0786"])
    QTest.mouseMove(ruler, QPoint(20, 26))
    QTest.mouseMove(ruler, place)
    qtbot.waitUntil(lambda: ruler.cursor().shape() is Qt.CursorShape.PointingHandCursor)
    QTest.mouseMove(ruler, QPoint(20, 26))
    qtbot.waitUntil(lambda: ruler.cursor().shape() is Qt.CursorShape.ArrowCursor)


def test_a_press_on_the_groove_brings_the_knob_and_drags_it(ruler, qtbot):
    qtbot.mousePress(ruler, Qt.MouseButton.LeftButton, pos=QPoint(round(ruler.x_of(0.3)), 26))
    QTest.mouseMove(ruler, QPoint(round(ruler.x_of(0.5)), 26))
    qtbot.waitUntil(lambda: len(ruler.edited) > 1)
    qtbot.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=QPoint(round(ruler.x_of(0.5)), 26))
    assert ruler.edited[0] == pytest.approx(0.3, rel=0.05)
    assert ruler.edited[-1] == pytest.approx(0.5, rel=0.05)


def test_keys_move_as_on_every_slider(ruler, qtbot):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown):
        qtbot.keyClick(ruler, key)
    assert ruler.edited == [0.0224, 0.00224]


def test_a_local_limit_and_the_one_for_all_weights_are_told_apart(ruler):
    ruler.set_ruler(Ruler(zones(0.008, 0.15, 0.4), 0.4, 0.16, 0.1))
    assert list(ruler.marks_shown()) == ["fastest 0.1", "anywhere 0.16", "limit here 0.4"]
    ruler.set_ruler(Ruler(zones(0.008, 0.08, 0.16), 0.16, 0.16))
    assert list(ruler.marks_shown()) == ["limit anywhere 0.16"]


def test_a_mark_beyond_the_range_is_pointed_to(ruler):
    ruler.set_range(0.2, 10.0)
    assert list(ruler.marks_shown()) == ["‹ fastest 0.0786", "‹ limit 0.16"]
    ruler.set_range(1e-6, 1e-2)
    assert list(ruler.marks_shown()) == ["fastest 0.0786 ›", "limit 0.16 ›"]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_zones_differ_by_colour_and_by_pattern(ruler, theme):
    ruler.set_theme(theme)
    ruler.set_value(1e-4)
    image = ruler.grab().toImage()
    patterns = set()
    for stretch, low, high in zip(Zone, (5e-4, 0.012, 0.085, 0.3), (2e-3, 0.05, 0.15, 0.8), strict=True):
        xs = range(round(ruler.x_of(low)), round(ruler.x_of(high)))
        rows = [[image.pixelColor(x, y).name() for x in xs] for y in (23, 26, 29)]
        is_solid = set(rows[1]) == {zone_colour(stretch, theme)}
        assert is_solid == (stretch is Zone.CONVERGES)
        patterns.add(tuple(len(set(row)) for row in rows))
    assert len(patterns) == 4


def test_an_outdated_ruler_is_dimmed(ruler):
    ruler.set_value(1e-4)
    assert DARK.good in colours(ruler)
    ruler.set_outdated(True)
    assert DARK.good not in colours(ruler)
    ruler.set_outdated(False)
    assert DARK.good in colours(ruler)


def test_without_a_say_there_are_no_zones(ruler):
    ruler.setEnabled(False)
    assert DARK.good not in colours(ruler)
    assert DARK.gradient not in colours(ruler)


def test_a_measured_ruler_looks_measured(ruler):
    before = ruler.grab().toImage()
    ruler.set_ruler(Ruler(PLAIN.stretches, PLAIN.limit, None, PLAIN.fastest, is_measured=True))
    assert ruler.grab().toImage() != before
    assert "trial" in ruler.tip_at(QPointF(ruler.x_of(0.02), 26.0))


def test_everything_is_told_to_those_who_cannot_see(ruler):
    assert "The fastest fixed learning rate: 0.0786." in ruler.accessibleDescription()
    ruler.set_ruler(NO_RULER)
    assert ruler.accessibleDescription() == ""


@pytest.mark.parametrize("limit", [1e-300, 1e-9, 0.1, 1.0, 1e9, 1e300])
@pytest.mark.parametrize("width", [72, 274])
@pytest.mark.parametrize("value", [1e-300, 0.3, 1e300])
def test_every_limit_value_and_width_can_be_drawn(ruler, limit, width, value):
    ruler.set_value(value)
    ruler.resize(width, ruler.height())
    ruler.set_ruler(Ruler(zones(limit / 20, limit / 2, limit), limit, limit / 3, limit / 2, is_measured=limit > 1))
    assert not ruler.grab().isNull()
