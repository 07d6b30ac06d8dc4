"""What a reader cannot know it asks, and a decision settles it; what it cannot read it shows, with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gdexplorer.core.reading_choices import UNDECIDED, ColumnChoice, ReadingChoices
from gdexplorer.files.reading import OpenedTable, open_table
from tests.files.changes import Change, Numerals, target_spelled
from tests.files.tables import NICKNAMES, Table, number_column, source_table
from tests.files.writing import TextForm

SEMICOLONS = TextForm(";")


def two_columns(table: Table) -> Table:
    """Keep the feature, in whole numbers, and the target, from 1000 to 9999: nothing else tells how numbers look."""
    sizes = number_column("size", [float(round(number or 0)) for number in table.feature.numbers])
    prices = number_column("price", [1000.0 + (row * 3571) % 8999 for row in range(table.row_count)])
    return replace(table, columns=(sizes, prices), feature_at=0, target_at=1)


def one_column(table: Table) -> Table:
    return replace(two_columns(table), columns=two_columns(table).columns[1:], feature_at=0, target_at=0)


def some_with_a_fraction(table: Table) -> Table:
    """Write ``1.130`` beside ``44.7``: the point groups digits there and begins a fraction here."""
    grouped = Numerals(",", ".")
    texts = [grouped.spell(number) for number in table.target.numbers]
    texts[1::3] = [f"{(row * 7) % 90 + 10}.{row % 9 + 1}" for row in range(len(texts[1::3]))]
    return table.changed_at(table.target_at, lambda column: replace(column, texts=tuple(texts)))


AMBIGUOUS: dict[str, tuple[Change, Change]] = {
    "1,234": (two_columns, target_spelled(Numerals(thousands=","))),
    "1,234 alone": (one_column, target_spelled(Numerals(thousands=","))),
    "1.234": (two_columns, target_spelled(Numerals(thousands="."))),
    "1.130 and 44.7": (two_columns, some_with_a_fraction),
}


def written(tmp_path: Path, table: Table, form: TextForm = SEMICOLONS) -> str:
    path = tmp_path / "homes.csv"
    path.write_bytes(form.write(table))
    return str(path)


def asked(opened: OpenedTable, name: str) -> bool:
    return any(name in question for question in opened.report.questions)


@pytest.mark.parametrize("nickname", NICKNAMES)
@pytest.mark.parametrize(("narrow", "spell"), AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_numbers_mean_is_asked_where_they_do_not_say(
    narrow: Change, spell: Change, nickname: str, tmp_path: Path
) -> None:
    table = spell(narrow(source_table(nickname)))
    opened = open_table(written(tmp_path, table))
    report = opened.report
    assert report.rows == table.row_count
    assert report.questions
    assert not asked(opened, "size")
    if len(table.columns) > 1:  # alone, the comma may separate columns as well
        assert asked(opened, "price")
        assert report.columns[table.target_at].question
    assert [note for note in report.as_json()["notes"] if note in report.questions] == list(report.questions)
    assert all(question.isprintable() for question in report.questions)


@pytest.mark.parametrize("nickname", NICKNAMES)
@pytest.mark.parametrize("sign", [",", "."])
@pytest.mark.parametrize("is_group", [True, False])
def test_a_decision_settles_it(nickname: str, sign: str, is_group: bool, tmp_path: Path) -> None:
    table = target_spelled(Numerals(thousands=sign))(two_columns(source_table(nickname)))
    other = "," if sign == "." else "."
    choice = ColumnChoice(decimal=other, thousands=sign) if is_group else ColumnChoice(decimal=sign, thousands="")
    opened = open_table(written(tmp_path, table), UNDECIDED.with_column(1, choice))
    meant = np.array(table.target.numbers, dtype=float) / (1 if is_group else 1000)
    assert np.array_equal(opened.dataset.column("price").values, meant)
    assert opened.report.questions == ()


@pytest.mark.parametrize("nickname", NICKNAMES)
def test_a_decision_on_the_file_settles_all_its_columns(nickname: str, tmp_path: Path) -> None:
    table = target_spelled(Numerals(thousands="."))(two_columns(source_table(nickname)))
    opened = open_table(written(tmp_path, table), ReadingChoices(decimal=","))
    assert opened.dataset.column("price").values.tolist() == list(table.target.numbers)
    assert opened.report.questions == ()


ODD = "broken"
PLACES = {
    "plainly": ("size,price\n", 2),
    "below a title": ("Homes\nin May\n\nsize,price\n", 5),
    "below broken names": ('"size\nof it",price\n', 3),
    "after a hint": ("sep=,\nsize,price\n", 3),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("head", "first"), PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("row", [0, 57, 99])
def test_a_cell_that_is_no_number_is_shown_with_its_line(
    head: str, first: int, row: int, line_end: str, tmp_path: Path
) -> None:
    rows = [f"{50 + at},{1000.5 + at}" for at in range(100)]
    rows[row] = f"{50 + row},{ODD}"
    path = tmp_path / "homes.csv"
    path.write_bytes((head + "\n".join(rows) + "\n").replace("\n", line_end).encode())
    report = open_table(str(path)).report
    price = report.columns[1]
    assert (report.rows, price.kind, price.missing, price.unread) == (100, "number", 1, 1)
    assert any(ODD in note and f"line {first + row}" in note for note in report.as_json()["notes"])
    assert (first + row, ODD) in [(example.line, example.text) for example in price.examples]


def test_lines_are_counted_through_quoted_line_ends(tmp_path: Path) -> None:
    rows = [f'"a\nb {at}",{at}.5' for at in range(50)]
    rows[40] = f'"c",{ODD}'
    path = tmp_path / "homes.csv"
    path.write_text("remark,price\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = open_table(str(path)).report
    assert any(ODD in note and "line 82" in note for note in report.as_json()["notes"])


def test_a_late_cell_that_is_no_number_is_shown_with_its_line(tmp_path: Path) -> None:
    rows = [f"{at % 90},{at}.5" for at in range(30_000)]
    rows[29_000] = f"7,{ODD}"
    path = tmp_path / "homes.csv"
    path.write_text("size,price\n" + "\n".join(rows) + "\n", encoding="utf-8")
    opened = open_table(str(path))
    assert [column.kind for column in opened.report.columns] == ["number", "number"]
    assert opened.dataset.column("price").missing_count == 1
    assert any(ODD in note and "29,002" in note for note in opened.report.as_json()["notes"])


def test_a_late_decimal_comma_is_not_lost(tmp_path: Path) -> None:
    rows = [f"{at};{at}" for at in range(30_000)]
    rows[29_000:] = [f"{at};{at},5" for at in range(29_000, 30_000)]
    path = tmp_path / "homes.csv"
    path.write_text("size;price\n" + "\n".join(rows) + "\n", encoding="utf-8")
    opened = open_table(str(path))
    values = opened.dataset.column("price").values
    assert values[:29_000].tolist() == list(range(29_000))
    assert values[29_000:].tolist() == [at + 0.5 for at in range(29_000, 30_000)] or opened.report.questions


def test_money_of_another_kind_is_no_such_number_and_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("size,price\n" + "".join(f"{n},${n}000\n" for n in range(1, 12)) + "12,€9000\n", encoding="utf-8")
    opened = open_table(str(path))
    price = opened.dataset.column("price")
    assert price.unit == "USD"
    assert np.isnan(price.values).tolist() == [False] * 11 + [True]
    assert asked(opened, "“€9000” (line 13)")


def test_a_number_too_large_is_shown_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("size,price\n1,2\n2,1e400\n" + "".join(f"{n},{n}\n" for n in range(3, 12)), encoding="utf-8")
    assert asked(open_table(str(path)), "“1e400” (line 3)")


def test_a_text_that_is_mostly_numbers_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "".join(f"{row},{row if row % 4 else 'none of these'}\n" for row in range(40)))
    report = open_table(str(path)).report
    assert [column.kind for column in report.columns] == ["number", "text"]
    assert report.questions == (
        "“b” holds numbers and other texts, such as “10” and “none of these”, and is taken for text. Is that right?",
    )


def test_columns_with_the_same_question_are_asked_about_at_once(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "a;b;c\n" + "".join(f"{row % 9 + 1}.{row:03};{row % 7 + 1}.{row:03};{row}\n" for row in range(100, 140))
    )
    report = open_table(str(path)).report
    (question,) = report.questions
    assert question.startswith("“a”, “b” have numbers such as")
    assert all(column.question.startswith("has numbers such as") for column in report.columns[:2])
    assert [column.thousands for column in report.columns] == [".", ".", ""]
