"""A data set: named columns of numbers with units."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdexplorer.core.errors import InputError
from gdexplorer.core.row_edits import NO_EDITS, RowEdits

if TYPE_CHECKING:
    from gdexplorer.core.moments import MomentSource

FloatArray = NDArray[np.float64]


def frozen_array(values: ArrayLike) -> FloatArray:
    """Return ``values`` as a C-contiguous float64 array that nobody can write to."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Column:
    """One named column.

    Attributes:
        name: As in the file.
        values: Shape (rows,), float64, read-only; NaN where the file has no finite number.
        unit: Such as ``sq ft``; empty where none is known.
        is_quantity: False for codes such as a ZIP, which are numbers only by their looks.
    """

    name: str
    values: FloatArray
    unit: str = ""
    is_quantity: bool = True

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        if not np.isfinite(values).all():
            values = np.where(np.isfinite(values), values, np.nan)
        object.__setattr__(self, "values", frozen_array(values))

    @property
    def label(self) -> str:
        """Name and unit, as axes and lists show them: ``size_sqft [sq ft]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @cached_property
    def missing_count(self) -> int:
        """How many rows have no number here."""
        return int(np.count_nonzero(np.isnan(self.values)))

    @cached_property
    def is_constant(self) -> bool:
        """Whether all present values are equal (also where none is present)."""
        present = self.values[~np.isnan(self.values)]
        return present.size == 0 or bool(present.min() == present.max())


@dataclass(frozen=True, eq=False)
class Dataset:
    """Columns of equal length, with what a reader of the file suggested.

    Attributes:
        title: What to call it in the window.
        columns: At least one; names are unique.
        source: What opens it again: a bundled name or an absolute path.
        row_noun: What a row is, in the plural (``homes``).
        suggested_target: The column to predict, if the source names one.
        suggested_terms: Written terms (``size``, ``bias``, ``size^2``) to begin with, if the source names them.
        edits: That were made by hand.
        original: The data before these edits; None where there are none.
        total_rows: Rows of a table too big for memory, of which the columns hold a sample (of
            :data:`~gdexplorer.core.moments.SAMPLE_SEED`); None where they hold all of them.
        moments: What can pass over all these rows; None likewise.

    Raises:
        InputError: There are no columns, no rows, unequal lengths or a name twice.
    """

    title: str
    columns: tuple[Column, ...]
    source: str
    row_noun: str = "rows"
    suggested_target: str | None = None
    suggested_terms: tuple[str, ...] = ()
    edits: RowEdits = NO_EDITS
    original: Dataset | None = None
    total_rows: int | None = None
    moments: MomentSource | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            raise InputError(f"{self.title} has no column of numbers; choose a file with at least two.")
        lengths = {column.values.shape[0] for column in self.columns}
        if len(lengths) > 1:
            raise InputError(f"The columns of {self.title} differ in length; every row needs every column.")
        if lengths == {0}:
            raise InputError(f"{self.title} has no rows below its header; choose a file with data.")
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"{self.title} has two columns named “{twice}”; rename one of them.")

    @property
    def as_read(self) -> Dataset:
        """The data as their source has them, without edits by hand."""
        return self if self.original is None else self.original

    @property
    def row_count(self) -> int:
        """Number of rows in memory, including those with missing values."""
        return int(self.columns[0].values.shape[0])

    @property
    def all_row_count(self) -> int:
        """Number of rows, whether or not they are in memory."""
        missing = 0 if self.total_rows is None else self.total_rows - self.as_read.row_count
        return self.row_count + missing

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in the order of the file."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def column(self, name: str) -> Column:
        """Return the column called ``name``.

        Raises:
            InputError: There is none; the sentence lists those there are.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise InputError(
                f"{self.title} has no number column “{name}”; it has {', '.join(self.column_names[:12])}."
            ) from None

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over names and values: equal data have equal hashes, wherever they came from."""
        digest = hashlib.sha256()
        for column in self.columns:
            digest.update(column.name.encode())
            digest.update(b"\0")
            digest.update(column.values.tobytes())
        if self.total_rows is not None:
            digest.update(str(self.total_rows).encode())
        return digest.hexdigest()

    def complete_rows(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which rows have a number in every one of the columns ``names``; shape (rows,)."""
        complete = np.ones(self.row_count, dtype=np.bool_)
        for name in names:
            column = self.column(name)
            if column.missing_count:
                complete &= ~np.isnan(column.values)
        return complete
