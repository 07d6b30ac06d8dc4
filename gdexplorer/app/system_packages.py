"""Finds the system libraries that a window needs, and installs the missing ones where apt can.

Only the standard library is used: a bare ``python3`` runs this in a checkout before anything is installed.
"""

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gdexplorer.files.resources import resource


@dataclass(frozen=True)
class Package:
    """One line of ``resources/system-packages.txt``.

    Attributes:
        provides: What shows that it is installed: the soname of a library, or a program on PATH.
        name: The package in Debian and Ubuntu.
        group: ``window/any``, ``window/x11``, ``window/wayland`` or ``tests``.
        purpose: What it is needed for.
    """

    provides: str
    name: str
    group: str
    purpose: str

    def belongs_to(self, groups: Iterable[str]) -> bool:
        """Return whether a group is this package's or contains it, as ``window`` contains ``window/x11``."""
        return any(f"{self.group}/".startswith(f"{group}/") for group in groups)

    def is_installed(self) -> bool:
        """Return whether the library loads or the program is found."""
        if ".so" not in self.provides:
            return shutil.which(self.provides) is not None
        try:
            ctypes.CDLL(self.provides)
        except OSError:
            return False
        return True


@dataclass(frozen=True)
class _Screen:
    """How one kind of screen is found and asked whether it is there, without Qt."""

    variable: str
    group: str
    library: str
    connect: str
    disconnect: str

    def answers(self) -> bool:
        """Return whether the screen that the variable names, or the default one, accepts a connection."""
        library = ctypes.CDLL(self.library)
        connect, disconnect = library[self.connect], library[self.disconnect]
        connect.argtypes, connect.restype = [ctypes.c_char_p], ctypes.c_void_p
        disconnect.argtypes, disconnect.restype = [ctypes.c_void_p], None
        connection = connect(None)
        if connection:
            disconnect(connection)
        return bool(connection)


# By the first word of the name of Qt's platform, in the order in which Qt tries them.
_SCREENS = {
    "wayland": _Screen(
        "WAYLAND_DISPLAY",
        "window/wayland",
        "libwayland-client.so.0",
        "wl_display_connect",
        "wl_display_disconnect",
    ),
    "xcb": _Screen("DISPLAY", "window/x11", "libX11.so.6", "XOpenDisplay", "XCloseDisplay"),
}


def packages() -> tuple[Package, ...]:
    """Return the listed packages, in the order of the list."""
    lines = resource("system-packages.txt").read_text(encoding="utf-8").splitlines()
    return tuple(Package(*line.split(maxsplit=3)) for line in lines if line and not line.startswith("#"))


def missing(groups: Iterable[str]) -> tuple[Package, ...]:
    """Return what of these groups is not installed; nothing outside Linux, where Qt brings all it needs."""
    if sys.platform != "linux":
        return ()
    wanted = tuple(groups)
    return tuple(package for package in packages() if package.belongs_to(wanted) and not package.is_installed())


def explain(absent: Sequence[Package]) -> str:
    """Return one sentence that says what is missing and which command installs it on Debian and Ubuntu."""
    what = ", ".join(package.provides for package in absent)
    command = " ".join(_as_root("apt-get", "install", *(package.name for package in absent)))
    return f"Missing on this system: {what}; Debian and Ubuntu install them with: {command}"


def install(groups: Iterable[str]) -> int:
    """Install what is missing of these groups with apt, as root or through sudo, and print what happens.

    Where apt, root and sudo are lacking, or apt fails, it prints what is needed instead.

    Returns:
        Always 0, so that a chain of commands goes on: the window itself says what it still lacks.
    """
    wanted = tuple(groups)
    absent = missing(wanted)
    if not absent:
        print("System packages: nothing is missing.")
        return 0
    if shutil.which("apt-get") is None or (not _is_root() and shutil.which("sudo") is None):
        print(explain(absent))
        return 0
    names = [package.name for package in absent]
    print(f"System packages: apt installs {' '.join(names)}", flush=True)
    _apt_get("update")
    _apt_get("install", "-y", "--no-install-recommends", *names)
    if absent := missing(wanted):
        print(f"System packages: apt did not install everything. {explain(absent)}")
    else:
        print("System packages: everything is installed.")
    return 0


def window_problem() -> str | None:
    """Return in one sentence why no window can open here and what to do, or None if one can.

    To be called before PySide6 is imported: Qt answers a missing library with an ImportError, and a missing
    screen by aborting the process.
    """
    if sys.platform != "linux":
        return None
    problems = []
    for platform in _qt_platforms():
        problem = _platform_problem(platform)
        if problem is None:
            return None
        problems.append(problem)
    return problems[0]


def main(argv: Sequence[str] | None = None) -> int:
    """Install what the window needs, with ``--tests`` also what the tests need; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python3 -m gdexplorer.app.system_packages",
        description="Install the system libraries that gdexplorer needs, where they are missing.",
    )
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    return install(("window", "tests") if parser.parse_args(argv).tests else ("window",))


def _qt_platforms() -> tuple[str, ...]:
    """Return the names of the platforms that Qt will try in this environment, in its order."""
    if asked := os.environ.get("QT_QPA_PLATFORM"):
        return tuple(choice.partition(":")[0] for choice in asked.split(";"))
    return tuple(name for name, screen in _SCREENS.items() if os.environ.get(screen.variable)) or ("xcb",)


def _platform_problem(platform: str) -> str | None:
    """Return what keeps Qt from a window on this platform; ``offscreen`` and its like need no screen."""
    screen = _SCREENS.get(platform.partition("-")[0])
    if absent := missing(("window/any", screen.group) if screen else ("window/any",)):
        return explain(absent)
    if screen is None or screen.answers():
        return None
    value = os.environ.get(screen.variable) or "not set"
    return (
        f"There is no screen to draw on ({screen.variable} is {value}): "
        "start gdexplorer on a desktop, or from afar with ssh -X."
    )


def _is_root() -> bool:
    return os.geteuid() == 0


def _as_root(*command: str) -> list[str]:
    return [*command] if _is_root() else ["sudo", *command]


def _apt_get(*arguments: str) -> None:
    # Through env, since sudo drops its caller's variables. A freshly started Ubuntu upgrades itself for some
    # minutes, hence the patience with its lock.
    settings = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")
    subprocess.run(_as_root(*settings, *arguments), check=False)


if __name__ == "__main__":
    sys.exit(main())
