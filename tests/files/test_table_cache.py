from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.edited_data import apply_edits
from gdexplorer.core.problem import resolve
from gdexplorer.core.reading_choices import ColumnChoice, ReadingChoices
from gdexplorer.core.row_edits import NO_EDITS
from gdexplorer.core.settings import Settings
from gdexplorer.core.table_report import ColumnReport, Example, PreviewRow, TableReport
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.watching import UNWATCHED
from gdexplorer.files import big_table, table_cache
from gdexplorer.files.big_table import open_big
from gdexplorer.files.cancelling import ReadCancelledError
from gdexplorer.files.table_cache import slot_for
from gdexplorer.files.table_moments import TableMoments
from tests.files.big_tables import dataset_of, query_of, write_table

UNDECIDED = ReadingChoices()
REPORT = TableReport(
    3,
    (ColumnReport("a", "number", "m²", 1, examples=(Example(4, "x,“"),), low=-1.5, high=2.0, histogram=(1, 2)),),
    0,
    ("One sentence.",),
    preview=(PreviewRow(1, ("a", "b"), "header"),),
    sheet="One",
)


@pytest.fixture(autouse=True)
def everything_is_worth_it(monkeypatch):
    monkeypatch.setattr(table_cache, "_WORTHWHILE_TEXT", 1)
    monkeypatch.setattr(table_cache, "_PIECE_BYTES", 1000)


@pytest.fixture
def path(tmp_path):
    return write_table(tmp_path / "t.csv", a=np.arange(600.0))


@pytest.fixture
def dataset(path):
    values = np.random.default_rng(0).normal(size=(2, 600))
    values[1, ::5] = np.nan
    columns = (Column("a", values[0], "m²"), Column("b", values[1], is_quantity=False))
    return Dataset("t", columns, str(path), "homes", "a", ("b", "bias"))


def assert_same(found, dataset):
    for name in ("title", "source", "row_noun", "suggested_target", "suggested_terms", "total_rows"):
        assert getattr(found, name) == getattr(dataset, name)
    assert found.content_hash == dataset.content_hash
    for column, expected in zip(found.columns, dataset.columns, strict=True):
        assert (column.name, column.unit, column.is_quantity) == (expected.name, expected.unit, expected.is_quantity)
        np.testing.assert_array_equal(column.values, expected.values)
        assert not column.values.flags.writeable


def test_a_table_is_as_it_was_when_it_is_opened_again(path, dataset):
    slot = slot_for(path, UNDECIDED)
    assert slot.load() is None
    assert slot.store(dataset, REPORT)
    found, report = slot_for(path, UNDECIDED).load()
    assert_same(found, dataset)
    assert report == replace(REPORT)
    assert found.edits == NO_EDITS


def test_edits_by_hand_are_not_kept(path, dataset):
    slot = slot_for(path, UNDECIDED)
    edited = apply_edits(dataset, NO_EDITS.over(600).with_values(3, {"a": 7.0}).without(5))
    assert slot.store(edited, REPORT)
    assert_same(slot.load()[0], dataset)


def test_another_state_of_the_file_and_other_choices_are_other_tables(path, dataset):
    slot_for(path, UNDECIDED).store(dataset, REPORT)
    choices = replace(UNDECIDED, decimal=",").with_column(0, ColumnChoice("text"))
    assert slot_for(path, choices).load() is None
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    assert slot_for(path, UNDECIDED).load() is None
    path.unlink()
    assert slot_for(path, UNDECIDED) is None


def test_another_state_of_the_program_reads_anew(path, dataset, monkeypatch):
    slot_for(path, UNDECIDED).store(dataset, REPORT)
    monkeypatch.setattr(table_cache, "_code", lambda: "newer")
    assert slot_for(path, UNDECIDED).load() is None


@pytest.mark.parametrize("place", [0, 5, 40, 400, 3000, -3, -1])
@pytest.mark.parametrize("damage", ["flipped", "cut", "longer", "empty"])
def test_a_damaged_file_is_ignored_and_replaced(path, dataset, cache, place, damage):
    slot = slot_for(path, UNDECIDED)
    slot.store(dataset, REPORT)
    file = cache / slot.name
    whole = bytearray(file.read_bytes())
    if damage == "flipped":
        whole[place] ^= 4
    kept = {"cut": whole[:place], "longer": whole + b"x", "empty": b"", "flipped": whole}[damage]
    file.write_bytes(kept)
    assert slot.load() is None
    assert not file.exists()
    assert slot.store(dataset, REPORT)
    assert_same(slot.load()[0], dataset)


def test_small_files_are_not_worth_their_while(path, dataset, monkeypatch, cache):
    monkeypatch.setattr(table_cache, "_WORTHWHILE_TEXT", 1 << 20)
    slot = slot_for(path, UNDECIDED)
    assert not slot.store(dataset, REPORT)
    assert not cache.exists()
    book = path.rename(path.with_suffix(".xlsx"))
    assert not slot_for(book, UNDECIDED).is_slow
    monkeypatch.setattr(table_cache, "_WORTHWHILE_DENSE", 100)
    assert slot_for(book, UNDECIDED).is_slow
    assert not slot_for(write_table(path.with_suffix(".parquet"), a=[1.0]), UNDECIDED).is_slow


class Gone:
    """Nobody waits, from some question on."""

    def __init__(self, patience):
        self.patience = patience

    def is_cancelled(self):
        self.patience -= 1
        return self.patience < 0

    during = UNWATCHED.during


@pytest.mark.parametrize("patience", [0, 1, 3, 8])
def test_storing_can_be_given_up_at_any_time(path, dataset, cache, patience):
    slot = slot_for(path, UNDECIDED)
    with pytest.raises(ReadCancelledError):
        slot.store(dataset, REPORT, Gone(patience))
    assert list(cache.iterdir()) == []
    slot.store(dataset, REPORT)
    with pytest.raises(ReadCancelledError):
        slot.load(Gone(patience))
    assert_same(slot.load()[0], dataset)


def test_a_folder_that_cannot_be_written_to_is_no_reason_to_complain(path, dataset, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    slot = slot_for(path, UNDECIDED)
    assert not slot.store(dataset, REPORT)
    assert slot.load() is None


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes")
def test_a_full_disk_leaves_nothing_behind(path, dataset, cache):
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        assert not slot_for(path, UNDECIDED).store(dataset, REPORT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(cache.iterdir()) == []


@pytest.fixture(params=[".csv", ".parquet"])
def big(request, tmp_path, monkeypatch):
    monkeypatch.setattr(big_table, "MOST_SAMPLED", 50)
    monkeypatch.setattr(big_table, "_FEWEST_SAMPLED", 50)
    x = np.random.default_rng(0).normal(size=900)
    path = write_table(tmp_path / f"big{request.param}", x=x, y=2 * x + np.sin(9 * x))
    return path, dataset_of(open_big(query_of(path, "x", "y"), 900, UNWATCHED), "x", "y")


SETTINGS = Settings("t", "y", (Term("x"), BIAS, Term("x", 2)), 2)


def test_a_big_table_is_kept_with_what_is_known_of_all_its_rows(big, monkeypatch):
    path, dataset = big
    problem = resolve(dataset, SETTINGS)
    slot = slot_for(path, UNDECIDED)
    assert slot.store(dataset, REPORT)
    found, _ = slot.load()
    assert_same(found, dataset)
    assert found.total_rows == 900
    more = replace(SETTINGS, weight_count=3)
    np.testing.assert_allclose(resolve(found, more).least_squares.H, resolve(dataset, more).least_squares.H, rtol=1e-12)
    monkeypatch.setattr(TableMoments, "_pass", None)
    again = resolve(slot.load()[0], SETTINGS)
    np.testing.assert_array_equal(again.least_squares.H, problem.least_squares.H)
    np.testing.assert_array_equal(again.minimum, problem.minimum)


def test_a_big_table_without_its_file_is_read_anew(big, cache):
    path, dataset = big
    slot = slot_for(path, UNDECIDED)
    slot.store(dataset, REPORT)
    dataset.moments.query.path.unlink()
    assert slot.load() is None
    assert not (cache / slot.name).exists()


def test_a_copy_in_use_is_not_evicted(big, cache):
    path, dataset = big
    if path.suffix == ".parquet":
        assert not cache.exists()
        return
    from gdexplorer.files.cache_folder import evict

    slot = slot_for(path, UNDECIDED)
    slot.store(dataset, REPORT)
    del dataset
    gc.collect()
    held, _ = slot.load()
    copy = held.moments.query.path
    evict(1 << 60)
    assert copy.exists()
    assert resolve(held, SETTINGS).rows_total == 900
