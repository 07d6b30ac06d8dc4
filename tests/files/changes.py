"""Changes that make a clean table look like one from real life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

import numpy as np

from gdexplorer.files.catalog import find_bundled
from tests.files.tables import Column, Table, Value, number_column, shortest, text_column

Change = Callable[[Table], Table]
NARROW_SPACE, HARD_SPACE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Numerals:
    """How numbers are written; places None for as few as it takes.

    ``sign`` holds the place of a negative number's digits; ``exponent`` is the letter before one, if any.
    """

    decimal: str = "."
    thousands: str = ""
    places: int | None = None
    before: str = ""
    behind: str = ""
    sign: str = "-{}"
    exponent: str = ""

    def spell(self, number: float | None) -> str:
        if number is None:
            return ""
        size = abs(number)
        if self.exponent:
            digits = f"{Decimal(repr(size)).normalize():e}".replace("e", self.exponent)
        elif self.places is None:
            digits = shortest(size)
        else:
            digits = f"{size:.{self.places}f}"
        whole, point, fraction = digits.partition(".")
        if len(whole) > 3 and self.thousands:
            whole = f"{int(whole):,}".replace(",", self.thousands)
        spelled = self.before + whole + point.replace(".", self.decimal) + fraction + self.behind
        return self.sign.format(spelled) if number < 0 else spelled


def is_number(column: Column) -> bool:
    return column.kind == "number"


def is_large(column: Column) -> bool:
    return column.is_large


def is_counted(column: Column) -> bool:
    """Whether it holds whole numbers that are quantities."""
    return is_number(column) and column.is_whole and not column.name.startswith(("zip", "year"))


def is_ratio(column: Column) -> bool:
    return column.name == "ratio"


def spelled(
    numerals: Numerals,
    where: Callable[[Column], bool] = is_number,
    units: tuple[str, ...] | None = None,
    noted: bool = False,
) -> Change:
    """Write the numbers of some columns so; ``units`` says what is then right for their unit."""

    def respelled(column: Column) -> Column:
        texts = tuple(numerals.spell(number) for number in column.numbers)
        is_noted = column.is_noted or noted
        return replace(column, texts=texts, units=column.units if units is None else units, is_noted=is_noted)

    return lambda table: table.changed(respelled, where)


def target_spelled(numerals: Numerals, units: tuple[str, ...] | None = None) -> Change:
    """Write the target so, which has to be noted."""
    return lambda table: spelled(numerals, lambda column: column is table.target, units, noted=True)(table)


def feature_spelled(numerals: Numerals, units: tuple[str, ...] | None = None) -> Change:
    """Write the feature so, which has to be noted."""
    return lambda table: spelled(numerals, lambda column: column is table.feature, units, noted=True)(table)


def with_large_target(table: Table) -> Table:
    """Make sure that the target has numbers of four and more digits."""
    if table.target.is_large:
        return table
    name = table.target.name
    return table.changed_at(
        table.target_at,
        lambda column: number_column(name, [None if n is None else round(n * 1000) for n in column.numbers]),
    )


def with_ratio(table: Table) -> Table:
    """Add a column of numbers with a fraction."""
    pairs = zip(table.target.numbers, table.feature.numbers, strict=True)
    ratios = [None if y is None or x is None else round(y / x, 2) for y, x in pairs]
    return table.added(number_column("ratio", ratios))


def with_balance(table: Table) -> Table:
    """Add a column of numbers of which half are negative."""
    numbers = [number or 0.0 for number in table.target.numbers]
    middle = sorted(numbers)[len(numbers) // 2]
    return table.added(number_column("balance", [round(number - middle, 1) + 0.5 for number in numbers]))


def balance_spelled(numerals: Numerals, units: tuple[str, ...] | None = None, noted: bool = True) -> Change:
    return spelled(numerals, lambda column: column.name == "balance", units, noted)


def with_share(numerals: Numerals, units: tuple[str, ...]) -> Change:
    """Add a column of percentages."""

    def added(table: Table) -> Table:
        most = max(number or 0.0 for number in table.target.numbers)
        shares = [round(100 * (number or 0.0) / most, 1) for number in table.target.numbers]
        share = number_column("share", shares)
        texts = tuple(numerals.spell(number) for number in shares)
        return table.added(replace(share, texts=texts, units=units, is_noted=True))

    return added


def with_missing(*words: str, noted: bool = True, every: int = 7, first: int = 0) -> Change:
    """Leave out some of the target's and the feature's numbers and write ``words`` there, in turn."""

    def blanked(column: Column) -> Column:
        word = cycle(words)
        is_gone = [row % every == first for row in range(len(column.texts))]
        return replace(
            column,
            values=tuple(None if gone else value for gone, value in zip(is_gone, column.values, strict=True)),
            texts=tuple(next(word) if gone else text for gone, text in zip(is_gone, column.texts, strict=True)),
            is_noted=column.is_noted or (noted and any(words)),
        )

    return lambda table: table.changed_at(table.feature_at, blanked).changed_at(table.target_at, blanked)


def with_last_cells_missing(table: Table) -> Table:
    """Add two columns that often hold nothing at a row's end."""
    count = table.row_count
    first = [None if row % 3 == 1 else float(row + 1) for row in range(count)]
    second = [None if row % 3 else float(row % 5) + 0.5 for row in range(count)]
    return table.added(number_column("repairs", first)).added(number_column("rating", second))


_REMARKS = (
    "quiet, with a view",
    "a “corner” house; sold twice",
    'the 6" pipe was mended',
    "first line\nsecond line",
    "tab\there | bar",
    '"quoted", all of it',
    "plain",
    "it's fine",
)


def with_remarks(table: Table) -> Table:
    """Add, before the numbers, a column of texts that hold separators, quotes and line breaks."""
    remarks = [f"{_REMARKS[row % len(_REMARKS)]} ({row + 1})" for row in range(table.row_count)]
    return table.preceded_by(text_column("remark", list(remarks)))


def with_plain_texts(table: Table) -> Table:
    """Take the spaces out of all texts."""

    def tight(column: Column) -> Column:
        return text_column(column.name, [str(value).replace(" ", "_").replace(".", "") for value in column.values])

    return table.changed(tight, lambda column: column.kind == "text")


def with_truth(no: str, yes: str, noted: bool = True) -> Change:
    """Add a column of two words that stand for 0 and 1."""

    def added(table: Table) -> Table:
        values: list[float | None] = [float(row % 3 == 1) for row in range(table.row_count)]
        texts = tuple(yes if value else no for value in values)
        return table.added(replace(number_column("garden", values), texts=texts, is_noted=noted))

    return added


def with_dates(pattern: str) -> Change:
    """Add a column of dates, some of them after the twelfth of a month."""

    def added(table: Table) -> Table:
        days = [date(2019, 1, 3) + timedelta(days=11 * row) for row in range(table.row_count)]
        return table.added(Column("sold", "date", tuple(days), tuple(day.strftime(pattern) for day in days)))

    return added


def with_identifiers(table: Table) -> Table:
    """Add a column that numbers the rows in no order: unique, whole and useless."""
    ids: list[float | None] = [100_000.0 + (row * 7919) % 90_001 for row in range(table.row_count)]
    return table.preceded_by(replace(number_column("parcel_id", ids), roles=("identifier", "code")))


def with_zero_led_codes(table: Table) -> Table:
    """Add a column of codes of which some begin with 0."""
    codes: list[str | None] = [f"{(row * 37) % 100:05d}" for row in range(table.row_count)]
    return table.added(text_column("area_code", codes))


def with_constant(table: Table) -> Table:
    """Add a column of equal numbers."""
    return table.added(replace(number_column("version", [3.0] * table.row_count), roles=("constant",)))


def with_ranges(pattern: str) -> Change:
    """Write every fifth of the feature's numbers as a range around it."""

    def ranged(column: Column) -> Column:
        values, texts = list(column.values), list(column.texts)
        for row in range(2, len(texts), 5):
            middle = column.numbers[row] or 0.0
            low, high = round(middle - 2, 6), round(middle + 2, 6)
            values[row], texts[row] = (low + high) / 2, pattern.format(shortest(low), shortest(high))
        return replace(column, values=tuple(values), texts=tuple(texts), is_noted=True)

    return lambda table: table.changed_at(table.feature_at, ranged)


def with_row_numbers(first: int, header: str, name: str = "") -> Change:
    """Put the rows' numbers before them."""

    def preceded(table: Table) -> Table:
        numbers: list[float | None] = [float(first + row) for row in range(table.row_count)]
        return table.preceded_by(
            replace(
                number_column(name, numbers), header=header, roles=("index", "identifier") if header else ("index",)
            )
        )

    return preceded


def with_row_names(table: Table) -> Table:
    """Put names before the rows."""
    names: list[str | None] = [f"house {row + 1}" for row in range(table.row_count)]
    return table.preceded_by(replace(text_column("", names), header=""))


def with_units(pattern: str = "{0}") -> Change:
    """Say which units the columns have; ``pattern`` makes the header from name and unit."""

    def changed(table: Table) -> Table:
        description = find_bundled(table.nickname)
        assert description is not None

        def united(column: Column) -> Column:
            unit = description.units[column.name]
            return replace(column, header=pattern.format(column.name, unit), units=(unit,))

        return table.changed(united, lambda column: column.name in description.units)

    return changed


def with_numbered_names(table: Table) -> Table:
    """Say that nothing names the columns."""
    columns = tuple(replace(column, name=f"x{at}", roles=()) for at, column in enumerate(table.columns, 1))
    return replace(table, columns=columns)


def with_name_twice(table: Table) -> Table:
    """Call the feature as the target is called."""
    twice = table.target.name
    table = table.changed_at(table.target_at, lambda column: replace(column, name="", header=twice))
    return table.changed_at(table.feature_at, lambda column: replace(column, name="", header=twice))


def with_last_unnamed(table: Table) -> Table:
    """Take the last column's name away."""
    return table.changed_at(len(table.columns) - 1, lambda column: replace(column, name="", header=""))


def with_broken_names(table: Table) -> Table:
    """Break the target's and the feature's headers into lines."""

    def broken(column: Column) -> Column:
        return replace(column, name="", header=f"{column.name}\nas sold")

    return table.changed_at(table.target_at, broken).changed_at(table.feature_at, broken)


def as_float32(table: Table) -> Table:
    """Round all numbers to those of 32 bits."""

    def rounded(column: Column) -> Column:
        return number_column(column.name, [None if n is None else float(np.float32(n)) for n in column.numbers])

    return table.changed(rounded, lambda column: is_number(column) and not column.is_whole)


def with_words(words: Sequence[str], names: Sequence[str]) -> Change:
    """Call the columns and fill a column of texts in some language."""

    def translated(table: Table) -> Table:
        texts: list[Value] = [f"{words[row % len(words)]} {row // len(words) + 1}" for row in range(table.row_count)]
        spoken = table.added(text_column("place", [str(text) for text in texts]))
        called = iter(names)
        for position in (spoken.target_at, spoken.feature_at, len(spoken.columns) - 1):
            name = next(called)
            spoken = spoken.changed_at(position, lambda column, name=name: replace(column, name=name))
        return spoken

    return translated


def with_padding(table: Table) -> Table:
    """Put spaces around every cell and name."""

    def padded(column: Column) -> Column:
        texts = tuple(f" {text}  " if row % 2 else f"  {text} " for row, text in enumerate(column.texts))
        return replace(column, header=f" {column.head} ", texts=texts)

    return table.changed(padded, lambda _column: True)


def chained(*steps: Change) -> Change:
    """Return the change that does all ``steps`` in turn."""

    def changed(table: Table) -> Table:
        for step in steps:
            table = step(table)
        return table

    return changed
