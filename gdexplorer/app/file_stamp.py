"""In which state a file is, so that a change of it is noticed."""

from __future__ import annotations

from pathlib import Path


def stamp_of(path: Path | str) -> str:
    """Return the state of a file by its size and the time of its last change; "" where there is none. Any thread."""
    try:
        status = Path(path).expanduser().stat()
    except (OSError, ValueError, RuntimeError):
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"
