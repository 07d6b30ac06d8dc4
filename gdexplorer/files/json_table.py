"""JSON as a table: records, lines of records, columns, or rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gdexplorer.core.errors import InputError
from gdexplorer.files.grid import Grid
from gdexplorer.files.splitting import Record

_MOST_BYTES = 1 << 29  # it is held in memory as a whole
_HEAD_ROWS = 1000
_DEEPEST = 4
#: Under which of these names the records stand where they do not stand alone.
_WRAPPERS = ("data", "records", "rows", "results", "items", "features", "values", "value", "observations", "result")


def looks_like_json(path: Path) -> bool:
    """Whether the text at ``path`` is called or begins as JSON does."""
    if path.suffix.lower() in (".json", ".jsonl", ".ndjson", ".geojson"):
        return True
    with path.open("rb") as file:
        head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] not in (b"{", b"["):
        return False
    return head[1:].lstrip()[:1] in (b'"', b"{", b"[", b"]", b"}")


def json_grid(path: Path, name: str) -> Grid:
    """Return the records in the JSON file at ``path`` as cells, the names first.

    Raises:
        InputError: It is no JSON, holds no records, or is larger than memory should hold.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{name} is more than {_MOST_BYTES >> 20} MB of JSON; save it as CSV or Parquet.")
    names, rows = _table(_parsed(path, name), name)
    if not names:
        raise InputError(f"{name} holds no list of records; save its rows as a list of objects.")
    records: list[Record] = [(0, names), *enumerate(rows, 1)]

    def every() -> Iterator[Record]:
        return iter(records)

    return Grid(tuple(records[: _HEAD_ROWS + 1]), every, is_typed=True, has_header=True)


def _parsed(path: Path, name: str) -> Any:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is JSON but not UTF-8; save it as UTF-8.") from None
    try:
        return json.loads(text, object_hook=_with_a_break)
    except RecursionError:
        raise InputError(f"{name} is nested too deeply to be a table; save its records as CSV.") from None
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1:
            return _parsed_lines(lines, name)
        raise InputError(f"{name} is no valid JSON ({error}); correct it or export it again.") from None


def _with_a_break(record: dict[str, Any]) -> dict[str, Any]:
    """Return ``record``; between two records other threads, such as the window's, have their turn."""
    return record


def _parsed_lines(lines: Sequence[str], name: str) -> list[Any]:
    records = []
    for number, line in enumerate(lines, 1):
        try:
            records.append(json.loads(line.rstrip(",")))
        except (ValueError, RecursionError):
            raise InputError(
                f"{name} has something on line {number:,} that is no JSON; correct that line or export it again."
            ) from None
    return records


def _table(found: Any, name: str) -> tuple[list[str], list[list[str]]]:
    if isinstance(found, Mapping):
        columns, data = found.get("columns"), found.get("data")
        if isinstance(columns, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
            return [str(column) for column in columns], [[_text(cell) for cell in row] for row in data]
        inner = next((found[key] for key in _WRAPPERS if isinstance(found.get(key), list) and found[key]), None)
        if inner is not None and not all(isinstance(value, list) for value in found.values()):
            return _table(inner, name)
        if found and all(isinstance(value, list) for value in found.values()):
            return _from_columns({str(key): list(value) for key, value in found.items()})
        if found and all(isinstance(value, Mapping) for value in found.values()):
            return _from_maps(found)
        lists = [value for value in found.values() if isinstance(value, list) and value]
        if len(lists) == 1:
            return _table(lists[0], name)
        found = [found]
    if not isinstance(found, list) or not found:
        raise InputError(f"{name} holds no list of records; save its rows as a list of objects.")
    if all(isinstance(row, Mapping) for row in found):
        if all("properties" in row and isinstance(row["properties"], Mapping) for row in found):  # GeoJSON
            found = [row["properties"] for row in found]
        return _from_records(found)
    if all(isinstance(row, list) for row in found):
        return _from_rows(found)
    if all(isinstance(value, int | float) for value in found):
        return ["value"], [[_text(value)] for value in found]
    raise InputError(f"{name} holds no list of records; save its rows as a list of objects.")


def _from_records(records: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    flat = [dict(_flattened(record)) for record in records]
    names = list(dict.fromkeys(name for record in flat for name in record))
    return names, [[record.get(name, "") for name in names] for record in flat]


def _from_rows(rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[str]]]:
    width = max(map(len, rows))
    texts = [[_text(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    if all(isinstance(cell, str) for cell in rows[0]) and len(rows) > 1:
        return texts[0], texts[1:]
    return [f"x{index + 1}" for index in range(width)], texts


def _from_columns(columns: Mapping[str, Sequence[Any]]) -> tuple[list[str], list[list[str]]]:
    height = max(map(len, columns.values()))
    texts = [[_text(cell) for cell in column] + [""] * (height - len(column)) for column in columns.values()]
    return list(columns), [list(row) for row in zip(*texts, strict=True)]


def _from_maps(found: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Return the table of maps that are columns by row number, or rows by a key."""
    keys = [tuple(value) for value in found.values()]
    if all(key == keys[0] for key in keys) and all(str(index).isdecimal() for index in keys[0]):
        return _from_columns({name: list(value.values()) for name, value in found.items()})
    return _from_records(list(found.values()))


def _flattened(record: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        if isinstance(value, Mapping) and value and depth < _DEEPEST:
            yield from _flattened(value, f"{before}{key}.", depth + 1)
        else:
            yield f"{before}{key}", _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)
