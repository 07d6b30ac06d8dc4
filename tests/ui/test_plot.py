from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.axes import DRAWABLE, Scale
from gdexplorer.ui.plot import GrowingRange, Plot
from gdexplorer.ui.theme import DARK, LIGHT

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
intervals = st.lists(st.tuples(st.floats(width=64), st.floats(width=64), st.booleans()), max_size=12)


@pytest.fixture
def plot(qtbot):
    host = QWidget()  # a PlotWidget by itself cannot be closed twice
    qtbot.addWidget(host)
    plot = Plot("size  (sq ft)", "loss", host)
    plot.apply_theme(DARK)
    plot.resize(400, 300)
    host.resize(600, 400)
    with qtbot.waitExposed(host):
        host.show()
    plot.set_bounds((0.0, 10.0), (0.0, 1.0))
    plot.host = host
    return plot


def is_drawable(*numbers):
    return all(math.isfinite(number) and abs(number) <= DRAWABLE for number in numbers)


@given(intervals)
def test_a_range_contains_what_it_saw_and_never_shrinks(pieces):
    grown = GrowingRange()
    seen = []
    for one, other, exact in pieces:
        low, high = min(one, other), max(one, other)
        before = grown.bounds
        changed = grown.include(low, high, exact=exact)
        after = grown.bounds
        assert (after != before) <= changed
        if is_drawable(low, high):
            if seen and max(seen) - min(seen) > 1e-12 * max(map(abs, seen)):  # what one value alone got is no promise
                assert after[0] <= before[0]
                assert before[1] <= after[1]
            seen += [low, high]
        else:
            assert not changed
        assert after[0] < after[1]
        assert all(map(math.isfinite, after))
        assert not seen or after[0] <= min(seen) <= max(seen) <= after[1]


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 1e-300, 1e-9, 1e99, -1e99, 5e-324])
def test_equal_values_are_a_range_with_room(value):
    grown = GrowingRange()
    assert grown.include(value, value)
    low, high = grown.bounds
    assert low < value < high
    assert math.isfinite(1.0 / (high - low))


def test_a_range_is_0_to_1_before_it_saw_anything():
    grown = GrowingRange()
    assert grown.bounds == (0.0, 1.0)
    grown.include(5.0, 6.0)
    assert grown.bounds == (5.0, 6.0)
    grown.reset()
    assert grown.bounds == (0.0, 1.0)


def test_a_range_grows_in_strides_unless_exact():
    grown = GrowingRange()
    grown.include(0.0, 3.0)
    assert not grown.include(1.0, 2.0)
    assert grown.include(0.0, 6.0)
    assert grown.bounds == (0.0, 8.0)
    assert not grown.include(0.0, 8.0)
    assert grown.include(-1.0, 9.0, exact=True)
    assert grown.bounds == (-1.0, 9.0)


@pytest.mark.parametrize("bounds", [(math.nan, 1.0), (0.0, math.inf), (-math.inf, 0.0), (0.0, 1e101), (-1e308, 0.0)])
def test_a_range_ignores_what_no_plot_can_show(bounds):
    grown = GrowingRange()
    grown.include(0.0, 1.0)
    assert not grown.include(*bounds)
    assert grown.bounds == (0.0, 1.0)


@pytest.mark.usefixtures("qapp")
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_a_plot_shows_exactly_its_bounds(left, width, bottom, height):
    plot = Plot()
    bounds = (left, left + width), (bottom, bottom + height)
    plot.set_bounds(*bounds)
    np.testing.assert_allclose(plot.getPlotItem().getViewBox().viewRange(), bounds, rtol=1e-9, atol=1e-9)
    plot.close()


def test_what_was_not_drawn_yet_is_news(plot):
    x, y = np.array([0.0, 5.0]), np.array([0.2, 0.4])
    item, other = object(), object()
    assert plot.is_news(item, x, y)
    assert not plot.is_news(item, x.copy(), y.copy())
    assert plot.is_news(other, x, y)


def test_less_than_a_pixel_is_no_news_and_more_is(plot):
    box = plot.getPlotItem().getViewBox()
    x, y = np.array([0.0, 5.0]), np.array([0.0, 0.5])
    item = object()
    plot.is_news(item, x, y)
    assert not plot.is_news(item, x, y + 0.1 / box.height())
    assert not plot.is_news(item, x + 0.1 * 10 / box.width(), y)
    assert plot.is_news(item, x, y + 1.0 / box.height())
    assert plot.is_news(item, x + 1.0 * 10 / box.width(), y)


def test_small_moves_add_up_to_news(plot):
    box = plot.getPlotItem().getViewBox()
    x, item = np.array([0.0]), object()
    news = [plot.is_news(item, x, np.array([0.5 + 0.1 * move / box.height()])) for move in range(40)]
    assert 8 <= sum(news) <= 16


def test_more_points_and_another_gap_are_news(plot):
    x, y, item = np.arange(4.0), np.full(4, 0.5), object()
    plot.is_news(item, x, y)
    assert plot.is_news(item, x[:3], y[:3])
    assert plot.is_news(item, x, y)
    y[2] = np.nan
    assert plot.is_news(item, x, y)
    assert not plot.is_news(item, x, y)


def test_another_size_is_news(plot, qtbot):
    x, y, item = np.arange(4.0), np.full(4, 0.5), object()
    plot.is_news(item, x, y)
    width = plot.getPlotItem().getViewBox().width()
    plot.resize(520, 300)
    qtbot.waitUntil(lambda: plot.getPlotItem().getViewBox().width() > width + 50)
    assert plot.is_news(item, x, y)
    assert not plot.is_news(item, x, y)


def test_other_bounds_are_news(plot):
    x, y, item = np.arange(4.0), np.full(4, 0.5), object()
    plot.is_news(item, x, y)
    plot.set_bounds((0.0, 20.0), (0.0, 1.0))
    assert plot.is_news(item, x, y)


@pytest.mark.parametrize("values", [[np.nan, np.inf], [1e308, -1e308], [-np.inf, 0.0]])
def test_odd_numbers_do_not_raise(plot, values):
    item = object()
    assert plot.is_news(item, np.array(values), np.array(values))
    assert not plot.is_news(item, np.array(values), np.array(values))


@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_a_double_click_asks_for_a_fit(plot, qtbot):
    with qtbot.waitSignal(plot.fitRequested):
        qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(plot.fitRequested):
        qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.RightButton)
        qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.RightButton)  # or it stays down for all later tests
        qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton)


@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_the_mouse_does_not_move_the_picture(plot, qtbot):
    box = plot.getPlotItem().getViewBox()
    before = box.viewRange()
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.viewport().rect().center())
    qtbot.mouseMove(plot.viewport(), plot.viewport().rect().bottomRight() / 3)
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton)
    assert box.viewRange() == before


@THEMES
def test_a_theme_reaches_the_background_and_the_axes(plot, theme):
    plot.apply_theme(theme)
    assert plot.backgroundBrush().color().name() == theme.card
    for axis in (plot.x_axis, plot.y_axis):
        assert axis.pen().color().name() == theme.line
        assert axis.textPen().color().name() == theme.quiet
        assert axis.tickPen().color().name() == theme.grid
        assert axis.labelStyle["color"] == theme.quiet
    assert plot.x_axis.labelText == "size  (sq ft)"
    assert plot.y_axis.labelText == "loss"
    picture = plot.grab().toImage()
    assert picture.pixelColor(picture.width() - 3, 3).name() == theme.card


def test_an_axis_gets_another_name(plot):
    plot.set_label("bottom", "rooms", LIGHT)
    plot.apply_theme(DARK)
    assert plot.x_axis.labelText == "rooms"
    assert plot.x_axis.labelStyle["color"] == DARK.quiet


def test_scales_are_those_of_the_axes(plot):
    plot.set_scales(Scale.LOG_STEPS, Scale.LOG)
    assert plot.x_axis.number_scale is Scale.LOG_STEPS
    assert plot.y_axis.number_scale is Scale.LOG


def label_span(axis):
    """Return where the label of ``axis`` begins and ends on the plot, along the axis, in pixels."""
    box = axis.label.sceneBoundingRect()
    return (box.left(), box.right()) if axis.orientation == "bottom" else (box.top(), box.bottom())


@pytest.mark.parametrize("side", ["bottom", "left"])
def test_a_long_name_is_shortened_to_its_room_and_told_by_a_tip(plot, qtbot, side):
    axis = plot.x_axis if side == "bottom" else plot.y_axis
    name = "w₄ · a_rather_long_name_of_a_column_that_was_exported_by_a_program [square feet]"
    plot.set_label(side, name, DARK)
    plot.host.resize(1400, 900)
    plot.resize(1300, 800)
    qtbot.waitUntil(lambda: axis.label.toPlainText().strip() == name)
    assert axis.label.toolTip() == ""
    for size in (200, 150, 320):
        plot.resize(size, size)
        qtbot.waitUntil(lambda size=size: abs(plot.getPlotItem().size().width() - size) < 3)
        shown = axis.label.toPlainText().strip()
        assert shown.startswith("w₄")
        assert "…" in shown
        assert shown.endswith("]")
        assert axis.label.toolTip() == name
        assert axis.labelText == name
        first, last = label_span(axis)
        assert first >= -1
        assert last <= size + 1
        plot.grab()


def test_a_name_that_fits_under_both_axes_is_whole(plot, qtbot):
    plot.set_label("bottom", "w₁ · living_area_sqft", DARK)
    plot.resize(150, 150)
    qtbot.waitUntil(lambda: abs(plot.getPlotItem().size().width() - 150) < 3)
    assert plot.x_axis.size().width() < plot.x_axis.label.boundingRect().width()
    assert "…" not in plot.x_axis.label.toPlainText()
    first, last = label_span(plot.x_axis)
    assert 0 <= first < last <= 150


def test_drawing_does_not_lay_names_out_again(plot, monkeypatch):
    plot.set_label("bottom", "a_rather_long_name_of_a_column_that_was_exported_by_a_program_of_old", DARK)
    plot.grab()
    laid_out = []
    monkeypatch.setattr(plot.x_axis, "labelString", lambda: laid_out.append(1) or "")
    for step in range(5):
        plot.set_bounds((0.0, 10.0 + step), (0.0, 1.0))
        plot.grab()
    assert not laid_out


def test_a_name_is_no_markup(plot):
    plot.set_label("bottom", "a<b & c", DARK)
    assert plot.x_axis.label.toPlainText().strip() == "a<b & c"
