"""Which encoding a text has, and how it becomes UTF-8, which DuckDB reads."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from gdexplorer.core.errors import InputError
from gdexplorer.core.watching import Watch
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.doors import shown

_CHUNK_BYTES = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Signs beyond ASCII that Western tables hold; a text of no others is Windows-1252, whatever else could be read so.
_WESTERN = re.compile("[\x00-\x7fÀ-ÖØ-öø-ÿ€£¥§°²³¹µ½¼¾±×÷·«»¿¡ªº©®™–—‘’‚“”„…•‰ŠŽšžŸŒœƒ†‡\xa0\xad¢¨´¸¬¦]*")
#: Cyrillic or Greek read as Western are nothing but accents; Mac Roman has signs of other kinds within words.
_ODD = re.compile("[À-ÖØ-öø-ÿ]{4,}|[a-zà-ÿ][§¤¢£¥ª«»º®©†‡‰Š‹›ŽŒ¬¦¨¶]+[a-zà-ÿ]|[a-zà-ÿ][À-ÖØ-Þ]")


def guess_encoding(head: bytes, *, is_whole: bool) -> str | None:
    """Return the encoding of a text that begins with ``head``, as Python calls it; None if it is no text.

    ``is_whole`` says whether nothing follows, so that the last sign cannot be cut in two.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    wide = _guess_wide(head)
    if wide:
        return wide
    if b"\0" in head:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=is_whole)
    except UnicodeDecodeError:
        return _guess_narrow(head)
    return "utf-8"


def _guess_wide(head: bytes) -> str | None:
    """Return which UTF-16 ``head`` is: in tables, nearly every second byte is 0 then."""
    even, odd = head[0::2], head[1::2]
    if len(head) < 4 or not odd:
        return None
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _guess_narrow(head: bytes) -> str:
    for name in ("cp1252", "mac_roman", "cp850"):
        text = head.decode(name, errors="replace")
        if "\ufffd" not in text and _WESTERN.fullmatch(text) and not _ODD.search(text):
            return name
    telling = b"\n".join(line for line in head.splitlines() if not line.isascii())[:40_000]
    best = from_bytes(telling).best()
    name = best.encoding if best is not None else "cp1252"
    return "cp1252" if name in ("ascii", "latin_1", "cp1252") else name


def known_encoding(name: str) -> str:
    """Return ``name``, which is that of an encoding of texts.

    Raises:
        InputError: There is no such encoding.
    """
    try:
        b"a".decode(name)
    except UnicodeDecodeError:
        pass  # such as UTF-16, for which one byte is too short
    except (LookupError, UnicodeError):
        raise InputError(f"There is no encoding “{shown(name)}”; choose one such as utf-8 or cp1252.") from None
    return name


def to_utf8(path: Path, encoding: str, target: Path, watch: Watch) -> None:
    """Write the text at ``path`` to ``target`` as UTF-8; only a piece of it is in memory.

    Raises:
        InputError: It is not in ``encoding``, there is no such encoding, or the disk is full.
        ReadCancelledError: The watch said so.
    """
    decoder = codecs.getincrementaldecoder(known_encoding(encoding))()
    with path.open("rb") as source, target.open("wb") as written:
        is_done = False
        while not is_done:
            stop_if(watch)
            chunk = source.read(_CHUNK_BYTES)
            is_done = not chunk
            try:
                text = decoder.decode(chunk, final=is_done)
            except UnicodeError as error:  # of UTF-16 without its mark it is no UnicodeDecodeError
                raise InputError(
                    f"{shown(path.name)} is not a text in {encoding} ({getattr(error, 'reason', error)}); "
                    "choose another encoding."
                ) from None
            try:
                written.write(text.encode("utf-8", errors="replace"))
            except OSError as error:
                raise InputError(
                    f"{shown(path.name)} needs room on the disk of {target.parent} to be read ({error.strerror}); "
                    "free some and try again."
                ) from None


def guess_where_not_utf8(path: Path, watch: Watch) -> str | None:
    """Return the encoding of a text by the first piece of it that is not UTF-8; None where all of it is.

    Raises:
        ReadCancelledError: The watch said so.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            stop_if(watch)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return _guess_narrow(chunk)
    return None
