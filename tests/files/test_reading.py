import contextlib
import csv
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdexplorer.core.errors import InputError
from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.files.cancelling import ReadCancelledError
from gdexplorer.files.reading import OpenedTable, open_table
from gdexplorer.files.resources import resource

PAST_THE_SAMPLE = 30_000  # DuckDB looks at the first 20,480 rows to decide on types
ABSENT = math.nan


class Patience:
    """A watch that is given up when it has been asked once too often."""

    def __init__(self, questions: int) -> None:
        self.left = questions

    def is_cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0

    def during(self, _interrupt, _share):
        return contextlib.nullcontext()


@pytest.fixture
def write(tmp_path):
    def write(content: str | bytes, name: str = "table.csv") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def write_parquet(path: Path, select: str, parameters: dict[str, object] | None = None) -> str:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE written AS {select}", parameters or {})
        connection.execute(f"COPY written TO '{path}' (FORMAT parquet)")
    return str(path)


def values(opened: OpenedTable, name: str) -> list[float]:
    return opened.dataset.column(name).values.tolist()


def same(found: list[float], expected: list[float]) -> bool:
    return np.array_equal(np.array(found), np.array(expected), equal_nan=True)


def kinds(opened: OpenedTable) -> dict[str, str]:
    return {column.name: column.kind for column in opened.report.columns}


def missing(opened: OpenedTable) -> dict[str, int]:
    return {column.name: column.missing for column in opened.report.columns}


def refusal(source: str, *, named: str | None = None) -> str:
    """The sentence with which ``source`` is refused: one line that names the file."""
    with pytest.raises(InputError) as caught:
        open_table(source)
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 400
    assert (Path(source).name if named is None else named) in sentence
    return sentence


class TestWhatAFileBecomes:
    def test_numbers_become_columns_and_the_rest_is_reported(self, write):
        opened = open_table(write("size,city,sold,price\n70,Rome,2020-05-01,1.5\n80,,2020-05-02,\n90,Bari,,3\n"))
        assert opened.dataset.column_names == ("size", "price")
        assert values(opened, "size") == [70, 80, 90]
        assert same(values(opened, "price"), [1.5, ABSENT, 3])
        assert opened.report.as_json() == {
            "rows": 3,
            "columns": [
                {"name": "size", "kind": "number", "unit": "", "missing": 0},
                {"name": "city", "kind": "text", "unit": "", "missing": 1},
                {"name": "sold", "kind": "date", "unit": "", "missing": 1},
                {"name": "price", "kind": "number", "unit": "", "missing": 1},
            ],
            "dropped": 0,
            "notes": [],
        }

    def test_it_is_called_as_the_file_and_opens_again_from_anywhere(self, write, monkeypatch, tmp_path):
        write("a\n1\n", "my flat.v2.csv")
        monkeypatch.chdir(tmp_path)
        dataset = open_table("my flat.v2.csv").dataset
        assert dataset.title == "my flat.v2"
        assert dataset.source == str(tmp_path / "my flat.v2.csv")
        assert dataset.row_noun == "rows"
        assert (dataset.suggested_target, dataset.suggested_terms) == (None, ())

    @pytest.mark.parametrize("name", ["t.csv", "t.CSV", "t.txt", "t.tsv", "t.data"])
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_text_tables_have_any_usual_separator_and_suffix(self, write, name, separator):
        opened = open_table(write("a,b\n1,2.5\n3,4.5\n".replace(",", separator), name))
        assert opened.dataset.column_names == ("a", "b")
        assert values(opened, "b") == [2.5, 4.5]

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_byte_order_mark_and_line_ends_do_not_matter(self, write, end):
        opened = open_table(write(b"\xef\xbb\xbf" + f"größe,b{end}1,2{end}".encode()))
        assert opened.dataset.column_names == ("größe", "b")

    def test_one_row_and_one_column_are_enough(self, write):
        assert values(open_table(write("a\n7\n")), "a") == [7]

    def test_a_title_above_the_table_is_skipped_and_said(self, write):
        opened = open_table(write("Sales\nin May\na,b,c\n1,2,3\n4,5,6\n"))
        assert opened.dataset.column_names == ("a", "b", "c")
        assert opened.report.notes == ("Lines above the table that were skipped: 2, such as “Sales” (line 1).",)

    def test_a_table_without_names_says_what_it_calls_them(self, write):
        opened = open_table(write("1,2\n3,4\n"))
        assert opened.dataset.column_names == ("x1", "x2")
        assert opened.report.notes == ("No line holds names, so the columns are called x1 and so on.",)

    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_rows_keep_the_order_of_the_file(self, tmp_path, kind):
        path = tmp_path / f"long.{kind}"
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"COPY (SELECT range AS row, 1 / (1 + range) AS x FROM range(400_000)) TO '{path}'")
        assert np.array_equal(open_table(str(path)).dataset.column("row").values, np.arange(400_000))

    def test_the_reader_can_be_called_off_between_its_steps(self, write):
        source = write("a\n1\n")
        for patience in range(2):
            with pytest.raises(ReadCancelledError):
                open_table(source, watch=Patience(patience))


class TestNumbers:
    def test_words_for_no_number_count_as_missing(self, write):
        opened = open_table(write("a,b,c\n1,-Infinity,NA\n2,NaN,5\n3,inf,N/A\n4,nan,null\n5,+inf,\n6,1.5,7\n7,2,7\n"))
        assert same(values(opened, "b"), [ABSENT] * 5 + [1.5, 2])
        assert same(values(opened, "c"), [ABSENT, 5, ABSENT, ABSENT, ABSENT, 7, 7])
        assert missing(opened) == {"a": 0, "b": 5, "c": 4}
        assert opened.report.notes == (
            "In “b”, “-Infinity” (line 2), “NaN” (line 3), “inf” (line 4) counts as missing.",
            "In “c”, “NA” (line 2), “N/A” (line 4), “null” (line 5) counts as missing.",
        )

    def test_true_and_false_become_one_and_zero(self, write):
        opened = open_table(write("a,garden\n1,true\n2,false\n3,\n"))
        assert same(values(opened, "garden"), [1, 0, ABSENT])
        assert opened.report.notes == ("“garden”: true and false are read as 1 and 0, such as “true” (line 2).",)

    def test_a_leading_zero_makes_a_code_of_a_number(self, write):
        assert kinds(open_table(write("zip,a\n01234,1\n22345,2\n"))) == {"zip": "text", "a": "number"}

    def test_whole_numbers_may_be_padded(self, write):
        opened = open_table(write("a , b\n 1 , 2\n3 , 4\n"))
        assert (values(opened, "a"), values(opened, "b")) == ([1, 3], [2, 4])

    def test_whole_numbers_may_be_longer_than_any_integer_type(self, write):
        opened = open_table(write("a\n123456789012345678901234\n9007199254740993\n" + "9" * 60 + "\n"))
        assert values(opened, "a") == [123456789012345678901234.0, 2.0**53, float("9" * 60)]

    @pytest.mark.parametrize(("late", "read"), [("2.5", 2.5), ("nan", ABSENT), ("NA", ABSENT), ("1e3", 1000)])
    def test_a_late_fraction_is_not_rounded_and_a_late_nan_does_no_harm(self, write, late, read):
        opened = open_table(write("a,b\n" + "1,2\n" * PAST_THE_SAMPLE + f"1,{late}\n"))
        assert same(values(opened, "b")[-2:], [2, read])

    def test_a_late_word_counts_as_missing_and_is_asked_about(self, write):
        opened = open_table(write("a,b\n" + "1,2\n" * PAST_THE_SAMPLE + "1,some\n" + "1,2\n" * 10))
        assert missing(opened) == {"a": 0, "b": 1}
        assert opened.report.rows == PAST_THE_SAMPLE + 11
        assert opened.report.questions == (
            "“b” has a cell that cannot be read like the others and counts as missing: “some” (line 30,002). "
            "Is that right?",
        )

    def test_parquet_types_become_numbers_dates_or_text(self, tmp_path):
        select = """SELECT * FROM (VALUES
            (1.5::DECIMAL(18, 3), 9007199254740991, 200::UTINYINT, true, 0.1::FLOAT, 'nan'::DOUBLE,
             DATE '2020-01-01', TIMESTAMPTZ '2020-01-01', TIME '10:00', [1, 2], {'x': 1}, 'w', NULL::DOUBLE),
            (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
            AS t(amount, whole, small, flag, single, bad, day, moment, clock, list, record, word, none)"""
        opened = open_table(write_parquet(tmp_path / "types.parquet", select))
        numbers = {
            "amount": 1.5,
            "whole": 2.0**53 - 1,
            "small": 200,
            "flag": 1,
            "single": float(np.float32(0.1)),
        }
        for name, value in numbers.items():
            assert same(values(opened, name), [value, ABSENT])
        assert same(values(opened, "bad") + values(opened, "none"), [ABSENT] * 4)
        assert set(opened.dataset.column_names) == {*numbers, "bad", "none"}
        kind = kinds(opened)
        assert [name for name in kind if kind[name] == "date"] == ["day", "moment"]
        assert [name for name in kind if kind[name] == "text"] == ["clock", "list", "record", "word"]
        assert missing(opened) == dict.fromkeys(kind, 1) | {"bad": 2, "none": 2}

    def test_a_decimal_is_the_nearest_double(self, tmp_path):
        texts = ["0.1", "0.3", "123456.789", "-7.123", "99999999999.999"]
        rows = ", ".join(f"({text}::DECIMAL(18, 3))" for text in texts)
        opened = open_table(write_parquet(tmp_path / "d.parquet", f"SELECT * FROM (VALUES {rows}) AS t(d)"))
        assert values(opened, "d") == [float(text) for text in texts]


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[float, ...]]:
    """Rows of any floats, one of them finite: a column without any number is one of text."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.tuples(*[st.floats()] * width), max_size=30))
    finite = draw(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * width))
    rows.insert(draw(st.integers(0, len(rows))), finite)
    return rows


class TestRoundTrip:
    @settings(deadline=None)
    @given(tables())
    def test_csv(self, rows):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "random.csv"
            with path.open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([f"x{index}" for index in range(len(rows[0]))])
                writer.writerows([repr(value) for value in row] for row in rows)
            assert_read_back(path, rows)

    @settings(deadline=None)
    @given(tables())
    def test_parquet(self, rows):
        with tempfile.TemporaryDirectory() as folder:
            lists = {f"x{index}": list(column) for index, column in enumerate(zip(*rows, strict=True))}
            select = ", ".join(f"unnest(${name}::DOUBLE[]) AS {name}" for name in lists)
            path = Path(write_parquet(Path(folder) / "random.parquet", f"SELECT {select}", lists))
            assert_read_back(path, rows)


def assert_read_back(path: Path, rows: list[tuple[float, ...]]) -> None:
    opened = open_table(str(path))
    expected = np.array(rows)
    expected[~np.isfinite(expected)] = np.nan
    assert opened.dataset.column_names == tuple(f"x{index}" for index in range(expected.shape[1]))
    found = np.stack([column.values for column in opened.dataset.columns], axis=1)
    assert np.array_equal(found, expected, equal_nan=True)
    assert [column.missing for column in opened.report.columns] == np.isnan(expected).sum(axis=0).tolist()


class TestNames:
    @pytest.mark.parametrize(
        ("header", "name", "unit"),
        [
            ("size [sq ft]", "size", "sq ft"),
            ("size[m²]", "size", "m²"),
            ("size (m2)", "size", "m2"),
            ("net size ( m2 ) ", "net size", "m2"),
            ("f(x)", "f(x)", ""),
            ("size []", "size []", ""),
            ("[m]", "[m]", ""),
        ],
    )
    def test_a_unit_in_the_header_is_taken_out(self, write, header, name, unit):
        opened = open_table(write(f'"{header}",other\n1,2\n3,4\n'))
        column = opened.report.columns[0]
        assert (column.name, column.unit) == (name.strip(), unit)
        assert opened.dataset.column(name.strip()).unit == unit

    def test_names_that_differ_by_their_unit_keep_it(self, write):
        opened = open_table(write("size [m2],size [sq ft],price [EUR]\n1,2,3\n4,5,6\n"))
        assert opened.dataset.column_names == ("size [m2]", "size [sq ft]", "price")
        assert [column.unit for column in opened.dataset.columns] == ["", "", "EUR"]

    def test_names_stay_different_whatever_the_brackets(self, write):
        opened = open_table(write("a [x] [y],a [x],a [z]\n1,2,3\n4,5,6\n"))
        assert opened.dataset.column_names == ("a [x] [y]", "a [x]", "a [z]")

    def test_the_word_bias_is_left_to_the_bias_term(self, write):
        opened = open_table(write("bias [V],bias column,Bias_2\n1,2,3\n4,5,6\n"))
        assert opened.dataset.column_names == ("bias 3", "bias column", "Bias_2")
        assert opened.dataset.column("bias 3").unit == "V"
        assert opened.report.notes == ("The column “bias” is called “bias 3” here, for “bias” is the bias term.",)


class TestPathsThatOthersWouldMisread:
    @pytest.mark.parametrize("name", ["a[1].csv", "a*.csv", "a?.csv", "it's.csv", "$path.csv", "{a,b}.csv", "ä ö.csv"])
    def test_a_name_means_that_file_only(self, write, name):
        write("decoy\n0\n", "a1.csv")
        assert values(open_table(write("a\n7\n", name)), "a") == [7]

    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_a_folder_called_like_a_key_adds_no_column(self, tmp_path, kind):
        folder = tmp_path / "year=2020"
        folder.mkdir()
        path = folder / f"t.{kind}"
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"COPY (SELECT 1 AS a) TO '{path}'")
        assert open_table(str(path)).dataset.column_names == ("a",)

    def test_a_path_wins_nothing_from_looking_like_a_bundled_file(self, write, monkeypatch, tmp_path):
        write("a\n7\n", "crickets.csv")
        monkeypatch.chdir(tmp_path)
        assert open_table("crickets.csv").report.rows == 1
        assert open_table("crickets").report.rows == 31

    def test_the_home_folder_has_its_short_name(self, write, monkeypatch, tmp_path):
        write("a\n7\n", "mine.csv")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert open_table("~/mine.csv").dataset.source == str(tmp_path / "mine.csv")


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
GOOD = "a,b,c\n" + "1,2,3\n" * 40
BAD_TEXTS = {
    "empty": ("", "is empty"),
    "blank": (" \n\n\t\n", "is empty"),
    "only a mark": (b"\xef\xbb\xbf", "is empty"),
    "header only": ("a,b\n", "no rows below it"),
    "header without end": ("a,b", "no rows below it"),
    "no number": ("a,b\nx,y\nz,w\n", "no column of numbers"),
    "prose": ("This is prose, and long.\nIt has no table, really, none.\nEnd.\n", "no column of numbers"),
    "picture": (PNG, "is a picture"),
    "NUL": (b"a,b\n1,2\x00\n", "is not text"),
    "web page": ("\n<!DOCTYPE html>\n<html><body>a,b</body></html>\n", "is a web page"),
    "old web page": ("<HTML><table></table></HTML>", "is a web page"),
    "long line": (GOOD + "1,2,3,4\n" + "1,2,3\n" * 5, "4 values on line 42 where 3 are expected"),
    "late long line": ("a,b\n" + "1,2\n" * PAST_THE_SAMPLE + "1,2,3\n", "3 values on line 30,002 where 2"),
}


class TestRepairs:
    @pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-8-sig"])
    def test_other_encodings_are_read_and_said(self, write, encoding):
        opened = open_table(write("größe,b\n1,2\n3,5\n".encode(encoding)))
        assert opened.dataset.column_names == ("größe", "b")
        names = {"utf-16": "UTF-16", "latin-1": "Windows-1252"}
        said = (f"The text is read as {names[encoding]}.",) if encoding in names else ()
        assert opened.report.notes == said

    def test_a_sign_of_another_encoding_may_come_late(self, write):
        opened = open_table(write(b"a,b\n" + b"1,x\n2,y\n" * PAST_THE_SAMPLE + b"1,\xe4\n"))
        assert (opened.report.rows, opened.report.encoding) == (2 * PAST_THE_SAMPLE + 1, "cp1252")

    @pytest.mark.parametrize("late", [40, PAST_THE_SAMPLE])
    def test_a_short_line_is_filled_up_and_said(self, write, late):
        opened = open_table(write("a,b,c\n" + "1,2,3\n" * late + "1,2\n" + "1,2,4\n" * 5))
        assert missing(opened) == {"a": 0, "b": 0, "c": 1}
        assert f"count as missing: 1, “1 2” (line {late + 2:,})" in opened.report.notes[0]

    def test_one_name_too_few_leaves_the_first_column_nameless(self, write):
        assert open_table(write("a,b\n1,2,3\n2,5,6\n")).dataset.column_names == ("x1", "a", "b")

    def test_names_without_values_are_columns_too(self, write):
        opened = open_table(write("a;b;c\n1;2\n4;5\n"))
        assert kinds(opened) == {"a": "number", "b": "number", "c": "text"}

    @pytest.mark.parametrize("name", ["table", "table.asc", "table.csv.gz", "table.xlsx"])
    def test_what_a_file_is_its_content_says(self, write, name):
        assert open_table(write("a,b\n1,2\n3,4\n", name)).dataset.column_names == ("a", "b")


class TestNumbersThatStandForNoValue:
    def test_a_number_far_below_all_others_is_asked_about(self, write):
        opened = open_table(write("a,b\n1,5\n-999,6\n3,7\n-999,8\n"))
        assert opened.report.questions == (
            "“a” has −999 in 2 rows, far below all other numbers. Does it stand for no value?",
        )
        again = open_table(opened.dataset.source, ReadingChoices(missing_words=("-999",)))
        assert same(values(again, "a"), [1, ABSENT, 3, ABSENT])
        assert again.report.questions == ()

    @pytest.mark.parametrize("cells", ["-999 -1000", "-999 -500 3", "-98 1 2"])
    def test_a_number_among_others_like_it_is_not(self, write, cells):
        assert open_table(write("a\n" + "\n".join(cells.split()) + "\n")).report.questions == ()


class TestRefusals:
    @pytest.mark.parametrize(("content", "says"), BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
    def test_bad_text(self, write, content, says):
        assert says in refusal(write(content))

    def test_no_file(self, tmp_path):
        sentence = refusal(str(tmp_path / "none.csv"))
        assert "sacramento, athens, ames, lucas, crickets" in sentence
        refusal("atlantis")
        refusal(str(tmp_path / "none" / "below.csv"))

    def test_a_file_where_a_folder_should_be(self, write):
        refusal(write("a\n1\n") + "/below.csv")

    def test_a_folder(self, tmp_path):
        folder = tmp_path / "folder.csv"
        folder.mkdir()
        assert "is a folder" in refusal(str(folder))
        assert "is a folder" in refusal("")

    @pytest.mark.timeout(10)
    def test_a_pipe_or_a_device_is_not_waited_for(self, tmp_path):
        pipe = tmp_path / "pipe.csv"
        os.mkfifo(pipe)
        assert "pipe or a device" in refusal(str(pipe))
        assert "pipe or a device" in refusal("/dev/zero")

    @pytest.mark.parametrize("source", ["a\0b.csv", "x" * 300 + ".csv", "\udcff.csv", "~nobody-of-that-name/a.csv"])
    def test_an_impossible_name(self, source):
        refusal(source, named=".csv" if source.isprintable() and len(source) < 60 else "")

    def test_links_in_a_circle(self, tmp_path):
        (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
        (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
        refusal(str(tmp_path / "a.csv"))

    def test_a_name_with_a_line_break_still_makes_one_line(self, write):
        assert "is empty" in refusal(write("", "two\nlines.csv"), named="two�lines.csv")

    def test_a_file_or_folder_without_permission(self):
        with world_readable_folder() as folder:
            secret = folder / "secret.csv"
            secret.write_text("a\n1\n")
            secret.chmod(0)
            closed = folder / "closed"
            closed.mkdir()
            (closed / "inside.csv").write_text("a\n1\n")
            closed.chmod(0)
            with without_privileges():
                assert "may not be read" in refusal(str(secret))
                assert "may not look into the folder" in refusal(str(closed / "inside.csv"))
            closed.chmod(0o700)

    @pytest.mark.parametrize("damage", ["tail", "middle", "head only", "a text", "eight bytes"])
    def test_damaged_parquet(self, tmp_path, damage):
        whole = resource("datasets/lucas_county_homes.parquet").read_bytes()
        content = {
            "tail": whole[:-100],
            "middle": whole[:50_000] + b"\xff" * 40_000 + whole[90_000:],
            "head only": whole[:1000],
            "a text": b"a,b\n1,2\n",
            "eight bytes": b"PAR1PAR1",
        }[damage]
        path = tmp_path / "broken.parquet"
        path.write_bytes(content)
        assert "damaged or not Parquet" in refusal(str(path))

    def test_parquet_without_rows_or_numbers_or_bytes(self, tmp_path):
        path = tmp_path / "t.parquet"
        assert "no rows" in refusal(write_parquet(path, "SELECT 1 AS a WHERE false"))
        assert "no column of numbers" in refusal(write_parquet(path, "SELECT 'x' AS a"))
        path.write_bytes(b"")
        assert "is empty" in refusal(str(path))


@contextlib.contextmanager
def world_readable_folder() -> Iterator[Path]:
    """A folder every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """Be an ordinary user for a while, since root may read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
