"""Writing a table, edits and all, as a file of its own: CSV or Parquet, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import secrets
from pathlib import Path

import duckdb
import numpy as np

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.watching import UNWATCHED, Watch
from gdexplorer.files.doors import shown

#: Kinds of files that can be written, by their suffix, with what the dialog calls them.
KINDS = {".csv": "CSV table", ".parquet": "Parquet table"}
_WHOLE = 2.0**53  # whole numbers up to it are written without a point


class SaveCancelledError(Exception):
    """Nobody wants the file any more; there is none."""


def save_table(dataset: Dataset, path: Path, watch: Watch = UNWATCHED) -> Path:
    """Write ``dataset`` to ``path``, which says by its suffix what to write, and return the absolute path.

    The header has names with units, as ``size [sq ft]``; missing values are empty; numbers are the shortest that read
    back bit for bit. The file appears, or replaces the one there, only once it is complete. Any thread may call this.

    Raises:
        InputError: It cannot be written there; what was there is as it was.
        SaveCancelledError: ``watch`` said so.
    """
    if dataset.total_rows is not None:
        raise InputError(
            f"Only a sample of the {dataset.total_rows:,} rows of {shown(dataset.title)} is in memory, so the table "
            "cannot be saved whole; its file is as it was."
        )
    called = f"“{shown(str(path), 200)}”"
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise InputError(f"{called} should end in {' or '.join(KINDS)}, which says what to write; choose such a name.")
    try:
        path = path.expanduser().resolve()
        if path.is_dir():
            raise InputError(f"{called} is a folder; choose a name in it.")
        if path.exists() and not path.is_file():
            raise InputError(f"{called} is not a file but a pipe or a device; choose another name.")
        if path.exists() and not os.access(path, os.W_OK):
            raise InputError(f"{called} may not be written by you; choose another name.")
        part = path.with_name(f".gdexplorer-{secrets.token_hex(6)}{suffix}")
        part.touch(exist_ok=False)
    except (OSError, ValueError, RuntimeError) as error:  # links in a circle are a RuntimeError
        if isinstance(error, InputError):
            raise
        raise _failure(called, error) from error
    try:
        _write(dataset, part, suffix, watch)
        _keep_permissions(path, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except duckdb.InterruptException:
        raise SaveCancelledError from None
    except (OSError, duckdb.Error, MemoryError) as error:
        raise _failure(called, error) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _write(dataset: Dataset, part: Path, suffix: str, watch: Watch) -> None:
    arrays = {f"c{index}": column.values for index, column in enumerate(dataset.columns)}
    cells = ", ".join(
        f"{_cell(column, f'c{index}')} AS {_quoted(column.label)}" for index, column in enumerate(dataset.columns)
    )
    how = "FORMAT parquet" if suffix == ".parquet" else _csv_options(dataset)
    with duckdb.connect() as connection:
        connection.register("arrays", arrays)
        with watch.during(connection.interrupt, connection.query_progress):
            if watch.is_cancelled():
                raise SaveCancelledError
            connection.execute(f"COPY (SELECT {cells} FROM arrays) TO {_literal(str(part))} ({how})")


def _csv_options(dataset: Dataset) -> str:
    """Return how to write CSV under a header of our own: DuckDB takes names that differ by case only for the same.

    In a single column a missing value is written as a word, for an empty line would be no row.
    """
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow([column.label for column in dataset.columns])
    missing = "NA" if len(dataset.columns) == 1 else ""
    prefix = _literal(header.getvalue())
    return f"FORMAT csv, HEADER false, PREFIX {prefix}, SUFFIX '\n', DELIMITER ',', NULLSTR '{missing}'"


def _cell(column: Column, name: str) -> str:
    """Return what of a column is written: whole numbers without a point."""
    with np.errstate(invalid="ignore"):
        present = column.values[~np.isnan(column.values)]
        is_whole = present.size > 0 and bool((np.abs(present) < _WHOLE).all() and (present == np.floor(present)).all())
        has_minus_zero = is_whole and bool(np.signbit(present[present == 0]).any())
    return f"CAST({name} AS BIGINT)" if is_whole and not has_minus_zero else name


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _keep_permissions(path: Path, part: Path) -> None:
    """Let the new file be read by whom the old one was."""
    if path.exists():
        part.chmod(path.stat().st_mode & 0o777)


def _failure(called: str, error: Exception) -> InputError:
    text = str(error)
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return InputError("There is not enough memory to write the table; close other programs and try again.")
    if "No space left" in text or "out of disk space" in text.lower():
        return InputError(f"There is no room on the disk for {called}; choose another disk or free some space.")
    reason = (error.strerror if isinstance(error, OSError) else None) or "not a possible name"
    if isinstance(error, duckdb.Error):
        reason = shown(text.splitlines()[0].rpartition(": ")[2], 80)
    return InputError(f"{called} cannot be written ({reason.lower()}); choose another place.")
