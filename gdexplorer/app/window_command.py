"""``gdexplorer [SOURCE]``: open the window."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from gdexplorer import __version__
from gdexplorer.app.arguments import CommandParser, real_number, whole_number, width_and_height
from gdexplorer.app.options import WindowOptions
from gdexplorer.app.system_packages import window_problem
from gdexplorer.core.errors import InputError
from gdexplorer.files.catalog import find_bundled
from gdexplorer.files.doors import table_path

_COMMANDS = """\
commands:
  gdexplorer [SOURCE]        open the window
  gdexplorer train SOURCE    train without a window and print the result
  gdexplorer sweep SOURCE    train at many learning rates and compare them
  gdexplorer info SOURCE     say what is in a data file
  gdexplorer setup           install the system libraries that the window needs

Each of the last four has its own --help. SOURCE is a data file or the name of a bundled data set."""


def window(words: Sequence[str]) -> int:
    """Open the window as ``words`` ask, and return the exit code once it is closed.

    Raises:
        InputError: An option or the source cannot be used, or no window can open on this system.
    """
    options = _options(words)
    if options.source is not None and find_bundled(options.source) is None:
        table_path(options.source)
    if problem := window_problem():
        raise InputError(problem)

    from gdexplorer.app.application import run_window

    return run_window(options)


def _options(words: Sequence[str]) -> WindowOptions:
    parser = CommandParser(
        "gdexplorer",
        "See gradient descent: a window in which a perceptron learns house prices.",
        epilog=_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="SOURCE", nargs="?", help="data to begin with")
    parser.add_argument("--weights", metavar="K", type=whole_number(1, 64), help="weights to begin with")
    parser.add_argument("--theme", choices=("light", "dark"), help="instead of the system's choice")
    parser.add_argument("--size", metavar="WxH", type=width_and_height, help="of the window, as in 1480x940")
    parser.add_argument("--no-opengl", action="store_true", help="show contours only, no surface in 3D")
    parser.add_argument("--screenshot", metavar="OUT.png", help="train, take a picture of the window, close it")
    parser.add_argument(
        "--after", metavar="SECONDS", type=real_number(0.0), help="when to take the picture (default: 3)"
    )
    parser.add_argument("--version", action="version", version=f"gdexplorer {__version__}")
    found = parser.parse_words(words)
    if found.after is not None and found.screenshot is None:
        parser.error("--after says when to take a picture, so it needs --screenshot")
    return WindowOptions(
        source=found.source,
        screenshot=found.screenshot,
        after=WindowOptions.after if found.after is None else found.after,
        size=found.size,
        theme=found.theme,
        weights=found.weights,
        has_opengl=not found.no_opengl,
    )
