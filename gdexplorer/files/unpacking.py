"""Packed files, unpacked within bounds."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import IO

import zstandard

from gdexplorer.core.errors import InputError
from gdexplorer.core.watching import Watch
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.doors import FileKind

_CHUNK_BYTES = 1 << 20
#: A table that is this large unpacked and this much larger than packed is a trap rather than a table.
BOMB_BYTES = 1 << 30
BOMB_RATIO = 150


def unpack(path: Path, kind: FileKind, target: Path, name: str, watch: Watch) -> None:
    """Write what is packed in the file at ``path`` to ``target``.

    Raises:
        InputError: It is damaged, far larger than it looks, or the disk is full.
        ReadCancelledError: The watch said so.
    """
    packed, size = path.stat().st_size, 0
    try:
        with path.open("rb") as file, _opened(file, kind) as source, target.open("wb") as written:
            while chunk := source.read(_CHUNK_BYTES):
                stop_if(watch)
                size += len(chunk)
                if size > BOMB_BYTES and size > BOMB_RATIO * packed:
                    raise InputError(
                        f"{name} unpacks to more than {BOMB_RATIO} times its size, which no table does; "
                        "unpack it by hand if you trust it, and open what comes out."
                    )
                _write(written, chunk, name)
    except (zlib.error, EOFError, gzip.BadGzipFile, zstandard.ZstdError):
        raise InputError(f"{name} is cut short or damaged; copy or download it again.") from None


def _opened(file: IO[bytes], kind: FileKind) -> IO[bytes] | io.BufferedIOBase:
    if kind is FileKind.GZIP:
        return gzip.GzipFile(fileobj=file)
    return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))


def _write(written: IO[bytes], chunk: bytes, name: str) -> None:
    try:
        written.write(chunk)
    except OSError as error:
        raise InputError(
            f"{name} needs room on the disk for temporary files to be read ({error.strerror}); free some and try again."
        ) from None
