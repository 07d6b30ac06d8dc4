"""Text files as cells: encoding, separator, quotes."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from gdexplorer.core.errors import InputError
from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.core.watching import Watch
from gdexplorer.files.encodings import guess_encoding, guess_where_not_utf8, known_encoding, to_utf8
from gdexplorer.files.grid import Grid
from gdexplorer.files.splitting import Cut, Record, find_cut

_HEAD_BYTES = 1 << 16
_LONGEST_HEAD = 1 << 25
_FEWEST_LINES = 40
_TAIL_BYTES = 1 << 16
#: Texts up to this size are checked as a whole before they are read.
_SMALL_BYTES = 1 << 26


def text_grid(path: Path, name: str, choices: ReadingChoices, folder: Path, watch: Watch) -> Grid:
    """Return the cells of the text at ``path``; if it has to be written again in UTF-8, that is done in ``folder``.

    Raises:
        InputError: It is no text.
        ReadCancelledError: The watch said so.
    """
    encoding = choices.encoding or _encoding(path, name, watch)
    text = path
    if codecs.lookup(known_encoding(encoding)).name in ("utf-8", "utf-8-sig", "ascii"):
        if choices.encoding and guess_where_not_utf8(path, watch) is not None:
            raise InputError(f"{name} is not a text in {encoding}; choose another encoding.")
    else:
        text = folder / "text.txt"
        to_utf8(path, encoding, text, watch)
    lines, is_whole = _head(text, name)
    if not lines:
        raise InputError(f"{name} is empty; choose a file with a header and rows.")
    cut = find_cut(lines, is_whole=is_whole, separator=choices.separator)

    def records() -> Iterator[Record]:
        with text.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            yield from _cut(cut, file, name)

    head = tuple(_cut(cut, iter(lines), name, is_head=not is_whole))
    if not head:
        raise InputError(f"{name} is empty; choose a file with a header and rows.")
    tail = () if is_whole else _tail(text, cut, name)
    return Grid(head, records, encoding=encoding, cut=cut, text=text, tail=tail)


def _encoding(path: Path, name: str, watch: Watch) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        is_whole = len(head) < _HEAD_BYTES
    encoding = guess_encoding(head, is_whole=is_whole)
    if encoding == "utf-8" and not is_whole and path.stat().st_size <= _SMALL_BYTES:
        encoding = guess_where_not_utf8(path, watch) or encoding
    if encoding is None:
        raise _no_text(name, head[: head.index(b"\0")].count(b"\n") + 1)
    return encoding


def _no_text(name: str, line: int) -> InputError:
    return InputError(f"{name} is not text: line {line:,} has a NUL byte; export the table as CSV and open that.")


def _head(text: Path, name: str) -> tuple[list[str], bool]:
    """Return the first lines with their ends, and whether there are no more."""
    size, wanted = text.stat().st_size, _HEAD_BYTES
    while True:
        with text.open("rb") as file:
            data = file.read(wanted)
        is_whole = len(data) >= size
        decoded = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(data, final=is_whole)
        if "\0" in decoded:
            raise _no_text(name, decoded[: decoded.index("\0")].count("\n") + 1)
        lines = list(io.StringIO(decoded, newline=""))
        if not is_whole and lines:
            lines.pop()
        if is_whole or len(lines) >= _FEWEST_LINES or wanted >= _LONGEST_HEAD:
            return lines, is_whole
        wanted *= 8


def _tail(text: Path, cut: Cut, name: str) -> tuple[Record, ...]:
    with text.open("rb") as file:
        file.seek(-min(_TAIL_BYTES, text.stat().st_size), io.SEEK_END)
        decoded = file.read().decode("utf-8", errors="replace")
    lines = list(io.StringIO(decoded, newline=""))[1:]
    return tuple(_cut(Cut(cut.separator, cut.has_quotes), iter(lines), name, is_head=True))


def _cut(cut: Cut, lines: Iterator[str], name: str, *, is_head: bool = False) -> Iterator[Record]:
    """Yield the records of ``lines``; a head or a tail may be cut off within quotes."""
    try:
        yield from cut.records(lines)
    except csv.Error as error:
        if not is_head:
            raise InputError(f"{name} cannot be cut into cells ({error}); correct its quotes.") from None
