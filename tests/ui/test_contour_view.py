from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.contour_view import ContourView
from gdexplorer.ui.ground import Coordinate, Walk, make_ground
from gdexplorer.ui.theme import DARK, LIGHT

MINIMUM = np.array([0.7, -0.2])
A, B = np.linspace(-2.0, 3.0, 101), np.linspace(-1.5, 1.5, 81)


def loss(a, b):
    x, y = a - MINIMUM[0], b - MINIMUM[1]
    return 0.25 + x * x + 3.0 * y * y + 1.2 * x * y


def slope(a, b):
    x, y = a - MINIMUM[0], b - MINIMUM[1]
    return np.array([2.0 * x + 1.2 * y, 6.0 * y + 1.2 * x])


GROUND = make_ground(A, B, loss(A[None, :], B[:, None]), 0.25)


def walk(*places, **changes):
    """Return a run along ``places`` that will step on against the slope."""
    path = np.array(places or [(-1.5, 1.0), (-0.8, 0.4), (-0.2, 0.5)])
    slopes = slope(*path[-1])
    landing = path[-1] - 0.1 * slopes
    made = Walk(path, loss(*path.T), slopes, -slopes, 1.0, (landing, float(loss(*landing))), (MINIMUM, 0.25))
    return replace(made, **changes)


@pytest.fixture
def host(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(560, 420)
    return host


@pytest.fixture
def view(qtbot, host):
    view = ContourView()
    view.setParent(host)
    view.resize(560, 420)
    view.apply_theme(DARK)
    view.show_coordinates(Coordinate("w₁ · size", 0), Coordinate("w₂ · bias", 1))
    with qtbot.waitExposed(host):
        host.show()
    view.show_ground(GROUND)
    view.show_walk(walk())
    view.grab()  # which lays the axes out
    return view


def points(item):
    return np.array(item.getData()).T


def colour_at(view, a, b):
    return view.grab().toImage().pixelColor(view.pixel(a, b).toPoint()).getRgb()[:3]


def test_the_lowest_pixel_is_at_the_known_minimum(view):
    view.show_walk(None)
    shares = GROUND.losses
    row, column = np.unravel_index(np.argmin(shares), shares.shape)
    box = view._image.mapRectToParent(view._image.boundingRect())
    height, width = shares.shape
    centre_a = box.left() + (column + 0.5) * box.width() / width
    centre_b = box.top() + (row + 0.5) * box.height() / height
    assert centre_a == pytest.approx(A[column], abs=1e-12)
    assert centre_b == pytest.approx(B[row], abs=1e-12)
    assert abs(centre_a - MINIMUM[0]) <= (A[1] - A[0]) / 2 + 1e-12
    assert abs(centre_b - MINIMUM[1]) <= (B[1] - B[0]) / 2 + 1e-12


@pytest.mark.parametrize(("a", "b"), [(-1.2, -0.9), (2.2, 0.8), (0.7, -0.2), (2.6, -1.2)])
def test_the_picture_has_the_colour_of_the_loss_where_the_axes_say(view, a, b):
    view.show_walk(None)
    view._lines.setVisible(False)
    column, row = int(np.argmin(np.abs(A - a))), int(np.argmin(np.abs(B - b)))
    expected = GROUND.colours(GROUND.losses[row, column])[:3]
    np.testing.assert_allclose(colour_at(view, A[column], B[row]), expected, atol=2)


def test_isolines_path_and_star_share_the_transform_of_the_picture(view):
    for isoline in GROUND.isolines:
        places = np.concatenate(isoline.pieces)
        np.testing.assert_allclose(loss(*places.T), isoline.loss, rtol=4e-3)
    drawn = points(view._lines)
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    np.testing.assert_array_equal(drawn, np.concatenate([p for line in GROUND.isolines for p in line.pieces]))
    scenes = {item.sceneTransform() for item in (view._lines, view._path._line, view._minimum, view._cut)}
    assert len(scenes) == 1
    np.testing.assert_array_equal(points(view._minimum), [MINIMUM])
    at = view._minimum.mapToScene(*MINIMUM)
    assert view.pixel(*MINIMUM).toPoint() == view.mapFromScene(at)


def test_the_path_is_the_recorded_one(view):
    path = walk().path
    np.testing.assert_array_equal(points(view._path._line), path)
    np.testing.assert_array_equal(points(view._point), path[-1:])
    np.testing.assert_array_equal(points(view._start), path[:1])


def test_the_arrows_point_downhill_and_to_where_the_step_ends(view):
    run = walk()
    downhill = points(view._slope._item)[:2]
    way = downhill[1] - downhill[0]
    assert np.cross(np.append(way, 0), np.append(-run.slope, 0))[2] == pytest.approx(0, abs=1e-9)
    assert way @ -run.slope > 0
    np.testing.assert_array_equal(points(view._step._item)[:2], [run.point, run.landing[0]])
    np.testing.assert_array_equal(points(view._ghost), [run.landing[0]])
    view.show_walk(walk(landing=None))
    assert not view._step._item.isVisible()
    assert len(points(view._ghost)) == 0


def test_the_arrow_downhill_is_shorter_where_it_is_less_steep_and_gone_at_the_bottom(view):
    def length():
        start, end = points(view._slope._item)[:2]
        return np.hypot(*((end - start) * view.pixels_per_unit()))

    whole = length()
    view.show_walk(walk(steepness=0.5))
    assert length() == pytest.approx(whole / 2)
    view.show_walk(walk(steepness=1e-4))
    assert not view._slope._item.isVisible()


def test_the_names_of_the_coordinates_keep_their_colours_when_the_numbers_come_back(view):
    for is_blank in (True, False):
        view.set_axes_blank(is_blank)
        assert view.x_axis.labelStyle["color"] == DARK.weight(0)
        assert view.y_axis.labelStyle["color"] == DARK.weight(1)


def test_hovering_near_an_isoline_thickens_it_and_tells_its_loss(view, qtbot):
    isoline = GROUND.isolines[5]
    place = isoline.pieces[0][3]

    def hover(place):
        for pixel in (view.pixel(*place).toPoint() + QPoint(2, 2), view.pixel(*place).toPoint()):
            qtbot.mouseMove(view.viewport(), pixel)  # twice, for a move to where the mouse is would be none
        return view.hovered_loss

    qtbot.waitUntil(lambda: hover(place) == isoline.loss)
    assert view._thick.isVisible()
    assert "loss" in view._value.toPlainText()
    first_hidden = len(points(view._thick))
    assert first_hidden == sum(len(piece) + 1 for piece in isoline.pieces)
    qtbot.waitUntil(lambda: hover(MINIMUM) is None)
    assert not view._thick.isVisible()


@pytest.mark.parametrize("handle", ["point", "start"])
def test_the_start_is_dragged_by_the_ball_or_by_where_it_began(view, qtbot, handle):
    run = walk()
    first = view.pixel(*(run.point if handle == "point" else run.path[0])).toPoint()
    last = view.pixel(2.0, -1.0).toPoint()
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(view.viewport(), first + (last - first) * share)
    np.testing.assert_allclose(points(view._point), [[2.0, -1.0]], atol=0.03)
    with qtbot.waitSignal(view.dropped) as dropped:
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=last)
    assert dropped.args == pytest.approx([2.0, -1.0], abs=0.03)


def test_escape_puts_the_ball_back(view, qtbot):
    first = view.pixel(*walk().point).toPoint()
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(view.viewport(), first + QPoint(40, 40))
    qtbot.mouseMove(view.viewport(), first + QPoint(80, 80))
    with qtbot.assertNotEmitted(view.dropped):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=first + QPoint(80, 80))
    np.testing.assert_array_equal(points(view._point), [walk().point])


def test_a_run_that_left_is_told_at_the_edge_and_the_picture_does_not_grow(view):
    before = view.bounds
    view.show_walk(walk((-1.5, 1.0), (40.0, 0.3), (1e12, -3e11)))
    assert "loss" in view.edge.text
    assert view.bounds == before
    view.show_walk(walk((0.0, 0.0), (np.inf, np.nan)))
    assert view.edge.text
    assert not view.grab().isNull()
    view.show_walk(walk())
    assert view.edge.text == ""


@pytest.mark.parametrize("place", [(-40.0, -3.0), (-40.0, 3.0), (40.0, -3.0), (-3.0, -40.0), (3.0, 40.0)])
def test_words_at_the_edge_stay_inside_the_picture(view, place):
    view.show_walk(walk((-1.5, 1.0), (40.0 * place[0], 40.0 * place[1])))
    word = view.edge._word
    told = word.mapRectToScene(word.boundingRect())
    assert view.getPlotItem().getViewBox().sceneBoundingRect().adjusted(-1, -1, 1, 1).contains(told)


def test_gaps_are_rings_whose_area_tells_how_far_off(view):
    places = walk().path
    span = GROUND.high - GROUND.low
    view.show_walk(walk(gaps=(places, np.array([0.0, 0.01, -0.04]) * span)))
    np.testing.assert_array_equal(points(view._gaps), places[1:])
    small, large = view._gaps.data["size"]
    assert large / small == pytest.approx(2.0)
    view.show_walk(walk())
    assert len(points(view._gaps)) == 0


def test_an_outdated_picture_is_dimmed_and_stays(view):
    view.show_walk(None)
    bright = np.array(colour_at(view, 2.6, -1.2))
    view.set_dimmed(True)
    ground = np.array([int(DARK.card[i : i + 2], 16) for i in (1, 3, 5)])
    dim = np.array(colour_at(view, 2.6, -1.2))
    assert np.abs(dim - ground).sum() < np.abs(bright - ground).sum()
    assert np.abs(dim - ground).sum() > 20
    view.set_dimmed(False)
    np.testing.assert_array_equal(colour_at(view, 2.6, -1.2), bright)


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_losses_that_overflow_in_a_corner_have_the_last_colour(view, value):
    losses = GROUND.losses.copy()
    losses[60:, 80:] = value
    view.show_ground(make_ground(A, B, losses))
    view.show_walk(None)
    last = GROUND.colours(np.array(np.inf))[:3]
    np.testing.assert_allclose(colour_at(view, A[95], B[75]), last, atol=2)


def test_a_ground_with_one_loss_everywhere_has_no_isolines_and_draws(view):
    view.show_ground(make_ground(A, B, np.full((len(B), len(A)), 3.0)))
    assert len(points(view._lines)) == 0
    view.show_ground(make_ground(A, B, np.full((len(B), len(A)), np.inf)))
    assert not view.grab().isNull()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_frame_follows_the_theme_and_what_lies_on_the_picture_does_not(view, theme):
    view.apply_theme(theme)
    assert view.backgroundBrush().color().name() == theme.card
    assert view._point.opts["brush"].color().name() == DARK.loss
    assert view._step._item.opts["pen"].color().name() == DARK.gradient


def test_the_same_walk_is_not_drawn_again(view):
    drawn = []
    view.show_walk(walk())
    view._path._line.sigPlotChanged.connect(drawn.append)
    view.show_walk(walk())
    assert drawn == []
    view.show_walk(walk((-1.5, 1.0), (-0.8, 0.4), (-0.2, 0.5), (0.3, 0.1)))
    assert len(drawn) == 1
