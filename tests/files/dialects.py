"""The dialects that every bundled data set is written in; the most usual ones of each kind come first."""

from __future__ import annotations

from tests.files.cell_dialects import CELL_DIALECTS
from tests.files.dialect import Dialect
from tests.files.line_dialects import LINE_DIALECTS
from tests.files.structured_dialects import STRUCTURED_DIALECTS

DIALECTS: tuple[Dialect, ...] = (*LINE_DIALECTS, *CELL_DIALECTS, *STRUCTURED_DIALECTS)
