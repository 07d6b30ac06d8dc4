from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.fit_marks import spelled
from gdexplorer.ui.fit_points import FitPoints
from gdexplorer.ui.fit_view import FitView
from gdexplorer.ui.theme import DARK, LIGHT

X = np.linspace(500.0, 4000.0, 300)
Y = 145.0 * X + np.random.default_rng(0).normal(0, 5e4, 300)
BOUNDS = ((0.0, 4200.0), (0.0, 8e5))


@pytest.fixture
def view(qtbot):
    host = QWidget()  # a PlotWidget by itself cannot be closed twice
    qtbot.addWidget(host)
    view = FitView(host)
    view.resize(420, 300)
    host.resize(420, 300)
    view.apply_theme(DARK)
    with qtbot.waitExposed(host):
        host.show()
    view.show_frame(("size  (sq ft)", "price  (USD)"), BOUNDS, is_diagonal=False, is_editable=True)
    view.host = host
    return view


def points(x=X, y=Y, edited=(), held_out=()):
    made = FitPoints.plain(np.asarray(x), np.asarray(y))
    return replace(made, is_edited=np.isin(made.rows, list(edited)), is_held_out=np.isin(made.rows, list(held_out)))


def drawn(item):
    return np.array(item.getData()).T.tolist()


def test_it_shows_the_data_and_the_line_as_they_are(view):
    view.show_points(points())
    view.show_line(X[[0, -1]], 145.0 * X[[0, -1]])
    np.testing.assert_array_equal(view._points.getData(), [X, Y])
    np.testing.assert_array_equal(view._line.getData(), [X[[0, -1]], 145.0 * X[[0, -1]]])
    assert (view.x_axis.labelText, view.y_axis.labelText) == ("size  (sq ft)", "price  (USD)")
    np.testing.assert_allclose(view.getPlotItem().getViewBox().viewRange(), BOUNDS)


def test_a_visible_move_is_drawn_and_an_invisible_one_is_not(view):
    ends = X[[0, -1]]
    view.show_line(ends, ends)
    view.show_line(ends, ends + 1.0)
    np.testing.assert_array_equal(view._line.getData()[1], ends)
    view.show_line(ends, ends + 1e4)
    np.testing.assert_array_equal(view._line.getData()[1], ends + 1e4)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_model_is_violet_and_data_are_grey(view, theme):
    view.apply_theme(theme)
    assert view._points.opts["brush"].color().name() == theme.data
    assert view._line.opts["pen"].color().name() == theme.model
    assert view._line.opts["pen"].style() == Qt.PenStyle.SolidLine


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_predictions_take_the_models_colour_and_the_diagonal_is_dashed(view, theme):
    view.show_frame(("actual", "predicted"), ((0.0, 1.0), (0.0, 1.0)), is_diagonal=True)
    view.apply_theme(theme)
    assert view._points.opts["brush"].color().name() == theme.model
    assert view._line.opts["pen"].color().name() == theme.quiet
    assert view._line.opts["pen"].style() == Qt.PenStyle.CustomDashLine
    view.show_frame(("size", "price"), BOUNDS, is_diagonal=False)
    assert view._points.opts["brush"].color().name() == theme.data
    assert view.x_axis.labelText == "size"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e100, -1e100])
def test_odd_predictions_do_not_raise(view, bad):
    y = Y.copy()
    y[::3] = bad
    view.show_points(points(X, y, range(30), range(60)))
    view.show_line(X[[0, -1]], np.array([0.0, bad]))
    assert not view.grab().isNull()
    view.show_points(points(X, np.full_like(X, bad)))
    assert not view.grab().isNull()


def test_predictions_that_left_the_picture_are_told_at_its_edge(view):
    view.show_line(np.array([0.0, 4000.0]), np.array([0.0, 5e5]))
    assert view.edge.text == ""
    view.show_line(np.array([0.0, 4000.0]), np.array([0.0, -7e9]))
    assert "predictions" in view.edge.text
    assert view.edge._arrow.opts["symbol"] == "t"
    view.show_line(np.array([0.0, 4000.0]), np.array([0.0, 4e5]))
    assert view.edge.text == ""


def test_edited_points_have_a_ring_and_held_out_ones_are_hollow(view):
    x, y = [1000.0, 2000.0, 3000.0, 3500.0], [1e5, 2e5, 3e5, 4e5]
    view.show_points(points(x, y, edited=[1, 3], held_out=[2, 3]))
    assert drawn(view._points) == [[1000, 1e5]]
    assert drawn(view._moved) == [[2000, 2e5]]
    assert drawn(view._hollow) == [[3000, 3e5], [3500, 4e5]]
    assert drawn(view._rings) == [[2000, 2e5], [3500, 4e5]]
    assert view._hollow.opts["brush"].style() == Qt.BrushStyle.NoBrush
    assert view._rings.opts["brush"].style() == Qt.BrushStyle.NoBrush


def test_the_tool_tip_says_what_a_hand_can_do_or_why_it_cannot(view):
    assert "Drag a point" in view.toolTip()
    view.show_frame(("actual", "predicted"), BOUNDS, is_diagonal=True)
    assert "cannot be dragged" in view.toolTip()


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (1250.0, "sq ft", "1,250 sq ft"),
        (310_000.0, "USD", "310,000 USD"),
        (-0.25, "", "−0.25"),
        (1234.56789, "m²", "1,234.568 m²"),
        (0.0, "USD", "0 USD"),
        (1e20, "", "1×10²⁰"),
        (-2e-9, "m", "−2×10⁻⁹ m"),
    ],
)
def test_values_are_spelled_as_in_a_table(number, unit, text):
    assert spelled(number, unit) == text
