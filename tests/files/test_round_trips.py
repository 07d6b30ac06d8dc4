"""Random tables, written in random dialects, read back equal."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.files.reading import open_table
from tests.files.changes import HARD_SPACE, NARROW_SPACE, Numerals
from tests.files.checking import faults
from tests.files.dialect import Dialect
from tests.files.habits import MARKS
from tests.files.tables import Column, Table, number_column, text_column
from tests.files.workbooks import OdsForm, XlsForm, XlsxForm
from tests.files.writing import Form, JsonForm, JsonLinesForm, ParquetForm, TextForm, records

NAMES = ("size", "price", "größe", "lot area", "n_rooms", "Ort", "x'", "a.b", "rate", "price (old)")
MISSING = ("", "NA", "N/A", "null", "NaN", "?")
ENCODINGS = (("utf-8", b""), ("utf-8", MARKS["utf-8"]), *((name, MARKS[name]) for name in ("utf-16-le", "utf-16-be")))
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéABCDEFG"
#: Whatever a text may hold that is hard on a reader: separators, quotes, line ends, signs of comments.
HARD = st.text(LETTERS + " ,;|\t\"'#\n()%$€.:-/\\", max_size=12)


@dataclass(frozen=True, repr=False)
class Written:
    """A table with the dialect it is written in."""

    table: Table
    dialect: Dialect

    def __repr__(self) -> str:
        return f"a {self.dialect.suffix} of {self.dialect.content(self.table)!r}"


@st.composite
def number_columns(draw: st.DrawFn, name: str, rows: int, gaps: bool) -> Column:
    """A column of numbers with one or two places, of both signs, some of them missing."""
    whole = draw(st.integers(0, 6))
    cents = st.integers(-(10**whole) * 100, 10**whole * 100)
    numbers: list[float | None] = [cent / 100 for cent in draw(st.lists(cents, min_size=rows, max_size=rows))]
    # Two values that tell what the sign before the fraction is, whatever the others are.
    numbers[0], numbers[1] = 0.5, 12.25
    if gaps:
        gone = draw(st.sets(st.integers(2, rows - 1), max_size=(rows - 2) // 2))
        numbers = [None if row in gone else number for row, number in enumerate(numbers)]
    return number_column(name, numbers)


@st.composite
def text_columns(draw: st.DrawFn, name: str, rows: int) -> Column:
    """A column of texts, each of which begins and ends with a letter and is no word for anything."""
    texts = draw(st.lists(HARD, min_size=rows, max_size=rows))
    return text_column(name, [f"qu{text}ux" for text in texts])


@st.composite
def tables(draw: st.DrawFn, hard: bool = True) -> Table:
    """Two to five columns, at least one of numbers, and four to thirty rows."""
    rows = draw(st.integers(4, 30))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
    kinds = draw(st.lists(st.sampled_from(["number", "number", "text"]), min_size=len(names), max_size=len(names)))
    kinds[draw(st.integers(0, len(names) - 1))] = "number"
    full = kinds.index("number")  # one column without gaps, since a row of nothing is no row
    columns = tuple(
        draw(number_columns(name, rows, gaps=at != full) if kind == "number" else text_columns(name, rows))
        for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
    )
    if not hard:
        columns = tuple(column if column.kind == "number" else _tamed(column) for column in columns)
    return Table("random", columns, full, full)


def _tamed(column: Column) -> Column:
    return text_column(column.name, ["".join(sign for sign in str(v) if sign in LETTERS) for v in column.values])


@st.composite
def text_dialects(draw: st.DrawFn) -> Written:
    """A random table in a random dialect of text in which nothing is ambiguous."""
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(st.sampled_from([".", ","]))
    thousands = draw(st.sampled_from(["", "", ".", ",", "'", HARD_SPACE, NARROW_SPACE]).filter(lambda t: t != decimal))
    quoting = draw(st.sampled_from(["minimal", "all", "texts"]))
    line_end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    encoding, mark = draw(st.sampled_from(ENCODINGS))
    form = TextForm(
        separator,
        quoting,
        line_end,
        ends=draw(st.booleans()),
        encoding=encoding,
        mark=mark,
        hint=f"sep={separator}" if draw(st.integers(0, 4)) == 0 else "",
    )
    missing = draw(st.sampled_from(MISSING))
    numerals = Numerals(decimal, thousands, 2)

    def spelled(column: Column) -> Column:
        return replace(column, texts=tuple(numerals.spell(n) if n is not None else missing for n in column.numbers))

    table = draw(tables()).changed(spelled, lambda column: column.kind == "number")
    return Written(table, Dialect("random", form))


def faults_of(written: Written) -> list[str]:
    """Write it, read it, and return what went wrong; what was done to the numbers may be noted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / written.dialect.file_name
        path.write_bytes(written.dialect.content(written.table))
        opened = open_table(str(path))
        dialect = replace(written.dialect, changes=(lambda table: table,))
        return faults(opened, written.table, dialect)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(text_dialects())
def test_text_tables(written: Written) -> None:
    assert faults_of(written) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(tables(hard=False), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_aligned_tables(table: Table, line_end: str, is_aligned: bool) -> None:
    table = table.changed(_named_in_one_word, lambda _column: True)
    form = TextForm(" ", line_end=line_end, is_aligned=is_aligned)
    assert faults_of(Written(table, Dialect("aligned", form, suffix=".txt"))) == []


def _named_in_one_word(column: Column) -> Column:
    texts = tuple(text or "NA" for text in column.texts)
    return replace(column, name=column.name.replace(" ", "_"), texts=texts)


FORMS: dict[str, Form] = {
    ".xlsx": XlsxForm(),
    ".ods": OdsForm(),
    ".xls": XlsForm(),
    ".json": JsonForm(records),
    ".jsonl": JsonLinesForm(),
    ".parquet": ParquetForm(lambda column: "DOUBLE" if column.kind == "number" else "VARCHAR"),
}


@pytest.mark.parametrize(("suffix", "form"), FORMS.items())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(table=tables(hard=False))
def test_other_tables(suffix: str, form: Form, table: Table) -> None:
    assert faults_of(Written(table, Dialect("random", form, suffix=suffix))) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=5, max_size=20),
    st.sampled_from([repr, "{:.17e}".format, "{:.17E}".format]),
)
def test_every_float_comes_back_to_its_last_bit(numbers: list[float], spell: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text("anchor,value\n" + "".join(f"{row}.5,{spell(n)}\n" for row, n in enumerate(numbers)))
        values = open_table(str(path)).dataset.column("value").values
    assert np.array_equal(values, np.array(numbers))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(text_dialects())
def test_the_decisions_that_the_report_tells_read_the_same_again(written: Written) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / written.dialect.file_name
        path.write_bytes(written.dialect.content(written.table))
        first = open_table(str(path))
        report = first.report
        decided = ReadingChoices(encoding=report.encoding, separator=report.separator, header_line=report.header_line)
        again = open_table(str(path), decided)
    assert repr(again.report.columns) == repr(report.columns)
    assert again.dataset.content_hash == first.dataset.content_hash


def _late(separator: str, texts: list[str], filler: int) -> str:
    """A table in which everything is quoted and only the last rows hold other separators."""
    rows = [["size", "remark"], ["0.50", "quux"], ["12.25", "quux"], *[["0.00", "quux"]] * filler]
    rows += [["0.00", text] for text in texts]
    return "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("texts", [["qu;ux", "qu\tux"], ["qu|ux", "qu,ux"], ["a;b", "a b", "a;b", "a;b"], ["a|:;b"]])
def test_other_separators_within_quoted_texts_separate_nothing(separator: str, texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(_late(separator, texts, 11))
        report = open_table(str(path)).report
    assert [(column.name, column.kind) for column in report.columns] == [("size", "number"), ("remark", "text")]
    assert report.rows == 13 + len(texts)
    assert report.questions == ()


def test_other_separators_and_apostrophes_within_quoted_texts_separate_nothing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(
            '"Ort"|"Preis"\n"qu|:;nj"|0.50\n"quux"|12.25\n"quux"|1\'076.09\n"quux"|-674.19\n"qul|hv"|-11\'396.29\n'
        )
        opened = open_table(str(path))
    assert opened.dataset.column("Preis").values.tolist() == [0.5, 12.25, 1076.09, -674.19, -11396.29]
