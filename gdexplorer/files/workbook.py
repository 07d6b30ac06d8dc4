"""Sheets of workbooks (xlsx, xlsm, xlsb, xls, ods) as cells."""

from __future__ import annotations

import datetime
import itertools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine as calamine

from gdexplorer.core.errors import InputError
from gdexplorer.files.doors import shown
from gdexplorer.files.grid import Grid
from gdexplorer.files.splitting import Record
from gdexplorer.files.unpacking import BOMB_BYTES, BOMB_RATIO

_HEAD_ROWS = 1000
_MOST_CELLS = 60_000_000  # in the rectangle around a sheet's cells, all of which the reader holds at once
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_FILLED = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>')
_OLE = b"\xd0\xcf\x11\xe0"


def workbook_grid(path: Path, name: str, sheet: str | None) -> Grid:
    """Return the cells of a sheet: the one called ``sheet``, or the visible one with the most cells.

    Raises:
        InputError: The workbook is damaged, protected by a password, or too large; or there is no such sheet.
    """
    _check(path, name)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = _sheet_names(book)
            if not names:
                raise InputError(f"{name} has no sheet with cells; choose another workbook.")
            if sheet is not None and sheet not in names:
                raise InputError(f"{name} has no sheet “{shown(sheet)}”; its sheets are {', '.join(names[:8])}.")
            chosen = book.get_sheet_by_name(sheet) if sheet is not None else _fullest(book, names)
    except (calamine.PasswordError, calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError) as error:
        raise _refusal(error, name) from None
    if chosen.height == 0:
        raise InputError(f"{name}: the sheet “{shown(chosen.name)}” is empty; choose another one.")

    def records() -> Iterator[Record]:
        for number, row in enumerate(chosen.iter_rows(), 1):  # from the first row, but from the first filled column
            cells = list(map(_text, row))
            if any(cells):
                yield number, cells

    head = tuple(itertools.islice(records(), _HEAD_ROWS))
    if not head:
        raise InputError(f"{name}: the sheet “{shown(chosen.name)}” is empty; choose another one.")
    return Grid(head, records, is_typed=True, sheets=tuple(names), sheet=chosen.name)


def _sheet_names(book: Any) -> list[str]:
    kept = [
        each.name
        for each in book.sheets_metadata
        if each.typ == calamine.SheetTypeEnum.WorkSheet and each.visible == calamine.SheetVisibleEnum.Visible
    ]
    return kept or list(book.sheet_names)


def _fullest(book: Any, names: list[str]) -> Any:
    """Return the first sheet that holds a table worth the name, or else the largest."""
    largest = None
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height >= 3 and sheet.width >= 2:
            return sheet
        if largest is None or sheet.height * sheet.width > largest.height * largest.width:
            largest = sheet
    return largest


def _check(path: Path, name: str) -> None:
    """Refuse what would need far more memory than its size says, before anything is unpacked."""
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            file.seek(0)
            head = file.read(1 << 16) + _end(path)
            if "EncryptedPackage".encode("utf-16-le") in head:
                raise _protected(name)
            return
    try:
        with zipfile.ZipFile(path) as packed:
            inner = packed.infolist()
            if any(entry.flag_bits & 1 for entry in inner):
                raise _protected(name)
            size = sum(entry.file_size for entry in inner)
            if size > BOMB_BYTES and size > BOMB_RATIO * path.stat().st_size:
                raise InputError(
                    f"{name} unpacks to {size / 1e9:.0f} GB, far more than its size; export the sheet as CSV."
                )
            for entry in inner:
                if entry.filename.startswith("xl/worksheets/"):
                    _check_reach(packed, entry, name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise InputError(f"{name} is cut short or damaged; copy or export it again.") from None


def _check_reach(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    """Refuse a sheet whose far corner would make the reader hold billions of empty cells."""
    with packed.open(entry) as file:
        head = file.read(4096)
        claimed = _DIMENSION.search(head)
        if claimed is not None and int(claimed[2]) * _column(claimed[1]) <= _MOST_CELLS:
            return
        rows = columns = 0
        rest = head
        while rest:
            for column, row in _FILLED.findall(rest):
                rows, columns = max(rows, int(row)), max(columns, _column(column))
            more = file.read(1 << 20)
            rest = rest[-64:] + more if more else b""
    if rows * columns > _MOST_CELLS:
        raise InputError(f"{name} has a sheet of {rows:,} by {columns:,} cells; export the part you need as CSV.")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        return file.read()


def _refusal(error: Exception, name: str) -> InputError:
    if isinstance(error, calamine.PasswordError) or "password" in str(error).lower():
        return _protected(name)
    return InputError(f"{name} is no workbook that can be read, or it is damaged; save it again as xlsx or CSV.")


def _protected(name: str) -> InputError:
    return InputError(f"{name} is protected by a password; save it without one and open that.")


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.timedelta):
        return repr(cell.total_seconds() / 86_400)
    return str(cell)
