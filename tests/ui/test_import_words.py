from __future__ import annotations

from dataclasses import replace

import pytest

from gdexplorer.core.table_report import ColumnReport
from gdexplorer.ui import import_words as words
from tests.ui.reports import flats, workbook


def test_the_facts_of_a_text_table():
    assert words.facts(flats()) == "40 rows · 4 columns, 2 of numbers · Windows-1252 · semicolons · 2 lines left out"


def test_the_facts_of_a_sheet_and_of_a_sample():
    report = replace(workbook(), dropped=1, sampled=10)
    assert words.facts(report) == (
        "40 rows, a sample of 10 in use · 4 columns, 2 of numbers · sheet “Prices” · 1 row left out"
    )


def test_the_facts_of_one_column():
    report = replace(flats(), rows=1, columns=flats().columns[:1], encoding="", separator="", dropped=0)
    assert words.facts(report) == "1 row · 1 column"


@pytest.mark.parametrize(
    ("column", "kind", "missing", "sentence"),
    [
        (ColumnReport("a", "number", "m²", 0), "number · m²", "none missing", "All 9 rows have a value."),
        (
            ColumnReport("a", "number", "", 3, unread=2, role="code"),
            "number · code",
            "3 missing, 2 unread",
            "3 of 9 rows have no value; of these, 2 could not be read.",
        ),
        (ColumnReport("a", "text", "", 1), "text", "1 missing", "1 of 9 rows has no value."),
    ],
)
def test_a_column_in_words(column, kind, missing, sentence):
    assert words.kind_line(column) == kind
    assert words.missing_line(column) == missing
    assert words.missing_sentence(column, 9) == sentence


def test_a_column_is_described_whole():
    assert words.described(flats().columns[1]).splitlines() == [
        "price",
        "number · k€; 2 missing, 1 unread",
        "from 1.13 to 987 k€",
        "The unit “k€” was taken from the header.",
        flats().questions[0],
    ]


@pytest.mark.parametrize("name", ["latin-1", "latin1", "ISO-8859-1", "iso8859-1"])
def test_an_encoding_of_many_names_has_one(name):
    assert words.encoding_key(name) == "iso8859-1"
    assert words.encoding_title(name) == "Latin-1"


def test_an_unknown_encoding_keeps_its_name():
    assert words.encoding_title("no such") == "no such"


def test_every_encoding_on_offer_is_one_of_pythons_by_its_own_name():
    assert [words.encoding_key(name) for name in words.ENCODINGS] == list(words.ENCODINGS)


def test_an_excerpt_is_one_short_line():
    assert words.excerpt(("a\nb", "", " c ")) == "a b, c"
    assert len(words.excerpt(("x" * 99,))) == 44


@pytest.mark.parametrize("question", ["Is “a” a code?", "has numbers such as 1.130. Is that right?"])
def test_a_question_on_a_column_names_it_and_is_found_again(question):
    column = ColumnReport("a", "number", "", 0, question=question)
    report = replace(flats(), columns=(*flats().columns, column))
    assert "“a”" in words.asked(column)
    assert words.asked_about(words.asked(column), report) == 4
    assert words.asked_about(question, report) == 4
    assert words.asked_about("Which sheet is meant?", report) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", ""), ("a comma is read", "A comma is read."), ("It is.", "It is."), ("Is it?", "Is it?")],
)
def test_a_fragment_becomes_a_sentence(text, sentence):
    assert words.as_sentence(text) == sentence
