"""What tests of reading share: a cache of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdexplorer.files.cache_folder import cache_folder


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the cache, which does not exist yet; the user's own is left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    return cache_folder()
