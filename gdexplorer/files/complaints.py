"""What DuckDB's errors mean to the user, in one sentence each."""

from __future__ import annotations

import duckdb

from gdexplorer.core.errors import InputError
from gdexplorer.files.doors import shown


def explain(error: duckdb.Error | MemoryError, name: str) -> InputError:
    """Return what ``error`` about the file called ``name`` means."""
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return InputError(f"{name} needs more memory than is free; choose fewer rows or columns.")
    if "No space left" in text:
        return InputError(f"{name} needs room on the disk for temporary files to be read; free some and try again.")
    if any(word in text for word in ("Parquet", "parquet", "Thrift", "TProtocol", "footer", "magic bytes")):
        return InputError(f"{name} is cut short, damaged or not Parquet at all; copy or export it again.")
    return InputError(f"{name} cannot be read as a table ({shown(text.splitlines()[0], 120)}); export it again.")
