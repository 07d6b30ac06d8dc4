from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontMetricsF

from gdexplorer.ui.axes import DRAWABLE, NumberAxis, Scale, decade_text, pen

pytestmark = pytest.mark.usefixtures("qapp")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
POWER = re.compile(r"(?:([-\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
UNITS = {"k": 1e3, "M": 1e6}
GAP_PX = 2.0  # between neighbouring labels, at the least
exponents = st.floats(-300, 299)


def number(text):
    """Read a label back."""
    tidy = text.replace("−", "-").replace(",", "").replace("\u00a0", " ")
    if found := POWER.fullmatch(tidy):
        return float(found[1] or 1) * 10.0 ** int(found[2].translate(RAISED))
    size, _, unit = tidy.partition(" ")
    return float(size) * UNITS.get(unit, 1.0)


def label_font():
    font = QFont("Inter")
    font.setPixelSize(11)
    return font


def labels(scale, low, high, size, orientation="left"):
    """Return positions and texts of all ticks, as pyqtgraph asks for them."""
    axis = NumberAxis(orientation)
    axis.setStyle(tickFont=label_font())
    axis.set_number_scale(scale)
    shown = [
        (tick, text)
        for spacing, ticks in axis.tickValues(low, high, size)
        for tick, text in zip(ticks, axis.tickStrings(ticks, 1.0, spacing), strict=True)
    ]
    return [tick for tick, _ in shown], [text for _, text in shown]


def spans(ticks, texts, low, high, size, orientation):
    """Return where labels begin and end along the axis, in pixels."""
    metrics = QFontMetricsF(label_font())
    middles = [(tick - low) / (high - low) * size for tick in ticks]
    reach = [metrics.ascent() if orientation == "left" else metrics.horizontalAdvance(text) for text in texts]
    return [(middle - r / 2, middle + r / 2) for middle, r in zip(middles, reach, strict=True)]


def assert_apart(ticks, texts, low, high, size, orientation):
    placed = spans(ticks, texts, low, high, size, orientation)
    for ((_, end), (begin, _)), pair in zip(pairwise(placed), pairwise(texts), strict=True):
        assert begin - end >= GAP_PX, (pair, begin - end)


def assert_inside(ticks, low, high):
    margin = (high - low) * 1e-6
    assert all(low - margin <= tick <= high + margin for tick in ticks)
    assert ticks == sorted(set(ticks))


def is_round(number, rounding=0.0):
    """Whether it is 1, 2 or 5 times a power of ten, but for its own ``rounding``."""
    off = max(1e-6, rounding / abs(number))
    lead = abs(number) / 10.0 ** math.floor(math.log10(abs(number)) + off)
    return any(math.isclose(lead, digit, rel_tol=off) for digit in (1, 2, 5, 10))


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-1.0, 1.0, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
        (0.0, 900e3, ["0", "200 k", "400 k", "600 k", "800 k"]),
        (1.0e6, 2.0e6, ["1.0 M", "1.2 M", "1.4 M", "1.6 M", "1.8 M", "2.0 M"]),
        (0.0, 4000.0, ["0", "1,000", "2,000", "3,000", "4,000"]),
        (0.0, 5e-9, ["0", "1×10⁻⁹", "2×10⁻⁹", "3×10⁻⁹", "4×10⁻⁹", "5×10⁻⁹"]),
    ],
)
def test_linear_labels_are_plain(low, high, texts):
    assert labels(Scale.LINEAR, low, high, 260)[1] == texts


@given(
    low=st.floats(-1e6, 1e6),
    span=st.floats(1e-9, 1e7),
    size=st.integers(120, 2000),
    orientation=st.sampled_from(["left", "bottom"]),
)
@example(low=65536.0, span=1e-9, size=300, orientation="left")
def test_linear_ticks_are_few_round_inside_true_and_apart(low, span, size, orientation):
    high = low + max(span, 1e-9 * abs(low))
    ticks, texts = labels(Scale.LINEAR, low, high, size, orientation)
    assert 1 <= len(ticks) <= max(3, 1 + size / 40), "gaps of at least 40 pixels"
    assert_inside(ticks, low, high)
    gaps = np.diff(ticks)
    if len(gaps):
        assert is_round(float(np.median(gaps)), 2 * np.spacing(np.abs(ticks).max()))
        np.testing.assert_allclose(gaps, gaps[0], atol=abs(ticks[-1]) * 1e-12)
        assert len(set(texts)) == len(texts)
        for tick, text in zip(ticks, texts, strict=True):
            assert number(text) == pytest.approx(tick, abs=float(gaps[0]) * 1e-3, rel=1e-12)
    assert_apart(ticks, texts, low, high, size, orientation)


@given(
    exponent=exponents, low=st.sampled_from([-1.0, 0.0, 0.3, 0.999]), orientation=st.sampled_from(["left", "bottom"])
)
def test_linear_labels_are_true_from_tiny_to_huge(exponent, low, orientation):
    high = 10.0**exponent
    low *= high
    ticks, texts = labels(Scale.LINEAR, low, high, 300, orientation)
    assert_inside(ticks, low, high)
    assert len(set(texts)) == len(texts) >= 1
    for tick, text in zip(ticks, texts, strict=True):
        assert number(text) == pytest.approx(tick, rel=1e-9, abs=(high - low) * 1e-6)
    assert_apart(ticks, texts, low, high, 300, orientation)


@pytest.mark.parametrize("high", [0.0, math.inf, math.nan])
def test_no_range_has_no_ticks(high):
    assert labels(Scale.LINEAR, 0.0, high, 300) == ([], [])


@given(
    low=exponents,
    span=st.floats(0.001, 600),
    size=st.integers(90, 1500),
)
def test_log_ticks_are_few_inside_true_and_apart(low, span, size):
    high = min(low + span, 300.0)
    ticks, texts = labels(Scale.LOG, low, high, size)
    assert 1 <= len(ticks) <= size / 14 + 3
    assert_inside(ticks, low, high)
    assert len(set(texts)) == len(texts)
    for tick, text in zip(ticks, texts, strict=True):
        assert math.log10(number(text)) == pytest.approx(tick, abs=(high - low) * 1e-3)
    assert_apart(ticks, texts, low, high, size, "left")


def test_log_labels_are_decades():
    assert labels(Scale.LOG, -5.5, 5.5, 400)[1] == [
        *("10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1", "10", "100", "1,000", "10,000", "10⁵")
    ]
    assert labels(Scale.LOG, 0.0, 1.0, 200)[1] == ["1", "2", "5", "10"]
    assert labels(Scale.LOG, -6.0, -5.0, 200)[1] == ["10⁻⁶", "2×10⁻⁶", "5×10⁻⁶", "10⁻⁵"]


@pytest.mark.parametrize(("low", "high"), [(0.31, 0.32), (0.5, 0.52), (-7.301, -7.3), (3.2, 3.201)])
def test_a_log_axis_of_less_than_a_decade_tells_its_labels_apart(low, high):
    ticks, texts = labels(Scale.LOG, low, high, 200)
    assert len(set(texts)) == len(ticks) >= 2
    for tick, text in zip(ticks, texts, strict=True):
        assert number(text) == pytest.approx(10.0**tick, rel=(high - low) * 0.01)


@pytest.mark.parametrize(("low", "high"), [(307.9, 308.9), (306.5, 308.5), (308.0, 310.0), (-324.0, -323.0)])
def test_the_ends_of_the_numbers_do_not_raise(low, high):
    ticks, _ = labels(Scale.LOG, low, high, 200)
    assert_inside(ticks, low, high)


@given(last=st.floats(0.5, 16), size=st.integers(120, 1600), orientation=st.sampled_from(["left", "bottom"]))
def test_log_steps_begin_at_0(last, size, orientation):
    low = -0.5 - 0.02 * (last + 0.5)
    ticks, texts = labels(Scale.LOG_STEPS, low, last, size, orientation)
    assert texts[0] == "0"
    assert ticks[0] == -0.5
    assert_inside(ticks, low, last)
    for tick, text in zip(ticks[1:], texts[1:], strict=True):
        assert number(text) == pytest.approx(10.0**tick)
        assert number(text) >= 1
    assert_apart(ticks, texts, low, last, size, orientation)


def test_log_steps_name_0_and_1_where_there_is_room():
    assert labels(Scale.LOG_STEPS, -0.6, 3.0, 400, "bottom")[1] == ["0", "1", "10", "100", "1,000"]
    assert "1" not in labels(Scale.LOG_STEPS, -0.6, 8.0, 150, "bottom")[1]


ODD = np.array([0.0, -1.0, 0.5, 1.0, 100.0, math.nan, math.inf, -math.inf, 1e308, -1e308])


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (Scale.LINEAR, [0, -1, 0.5, 1, 100, *[math.nan] * 5]),
        (Scale.LOG, [math.nan, math.nan, math.log10(0.5), 0, 2, math.nan, math.nan, math.nan, 308, math.nan]),
    ],
)
def test_positions_of_what_has_no_place_are_nan(scale, expected):
    np.testing.assert_allclose(scale.positions(ODD), expected, rtol=1e-15)


def test_positions_of_steps():
    steps = np.array([0, 1, 10, 10**15])
    np.testing.assert_allclose(Scale.LOG_STEPS.positions(steps), [-0.5, 0, 1, 15])
    np.testing.assert_array_equal(Scale.LINEAR.positions(steps), steps)


@given(st.lists(st.floats(width=64), min_size=1))
def test_linear_positions_are_drawable_and_do_not_change_numbers(numbers):
    values = np.array(numbers)
    positions = Scale.LINEAR.positions(values)
    kept = np.isfinite(positions)
    np.testing.assert_array_equal(positions[kept], values[kept])
    assert (np.abs(positions[kept]) < DRAWABLE).all()


@given(st.lists(st.floats(5e-324, 1.7e308), min_size=2, max_size=20))
def test_positions_keep_the_order(numbers):
    values = np.sort(np.array(numbers))
    for scale in (Scale.LOG, Scale.LOG_STEPS):
        assert (np.diff(scale.positions(values)) >= 0).all()


@pytest.mark.parametrize("exponent", range(-30, 31))
def test_a_decade_reads_back(exponent):
    assert number(decade_text(exponent)) == pytest.approx(10.0**exponent)


def test_pens_keep_their_width_at_any_zoom():
    made = pen("#ff0000", 2, dashed=True)
    assert made.isCosmetic()
    assert made.widthF() == 2
    assert made.dashPattern() == [4.0, 3.0]
    assert made.color().name() == "#ff0000"


@pytest.mark.parametrize(
    ("high", "texts"),
    [
        (8e9, ["0", "2×10⁹", "4×10⁹", "6×10⁹", "8×10⁹"]),
        (2e9, ["0", "500 M", "1.0×10⁹", "1.5×10⁹", "2.0×10⁹"]),
        (4e13, ["0", "10×10¹²", "20×10¹²", "30×10¹²", "40×10¹²"]),
    ],
)
def test_money_is_not_counted_in_giga(high, texts):
    assert labels(Scale.LINEAR, 0.0, high, 260)[1] == texts
