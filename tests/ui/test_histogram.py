from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from gdexplorer.ui.histogram import Histogram, paint_histogram
from gdexplorer.ui.theme import DARK

INK = "#ff0000"
pytestmark = pytest.mark.usefixtures("qapp")


def heights(counts, width=40, height=21, *, baseline=False):
    """Return how high each pixel column of a drawing is."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_histogram(painter, QRect(0, 0, width, height), counts, INK, baseline=baseline)
    painter.end()
    red = QColor(INK)
    return [sum(image.pixelColor(x, y) == red for y in range(height)) for x in range(width)]


def test_bars_are_as_high_as_their_counts():
    drawn = heights((0, 10, 20, 5), height=20)
    assert [max(drawn[left : left + 10]) for left in (0, 10, 20, 30)] == [0, 10, 20, 5]


def test_bars_of_room_have_a_gap_and_equal_width():
    drawn = heights((7,) * 4, height=20)
    assert drawn == ([20] * 9 + [0]) * 4


def test_one_row_among_a_million_is_seen():
    assert max(heights((1_000_000, 1))[20:]) >= 1


def test_more_bars_than_pixels_stay_inside():
    drawn = heights(range(1, 500))
    assert min(drawn) > 0
    assert drawn[-1] == 21


@pytest.mark.parametrize("counts", [(), (0, 0, 0)])
def test_no_rows_draw_no_bars(counts):
    assert max(heights(counts)) == 0
    assert max(heights(counts, baseline=True)) == 0  # the baseline is fainter than a bar


def test_no_room_is_no_trouble():
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_histogram(painter, QRect(0, 0, 0, 0), (1, 2), INK)
    painter.end()


def test_the_widget_tells_what_it_spans(qtbot):
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.set_theme(DARK)
    histogram.set_counts((1, 2, 3), 0.5, 12_000.0)
    assert histogram.counts() == (1, 2, 3)
    assert histogram.toolTip() == "From 0.5 to 12\u00a0k"
    histogram.set_counts(())
    assert histogram.toolTip() == ""
