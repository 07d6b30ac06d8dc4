"""What the system lacks is found, said and installed: with a made-up list and made-up programs on PATH."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gdexplorer.app import system_packages
from gdexplorer.app.system_packages import Package, explain, install, main, missing, packages, window_problem

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems need no packages")

LIST = """\
# a comment

libc.so.6             libc6      window/any      everything
libnowhere.so.1       libnowhere window/x11      nothing
libelsewhere.so.2     libelse    window/wayland  nothing
drawn-screen          xdrawn     tests           a screen
"""
NOTHING_MISSING = "libc.so.6 libc6 window/any everything\n"
APT_GET = """\
#!/bin/sh
echo "$DEBIAN_FRONTEND apt-get $*" >> {log}
case " $* " in *" install "*xdrawn*) {effect} ;; esac
"""
SUDO = """\
#!/bin/sh
echo "sudo $*" >> {log}
unset DEBIAN_FRONTEND
exec "$@"
"""


class Machine:
    """A made-up system: its list of packages, its PATH, its user and its screens.

    ``commands()`` are the calls of its ``apt-get`` and ``sudo``, without apt's options.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._log = folder / "log.txt"
        self._bin = folder / "bin"
        self._bin.mkdir()
        (self._bin / "env").symlink_to("/usr/bin/env")
        self._list = folder / "system-packages.txt"
        self.needs(LIST)
        self.user(0)
        monkeypatch.setattr(system_packages, "resource", lambda name: folder / name)
        monkeypatch.setenv("PATH", str(self._bin))
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)

    def needs(self, text: str) -> None:
        self._list.write_text(text, encoding="utf-8")

    def user(self, number: int) -> None:
        self._monkeypatch.setattr(os, "geteuid", lambda: number)

    def program(self, name: str, text: str) -> None:
        path = self._bin / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def apt_get(self, *, works: bool = True) -> None:
        effect = f"/bin/cp {self._bin}/apt-get {self._bin}/drawn-screen" if works else "exit 100"
        self.program("apt-get", APT_GET.format(log=self._log, effect=effect))

    def sudo(self) -> None:
        self.program("sudo", SUDO.format(log=self._log))

    def commands(self) -> list[str]:
        if not self._log.exists():
            return []
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [line.replace(" -q -o DPkg::Lock::Timeout=300", "") for line in lines]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def names(found: tuple[Package, ...]) -> list[str]:
    return [package.name for package in found]


@linux_only
def test_a_library_is_missing_if_it_does_not_load_and_a_program_if_it_is_not_on_path(
    machine: Machine,
) -> None:
    assert names(missing(("window", "tests"))) == ["libnowhere", "libelse", "xdrawn"]
    machine.program("drawn-screen", "#!/bin/sh\n")
    assert names(missing(("window", "tests"))) == ["libnowhere", "libelse"]


@linux_only
def test_a_group_contains_its_subgroups_and_no_namesake(machine: Machine) -> None:
    machine.needs("nope-a a window/x11 x\nnope-b b window x\nnope-c c window2 x\n")
    assert names(missing(("window",))) == ["a", "b"]
    assert names(missing(("window/x11",))) == ["a"]


@pytest.mark.usefixtures("machine")
def test_other_systems_miss_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert missing(("window", "tests")) == ()
    assert window_problem() is None


def test_the_explanation_names_what_is_missing_and_the_command(machine: Machine) -> None:
    absent = (Package("liba.so.1", "liba1", "window/any", "x"), Package("b", "bb", "tests", "x"))
    assert explain(absent) == (
        "Missing on this system: liba.so.1, b; Debian and Ubuntu install them with: apt-get install liba1 bb"
    )
    machine.user(1000)
    assert explain(absent).endswith("with: sudo apt-get install liba1 bb")


@linux_only
def test_nothing_is_done_when_nothing_is_missing(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.needs(NOTHING_MISSING)
    machine.apt_get()
    assert install(("window", "tests")) == 0
    assert machine.commands() == []
    assert "nothing is missing" in capsys.readouterr().out


@linux_only
def test_root_installs_only_what_is_missing(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.apt_get()
    assert install(("tests",)) == 0
    assert machine.commands() == [
        "noninteractive apt-get update",
        "noninteractive apt-get install -y --no-install-recommends xdrawn",
    ]
    assert "everything is installed" in capsys.readouterr().out


@linux_only
def test_others_install_through_sudo(machine: Machine) -> None:
    machine.user(1000)
    machine.apt_get()
    machine.sudo()
    assert install(("tests",)) == 0
    assert machine.commands() == [
        "sudo env DEBIAN_FRONTEND=noninteractive apt-get update",
        "noninteractive apt-get update",
        "sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends xdrawn",
        "noninteractive apt-get install -y --no-install-recommends xdrawn",
    ]


@linux_only
def test_without_sudo_others_are_told_what_is_needed(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.user(1000)
    machine.apt_get()
    assert install(("window",)) == 0
    assert machine.commands() == []
    assert "sudo apt-get install libnowhere libelse" in capsys.readouterr().out


@linux_only
@pytest.mark.usefixtures("machine")
def test_without_apt_it_says_what_is_needed_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert install(("window",)) == 0
    assert "Missing on this system: libnowhere.so.1, libelsewhere.so.2" in capsys.readouterr().out


@linux_only
def test_a_failing_apt_is_told_and_the_chain_goes_on(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.apt_get(works=False)
    assert install(("tests",)) == 0
    assert "did not install everything. Missing on this system: drawn-screen" in capsys.readouterr().out


@linux_only
@pytest.mark.parametrize(
    ("arguments", "installed"), [([], "libnowhere libelse"), (["--tests"], "libnowhere libelse xdrawn")]
)
def test_the_command_line_chooses_the_groups(machine: Machine, arguments: list[str], installed: str) -> None:
    machine.apt_get()
    assert main(arguments) == 0
    assert machine.commands()[-1].endswith(f"--no-install-recommends {installed}")


@linux_only
@pytest.mark.parametrize(
    ("environment", "library"),
    [
        ({"DISPLAY": ":4"}, "libnowhere.so.1"),
        ({"WAYLAND_DISPLAY": "wayland-4"}, "libelsewhere.so.2"),
        ({"WAYLAND_DISPLAY": "wayland-4", "DISPLAY": ":4"}, "libelsewhere.so.2"),
        ({"QT_QPA_PLATFORM": "xcb"}, "libnowhere.so.1"),
        ({"QT_QPA_PLATFORM": "wayland-egl;xcb"}, "libelsewhere.so.2"),
        ({}, "libnowhere.so.1"),
    ],
)
@pytest.mark.usefixtures("machine")
def test_a_window_misses_the_libraries_of_its_kind_of_screen(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], library: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert window_problem() == explain([package for package in packages() if package.provides == library])


@linux_only
@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_a_window_without_a_screen_needs_no_libraries_for_screens(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert window_problem() is None
    machine.needs("libnowhere.so.1 libnowhere window/any everything")
    assert window_problem() == explain(packages())


@linux_only
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "DISPLAY is not set"),
        ({"DISPLAY": ":4321"}, "DISPLAY is :4321"),
        ({"QT_QPA_PLATFORM": "xcb"}, "DISPLAY is not set"),
        ({"WAYLAND_DISPLAY": "no-such-socket"}, "WAYLAND_DISPLAY is no-such-socket"),
    ],
)
def test_a_missing_screen_is_told(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], said: str
) -> None:
    machine.needs(NOTHING_MISSING)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    problem = window_problem()
    assert problem is not None
    assert f"no screen to draw on ({said})" in problem


@linux_only
def test_a_screen_that_answers_is_no_problem(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.needs(NOTHING_MISSING)
    monkeypatch.setattr(system_packages._Screen, "answers", lambda screen: screen.variable == "DISPLAY")
    monkeypatch.setenv("WAYLAND_DISPLAY", "no-such-socket")
    assert window_problem() is not None
    monkeypatch.setenv("DISPLAY", ":4")
    assert window_problem() is None


def test_the_list_is_well_formed() -> None:
    listed = packages()
    assert {package.group for package in listed} == {"window/any", "window/x11", "window/wayland", "tests"}
    assert all(package.purpose for package in listed)
    for attribute in ("provides", "name"):
        values = [getattr(package, attribute) for package in listed]
        assert len(values) == len(set(values))


LOADED_BY_QT = """
import ctypes, pathlib, re, sys

def loaded():
    maps = pathlib.Path("/proc/self/maps").read_text()
    return set(re.findall(r"/\\S+\\.so[.\\d]*", maps))

qt, *listed = sys.argv[1:]
for name in listed:
    ctypes.CDLL(name)
before = loaded()
for plugin in ("platforms/libqxcb", "platforms/libqwayland", "platforms/libqoffscreen",
               "xcbglintegrations/libqxcb-glx-integration", "xcbglintegrations/libqxcb-egl-integration",
               "wayland-shell-integration/libxdg-shell",
               "wayland-graphics-integration-client/libqt-plugin-wayland-egl"):
    ctypes.CDLL(f"{qt}/Qt/plugins/{plugin}.so")
print(*(path for path in loaded() - before if not path.startswith(qt)))
"""
# These come with every Debian and Ubuntu that has apt and Python.
ALWAYS_THERE = (
    "libc.so",
    "libdl.so",
    "libexpat.so",
    "libgcc_s.so",
    "libm.so",
    "libstdc++.so",
    "libz.so",
    "libzstd.so",
)


@linux_only
def test_the_list_holds_every_library_that_qt_loads() -> None:
    if absent := missing(("window",)):
        pytest.skip(explain(absent))
    qt = next(path for entry in sys.path if (path := Path(entry) / "PySide6").is_dir())
    listed = [package.provides for package in packages() if package.belongs_to(("window",))]
    command = [sys.executable, "-c", LOADED_BY_QT, str(qt.resolve()), *listed]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert [path for path in loaded if not Path(path).name.startswith(ALWAYS_THERE)] == []


def test_a_bare_python_can_import_it() -> None:
    checkout = str(Path(system_packages.__file__).parents[2])
    code = (
        f"import sys; sys.path.insert(0, {checkout!r}); import gdexplorer.app.system_packages\n"
        "print(*{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names - {'__main__'})"
    )
    result = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["gdexplorer"]
