from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.axes import Scale
from gdexplorer.ui.history_views import LossView, WeightsView, thinned
from gdexplorer.ui.theme import DARK, LIGHT

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
SCALES = pytest.mark.parametrize("x_scale", [Scale.LINEAR, Scale.LOG_STEPS], ids=lambda scale: scale.value)


@pytest.fixture(params=[LossView, WeightsView])
def view(request, qtbot):
    yield from shown(request.param, qtbot)


@pytest.fixture
def losses(qtbot):
    yield from shown(LossView, qtbot)


@pytest.fixture
def weights(qtbot):
    yield from shown(WeightsView, qtbot)


def shown(kind, qtbot):
    host = QWidget()  # a PlotWidget by itself cannot be closed twice
    qtbot.addWidget(host)
    view = kind(host)
    view.apply_theme(DARK)
    view.resize(420, 300)
    host.resize(420, 300)
    with qtbot.waitExposed(host):
        host.show()
    yield view


def decay(count, smallest=0.3):
    """Return steps, losses and their band, of which every fourth record has some height."""
    steps = np.unique(np.geomspace(1, 1e6, count).astype(np.int64)) if count > 100 else np.arange(count)
    steps = np.concatenate([[0], steps[steps > 0]])
    values = smallest + 2.0 / (1.0 + steps)
    wide = (np.arange(len(steps)) % 4 == 0) * 0.1
    return steps, values, values - wide * smallest, values + wide


def points(item):
    return np.array(item.getData()).T


@SCALES
@pytest.mark.parametrize("y_scale", [Scale.LINEAR, Scale.LOG], ids=lambda scale: scale.value)
@pytest.mark.parametrize("count", [1, 2, 50, 17_000])
def test_the_line_is_made_of_recorded_losses_up_to_the_last(losses, x_scale, y_scale, count):
    losses.choose_scales(x_scale, y_scale)
    steps, values, low, high = decay(count)
    losses.show_losses(steps, values, low, high, 0.3)
    drawn = points(losses._line)
    recorded = np.array([x_scale.positions(steps), y_scale.positions(values)]).T
    assert {tuple(pair) for pair in drawn} <= {tuple(pair) for pair in recorded}
    np.testing.assert_array_equal(drawn[-1], recorded[-1])
    np.testing.assert_array_equal(drawn[0], recorded[0])
    assert len(drawn) == len(steps) if count < 1000 else 100 < len(drawn) < 1300
    (left, right), (bottom, top) = losses._bounds
    assert left <= drawn[:, 0].min() <= drawn[:, 0].max() <= right
    assert bottom <= drawn[:, 1].min() <= drawn[:, 1].max() <= top


@SCALES
def test_a_million_steps_are_drawn_in_a_thousand_points(losses, x_scale):
    losses.choose_scales(x_scale, Scale.LOG)
    steps = np.linspace(0, 1_000_000, 17_000).astype(np.int64)
    values = 1.0 / (1.0 + steps)
    losses.show_losses(steps, values, values, values, None)
    drawn = points(losses._line)
    assert 20 < len(drawn) < 1300
    assert drawn[-1][0] == x_scale.positions(np.array([1_000_000]))[0]


def test_the_band_is_there_only_where_losses_differ_within_a_record(losses):
    steps, values, low, high = decay(50)
    losses.show_losses(steps, values, values, values, None)
    assert not losses._band.isVisible()
    losses.show_losses(steps, values, low, high, None)
    assert losses._band.isVisible()
    np.testing.assert_array_equal(points(losses._low)[:, 1], low)
    np.testing.assert_array_equal(points(losses._high)[:, 1], high)
    losses.show_losses(steps, values, values, values, None)
    assert not losses._band.isVisible()


def test_a_log_axis_leaves_out_losses_that_are_not_above_0(losses):
    losses.choose_scales(Scale.LINEAR, Scale.LOG)
    values = np.array([1.0, 0.1, 0.0, 0.01, -1.0, np.nan, np.inf])
    losses.show_losses(np.arange(7), values, values, values, 0.0)
    np.testing.assert_allclose(points(losses._line)[:, 1], [0, -1, np.nan, -2, np.nan, np.nan, np.nan])
    assert not losses._floor.isVisible()
    assert not losses.grab().isNull()


@pytest.mark.parametrize("y_scale", [Scale.LINEAR, Scale.LOG], ids=lambda scale: scale.value)
@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308, -1.0])
def test_losses_without_a_place_do_not_raise(losses, y_scale, bad):
    losses.choose_scales(Scale.LOG_STEPS, y_scale)
    values = np.full(5, bad)
    losses.show_losses(np.arange(5), values, values, values, bad)
    assert not losses.grab().isNull()
    mixed = np.array([1.0, bad, 0.5, bad, bad])
    losses.show_losses(np.arange(5), mixed, np.minimum(mixed, 0.4), mixed, None)
    assert not losses.grab().isNull()


@pytest.mark.parametrize(("scale", "place"), [(Scale.LINEAR, 0.01), (Scale.LOG, -2.0)])
def test_the_smallest_possible_loss_is_a_dashed_line_where_known(losses, scale, place):
    losses.choose_scales(Scale.LINEAR, scale)
    steps, values, low, high = decay(50)
    losses.show_losses(steps, values, low, high, 0.01)
    assert losses._floor.isVisible()
    assert losses._floor.value() == pytest.approx(place)
    assert losses._bounds[1][0] < place
    losses.show_losses(steps, values, low, high, None)
    assert not losses._floor.isVisible()


@pytest.mark.parametrize("count", [1, 2, 12])
def test_each_weight_has_its_line_and_its_dashed_target(weights, count):
    weights.set_weight_count(count)
    steps = np.arange(60)
    values = np.sin(steps[:, None] / 9 + np.arange(count))
    minimum = np.linspace(-2.0, 2.0, count)
    weights.show_weights(steps, values, minimum)
    for index in range(count):
        np.testing.assert_array_equal(points(weights._lines[index]), np.array([steps, values[:, index]]).T)
        assert weights._targets[index].isVisible()
        assert weights._targets[index].value() == minimum[index]
        assert weights._lines[index].opts["pen"].color().name() == DARK.weight(index)
    bottom, top = weights._bounds[1]
    assert bottom < minimum.min() <= minimum.max() < top
    weights.show_weights(steps, values, None)
    assert not any(target.isVisible() for target in weights._targets)


def test_fewer_weights_hide_lines(weights):
    weights.set_weight_count(3)
    weights.show_weights(np.arange(3), np.eye(3), np.ones(3))
    weights.set_weight_count(1)
    weights.show_weights(np.arange(3), np.eye(3)[:, :1], None)
    assert [line.isVisible() for line in weights._lines] == [True, False, False]
    assert not any(target.isVisible() for target in weights._targets)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e308])
def test_weights_without_a_place_do_not_raise(weights, bad):
    weights.set_weight_count(2)
    values = np.array([[1.0, bad], [bad, bad], [0.5, bad]])
    weights.show_weights(np.arange(3), values, np.array([0.0, 1.0]))
    assert not weights.grab().isNull()


def extend(view, length, height):
    steps = np.arange(length)
    values = height * np.cos(steps / 3)
    if isinstance(view, LossView):
        view.show_losses(steps, values, values, values, None)
    else:
        view.set_weight_count(1) if not view._lines else None
        view.show_weights(steps, values[:, None], None)


def holds(outer, inner):
    return all(o[0] <= i[0] and i[1] <= o[1] for o, i in zip(outer, inner, strict=True))


def test_ranges_only_grow_until_reset(view):
    extend(view, 30, 1.0)
    before = view._bounds
    for length, height in ((40, 0.5), (50, 2.0), (400, 1.0), (5, 0.1)):
        extend(view, length, height)
        assert holds(view._bounds, before)
        before = view._bounds
    view.reset()
    extend(view, 30, 1.0)
    assert before != view._bounds
    assert holds(before, view._bounds)


def test_other_scales_have_ranges_of_their_own(view):
    extend(view, 1000, 1.0)
    view.choose_scales(Scale.LOG_STEPS, Scale.LINEAR)
    extend(view, 1000, 1.0)
    assert 2.9 < view._bounds[0][1] < 5.0
    assert view.x_axis.number_scale is Scale.LOG_STEPS


@THEMES
def test_colours_are_the_themes(losses, theme):
    losses.apply_theme(theme)
    assert losses._line.opts["pen"].color().name() == theme.loss
    assert losses._floor.pen.color().name() == theme.minimum
    assert losses._band.brush().color().name() == theme.loss
    assert losses.backgroundBrush().color().name() == theme.card


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=5000, unique=True))
def test_thinning_keeps_order_first_and_last(steps):
    positions = np.sort(np.array(steps, dtype=np.float64))
    chosen = thinned(positions)
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] == 0
    assert chosen[-1] == len(positions) - 1
    assert len(chosen) <= 1201


@SCALES
@pytest.mark.parametrize("width", [420, 150])
def test_the_dot_at_the_end_of_a_run_is_whole(losses, qtbot, x_scale, width):
    losses.choose_scales(x_scale, Scale.LINEAR)
    steps = np.array([0, 1000])
    values = np.array([2.0, 1.0])
    losses.show_losses(steps, values, values, values, None)
    box = losses.getPlotItem().getViewBox()
    losses.resize(width, 200)
    qtbot.waitUntil(lambda: abs(losses.getPlotItem().size().width() - width) < 3)
    (left, right), _ = box.viewRange()
    first, last = x_scale.positions(steps)
    per_pixel = (right - left) / box.width()
    assert (right - last) / per_pixel >= 5
    assert (first - left) / per_pixel >= 5


def test_the_held_out_loss_is_a_dashed_line_with_its_name_and_value(losses):
    steps, values, low, high = decay(50)
    losses.show_losses(steps, values, low, high, 0.3, (steps, values + 0.2))
    np.testing.assert_allclose(points(losses._held_out), np.array([steps, values + 0.2]).T)
    np.testing.assert_allclose(points(losses._held_out_now), [[steps[-1], values[-1] + 0.2]])
    assert losses._held_out.opts["pen"].dashPattern()
    assert losses._held_out.opts["pen"].color() == losses._line.opts["pen"].color()
    assert losses._name.isVisible()
    assert losses._name.toPlainText().replace("\xa0", " ").startswith("held out 0.5")
    assert losses.bounds[1][1] >= values.max() + 0.2
    losses.show_losses(steps, values, low, high, 0.3)
    assert not losses._name.isVisible()
    assert len(points(losses._held_out)) == 0


@pytest.mark.parametrize(("height", "is_above"), [(150, True), (900, False)])
def test_the_name_of_the_held_out_loss_keeps_clear_of_the_edge(losses, qtbot, height, is_above):
    steps, values, low, high = decay(50)
    losses.resize(220, height)
    qtbot.waitUntil(lambda: abs(losses.getPlotItem().size().height() - height) < 3)
    losses.show_losses(steps, values + 1, low + 1, high + 1, None, (steps, np.full(len(values), 0.1)))
    assert (losses._name.anchor.y() > 0.5) == is_above


def test_a_held_out_loss_that_is_not_known_yet_or_has_no_place_does_not_raise(losses):
    steps, values, low, high = decay(50)
    for odd in (np.full(len(values), np.nan), np.full(len(values), np.inf), np.where(steps % 2, values, np.nan)):
        losses.show_losses(steps, values, low, high, None, (steps, odd))
        assert not losses.grab().isNull()
    losses.show_losses(steps, values, low, high, None, (steps[:0], values[:0]))
    assert not losses._name.isVisible()


def test_a_run_that_begins_again_keeps_the_range_of_values_only(view):
    steps, values, low, high = decay(50)

    def draw(count):
        if isinstance(view, LossView):
            view.show_losses(steps[:count], values[:count], low[:count], high[:count], None)
        else:
            view.set_weight_count(1) if count == len(steps) else None
            view.show_weights(steps[:count], values[:count, None], None)

    draw(len(steps))
    (_, right), heights = view.bounds
    view.begin_again()
    draw(2)
    assert view.bounds[0][1] < right
    assert view.bounds[1] == heights
