"""Whether a path can be read as a table at all and as what kind, asked before any reader touches it."""

from __future__ import annotations

import stat
from enum import Enum
from pathlib import Path

from gdexplorer.core.errors import InputError
from gdexplorer.files.catalog import bundled

#: Offered when a file is to be chosen; what a file is, its content says.
SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".data", ".tab", ".dat", ".parquet", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    *(".json", ".jsonl", ".ndjson", ".gz", ".zst"),
)
_HEAD_BYTES = 65536
_ADVICE = "export the table as CSV and open that."


class FileKind(Enum):
    """What a file is by its first bytes."""

    TEXT = "text"
    PARQUET = "Parquet"
    WORKBOOK = "a workbook"
    GZIP = "gzip"
    ZSTD = "zstd"


#: First bytes of files that are no tables, with what they are.
_STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM6", "a picture"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ", "packed with xz"),
    (b"7z\xbc\xaf", "packed with 7-Zip"),
    (b"Rar!", "packed with RAR"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ARROW1", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
    (b"RDX", "an R workspace"),
    (b"{\\rtf", "a text document"),
)


def shown(text: str, limit: int = 60) -> str:
    """Return ``text`` fit for one line of a message: without control characters, shortened to ``limit``."""
    line = "".join(sign if sign.isprintable() else "�" for sign in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def table_path(source: str) -> Path:
    """Return the absolute path of the table file ``source``; nothing of it has been read.

    Raises:
        InputError: There is no such file, or it is no file that can be read.
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
    return path


def file_kind(path: Path, name: str) -> FileKind:
    """Return what the file at ``path`` is; ``name`` is what sentences call it.

    Raises:
        InputError: It cannot be read, is empty, or is something that is no table.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except PermissionError:
        raise InputError(f"{name} may not be read by you; ask its owner for access.") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}); copy it to another disk and try again.") from None
    if not head.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\0"):
        raise InputError(f"{name} is empty; choose a file with a header and rows.")
    if head.startswith(b"PAR1"):
        return FileKind.PARQUET
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return FileKind.WORKBOOK
    if head.startswith(b"\x1f\x8b"):
        return FileKind.GZIP
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return FileKind.ZSTD
    for begin, what in _STRANGERS:
        if head.startswith(begin):
            raise InputError(f"{name} is {what}, not a table; {_ADVICE}")
    _check_text(head, path, name)
    return FileKind.TEXT


def _check_text(head: bytes, path: Path, name: str) -> None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")):
        raise InputError(f"{name} is a web page, not a table; download the data behind the page.")
    if text.startswith((b"<?xml", b"<")) and b">" in text and b"</" in text:
        raise InputError(f"{name} is XML, not a table; {_ADVICE}")
    if text.startswith(b"version https://git-lfs.github.com"):
        raise InputError(f"{name} only points to data kept elsewhere by Git LFS; fetch them by “git lfs pull”.")
    if path.suffix.lower() == ".parquet":
        raise InputError(f"{name} is damaged or not Parquet at all; copy or export it again.")
