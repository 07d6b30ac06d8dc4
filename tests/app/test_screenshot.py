"""The window as a shell starts it: ``--screenshot`` trains in it, photographs it and says what was measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QImage

pytestmark = pytest.mark.usefixtures("qapp")  # starts the screen


@pytest.fixture
def gdexplorer(tmp_path):
    """Run the program on the test's screen, with a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    own = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home, "XDG_DATA_HOME": home}
    environment = os.environ | {name: str(path) for name, path in own.items()}

    def run(*words):
        command = [sys.executable, "-m", "gdexplorer", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=90, env=environment, check=False)

    return run


def assert_one_sentence(done):
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("gdexplorer: ")
    return line


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def test_a_picture_of_the_window_and_what_was_measured(gdexplorer, tmp_path):
    path = tmp_path / "out.png"
    size = ("--size", "1024x700")
    done = gdexplorer("--screenshot", path, "--after", 1, *size, "--theme", "dark", "--weights", 3)
    assert (done.returncode, done.stderr) == (0, "")

    report = json.loads(done.stdout, parse_constant=refuse)
    assert list(report) == ["frames", "frame_gap_ms", "steps", "steps_per_second", "first_paint_s"]
    assert list(report["frame_gap_ms"]) == ["p50", "p99", "max"]
    gaps = report["frame_gap_ms"]
    assert 0 < gaps["p50"] <= gaps["p99"] <= gaps["max"]
    assert report["frames"] >= 1
    assert report["steps"] > 0
    assert report["steps_per_second"] > 0
    assert 0 < report["first_paint_s"] < 90

    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == (1024, 700)
    colours = {picture.pixel(x, y) for x in range(0, 1024, 3) for y in range(0, 700, 3)}
    assert len(colours) > 100
    corner = picture.pixelColor(2, 690)
    assert corner.lightness() < 60, corner.name()


def test_a_picture_that_cannot_be_written_is_one_sentence(gdexplorer, tmp_path):
    path = tmp_path / "absent" / "out.png"
    line = assert_one_sentence(gdexplorer("--screenshot", path, "--after", 0.2))
    assert str(path) in line


def test_an_absent_source_is_one_sentence(gdexplorer, tmp_path):
    path = tmp_path / "out.png"
    line = assert_one_sentence(gdexplorer(tmp_path / "absent.csv", "--screenshot", path))
    assert "absent.csv" in line
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\x89PNG\r\n\x1a\n\0\0\0\0"])
def test_a_source_without_data_is_one_sentence(gdexplorer, tmp_path, content):
    source, path = tmp_path / "bad.csv", tmp_path / "out.png"
    source.write_bytes(content)
    line = assert_one_sentence(gdexplorer(source, "--screenshot", path))
    assert "bad.csv" in line
    assert not path.exists()
