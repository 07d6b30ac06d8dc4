"""Where a table is within its lines: names, units, rows, and what stands around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.core.table_report import Example
from gdexplorer.files.dates import is_date
from gdexplorer.files.number_rules import is_number
from gdexplorer.files.splitting import Record, bare
from gdexplorer.files.words import COMMENT_SIGNS, CURRENCIES, MISSING, UNITS

_MOST_CELLS = 8_000  # looked at to find the names
_BRACKETED = re.compile(r"\s*[\[(].{0,20}[\])]\s*")
_RULE = re.compile(r"(?=.{4})[-=*_+#~|:.\s]*(?:-{3}|={3}|\*{3}|_{3}|\+{3}|#{3}|~{3})[-=*_+#~|:.\s]*")


@dataclass(frozen=True)
class Layout:
    """Where the table is.

    Attributes:
        width: Columns.
        names: As written, one for each column; empty where there is no line of names.
        units: As written in a line of their own; empty where there is no such line.
        header_line: Line of the names, from 1; 0 for none.
        first_line: Line of the first row.
        above: Lines before the names that hold something else.
        between: Lines between names and rows: units and the like.
        typed: Positions of the columns that hold numbers or dates.
    """

    width: int
    names: tuple[str, ...]
    units: tuple[str, ...]
    header_line: int
    first_line: int
    above: tuple[Record, ...]
    between: tuple[Record, ...]
    typed: frozenset[int]

    @property
    def above_examples(self) -> list[Example]:
        """What stands above the names."""
        return [example(record) for record in self.above]

    @property
    def between_examples(self) -> list[Example]:
        """What stands between names and rows."""
        return [example(record) for record in self.between]


def is_typed(cell: str) -> bool:
    """Whether ``cell`` is a number or a date."""
    cell = bare(cell)
    return is_number(cell) or is_date(cell)


def lay_out(head: Sequence[Record], choices: ReadingChoices) -> Layout:
    """Return where the table is within ``head``, the first records of a text; there is at least one."""
    records = [record for record in head if not is_comment(record) and not is_rule(record)] or list(head)
    width = _usual_width(records)
    records = records[: max(12, _MOST_CELLS // width)]
    typed = _typed_columns(records, width)
    first = _first_row(records, width, typed)
    if _are_years(records[first : first + 2], typed):
        first += 1
    found = first
    if choices.first_line is not None:
        first = next((i for i, (line, _) in enumerate(records) if line >= choices.first_line), len(records))
    lead = [_uncommented(record, width) for record in records[: min(first, found)]]
    width = _without_empty_end(lead[-3:], records[first:], width)
    width = max(width, _named_width(lead, width))
    names_at, merged = _find_names(lead, width)
    if choices.header_line is not None:
        names_at = next((i for i, (line, _) in enumerate(records) if line == choices.header_line), None)
        merged = False
        if names_at is not None:
            first = max(first, names_at + 1)
        elif choices.first_line is None:
            first = next((i for i, (_, cells) in enumerate(records) if len(cells) == width), 0)
    lead = [_uncommented(record, width) for record in records[:first]]
    names: tuple[str, ...] = ()
    header_line, between, above = 0, [], lead
    if names_at is not None:
        header_line, cells = lead[names_at]
        names = _fitted(cells, width)
        if merged:
            names = _merged(lead[names_at - 1][1], names)
        between = lead[names_at + 1 :]
        above = lead[: names_at - merged]
    elif choices.header_line is None:
        names, header_line = _commented_names(head, records, first, width)
    units = next((_fitted(cells, width) for _, cells in between if _is_units(cells)), ())
    first_line = records[first][0] if first < len(records) else records[-1][0] + 1
    comments = [record for record in head if is_comment(record) and record[0] < first_line and record[0] != header_line]
    return Layout(
        width,
        names,
        units,
        header_line,
        first_line,
        tuple(sorted([*above, *(comment for comment in comments if comment not in above)])),
        tuple(between),
        typed,
    )


def is_comment(record: Record) -> bool:
    """Whether the line begins as lines do that are no data."""
    cells = record[1]
    if not cells[0].lstrip().startswith(COMMENT_SIGNS):
        return False
    first = cells[0].strip()
    # “#” alone or “#1” in a table of several columns is a name or a number, “-5” a number, “--” no value.
    return not (len(first) <= 2 and len(cells) > 2) and not is_number(first) and first.lower() not in MISSING


def _uncommented(record: Record, width: int) -> Record:
    """Return the record without a comment sign that stands before as many cells as there are columns."""
    line, cells = record
    return (line, cells[1:]) if len(cells) == width + 1 and cells[0].strip() in COMMENT_SIGNS else record


def is_rule(record: Record) -> bool:
    """Whether the line is only drawn, as below the names in many texts."""
    return _RULE.fullmatch(" ".join(record[1])) is not None


def _usual_width(records: Sequence[Record]) -> int:
    body = records[len(records) // 5 :] or records
    widths = Counter(len(cells) for _, cells in body)
    wide = next((trimmed(cells) for _, cells in records if len(cells) >= 0.6 * max(widths)), [])
    first = len(wide) - (len(wide) > 1 and wide[0].strip() in COMMENT_SIGNS)
    if len(widths) > 1 and first == max(widths) and all(widths[width] for width in widths):
        return first  # names of all columns, above rows that end where their values do
    most = max(widths.values())
    return max(width for width, count in widths.items() if count >= 0.9 * most)


def _typed_columns(records: Sequence[Record], width: int) -> frozenset[int]:
    rows = [cells for _, cells in records[len(records) // 2 :] if len(cells) == width]
    rows = rows or [cells for _, cells in records if len(cells) == width]
    typed = set()
    for position in range(width):
        filled = [cell for row in rows if (cell := row[position].strip()).lower() not in MISSING]
        if filled and sum(map(is_typed, filled)) > 0.6 * len(filled):
            typed.add(position)
    return frozenset(typed)


def _first_row(records: Sequence[Record], width: int, typed: frozenset[int]) -> int:
    """Return the index of the first record that is a row, and not something above the rows."""
    if not typed:
        rows = enumerate(cells for _, cells in records)
        wide = [index for index, cells in rows if len(cells) >= width - 1 and filled_count(cells) > width / 2]
        return min(wide[0] + 1, len(records)) if wide else min(1, len(records))
    looks = [_looks_like_row(cells, width, typed) for _, cells in records]
    for index, looks_so in enumerate(looks):
        if looks_so and (index + 1 == len(looks) or any(looks[index + 1 : index + 3])):
            is_odd_row = index > 1 and _is_row_below_names(records[index - 2 : index], width, typed)
            return index - 1 if is_odd_row else index
    return len(records)


def _is_row_below_names(records: Sequence[Record], width: int, typed: frozenset[int]) -> bool:
    """Whether the second of these two records is a row, some of whose numbers are none, below a line of names."""
    (_, names), (_, cells) = records
    if len(names) != width or len(cells) != width or any(map(is_typed, names)) or filled_count(names) < 0.8 * width:
        return False
    told = [bare(cells[position]) for position in typed]
    if all(text.lower() in MISSING for text in told):
        return True
    good = list(filter(is_typed, told))
    return bool(good) and not all(text.isdecimal() and 1500 < int(text[:5]) < 2200 for text in good)


def _looks_like_row(cells: Sequence[str], width: int, typed: frozenset[int]) -> bool:
    if len(cells) < min(width, max(2, 0.6 * width)):
        return False
    told = [cells[position].strip() for position in typed if position < len(cells)]
    filled = [cell for cell in told if cell.lower() not in MISSING]
    if not filled:
        return bool(told) and filled_count(cells) > width / 3
    good = sum(map(is_typed, filled))
    return good > 0.5 * len(filled) and good >= min(len(typed), 2) * (len(filled) > 1)


def _find_names(lead: Sequence[Record], width: int) -> tuple[int | None, bool]:
    """Return where within ``lead`` the line of names is, None if nowhere; and whether the line above belongs to it."""
    for index in range(len(lead) - 1, -1, -1):
        cells = lead[index][1]
        if index and _is_units(cells) and _may_be_names(lead[index - 1][1], width):
            continue
        if not _may_be_names(cells, width):
            if index == len(lead) - 1 and filled_count(cells) <= 1:
                continue  # a lone remark between names and rows
            return None, False
        names = _fitted(cells, width)
        repeats = len({name.strip() for name in names}) < len(names)
        above = lead[index - 1][1] if index else []
        return index, repeats and len(above) >= width - 1 and filled_count(above) > 1 and not _is_units(above)
    return None, False


def _without_empty_end(lead: Sequence[Record], rows: Sequence[Record], width: int) -> int:
    """Return the width without the nameless, empty columns that a sign at the end of each line makes."""
    named = max((len(trimmed(cells)) for _, cells in lead), default=0)
    filled = max((len(trimmed(cells)) for _, cells in rows), default=width)
    return max(min(filled, width), min(named, width), 1) if rows else width


def _named_width(lead: Sequence[Record], width: int) -> int:
    """Return how many names stand right above the rows, which may have fewer cells; 0 where none do."""
    for _, cells in reversed(lead):
        if not _is_units(cells):
            names = trimmed(cells)
            is_likely = 1 < width < len(names) <= width * 1.3 + 1 and filled_count(names) > 0.8 * len(names)
            return len(names) if is_likely else 0
    return 0


def _are_years(records: Sequence[Record], typed: frozenset[int]) -> bool:
    """Whether the first of these two records has ascending years for names, and the second has not."""
    rows = []
    for _, cells in records:
        texts = [bare(cells[position]) for position in sorted(typed) if position < len(cells)]
        rows.append([int(text) for text in texts if text.isdecimal() and 1500 < int(text[:5]) < 2200])
    if len(rows) < 2 or len(rows[0]) < max(3, 0.8 * len(typed)):
        return False
    steps = {after > before for before, after in pairwise(rows[0])}
    return len(steps) == 1 and len(rows[1]) < 0.5 * len(rows[0])


def _may_be_names(cells: Sequence[str], width: int) -> bool:
    if width == 1:
        return len(cells) == 1
    if len(cells) == width - 1 and width == 2 and " " in cells[0].strip():
        return False
    return (
        len(cells) >= width - 1 and len(trimmed(cells)) <= width and filled_count(cells) >= max(1.0, 0.5 * (width - 1))
    )


def _is_units(cells: Sequence[str]) -> bool:
    """Whether these cells are units rather than names or values."""
    filled = [cell.strip() for cell in cells if cell.strip() not in ("", "-", "–")]
    if not filled:
        return False
    good = sum(_is_unit(cell) for cell in filled)
    return good >= max(1, 0.6 * len(filled)) and not all(map(is_number, filled))


def _is_unit(cell: str) -> bool:
    return cell.lower() in UNITS or cell.lower() in CURRENCIES or _BRACKETED.fullmatch(cell) is not None


def filled_count(cells: Sequence[str]) -> int:
    """Return how many of ``cells`` hold anything."""
    return sum(bool(cell.strip()) for cell in cells)


def trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Return ``cells`` up to the last one that holds anything."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Return names for ``width`` columns; with one too few, the first column has none (as R writes it)."""
    if len(cells) == width - 1 and cells and cells[-1].strip():
        return ("", *cells)
    return (*cells[:width], *[""] * (width - len(cells)))


def _merged(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return names of two lines, of which the upper one spans columns."""
    over, names = "", []
    for position, name in enumerate(lower):
        above = upper[position].strip() if position < len(upper) else ""
        over = above or (over if name.strip() else "")
        names.append(f"{over} {name.strip()}".strip())
    return tuple(names)


def _commented_names(
    head: Sequence[Record], records: Sequence[Record], first: int, width: int
) -> tuple[tuple[str, ...], int]:
    """Return the names in the comment right above the rows, and its line; nothing where that holds none."""
    line = records[first][0] if first < len(records) else 0
    comments = [record for record in head if is_comment(record) and record[0] < line]
    if not comments or width < 2:
        return (), 0
    number, cells = comments[-1]
    cells = [cells[0].lstrip().lstrip("".join({sign[0] for sign in COMMENT_SIGNS})).strip(), *cells[1:]]
    cells = [cell for cell in cells if cell.strip()] if len(cells) > width else cells
    if len(cells) != width or any(map(is_typed, cells)):
        return (), 0
    return tuple(cells), number


def example(record: Record) -> Example:
    """Return the line as an example of its kind."""
    line, cells = record
    return Example(line, " ".join(cell.strip() for cell in cells if cell.strip())[:80])
