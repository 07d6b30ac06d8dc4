"""The command line: which command is meant, and what its end looks like to a shell.

Nothing heavy is imported before a command needs it, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence

from gdexplorer.app.arguments import CommandParser
from gdexplorer.app.blas_threads import keep_blas_to_one_thread
from gdexplorer.app.kernel_cache import place_kernel_cache
from gdexplorer.core.errors import InputError
from gdexplorer.files.doors import shown

#: Exit codes: what was given cannot be used; Ctrl-C; nobody reads the output (the latter two as shells count).
BAD_INPUT, INTERRUPTED, CLOSED_PIPE = 2, 130, 141

_LONGEST_SENTENCE = 2000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` names (by default the program's own arguments); return the exit code.

    Raises:
        SystemExit: ``--help`` or ``--version`` was answered.
    """
    if argv is None:
        place_kernel_cache()
        keep_blas_to_one_thread()
    words = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no “²” gets a “?”
    try:
        try:
            return _run(words)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except InputError as error:
        print(f"gdexplorer: {shown(str(error), _LONGEST_SENTENCE)}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("gdexplorer: Stopped by Ctrl-C.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whatever is still buffered goes nowhere, or Python would complain about the pipe once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE


def _run(words: list[str]) -> int:
    command = _COMMANDS.get(words[0]) if words else None
    return command(words[1:]) if command else _window(words)


def _train(words: Sequence[str]) -> int:
    from gdexplorer.app.train_command import train

    return train(words)


def _sweep(words: Sequence[str]) -> int:
    from gdexplorer.app.sweep_command import sweep

    return sweep(words)


def _info(words: Sequence[str]) -> int:
    from gdexplorer.app.info_command import info

    return info(words)


def _setup(words: Sequence[str]) -> int:
    from gdexplorer.app.system_packages import install

    parser = CommandParser(
        "gdexplorer setup", "Install the system libraries that the window needs, where they are missing."
    )
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    return install(("window", "tests") if parser.parse_words(words).tests else ("window",))


def _window(words: Sequence[str]) -> int:
    from gdexplorer.app.window_command import window

    return window(words)


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "train": _train,
    "sweep": _sweep,
    "info": _info,
    "setup": _setup,
}
