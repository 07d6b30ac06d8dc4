"""What cannot be read is refused: one sentence, soon, in bounded memory, and never a traceback."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest
import zstandard
from openpyxl import Workbook

from gdexplorer.app.cli import main
from gdexplorer.core.errors import InputError
from gdexplorer.files.reading import OpenedTable, open_table
from gdexplorer.files.resources import resource
from tests.files.tables import source_table
from tests.files.workbooks import OdsForm, XlsForm, XlsxForm, compound_file
from tests.files.writing import JsonForm, records

SECONDS = 10
MEGABYTES = 1500
ROWS = "size,price,rooms\n" + "".join(f"{50 + at},{1000 + 7 * at},{at % 5}\n" for at in range(60))


def refusal(path: str | Path) -> str:
    """The sentence with which the file is refused, by the reader and by the command line alike."""
    began = time.monotonic()
    with pytest.raises(InputError) as caught:
        open_table(str(path))
    assert time.monotonic() - began < SECONDS
    sentence = str(caught.value)
    check_sentence(sentence, Path(path))
    return sentence


def check_sentence(sentence: str, path: Path) -> None:
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert "; " in sentence, "it does not say what to do"
    assert len(sentence) < 400
    assert path.name in sentence


def told(path: str | Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``gdexplorer info`` says of a file that it refuses."""
    assert main(["info", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("gdexplorer: ")
    return err.removeprefix("gdexplorer: ").removesuffix("\n")


def workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(**parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return stream.getvalue()


def parquet(select: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
        path = Path(folder) / "t.parquet"
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


CRICKETS = source_table("crickets")
XLSX, ODS, XLS = XlsxForm().write(CRICKETS), OdsForm().write(CRICKETS), XlsForm().write(CRICKETS)
JSON = JsonForm(records).write(CRICKETS)
JSON_LINES = b'{"a": 1, "b": 2}\n' * 30
PARQUET = resource("datasets/lucas_county_homes.parquet").read_bytes()
CHECKED = zstandard.ZstdCompressor(write_checksum=True)
GZIP, ZST = gzip.compress(ROWS.encode() * 50), CHECKED.compress(ROWS.encode() * 50)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + bytes(range(128, 256)) * 30
HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please, sign in.</body></html>\n"
LFS = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
NOISE = np.random.default_rng(1).integers(0, 256, 20_000, dtype=np.uint8).tobytes()
ENCRYPTED = compound_file({"EncryptionInfo": b"\x04\x00\x04\x00", "EncryptedPackage": NOISE[:8000]})

#: Name of the file, its bytes, and what its refusal has to say.
BAD: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("t.csv", b"", "empty"),
    "only blanks": ("t.csv", b" \n\t\n  \r\n", "empty"),
    "only a mark": ("t.csv", b"\xef\xbb\xbf", "empty"),
    "only a mark of UTF-16": ("t.txt", b"\xff\xfe", "empty"),
    "empty tsv": ("t.tsv", b"", "empty"),
    "empty json": ("t.json", b"", "empty"),
    "empty xlsx": ("t.xlsx", b"", "empty"),
    "empty parquet": ("t.parquet", b"", "empty"),
    "empty gz": ("t.csv.gz", b"", "empty"),
    "nothing within gz": ("t.csv.gz", gzip.compress(b""), "empty"),
    "nothing within zst": ("t.csv.zst", zstandard.compress(b""), "empty"),
    "header only": ("t.csv", b"size,price\n", "rows"),
    "header only, no line end": ("t.csv", b"size;price", "rows"),
    "header only, blank lines": ("t.csv", b"size,price\n\n\n", "rows"),
    "header only, one name": ("t.csv", b"price\n", "rows"),
    "header only, UTF-16": ("t.txt", "size\tprice\r\n".encode("utf-16"), "rows"),
    "header only, xlsx": ("t.xlsx", workbook([["size", "price"]]), "rows"),
    "header only, parquet": ("t.parquet", parquet("SELECT 1 AS size WHERE false"), "rows"),
    "no numbers": ("t.csv", b"town,street\nRome,Via Appia\nOslo,Storgata\nBern,Marktgasse\n", "number"),
    "no numbers, xlsx": ("t.xlsx", workbook([["town", "street"], ["Rome", "Via Appia"], ["Oslo", "Kai"]]), "number"),
    "no numbers, parquet": ("t.parquet", parquet("SELECT 'Rome' AS town FROM range(5)"), "number"),
    "prose": ("t.txt", b"This is prose, and long.\nIt has no table, really, none.\nEnd.\n", ""),
    "a picture": ("t.csv", PNG, "not"),
    "a large picture": ("t.csv", PNG + NOISE, "not"),
    "a PDF": ("t.csv", PDF, "PDF"),
    "a web page": ("t.csv", HTML, "web page"),
    "a web page, txt": ("t.txt", b"\n\n" + HTML, "web page"),
    "a web page called xlsx": ("t.xlsx", HTML, "web page"),
    "a web page called parquet": ("t.parquet", HTML, ""),
    "a web page called gz": ("t.csv.gz", HTML, ""),
    "a web page called json": ("t.json", HTML, ""),
    "a pointer": ("t.csv", LFS, "LFS"),
    "a pointer called parquet": ("t.parquet", LFS, "LFS"),
    "a pointer called xlsx": ("t.xlsx", LFS, "LFS"),
    "a pointer called gz": ("t.csv.gz", LFS, "LFS"),
    "noise": ("t.csv", NOISE, ""),
    "noise within gz": ("t.csv.gz", gzip.compress(NOISE), ""),
    "noise called json": ("t.json", NOISE, ""),
    "noise called xls": ("t.xls", NOISE, ""),
    "noise called ods": ("t.ods", NOISE, ""),
    "a NUL": ("t.csv", ROWS.encode().replace(b"1042", b"10\x002"), "line 8"),
    "NULs at the end": ("t.csv", ROWS.encode() + bytes(5000), "line 62"),
    "all NULs": ("t.csv", bytes(10_000), ""),
    "parquet without its end": ("t.parquet", PARQUET[:-100], "cut short"),
    "parquet without its beginning": ("t.parquet", PARQUET[5000:], ""),
    "parquet, half": ("t.parquet", PARQUET[: len(PARQUET) // 2], "cut short"),
    "parquet, damaged": ("t.parquet", PARQUET[:50_000] + b"\xff" * 40_000 + PARQUET[90_000:], "damaged"),
    "parquet, eight bytes": ("t.parquet", b"PAR1PAR1", ""),
    "xlsx, half": ("t.xlsx", XLSX[: len(XLSX) // 2], ""),
    "xlsx without its end": ("t.xlsx", XLSX[:-30], ""),
    "xlsx, damaged": ("t.xlsx", XLSX[:1500] + b"\xff" * 600 + XLSX[2100:], ""),
    "xlsx, a text": ("t.xlsx", b"not a workbook, but a text\n", ""),
    "xlsx, another archive": ("t.xlsx", archive(**{"word/document.xml": "<w/>", "[Content_Types].xml": "<t/>"}), ""),
    "xlsx, empty sheets": ("t.xlsx", workbook([], []), ""),
    "xlsx, encrypted": ("t.xlsx", ENCRYPTED, "password"),
    "xls, half": ("t.xls", XLS[: len(XLS) // 2], ""),
    "ods, half": ("t.ods", ODS[: len(ODS) // 2], ""),
    "gz, half": ("t.csv.gz", GZIP[: len(GZIP) // 2], "cut short"),
    "gz without its last bytes": ("t.csv.gz", GZIP[:-6], "cut short"),
    "gz, damaged": ("t.csv.gz", GZIP[:60] + b"\xff" * 60 + GZIP[120:], ""),
    "gz, a picture": ("t.csv.gz", gzip.compress(PNG + NOISE), ""),
    "zst, half": ("t.csv.zst", ZST[: len(ZST) // 2], "cut short"),
    "zst, damaged": ("t.csv.zst", ZST[:60] + b"\xff" * 60 + ZST[120:], ""),
    "json, half": ("t.json", JSON[: len(JSON) // 2], ""),
    "json, a scalar": ("t.json", b"42", ""),
    "json, no records": ("t.json", b"[]", ""),
    "json, nothing named": ("t.json", b"{}", ""),
    "json, very deep": ("t.json", b"[" * 200_000, ""),
    "json lines, one broken": ("t.jsonl", JSON_LINES + b'{"a": 1, "b"\n' + JSON_LINES, "line 31"),
    "an unknown kind": ("t.docx", b"PK\x03\x04", ""),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("name", "content", "says"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused(
    name: str, content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sentence = refusal(path)
    assert says in sentence
    assert told(path, capsys) == sentence


@pytest.mark.timeout(15)
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    link = tmp_path / "zero.csv"
    link.symlink_to("/dev/zero")
    folder = tmp_path / "folder.xlsx"
    folder.mkdir()
    for path in (pipe, Path("/dev/zero"), Path("/dev/null"), link, folder, tmp_path, tmp_path / "none.csv"):
        assert told(path, capsys) == refusal(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "secret.csv"
    path.write_text(ROWS)
    path.chmod(0)
    assert told(path, capsys) == refusal(path)


def deflated(piece: bytes, end: int = zlib.Z_FULL_FLUSH) -> bytes:
    """Return ``piece`` deflated by itself, so that it can be repeated; ``Z_FINISH`` for the last one."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return press.compress(piece) + press.flush(end)


def swollen_workbook(times: int, claimed: int | None = None) -> bytes:
    """Return a workbook of some megabytes whose sheet unpacks to ``times`` megabytes of rows.

    ``claimed`` is the size that it gives for that; None for the true one.
    """
    cell = b'<row><c t="n"><v>1</v></c><c t="n"><v>2</v></c></row>'
    piece = cell * (1_000_000 // len(cell))
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["a", "b"], [1, 2]]))) as plain, zipfile.ZipFile(kept, "w") as swollen:
        for info in plain.infolist():
            part = plain.read(info)
            if info.filename != "xl/worksheets/sheet1.xml":
                swollen.writestr(info, part)
                continue
            before, after = part.split(b"</sheetData>")
            after = b"</sheetData>" + after
            # Packed by ourselves, since zipfile would need the whole: stored as it is, then called deflated.
            swollen.writestr(made := zipfile.ZipInfo(info.filename), b"")
            packed = deflated(before) + deflated(piece) * times + deflated(after, zlib.Z_FINISH)
            kept.write(packed)
            crc = zlib.crc32(before)
            for _ in range(times):
                crc = zlib.crc32(piece, crc)
            made.compress_type, made.CRC, made.compress_size = zipfile.ZIP_DEFLATED, zlib.crc32(after, crc), len(packed)
            made.file_size = len(before) + times * len(piece) + len(after) if claimed is None else claimed
            swollen.start_dir = kept.tell()
            at = kept.tell()
            kept.seek(made.header_offset)
            kept.write(made.FileHeader(zip64=False))
            kept.seek(at)
    return kept.getvalue()


def repeating_ods() -> bytes:
    """Return a spreadsheet in which one cell says that it stands for seventeen thousand million of them."""
    with zipfile.ZipFile(io.BytesIO(ODS)) as plain:
        parts = {name: plain.read(name).decode() for name in plain.namelist()}
    head, _, tail = parts["content.xml"].rpartition('<table:table-row table:number-rows-repeated="1048000">')
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1048000">{cell}</table:table-row>'
    parts["content.xml"] = head + row + tail.partition("</table:table-row>")[2]
    return archive(**parts)


def far_cell_workbook() -> bytes:
    """Return a workbook with a small table and a stray cell in the last corner of the sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in [("size", "price"), *((50 + at, 1000 + at) for at in range(20))]:
        sheet.append(row)
    sheet["XFD1048576"] = "x"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def gzipped(piece: bytes, times: int = 1) -> bytes:
    return gzip.compress(piece, 9) * times


def zstandarded(piece: bytes, times: int = 1) -> bytes:
    return zstandard.compress(piece, 9) * times


ROWS_10_MB, LINE_10_MB, OBJECTS_10_MB = b"1,2\n" * 2_500_000, b"1" * 10_000_000, b'{"a":1},' * 1_250_000
#: Files of some megabytes that unpack to 20 gigabytes and more.
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gz of rows": ("bomb.csv.gz", lambda: gzipped(b"a,b\n") + gzipped(ROWS_10_MB, 3000)),
    "gz of NULs": ("bomb.csv.gz", lambda: gzipped(b"a,b\n") + gzipped(bytes(10_000_000), 3000)),
    "gz of one line": ("bomb.csv.gz", lambda: gzipped(b"a,b\n") + gzipped(LINE_10_MB, 3000)),
    "zst of rows": ("bomb.csv.zst", lambda: zstandarded(b"a,b\n") + zstandarded(ROWS_10_MB, 3000)),
    "zst of one line": ("bomb.csv.zst", lambda: zstandarded(b"a,b\n") + zstandarded(LINE_10_MB, 3000)),
    "gz of JSON": ("bomb.json.gz", lambda: gzipped(b"[") + gzipped(OBJECTS_10_MB, 3000)),
    "xlsx": ("bomb.xlsx", lambda: swollen_workbook(3000)),
    "xlsx that belies its size": ("bomb.xlsx", lambda: swollen_workbook(3000, claimed=2000)),
    "ods of repeated cells": ("bomb.ods", repeating_ods),
}


def run_info(path: Path) -> tuple[int, str, float, float]:
    """Run ``gdexplorer info``; return its exit code, what it said, its seconds and its megabytes at most."""
    began = time.monotonic()
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'ulimit -t 60; exec "$@"', "sh", sys.executable, "-m", "gdexplorer", "info", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, said, time.monotonic() - began, usage.ru_maxrss / 1024


@pytest.mark.timeout(100)
@pytest.mark.parametrize(("name", "make"), BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_does_not_go_off(name: str, make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    code, said, seconds, megabytes = run_info(path)
    assert code == 2
    assert said.count("\n") == 1
    check_sentence(said.removeprefix("gdexplorer: ").removesuffix("\n"), path)
    assert seconds < SECONDS + 3
    assert megabytes < MEGABYTES


@pytest.mark.timeout(100)
def test_a_stray_cell_far_away_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(far_cell_workbook())
    code, said, seconds, megabytes = run_info(path)
    assert code == 0 or (code == 2 and said.count("\n") == 1)
    assert seconds < SECONDS + 3
    assert megabytes < MEGABYTES


def opened(path: Path) -> OpenedTable:
    began = time.monotonic()
    found = open_table(str(path))
    assert time.monotonic() - began < SECONDS
    return found


class TestStrangeButReadable:
    @pytest.mark.timeout(40)
    @pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "parquet"])
    def test_ten_thousand_columns(self, suffix: str, tmp_path: Path) -> None:
        names = [f"c{at}" for at in range(10_000)]
        rows = [[(row * 31 + at) % 97 + 0.5 for at in range(10_000)] for row in range(12)]
        path = tmp_path / f"wide.{suffix}"
        if suffix == "csv":
            path.write_text("\n".join(",".join(map(str, row)) for row in [names, *rows]) + "\n")
        elif suffix == "xlsx":
            path.write_bytes(workbook([names, *rows]))
        elif suffix == "json":
            lines = (", ".join(f'"{name}": {cell}' for name, cell in zip(names, row, strict=True)) for row in rows)
            path.write_text("[" + ", ".join(f"{{{line}}}" for line in lines) + "]")
        else:
            fields = ", ".join(f"((range * 31 + {at}) % 97 + 0.5)::DOUBLE AS c{at}" for at in range(10_000))
            path.write_bytes(parquet(f"SELECT {fields} FROM range(12)"))
        found = opened(path)
        assert found.report.rows == 12
        assert len(found.dataset.columns) == 10_000
        assert found.dataset.column("c9999").values.tolist() == [row[-1] for row in rows]

    @pytest.mark.parametrize("content", ["price\n1.5\n", "1.5\n2.5\n", "price\n1.5\n2.5\n4\n", "price;\n1;\n2;\n"])
    def test_one_column(self, content: str, tmp_path: Path) -> None:
        path = tmp_path / "one.csv"
        path.write_text(content)
        numbers = [float(line.rstrip(";")) for line in content.splitlines() if not line.startswith("price")]
        assert opened(path).dataset.columns[0].values.tolist() == numbers

    @pytest.mark.parametrize("content", ["size,price\n70,1.5\n", "size;price\n70;1,5\n", "size\tprice\n70\t1.5"])
    def test_one_row(self, content: str, tmp_path: Path) -> None:
        path = tmp_path / "one.csv"
        path.write_text(content)
        assert [column.values.tolist() for column in opened(path).dataset.columns] == [[70], [1.5]]

    @pytest.mark.parametrize("count", [1, 3])
    def test_cells_of_a_megabyte(self, count: int, tmp_path: Path) -> None:
        path = tmp_path / "long.csv"
        cells = ",".join(['"' + "long, " * 170_000 + '"'] * count)
        heads = ",".join(f"text{at}" for at in range(count))
        path.write_text(f"size,{heads},price\n1,{cells},2.5\n" + f"3,{',' * count}4.5\n" * 5)
        found = opened(path)
        assert found.report.rows == 6
        assert found.dataset.column("price").values.tolist() == [2.5] + [4.5] * 5
        assert all(len(note) < 1000 for note in found.report.notes)

    def test_a_megabyte_of_digits(self, tmp_path: Path) -> None:
        path = tmp_path / "long.csv"
        path.write_text("size,price\n" + "1,2.5\n" * 20 + "1," + "7" * 1_000_000 + "\n")
        found = opened(path)
        assert found.report.rows == 21
        assert found.report.columns[1].missing == 1
        assert all(len(note) < 1000 for note in found.report.notes)


def said_of(path: Path) -> str:
    """All that is said of a file: why it is refused, or what was noted; it must not be nothing."""
    try:
        report = opened(path).report
    except InputError as error:
        check_sentence(str(error), path)
        return str(error)
    return " ".join([*report.notes, *report.questions])


#: Tables of 60 rows of which one is wrong, and the line that must be named: read or refused, but not in silence.
ODD_LINES: dict[str, tuple[str, int]] = {
    "a value too few": (ROWS.replace("60,1070,0", "60,1070"), 12),
    "a value too many": (ROWS.replace("60,1070,0", "60,1070,0,99"), 12),
    "many values too many": (ROWS.replace("60,1070,0", "60,1070,0,99,1,2,3,4"), 12),
    "two lines too short": (ROWS.replace("60,1070,0", "60,1070").replace("70,1140,0", "70"), 12),
    "first line too long": (ROWS.replace("50,1000,0", "50,1000,0,5"), 2),
    "first line too short": (ROWS.replace("50,1000,0", "50,1000"), 2),
    "last line too short": (ROWS.replace("109,1413,4", "109,1413"), 61),
    "last line too long": (ROWS.replace("109,1413,4", "109,1413,4,4"), 61),
    "a word in the middle": (ROWS.replace("60,1070,0", "interlude"), 12),
    "the names again": (ROWS.replace("60,1070,0", "size,price,rooms"), 12),
    "a quote that never ends": (ROWS.replace("60,1070,0", '60,"1070,0'), 12),
    "a quote within": (ROWS.replace("60,1070,0", '60,10"70,0'), 12),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("content", "line"), ODD_LINES.values(), ids=ODD_LINES.keys())
def test_an_odd_line_is_named(content: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    assert f"line {line}" in said_of(path)


def test_a_quote_that_never_ends_does_not_swallow_rows_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(ODD_LINES["a quote that never ends"][0])
    assert "quote" in said_of(path)


@pytest.mark.parametrize("extra", ["60,1070,0,99", "60,1070", "interlude"])
def test_a_late_odd_line_is_named(extra: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("size,price,rooms\n" + "50,1000,3\n" * 40_000 + extra + "\n" + "51,1001,2\n" * 1000)
    assert "line 40,002" in said_of(path)


def test_bytes_that_are_no_text_are_not_lost_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{at},Größe,{at}.5".encode() for at in range(500)]
    rows[300] = b"300,Gr\xf6\xdfe,300.5"
    path.write_bytes(b"size,remark,price\n" + b"\n".join(rows) + b"\n")
    assert said_of(path)


def test_a_text_that_is_only_called_packed_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_text(ROWS)
    try:
        assert opened(path).report.rows == 60
    except InputError as error:
        check_sentence(str(error), path)


def test_one_complaint_is_one_process_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(PNG + NOISE)
    code, said, seconds, _ = run_info(path)
    assert (code, said.count("\n")) == (2, 1)
    assert "Traceback" not in said
    assert seconds < SECONDS
