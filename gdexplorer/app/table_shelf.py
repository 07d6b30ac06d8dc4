"""The tables that were read, so that undo finds them without reading a file again."""

from __future__ import annotations

from gdexplorer.app.jobs import Prepared
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.core.settings import Settings
from gdexplorer.core.table_report import TableReport

_Key = tuple[str, ReadingChoices, str]


class TableShelf:
    """Tables as they were read, by source, reading choices and state of the file. Main thread only."""

    def __init__(self) -> None:
        self._tables: dict[_Key, tuple[Dataset, TableReport | None]] = {}

    def keep(self, prepared: Prepared) -> None:
        """Hold the table of ``prepared``; a report that it had before stays where none comes with it."""
        key = _key(prepared.settings)
        report = prepared.report or self._tables.get(key, (None, None))[1]
        self._tables[key] = (prepared.problem.dataset.as_read, report)

    def table(self, settings: Settings) -> Dataset | None:
        """Return the table that ``settings`` read; None where it is not held."""
        held = self._tables.get(_key(settings))
        return None if held is None else held[0]

    def report(self, settings: Settings) -> TableReport | None:
        """Return what reading that table brought; None where nothing is known."""
        return self._tables.get(_key(settings), (None, None))[1]


def _key(settings: Settings) -> _Key:
    return settings.source, settings.reading, settings.stamp
