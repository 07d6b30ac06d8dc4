"""Every bundled data set, written in every dialect, reads back equal to its source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gdexplorer.app.cli import main
from gdexplorer.files.reading import open_table
from tests.files.checking import faults
from tests.files.dialect import Dialect
from tests.files.dialects import DIALECTS
from tests.files.tables import NICKNAMES

Info = Callable[[str], dict]
CASES = [
    pytest.param(dialect, nickname, id=f"{dialect.name}-{nickname}") for dialect in DIALECTS for nickname in NICKNAMES
]


@pytest.fixture
def info(capsys: pytest.CaptureFixture[str]) -> Info:
    """What ``gdexplorer info --json`` says of a file."""

    def info(source: str) -> dict:
        assert main(["info", source, "--json"]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return json.loads(out)

    return info


@pytest.mark.parametrize(("dialect", "nickname"), CASES)
def test_a_dialect_reads_back_equal_to_its_source(dialect: Dialect, nickname: str, tmp_path: Path, info: Info) -> None:
    table = dialect.table(nickname)
    path = tmp_path / dialect.file_name
    path.write_bytes(dialect.content(table))

    opened = open_table(str(path))

    assert faults(opened, table, dialect) == []
    assert info(str(path)) == opened.report.as_json()
