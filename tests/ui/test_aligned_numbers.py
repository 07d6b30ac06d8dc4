"""Columns of numbers whose decimal points stand under one another."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.ui.aligned_numbers import aligned


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ([1.0, 2.0, 3.0], ["1", "2", "3"]),
        ([310000.0, 0.25], ["310,000.00", "0.25"]),
        ([0.12345678, -12.5, None], ["0.123", "−12.500", ""]),
        ([2100.0, 1553.5], ["2,100.0", "1,553.5"]),
        ([0.31, -0.00012345], ["0.31000", "−0.00012"]),
        ([1e-12, 1.0], ["1.000×10⁻¹²", "1"]),
        ([1e200, -5.0, 0.0], ["1.000×10²⁰⁰", "−5.000×10⁰", "0"]),
        ([math.nan, math.inf, -math.inf, 2.5], ["–", "∞", "−∞", "2.5"]),
        ([0.0, -0.0], ["0", "0"]),
        ([], []),
    ],
)
def test_columns(numbers, texts):
    assert aligned(numbers) == texts


@given(st.lists(st.floats(min_value=-1e8, max_value=1e8, allow_subnormal=False), min_size=1, max_size=8))
def test_written_out_numbers_share_their_decimals_and_are_close(numbers):
    written = [
        (number, text) for number, text in zip(numbers, aligned(numbers), strict=True) if "×" not in text and number
    ]
    assert len({len(text.partition(".")[2]) for _, text in written}) <= 1
    largest = max(map(abs, numbers))
    for number, text in written:
        assert float(text.replace(",", "").replace("−", "-")) == pytest.approx(number, abs=1e-4 * largest)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: number != 0))
def test_no_number_but_0_is_written_as_0(number):
    assert aligned([number])[0].strip("−0.,") != ""
    assert aligned([number, 1e5])[0].strip("−0.,") != ""
