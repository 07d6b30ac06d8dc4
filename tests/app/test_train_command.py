"""``gdexplorer train``: known answers, its file, its exit codes."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from gdexplorer.app import headless_run
from gdexplorer.app.cli import main
from gdexplorer.core.losses import LOSSES, Loss
from gdexplorer.core.optimizers import OPTIMIZERS, Optimizer
from gdexplorer.core.problem import resolve
from gdexplorer.core.schedules import SCHEDULES, Schedule
from gdexplorer.core.settings import Owner, Settings
from gdexplorer.core.terms import parse_term
from gdexplorer.core.training import advance, begin, start_weights
from gdexplorer.files.reading import open_table

SLOPE = 145.49738995998248
SLOPE_WITH_BIAS, BIAS = 138.54645234277586, 13859.3932225638
MEAN_SQUARED_ERROR = 7092163973.049919
LIMIT_UNSCALED = 2.984746978660808e-07

needs_signals = pytest.mark.skipif(os.name != "posix", reason="sends a signal")


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is no JSON")


def trained(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    assert main(["train", *words, "--json"]) == code
    out, err = capsys.readouterr()
    assert err == ""
    result: dict[str, Any] = json.loads(out, parse_constant=refuse)
    return result


def values(weights: list[dict[str, Any]]) -> dict[str, float]:
    return {weight["term"]: weight["value"] for weight in weights}


@pytest.mark.parametrize("scaling", ["none", "divide", "standardise"])
def test_one_weight_finds_the_slope(capsys: pytest.CaptureFixture[str], scaling: str) -> None:
    result = trained(capsys, "sacramento", "--terms", "size_sqft", "--scaling", scaling)
    assert result["status"] == "converged"
    assert 0 < result["steps"] < 1000
    assert values(result["weights"]) == pytest.approx({"size_sqft": SLOPE}, rel=1e-6)
    assert values(result["minimum"]) == pytest.approx({"size_sqft": SLOPE}, rel=1e-12)
    assert result["mse"] == pytest.approx(MEAN_SQUARED_ERROR, rel=1e-9)
    assert (result["rows"], result["rows_dropped"], result["notes"]) == (932, 0, [])
    assert result["steps_per_second"] > 0


def test_two_weights_find_slope_and_bias(capsys: pytest.CaptureFixture[str]) -> None:
    result = trained(capsys, "sacramento", "--target", "price_usd", "--terms", "size_sqft,bias")
    known = {"size_sqft": SLOPE_WITH_BIAS, "bias": BIAS}
    assert values(result["weights"]) == pytest.approx(known, rel=1e-6)
    assert values(result["minimum"]) == pytest.approx(known, rel=1e-9)
    assert result["condition_number"] == pytest.approx(1.0)


def test_the_limit_in_original_units(capsys: pytest.CaptureFixture[str]) -> None:
    def end(rate: float, code: int) -> str:
        words = ("--scaling", "none", "--learning-rate", repr(rate), "--steps", "100000")
        result = trained(capsys, "sacramento", *words, code=code)
        assert result["learning_rate"] == rate
        assert result["learning_rate_limit"] == pytest.approx(LIMIT_UNSCALED, rel=1e-12)
        return str(result["status"])

    assert end(LIMIT_UNSCALED * 0.99, 0) == "converged"
    assert end(LIMIT_UNSCALED * 1.01, 1) == "diverged"


def test_unscaled_weights_are_the_original_ones(capsys: pytest.CaptureFixture[str]) -> None:
    (weight,) = trained(capsys, "sacramento", "--scaling", "none")["weights"]
    assert weight["scaled"] == weight["value"]


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ([], ["size_sqft"]),
        (["--weights", "3"], ["size_sqft", "bias", "bedrooms"]),
        (["--terms", "bias, bedrooms^2"], ["bias", "bedrooms^2"]),
        (["--terms", "size_sqft*bedrooms,bias"], ["bedrooms*size_sqft", "bias"]),
        (["--terms", "bias,bedrooms", "--weights", "1"], ["bias"]),
    ],
)
def test_which_terms_are_used(capsys: pytest.CaptureFixture[str], words: list[str], terms: list[str]) -> None:
    result = trained(capsys, "sacramento", "--steps", "1", *words)
    assert [weight["term"] for weight in result["weights"]] == terms


def test_names_with_commas_stand_in_quotes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "commas.csv"
    path.write_text('"a, b",c,price\n1,5,2\n2,4,4\n3,9,6\n', encoding="utf-8")
    for text, terms in (("a, b", ["a, b"]), ('"a, b",c', ["a, b", "c"]), ('c,"a, b"', ["c", "a, b"])):
        result = trained(capsys, str(path), "--steps", "1", "--terms", text)
        assert [weight["term"] for weight in result["weights"]] == terms


def test_rows_with_gaps_are_left_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("size,price\n1,2\n,4\n3,6\n4,\n5,10\n", encoding="utf-8")
    result = trained(capsys, str(path))
    assert (result["rows"], result["rows_dropped"]) == (3, 2)
    assert values(result["weights"]) == pytest.approx({"size": 2.0}, rel=1e-6)
    assert len(result["notes"]) == 1


def test_columns_that_repeat_one_another_have_no_condition_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("a,b,price\n1,2,3\n2,4,5\n3,6,8\n", encoding="utf-8")
    result = trained(capsys, str(path), "--terms", "a,b")
    assert result["condition_number"] is None
    assert any("repeat one another" in note for note in result["notes"])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("batch_size", ["0", "16"])
def test_every_loss_goes_down(capsys: pytest.CaptureFixture[str], loss: str, batch_size: str) -> None:
    words = ("crickets", "--weights", "2", "--loss", loss, "--batch-size", batch_size, "--learning-rate", "0.05")
    before = trained(capsys, *words, "--steps", "0")
    after = trained(capsys, *words, "--steps", "300")
    assert (before["status"], before["steps"], before["steps_per_second"]) == ("steps done", 0, None)
    assert after["loss"] < before["loss"]
    assert (after["minimum"] is not None) == (loss == "mse")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_goes_down(capsys: pytest.CaptureFixture[str], optimizer: str) -> None:
    words = ("crickets", "--weights", "2", "--optimizer", optimizer, "--learning-rate", "0.02")
    before, after = (trained(capsys, *words, "--steps", steps) for steps in ("0", "50"))
    assert after["loss"] < before["loss"]


#: Values that matter within forty steps, where a half would not.
TELLING = {
    "shrink": 0.3,
    "grow": 2.0,
    "shortest": 0.02,
    "longest": 0.005,
    "length": 3.0,
    "factor": 0.7,
    "psi": 5.0,
    "radam.beta2": 0.9,
    "lion.beta1": 0.999,
}


@pytest.mark.parametrize("owner", [*LOSSES.values(), *OPTIMIZERS.values(), *SCHEDULES.values()], ids=lambda o: o.key)
def test_every_parameter_can_be_set_and_matters(capsys: pytest.CaptureFixture[str], owner: Owner) -> None:
    option = {Loss: "--loss", Optimizer: "--optimizer", Schedule: "--schedule"}[type(owner)]
    words = ("crickets", "--terms", "temperature_c,bias", option, owner.key, "--steps", "40", "--learning-rate", "0.3")
    words += {"step": ("--set", "length=5"), "lion": ("--batch-size", "5")}.get(owner.key, ())
    usual = trained(capsys, *words)
    for parameter in owner.parameters:
        value = TELLING.get(f"{owner.key}.{parameter.name}", TELLING.get(parameter.name, 0.5))
        changed = trained(capsys, *words, "--set", f"{parameter.name}={value}")
        assert changed["weights"] != usual["weights"], (owner.key, parameter.name)


def test_a_name_that_two_in_use_have_says_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("crickets", "--optimizer", "adamw", "--schedule", "inverse", "--learning-rate", "0.1", "--steps", "5")
    error = bad_input(capsys, *words, "--set", "decay=0.5")
    assert "AdamW and 1/t both take it; write adamw.decay or inverse.decay." in error
    usual, optimizer, schedule = (
        trained(capsys, *words, *more) for more in ((), ("--set", "adamw.decay=0.5"), ("--set", "inverse.decay=0.5"))
    )
    assert usual["weights"] != optimizer["weights"] != schedule["weights"]
    assert optimizer["last_learning_rate"] == pytest.approx(0.1 / 1.04)
    assert schedule["last_learning_rate"] == pytest.approx(0.1 / 3.0)
    assert "neither the loss" in bad_input(capsys, *words, "--set", "lion.decay=0.5")


def test_the_report_tells_schedule_and_last_rate(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("crickets", "--learning-rate", "0.1", "--steps", "7", "--schedule", "exponential", "--set", "factor=0.5")
    result = trained(capsys, *words)
    assert (result["learning_rate"], result["schedule"]) == (0.1, "exponential")
    assert result["last_learning_rate"] == pytest.approx(0.1 / 64)
    assert main(["train", *words]) == 0
    assert "Schedule            Exponential: 0.0015625 for the last step" in capsys.readouterr().out
    start = trained(capsys, *words, "--steps", "0")
    assert (start["learning_rate"], start["last_learning_rate"]) == (0.1, None)


def test_the_report_tells_that_a_line_search_finds_its_rate(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("sacramento", "--optimizer", "linesearch", "--weight-decay", "0.5", "--gradient-clip", "2")
    assert main(["train", *words, "--steps", "1"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"Learning rate       found anew for each step, 0\.\d+ for the last step", out)
    assert "Weight decay        0.5" in out
    assert "Gradient clip       2" in out
    assert trained(capsys, *words)["status"] == "converged"


def test_decay_makes_weights_smaller_and_clipping_steps_shorter(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("crickets", "--terms", "temperature_c,bias", "--learning-rate", "0.1", "--start", "-2,0")
    usual, decayed = (trained(capsys, *words, *more) for more in ((), ("--weight-decay", "0.5")))
    assert decayed["status"] == "converged"
    assert decayed["weights"][0]["scaled"] == pytest.approx(usual["weights"][0]["scaled"] * 2 / 2.5, rel=1e-6)
    clipped = trained(capsys, *words, "--gradient-clip", "0.5", "--steps", "10")
    assert clipped["weights"][0]["scaled"] == pytest.approx(-1.5, rel=1e-5)


def test_tolerance_zero_takes_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    result = trained(capsys, "sacramento", "--tolerance", "0", "--steps", "2500")
    assert (result["status"], result["steps"]) == ("steps done", 2500)


def test_a_loose_tolerance_ends_early(capsys: pytest.CaptureFixture[str]) -> None:
    tight, loose = (trained(capsys, "sacramento", "--tolerance", share) for share in ("1e-8", "0.1"))
    assert loose["status"] == "converged"
    assert loose["steps"] < tight["steps"]


def test_a_start_may_begin_with_a_minus(capsys: pytest.CaptureFixture[str]) -> None:
    result = trained(capsys, "sacramento", "--weights", "2", "--start", "-0.5,2e-3", "--steps", "0")
    assert [weight["scaled"] for weight in result["weights"]] == [-0.5, 0.002]


def test_a_start_at_the_minimum_has_converged(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "exact.csv"
    path.write_text("size,price\n1,1\n2,2\n", encoding="utf-8")
    result = trained(capsys, str(path), "--scaling", "none", "--start", "1")
    assert result["status"] == "converged"
    assert result["mse"] == pytest.approx(0.0, abs=1e-30)


def test_the_seed_decides(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("crickets", "--batch-size", "5", "--loss", "mae", "--steps", "40")
    first, again, other = (trained(capsys, *words, "--seed", seed)["weights"] for seed in ("1", "1", "2"))
    assert first == again
    assert first != other


def test_a_huge_rate_diverges(capsys: pytest.CaptureFixture[str]) -> None:
    result = trained(capsys, "sacramento", "--learning-rate", "1e300", code=1)
    assert result["status"] == "diverged"
    assert result["loss"] is not None


def test_numbers_beyond_floating_point_are_null(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    path.write_text("size,price\n1,1e200\n2,2.5e200\n3,2.9e200\n", encoding="utf-8")
    result = trained(capsys, str(path))
    assert result["status"] == "converged"
    assert result["mse"] is None


def bad_input(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["train", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("gdexplorer: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        *(
            (f"--learning-rate {rate}", "--learning-rate")
            for rate in ["0", "-1", "-1e-3", "nan", "inf", "1e999", "fast"]
        ),
        *((f"--steps {steps}", "--steps") for steps in ["-1", "1.5", "many"]),
        *((f"--tolerance {share}", "--tolerance") for share in ["-1", "nan", "inf", "x"]),
        *((f"--start {start}", "--start") for start in ["nan", "1,inf", "x", ",", "1,"]),
        ("--start 1,2", "start"),
        ("--start 1e200", "start"),
        ("--weights 0", "--weights"),
        ("--weights 65", "--weights"),
        ("--terms bias --weights 2", "weight count"),
        ("--batch-size -1", "--batch-size"),
        ("--batch-size 933", "batch size"),
        ("--seed -1", "--seed"),
        ("--seed 4294967296", "--seed"),
        ("--loss rmse", "--loss"),
        ("--optimizer sgd", "--optimizer"),
        ("--scaling log", "--scaling"),
        ("--set momentum", "--set"),
        ("--set =1", "--set"),
        ("--set momentum=x", "--set"),
        ("--set momentum=0.5", "momentum"),
        ("--schedule linear", "--schedule"),
        ("--schedule step --set length=0", "length"),
        ("--schedule step --set adam.length=3", "adam.length"),
        ("--set step.=3", "step."),
        ("--gradient-clip -1", "--gradient-clip"),
        ("--weight-decay nan", "--weight-decay"),
        ("--weight-decay 1e308 --start 1e10", "weight decay"),
        ("--optimizer newton --loss mae", "second derivatives"),
        ("--optimizer lbfgs --batch-size 9", "all rows"),
        ("--set pace=0.5", "pace"),
        ("--optimizer momentum --set momentum=1", "momentum"),
        ("--loss huber --set delta=0", "delta"),
        ("--target nowhere", "nowhere"),
        ("--target city", "city"),
        ("--terms nowhere", "nowhere"),
        ("--terms size_sqft^0", "size_sqft"),
        ("--terms size_sqft,", "--terms"),
        ("--terms bias,bias", "bias"),
        ("--terms price_usd", "price_usd"),
        ("--terms size_sqft^99", "size_sqft^99"),
        ("--stepz 3", "--stepz"),
        ("--step 3", "--step"),
        ("another", "another"),
    ],
)
def test_bad_input_is_one_line_that_names_it(capsys: pytest.CaptureFixture[str], words: str, culprit: str) -> None:
    assert culprit in bad_input(capsys, "sacramento", *words.split())


def test_empty_terms(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--terms" in bad_input(capsys, "sacramento", "--terms", "")


def test_a_missing_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert "SOURCE" in bad_input(capsys)
    assert "nowhere.csv" in bad_input(capsys, "nowhere.csv")


def test_bad_input_in_a_real_shell() -> None:
    command = [sys.executable, "-W", "error", "-m", "gdexplorer", "train", "sacramento", "--learning-rate", "nan"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--learning-rate" in done.stderr
    assert done.stderr.count("\n") == 1


def test_one_of_a_thing_is_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "lonely.csv"
    path.write_text("size,price\n50,120\n", encoding="utf-8")
    assert main(["train", str(path), "--steps", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "lonely: price from 1 weight, 1 row"
    assert lines[2] == "Ended               1 step done"
    assert lines[-1].startswith("Note: Only one row is in use")


def test_tiny_numbers_are_powers_of_ten(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sacramento", "--scaling", "none", "--learning-rate", "1e-9", "--steps", "5"]) == 0
    out = capsys.readouterr().out
    assert "Learning rate       1×10⁻⁹, limit 2.98475×10⁻⁷" in out
    assert not re.search(r"\de[-+]\d", out)


def test_the_report_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sacramento", "--weights", "3", "--learning-rate", "0.2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Sacramento homes: price_usd from 3 weights, 932 homes"
    assert lines[2].startswith("Ended               converged after ")
    table = [line.split("  ") for line in lines[-3:]]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in table]
    assert [row[0] for row in cells] == ["size_sqft", "bias", "bedrooms"]
    assert [row[3] for row in cells] == ["USD per sq ft", "USD", "USD"]
    numbers = [[float(cell.replace(",", "").replace("−", "-")) for cell in row[1:3]] for row in cells]
    assert all(weight == pytest.approx(exact, rel=1e-5) for weight, exact in numbers)


def test_the_report_of_a_diverged_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sacramento", "--learning-rate", "3", "--steps", "100000"]) == 1
    out = capsys.readouterr().out
    assert "diverged" in out
    assert "limit 0.157265" in out


def read_back(path: Path) -> tuple[list[str], np.ndarray]:
    with path.open(encoding="ascii", newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array([[float(number or "nan") for number in row] for row in rows])


@pytest.mark.parametrize(
    ("loss", "optimizer", "batch_size", "steps"),
    [
        ("mse", "gd", 0, 40_000),
        ("logcosh", "cg", 0, 40),
        ("mse", "adam", 7, 3_000),
        ("huber", "momentum", 0, 2_000),
        ("mae", "rmsprop", 9, 2_000),
    ],
)
def test_the_trajectory_is_every_step_bit_for_bit(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, loss: str, optimizer: str, batch_size: int, steps: int
) -> None:
    path = tmp_path / "out.csv"
    words = ["crickets", "--terms", "temperature_c,bias", "--loss", loss, "--optimizer", optimizer]
    words += ["--batch-size", str(batch_size), "--steps", str(steps), "--tolerance", "0"]
    result = trained(capsys, *words, "--learning-rate", "0.01", "--trajectory", str(path))

    dataset = open_table("crickets").dataset
    settings = Settings(
        source="crickets",
        target="chirps_per_minute",
        terms=tuple(parse_term(term, dataset) for term in ("temperature_c", "bias")),
        weight_count=2,
        loss=loss,
        optimizer=optimizer,
        batch_size=batch_size,
        learning_rate=0.01,
        tolerance=0.0,
    )
    problem = resolve(dataset, settings)
    start = begin(problem, start_weights(problem, settings), settings)
    _, records = advance(problem, start, settings, steps, np.zeros(1, dtype=np.int64), every_step=True)

    header, rows = read_back(path)
    assert header == ["step", "loss", "w1", "w2", "learning_rate"]
    assert rows[:, 0].tolist() == list(range(steps + 1))
    assert rows[0, 1:4].tolist() == [start.loss, *start.weights]
    assert rows[1:, 1].tolist() == records.losses.tolist()
    assert rows[1:, 2:4].tolist() == records.weights.tolist()
    assert rows[1:, 4].tolist() == records.learning_rates.tolist()
    assert np.isnan(rows[0, 4])
    assert rows[-1, 2:4].tolist() == [weight["scaled"] for weight in result["weights"]]
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_a_diverged_trajectory_keeps_its_finite_steps(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    words = ("sacramento", "--learning-rate", "1", "--steps", "10000", "--trajectory", str(path))
    result = trained(capsys, *words, code=1)
    _, rows = read_back(path)
    assert np.isfinite(rows[:, :-1]).all()
    assert (rows[1:, -1] == 1.0).all()
    assert len(rows) == result["steps"] + 1 > 10
    assert rows[-1, 1] == result["loss"]


def test_no_steps_write_the_start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    trained(capsys, "sacramento", "--start", "0.25", "--steps", "0", "--trajectory", str(path))
    assert read_back(path)[1][:, [0, 2]].tolist() == [[0.0, 0.25]]


def test_a_failed_run_leaves_the_old_trajectory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old\n", encoding="ascii")

    def broken(*_arguments: object, **_options: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(headless_run, "advance", broken)
    with pytest.raises(ZeroDivisionError):
        main(["train", "sacramento", "--trajectory", str(path)])
    assert path.read_text(encoding="ascii") == "old\n"
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_a_trajectory_replaces_the_old_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old\n", encoding="ascii")
    trained(capsys, "sacramento", "--steps", "2", "--tolerance", "0", "--trajectory", str(path))
    assert len(read_back(path)[1]) == 3


def test_where_no_trajectory_can_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "no" / "folder.csv", tmp_path / ("x" * 300)):
        assert "--trajectory" in bad_input(capsys, "sacramento", "--trajectory", str(place))
    assert list(tmp_path.iterdir()) == []


def test_the_data_file_is_not_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("size,price\n1,2\n2,4\n", encoding="ascii")
    assert "--trajectory" in bad_input(capsys, str(path), "--trajectory", str(path))
    assert path.read_text(encoding="ascii") == "size,price\n1,2\n2,4\n"


def test_no_device_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/null").exists():
        pytest.skip("no such device here")
    assert "/dev/null" in bad_input(capsys, "sacramento", "--trajectory", "/dev/null")
    assert Path("/dev/null").is_char_device()


@needs_signals
@pytest.mark.parametrize("words", ["", "--loss logcosh --batch-size 10"])
def test_ctrl_c_keeps_the_trajectory(tmp_path: Path, words: str) -> None:
    path = tmp_path / "out.csv"
    command = [sys.executable, "-W", "error", "-m", "gdexplorer", "train", "crickets", *words.split()]
    command += ["--steps", "1000000000", "--tolerance", "0", "--trajectory", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            while not any(part.stat().st_size > 100_000 for part in tmp_path.glob(".gdexplorer-*.part")):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 130
    assert out == ""
    assert err.count("\n") == 1
    assert "out.csv" in err
    _, rows = read_back(path)
    assert rows[:, 0].tolist() == list(range(len(rows)))
    assert f"after {len(rows) - 1:,} steps" in err
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_ctrl_c_has_its_usual_meaning_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    trained(capsys, "crickets", "--steps", "3")
    assert signal.getsignal(signal.SIGINT) is before


def test_slices_do_not_change_the_result(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("crickets", "--weights", "2", "--optimizer", "adam", "--steps", "5000", "--tolerance", "0")
    whole = trained(capsys, *words)
    monkeypatch.setattr(headless_run, "_SLICE_WORK", 1000)
    sliced = trained(capsys, *words)
    assert sliced["weights"] == whole["weights"]
    assert sliced["loss"] == whole["loss"]


def test_help_names_every_choice(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for owner in (*LOSSES.values(), *OPTIMIZERS.values(), *SCHEDULES.values()):
        assert owner.key in text
        for parameter in owner.parameters:
            assert parameter.name in text


def test_held_out_rows_are_kept_out_and_their_loss_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("sacramento", "--terms", "size_sqft,bias")
    plain = trained(capsys, *words)
    assert (plain["hold_out_rows"], plain["hold_out_loss"]) == (0, None)
    held = trained(capsys, *words, "--hold-out", "0.2")
    assert (held["rows"], held["hold_out_rows"]) == (plain["rows"] - 186, 186)
    assert held["hold_out_loss"] == pytest.approx(held["loss"], rel=0.5)
    assert held["hold_out_loss"] != held["loss"]
    assert trained(capsys, *words, "--hold-out", "0.2") | {"steps_per_second": 0} == held | {"steps_per_second": 0}
    other = trained(capsys, *words, "--hold-out", "0.2", "--seed", "8")
    assert other["hold_out_loss"] != held["hold_out_loss"]


def test_the_text_tells_the_held_out_loss_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sacramento", "--hold-out", "0.2"]) == 0
    assert "Held-out loss" in capsys.readouterr().out


def test_a_share_that_cannot_be_held_out_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert "from 0 to 0.9, not 0.95" in bad_input(capsys, "sacramento", "--hold-out", "0.95")
    assert "holds no row out" in bad_input(capsys, "sacramento", "--hold-out", "0.0001")
    assert "--hold-out" in bad_input(capsys, "sacramento", "--hold-out", "x")
