from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import gdexplorer.core
from gdexplorer.app.kernel_cache import place_kernel_cache


def placed(monkeypatch: pytest.MonkeyPatch, cache: Path) -> str:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    place_kernel_cache()
    return os.environ["NUMBA_CACHE_DIR"]


def test_the_same_source_keeps_its_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = placed(monkeypatch, tmp_path)
    assert Path(first).parent == tmp_path / "gdexplorer"
    assert placed(monkeypatch, tmp_path) == first


def test_an_edit_anywhere_in_the_core_moves_to_a_new_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = placed(monkeypatch, tmp_path)
    copy = tmp_path / "core"
    shutil.copytree(gdexplorer.core.__path__[0], copy)
    monkeypatch.setattr(gdexplorer.core, "__path__", [str(copy)])
    assert placed(monkeypatch, tmp_path) == first
    edited = copy / "optimizers.py"
    edited.write_text(edited.read_text() + "\n# edited\n")
    assert placed(monkeypatch, tmp_path) != first


def test_a_folder_of_the_users_choice_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    place_kernel_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path)
