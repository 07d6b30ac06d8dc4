"""``gdexplorer sweep``: its numbers, its table, its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from gdexplorer.app.cli import main

KEYS = {
    "rates",
    "steps_to_converge",
    "final_loss",
    "outcomes",
    "theory_steps",
    "limit",
    "fastest",
    "fastest_measured",
    "steps",
    "notes",
}
needs_signals = pytest.mark.skipif(os.name != "posix", reason="sends a signal")


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is no JSON")


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main([*words, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    result: dict[str, Any] = json.loads(out, parse_constant=refuse)
    return result


def swept(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    result = printed(capsys, "sweep", *words)
    assert set(result) == KEYS
    count = len(result["rates"])
    assert all(len(result[key]) == count for key in ("steps_to_converge", "final_loss", "outcomes", "theory_steps"))
    return result


def test_sixty_rates_around_the_limit(capsys: pytest.CaptureFixture[str]) -> None:
    result = swept(capsys, "sacramento", "--weights", "2")
    rates, steps = np.array(result["rates"]), result["steps_to_converge"]
    assert len(rates) == 60
    assert result["limit"] == pytest.approx(1.0)
    assert result["fastest"] == pytest.approx(0.5)
    assert 1 / 1.2 < result["fastest_measured"] / 0.5 < 1.2
    for rate, step, loss, outcome in zip(rates, steps, result["final_loss"], result["outcomes"], strict=True):
        assert (step is None) == (outcome != "converged")
        assert (loss is None) == (outcome == "diverged")
        if rate > 1.001:
            assert outcome != "converged"
    known = [(step, told) for step, told in zip(steps, result["theory_steps"], strict=True) if step is not None]
    assert len(known) > 20
    assert all(abs(step - told) <= 1 for step, told in known)


@pytest.mark.parametrize(
    "choices",
    [
        "--weights 2",
        "--loss huber --set delta=0.5",
        "--optimizer adam --weights 3",
        "--optimizer momentum --set momentum=0.5 --scaling divide --terms size_sqft,bias",
        "--batch-size 32 --schedule inverse --weight-decay 0.01",
        "--start 0.3 --hold-out 0.2 --seed 3 --gradient-clip 0.5",
    ],
)
def test_each_run_is_what_train_makes_of_its_rate(capsys: pytest.CaptureFixture[str], choices: str) -> None:
    words = ["sacramento", *choices.split(), "--steps", "400"]
    result = swept(capsys, *words, "--rates", "4", "--from", "0.003", "--to", "0.15")
    assert result["rates"][0] == 0.003
    assert result["rates"][-1] == 0.15
    for index in (0, 3):
        one = printed(capsys, "train", *words, "--learning-rate", repr(result["rates"][index]))
        assert one["loss"] == result["final_loss"][index]
        assert (one["status"] == "converged") == (result["outcomes"][index] == "converged")
        assert result["steps_to_converge"][index] in (None, one["steps"])


def test_the_table_has_a_line_for_each_rate_and_says_the_best(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "sacramento", "--rates", "7", "--from", "0.001", "--to", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Sacramento homes: price_usd from 1 weight, Gradient descent, 1,000 steps at most"
    assert lines[2].split("  ")[0].startswith("Learning rate")
    table = [line.split() for line in lines[3:10]]
    assert [float(row[0]) for row in table] == [0.001, 0.00316, 0.01, 0.0316, 0.1, 0.316, 1.0]
    assert [row[1] for row in table[2:]] == ["converged"] * 3 + ["diverged"] * 2
    assert table[4][-1] == "★"
    assert [row[-1] for row in table].count("★") == 1
    assert lines[11].startswith("Fastest: 0.1, with ")
    assert lines[11].endswith("Limit: 0.157265.")


def test_without_a_tolerance_losses_tell(capsys: pytest.CaptureFixture[str]) -> None:
    result = swept(capsys, "crickets", "--tolerance", "0", "--rates", "12", "--steps", "50")
    assert set(result["steps_to_converge"]) == {None}
    assert set(result["theory_steps"]) == {None}
    assert result["fastest_measured"] is not None
    assert "With a tolerance of 0 no run counts as converged; the losses at the end tell." in result["notes"]


def test_where_no_formula_holds_the_measured_best_is_the_fastest(capsys: pytest.CaptureFixture[str]) -> None:
    result = swept(capsys, "crickets", "--optimizer", "adam", "--rates", "9", "--steps", "200")
    assert result["limit"] is None
    assert result["fastest"] == result["fastest_measured"] is not None
    assert any("no formula holds" in note for note in result["notes"])


def test_where_every_run_diverges_there_is_no_fastest_measured(capsys: pytest.CaptureFixture[str]) -> None:
    result = swept(capsys, "sacramento", "--from", "1e290", "--to", "1e300", "--rates", "3")
    assert result["outcomes"] == ["diverged"] * 3
    assert result["final_loss"] == [None] * 3
    assert result["fastest_measured"] is None
    assert result["fastest"] == pytest.approx(0.0786, rel=1e-3)
    assert main(["sweep", "sacramento", "--from", "1e290", "--to", "1e300", "--rates", "3"]) == 0
    assert "All runs diverged within 1,000 steps; try smaller learning rates." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("sacramento --from 2 --to 1", "Learning rates cannot be swept from 2 to 1"),
        ("sacramento --rates 1", "--rates: “1” is not a whole number from 2 to 10000"),
        ("sacramento --from 0", "--from: “0” is not a number above 0"),
        ("sacramento --steps 0", "--steps: “0” is not a whole number of at least 1"),
        ("sacramento --learning-rate 0.1", "--learning-rate"),
        ("sacramento --optimizer linesearch", "Exact line search finds the length of each step itself"),
        ("sacramento --start 1,2", "The start has 2 numbers for 1 weight"),
        ("nowhere.csv", "nowhere.csv"),
        ("sacramento --target nothing", "nothing"),
    ],
)
def test_what_cannot_be_used_ends_in_a_sentence(capsys: pytest.CaptureFixture[str], words: str, sentence: str) -> None:
    assert main(["sweep", *words.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("gdexplorer: ")
    assert sentence in err
    assert len(err.splitlines()) == 1


@needs_signals
def test_ctrl_c_ends_it_within_moments(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = tmp_path / "long.csv"
    np.savetxt(table, rng.normal(size=(20_000, 2)), delimiter=",", header="y,x", comments="")
    words = ["sweep", str(table), "--loss", "mae", "--steps", "1000000", "--tolerance", "0"]
    command = [sys.executable, "-c", _TOLD, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert process.returncode == 130
    assert out == ""
    assert err == "gdexplorer: Stopped by Ctrl-C after 0 of 60 runs.\n"


#: Says when the runs have begun, then goes on as the program.
_TOLD = """
import sys
from gdexplorer.app import sweep_jobs
from gdexplorer.app.cli import main
fill = sweep_jobs.fill
def telling(table, cancel):
    print("begun", flush=True)
    fill(table, cancel)
sweep_jobs.fill = telling
sys.exit(main(sys.argv[1:]))
"""
