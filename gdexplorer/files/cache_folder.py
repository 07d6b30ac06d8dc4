"""A folder for copies that can be made again: bounded in size, the longest unused go first."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

#: How much is kept at most, and what share of the disk's free space.
MOST_BYTES = 8 << 30
_SHARE_OF_FREE = 0.5
_PART = ".part"
_ABANDONED_SECONDS = 24 * 3600


def cache_folder() -> Path:
    """Return the folder; it need not exist."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - never raises
    return Path(home) / "gdexplorer" / "tables"


@contextlib.contextmanager
def new_file(name: str, expected_bytes: int = 0) -> Iterator[Path]:
    """Yield a path to write; it becomes the file ``name`` of the folder at the end, unless something is raised.

    Args:
        name: In the folder.
        expected_bytes: For which older files make room beforehand.

    Raises:
        OSError: The folder cannot be written to.
    """
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    evict(expected_bytes)
    part = folder / f"{name}.{os.getpid()}{_PART}"
    try:
        yield part
        part.replace(folder / name)
    finally:
        part.unlink(missing_ok=True)
    evict()


def evict(room: int = 0) -> None:
    """Delete what is longest unused until the rest, with ``room`` bytes more, is within bounds. Never raises.

    Files that somebody holds stay.
    """
    with contextlib.suppress(OSError):
        files = _files()
        total = sum(size for _, _, size in files)
        bound = min(MOST_BYTES, int((shutil.disk_usage(cache_folder()).free + total) * _SHARE_OF_FREE))
        newest = max((used for used, _, _ in files), default=0)
        for used, path, size in sorted(files):
            is_abandoned = path.suffix == _PART and used < time.time() - _ABANDONED_SECONDS
            is_old = path.suffix != _PART and total + room > bound and (room or used < newest)
            if (is_abandoned or is_old) and _delete(path):
                total -= size


def touch(path: Path) -> None:
    """Count the file as used now, without changing when it was written. Never raises."""
    with contextlib.suppress(OSError):
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


class Hold:
    """Keeps a file from being evicted, by any process, as long as this lives."""

    def __init__(self, path: Path) -> None:
        """Raise OSError where there is no such file."""
        descriptor = os.open(path, os.O_RDONLY)
        self._release = weakref.finalize(self, os.close, descriptor)
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # some file systems know no locks
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _files() -> list[tuple[float, Path, int]]:
    """Return when each file was used, which, and its size."""
    found = []
    for path in cache_folder().iterdir():
        with contextlib.suppress(OSError):
            state = path.stat()
            if path.is_file():
                found.append((max(state.st_atime, state.st_mtime), path, state.st_size))
    return found


def _delete(path: Path) -> bool:
    """Delete the file unless somebody holds it; return whether it is gone."""
    try:
        if sys.platform == "win32":
            path.unlink()  # which fails while it is open
            return True
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True
