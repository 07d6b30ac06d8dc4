"""Every bundled data set, written in every dialect, reads back equal to its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gdexplorer.app.cli import main
from gdexplorer.files import reading
from gdexplorer.files.reading import OpenedTable, open_table
from tests.files.checking import faults
from tests.files.dialect import Dialect
from tests.files.dialects import DIALECTS
from tests.files.tables import NICKNAMES

CASES = [
    pytest.param(dialect, nickname, id=f"{dialect.name}-{nickname}") for dialect in DIALECTS for nickname in NICKNAMES
]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[OpenedTable]:
    """All tables that are read, so that the one which the command line tells of needs no second reading."""
    kept: list[OpenedTable] = []

    def open_and_keep(*arguments: Any) -> OpenedTable:
        kept.append(open_table(*arguments))
        return kept[-1]

    monkeypatch.setattr(reading, "open_table", open_and_keep)
    return kept


@pytest.mark.parametrize(("dialect", "nickname"), CASES)
def test_a_dialect_reads_back_equal_to_its_source(
    dialect: Dialect,
    nickname: str,
    tmp_path: Path,
    read: list[OpenedTable],
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = dialect.table(nickname)
    path = tmp_path / dialect.file_name
    path.write_bytes(dialect.content(table))

    assert main(["info", str(path), "--json"]) == 0

    out, err = capsys.readouterr()
    (opened,) = read
    told = json.loads(out)
    assert faults(opened, table, dialect) == []
    assert err == ""
    assert told == opened.report.as_json()
    assert told["rows"] == table.row_count
    assert [column["missing"] for column in told["columns"]] == [column.missing for column in table.columns]
