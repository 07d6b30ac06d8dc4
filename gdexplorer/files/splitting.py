"""How lines of text become cells: which sign separates them, and the cells themselves."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from gdexplorer.core.reading_choices import SEPARATORS
from gdexplorer.files.number_rules import is_number

#: What :attr:`Cut.separator` may be besides the keys of SEPARATORS: two spaces or more, where single ones are text.
WIDE_GAPS = "  "
#: Separators of one sign, which DuckDB can cut at too.
SINGLE_SIGNS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_TOKENS = re.compile(r"\"[^\"]*\"|'[^']*'(?!\S)|\S+")
_GAP_AT_NUMBER = re.compile(r"\d\s{2,}\S|\S\s{2,}\d")
_GAPS = re.compile(r"\s{2,}|\t")
_LONGEST_QUOTE = 60  # lines that a quoted cell may go over before its quote is taken for a sign of the text
_MOST_CELLS = 6_000  # examined for each candidate
_MOST_TYPED = 600  # of these, examined for being numbers
_SURE = 0.8  # a score above which no runs of spaces are tried

#: One line of a table: its number in the file, from 1, and its cells as written.
Record = tuple[int, list[str]]

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class Cut:
    """How to cut lines into cells.

    Attributes:
        separator: Key into SEPARATORS, or WIDE_GAPS.
        has_quotes: Whether a cell may stand in double quotes.
        first_line: Where the text begins, behind a line that only names the separator.
    """

    separator: str
    has_quotes: bool = True
    first_line: int = 1

    def records(self, lines: Iterable[str]) -> Iterator[Record]:
        """Yield the records of ``lines``, which are all lines of the text with their ends; blank ones are left out.

        Raises:
            csv.Error: A line cannot be cut.
        """
        if self.separator in SINGLE_SIGNS:
            yield from self._separated(lines)
            return
        split = _GAPS.split if self.separator == WIDE_GAPS else _tokens
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if text and number >= self.first_line:
                yield number, [bare(cell) for cell in split(text)]

    def _separated(self, lines: Iterable[str]) -> Iterator[Record]:
        source = iter(lines)
        for _ in range(self.first_line - 1):
            next(source, None)
        quote = '"' if self.has_quotes else None
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.has_quotes else csv.QUOTE_NONE
        reader = csv.reader(source, delimiter=self.separator, quotechar=quote, quoting=quoting, skipinitialspace=True)
        before = 0
        for cells in reader:
            number, before = before + self.first_line, reader.line_num
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield number, cells


def find_cut(lines: list[str], *, is_whole: bool, separator: str | None = None) -> Cut:
    """Return how to cut a text that begins with ``lines``, which have their ends.

    Args:
        lines: Complete ones.
        is_whole: Whether no more lines follow.
        separator: Where the user decided; None to find it.
    """
    first_line = 1
    hint = _SEP_LINE.fullmatch(lines[0]) if lines else None
    if hint is not None and (hint[1] in SINGLE_SIGNS):
        first_line = 2
        separator = separator or hint[1]
    if separator is not None:
        if separator == " ":
            return max(
                (Cut(gap, first_line=first_line) for gap in (" ", WIDE_GAPS)), key=lambda cut: _score(cut, lines)
            )
        return _quoted_or_not(Cut(separator, first_line=first_line), lines, is_whole)
    lines = [line for line in lines if not line.lstrip().startswith(("#", "//"))] or lines
    best = max(
        (_quoted_or_not(Cut(sign, first_line=first_line), lines, is_whole) for sign in SINGLE_SIGNS),
        key=lambda cut: _score(cut, lines),
    )
    score = _score(best, lines)
    if score < (_SURE if best.separator != "\t" else 1.0):  # among runs of spaces tabs may stand too
        spaced = max((Cut(gap, first_line=first_line) for gap in (" ", WIDE_GAPS)), key=lambda cut: _score(cut, lines))
        if _score(spaced, lines) > max(score, 0.25):
            return spaced
    return best if score > 0 else Cut(",", best.has_quotes, first_line)


def separator_key(cut: Cut) -> str:
    """Return the key into SEPARATORS that stands for ``cut``."""
    return cut.separator if cut.separator in SEPARATORS else " "


def bare(cell: str) -> str:
    """Return ``cell`` without the spaces and the quotes around it."""
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] and cell[0] in "\"'":
        return cell[1:-1].strip()
    return cell.strip('"')


def _tokens(text: str) -> list[str]:
    return _TOKENS.findall(text)


def _quoted_or_not(cut: Cut, lines: list[str], is_whole: bool) -> Cut:
    """Return ``cut``, or one that takes quotes for signs of the text where one is never closed again."""
    numbers = [number for number, _ in _some(cut, lines)]
    numbers.append(len(lines) + 1 if is_whole else numbers[-1] + 1 if numbers else 1)
    longest = max((after - before for before, after in pairwise(numbers)), default=0)
    blank = sum(not line.strip() for line in lines)
    return cut if longest <= _LONGEST_QUOTE + blank else Cut(cut.separator, False, cut.first_line)


def _some(cut: Cut, lines: list[str]) -> list[Record]:
    records: list[Record] = []
    cells = 0
    try:
        for record in cut.records(lines):
            records.append(record)
            cells += len(record[1])
            if cells > _MOST_CELLS and len(records) > 12:
                break
    except csv.Error:
        pass
    return records


def _score(cut: Cut, lines: list[str]) -> float:
    """Return from 0 to 1 how much ``lines``, cut so, look like a table of more than one column."""
    records = _some(cut, lines)
    records = records[len(records) // 5 :]  # titles may stand above
    widths = Counter(len(cells) for _, cells in records)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    if width == 1:
        return 0.0
    is_gap = cut.separator not in SINGLE_SIGNS
    cells = [cell.strip() for _, row in records if len(row) == width for cell in row]
    filled = [cell for cell in cells if cell]
    if not filled:
        return 0.0
    is_clean = _is_clean_token if is_gap else _CLEAN[cut.separator]
    clean = sum(map(is_clean, filled)) / len(filled)
    near = count if is_gap else sum(n for w, n in widths.items() if abs(w - width) <= 1 and w > 1)
    consistency = (count + 0.5 * (near - count)) / len(records)
    told = filled[:_MOST_TYPED]
    typed = sum(map(is_number, told)) / len(told)
    return consistency * clean**2 * (0.3 + 0.7 * typed) * (0.97 if is_gap else 1.0)


def _clean_without(signs: str) -> Callable[[str], bool]:
    held = set(signs)
    return lambda cell: not held.intersection(cell) and not _GAP_AT_NUMBER.search(cell)


#: What no cell holds where this separates: a table cut at a lesser sign leaves the true one inside the cells.
_CLEAN = {
    ",": _clean_without(";\t|"),
    ";": _clean_without("\t|"),
    "\t": _clean_without("\t"),
    "|": _clean_without("\t;"),
}


def _is_clean_token(cell: str) -> bool:
    return is_number(cell) or not any(sign in cell for sign in SINGLE_SIGNS)
