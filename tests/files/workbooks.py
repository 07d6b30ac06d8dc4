"""Writers of workbooks: xlsx by openpyxl, ods and xls byte by byte."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.files.tables import Column, Table, Value
from tests.files.writing import Form

Cell = Value | bool


def as_values(column: Column) -> list[Cell]:
    """Return what a column holds, as a workbook would hold it."""
    return [int(value) if isinstance(value, float) and value.is_integer() else value for value in column.values]


def as_texts(column: Column) -> list[Cell]:
    """Return what a column holds, each cell a text."""
    return list(column.texts)


@dataclass(frozen=True)
class XlsxForm(Form):
    """A table on a sheet of an Excel workbook.

    Attributes:
        cells: What a column's cells are.
        above: Lines of cells above the names.
        below: Lines of cells below the rows.
        left: Empty columns before the first.
        merged: Ranges of merged cells, such as ``A1:C1``.
        sheets_before: Names and rows of other sheets before it.
        sheets_after: The same, behind it.
        formats: Number format of some columns by their name.
        formulas: Whether every number is a formula with its result kept.
        hidden_before: Whether the sheets before it are hidden.
    """

    cells: Callable[[Column], list[Cell]] = as_values
    above: tuple[tuple[Cell, ...], ...] = ()
    below: tuple[tuple[Cell, ...], ...] = ()
    left: int = 0
    merged: tuple[str, ...] = ()
    sheets_before: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...] = ()
    sheets_after: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...] = ()
    formats: tuple[tuple[str, str], ...] = ()
    formulas: bool = False
    hidden_before: bool = False

    def write(self, table: Table) -> bytes:
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, rows in self.sheets_before:
            _fill(book.create_sheet(title), rows)
            book.worksheets[-1].sheet_state = "hidden" if self.hidden_before else "visible"
        self._fill_main(book.create_sheet("homes"), table)
        for title, rows in self.sheets_after:
            _fill(book.create_sheet(title), rows)
        book.active = len(self.sheets_before)
        stream = io.BytesIO()
        book.save(stream)
        return _with_results(stream.getvalue()) if self.formulas else stream.getvalue()

    def row_lines(self, table: Table) -> list[int]:
        if self.cells is not as_texts:
            return []
        return [len(self.above) + 2 + row for row in range(table.row_count)]

    def left_out(self, table: Table) -> int:
        del table
        return sum(any(cell is not None for cell in row) for row in self.below)

    def _fill_main(self, sheet: Worksheet, table: Table) -> None:
        columns = [self.cells(column) for column in table.columns]
        rows = [*self.above, tuple(column.head or None for column in table.columns), *zip(*columns, strict=True)]
        _fill(sheet, [*rows, *self.below], self.left)
        for place in self.merged:
            sheet.merge_cells(place)
        formats = dict(self.formats)
        for at, column in enumerate(table.columns):
            if column.name in formats:
                for row in range(len(self.above) + 2, len(rows) + 1):
                    sheet.cell(row, self.left + at + 1).number_format = formats[column.name]
        if self.formulas:
            for row in sheet.iter_rows(min_row=len(self.above) + 2):
                for cell in row:
                    if isinstance(cell.value, (int, float)):
                        cell.value = f"={cell.value!r}*1"


def _fill(sheet: Worksheet, rows: Iterable[tuple[Cell, ...]], left: int = 0) -> None:
    for at, row in enumerate(rows, 1):
        for across, value in enumerate(row, left + 1):
            if value is not None and value != "":
                sheet.cell(at, across, value)


def _with_results(content: bytes) -> bytes:
    """Return a workbook of formulas ``=<number>*1`` in which each has its result beside it, as Excel keeps it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(rb"<f>([^<]*)\*1</f><v ?/?>(</v>)?", rb"<f>\1*1</f><v>\1</v>", part)
            after.writestr(name, part)
    return kept.getvalue()


_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="{0}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="homes">{0}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


@dataclass(frozen=True)
class OdsForm(Form):
    """A table on the one sheet of an OpenDocument spreadsheet, with lines of cells ``above`` it."""

    above: tuple[tuple[Cell, ...], ...] = ()

    def write(self, table: Table) -> bytes:
        columns = [as_values(column) for column in table.columns]
        rows = [*self.above, tuple(column.head for column in table.columns), *zip(*columns, strict=True)]
        lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", _ODS_TYPE, zipfile.ZIP_STORED)
            archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST.format(_ODS_TYPE))
            archive.writestr("content.xml", _ODS_CONTENT.format(lines + empty))
        return stream.getvalue()


def _ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, (int, float)):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value!r}">'
            f"<text:p>{value!r}</text:p></table:table-cell>"
        )
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


@dataclass(frozen=True)
class XlsForm(Form):
    """A table on the one sheet of a workbook of Excel 97."""

    def write(self, table: Table) -> bytes:
        columns = [as_values(column) for column in table.columns]
        rows = [tuple(column.head for column in table.columns), *zip(*columns, strict=True)]
        sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
        sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, len(columns), 0))
        sheet += b"".join(
            _xls_cell(at, across, value) for at, row in enumerate(rows) for across, value in enumerate(row)
        )
        sheet += _record(0x000A, b"")
        start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
        start += _record(0x0042, struct.pack("<H", 1200))
        title = b"\x05\x00homes"
        end = _record(0x000A, b"")
        begins = len(start) + 4 + 6 + len(title) + len(end)
        bound = _record(0x0085, struct.pack("<IBB", begins, 0, 0) + title)
        return compound_file({"Workbook": start + bound + end + sheet})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls_cell(row: int, column: int, value: Cell) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if value is None or value == "":
        return b""
    if isinstance(value, bool):
        return _record(0x0205, place + struct.pack("<BB", value, 0))
    if isinstance(value, (int, float)):
        return _record(0x0203, place + struct.pack("<d", value))
    text = str(value)
    return _record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


_SECTOR, _FREE, _END, _TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(streams: dict[str, bytes]) -> bytes:
    """Return an OLE compound file with ``streams`` at its root, each long enough not to need the small sectors."""
    parts = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    parts = {name: data + b"\0" * (-len(data) % _SECTOR) for name, data in parts.items()}
    sectors = sum(len(data) // _SECTOR for data in parts.values())
    directory = -(-(len(parts) + 1) // 4)
    tables = 1
    while tables * 128 < tables + directory + sectors:
        tables += 1
    assert tables <= 109
    chain = [_TABLE] * tables + [*range(tables + 1, tables + directory), _END]
    entries = [_entry("Root Entry", 5, 1, _END, 0)]
    at = tables + directory
    for place, (name, data) in enumerate(parts.items(), 1):
        count = len(data) // _SECTOR
        right = place + 1 if place < len(parts) else _FREE
        entries.append(_entry(name, 2, _FREE, at, len(data), right))
        chain += [*range(at + 1, at + count), _END]
        at += count
    chain += [_FREE] * (tables * 128 - len(chain))
    entries += [b"\0" * 68 + struct.pack("<III", _FREE, _FREE, _FREE) + b"\0" * 48] * (directory * 4 - len(entries))
    header = struct.pack("<8s16xHHHHH6x", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += b"".join(struct.pack("<I", at if at < tables else _FREE) for at in range(109))
    return header + struct.pack(f"<{len(chain)}I", *chain) + b"".join(entries) + b"".join(parts.values())


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = _FREE) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, _FREE, right, child)
    return head + b"\0" * 16 + struct.pack("<IQQIQ", 0, 0, 0, start, size)
