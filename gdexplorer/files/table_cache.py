"""Tables as they were read, kept so that a second opening of an unchanged file is quick.

A file of its own for each table: a line of JSON on what follows and how it was read, then the columns as they are in
memory, then what the whole has to add up to. What is stale, cut short or damaged is read from its source again.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

import gdexplorer.core
import gdexplorer.files
from gdexplorer.core.dataset import Column, Dataset, FloatArray
from gdexplorer.core.errors import InputError
from gdexplorer.core.moments import Moments
from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.core.table_report import TableReport
from gdexplorer.core.terms import Term, product
from gdexplorer.core.watching import UNWATCHED, Watch
from gdexplorer.files.cache_folder import Hold, cache_folder, new_file, touch
from gdexplorer.files.cancelling import stop_if
from gdexplorer.files.plain_values import as_plain, from_plain
from gdexplorer.files.query import NumbersQuery
from gdexplorer.files.table_moments import TableMoments, stamp_of

_SUFFIX = ".table"
_MAGIC = b"gdexplorer table 1\n"
_PIECE_BYTES = 4 << 20
#: Smaller files are read again as quickly; of what is packed or a workbook a tenth of that takes as long.
_WORTHWHILE_TEXT, _WORTHWHILE_DENSE = 8 << 20, 512 << 10
_DENSE = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".json", ".jsonl", ".ndjson", ".gz", ".zst")


@dataclass(frozen=True)
class TableSlot:
    """Where one state of one file, read in one way, is kept.

    Attributes:
        name: Of the file in the cache.
        path: Of the table's file.
        is_slow: Whether reading the table itself takes long enough to keep it.
    """

    name: str
    path: Path
    is_slow: bool

    def load(self, watch: Watch = UNWATCHED) -> tuple[Dataset, TableReport] | None:
        """Return what was kept, or None where nothing is, or nothing that can be used.

        Raises:
            ReadCancelledError: Nobody waits any more.
        """
        path = cache_folder() / self.name
        try:
            with path.open("rb") as file:
                found = _read(file, watch)
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, InputError, MemoryError):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        touch(path)
        return found

    def store(self, dataset: Dataset, report: TableReport, watch: Watch = UNWATCHED) -> bool:
        """Keep a table as it was read, if that is worth its while; return whether it is kept now.

        Writes to a file of its own until the end, so that whoever reads meanwhile is not disturbed; a full disk leaves
        nothing behind.

        Raises:
            ReadCancelledError: Nobody waits any more.
        """
        dataset = dataset.as_read
        if not (self.is_slow or dataset.total_rows is not None):
            return False
        size = sum(column.values.nbytes for column in dataset.columns)
        try:
            header = json.dumps(_header(dataset, report)).encode()
            with new_file(self.name, size) as place, place.open("wb") as file:
                _write(file, header, [column.values for column in dataset.columns], watch)
        except (OSError, TypeError, ValueError):
            return False
        return True


def slot_for(path: Path, choices: ReadingChoices) -> TableSlot | None:
    """Return where the table at ``path``, in its present state and read by ``choices``, is kept; None for no file.

    To be called before the file is read, lest it change in between.
    """
    stamp = stamp_of(path)
    if stamp is None:
        return None
    what = [str(path.absolute()), stamp, choices.as_json(), _code(), sys.byteorder]
    name = hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32] + _SUFFIX
    suffix = path.suffix.lower()
    least = _WORTHWHILE_DENSE if suffix in _DENSE else _WORTHWHILE_TEXT
    return TableSlot(name, path, stamp[0] >= least and suffix != ".parquet")


@cache
def _code() -> str:
    """Return what the code that reads tables adds up to: another state of it may read them otherwise."""
    digest = hashlib.sha256()
    for package in (gdexplorer.core, gdexplorer.files):
        for path in sorted(glob.glob(f"{glob.escape(package.__path__[0])}/*.py")):  # noqa: PTH207 - sorted as text
            digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def _header(dataset: Dataset, report: TableReport) -> dict[str, Any]:
    kept = [f.name for f in fields(Dataset) if f.name not in _LEFT_OUT]
    return {
        "report": as_plain(report),
        "dataset": {name: as_plain(getattr(dataset, name)) for name in kept},
        "columns": [{name: as_plain(getattr(column, name)) for name in _COLUMN_FIELDS} for column in dataset.columns],
        "rows": dataset.row_count,
        "moments": _plain_source(dataset.moments) if isinstance(dataset.moments, TableMoments) else None,
    }


_LEFT_OUT = ("columns", "edits", "original", "moments")
_COLUMN_FIELDS = tuple(f.name for f in fields(Column) if f.name != "values")


def _write(file: BinaryIO, header: bytes, columns: list[FloatArray], watch: Watch) -> None:
    total = 0
    parts: list[bytes | memoryview] = [_MAGIC, header + b"\n", *(column.data for column in columns)]
    for part in parts:
        for piece in _pieces(part):
            stop_if(watch)
            total = zlib.crc32(piece, total)
            file.write(piece)
    file.write(total.to_bytes(4, "little"))


def _read(file: BinaryIO, watch: Watch) -> tuple[Dataset, TableReport]:
    """Return what was written. Raises one of many errors where it is not what was written."""
    if file.readline(len(_MAGIC)) != _MAGIC:
        raise ValueError("another kind of file")
    line = file.readline()
    total = zlib.crc32(line, zlib.crc32(_MAGIC))
    header = json.loads(line)
    columns = []
    for described in header["columns"]:
        values = np.empty(header["rows"])
        for piece in _pieces(values.data):
            stop_if(watch)
            if file.readinto(piece) != len(piece):  # type: ignore[attr-defined]
                raise ValueError("cut short")
            total = zlib.crc32(piece, total)
        columns.append(Column(values=values, **described))
    if file.read() != total.to_bytes(4, "little"):
        raise ValueError("damaged")
    plain = dict(header["dataset"])
    plain["suggested_terms"] = tuple(plain["suggested_terms"])
    source = header["moments"] and _source(header["moments"])
    dataset = Dataset(columns=tuple(columns), moments=source, **plain)
    report: TableReport = from_plain(TableReport, header["report"])
    return dataset, report


def _pieces(part: bytes | memoryview) -> Iterator[memoryview]:
    whole = memoryview(part).cast("B")
    for first in range(0, len(whole), _PIECE_BYTES):
        yield whole[first : first + _PIECE_BYTES]


def _plain_source(source: TableMoments) -> dict[str, Any]:
    query = source.query
    return {
        "query": {
            "table": query.table,
            "parameters": query.parameters,
            "names": query.names,
            "expressions": query.expressions,
            "path": str(query.path),
            "row_number": query.row_number,
        },
        "columns": source.columns,
        "title": source.title,
        "gaps": sorted(source.gaps),
        "stamp": source.stamp,
        "known": [_plain_moments(terms, moments) for terms, moments in source.known],
    }


def _source(plain: dict[str, Any]) -> TableMoments:
    described = plain["query"]
    query = NumbersQuery(
        described["table"],
        described["parameters"],
        tuple(described["names"]),
        tuple(described["expressions"]),
        Path(described["path"]),
        described["row_number"],
    )
    stamp = tuple(plain["stamp"])
    if stamp_of(query.path) != stamp:
        raise ValueError("the copy is gone or another one")
    held = Hold(query.path) if query.path.parent == cache_folder() else None
    if held is not None:
        touch(query.path)
    source = TableMoments(query, plain["columns"], plain["title"], plain["gaps"], (stamp[0], stamp[1]), held)
    for known in reversed(plain["known"]):
        source.learn(*_moments(known))
    return source


def _plain_moments(terms: tuple[Term, ...], moments: Moments) -> dict[str, Any]:
    return {
        "terms": [term.factors for term in terms],
        "rows": moments.rows,
        "centres": moments.centres.tolist(),
        "spreads": moments.spreads.tolist(),
        "factor": moments.factor.tolist(),
        "is_constant": moments.is_constant.tolist(),
    }


def _moments(plain: dict[str, Any]) -> tuple[tuple[Term, ...], Moments]:
    terms = tuple(product(Term(name, power) for name, power in factors) for factors in plain["terms"])
    centres, spreads, factor = (np.array(plain[name], dtype=np.float64) for name in ("centres", "spreads", "factor"))
    return terms, Moments(plain["rows"], centres, spreads, factor, np.array(plain["is_constant"], dtype=np.bool_))
