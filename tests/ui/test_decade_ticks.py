from math import log

import pytest
from PySide6.QtGui import QImage, QPainter

from gdexplorer.ui.decade_ticks import decade_text, draw_decades


def test_decades_are_named_in_few_characters():
    assert [decade_text(n) for n in (-7, -3, -1, 0, 3, 6)] == ["10⁻⁷", "0.001", "0.1", "1", "1000", "10⁶"]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("low", "high", "ticks"), [(1e-4, 1.0, 5), (0.2, 30.0, 2), (2.0, 5.0, 0), (1e-100, 1e100, 201)]
)
def test_there_is_a_tick_at_each_power_of_ten(low, high, ticks):
    image = QImage(1300, 40, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    draw_decades(
        painter, lambda value: 10 + 1280 * log(value / low) / (log(high) - log(low)), low, high, 5.0, 1300, "#000000"
    )
    painter.end()
    dark = [image.pixelColor(x, 6).lightness() < 250 for x in range(image.width())]
    assert sum(now and not before for before, now in zip([False, *dark], dark, strict=False)) == ticks
