from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.column_summary import (
    MOST_BARS,
    MOST_ROWS,
    chosen_rows,
    columns_at_once,
    histogram,
    squared_correlations,
    summarise,
)
from gdexplorer.core.dataset import Column, Dataset

NAN = math.nan


def test_a_column_at_a_glance():
    columns = (
        Column("size", np.array([10.0, 20, NAN, 40, 30]), "m²"),
        Column("zip", np.array([1.0, 2, 3, 4, 9]), is_quantity=False),
        Column("price", np.array([1.0, 2, 9, 4, NAN])),
    )
    size, code, price = summarise(Dataset("t", columns, "t"), "price")
    assert (size.name, size.unit, size.low, size.high, size.missing) == ("size", "m²", 10, 40, 1)
    assert size.r_squared == pytest.approx(1.0)
    assert sum(size.histogram) == 4
    assert size.histogram[0] == size.histogram[-1] == 1
    assert not code.is_quantity
    assert code.histogram == (1, 1, 1, 1, 0, 0, 0, 0, 1)
    assert math.isnan(price.r_squared)
    assert hash(size) == hash(summarise(Dataset("t", columns, "t"), "price")[0])


def test_parts_make_the_whole(homes):
    whole = summarise(homes, "price")
    assert [summary.name for summary in whole] == list(homes.column_names)
    parts = summarise(homes, "price", 0, 2) + summarise(homes, "price", 2)
    assert [part.histogram for part in parts] == [summary.histogram for summary in whole]
    np.testing.assert_allclose([p.r_squared for p in parts], [s.r_squared for s in whole], rtol=1e-12)
    assert summarise(homes, "price", len(homes.columns)) == ()


def test_strengths_are_those_of_numpy(homes):
    for summary in summarise(homes, "price")[1:]:
        expected = np.corrcoef(homes.column(summary.name).values, homes.column("price").values)[0, 1] ** 2
        assert summary.r_squared == pytest.approx(expected, rel=1e-9)


NUMBERS = st.floats(-1e3, 1e3).map(lambda number: round(number, 2))


@given(st.lists(st.tuples(NUMBERS | st.just(NAN), NUMBERS | st.just(NAN)), min_size=1, max_size=30))
def test_missing_values_are_left_out_pair_by_pair(pairs):
    x, y = np.array(pairs).T
    both = ~(np.isnan(x) | np.isnan(y))
    (found,) = squared_correlations(x[None, :], y)
    if both.sum() < 3 or np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:
        assert np.isnan(found)
        return
    # A column that hardly varies beside the numbers left out is no better known than that.
    if min(np.ptp(x[both]) / np.nanmax(np.abs(x)), np.ptp(y[both]) / np.nanmax(np.abs(y))) > 1e-4:
        assert found == pytest.approx(np.corrcoef(x[both], y[both])[0, 1] ** 2, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "goal"),
    [
        ([NAN] * 4, [1, 2, 3, 4]),
        ([1, 2, 3, 4], [NAN] * 4),
        ([0.1] * 4, [1, 2, 3, 4]),
        ([0] * 4, [1, 2, 3, 4]),
        ([1, 2, 3, 4], [7e300] * 4),
        ([1, 2, NAN, NAN], [1, 2, 3, 4]),
        ([0.1, 0.1, 0.1, NAN], [1, 2, 3, 4]),
    ],
)
def test_where_nothing_varies_there_is_no_strength(values, goal):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(squared_correlations(np.array([values], float), np.array(goal, float))).all()


def test_huge_tiny_and_far_values_do_no_harm():
    x = np.array([1.0, 2.0, 4.0, 3.0])
    values = np.array([x * 1e307, x * 1e-300, 1e9 + x, -x])
    np.testing.assert_allclose(squared_correlations(values, x * 1e300), 1.0, rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ([], ()),
        ([NAN, NAN], ()),
        ([3.0, 3.0, NAN], (2,)),
        ([1.0, 2.0, 2.0, 4.0], (1, 2, 0, 1)),
        ([-1e308, 1e308], (1, *[0] * (MOST_BARS - 2), 1)),
        ([0.0, 0.5, 1.0], (1, *[0] * (MOST_BARS // 2 - 1), 1, *[0] * (MOST_BARS // 2 - 2), 1)),
    ],
)
def test_histograms_count_equal_parts(values, counts):
    array = np.array(values, float)
    low, high = (np.fmin.reduce(array), np.fmax.reduce(array)) if values else (NAN, NAN)
    assert histogram(array, float(low), float(high)) == counts


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=50))
def test_no_value_falls_out_of_a_histogram(values):
    array = np.array(values)
    counts = histogram(array, float(array.min()), float(array.max()))
    assert sum(counts) == len(values)
    assert 1 <= len(counts) <= MOST_BARS


def test_long_tables_are_sampled_and_counted_whole():
    rows = 3 * MOST_ROWS
    x = np.arange(float(rows))
    holes = np.where(x % 4 == 0, NAN, x)
    data = Dataset("t", (Column("x", x), Column("holes", holes), Column("y", x)), "t")
    summary, with_holes, _ = summarise(data, "y")
    assert sum(summary.histogram) == MOST_ROWS
    assert (summary.low, summary.high) == (0, rows - 1)
    assert with_holes.missing == rows // 4
    assert summary.r_squared == pytest.approx(1.0)
    assert columns_at_once(data) * MOST_ROWS <= 4_000_000


def test_the_rows_that_stand_for_all_are_always_the_same():
    assert chosen_rows(10, 10) == slice(None)
    rows = chosen_rows(1000, 50)
    assert len(set(rows.tolist())) == 50
    assert (np.diff(rows) > 0).all()
    assert (rows == chosen_rows(1000, 50)).all()
