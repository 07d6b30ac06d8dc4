"""The bar that tells what the colours of the contours mean."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from gdexplorer.core.numerals import compact
from gdexplorer.ui.contour_view import ContourView
from gdexplorer.ui.ground import Coordinate, make_ground
from gdexplorer.ui.theme import DARK, LIGHT

A = np.linspace(-2.0, 2.0, 41)
GROUND = make_ground(A, A, 1.0 + A[None, :] ** 2 + A[:, None] ** 2)


@pytest.fixture
def host(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def view(host, qtbot):
    made = ContourView()
    made.setParent(host)
    made.apply_theme(DARK)
    made.show_coordinates(Coordinate("w₁", 0), Coordinate("w₂", 1))
    with qtbot.waitExposed(host):
        host.show()
    return made


def resize(view, width, height):
    for widget in (view, view.parentWidget()):
        widget.resize(width, height)
    view.grab()  # which lays the axes out


def colour_beside(view, share):
    """The colour in the middle of the bar, so far up."""
    bar = view._bar
    spot = view.mapFromScene(bar.mapToScene(bar._area.left() + 2.0, bar._area.bottom() - share * bar._area.height()))
    return view.grab().toImage().pixelColor(spot).getRgb()[:3]


def test_a_number_stands_at_the_colour_of_its_loss(view):
    view.show_ground(GROUND)
    resize(view, 700, 460)
    assert view._bar.isVisible()
    texts = {text: share for share, text in view._bar.labels()}
    assert len(texts) >= 4
    for isoline in GROUND.isolines:
        share = texts.pop(compact(isoline.loss, 3), None)
        if share is not None:
            expected = GROUND.colours(np.array([isoline.loss]))[0][:3].astype(int)
            off = np.abs(np.array(colour_beside(view, share + 0.012)).astype(int) - expected)
            assert off.max() < 12  # a little above its tick
    assert not texts  # every number is the loss of an isoline


@pytest.mark.parametrize(("width", "is_there"), [(700, True), (300, False)])
def test_a_narrow_picture_keeps_its_room(view, width, is_there):
    view.show_ground(GROUND)
    resize(view, width, 400)
    assert view._bar.isVisible() is is_there
    box = view.getPlotItem().getViewBox()
    assert view.width() - box.geometry().right() == pytest.approx(64.0 if is_there else 10.0, abs=1.0)


def test_numbers_thin_out_in_a_low_picture(view):
    view.show_ground(GROUND)
    resize(view, 700, 600)
    many = len(view._bar.labels())
    resize(view, 700, 200)
    assert len(view._bar.labels()) < many


@pytest.mark.parametrize("losses", [np.full((41, 41), np.inf), np.full((41, 41), 2.0)])
def test_a_ground_without_isolines_has_no_numbers(view, losses):
    view.show_ground(make_ground(A, A, losses))
    resize(view, 700, 460)
    assert view._bar.labels() == []


def test_the_bar_follows_the_theme(view):
    view.show_ground(GROUND)
    resize(view, 700, 460)
    before = view.grab().toImage()
    view.apply_theme(LIGHT)
    assert view.grab().toImage() != before
