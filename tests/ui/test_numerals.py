import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.errors import InputError
from gdexplorer.ui.numerals import compact, exact, parse_number, rounded_to, subscript, superscript


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (37, "37"),
        (0.6632149, "0.6632"),
        (1.96, "1.96"),
        (-1.5, "−1.5"),
        (9999.6, "10 k"),
        (12346, "12.35 k"),
        (1_200_000, "1.2 M"),
        (999_999_999, "1×10⁹"),
        (3.1e-12, "3.1×10⁻¹²"),
        (-6.9e9, "−6.9×10⁹"),
        (0.00012, "0.00012"),
        (0.000012, "1.2×10⁻⁵"),
        (1e308, "1×10³⁰⁸"),
        (5e-324, "4.941×10⁻³²⁴"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
    ],
)
def test_compact_numbers_are_short_and_readable(number, text):
    assert compact(number).replace("\u00a0", " ") == text


def test_digits_can_be_fewer():
    assert compact(0.66666, 2) == "0.67"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_compact_keeps_four_digits_of_every_number(number):
    shown = compact(number)
    for sign, plain in (("−", "-"), ("\u00a0k", "e3"), ("\u00a0M", "e6"), ("×10", "e")):
        shown = shown.replace(sign, plain)
    shown = shown.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    rounded = float(shown)
    assert rounded == number or math.isinf(rounded) or abs(rounded / number - 1) < 5.1e-4 or abs(number) < 1e-300
    assert len(compact(number)) <= 13


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_exact_numbers_read_back_as_they_were(number):
    assert parse_number(exact(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.025", 0.025), (" 0,025 ", 0.025), ("1e-7", 1e-7), ("−3", -3.0), (".5", 0.5), ("1,5E3", 1500.0)],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "  ", "abc", "1,000.5", "1,2,3", "nan", "inf", "1e999", "1_000", "0x10"])
def test_what_is_not_a_number_is_said(text):
    with pytest.raises(InputError, match=r"0\.025"):
        parse_number(text)


def test_digits_are_raised_and_lowered():
    assert superscript(-12) == "⁻¹²"
    assert subscript(10) == "₁₀"


def test_rounding_counts_significant_digits():
    assert rounded_to(0.00123456, 3) == 0.00123
    assert rounded_to(0.0, 3) == 0.0
