"""One way in which a table comes: how it is written, and what has to be found in it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Literal

import zstandard

from tests.files.changes import Change, chained
from tests.files.tables import Table, source_table
from tests.files.writing import Form


@dataclass(frozen=True)
class Dialect:
    """One way in which a table comes.

    Attributes:
        name: Of the case.
        form: What writes the file.
        changes: What is done to the clean table before, in turn.
        suffix: Of the file.
        noted: Patterns of which each has to be found in some note.
        packed: What the file is compressed by.
        blanks: Lines without anything that may count as left out.
    """

    name: str
    form: Form
    changes: tuple[Change, ...] = ()
    suffix: str = ".csv"
    noted: tuple[str, ...] = ()
    packed: Literal["", "gz", "zst"] = ""
    blanks: int = 0

    def table(self, nickname: str) -> Table:
        """Return what must be read where ``nickname`` is written so."""
        return chained(*self.changes)(source_table(nickname))

    def content(self, table: Table) -> bytes:
        content = self.form.write(table)
        if self.packed == "gz":
            return gzip.compress(content, 1)
        return zstandard.compress(content, 1) if self.packed == "zst" else content

    @property
    def file_name(self) -> str:
        return "homes" + self.suffix + (f".{self.packed}" if self.packed else "")
