"""Which lines of a text are rows of its table, and what the others are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gdexplorer.core.table_report import Example
from gdexplorer.files.layout import Layout, example, filled_count, is_comment, is_rule, is_typed, trimmed
from gdexplorer.files.splitting import Record
from gdexplorer.files.words import MISSING, TOTALS

_NOTE = re.compile(
    r"\s*(?:[*†‡#]|\(?\d\)|\[\d\]|(?:source|sources|note|notes|quelle|quellen|fuente|fonte|zdroj|źródło|legend|"
    r"stand|last updated|data from|©|copyright|\(c\)|anmerkung|remarque|nota|e:|r:|p:|end of)\b)",
    re.IGNORECASE,
)


@dataclass
class Rows:
    """Cuts records to the rows of a table, and keeps count of what is not one.

    Attributes:
        layout: Of the table.
        has_tail: Whether lines at the end may be footnotes and totals.
        last_line: Of the last row, where the user decided; rows below are left out.
        separator: Of the text's cells; "" for anything but a text.
        blank: Lines whose cells are all empty.
        comments: Lines that begin like a comment.
        repeated: Lines that repeat the names.
        short: Rows with too few cells, the rest of which count as missing.
        swallowed: Rows with a quoted cell that holds lines which look like rows.
        tail: Lines behind the last row.
    """

    layout: Layout
    has_tail: bool = True
    last_line: int | None = None
    separator: str = ""
    blank: list[Example] = field(default_factory=list)
    comments: list[Example] = field(default_factory=list)
    repeated: list[Example] = field(default_factory=list)
    short: list[Example] = field(default_factory=list)
    swallowed: list[Example] = field(default_factory=list)
    tail: list[Example] = field(default_factory=list)
    _may_comment: bool | None = None

    def cut(self, records: Iterator[Record]) -> Iterator[Record]:
        """Yield the rows among ``records``, each of them as wide as the table; wider ones as they are."""
        width, names, first = self.layout.width, list(self.layout.names), self.layout.first_line
        held: list[Record] = []
        for record in records:
            line, cells = record
            if line < first:
                continue
            if self.last_line is not None and line > self.last_line:
                self.tail.append(example(record))
                continue
            if self._is_comment(record) or is_rule(record):
                self.comments.append(example(record))
                continue
            if not any(map(str.strip, cells)):
                self.blank.append(example(record))
                continue
            if names and cells[0] == names[0] and cells == names[: len(cells)] and len(cells) == width > 1:
                self.repeated.append(example(record))
                continue
            held.append(record)
            if len(held) > 400:
                yield from map(self._fitted, held[:200])
                del held[:200]
        end = self._end(held) if self.has_tail and self.last_line is None else len(held)
        self.tail += [example(record) for record in held[end:]]
        yield from map(self._fitted, held[:end])

    @property
    def dropped(self) -> int:
        """Lines below the names that did not become rows, units and the like among them."""
        kinds = (self.blank, self.comments, self.repeated, self.tail)
        return sum(map(len, kinds)) + len(self.layout.between)

    def _is_comment(self, record: Record) -> bool:
        is_so = record[1][0].lstrip().startswith(("#", "//")) and is_comment(record) and not self._fits(record[1])
        if self._may_comment is None:  # where the first row begins so, it is how rows begin
            self._may_comment = not is_so
        return is_so and self._may_comment

    def _fits(self, cells: Sequence[str]) -> bool:
        """Whether this is a row as others are, however it begins."""
        return len(cells) == self.layout.width and any(is_typed(cells[position]) for position in self.layout.typed)

    def _fitted(self, record: Record) -> Record:
        line, cells = record
        width = self.layout.width
        if self.separator and any("\n" in cell and self._holds_rows(cell) for cell in cells):
            self.swallowed.append(example(record))
        if len(cells) == width:
            return record
        if len(cells) < width:
            self.short.append(example(record))
            return line, [*cells, *[""] * (width - len(cells))]
        return line, list(trimmed(cells)) + [""] * max(0, width - len(trimmed(cells)))

    def _holds_rows(self, cell: str) -> bool:
        inner = cell.splitlines()[1:-1] or cell.splitlines()[1:]
        return bool(inner) and all(line.count(self.separator) >= max(1, self.layout.width - 1) for line in inner)

    def _end(self, held: Sequence[Record]) -> int:
        """Return how many of the last records are rows; behind them stand footnotes and totals."""
        end = len(held)
        while end > 1 and self._is_note(held[end - 1][1]):
            end -= 1
        while end > 1 and self._is_total(held[end - 1][1], [cells for _, cells in held[: end - 1]]):
            end -= 1
        return end

    def _is_note(self, cells: Sequence[str]) -> bool:
        layout = self.layout
        ending = trimmed(cells)
        first = cells[0].strip()
        if layout.width == 1:
            return bool(layout.typed) and not is_typed(first) and first.lower() not in MISSING
        told = [cells[k].strip() for k in layout.typed if k < len(ending)]
        typed = sum(is_typed(cell) for cell in told)
        words = sum(cell.lower() not in MISSING for cell in told) - typed
        if (
            len(cells) < layout.width
            and (0 in layout.typed or typed == 0)
            and _NOTE.match(first)
            and not is_typed(first)
        ):
            return True
        if len(ending) == 1 and len(first) > 1 and not is_typed(first):
            return 0 in layout.typed or len(cells) < layout.width or bool(_NOTE.match(first)) or len(first) > 24
        is_wordy = words > 0 and typed <= 0.34 * len(layout.typed)
        if len(cells) == layout.width:
            is_sparse = typed == 0 and filled_count(cells) < 0.5 * layout.width
            return (bool(_NOTE.match(first)) and (is_sparse or is_wordy)) or (is_wordy and words > 1)
        return not is_typed(first) and (is_wordy or (typed == 0 and bool(layout.typed)))

    def _is_total(self, cells: Sequence[str], before: Sequence[Sequence[str]]) -> bool:
        if self.layout.width < 2:
            return False
        at, first = next(((k, cell.strip()) for k, cell in enumerate(cells) if cell.strip()), (0, ""))
        word = first.lower().rstrip(" :*")
        if word not in TOTALS and not word.startswith(("total ", "grand total", "summe ", "gesamt ")):
            return False
        return not any(at < len(row) and row[at].strip().lower().rstrip(" :*") == word for row in before)
