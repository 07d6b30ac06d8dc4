"""The bundled data sets, each described by a JSON file beside its table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from gdexplorer.files.resources import resource


@dataclass(frozen=True, eq=False)
class Description:
    """What is known of a bundled data set without reading its table.

    Attributes:
        path: The table, ``.csv`` or ``.parquet``.
        title: What to call it in the window.
        nickname: What opens it, as the file's stem does too (``sacramento``).
        row_noun: What a row is, in the plural.
        target: The column to predict.
        terms: Written terms in their default order: best single predictor, bias, further columns, powers.
        units: Unit of each column that has one.
        codes: Columns of numbers that are no quantities, such as a ZIP.
        summary: One or two sentences on what it shows.
        credit: Where it comes from, with its licence.
    """

    path: Path
    title: str
    nickname: str
    row_noun: str
    target: str
    terms: tuple[str, ...]
    units: Mapping[str, str]
    codes: tuple[str, ...]
    summary: str
    credit: str


@cache
def bundled() -> tuple[Description, ...]:
    """Return all bundled data sets; the first is the one to begin with."""
    entries = [json.loads(path.read_text("utf-8")) for path in resource("datasets").glob("*.json")]
    entries.sort(key=lambda entry: int(entry["position"]))
    return tuple(
        Description(
            path=resource(f"datasets/{entry['file']}"),
            title=entry["title"],
            nickname=entry["nickname"],
            row_noun=entry["row_noun"],
            target=entry["target"],
            terms=tuple(entry["terms"]),
            units=MappingProxyType(entry["units"]),
            codes=tuple(entry["codes"]),
            summary=entry["summary"],
            credit=entry["credit"],
        )
        for entry in entries
    )


def find_bundled(name: str) -> Description | None:
    """Return the bundled data set with this nickname or file stem, or None."""
    return next((entry for entry in bundled() if name in (entry.nickname, entry.path.stem)), None)
