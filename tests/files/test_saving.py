from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.files.reading import open_table
from gdexplorer.files.saving import KINDS, SaveCancelledError, save_table


def table(**columns: object) -> Dataset:
    made = tuple(Column(name, np.asarray(values, float)) for name, values in columns.items())
    return Dataset("three homes", made, "test", "homes")


HOMES = Dataset(
    "three homes",
    (
        Column("price", np.array([310_000.0, np.nan, 2e5]), "USD"),
        Column("size", np.array([1250.0, 0.1 + 0.2, -0.0]), "sq ft"),
    ),
    "test",
)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_csv_has_names_with_units_and_exact_numbers(tmp_path: Path) -> None:
    path = save_table(HOMES, tmp_path / "homes.csv")
    assert path.read_text() == "price [USD],size [sq ft]\n310000,1250.0\n,0.30000000000000004\n200000,-0.0\n"
    assert left(tmp_path) == ["homes.csv"]


@pytest.mark.parametrize("suffix", KINDS)
def test_what_was_saved_reads_back_equal(tmp_path: Path, suffix: str) -> None:
    back = open_table(str(save_table(HOMES, tmp_path / f"homes{suffix}"))).dataset
    for column, other in zip(HOMES.columns, back.columns, strict=True):
        assert (column.name, column.unit) == (other.name, other.unit)
        np.testing.assert_array_equal(column.values, other.values)


numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15).map(float)


@given(
    st.lists(st.tuples(numbers, numbers | st.just(float("nan"))), min_size=1, max_size=12), st.sampled_from([*KINDS])
)
def test_any_numbers_survive_bit_for_bit(tmp_path_factory: pytest.TempPathFactory, rows: list, suffix: str) -> None:
    values = np.array(rows)
    folder = tmp_path_factory.mktemp("saved")
    path = save_table(table(a=values[:, 0], b=values[:, 1]), folder / f"any{suffix}")
    read = "read_csv('{}', header=true, all_varchar=true)" if suffix == ".csv" else "read_parquet('{}')"
    back = duckdb.connect().execute(f"SELECT a, b FROM {read.format(path)}").fetchall()
    found = np.array([[np.nan if cell is None else float(cell) for cell in row] for row in back])
    np.testing.assert_array_equal(found, values)
    assert np.signbit(found[values == 0]).tolist() == np.signbit(values[values == 0]).tolist()


@pytest.mark.parametrize("name", ['a "quoted", name', "it's", "two\nlines", "größe in m²", " ", "count(*)"])
def test_any_name_survives(tmp_path: Path, name: str) -> None:
    path = save_table(table(**{name: [1.5], "b": [2.0]}), tmp_path / "it's here.csv")
    (header, _), *_ = (
        duckdb.connect().execute("SELECT * FROM read_csv(?, header=false, all_varchar=true)", [str(path)]).fetchall()
    )
    assert header == name


def test_names_that_differ_by_case_only_stay_in_csv(tmp_path: Path) -> None:
    path = save_table(table(Price=[1], price=[2]), tmp_path / "x.csv")
    assert path.read_text() == "Price,price\n1,2\n"


def test_a_single_column_keeps_its_empty_rows(tmp_path: Path) -> None:
    path = save_table(table(a=[1, np.nan, 3]), tmp_path / "x.csv")
    assert path.read_text() == "a\n1\nNA\n3\n"


def test_a_file_that_is_there_is_replaced_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old")
    path.chmod(0o640)
    save_table(table(a=[1], b=[2]), path)
    assert path.read_text() == "a,b\n1,2\n"
    assert path.stat().st_mode & 0o777 == 0o640


def fails(path: Path, dataset: Dataset = HOMES) -> str:
    with pytest.raises(InputError) as error:
        save_table(dataset, path)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_places_that_cannot_be_written_are_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in fails(tmp_path / "folder.csv")
    assert "cannot be written" in fails(tmp_path / "none" / "x.csv")
    assert "cannot be written" in fails(tmp_path / ("x" * 300 + ".csv"))
    assert ".csv or .parquet" in fails(tmp_path / "x.xlsx")
    os.mkfifo(tmp_path / "pipe.csv")
    assert "a pipe" in fails(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "cannot be written" in fails(tmp_path / "loop.csv")
    assert left(tmp_path) == ["folder.csv", "loop.csv", "pipe.csv"]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "denied" in fails(tmp_path / "x.csv")


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), "no room on the disk"),
        (OSError(28, "No space left on device"), "no room on the disk"),
        (duckdb.IOException("IO Error: Cannot open file: Input/output error"), "input/output error"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_a_failure_while_writing_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, error: Exception, words: str
) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_text("old")

    def fail(_dataset: object, part: Path, *_: object) -> None:
        part.write_text("half")
        raise error

    monkeypatch.setattr("gdexplorer.files.saving._write", fail)
    assert words in fails(path)
    assert path.read_text() == "old"
    assert left(tmp_path) == [path.name]


def test_a_cancelled_save_leaves_nothing(tmp_path: Path) -> None:
    class Cancelled:
        def is_cancelled(self) -> bool:
            return True

        def during(self, _interrupt: object, _share: object):
            return nullcontext()

    with pytest.raises(SaveCancelledError):
        save_table(HOMES, tmp_path / "x.csv", Cancelled())
    assert left(tmp_path) == []


def test_a_sample_of_a_big_table_is_not_saved_as_if_it_were_all(tmp_path: Path) -> None:
    assert "Only a sample of the 9,000 rows" in fails(tmp_path / "x.csv", replace(HOMES, total_rows=9000))
