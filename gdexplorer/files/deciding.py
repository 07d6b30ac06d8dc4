"""What each column of a table is and how it is read, decided from its cells and the user's choices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from gdexplorer.core.reading_choices import ColumnChoice, Kind, ReadingChoices
from gdexplorer.core.watching import Watch
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.dates import date_year_sql, is_date, year_sql
from gdexplorer.files.doors import shown
from gdexplorer.files.number_rules import (
    ALL_MARKS,
    ENOUGH,
    Finding,
    Marks,
    NumberRule,
    Shape,
    find_rule,
    is_number,
    take_apart,
)
from gdexplorer.files.relation import Relation
from gdexplorer.files.survey import Counts, Survey, quoted
from gdexplorer.files.words import TRUTHS

_MANY = 0.6  # share of numbers from which a text is asked about
_FEW_CELLS = 5  # of which every one has to be a number
_NUMBER_TYPE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BIGNUM|DECIMAL\(\d+,\d+\)")
_DATE_TYPE = re.compile(r"DATE|TIMESTAMP[\w ]*")
#: Money that those who write it in front of a number write with a decimal point.
_WITH_POINTS = frozenset({"USD", "GBP", "INR", "JPY", "AUD", "CAD", "NZD", "HKD", "SGD", "CNY", "KRW", "MXN"})


@dataclass(frozen=True)
class Plan:
    """How one column is read.

    Attributes:
        kind: Of its values.
        value: SQL for the number, DOUBLE; "" where it has none.
        absent: SQL for whether a cell is empty or a word for missing.
        rule: How its numbers are written; None where they are no texts.
        truth: The words for true and false, where it holds those.
        question: What cannot be known, as a sentence to follow the column's name; "" where it is sure.
        shapes: Of cells that are not written as computers write numbers.
        is_plain: Whether DuckDB can read its cells as numbers by itself.
        absent_count: How many cells are absent, of those that were looked at; None where nobody counted.
    """

    kind: Kind
    value: str
    absent: str
    rule: NumberRule | None = None
    truth: tuple[str, str] | None = None
    question: str = ""
    shapes: tuple[Shape, ...] = ()
    is_plain: bool = False
    absent_count: int | None = None


def decide(
    connection: duckdb.DuckDBPyConnection,
    cells: Relation,
    choices: ReadingChoices,
    separator: str,
    watch: Watch,
) -> list[Plan]:
    """Return how each column of ``cells`` is read.

    Args:
        connection: Knows the relation.
        cells: All of them, or the first.
        choices: Of the user, which come first.
        separator: Of the text, which tells where decimal commas are likely; "" for anything but a text.
        watch: Of this work.
    """
    survey = Survey(connection, cells, choices.missing_words, watch)
    return _Decider(survey, cells, choices, separator, watch).plans()


class _Decider:
    def __init__(self, survey: Survey, cells: Relation, choices: ReadingChoices, separator: str, watch: Watch) -> None:
        self._survey, self._cells = survey, cells
        self._choices, self._separator, self._watch = choices, separator, watch
        self._proofs: Counter[str] = Counter()

    def plans(self) -> list[Plan]:
        cells = self._cells
        texts = [position for position, name in enumerate(cells.types) if name == "VARCHAR"]
        counts = self._survey.counts(texts)
        plain = {position for position in texts if self._is_plain(counts[position], self._choices.column(position))}
        for position in plain:
            if counts[position].points > counts[position].thirds or counts[position].thirds_below_one:
                self._proofs["."] += counts[position].points
        shapes = self._survey.shapes([position for position in texts if position not in plain])
        findings: dict[int, Finding] = {}
        for position, written in shapes.items():
            stop_if(self._watch)
            found = self._find(written, counts[position], self._choices.column(position))
            if found is not None:
                findings[position] = found
                self._proofs += found.fractions
        return [
            self._counted(
                counts[position],
                self._text_plan(position, counts[position], shapes.get(position), findings.get(position)),
            )
            if position in counts
            else self._native_plan(position)
            for position in range(len(cells.types))
        ]

    @staticmethod
    def _counted(counts: Counts, plan: Plan) -> Plan:
        absent = counts.rows - counts.filled if plan.kind == "number" else counts.without
        return replace(plan, absent_count=absent)

    def _is_plain(self, counts: Counts, choice: ColumnChoice) -> bool:
        """Whether every cell is written as computers write numbers, and nobody wants it otherwise."""
        is_decided = choice.decimal is not None or choice.thousands is not None or choice.kind is not None
        wants_comma = self._choices.decimal == ","
        return counts.filled == counts.numbers and not (is_decided or wants_comma or _is_odd(counts, self._cells))

    def _find(self, shapes: Sequence[Shape], counts: Counts, choice: ColumnChoice) -> Finding | None:
        if choice.kind in ("text", "date"):
            return None
        marks = [
            each
            for each in ALL_MARKS
            if choice.decimal in (None, each.decimal) and choice.thousands in (None, each.thousands)
        ]
        marks = marks or [Marks(choice.decimal or ".", choice.thousands or "")]
        dates = sum(shape.count for shape in shapes if is_date(shape.example))
        if dates > 0.5 * counts.filled or not counts.filled:
            return None
        if choice.kind == "number":
            return find_rule(shapes, counts.filled, marks, enough=0.0)
        enough = 1.0 if counts.filled < _FEW_CELLS else ENOUGH
        found = find_rule(shapes, counts.filled, marks, enough=enough)
        return None if found is not None and _are_codes(shapes, counts) else found

    def _text_plan(self, position: int, counts: Counts, shapes: list[Shape] | None, found: Finding | None) -> Plan:
        choice, cell = self._choices.column(position), self._cells.cell(position)
        absent = self._survey.absent(position)
        if shapes is None:
            if counts.filled == 0:
                return Plan("text", "", self._survey.absent_text(position))
            return self._plain(position, counts, absent)
        if found is not None:
            return self._number(position, found, counts, shapes, absent)
        truth = _truth(shapes) if choice.kind in (None, "number") else None
        if truth is not None and counts.filled:
            yes, no = map(quoted, truth)
            value = f"CASE lower({cell}) WHEN {yes} THEN 1.0 WHEN {no} THEN 0.0 END"
            return Plan("number", f"CAST({value} AS DOUBLE)", absent, truth=truth, shapes=tuple(shapes))
        dates = [shape for shape in shapes if is_date(shape.example)]
        share = sum(shape.count for shape in dates) / max(1, counts.filled)
        if choice.kind == "number":
            formats = self._survey.formats(position, [shape.example for shape in dates])
            return Plan("number", year_sql(cell, formats), absent, shapes=tuple(shapes))
        is_date_column = choice.kind == "date" or (choice.kind is None and counts.filled and share >= ENOUGH)
        kind: Kind = "date" if is_date_column else "text"
        question = _half_numbers(shapes, counts) if kind == "text" and choice.kind is None else ""
        return Plan(kind, "", self._survey.absent_text(position), question=question, shapes=tuple(shapes[:3]))

    def _plain(self, position: int, counts: Counts, absent: str) -> Plan:
        cell = self._cells.cell(position)
        decimal = self._decimal() or ("," if self._separator == ";" else None)
        if decimal == "," and counts.thirds and counts.thirds == counts.points and not counts.thirds_below_one:
            # In a text with decimal commas, a point before three digits groups them.
            shapes = self._survey.shapes([position])[position]
            found = find_rule(shapes, counts.filled, [Marks(",", "."), Marks(".", "")])
            if found is not None:
                return self._number(position, found, counts, shapes, absent)
        value = self._unless_absent(position, f"TRY_CAST({cell} AS DOUBLE)")
        return Plan("number", value, absent, NumberRule(), is_plain=not self._choices.missing_words)

    def _unless_absent(self, position: int, value: str) -> str:
        """Return ``value``, but NULL for the words that the user calls missing."""
        if not self._choices.missing_words:
            return value
        return f"CASE WHEN {self._survey.absent(position)} THEN NULL ELSE {value} END"

    def _decimal(self) -> str | None:
        """Return the sign before fractions in this table, where anything tells it."""
        if self._choices.decimal is not None:
            return self._choices.decimal
        points, commas = self._proofs["."], self._proofs[","]
        return None if points == commas else ("." if points > commas else ",")

    def _number(self, position: int, found: Finding, counts: Counts, shapes: Sequence[Shape], absent: str) -> Plan:
        choice = self._choices.column(position)
        rule, question = found.rule, ""
        decimal = choice.decimal or self._decimal()
        if decimal is None and rule.prefixes and rule.unit in _WITH_POINTS:
            decimal = "."
        if found.others and choice.thousands is None and choice.decimal is None:
            likely = decimal or ("," if self._separator == ";" else None)
            agreeing = [each for each in (rule.marks, *found.others) if each.decimal == likely]
            if agreeing:
                groups = next((each for each in agreeing if each.thousands in (",", ".")), agreeing[0])
                rule = replace(rule, marks=groups if any(map(groups.groups, _cores(shapes))) else agreeing[0])
            if decimal is None:
                example = next((s.example for s in shapes if "," in s.example or "." in s.example), shapes[0].example)
                read = "groups thousands" if rule.marks.thousands else "comes before a fraction"
                sign = rule.marks.thousands or rule.marks.decimal
                question = f"has numbers such as {example}; “{sign}” {read} here. Is that right?"
        if not question and choice.decimal is None and choice.thousands is None and _is_mixed(counts, self._cells):
            question = "has numbers such as {odd} next to {usual}; all are read with a decimal point. Is that right?"
            odd = next((s.example for s in shapes if re.fullmatch(r".*\.\d{3}", s.example)), "")
            usual = next((s.example for s in shapes if re.fullmatch(r".*\.\d{1,2}", s.example)), "")
            question = question.format(odd=odd, usual=usual)
        if choice.unit is not None:
            rule = replace(rule, unit=choice.unit)
        value = self._unless_absent(position, rule.sql(self._cells.cell(position)))
        kept = tuple(shape for shape in shapes if not NumberRule().can_read(shape.example))
        is_plain = rule.is_plain and found.readable == counts.filled
        return Plan("number", value, absent, rule, None, question, kept, is_plain)

    def _native_plan(self, position: int) -> Plan:
        """Return the plan of a column that the file itself gives a type."""
        alias, name = self._cells.aliases[position], self._cells.types[position]
        choice = self._choices.column(position)
        absent = f"({alias} IS NULL)"
        numbers = [word for word in self._choices.missing_words if NumberRule().can_read(word)]
        if numbers and _NUMBER_TYPE.fullmatch(name):
            absent = f"({alias} IS NULL OR {alias} IN ({', '.join(numbers)}))"
        if name == "BOOLEAN":
            value = f"CAST({alias} AS DOUBLE)"
            return Plan(choice.kind or "number", value, absent, truth=("true", "false"), is_plain=True)
        if _NUMBER_TYPE.fullmatch(name):
            value = f"CAST({alias} AS DOUBLE)"
            value = f"CASE WHEN {absent} THEN NULL ELSE {value} END" if numbers else value
            return Plan(choice.kind or "number", value, absent, NumberRule(), is_plain=True)
        if _DATE_TYPE.fullmatch(name):
            value = date_year_sql(alias) if choice.kind == "number" else ""
            return Plan(choice.kind or "date", value, absent)
        return Plan("text", "", absent)


def _is_odd(counts: Counts, cells: Relation) -> bool:
    """Whether numbers that DuckDB reads may not be meant so."""
    return counts.zero_led > 0 or _is_mixed(counts, cells)


def _is_mixed(counts: Counts, cells: Relation) -> bool:
    """Whether 1.130 stands next to 44.7: three digits behind the point, a 0 the last, where others have fewer."""
    if cells.is_typed or counts.longer or counts.thirds_below_one or counts.thirds in (0, counts.points):
        return False
    return counts.thirds_rounded > 0


def _are_codes(shapes: Sequence[Shape], counts: Counts) -> bool:
    """Whether these are codes such as 01234, whose zeros count."""
    return counts.zero_led > 0 and all(re.fullmatch(r"[\d]+", shape.example) for shape in shapes)


def _half_numbers(shapes: Sequence[Shape], counts: Counts) -> str:
    """Return what to ask about a text that is a number in most cells; "" for others."""
    if counts.filled < _FEW_CELLS or counts.zero_led:
        return ""
    numbers = [shape for shape in shapes if is_number(shape.example)]
    others = [shape for shape in shapes if not is_number(shape.example)]
    if not others or sum(shape.count for shape in numbers) < _MANY * counts.filled:
        return ""
    examples = f"“{shown(numbers[0].example, 30)}” and “{shown(others[0].example, 30)}”"
    return f"holds numbers and other texts, such as {examples}, and is taken for text. Is that right?"


def _cores(shapes: Sequence[Shape]) -> list[str]:
    """Return the numbers in the examples of ``shapes``."""
    return [core for shape in shapes if (found := take_apart(shape)) is not None for core in found.cores]


def _truth(shapes: Sequence[Shape]) -> tuple[str, str] | None:
    words = {shape.example.lower() for shape in shapes}
    return next((pair for pair in TRUTHS if words and words <= set(pair)), None)
