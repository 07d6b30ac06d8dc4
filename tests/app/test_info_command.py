"""``gdexplorer info`` says what a file holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gdexplorer.app.cli import main


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    path = tmp_path / "homes.csv"
    path.write_text(
        "size [m²],price,town,sold\n50,100000,Rome,2020-01-02\n,150000,,2020-01-03\n80,160000,Oslo,2020-01-04\n",
        encoding="utf-8",
    )
    return path


def test_json(homes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(homes), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out) == {
        "rows": 3,
        "columns": [
            {"name": "size", "kind": "number", "unit": "m²", "missing": 1},
            {"name": "price", "kind": "number", "unit": "", "missing": 0},
            {"name": "town", "kind": "text", "unit": "", "missing": 1},
            {"name": "sold", "kind": "date", "unit": "", "missing": 0},
        ],
        "dropped": 0,
        "notes": [],
    }


def test_table(homes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(homes)]) == 0
    assert capsys.readouterr().out == (
        "homes: 3 rows, 4 columns\n"
        "\n"
        "column  kind    unit  missing\n"
        "size    number  m²          1\n"
        "price   number              0\n"
        "town    text                1\n"
        "sold    date                0\n"
    )


def test_one_of_a_thing_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lonely.csv"
    path.write_text("price\n120\n", encoding="utf-8")
    assert main(["info", str(path)]) == 0
    assert capsys.readouterr().out.startswith("lonely: 1 row, 1 column\n")


def test_notes_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bias.csv"
    path.write_text("bias,price\n1,2\n2,3\n", encoding="utf-8")
    assert main(["info", str(path)]) == 0
    assert "\nNote: The column “bias” is called “bias column” here" in capsys.readouterr().out


def test_wide_names_stay_aligned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("面積,price\n1,2\n2,3\n", encoding="utf-8")
    assert main(["info", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "column  kind    unit  missing",
        "面積    number              0",
        "price   number              0",
    ]


@pytest.mark.parametrize("source", ["sacramento", "athens", "ames", "lucas", "crickets"])
def test_bundled_names(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", source, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] > 0


def test_a_folder_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert tmp_path.name in err
