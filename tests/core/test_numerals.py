import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import (
    compact,
    counted,
    exact,
    parse_number,
    rounded_to,
    scientific,
    subscript,
    superscript,
)


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


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.05, "0.0500"), (2, "2.00"), (50_000, "50.0 k"), (-1e-9, "−1.00×10⁻⁹"), (9.996, "10.0"), (0, "0")],
)
def test_a_number_that_runs_keeps_its_zeros(number, text):
    assert compact(number, 3, steady=True).replace("\u00a0", " ") == text


def test_powers_of_ten():
    assert scientific(-2.985e-7, 4) == "−2.985×10⁻⁷"
    assert scientific(1e20, 4) == "1×10²⁰"


@pytest.mark.parametrize(
    ("count", "things", "text"),
    [(0, "rows", "0 rows"), (1, "rows", "1 row"), (2, "weights", "2 weights"), (2930, "homes", "2,930 homes")],
)
def test_one_is_not_many(count, things, text):
    assert counted(count, things) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_exact_numbers_read_back_as_they_were(number):
    assert parse_number(exact(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("0.025", 0.025), (" 0,025 ", 0.025), ("1e-7", 1e-7), ("−3", -3.0), (".5", 0.5), ("1,5E3", 1500.0)),
        *(("1,5", 1.5), ("12,75", 12.75), ("0,125", 0.125), ("1,0000", 1.0), ("1.000", 1.0), ("1234,567", 1234.567)),
    ],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "  ", "abc", "1,000.5", "1,2,3", "nan", "inf", "1e999", "1_000", "0x10"])
def test_what_is_not_a_number_is_said(text):
    with pytest.raises(InputError, match=r"0\.025"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("1,000", "1", "1000"),
        (" 2,500 ", "2.5", "2500"),
        ("−12,345", "-12.345", "-12345"),
        ("123,456", "123.456", "123456"),
    ],
)
def test_a_comma_that_can_mean_either_is_asked_about(text, one, other):
    with pytest.raises(InputError, match=f" can be {re.escape(one)} or {re.escape(other)}; type the one you mean"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1,000,000", "1.000.000"])
def test_marks_between_thousands_are_refused_with_what_to_type(text):
    with pytest.raises(InputError, match=f"“{re.escape(text)}” has marks between its thousands; type 1000000"):
        parse_number(text)


def test_digits_are_raised_and_lowered():
    assert superscript(-12) == "⁻¹²"
    assert subscript(10) == "₁₀"


def test_rounding_counts_significant_digits():
    assert rounded_to(0.00123456, 3) == 0.00123
    assert rounded_to(0.0, 3) == 0.0
