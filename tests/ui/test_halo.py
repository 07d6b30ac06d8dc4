"""What lights up in the fit plot, over the steps and on the landscape."""

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.axes import Scale
from gdexplorer.ui.fit_light import FitLight
from gdexplorer.ui.fit_view import FitView
from gdexplorer.ui.halo import Halo, Lit
from gdexplorer.ui.history_views import LossView, WeightsView
from gdexplorer.ui.plot import Plot
from gdexplorer.ui.theme import LIGHT


@pytest.fixture
def host(qtbot):
    host = QWidget()  # a PlotWidget by itself cannot be closed twice
    qtbot.addWidget(host)
    return host


def test_one_mark_glows_at_a_time(host):
    halo = Halo(Plot("x", "y", host))
    halo.set_colours(LIGHT.loss, LIGHT.gradient)
    ball, slope, step = np.array([1.0, 2.0]), np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([[1.0, 2.0], [0.5, 2.0]])
    halo.show(ball, slope, step)
    assert not halo.is_seen
    halo.lit = Lit.BALL
    halo.show(ball, slope, step)
    assert halo._ball.isVisible()
    assert not halo._way.isVisible()
    for lit, way in ((Lit.SLOPE, slope), (Lit.STEP, step)):
        halo.lit = lit
        halo.show(ball, slope, step)
        assert not halo._ball.isVisible()
        np.testing.assert_array_equal(np.column_stack(halo._way.getData()), way)
    halo.show(ball, slope, None)
    assert not halo.is_seen
    halo.show(ball, slope, step)
    halo.hide()
    assert not halo.is_seen


def test_rows_residuals_and_the_model_light_up_in_the_fit_plot(host):
    view = FitView(host)
    view.apply_theme(LIGHT)
    x, y, ends = np.array([1.0, 2.0, np.nan]), np.array([3.0, 4.0, 5.0]), np.array([2.5, 6.0, 1.0])
    view.light_up(FitLight(x, y, ends))
    assert view.lights.points == [(1.0, 3.0), (2.0, 4.0)]
    assert view.lights.bars == [(1.0, 3.0, 2.5), (2.0, 4.0, 6.0)]
    assert not view.lights.has_line
    view.light_up(FitLight(x, y, None, (np.array([0.0, 9.0]), np.array([1.0, 2.0]))))
    assert view.lights.has_line
    assert view.lights.bars == []
    view.light_up(None)
    assert (view.lights.points, view.lights.bars, view.lights.has_line) == ([], [], False)


def test_rings_stand_where_the_record_is_drawn(host):
    loss, weights = LossView(host), WeightsView(host)
    for view in (loss, weights):
        view.apply_theme(LIGHT)
    weights.set_weight_count(2)
    weights.light_up(4, np.array([0.5, -1.0]))
    np.testing.assert_array_equal(weights.lit, [[4.0, 0.5], [4.0, -1.0]])
    loss.choose_scales(Scale.LINEAR, Scale.LOG)
    loss.light_up(3, np.array([100.0]))
    np.testing.assert_allclose(loss.lit, [[3.0, float(Scale.LOG.positions(np.array([100.0]))[0])]])
    loss.light_up(0, None)
    assert len(loss.lit) == 0
