"""Packed files, unpacked within bounds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import zstandard

from gdexplorer.core.errors import InputError
from gdexplorer.core.watching import Watch
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.doors import FileKind

_CHUNK_BYTES = 1 << 20
_ZSTD_BYTES = 1 << 14  # which unpack to some hundred MB at the very most
#: A table that is this large unpacked and this much larger than packed is a trap rather than a table.
BOMB_BYTES = 1 << 28
BOMB_RATIO = 150


def unpack(path: Path, kind: FileKind, target: Path, name: str, watch: Watch) -> None:
    """Write what is packed in the file at ``path`` to ``target``.

    Raises:
        InputError: It is damaged, far larger than it looks, or the disk is full.
        ReadCancelledError: The watch said so.
    """
    size = 0
    try:
        with path.open("rb") as file, target.open("wb") as written:
            for chunk in _gunzipped(file) if kind is FileKind.GZIP else _unpacked_zstd(file):
                stop_if(watch)
                size += len(chunk)
                if size > BOMB_BYTES and size > BOMB_RATIO * file.tell():
                    raise InputError(
                        f"{name} unpacks to more than {BOMB_RATIO} times its size, which no table does; "
                        "unpack it by hand if you trust it, and open what comes out."
                    )
                _write(written, chunk, name)
    except (zlib.error, EOFError, gzip.BadGzipFile, zstandard.ZstdError):
        raise InputError(f"{name} is cut short or damaged; copy or download it again.") from None


def _gunzipped(file: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) as unpacked:
        while chunk := unpacked.read(_CHUNK_BYTES):
            yield chunk


def _unpacked_zstd(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what is packed in all frames of ``file``; a reader by itself would not say that the last is cut short."""
    unpacking = zstandard.ZstdDecompressor().decompressobj()
    is_open = False
    while packed := file.read(_ZSTD_BYTES):
        while packed:
            is_open = True
            yield unpacking.decompress(packed)
            packed = unpacking.unused_data if unpacking.eof else b""
            if unpacking.eof:
                unpacking, is_open = zstandard.ZstdDecompressor().decompressobj(), False
    if is_open:
        raise EOFError


def _write(written: IO[bytes], chunk: bytes, name: str) -> None:
    try:
        written.write(chunk)
    except OSError as error:
        raise InputError(
            f"{name} needs room on the disk for temporary files to be read ({error.strerror}); free some and try again."
        ) from None
