from __future__ import annotations

from pathlib import Path

import pytest

from gdexplorer.app.pasted import MOST_KEPT, is_pasted, write_pasted
from gdexplorer.core.errors import InputError


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    path = write_pasted(tmp_path / "new" / "folder", "a\tä\r\n1\t2")
    assert path.read_bytes() == "a\tä\r\n1\t2".encode()
    assert is_pasted(path)
    assert path.parent == tmp_path / "new" / "folder"


def test_the_same_text_is_the_same_unchanged_file(tmp_path: Path) -> None:
    first = write_pasted(tmp_path, "a\n1")
    before = first.stat().st_mtime_ns
    assert write_pasted(tmp_path, "a\n1") == first
    assert first.stat().st_mtime_ns == before
    assert write_pasted(tmp_path, "a\n2") != first


def test_a_file_cut_short_is_written_again(tmp_path: Path) -> None:
    path = write_pasted(tmp_path, "a\n1")
    path.write_text("a")
    assert write_pasted(tmp_path, "a\n1").read_text() == "a\n1"


def test_only_the_latest_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    paths = [write_pasted(tmp_path, f"a\n{index}") for index in range(MOST_KEPT + 5)]
    assert [path for path in paths if path.exists()] == paths[5:]
    assert other.exists()
    assert len(list(tmp_path.iterdir())) == MOST_KEPT + 1


def test_half_a_letter_is_no_trouble(tmp_path: Path) -> None:
    assert write_pasted(tmp_path, "a\n\ud800").read_text() == "a\n?"


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError) as error:
        write_pasted(blocked, "a\n1")
    assert str(error.value).startswith(f"The pasted table cannot be kept in {blocked} (")


@pytest.mark.parametrize("name", ["a.csv", "Pasted table.txt", "Pasted table 0123456789ab.csv"])
def test_other_files_are_not_pasted(name: str) -> None:
    assert not is_pasted(Path(name))
