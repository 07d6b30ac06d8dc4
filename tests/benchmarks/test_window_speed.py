"""The real window at full speed: how even its frames are, how fast it trains meanwhile, how soon it paints."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("qapp")]  # qapp starts the screen
SECONDS = 6


@pytest.mark.parametrize("count", [1, 2, 12])
def test_frames_while_training(benchmark, measured, tmp_path, count):
    own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(tmp_path))
    words = ["ames", "--weights", count, "--screenshot", tmp_path / "out.png", "--after", SECONDS]

    def work():
        command = [sys.executable, "-m", "gdexplorer", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | own, check=True)
        return json.loads(done.stdout)

    found = benchmark.pedantic(work, rounds=1, iterations=1)
    gaps = found["frame_gap_ms"]
    benchmark.extra_info.update(found)
    measured.remarks.append(
        f"window, {count:2} weights of ames: frame gaps p50 {gaps['p50']:6.2f}, p99 {gaps['p99']:6.2f}, "
        f"max {gaps['max']:6.2f} ms over {found['frames']} frames; {found['steps_per_second']:>10,} steps/s; "
        f"first paint after {found['first_paint_s']:.2f} s"
    )
