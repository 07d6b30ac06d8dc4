from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from gdexplorer.files import cache_folder as module
from gdexplorer.files.cache_folder import Hold, evict, new_file, touch


@pytest.fixture
def kept(cache, monkeypatch):
    """Write files of 100 bytes, the first used longest ago; more than 350 bytes are too much."""
    monkeypatch.setattr(module, "MOST_BYTES", 350)

    def write(*names):
        for age, name in enumerate(reversed(names)):
            with new_file(name) as place:
                place.write_bytes(bytes(100))
            os.utime(cache / name, (time.time() - 60 * age,) * 2)
        return lambda: sorted(path.name for path in cache.iterdir())

    return write


def test_a_file_is_there_once_it_is_whole(cache):
    with new_file("a") as place:
        place.write_bytes(b"one")
        assert not (cache / "a").exists()
    assert (cache / "a").read_bytes() == b"one"
    with new_file("a") as place:
        place.write_bytes(b"two")
        assert (cache / "a").read_bytes() == b"one"
    assert (cache / "a").read_bytes() == b"two"


def test_nothing_is_left_of_what_failed(cache):
    def fail(place):
        place.write_bytes(b"half")
        raise KeyError

    with pytest.raises(KeyError), new_file("a") as place:
        fail(place)
    assert list(cache.iterdir()) == []


def test_what_was_used_longest_ago_goes_first(kept):
    left = kept("a", "b", "c")
    evict()
    assert left() == ["a", "b", "c"]
    with new_file("d") as place:
        place.write_bytes(bytes(100))
    assert left() == ["b", "c", "d"]


def test_what_is_used_again_stays(kept, cache):
    left = kept("a", "b", "c")
    touch(cache / "a")
    with new_file("d") as place:
        place.write_bytes(bytes(100))
    assert left() == ["a", "c", "d"]


def test_room_is_made_before_a_large_file_is_written(kept):
    left = kept("a", "b", "c")
    with new_file("d", expected_bytes=250) as place:
        assert left() == ["c"]
        place.write_bytes(bytes(10))
    assert left() == ["c", "d"]


def test_one_file_may_be_larger_than_the_bound(kept):
    left = kept("a")
    with new_file("b") as place:
        place.write_bytes(bytes(1000))
    assert left() == ["b"]


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be deleted there anyway")
def test_what_somebody_holds_stays(kept, cache):
    left = kept("a", "b", "c")
    mine = Hold(cache / "a")
    program = (
        "import sys; from pathlib import Path; from gdexplorer.files.cache_folder import Hold\n"
        f"held = Hold(Path({str(cache / 'b')!r})); print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"held\n"
        with new_file("d", expected_bytes=10_000) as place:
            place.write_bytes(bytes(100))
        assert left() == ["a", "b", "d"]
    finally:
        other.communicate()
    del mine
    evict(10_000)
    assert left() == []


def test_parts_of_a_program_that_crashed_go_after_a_day(kept, cache):
    left = kept("a")
    (cache / "x.1.part").write_bytes(bytes(10))
    (cache / "y.2.part").write_bytes(bytes(10))
    os.utime(cache / "x.1.part", (time.time() - 2 * 24 * 3600,) * 2)
    evict()
    assert left() == ["a", "y.2.part"]


def test_a_folder_that_is_not_there_is_no_reason_to_complain(cache):
    evict()
    touch(cache / "a")
    assert not cache.exists()
