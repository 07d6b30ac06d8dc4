import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gdexplorer.core.errors import InputError
from gdexplorer.files.resources import resource

REPOSITORY = Path(__file__).resolve().parents[2]
PROBE = """
import json
from gdexplorer.files.catalog import bundled
from gdexplorer.files.reading import open_table
from gdexplorer.files.resources import resource
rows = {entry.nickname: open_table(entry.nickname).report.rows for entry in bundled()}
print(json.dumps({"datasets": str(resource("datasets")), "rows": rows}))
"""
ROWS = {"sacramento": 932, "athens": 1000, "ames": 2930, "lucas": 25357, "crickets": 31}


def probe(import_from: Path, elsewhere: Path) -> dict[str, object]:
    """What a program started in ``elsewhere`` finds, when it imports the package from ``import_from``."""
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", PROBE],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(import_from)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_checkout_has_them_beside_the_package():
    assert resource("datasets") == REPOSITORY / "resources" / "datasets"
    assert resource("datasets/SOURCES.md").is_file()


def test_what_is_missing_is_named():
    with pytest.raises(InputError, match=r"datasets/none\.csv.*install gdexplorer again\."):
        resource("datasets/none.csv")


def test_an_import_from_elsewhere_finds_the_checkout(tmp_path):
    found = probe(REPOSITORY, tmp_path)
    assert found == {"datasets": str(REPOSITORY / "resources" / "datasets"), "rows": ROWS}


def test_a_wheel_carries_them(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    found = probe(unpacked, tmp_path)
    assert found == {"datasets": str(unpacked / "gdexplorer" / "_resources" / "datasets"), "rows": ROWS}
    notices = unpacked / "gdexplorer" / "_resources" / "datasets" / "SOURCES.md"
    assert "Permission is hereby granted" in notices.read_text("utf-8")
