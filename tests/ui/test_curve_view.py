from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gdexplorer.ui.curve_plot import CurvePicture
from gdexplorer.ui.curve_view import MOST_CURVES, CurveView, weight_name
from gdexplorer.ui.marks import age_colours
from gdexplorer.ui.theme import DARK, LIGHT

VALUES = np.linspace(-2.0, 4.0, 161)
STEPS = np.arange(40)


def loss(weight):
    return 0.25 + 0.5 * (weight - 1.0) * (weight - 1.0)


def picture(index=0, weight=-0.5, **changes):
    """Return a parabola with its lowest point at (1, 0.25)."""
    path = 1.0 - 2.5 * 0.9**STEPS
    made = CurvePicture(
        index,
        f"w{index} · size",
        VALUES,
        loss(VALUES),
        weight,
        loss(weight),
        weight - 1.0,
        (1.0, 0.25),
        (path, loss(path)),
    )
    return replace(made, **changes)


@pytest.fixture
def view(qtbot):
    view = CurveView()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(700, 420)
    with qtbot.waitExposed(view):
        view.show()
    return view


def show(view, *pictures):
    view.reset(range(len(pictures)))
    for shown in pictures:
        view.include(shown.index, -2.0, 4.0)
    view.include_losses(0.25, 4.75)
    for shown in pictures:
        view.show_picture(shown)


def points(item):
    return np.array(item.getData()).T


def test_the_curve_is_the_computed_one(view):
    show(view, picture())
    (plot,) = view.plots
    x, y = plot._curve.getData()
    np.testing.assert_array_equal(x, VALUES)
    np.testing.assert_array_equal(y, loss(VALUES))
    assert plot.x_axis.labelText == "w0 · size"
    assert plot.y_axis.labelText == "loss"


@pytest.mark.parametrize("weight", [-2.0, -0.5, 0.999, 1.0, 3.5])
def test_the_point_has_the_true_loss(view, weight):
    show(view, picture(weight=weight))
    np.testing.assert_array_equal(points(view.plots[0]._point), [[weight, loss(weight)]])


@pytest.mark.parametrize("slope", [-1.5, 0.0, 2.5, -1e6, 1e-9, 1e12])
def test_the_tangent_has_the_slope_and_goes_through_the_point(view, slope):
    show(view, picture(slope=slope))
    (x0, y0), (x1, y1) = points(view.plots[0]._tangent)
    assert x0 < x1
    assert y1 - y0 == pytest.approx(slope * (x1 - x0), rel=1e-3, abs=1e-12)
    np.testing.assert_allclose([(x0 + x1) / 2, (y0 + y1) / 2], [-0.5, loss(-0.5)], rtol=1e-9)


@pytest.mark.parametrize("slope", [-1.5, 0.0, 3.0, 1e9])
def test_the_tangent_stays_in_sight_at_any_slope(view, slope):
    show(view, picture(slope=slope))
    (x0, y0), (x1, y1) = points(view.plots[0]._tangent)
    (left, right), (bottom, top) = view.plots[0]._bounds
    assert 0.0 < np.hypot((x1 - x0) / (right - left), (y1 - y0) / (top - bottom)) < 0.5


def test_the_minimum_is_a_star_where_it_is_known(view):
    show(view, picture())
    np.testing.assert_array_equal(points(view.plots[0]._minimum), [[1.0, 0.25]])
    view.show_picture(picture(minimum=None))
    assert len(points(view.plots[0]._minimum)) == 0
    view.show_picture(picture(minimum=(0.5, 0.375)))
    np.testing.assert_array_equal(points(view.plots[0]._minimum), [[0.5, 0.375]])


@pytest.mark.parametrize("count", [1, 2, 40, 17_000])
def test_the_path_is_made_of_recorded_points_only(view, count):
    rng = np.random.default_rng(0)
    weights = rng.uniform(-6.0, 6.0, count)
    losses = loss(weights)
    show(view, picture(path=(weights, losses)))
    shown = points(view.plots[0]._path._dots)
    assert {tuple(pair) for pair in shown} <= set(zip(weights.tolist(), losses.tolist(), strict=True))
    assert len(shown) <= 400
    if count > 1000:
        assert len(shown) > 200
        assert shown[:, 0].min() >= -2.0
        assert shown[:, 0].max() <= 4.0


def test_without_a_path_there_is_none(view):
    show(view, picture())
    assert len(points(view.plots[0]._path._dots)) > 10
    view.show_picture(picture(path=None))
    assert len(points(view.plots[0]._path._dots)) == 0


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 12])
def test_each_weight_has_a_plot(view, qtbot, count):
    show(view, *[picture(index, path=None) for index in range(count)])
    assert len(view.plots) == count

    def are_apart():
        places = [plot.geometry() for plot in view.plots]
        assert all(view.rect().contains(place) for place in places)
        assert not any(place.intersects(other) for index, place in enumerate(places) for other in places[:index])

    qtbot.waitUntil(are_apart)


def test_fewer_weights_hide_plots_and_more_show_them_again(view):
    for count in (6, 1, 3):
        show(view, *[picture(index) for index in range(count)])
        assert len(view.plots) == count
        assert [plot._label for plot in view.plots] == [f"w{index} · size" for index in range(count)]


def test_the_ranges_only_grow_until_reset(view):
    show(view, picture())
    before = view.x_bounds(0)
    view.include(0, 0.0, 1.0)
    assert view.x_bounds(0) == before
    view.include(0, 0.0, 10.0)
    assert view.x_bounds(0)[1] > 10.0
    view.reset(range(1))
    assert view.x_bounds(0) == (0.0, 1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e308])
def test_losses_that_are_no_numbers_leave_gaps(view, bad):
    losses = loss(VALUES)
    losses[::7] = bad
    show(view, picture(losses=losses))
    shown = view.plots[0]._curve.getData()[1]
    assert np.isnan(shown[::7]).all()
    np.testing.assert_array_equal(np.delete(shown, np.s_[::7]), np.delete(losses, np.s_[::7]))
    assert not view.grab().isNull()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e308])
def test_a_diverged_state_does_not_raise(view, bad):
    path = np.array([0.0, 1.0, bad]), np.array([1.0, bad, bad])
    losses = np.full_like(VALUES, bad)
    for shown in (
        picture(weight=bad, loss=bad, slope=bad, minimum=None, path=path, losses=losses),
        picture(loss=bad, slope=bad, minimum=(1.0, bad), path=path),
        picture(),
    ):
        show(view, shown)
        assert not view.grab().isNull()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_colours_are_the_themes(view, theme):
    show(view, picture())
    view.apply_theme(theme)
    (plot,) = view.plots
    assert plot.backgroundBrush().color().name() == theme.card
    assert plot._curve.opts["pen"].color().name() == theme.loss
    assert plot._tangent.opts["pen"].color().name() == theme.gradient
    assert plot._minimum.opts["brush"].color().name() == theme.minimum
    assert {brush.color().name() for brush in plot._path._brushes} == set(age_colours(theme))
    assert age_colours(theme)[-1] == theme.loss


def test_plots_that_come_later_have_the_theme(view):
    view.apply_theme(LIGHT)
    show(view, *[picture(index) for index in range(4)])
    assert {plot.backgroundBrush().color().name() for plot in view.plots} == {LIGHT.card}


def test_the_same_picture_is_not_drawn_again(view):
    show(view, picture())
    (plot,) = view.plots
    drawn = []
    for item in (plot._curve, plot._tangent):
        item.sigPlotChanged.connect(drawn.append)
    view.show_picture(picture())
    assert drawn == []
    view.show_picture(picture(weight=0.0))
    assert drawn == [plot._tangent]


def test_as_many_curves_fit_as_there_is_room_for(view, qtbot):
    view.resize(1200, 700)
    roomy = view.capacity
    with qtbot.waitSignal(view.capacityChanged):
        view.resize(400, 320)
    assert 1 <= view.capacity < roomy <= MOST_CURVES


def test_a_page_shows_later_weights(view):
    view.reset(range(6, 9))
    for index in view.indices:
        view.include(index, -2.0, 4.0)
        view.show_picture(picture(index))
    assert [plot._label for plot in view.plots] == ["w6 · size", "w7 · size", "w8 · size"]


def pressed_and_moved(qtbot, plot, start, end):
    """Drag with the left button between two places given in the plot's coordinates."""
    viewport = plot.viewport()
    first, last = plot.pixel(*start).toPoint(), plot.pixel(*end).toPoint()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=first)
    for share in (0.3, 0.6, 1.0):
        qtbot.mouseMove(viewport, first + (last - first) * share)
    return last


def test_the_ball_can_be_dragged_to_a_new_start(view, qtbot):
    show(view, picture())
    (plot,) = view.plots
    last = pressed_and_moved(qtbot, plot, (-0.5, loss(-0.5)), (2.5, 1.0))
    x, y = points(plot._point)[0]
    assert x == pytest.approx(2.5, abs=0.05)
    assert y == loss(x), "it stands on a computed point of the curve"
    with qtbot.waitSignal(view.dropped) as dropped:
        qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=last)
    assert dropped.args == [0, pytest.approx(2.5, abs=0.05)]


def test_escape_gives_a_drag_up(view, qtbot):
    show(view, picture())
    (plot,) = view.plots
    last = pressed_and_moved(qtbot, plot, (-0.5, loss(-0.5)), (2.5, 1.0))
    with qtbot.waitSignal(plot.dragEnded), qtbot.assertNotEmitted(view.dropped):
        qtbot.keyClick(plot, Qt.Key.Key_Escape)
        qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=last)
    np.testing.assert_array_equal(points(plot._point), [[-0.5, loss(-0.5)]])


def test_a_press_beside_the_ball_drags_nothing(view, qtbot):
    show(view, picture())
    (plot,) = view.plots
    with qtbot.assertNotEmitted(view.dropped):
        last = pressed_and_moved(qtbot, plot, (2.0, 4.0), (2.5, 1.0))
        qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=last)


def test_a_click_on_the_axis_starts_there(view, qtbot):
    show(view, picture())
    (plot,) = view.plots
    on_axis = plot.pixel(3.0, plot.bounds[1][0]).toPoint() + QPoint(0, 12)
    with qtbot.waitSignal(view.dropped) as dropped:
        qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=on_axis)
    assert dropped.args == [0, pytest.approx(3.0, abs=0.05)]


def test_hovering_tells_the_coordinate(view, qtbot):
    show(view, picture())
    (plot,) = view.plots
    told = []
    view.hovered.connect(lambda index, x: told.append((index, x)))

    def is_told(x):
        qtbot.mouseMove(plot.viewport(), plot.pixel(x, 2.0).toPoint())  # which the axes' layout may still move
        return bool(told) and told[-1] == (0, pytest.approx(x, abs=0.05))

    for x in (2.0, 0.5):
        qtbot.waitUntil(lambda x=x: is_told(x))


def test_the_arrow_is_as_long_as_the_step_and_the_ghost_is_on_the_curve(view):
    show(view, picture(landing=(0.25, loss(0.25))))
    (plot,) = view.plots
    arrow = points(plot._step._item)
    np.testing.assert_array_equal(arrow[[0, 1]], [[-0.5, loss(-0.5)], [0.25, loss(-0.5)]])
    np.testing.assert_array_equal(points(plot._ghost), [[0.25, loss(0.25)]])
    assert plot._step._item.opts["pen"].color().name() == DARK.gradient
    view.show_picture(picture())
    assert not plot._step._item.isVisible()
    assert not plot._ghost.isVisible()


@pytest.mark.parametrize(
    ("weight", "height", "symbol"),
    [(30.0, 1.0, "t2"), (-30.0, 1.0, "t3"), (1.0, 1e9, "t1"), (np.inf, 1.0, "t2"), (1.0, np.nan, "t1")],
)
def test_a_point_beyond_the_edge_is_told_by_an_arrow_and_words(view, weight, height, symbol):
    show(view, picture(weight=weight, loss=height))
    (plot,) = view.plots
    assert "loss" in plot.edge.text
    (left, right), (bottom, top) = plot.bounds
    x, y = points(plot.edge._arrow)[0]
    assert left < x < right
    assert bottom < y < top
    assert plot.edge._arrow.opts["symbol"] == symbol
    assert not plot._note.isVisible(), "both would stand in the same corner"
    show(view, picture())
    assert plot.edge.text == ""
    assert plot._note.isVisible()


def test_weights_are_named_from_1():
    assert [weight_name(index) for index in (0, 8, 11)] == ["w₁", "w₉", "w₁₂"]
