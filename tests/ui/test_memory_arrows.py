"""The parts of a step and the squares of past slopes, as they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.contour_view import ContourView
from gdexplorer.ui.curve_plot import CurvePicture, CurvePlot
from gdexplorer.ui.ground import Coordinate, Walk, make_ground
from gdexplorer.ui.memory_arrows import Leg, legs, side_by_side
from gdexplorer.ui.memory_chips import MemoryChips
from gdexplorer.ui.memory_parts import Part, SquareMemory, SquareScale, StepParts
from gdexplorer.ui.theme import DARK, LIGHT

POINT, TIP, LANDING = np.array([0.2, 0.3]), np.array([0.9, 0.1]), np.array([1.3, 1.4])
ALL = frozenset(Part)


def memory(*values, full=10.0, indices=None):
    shown = tuple(range(len(values))) if indices is None else indices
    return SquareMemory("G", "sum of all squared slopes", np.array(values), full, shown)


@pytest.fixture
def host(qtbot):
    """A window for plots, which cannot be closed twice as a window of their own."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def shown(view, host, qtbot, width=640, height=460):
    view.setParent(host)
    view.apply_theme(DARK)
    for widget in (view, host):
        widget.resize(width, height)
    with qtbot.waitExposed(host):
        host.show()
    view.grab()  # which lays the axes out
    return view


@pytest.fixture
def contour(host, qtbot):
    view = shown(ContourView(), host, qtbot)
    a = np.linspace(-2.0, 2.0, 41)
    view.show_coordinates(Coordinate("w₁", 0), Coordinate("w₂", 1))
    view.show_ground(make_ground(a, a, a[None, :] ** 2 + a[:, None] ** 2))
    return view


def walk(parts, squares=None, landing=LANDING):
    path = np.array([[-1.5, 1.5], POINT])
    slopes = np.array([0.4, 0.6])
    return Walk(path, np.array([4.5, 0.13]), slopes, -slopes, landing=(landing, 1.0), parts=parts, squares=squares)


def adding(*, is_named=True):
    return StepParts(TIP, (TIP, LANDING), adds_up=True, is_named=is_named)


def ends(view, leg):
    """Where an arrow is drawn, start and end; None where it is not."""
    item = view._parts._arrows[leg]._item
    return np.array(item.getData()).T[:2] if item.isVisible() else None


def test_slope_and_velocity_are_laid_tip_to_tail_and_the_step_from_the_ball(contour):
    contour.show_walk(walk(adding()))
    np.testing.assert_allclose(ends(contour, Leg.SLOPE), [POINT, TIP])
    np.testing.assert_allclose(ends(contour, Leg.VELOCITY), [TIP, LANDING])
    np.testing.assert_allclose(ends(contour, Leg.STEP), [POINT, LANDING])
    assert not contour._step._item.isVisible()
    assert "both parts together" in contour.toolTip()


def test_plain_descent_has_one_arrow(contour):
    contour.show_walk(walk(adding()))
    contour.show_walk(walk(None))
    assert [ends(contour, leg) for leg in Leg] == [None, None, None]
    assert contour._step._item.isVisible()
    assert "Thick arrow: the next step" in contour.toolTip()


def test_parts_that_do_not_add_up_begin_at_the_ball_and_the_legend_says_so(contour):
    contour.show_walk(walk(StepParts(TIP, (POINT, np.array([0.0, 1.2])), adds_up=False)))
    np.testing.assert_allclose(ends(contour, Leg.VELOCITY), [POINT, [0.0, 1.2]])
    assert "do not add up" in contour.toolTip()


@pytest.mark.parametrize(("part", "leg"), [(Part.SLOPE, Leg.SLOPE), (Part.VELOCITY, Leg.VELOCITY)])
def test_each_part_can_be_left_out(contour, part, leg):
    contour.show_walk(walk(adding()))
    contour.set_shown(ALL - {part})
    assert [each for each in Leg if ends(contour, each) is None] == [leg]
    contour.set_shown(ALL)
    assert ends(contour, leg) is not None


def test_the_velocity_is_dashed_and_its_head_is_not(contour):
    contour.show_walk(walk(adding()))
    arrow = contour._parts._arrows[Leg.VELOCITY]
    assert arrow._item.opts["pen"].dashPattern()
    assert not arrow._head.opts["pen"].dashPattern()
    np.testing.assert_allclose(np.array(arrow._head.getData()).T[1], LANDING)


@pytest.mark.parametrize("landing", [LANDING, np.array([0.5, 1.6]), np.array([-1.0, 0.2])])
def test_names_hide_neither_one_another_nor_the_ball_and_stay_inside(contour, landing):
    contour.show_walk(walk(StepParts(TIP, (TIP, landing), adds_up=True), landing=landing))
    contour.grab()
    seats = [text.sceneBoundingRect() for text in contour._parts._texts.values() if text.isVisible()]
    assert len(seats) >= 2
    box = contour.getPlotItem().getViewBox()
    ball = box.mapViewToScene(QPointF(*POINT))
    for index, seat in enumerate(seats):
        assert box.sceneBoundingRect().adjusted(-1, -1, 1, 1).contains(seat)
        assert not seat.contains(ball)
        assert not any(seat.intersects(other) for other in seats[index + 1 :])


def test_a_fast_run_has_no_names(contour):
    contour.show_walk(walk(adding(is_named=False)))
    assert not any(text.isVisible() for text in contour._parts._texts.values())
    assert ends(contour, Leg.SLOPE) is not None


def test_arrows_on_one_line_stand_beside_one_another():
    point, scale = np.zeros(2), np.array([100.0, 50.0])
    parts = StepParts(np.array([1.0, 0.0]), (np.array([1.0, 0.0]), np.array([0.4, 0.0])), adds_up=True)
    ways = side_by_side(legs(parts, point, np.array([0.4, 0.0]), ALL), scale)
    heights = [ways[leg][0][1] * scale[1] for leg in (Leg.STEP, Leg.SLOPE, Leg.VELOCITY)]
    np.testing.assert_allclose(heights, [0.0, 12.0, 24.0])
    for leg, way in ways.items():  # moved as a whole: lengths and directions are the true ones
        np.testing.assert_allclose(
            way[1] - way[0], np.subtract(*legs(parts, point, np.array([0.4, 0.0]), ALL)[leg][::-1])
        )


def test_arrows_that_part_stay_where_they_are():
    ways = legs(adding(), POINT, LANDING, ALL)
    assert side_by_side(ways, np.array([100.0, 100.0])) == ways


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308])
def test_parts_without_a_place_do_not_raise(contour, bad):
    far = np.array([bad, 0.0])
    contour.show_walk(walk(StepParts(far, (far, LANDING), adds_up=True), memory(bad, 1.0)))
    contour.grab()
    assert ends(contour, Leg.SLOPE) is None


def curve(index=0, parts=None, squares=None):
    values = np.linspace(-1.0, 2.0, 61)
    landing = None if parts is None else (0.9, 0.16)
    return CurvePicture(
        index,
        "w₁",
        values,
        (values - 0.5) ** 2,
        0.0,
        0.25,
        -1.0,
        (0.5, 0.0),
        None,
        landing,
        parts=parts,
        squares=squares,
    )


@pytest.fixture
def plot(host, qtbot):
    return shown(CurvePlot(), host, qtbot)


def test_along_one_weight_the_parts_stand_above_the_step(plot):
    parts = StepParts(np.array([0.3]), (np.array([0.3]), np.array([0.9])), adds_up=True)
    plot.show_picture(curve(parts=parts), (-1.0, 2.0), (0.0, 2.25))
    step, slope, velocity = (ends(plot, leg) for leg in (Leg.STEP, Leg.SLOPE, Leg.VELOCITY))
    np.testing.assert_allclose(step, [[0.0, 0.25], [0.9, 0.25]])
    np.testing.assert_allclose(slope[:, 0], [0.0, 0.3])
    np.testing.assert_allclose(velocity[:, 0], [0.3, 0.9])
    assert step[0, 1] < slope[0, 1] == slope[1, 1] < velocity[0, 1] == velocity[1, 1]
    plot.show_picture(curve(), (-1.0, 2.0), (0.0, 2.25))
    assert ends(plot, Leg.SLOPE) is None


def test_the_area_of_a_square_is_its_value(contour):
    contour.show_walk(walk(None, memory(10.0, 2.5, 0.0, np.nan)))
    assert contour.squares.isVisible()
    np.testing.assert_allclose(contour.squares.sides**2, 34.0**2 * np.array([1.0, 0.25, 0.0, 0.0]))
    contour.set_shown(ALL - {Part.SQUARES})
    assert not contour.squares.isVisible()


def test_a_square_is_painted_as_large_as_it_is(plot):
    plot.show_picture(curve(squares=memory(2.5)), (-1.0, 2.0), (0.0, 2.25))
    picture = plot.grab().toImage()
    colour = DARK.weight(0)
    place = plot.squares.mapToScene(plot.squares.boundingRect().center()).x()
    columns = [
        sum(picture.pixelColor(x, y).name() == colour for y in range(picture.height() // 2))
        for x in range(int(place) - 40, int(place) + 40)
    ]
    assert max(columns) == pytest.approx(17.0, abs=1.1)  # half as long as the cell of 34: a quarter of its area
    assert sum(count > 12 for count in columns) == pytest.approx(17.0, abs=1.1)


def test_squares_leave_the_corner_that_the_ball_comes_to(contour):
    contour.show_walk(walk(None, memory(1.0, 2.0)))
    before = contour.squares.pos()
    path = np.array([[-1.5, 1.5], [1.8, -1.7]])
    contour.show_walk(Walk(path, np.array([4.5, 6.0]), np.ones(2), -np.ones(2), squares=memory(1.0, 2.0)))
    assert contour.squares.pos() != before
    box = contour.getPlotItem().getViewBox()
    ball = contour.squares.mapFromScene(box.mapViewToScene(QPointF(*path[1])))
    assert not contour.squares.boundingRect().contains(ball)


@pytest.mark.parametrize(("size", "tells_all"), [((900, 600), True), ((300, 260), False)])
def test_where_there_is_little_room_less_is_told_and_the_squares_stay_true(host, qtbot, size, tells_all):
    plot = shown(CurvePlot(), host, qtbot, *size)
    plot.show_picture(curve(squares=memory(2.5)), (-1.0, 2.0), (0.0, 2.25))
    assert plot.squares.tells_all is tells_all
    assert plot.squares.sides[0] == pytest.approx(plot.squares._level.cell / 2)
    area = plot.squares.boundingRect()
    assert area.width() < 0.6 * plot.getPlotItem().getViewBox().width()


def test_the_scale_grows_in_round_numbers_and_never_shrinks():
    scale = SquareScale()
    assert scale.include(np.zeros(2)) == 0.0
    assert [scale.include(np.array([value, 0.1])) for value in (0.3, 0.5, 0.51, 7.0, 0.2)] == [
        0.5,
        0.5,
        1.0,
        10.0,
        10.0,
    ]
    assert scale.include(np.array([np.inf, 11.0])) == 20.0
    scale.reset()
    assert scale.include(np.array([1e-7])) == 1e-7


def test_switches_are_there_for_what_there_is_and_are_remembered(qtbot):
    chips, said = MemoryChips(), []
    qtbot.addWidget(chips)
    chips.shownEdited.connect(said.append)
    chips.offer(frozenset({Part.SLOPE, Part.VELOCITY}))
    with qtbot.waitExposed(chips):
        chips.show()
    seen = {part for part, chip in chips._chips.items() if chip.isVisible()}
    assert seen == {Part.SLOPE, Part.VELOCITY}
    qtbot.mouseClick(chips._chips[Part.VELOCITY], Qt.MouseButton.LeftButton)
    assert said == [ALL - {Part.VELOCITY}]
    chips.offer(frozenset())
    chips.offer(ALL)
    assert chips.shown == ALL - {Part.VELOCITY}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_velocity_has_a_colour_of_its_own(plot, theme):
    plot.apply_theme(theme)
    assert plot._parts._arrows[Leg.VELOCITY]._head.opts["pen"].color().name() == theme.velocity
    assert theme.velocity not in (theme.gradient, theme.loss, theme.model, *theme.weights)


def test_squares_that_would_hide_the_picture_are_left_out(host, qtbot):
    plot = shown(CurvePlot(), host, qtbot, 80, 70)
    plot.show_picture(curve(squares=memory(2.5)), (-1.0, 2.0), (0.0, 2.25))
    assert not plot.squares.isVisible()
    host.resize(500, 400)
    plot.resize(500, 400)
    qtbot.waitUntil(plot.squares.isVisible)
