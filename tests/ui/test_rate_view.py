"""The learning rate that each step has used, as it is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from gdexplorer.ui.axes import Scale
from gdexplorer.ui.rate_view import RateView
from gdexplorer.ui.theme import DARK, LIGHT

STEPS = np.arange(1, 41)


@pytest.fixture
def host(qtbot):
    """A window for the plot, which cannot be closed twice as a window of its own."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def view(host, qtbot):
    made = RateView(host)
    made.apply_theme(LIGHT)
    for widget in (made, host):
        widget.resize(420, 300)
    with qtbot.waitExposed(host):
        host.show()
    return made


def line(view):
    return np.array(view._line.getData())


def test_the_line_is_made_of_the_rates_used_on_a_logarithmic_axis(view):
    rates = 0.2 * 0.9**STEPS
    view.show_rates(STEPS, rates, None, 0.2)
    np.testing.assert_allclose(line(view), [STEPS, np.log10(rates)])
    np.testing.assert_allclose(np.array(view._now.getData()).T, [[40, np.log10(rates[-1])]])
    assert not view._limit.isVisible()
    view.choose_scales(Scale.LOG_STEPS, Scale.LOG)
    view.show_rates(STEPS, rates, None, 0.2)
    np.testing.assert_allclose(line(view)[0], np.log10(STEPS))


@pytest.mark.parametrize(
    ("name", "words"), [("limit", "limit 0.5"), ("limit of a fixed rate", "limit of a fixed rate 0.5")]
)
def test_the_limit_is_a_named_dashed_line_in_sight(view, name, words):
    view.show_rates(STEPS, np.full(40, 0.02), 0.5, 0.02, limit_name=name)
    assert view._limit.value() == pytest.approx(np.log10(0.5))
    assert view._limit.pen.color().name() == LIGHT.gradient
    assert view._limit_text.toPlainText() == words
    (_left, _right), (bottom, top) = view.bounds
    assert bottom < np.log10(0.02) < np.log10(0.5) < top
    view.grab()
    seat = view._limit_text.sceneBoundingRect()
    assert view.getPlotItem().getViewBox().sceneBoundingRect().adjusted(-1, -1, 1, 1).contains(seat)


def test_steps_without_a_rate_are_told_at_the_bottom_edge(view):
    rates = np.where(STEPS < 30, 0.1, 0.0)
    view.show_rates(STEPS, rates, None, 0.1)
    x, y = view._zeros.getData()
    np.testing.assert_array_equal(x, STEPS[29:])
    bottom, top = view.bounds[1]
    assert np.all(y < bottom + 0.03 * (top - bottom))
    assert view._zero_text.isVisible()
    assert "0" in view._zero_text.toPlainText()
    assert np.isfinite(line(view)[1]).sum() == 29
    view.show_rates(STEPS, np.full(40, 0.1), None, 0.1)
    assert not view._zero_text.isVisible()


@pytest.mark.parametrize("rates", [np.zeros(40), np.full(40, np.nan), np.full(40, 1e-300), np.full(40, 1e300)])
def test_extreme_rates_do_not_raise(view, rates):
    view.show_rates(STEPS, rates, 1e300, 1e-300)
    view.grab()


def test_before_the_first_step_there_is_room_for_the_rate_and_no_line(view):
    view.show_rates(STEPS[:0], np.empty(0), 0.9, 0.02)
    assert len(line(view)[0]) == 0
    bottom, top = view.bounds[1]
    assert bottom < np.log10(0.02) < np.log10(0.9) < top
    view.grab()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_colours_are_the_themes(view, theme):
    view.apply_theme(theme)
    assert view._line.opts["pen"].color().name() == theme.text
    assert view._zero_text.color.name() == theme.text
