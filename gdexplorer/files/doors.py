"""Whether a path can be read as a table at all, asked before any reader touches it."""

from __future__ import annotations

import stat
from pathlib import Path

from gdexplorer.core.errors import InputError
from gdexplorer.files.catalog import bundled

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".data")
PARQUET_SUFFIXES = (".parquet",)
_HEAD_BYTES = 65536


def shown(text: str, limit: int = 60) -> str:
    """Return ``text`` fit for one line of a message: without control characters, shortened to ``limit``."""
    line = "".join(sign if sign.isprintable() else "�" for sign in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def table_path(source: str) -> Path:
    """Return the absolute path of the table file ``source``; only its first bytes have been read.

    Raises:
        InputError: There is no such file, it may not be read, or it cannot be a table.
    """
    called = f"“{shown(source, 200)}”"
    try:
        path = Path(source).expanduser().absolute()
        mode = path.stat().st_mode
        str(path).encode()
    except (FileNotFoundError, NotADirectoryError):
        names = ", ".join(entry.nickname for entry in bundled())
        raise InputError(f"There is no file {called}; check its name, or open a bundled one: {names}.") from None
    except PermissionError:
        raise InputError(f"You may not look into the folder of {called}; ask its owner for access.") from None
    except (OSError, ValueError, RuntimeError):
        # Too long, a NUL or stray bytes inside, links in a circle, an unknown ~user.
        raise InputError(f"{called} cannot be the name of a file to read; rename or move the file.") from None
    if stat.S_ISDIR(mode):
        raise InputError(f"{called} is a folder; choose a file in it.")
    if not stat.S_ISREG(mode):
        raise InputError(f"{called} is a pipe or a device; save its contents to a file and open that.")
    if path.suffix.lower() not in TEXT_SUFFIXES + PARQUET_SUFFIXES:
        kinds = ", ".join(TEXT_SUFFIXES + PARQUET_SUFFIXES)
        raise InputError(f"{called} is of a kind that is not read here; save it as one of {kinds}.")
    _check_head(path)
    return path


def _check_head(path: Path) -> None:
    name = shown(path.name)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except PermissionError:
        raise InputError(f"{name} may not be read by you; ask its owner for access.") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}); copy it to another disk and try again.") from None
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError(f"{name} is empty; choose a file with a header and rows.")
    if path.suffix.lower() in PARQUET_SUFFIXES:
        return
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name} is UTF-16 text; save it as UTF-8.")
    if b"\0" in head:
        raise InputError(f"{name} is not text (it has NUL bytes); export the table as CSV and open that.")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise InputError(f"{name} is a web page, not a table; download the data behind the page.")
