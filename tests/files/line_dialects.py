"""Dialects of what separates, quotes, encodes and ends, and of lines that are no rows."""

from __future__ import annotations

from tests.files import changes as c
from tests.files.dialect import Dialect
from tests.files.habits import COMMA, COMMENTS, FOOTNOTES, GERMAN, LEFT_OUT, MARKS, NAMED, SKIPPED, TITLES, foreign
from tests.files.writing import TextForm


def _syntax() -> list[Dialect]:
    """What separates, quotes and ends: nothing of a cell is changed."""
    return [
        Dialect("plain", TextForm()),
        Dialect("semicolons", TextForm(";")),
        Dialect("tabs, tsv", TextForm("\t"), suffix=".tsv"),
        Dialect("tabs, txt", TextForm("\t"), suffix=".txt"),
        Dialect("CRLF", TextForm(line_end="\r\n")),
        Dialect("UTF-8 with mark", TextForm(mark=MARKS["utf-8"])),
        Dialect("no final line end", TextForm(ends=False)),
        Dialect("CRLF, no final line end", TextForm(";", line_end="\r\n", ends=False)),
        Dialect("everything quoted", TextForm(quoting="all")),
        Dialect("texts quoted", TextForm(";", quoting="texts")),
        Dialect("bars", TextForm("|"), suffix=".txt"),
        Dialect("mixed line ends", TextForm(other_line_end="\r\n")),
        Dialect("mixed line ends, quoted line ends", TextForm(";", other_line_end="\r\n"), (c.with_remarks,)),
        Dialect("CR", TextForm(line_end="\r")),
        Dialect("CR, tabs, no final line end", TextForm("\t", line_end="\r", ends=False), suffix=".txt"),
        Dialect("hint line", TextForm(";", hint="sep=;", line_end="\r\n")),
        Dialect("hint line of tabs", TextForm("\t", hint="sep=\t")),
        Dialect("hint line after a mark", TextForm(";", hint="sep=;", mark=MARKS["utf-8"])),
        Dialect("quoted line ends, commas, quotes", TextForm(), (c.with_remarks,)),
        Dialect("quoted line ends, semicolons, CRLF", TextForm(";", line_end="\r\n"), (c.with_remarks,)),
        Dialect("quoted line ends, tabs", TextForm("\t", quoting="all"), (c.with_remarks,), ".tsv"),
        Dialect("quoted line ends, bars, CR", TextForm("|", line_end="\r"), (c.with_remarks,)),
        Dialect("aligned by spaces", TextForm(" "), (c.with_plain_texts,), ".txt"),
        Dialect("aligned by spaces, quoted texts", TextForm(" ", "texts"), (), ".txt"),
        Dialect(
            "aligned by spaces, missing",
            TextForm(" "),
            (c.with_plain_texts, c.with_missing("NA", noted=False)),
            ".data",
        ),
        Dialect("single spaces", TextForm(" ", is_aligned=False), (c.with_plain_texts,), ".txt"),
        Dialect("spaces around cells", TextForm(), (c.with_padding,)),
        Dialect("spaces around cells, semicolons", TextForm(";"), (c.with_padding,)),
        Dialect("separator at each end", TextForm(trailing="all")),
        Dialect("separator at each end, semicolons", TextForm(";", trailing="all", line_end="\r\n")),
        Dialect("separator at each row's end", TextForm(";", trailing="rows")),
        Dialect("last cells not written", TextForm(is_short=True), (c.with_last_cells_missing,)),
        Dialect("last cells not written, tabs", TextForm("\t", is_short=True), (c.with_last_cells_missing,), ".tsv"),
        Dialect("gzip", TextForm(), packed="gz"),
        Dialect("gzip of tabs", TextForm("\t"), suffix=".tsv", packed="gz"),
        Dialect("zstandard", TextForm(";", line_end="\r\n"), packed="zst"),
    ]


def _encodings() -> list[Dialect]:
    def with_mark(encoding: str, name: str) -> Dialect:
        form = TextForm("\t", line_end="\r\n", encoding=encoding, mark=MARKS[encoding])
        return Dialect(name, form, (foreign("cp1252"),), ".txt")

    return [
        Dialect("UTF-8, names and texts", TextForm(), (foreign("cp1252"),)),
        Dialect("UTF-8 with mark, names and texts", TextForm(";", mark=MARKS["utf-8"]), (foreign("cp1251"),)),
        Dialect("Windows-1252", TextForm(";", encoding="cp1252", line_end="\r\n"), (foreign("cp1252"), COMMA)),
        Dialect("Windows-1252, commas", TextForm(encoding="cp1252"), (foreign("cp1252"),)),
        Dialect("Latin-1", TextForm(encoding="latin-1"), (foreign("latin-1"),)),
        with_mark("utf-16-le", "UTF-16 LE"),
        with_mark("utf-16-be", "UTF-16 BE"),
        Dialect("UTF-16 LE without mark", TextForm(encoding="utf-16-le"), (foreign("latin-1"),)),
        Dialect("UTF-16 BE without mark", TextForm(";", encoding="utf-16-be"), (foreign("latin-1"),)),
        Dialect("UTF-16 of Russian", TextForm("\t", encoding="utf-16-le", mark=b"\xff\xfe"), (foreign("cp1251"),)),
        Dialect("Windows-1251", TextForm(";", encoding="cp1251"), (foreign("cp1251"),)),
        Dialect("Shift-JIS", TextForm(encoding="shift_jis", line_end="\r\n"), (foreign("shift_jis"),)),
        Dialect("GBK", TextForm(encoding="gbk"), (foreign("gbk"),)),
        Dialect("Mac Roman", TextForm(";", encoding="mac-roman", line_end="\r"), (foreign("mac-roman"),)),
    ]


def _lines() -> list[Dialect]:
    """Lines that are no rows, and names that are none."""
    units = (c.with_units(),)
    total = ("Total", r"total|" + LEFT_OUT)
    return [
        Dialect("title", TextForm(above=TITLES), noted=(SKIPPED,)),
        Dialect("title, semicolons", TextForm(";", above=TITLES), noted=(SKIPPED,)),
        Dialect("title filled with separators", TextForm(above=("Homes sold",), fills=True), noted=(SKIPPED,)),
        Dialect("title, tabs, CRLF", TextForm("\t", above=TITLES, line_end="\r\n"), (), ".txt", (SKIPPED,)),
        Dialect("one title word", TextForm(above=("Homes",)), noted=(SKIPPED,)),
        Dialect("comments", TextForm(above=COMMENTS), noted=(SKIPPED,)),
        Dialect("comments, tabs", TextForm("\t", above=COMMENTS), (), ".tsv", (SKIPPED,)),
        Dialect("comments, slashes", TextForm(";", above=("// made by hand", "// 2; 3")), noted=(SKIPPED,)),
        Dialect("comments, aligned", TextForm(" ", above=COMMENTS), (c.with_plain_texts,), ".data", (SKIPPED,)),
        Dialect("names behind a comment sign", TextForm(lead="# ")),
        Dialect("names behind a comment sign, aligned", TextForm(" ", lead="# "), (c.with_plain_texts,), ".txt"),
        Dialect("a blank line after the names", TextForm(gap=1), blanks=1),
        Dialect("blank lines first", TextForm(above=("", "", ""))),
        Dialect("footnotes", TextForm(below=FOOTNOTES), noted=(LEFT_OUT,), blanks=1),
        Dialect("footnotes, semicolons", TextForm(";", below=FOOTNOTES), noted=(LEFT_OUT,), blanks=1),
        Dialect("footnotes filled", TextForm(";", below=FOOTNOTES, fills=True), noted=(LEFT_OUT,), blanks=1),
        Dialect("blank lines last", TextForm(below=("", "", "")), blanks=3),
        Dialect("total", TextForm(total="Total"), noted=total),
        Dialect("total, semicolons", TextForm(";", total="Summe"), (GERMAN,), noted=("Summe", total[1])),
        Dialect(
            "title, total and footnotes", TextForm(above=TITLES, total="Total", below=FOOTNOTES), noted=total, blanks=1
        ),
        Dialect("row of units", TextForm(";", has_units=True), units, noted=("unit",)),
        Dialect("row of units, commas", TextForm(has_units=True), units, noted=("unit",)),
        Dialect("units in square brackets", TextForm(), (c.with_units("{0} [{1}]"),)),
        Dialect("units in brackets", TextForm(";"), (c.with_units("{0} ({1})"),)),
        Dialect("no names", TextForm(has_names=False), (c.with_numbered_names,), noted=("x1",)),
        Dialect("no names, tabs", TextForm("\t", has_names=False), (c.with_numbered_names,), ".data", ("x1",)),
        Dialect(
            "no names, aligned",
            TextForm(" ", has_names=False),
            (c.with_plain_texts, c.with_numbered_names),
            ".data",
            ("x1",),
        ),
        Dialect(
            "no names, missing",
            TextForm(has_names=False),
            (c.with_missing("?"), c.with_numbered_names),
            ".data",
            ("x1",),
        ),
        Dialect("a name twice", TextForm(), (c.with_name_twice,), noted=(NAMED,)),
        Dialect("no last name", TextForm(";"), (c.with_last_unnamed,), noted=(NAMED,)),
        Dialect("names of two lines", TextForm(), (c.with_broken_names,)),
        Dialect("pandas' index", TextForm(), (c.with_row_numbers(0, ""),)),
        Dialect("R's row numbers", TextForm(quoting="texts"), (c.with_row_numbers(1, ""),)),
        Dialect(
            "R's row numbers, nothing above",
            TextForm(" ", "texts", names_lack_first=True, is_aligned=False),
            (c.with_row_numbers(1, ""),),
            ".txt",
        ),
        Dialect(
            "R's row names, nothing above", TextForm("\t", "texts", names_lack_first=True), (c.with_row_names,), ".txt"
        ),
        Dialect("row numbers", TextForm(), (c.with_row_numbers(1, "No.", "No."),)),
    ]


LINE_DIALECTS: tuple[Dialect, ...] = (*_syntax(), *_encodings(), *_lines())
