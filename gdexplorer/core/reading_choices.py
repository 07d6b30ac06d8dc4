"""What a user decided about how a table is read; whatever is not decided is left to the reader."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

#: ``date`` columns and ``text`` columns do not become numbers; everything else does.
Kind = Literal["number", "text", "date"]
KINDS: tuple[Kind, ...] = ("number", "text", "date")
#: What can separate the values of a text table; a space stands for runs of them.
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "runs of spaces"}
DECIMALS = {".": "point", ",": "comma"}
#: What can group the digits of large numbers; a space stands for every kind of space.
THOUSANDS = {"": "nothing", ",": "comma", ".": "point", " ": "space", "'": "apostrophe"}


@dataclass(frozen=True)
class ColumnChoice:
    """What the user decided about one column; None leaves it to the reader.

    Attributes:
        kind: What its values are. ``number`` on a column of dates reads them as years with a fraction.
        decimal: Key into DECIMALS.
        thousands: Key into THOUSANDS.
        unit: What to write behind its numbers; "" for nothing.
        is_quantity: Whether it may be offered as a term at first: False for codes and identifiers.
    """

    kind: Kind | None = None
    decimal: str | None = None
    thousands: str | None = None
    unit: str | None = None
    is_quantity: bool | None = None


@dataclass(frozen=True)
class ReadingChoices:
    """What the user decided about a whole file; None leaves it to the reader.

    Attributes:
        sheet: Name of the sheet of a workbook.
        encoding: Name of the text's encoding, as Python knows it.
        separator: Key into SEPARATORS.
        decimal: Key into DECIMALS, for all columns that have no choice of their own.
        header_line: Line of the file with the names, from 1; 0 for no such line.
        first_line: Line of the file with the first row of data, from 1.
        last_line: Line of the file with the last row of data.
        missing_words: Words that stand for no value, beside the usual ones.
        columns: Choices on columns by their position in the file, from 0, ascending.
        all_rows: Whether to hold all rows of a big table in memory instead of a sample.
    """

    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    header_line: int | None = None
    first_line: int | None = None
    last_line: int | None = None
    missing_words: tuple[str, ...] = ()
    columns: tuple[tuple[int, ColumnChoice], ...] = ()
    all_rows: bool = False

    def column(self, position: int) -> ColumnChoice:
        """Return the choices on the column at ``position``."""
        return dict(self.columns).get(position, _UNDECIDED)

    def with_column(self, position: int, choice: ColumnChoice) -> ReadingChoices:
        """Return choices in which the column at ``position`` has ``choice``."""
        kept = dict(self.columns) | {position: choice}
        columns = tuple(sorted((key, value) for key, value in kept.items() if value != _UNDECIDED))
        return replace(self, columns=columns)

    def as_json(self) -> dict[str, Any]:
        """Return what was decided as plain lists, dictionaries, strings and integers."""
        plain = _decided(self)
        if self.columns:
            plain["columns"] = {str(position): _decided(choice) for position, choice in self.columns}
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> ReadingChoices:
        """Return the choices of which :meth:`as_json` made ``plain``; what it does not know is left undecided."""
        known = {f.name: plain[f.name] for f in fields(cls) if f.name in plain}
        known["missing_words"] = tuple(known.get("missing_words", ()))
        names = {f.name for f in fields(ColumnChoice)}
        known["columns"] = tuple(
            sorted(
                (int(position), ColumnChoice(**{name: value for name, value in choice.items() if name in names}))
                for position, choice in dict(known.get("columns", {})).items()
            )
        )
        return cls(**known)


_UNDECIDED = ColumnChoice()
#: Everything is left to the reader.
UNDECIDED = ReadingChoices()


def _decided(choices: ReadingChoices | ColumnChoice) -> dict[str, Any]:
    made = {f.name: getattr(choices, f.name) for f in fields(choices) if getattr(choices, f.name) != f.default}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in made.items()}
