"""Which command is meant, what a shell gets back, and how little is loaded for it."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType

import pytest

from gdexplorer import __version__
from gdexplorer.app import system_packages, window_command
from gdexplorer.app.cli import main
from gdexplorer.app.options import WindowOptions

HEAVY = ("PySide6", "pyqtgraph", "numba", "numpy", "duckdb")
needs_pipes = pytest.mark.skipif(os.name != "posix", reason="pipes close differently elsewhere")


def gdexplorer(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "gdexplorer", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=100)


class FakeWindow(ModuleType):
    """Stands for ``gdexplorer.app.application``: keeps what it was asked to open."""

    def __init__(self) -> None:
        super().__init__("gdexplorer.app.application")
        self.opened: list[WindowOptions] = []

    def run_window(self, options: WindowOptions) -> int:
        self.opened.append(options)
        return 0


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> FakeWindow:
    fake = FakeWindow()
    monkeypatch.setitem(sys.modules, "gdexplorer.app.application", fake)
    monkeypatch.setattr(window_command, "window_problem", lambda: None)
    return fake


@pytest.mark.parametrize("words", ["--help", "--version", "info --help", "setup --help", "--size big", "nowhere.csv"])
def test_help_and_version_load_nothing_heavy(words: str) -> None:
    program = (
        "import sys\nfrom gdexplorer.app.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *words.split()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    done = gdexplorer("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"gdexplorer {__version__}\n", "")


def test_help_has_a_line_for_each_command() -> None:
    done = gdexplorer("--help")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    for command in ("gdexplorer [SOURCE]", "gdexplorer train SOURCE", "gdexplorer info SOURCE", "gdexplorer setup"):
        assert any(line.strip().startswith(f"{command}  ") for line in lines), command


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("", WindowOptions()),
        ("crickets", WindowOptions(source="crickets")),
        ("--weights 2 --theme dark", WindowOptions(theme="dark", weights=2)),
        ("--no-opengl", WindowOptions(has_opengl=False)),
        ("--size 1480x940", WindowOptions(size=(1480, 940))),
        ("--screenshot a.png", WindowOptions(screenshot="a.png", after=3.0)),
        (
            "sacramento --screenshot a.png --after 0.5",
            WindowOptions("sacramento", screenshot="a.png", after=0.5),
        ),
    ],
)
def test_the_window_opens_as_asked(window: FakeWindow, words: str, options: WindowOptions) -> None:
    assert main(words.split()) == 0
    assert window.opened == [options]


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        ("--weights 0", "--weights"),
        ("--weights many", "--weights"),
        ("--size 1480", "--size"),
        ("--size 0x5", "--size"),
        ("--theme grey", "--theme"),
        ("--after 2", "--after"),
        ("--screenshot a.png --after nan", "--after"),
        ("--screenshot a.png --after -1", "--after"),
        ("--screenshot", "--screenshot"),
        ("--brightness 3", "--brightness"),
        ("--weig 3", "--weig"),
        ("nowhere.csv", "nowhere.csv"),
        ("info nowhere.csv", "nowhere.csv"),
        ("trian sacramento", "sacramento"),
        ("info", "SOURCE"),
        ("setup --everything", "--everything"),
    ],
)
def test_bad_input_is_one_line(
    window: FakeWindow, capsys: pytest.CaptureFixture[str], words: str, culprit: str
) -> None:
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("gdexplorer: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert culprit in err
    assert window.opened == []


def test_a_name_with_line_breaks_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "no\nsuch\x1b[2Jfile.csv"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "\x1b" not in err


def test_without_a_screen_the_reason_is_said_before_qt_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(window_command, "window_problem", lambda: "There is no screen to draw on.")
    monkeypatch.setitem(sys.modules, "gdexplorer.app.application", None)
    assert main([]) == 2
    assert capsys.readouterr().err == "gdexplorer: There is no screen to draw on.\n"


@pytest.mark.parametrize(("words", "groups"), [("setup", ("window",)), ("setup --tests", ("window", "tests"))])
def test_setup_installs(monkeypatch: pytest.MonkeyPatch, words: str, groups: tuple[str, ...]) -> None:
    asked = []

    def install(wanted: tuple[str, ...]) -> int:
        asked.append(wanted)
        return 0

    monkeypatch.setattr(system_packages, "install", install)
    assert main(words.split()) == 0
    assert asked == [groups]


def test_ctrl_c_anywhere_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_groups: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(system_packages, "install", interrupted)
    assert main(["setup"]) == 130
    assert capsys.readouterr().err == "gdexplorer: Stopped by Ctrl-C.\n"


def test_an_unexpected_exception_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_groups: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(system_packages, "install", broken)
    with pytest.raises(ZeroDivisionError):
        main(["setup"])


@needs_pipes
@pytest.mark.parametrize("words", ["info sacramento", "train crickets --steps 3", "--help"])
def test_a_closed_pipe_is_no_traceback(words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "gdexplorer", *words.split()]
    try:
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=100)
    finally:
        os.close(writer)
    assert done.stderr == ""
    assert done.returncode == 141 or words == "--help"  # argparse keeps it to itself


def test_a_terminal_without_our_signs_gets_question_marks() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "gdexplorer", "info", "crickets"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=100)
    assert done.returncode == 0
    assert "?C" in done.stdout


def test_reads_the_programs_own_arguments(monkeypatch: pytest.MonkeyPatch, window: FakeWindow) -> None:
    monkeypatch.setattr(sys, "argv", ["gdexplorer", "athens"])
    assert main() == 0
    assert window.opened == [WindowOptions(source="athens")]
