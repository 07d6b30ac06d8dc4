"""The plots look as they did: pixels compared with the pictures in ``tests/data/golden``.

After a change that is meant, and after a look at the new pictures, write them anew with
``GDEXPLORER_WRITE_GOLDEN=1 python -m pytest tests/ui/test_golden_images.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QFont, QFontDatabase, QImage
from PySide6.QtWidgets import QApplication, QWidget

from gdexplorer.ui.axes import Scale
from gdexplorer.ui.curve_plot import CurvePicture
from gdexplorer.ui.curve_view import CurveView
from gdexplorer.ui.fit_points import FitPoints
from gdexplorer.ui.fit_view import FitView
from gdexplorer.ui.history_views import LossView, WeightsView
from gdexplorer.ui.theme import DARK, LIGHT

pytestmark = pytest.mark.usefixtures("qapp", "font")
GOLDEN = Path(__file__).parents[1] / "data" / "golden"
FONTS = Path(__file__).parents[2] / "resources" / "fonts"
WIDTH, HEIGHT = 420, 280
MEAN_DIFFERENCE, FAR, FAR_SHARE = 0.5, 24, 0.002


@pytest.fixture
def font():
    """The program's own font, for this test only."""
    before = QApplication.font()
    numbers = [QFontDatabase.addApplicationFont(str(path)) for path in sorted(FONTS.glob("*.otf"))]
    own = QFont("Inter")
    own.setPixelSize(13)
    own.setFeature(QFont.Tag("tnum"), 1)
    QApplication.setFont(own)
    yield
    QApplication.setFont(before)
    for number in numbers:
        QFontDatabase.removeApplicationFont(number)


def curve(host, theme):
    view = CurveView(host)
    view.apply_theme(theme)
    view.reset(range(1))
    view.include(0, -2.0, 3.5)
    values = np.linspace(-2.0, 3.5, 161)
    path = 0.663 - 2.4 * 0.86 ** np.arange(12)

    def loss(weight):
        return 0.56 + (weight - 0.663) ** 2

    view.include_losses(0.56, float(loss(values).max()))
    picture = (0, "w₁ · size", values, loss(values), float(path[-1]), float(loss(path[-1])))
    slope = 2 * float(path[-1] - 0.663)
    landing = float(path[-1]) - 0.3 * slope
    marks = (0.663, 0.56), (path, loss(path)), (landing, loss(landing)), f"slope {slope:.2f}", "minimum 0.663"
    view.show_picture(CurvePicture(*picture, slope, *marks))
    return view


def losses(host, theme):
    view = LossView(host)
    view.apply_theme(theme)
    view.choose_scales(Scale.LOG_STEPS, Scale.LOG)
    steps = np.unique(np.concatenate([np.arange(40), np.geomspace(40, 20_000, 300).astype(np.int64)]))
    values = 0.012 + 3.0 * np.exp(-steps / 25.0)
    wide = 0.3 * (steps > 100) * np.abs(np.sin(steps))
    view.show_losses(steps, values, values * (1 - wide * 0.5), values * (1 + wide), 0.01)
    return view


def weights(host, theme):
    view = WeightsView(host)
    view.apply_theme(theme)
    view.set_weight_count(4)
    steps = np.arange(400)
    minimum = np.array([0.8, -0.35, 0.3, -0.9])
    rates = np.array([12.0, 40.0, 90.0, 150.0])
    view.show_weights(steps, minimum * (1 - np.exp(-steps[:, None] / rates)), minimum)
    return view


def fit(host, theme):
    view = FitView(host)
    view.apply_theme(theme)
    rng = np.random.default_rng(3)
    x = rng.uniform(500, 4000, 250)
    view.show_frame(("size  (sq ft)", "price  (USD)"), ((0.0, 4200.0), (0.0, 8.4e5)), is_diagonal=False)
    view.show_points(FitPoints.plain(x, np.clip(145.0 * x + 3e4 + rng.normal(0, 6e4, 250), 3e4, 8e5)))
    view.show_line(np.array([0.0, 4200.0]), np.array([3e4, 6.39e5]))
    return view


def pixels(image):
    """Return an image's channels, shape (height, width, 4)."""
    tidy = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(tidy.constBits(), np.uint8).reshape(tidy.height(), tidy.bytesPerLine())
    return rows[:, : tidy.width() * 4].reshape(tidy.height(), tidy.width(), 4).astype(np.int16)


def is_alike(actual, expected):
    if actual.shape != expected.shape:
        return False
    difference = np.abs(actual - expected)
    return difference.mean() < MEAN_DIFFERENCE and (difference.max(axis=2) > FAR).mean() < FAR_SHARE


def photographed(make, theme, qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(WIDTH, HEIGHT)
    view = make(host, theme)
    view.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(host):
        host.show()
    QApplication.processEvents()
    return view.grab().toImage()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("make", [curve, losses, weights, fit], ids=lambda make: make.__name__)
def test_a_plot_looks_as_it_did(qtbot, tmp_path, make, theme):
    image = photographed(make, theme, qtbot)
    golden = GOLDEN / f"{make.__name__}-{theme.name}.png"
    if os.environ.get("GDEXPLORER_WRITE_GOLDEN"):
        assert image.save(str(golden))
    expected = QImage(str(golden))
    assert not expected.isNull(), f"{golden} is missing"
    if not is_alike(pixels(image), pixels(expected)):
        actual = tmp_path / golden.name
        image.save(str(actual))
        pytest.fail(f"{golden} looks different now; the actual picture is {actual}")


def test_a_changed_colour_and_a_changed_curve_are_seen(qtbot):
    expected = pixels(photographed(weights, LIGHT, qtbot))

    def moved(host, theme):
        view = weights(host, theme)
        x, y = view._lines[0].getData()
        view._lines[0].setData(x, y * 0.9)
        return view

    def recoloured(host, theme):
        view = weights(host, theme)
        view._lines[0].setPen(view._lines[1].opts["pen"])
        return view

    assert is_alike(pixels(photographed(weights, LIGHT, qtbot)), expected)
    assert not is_alike(pixels(photographed(moved, LIGHT, qtbot)), expected)
    assert not is_alike(pixels(photographed(recoloured, LIGHT, qtbot)), expected)
