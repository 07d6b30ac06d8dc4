"""Tables from the clipboard: kept as files, so that they are read, reloaded and undone like any other."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path

from gdexplorer.core.errors import InputError

#: What a pasted table is called in the window.
TITLE = "Pasted table"
#: So many are kept; the one that was first pasted longest ago goes first.
MOST_KEPT = 12
_NAME = re.compile(rf"{TITLE} [0-9a-f]{{12}}\.txt")


def is_pasted(path: Path) -> bool:
    """Whether ``path`` is called like the file of a pasted table."""
    return _NAME.fullmatch(path.name) is not None


def write_pasted(folder: Path, text: str) -> Path:
    """Write ``text`` to a file in ``folder`` and return its path; the same text has the same one. Any thread.

    Raises:
        InputError: It cannot be written.
    """
    content = text.encode("utf-8", errors="replace")
    path = folder / f"{TITLE} {hashlib.sha256(content).hexdigest()[:12]}.txt"
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size != len(content):
            unfinished.write_bytes(content)
            unfinished.replace(path)
        _forget_oldest(folder, path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise InputError(
            f"The pasted table cannot be kept in {folder} ({error.strerror}); save it to a file and open that."
        ) from None
    return path


def _forget_oldest(folder: Path, present: Path) -> None:
    others = [path for path in folder.glob("*.txt") if is_pasted(path) and path != present]
    others.sort(key=lambda path: path.stat().st_mtime_ns)
    for path in others[: max(len(others) + 1 - MOST_KEPT, 0)]:
        path.unlink(missing_ok=True)
