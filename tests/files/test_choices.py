"""Each decision of the user changes what is read, and nothing else."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from openpyxl import Workbook

from gdexplorer.core.errors import InputError
from gdexplorer.core.reading_choices import UNDECIDED, ColumnChoice, ReadingChoices
from gdexplorer.files import scanning
from gdexplorer.files.reading import OpenedTable, open_table

PLAIN = "size,price,town\n10,100,Oslo\n20,210,Bergen\n30,290,Oslo\n40,420,Lom\n50,480,Lom\n"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return _written(tmp_path, PLAIN)


def _written(folder: Path, text: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _open(path: Path, choices: ReadingChoices = UNDECIDED) -> OpenedTable:
    return open_table(str(path), choices)


def _column(position: int, choice: ColumnChoice, choices: ReadingChoices = UNDECIDED) -> ReadingChoices:
    return choices.with_column(position, choice)


def _names(table: OpenedTable) -> list[str]:
    return [column.name for column in table.dataset.columns]


def _values(table: OpenedTable, name: str) -> list[float]:
    return list(table.dataset.column(name).values)


# Where the table is -----------------------------------------------------------------------------------------


def test_no_line_of_names_makes_the_first_line_a_row(tmp_path: Path) -> None:
    path = _written(tmp_path, "2019,2020,2021\n1.5,2.5,3.5\n4.5,5.5,6.5\n7.5,8.5,9.5\n")
    table = _open(path, ReadingChoices(header_line=0))
    assert table.report.rows == 4
    assert table.report.header_line == 0
    assert _names(table) == ["x1", "x2", "x3"]
    assert _values(table, "x1") == [2019, 1.5, 4.5, 7.5]


def test_no_line_of_names_keeps_words_as_a_row_and_says_what_they_are(plain: Path) -> None:
    table = _open(plain, ReadingChoices(header_line=0))
    assert table.report.rows == 6
    assert [column.name for column in table.report.columns] == ["x1", "x2", "x3"]
    assert table.report.columns[0].missing == 1
    assert table.report.columns[0].unread == 1


@pytest.mark.parametrize("line", [1, 2, 3])
def test_any_line_may_be_the_names(tmp_path: Path, line: int) -> None:
    path = _written(tmp_path, "a,b\nc,d\ne,f\n1,2\n3,4\n5,6\n7,8\n")
    table = _open(path, ReadingChoices(header_line=line))
    assert _names(table) == [["a", "b"], ["c", "d"], ["e", "f"]][line - 1]
    assert table.report.rows == 4
    assert table.report.header_line == line


def test_names_below_the_first_numbers_begin_the_table_there(tmp_path: Path) -> None:
    path = _written(tmp_path, "1,2\n3,4\na,b\n5,6\n7,8\n9,10\n")
    table = _open(path, ReadingChoices(header_line=3))
    assert _names(table) == ["a", "b"]
    assert _values(table, "a") == [5, 7, 9]


def test_names_stay_where_they_are_if_rows_begin_later(plain: Path) -> None:
    assert _values(_open(plain, ReadingChoices(first_line=4)), "size") == [30, 40, 50]


def test_rows_begin_and_end_where_the_user_says(plain: Path) -> None:
    assert _values(_open(plain, ReadingChoices(last_line=4)), "size") == [10, 20, 30]
    table = _open(plain, ReadingChoices(header_line=1, first_line=3, last_line=5))
    assert _values(table, "size") == [20, 30, 40]
    assert _names(table) == ["size", "price"]
    assert table.report.rows == 3


def test_rows_that_were_left_out_by_choice_are_counted_and_noted(plain: Path) -> None:
    table = _open(plain, ReadingChoices(header_line=1, first_line=3, last_line=5))
    assert table.report.dropped == 2
    assert any("6" in note for note in table.report.notes)


def test_a_table_without_rows_by_choice_is_refused_in_a_sentence(plain: Path) -> None:
    for choices in (ReadingChoices(first_line=100), ReadingChoices(last_line=1)):
        with pytest.raises(InputError, match=r"table\.csv has a header but no rows below it"):
            _open(plain, choices)


# How the text is cut ----------------------------------------------------------------------------------------


def test_encoding_says_what_the_signs_are(tmp_path: Path) -> None:
    path = _written(tmp_path, "größe,preis\n1,2\n3,4\n", "cp1252")
    assert _names(_open(path)) == ["größe", "preis"]
    table = _open(path, ReadingChoices(encoding="cp850"))
    assert _names(table)[0] == "größe".encode("cp1252").decode("cp850")
    assert table.report.encoding == "cp850"


@pytest.mark.parametrize("encoding", ["no-such-thing", "hex", "rot13", "zlib", "undefined"])
def test_what_is_no_encoding_of_texts_is_refused_in_a_sentence(plain: Path, encoding: str) -> None:
    with pytest.raises(InputError, match="encoding"):
        _open(plain, ReadingChoices(encoding=encoding))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "ascii", "utf-8", "cp1252", "shift_jis"])
def test_a_text_in_another_encoding_is_refused_or_read(tmp_path: Path, encoding: str) -> None:
    path = _written(tmp_path, "größe,preis\n1,2\n3,4\n", "cp1250")
    if encoding == "cp1252":
        assert _values(_open(path, ReadingChoices(encoding=encoding)), "preis") == [2, 4]
    else:
        with pytest.raises(InputError, match=rf"is not a text in {encoding}.*; choose another encoding"):
            _open(path, ReadingChoices(encoding=encoding))


def test_separator_says_where_cells_end(tmp_path: Path) -> None:
    path = _written(tmp_path, "a;b\n1,5;2,5\n3,5;4,5\n5,5;6,5\n")
    assert _values(_open(path), "a") == [1.5, 3.5, 5.5]
    table = _open(path, ReadingChoices(separator=",", header_line=1))
    assert table.report.separator == ","
    assert len(table.report.columns) == 3
    for sign in ("\t", "|"):
        with pytest.raises(InputError):
            _open(path, ReadingChoices(separator=sign))


def test_spaces_may_separate(tmp_path: Path) -> None:
    path = _written(tmp_path, "a,b c,d\n1,2 3,4\n5,6 7,8\n9,1 2,3\n")
    table = _open(path, ReadingChoices(separator=" "))
    assert table.report.separator == " "
    assert _values(table, "a,b") == [1.2, 5.6, 9.1]


def test_sheet_says_which_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in {"first": ["ab", (1, 2), (3, 4)], "second": ["cd", (7, 8), (9, 10)]}.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(tuple(row))
    book.save(path)
    assert _names(_open(path)) == ["a", "b"]
    table = _open(path, ReadingChoices(sheet="second"))
    assert _names(table) == ["c", "d"]
    assert table.report.sheet == "second"


# How numbers are written ------------------------------------------------------------------------------------


def test_decimal_sign_of_the_file_and_of_one_column(tmp_path: Path) -> None:
    path = _written(tmp_path, "a;b\n1.130;2.130\n3.130;4.130\n5.250;6.250\n")
    assert _values(_open(path), "a") == [1130, 3130, 5250]  # as it is likely between semicolons, and asked about
    table = _open(path, ReadingChoices(decimal="."))
    assert _values(table, "a") == [1.13, 3.13, 5.25]
    assert _values(table, "b") == [2.13, 4.13, 6.25]
    table = _open(path, _column(1, ColumnChoice(decimal=",", thousands="."), ReadingChoices(decimal=".")))
    assert _values(table, "a") == [1.13, 3.13, 5.25]
    assert _values(table, "b") == [2130, 4130, 6250]
    assert table.report.columns[1].thousands == "."


def test_what_a_column_decides_goes_before_what_the_file_does(tmp_path: Path) -> None:
    path = _written(tmp_path, "a;b\n1.130;2.130\n3.130;4.130\n5.250;6.250\n")
    table = _open(path, _column(1, ColumnChoice(decimal="."), ReadingChoices(decimal=",")))
    assert _values(table, "a") == [1130, 3130, 5250]
    assert _values(table, "b") == [2.13, 4.13, 6.25]


@pytest.mark.parametrize(
    ("written", "choice"),
    [
        ("1,234", ColumnChoice(thousands=",")),
        ("1.234", ColumnChoice(thousands=".")),
        ("1 234", ColumnChoice(thousands=" ")),
        ("1'234", ColumnChoice(thousands="'")),
    ],
)
def test_thousands_of_one_column(tmp_path: Path, written: str, choice: ColumnChoice) -> None:
    path = _written(tmp_path, f"a;b\n{written};1\n{written};2\n{written};3\n7;4\n")
    table = _open(path, _column(0, choice))
    assert _values(table, "a") == [1234, 1234, 1234, 7]
    assert not table.report.columns[0].question


def test_no_thousands_makes_a_comma_a_decimal_sign(tmp_path: Path) -> None:
    path = _written(tmp_path, "a;b\n1,234;1\n2,345;2\n3,456;3\n")
    table = _open(path, _column(0, ColumnChoice(decimal=",", thousands="")))
    assert _values(table, "a") == [1.234, 2.345, 3.456]


def test_an_answer_takes_the_question_away(tmp_path: Path) -> None:
    path = _written(tmp_path, "a,b\n1.130,1\n44.7,2\n3.5,3\n2.250,4\n1.1,5\n")
    asked = _open(path)
    assert asked.report.columns[0].question
    for choice in (ColumnChoice(decimal="."), ColumnChoice(thousands="")):
        answered = _open(path, _column(0, choice))
        assert not answered.report.columns[0].question
        assert not answered.report.questions
        assert _values(answered, "a") == [1.13, 44.7, 3.5, 2.25, 1.1]


def test_words_for_missing_are_missing_in_all_columns(tmp_path: Path) -> None:
    path = _written(tmp_path, "a,b,c\n1,-999,x\n2,5,gone\n-999,6,y\ngone,7,z\n5,8,u\n6,9,v\n")
    table = _open(path, ReadingChoices(missing_words=("-999", "gone")))
    assert np.isnan(table.dataset.column("a").values).tolist() == [False, False, True, True, False, False]
    assert np.isnan(table.dataset.column("b").values).tolist() == [True, False, False, False, False, False]
    assert [column.missing for column in table.report.columns] == [2, 1, 1]
    assert [column.unread for column in table.report.columns] == [0, 0, 0]


def test_words_for_missing_are_missing_in_converted_columns_too(tmp_path: Path) -> None:
    path = _written(tmp_path, "a;b\n1,5 €;1\n-999 €;2\n2,5 €;3\n3,5 €;4\n")
    table = _open(path, ReadingChoices(missing_words=("-999 €",)))
    assert np.isnan(table.dataset.column("a").values).tolist() == [False, True, False, False]


def test_words_for_missing_hold_in_files_that_have_types_too(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM (VALUES (1, -999.0), (2, 5.0), (3, 6.0)) t(a, b)) TO '{path}'")
    table = _open(path, ReadingChoices(missing_words=("-999",)))
    assert np.isnan(table.dataset.column("b").values).tolist() == [True, False, False]
    assert table.report.columns[1].missing == 1


# Columns ----------------------------------------------------------------------------------------------------


def test_text_takes_a_column_out_of_the_numbers(plain: Path) -> None:
    table = _open(plain, _column(0, ColumnChoice(kind="text")))
    assert _names(table) == ["price"]
    assert [column.kind for column in table.report.columns] == ["text", "number", "text"]


def test_date_takes_a_column_out_of_the_numbers(plain: Path) -> None:
    table = _open(plain, _column(0, ColumnChoice(kind="date")))
    assert _names(table) == ["price"]
    assert table.report.columns[0].kind == "date"


def test_number_keeps_what_can_be_read_of_a_column_of_texts(tmp_path: Path) -> None:
    path = _written(tmp_path, "a,b\n1,one\n2,two\n3,3\n4,four\n5,five\n")
    table = _open(path, _column(1, ColumnChoice(kind="number")))
    assert np.isnan(table.dataset.column("b").values).tolist() == [True, True, False, True, True]
    assert table.report.columns[1].unread == 4


def test_number_makes_codes_numbers(tmp_path: Path) -> None:
    path = _written(tmp_path, "a,b\n1,01234\n2,01235\n3,02236\n4,09237\n")
    assert _names(_open(path)) == ["a"]
    assert _values(_open(path, _column(1, ColumnChoice(kind="number"))), "b") == [1234, 1235, 2236, 9237]


@pytest.mark.parametrize(
    "form",
    [
        *("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y", "%Y-%m-%dT%H:%M:%S", "%d-%b-%y"),
        *("%d.%m.%y", "%m/%d/%y", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.000", "%d %B %Y"),
    ],
)
def test_number_on_a_column_of_dates_gives_years_with_a_fraction(tmp_path: Path, form: str) -> None:
    days = [datetime.date(2020, 1, 1), datetime.date(2021, 7, 2), datetime.date(2022, 12, 31)]
    lines = [f'{number},"{day.strftime(form)}"' for number, day in enumerate(days)]
    path = _written(tmp_path, "\n".join(["a,when", *lines, ""]))
    assert _names(_open(path)) == ["a"]
    table = _open(path, _column(1, ColumnChoice(kind="number")))
    assert _names(table) == ["a", "when"]
    assert _values(table, "when") == pytest.approx([2020, 2021 + 182 / 365, 2022 + 364 / 365])
    assert table.report.columns[1].missing == 0


def test_number_on_dates_with_a_type_gives_years_too(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT * FROM (VALUES (1, DATE '2020-01-01'), (2, DATE '2021-07-02'), (3, NULL)) t(a, b)) "
            f"TO '{path}'"
        )
    assert _names(_open(path)) == ["a"]
    table = _open(path, _column(1, ColumnChoice(kind="number")))
    assert _values(table, "b")[:2] == pytest.approx([2020, 2021 + 182 / 365])
    assert table.report.columns[1].missing == 1


@pytest.mark.parametrize("kind", ["text", "date"])
def test_columns_that_have_a_type_can_be_taken_out_too(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "table.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM (VALUES (1, 2, true), (2, 3, false)) t(a, b, c)) TO '{path}'")
    choices = _column(0, ColumnChoice(kind=kind), _column(2, ColumnChoice(kind=kind)))  # type: ignore[arg-type]
    assert _names(_open(path, choices)) == ["b"]


def test_unit_and_role_are_the_users(plain: Path) -> None:
    table = _open(plain, _column(0, ColumnChoice(unit="m²", is_quantity=False)))
    assert table.dataset.column("size").unit == "m²"
    assert not table.dataset.column("size").is_quantity
    assert table.report.columns[0].unit == "m²"
    path = _written(plain.parent, "id,size (ft)\n1,10\n2,20\n3,50\n", name="ids.csv")
    table = _open(path, _column(0, ColumnChoice(is_quantity=True), _column(1, ColumnChoice(unit=""))))
    assert table.dataset.column("id").is_quantity
    assert table.dataset.columns[1].unit == ""


def test_the_report_agrees_that_a_code_is_a_quantity_now(plain: Path) -> None:
    path = _written(plain.parent, "id,size\n1,10\n2,20\n3,50\n", name="ids.csv")
    assert any("not offered" in note for note in _open(path).report.notes)
    table = _open(path, _column(0, ColumnChoice(is_quantity=True)))
    assert not any("not offered" in note for note in table.report.notes)


# In large files, which DuckDB reads by itself ---------------------------------------------------------------


@pytest.fixture
def regular(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scanning, "_LARGE_BYTES", 1)
    lines = [f"{n},{n}.5,2020-01-{1 + n % 28:02},{'gone' if n % 1000 == 999 else n % 7}" for n in range(1, 6001)]
    return _written(tmp_path, "\n".join(["a,b,when,c", *lines, ""]))


def test_choices_hold_in_large_files(regular: Path) -> None:
    choices = ReadingChoices(missing_words=("gone", "7"))
    choices = _column(2, ColumnChoice(kind="number"), _column(1, ColumnChoice(kind="text"), choices))
    table = _open(regular, choices)
    assert _names(table) == ["a", "when", "c"]
    assert np.flatnonzero(np.isnan(table.dataset.column("a").values)).tolist() == [6]
    assert int(np.isnan(table.dataset.column("c").values).sum()) == 6
    assert table.report.columns[3].unread == 0
    assert _values(table, "when")[0] == pytest.approx(2020 + 1 / 366)


def test_lines_chosen_hold_in_large_files(regular: Path) -> None:
    assert _open(regular, ReadingChoices(header_line=0)).report.rows == 6001
    assert _open(regular, ReadingChoices(first_line=1001)).report.rows == 5001
    assert _open(regular, ReadingChoices(last_line=1000)).report.rows == 999
    assert _values(_open(regular, ReadingChoices(header_line=1, first_line=3)), "a")[0] == 2


def test_a_choice_of_nothing_reads_the_same(regular: Path) -> None:
    one, other = _open(regular), _open(regular, replace(ReadingChoices(), encoding="utf-8", separator=","))
    assert _names(one) == _names(other)
    for name in _names(one):
        assert np.array_equal(one.dataset.column(name).values, other.dataset.column(name).values, equal_nan=True)


def test_names_below_the_first_row_chosen_leave_nothing_above_them(plain: Path) -> None:
    assert _values(_open(plain, ReadingChoices(header_line=3, first_line=2)), "20") == [30, 40, 50]
