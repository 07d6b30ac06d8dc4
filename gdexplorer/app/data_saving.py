"""Saves the data in use, edits and all, as a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from gdexplorer.app.session import Session
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.numerals import counted
from gdexplorer.engine.worker import Ticket
from gdexplorer.files.doors import shown
from gdexplorer.files.saving import KINDS, save_table
from gdexplorer.ui.banner import Banner

_FILTERS = ";;".join(f"{title} (*{suffix})" for suffix, title in KINDS.items())


def saving(dataset: Dataset, path: Path) -> Callable[[Ticket], Path]:
    """Make the job that writes ``dataset`` to ``path``, which is not to be the file that it was read from."""

    def job(ticket: Ticket) -> Path:
        source = Path(dataset.source)
        if source.is_absolute() and source.exists() and path.exists() and path.samefile(source):
            name = shown(path.name)
            raise InputError(f"{name} is the file that is open, which is never changed; choose another name.")
        return save_table(dataset, path, ticket)

    return job


class DataSaving(QObject):
    """Asks where to save, saves on the worker, and tells how it went. Main thread only.

    Args:
        session: Whose data.
        window: Under which the dialog opens.
        banner: Where to tell.
    """

    def __init__(self, session: Session, window: QWidget, banner: Banner) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._banner = banner
        self._folder = Path.home()
        session.errands.tableSaved.connect(self._on_session_table_saved)

    @Slot()
    def choose_place(self) -> None:
        """Ask for a file and write the data to it."""
        name = "".join(sign if sign.isalnum() or sign in " -_.()" else "_" for sign in self._session.dataset.title)
        suggested = self._folder / f"{name.strip() or 'data'} (edited).csv"
        text, kind = QFileDialog.getSaveFileName(self._window, "Save data as", str(suggested), _FILTERS)
        if not text:
            return
        path = Path(text)
        if path.suffix.lower() not in KINDS:
            suffix = next((each for each in KINDS if f"*{each}" in kind), ".csv")
            path = path.with_name(path.name + suffix)
        self._folder = path.parent
        self._session.errands.save(saving(self._session.dataset, path))

    @Slot(object, object)
    def _on_session_table_saved(self, path: Path | None, error: Exception | None) -> None:
        if error is not None:
            self._session.report(error)
        elif path is not None:
            dataset, report = self._session.dataset, self._session.table_report
            told = f"Saved {counted(dataset.row_count, dataset.row_noun)} as {shown(str(path), 200)}."
            others = sum(1 for column in report.columns if column.kind != "number") if report else 0
            if others:
                told += f" {counted(others, 'columns')} of text or dates {'is' if others == 1 else 'are'} not in it."
            self._banner.inform(told)
