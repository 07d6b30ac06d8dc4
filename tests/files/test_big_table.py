from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from gdexplorer.core.errors import InputError
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.watching import UNWATCHED
from gdexplorer.files import big_table
from gdexplorer.files.big_table import check_memory, is_big, open_big, sampled_rows
from gdexplorer.files.cancelling import ReadCancelledError
from gdexplorer.files.query import NumbersQuery
from tests.files.big_tables import Impatient, dataset_of, query_of, write_table

ROWS = 30_000


@pytest.fixture
def small(monkeypatch):
    """Samples of 500 rows."""
    monkeypatch.setattr(big_table, "MOST_SAMPLED", 500)
    monkeypatch.setattr(big_table, "_FEWEST_SAMPLED", 500)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.usefixtures("small")
def test_the_sample_is_of_rows_as_they_are_in_the_file(tmp_path, suffix):
    count = np.arange(float(ROWS))
    gapped = np.where(count % 3 == 0, np.nan, 2 * count)
    path = write_table(tmp_path / f"t{suffix}", count=count, gapped=gapped, empty=np.full(ROWS, np.nan))
    found = open_big(query_of(path, "count", "gapped", "empty"), ROWS, UNWATCHED)
    rows = found.columns[0].astype(int)
    expected = np.sort(np.random.default_rng(0).choice(ROWS, 500, replace=False, shuffle=False))
    np.testing.assert_array_equal(rows, expected)
    np.testing.assert_array_equal(found.columns[1], gapped[rows])
    assert np.isnan(found.columns[2]).all()
    assert found.total_rows == ROWS
    assert found.missing == (0, ROWS // 3, ROWS)
    np.testing.assert_array_equal(found.low, [0, 2, np.nan])
    np.testing.assert_array_equal(found.high, [ROWS - 1, 2 * (ROWS - 1), np.nan])


@pytest.mark.usefixtures("small")
def test_a_text_is_copied_once(tmp_path, cache):
    path = write_table(tmp_path / "t.csv", a=np.arange(5000.0), b=np.arange(5000.0) ** 2)
    first = open_big(query_of(path, "a", "b"), 5000, UNWATCHED)
    (copy,) = cache.iterdir()
    written = copy.stat().st_ino
    second = open_big(query_of(path, "a", "b"), 5000, UNWATCHED)
    assert copy.stat().st_ino == written
    np.testing.assert_array_equal(first.columns, second.columns)
    copy.write_bytes(copy.read_bytes()[:500])
    third = open_big(query_of(path, "a", "b"), 5000, UNWATCHED)
    assert copy.stat().st_ino != written
    np.testing.assert_array_equal(first.columns, third.columns)
    write_table(path, a=np.arange(4000.0), b=np.ones(4000))
    changed = open_big(query_of(path, "a", "b"), 5000, UNWATCHED)
    assert changed.total_rows == 4000
    assert len(list(cache.iterdir())) == 2


@pytest.mark.usefixtures("small")
def test_a_text_trains_as_its_rows_in_memory_would(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=5000)
    path = write_table(tmp_path / "t.csv", x=x, y=2 * x + 1 + rng.normal(size=5000))
    dataset = dataset_of(open_big(query_of(path, "x", "y"), 5000, UNWATCHED), "x", "y")
    problem = resolve(dataset, Settings("t", "y", (Term("x"), BIAS), 2))
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    expected = np.polyfit(table[:, 0], table[:, 1], 1)
    np.testing.assert_allclose(problem.original_weights(problem.minimum), expected, rtol=1e-12)


@pytest.mark.usefixtures("small")
def test_a_table_of_no_rows_has_an_empty_sample(tmp_path):
    path = write_table(tmp_path / "t.parquet", a=[])
    found = open_big(query_of(path, "a"), 0, UNWATCHED)
    assert found.total_rows == 0
    assert found.columns[0].shape == (0,)


def test_which_tables_are_big():
    assert not is_big(5_000_000, 3)
    assert is_big(10_000_000, 3)
    assert not is_big(200_000, 20)
    assert is_big(300_000, 100)
    assert not is_big(10_000, 10_000)
    assert [sampled_rows(count) for count in (0, 1, 3, 1000, 100_000)] == [200_000, 200_000, 200_000, 20_000, 10_000]


def test_all_rows_have_to_fit_into_memory():
    check_memory(Path("t.csv"), 1000, 3)
    if sys.platform == "linux":
        with pytest.raises(InputError, match=r"All 10,000,000,000 rows of t.csv need about 960.0 GB of memory, and"):
            check_memory(Path("t.csv"), 10_000_000_000, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes")
@pytest.mark.usefixtures("small")
def test_a_full_disk_is_said_and_nothing_is_left(tmp_path, cache):
    import resource

    path = write_table(tmp_path / "t.csv", a=np.random.default_rng(0).normal(size=100_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(
            InputError, match=r"t.csv is larger than memory, and a copy .* \(File too large\); make room"
        ):
            open_big(query_of(path, "a"), 100_000, UNWATCHED)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(cache.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_a_folder_that_cannot_be_written_to_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    path = write_table(tmp_path / "t.csv", a=[1.0, 2.0])
    with pytest.raises(InputError, match=r"t.csv is larger than memory, and a copy to work with cannot be written to"):
        open_big(query_of(path, "a"), 2, UNWATCHED)


def test_what_duckdb_says_of_the_file_itself_is_passed_on(tmp_path):
    for suffix in (".csv", ".parquet"):
        path = tmp_path / f"t{suffix}"
        path.write_bytes(b"no table\n1,2\n" * 5)
        query = query_of(path, "a", "b", "c")
        with pytest.raises(duckdb.Error):
            open_big(query, 5, UNWATCHED)


@pytest.mark.parametrize("row_number", ["", "a"])
def test_it_ends_soon_when_nobody_waits_any_more(cache, row_number):
    slow = NumbersQuery("range(3000000000) AS t(a)", {}, ("c0",), ("a * random()",), Path(os.devnull), row_number)
    watch = Impatient(0.2)
    with pytest.raises(ReadCancelledError):
        open_big(slow, 1000, watch)
    assert time.perf_counter() - watch.asked < 0.3
    assert not cache.exists() or list(cache.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_progress_only_grows(tmp_path):
    path = write_table(tmp_path / "t.csv", a=np.random.default_rng(0).normal(size=400_000))
    watch = Impatient(60)
    open_big(query_of(path, "a"), 400_000, watch)
    assert watch.shares == sorted(watch.shares)
    assert all(0 <= share <= 1 for share in watch.shares)
