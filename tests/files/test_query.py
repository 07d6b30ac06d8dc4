from __future__ import annotations

import time
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.watching import UNWATCHED
from gdexplorer.files.cancelling import ReadCancelledError
from gdexplorer.files.query import NumbersQuery, read_numbers
from tests.files.big_tables import Impatient, query_of, write_table

FLOATS = st.none() | st.floats(allow_nan=False, width=64)


@pytest.fixture
def connection():
    with duckdb.connect() as made:
        yield made


@given(st.lists(st.tuples(FLOATS, FLOATS), max_size=60))
def test_all_numbers_arrive_as_they_are(rows):
    values = ", ".join(f"({one!r}::DOUBLE, {two!r}::DOUBLE)".replace("None", "NULL") for one, two in rows)
    table = f"(VALUES {values}) AS t(a, b)" if rows else "(SELECT 1e0 AS a, 2e0 AS b WHERE false)"
    table = table.replace("inf::", "'inf'::").replace("-'inf'", "'-inf'")
    query = NumbersQuery(table, {}, ("c0", "c1"), ("a", "b"), Path("none"))
    with duckdb.connect() as connection:
        found = read_numbers(connection, query, UNWATCHED)
    expected = np.array(rows, dtype=float).reshape(len(rows), 2).T
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_rows_stay_in_order_across_pieces(tmp_path, connection, monkeypatch, suffix):
    monkeypatch.setattr("gdexplorer.files.query._PIECE", 10_000)
    count = np.arange(300_000.0)
    path = write_table(tmp_path / f"t{suffix}", a=count, b=np.where(count % 7 == 0, np.nan, -count))
    a, b = read_numbers(connection, query_of(path, "a", "b"), UNWATCHED)
    np.testing.assert_array_equal(a, count)
    np.testing.assert_array_equal(b, np.where(count % 7 == 0, np.nan, -count))


def test_nothing_is_left_in_the_connection(tmp_path, connection):
    path = write_table(tmp_path / "t.csv", a=[1.0])
    read_numbers(connection, query_of(path, "a"), UNWATCHED)
    assert connection.execute("SHOW TABLES").fetchall() == []
    with pytest.raises(duckdb.Error):
        read_numbers(connection, query_of(tmp_path / "none.csv", "a"), UNWATCHED)
    assert connection.execute("SHOW TABLES").fetchall() == []


def test_it_ends_soon_when_nobody_waits_any_more(connection):
    slow = NumbersQuery("range(3000000000) AS t(a)", {}, ("c0",), ("a * random()",), Path("none"))
    watch = Impatient(0.05)
    with pytest.raises(ReadCancelledError):
        read_numbers(connection, slow, watch)
    assert time.perf_counter() - watch.asked < 0.3
    assert all(0 <= share <= 1 for share in watch.shares)


def test_it_does_not_begin_where_nobody_waits(connection):
    class Gone:
        def is_cancelled(self):
            return True

        during = UNWATCHED.during

    with pytest.raises(ReadCancelledError):
        read_numbers(connection, NumbersQuery("range(3) AS t(a)", {}, ("c0",), ("a",), Path("none")), Gone())
