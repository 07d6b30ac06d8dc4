"""How data get into the window: from a file, the clipboard or a drop, with a question where the reader has one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QDir, QObject, QStandardPaths, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gdexplorer.app import pasted
from gdexplorer.app.file_stamp import stamp_of
from gdexplorer.app.file_watch import FileWatch
from gdexplorer.app.jobs import Prepared, opening, pasting
from gdexplorer.app.preferences import Preferences
from gdexplorer.app.session import Session, sentence_on
from gdexplorer.app.source_list import SourceList
from gdexplorer.core.errors import InputError
from gdexplorer.core.reading_choices import UNDECIDED, ReadingChoices
from gdexplorer.core.table_report import TableReport
from gdexplorer.engine.worker import Job
from gdexplorer.files.doors import SUFFIXES, shown
from gdexplorer.ui.banner import Banner
from gdexplorer.ui.data_panel import DataPanel
from gdexplorer.ui.import_dialog import ImportDialog
from gdexplorer.ui.import_drop import DropSheet, file_in
from gdexplorer.ui.theme import LIGHT, Theme

#: Offered in the banner when the file in use has changed.
RELOAD = "Reload"
_QUIET_S = 0.2  # reading that is over by then is not told of
_NAME_SHOWN = 20


class _Why(Enum):
    OPEN = auto()
    RELOAD = auto()
    DIALOG = auto()


@dataclass(frozen=True)
class _Reading:
    """What is being read: under which name, by which choices, which are ``is_stored`` if from an earlier opening."""

    why: _Why
    name: str
    source: str
    choices: ReadingChoices
    began_s: float
    is_stored: bool = False


class ImportFlow(QObject):
    """Reads what the user opens, asks where the reader asks, and only then puts it in use. Main thread only.

    Attributes:
        asks: Whether the dialog appears by itself; otherwise the reader's first guesses are taken.
        pasted_folder: Where pasted tables are kept.
        dialog: Shown while something is to be decided.
        drop_sheet: Over the window while a file is dragged.
        watch: On the file in use.
    """

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        window: QWidget,
        panel: DataPanel,
        banner: Banner,
        recent_menu: QMenu,
    ) -> None:
        super().__init__(window)
        self.asks = True
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
        self.pasted_folder = Path(folder) / "pasted"
        self._session, self._preferences = session, preferences
        self._window, self._panel, self._banner = window, panel, banner
        self._sources = SourceList(preferences, panel, recent_menu, self)
        self._reading: _Reading | None = None
        self._pending: Prepared | None = None
        self._good: tuple[TableReport, ReadingChoices] | None = None
        self._asked_source, self._shown_source = "", ""
        self._chooser: QFileDialog | None = None
        self._theme = LIGHT
        self.dialog = ImportDialog(window)
        self.drop_sheet = DropSheet(window)
        self.watch = FileWatch(self)
        self._connect()
        self._on_session_problem_changed()

    def _connect(self) -> None:
        session, dialog = self._session, self.dialog
        session.errands.tableRead.connect(self._on_session_table_read)
        session.ticked.connect(self._on_session_ticked)
        session.problemChanged.connect(self._on_session_problem_changed)
        self._sources.chosen.connect(self.open)
        self._panel.openRequested.connect(self.choose_file)
        self._panel.reportRequested.connect(self.show_report)
        self._panel.cancelRequested.connect(self.cancel)
        self._banner.actionRequested.connect(self._on_banner_action_requested)
        dialog.choicesEdited.connect(self._on_dialog_choices_edited)
        dialog.stopRequested.connect(self._on_dialog_stop_requested)
        dialog.accepted.connect(self._on_dialog_accepted)
        dialog.rejected.connect(self._on_dialog_rejected)
        self.drop_sheet.fileDropped.connect(self.open)
        self.drop_sheet.dropRefused.connect(self._banner.say)
        self.watch.changed.connect(self._on_watch_changed)
        self.watch.vanished.connect(self._on_watch_vanished)

    # What the user does --------------------------------------------------------------------------------------

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file and open it."""
        if self._chooser is None:
            self._chooser = QFileDialog(self._window, "Open a table")
            self._chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
            self._chooser.setNameFilters([_name_filter(), "All files (*)"])
            self._chooser.setOption(QFileDialog.Option.HideNameFilterDetails)
            self._chooser.fileSelected.connect(self.open)
            self._chooser.resize(860, 540)
        recent = self._preferences.recent_files
        self._chooser.setDirectory(str(Path(recent[0]).parent) if recent else QDir.homePath())
        self._chooser.open()

    @Slot(str)
    def open(self, source: str) -> None:
        """Read a bundled data set or a file on the worker, as decided before; use it once nothing is to be asked."""
        self._banner.dismiss()
        stored = self._preferences.reading(_absolute(source))
        choices = UNDECIDED if stored is None else stored
        self._read(_Why.OPEN, Path(source).name, source, choices, is_stored=stored is not None)

    @Slot()
    def reload(self) -> None:
        """Read the file in use anew, by the same choices."""
        settings = self._session.store.settings
        if Path(settings.source).is_absolute():
            self._banner.dismiss()
            self._read(_Why.RELOAD, Path(settings.source).name, settings.source, settings.reading)

    @Slot()
    def paste(self) -> None:
        """Open the table or the file that is on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        try:
            path = file_in(data)
            if path is not None:
                self.open(path)
                return
            text = data.text() if data.hasText() else ""
            if not text.strip():
                what = "holds no text" if data.formats() and not data.hasText() else "is empty"
                raise InputError(f"The clipboard {what}; copy the cells of a spreadsheet and paste again.")
        except InputError as error:
            self._banner.say(str(error))
            return
        self._banner.dismiss()
        job = pasting(text, self.pasted_folder, self._session.store.settings)
        self._start(_Reading(_Why.OPEN, pasted.TITLE, "", UNDECIDED, time.monotonic()), job)

    @Slot()
    def show_report(self) -> None:
        """Show how the data in use were read, with every decision to change."""
        report, settings = self._session.table_report, self._session.store.settings
        if report is not None and not self.dialog.isVisible():
            self._show_dialog(report, settings.reading, settings.source, None)

    @Slot()
    def cancel(self) -> None:
        """Give up what is being read; the data in use stay."""
        self._session.errands.cancel_reading()
        self._reading = None
        self._panel.set_busy(None)
        self._show_source()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self.dialog.set_theme(theme)
        self.drop_sheet.set_theme(theme)

    def close(self) -> None:
        """Watch and ask no more."""
        self.watch.rest()
        self.dialog.close()

    # Reading --------------------------------------------------------------------------------------------------

    def _read(self, why: _Why, name: str, source: str, choices: ReadingChoices, *, is_stored: bool = False) -> None:
        reading = _Reading(why, name, source, choices, time.monotonic(), is_stored)
        self._start(reading, opening(source, self._session.store.settings, choices=choices))

    def _start(self, reading: _Reading, job: Job) -> None:
        if reading.why is not _Why.DIALOG and self.dialog.isVisible():
            self.dialog.reject()
        self._reading = reading
        self._session.errands.read(job)

    @Slot(object, object)
    def _on_session_table_read(self, prepared: Prepared | None, error: Exception | None) -> None:
        reading, self._reading = self._reading, None
        self._panel.set_busy(None)
        if reading is None:
            return
        if reading.why is _Why.DIALOG:
            self._show_anew(prepared, reading.choices, error)
        elif prepared is not None:
            self._take(prepared, reading)
        elif error is not None and reading.is_stored and reading.choices != UNDECIDED and stamp_of(reading.source):
            self._preferences.forget_reading(_absolute(reading.source))  # the file is not what it was
            self._read(_Why.OPEN, reading.name, reading.source, UNDECIDED)
        elif error is not None:
            self._session.report(error)
            self._show_source()

    def _take(self, prepared: Prepared, reading: _Reading) -> None:
        """Ask about what was read, or use it."""
        report, known = prepared.report, self._session.table_report
        asked_before = set(known.questions) if known is not None and reading.why is _Why.RELOAD else set()
        if report is not None and self.asks and not reading.is_stored and set(report.questions) - asked_before:
            self._show_dialog(report, reading.choices, prepared.settings.source, prepared)
            return
        self._session.use(prepared)
        if reading.is_stored and report is not None and (report.questions or reading.choices != UNDECIDED):
            said = self._banner.sentence
            note = "Opened as before; change it under “How it was read…”."
            self._banner.inform(f"{note} {said}".strip())

    @Slot()
    def _on_session_ticked(self) -> None:
        """Say how far reading is, once it has taken a while."""
        reading = self._reading
        if reading is None or time.monotonic() - reading.began_s < _QUIET_S:
            return
        share = self._session.errands.reading_share()
        done = "" if share is None else f" {round(100 * share)}\u00a0%"
        if reading.why is _Why.DIALOG:
            self.dialog.set_busy(f"Reading anew…{done}")
        else:
            self._panel.set_busy(f"Opening {shown(reading.name, _NAME_SHOWN)}…{done}")

    @Slot()
    def _on_session_problem_changed(self) -> None:
        settings = self._session.store.settings
        path = Path(settings.source) if Path(settings.source).is_absolute() else None
        if path != self.watch.path and self._banner.offer == RELOAD:
            self._banner.dismiss()
        self.watch.watch(path, settings.stamp)
        if settings.source != self._shown_source:
            if path is not None:
                self._preferences.add_recent_file(str(path))
            self._show_source()

    def _show_source(self) -> None:
        self._shown_source = self._session.store.settings.source
        self._sources.show(self._shown_source)

    # Asking ---------------------------------------------------------------------------------------------------

    def _show_dialog(self, report: TableReport, choices: ReadingChoices, source: str, pending: Prepared | None) -> None:
        """Show ``report``; of data that are not in use yet, if they are ``pending``."""
        self._pending, self._good, self._asked_source = pending, (report, choices), source
        dataset = self._session.dataset if pending is None else pending.problem.dataset
        path = Path(source)
        is_named = path.is_absolute() and not pasted.is_pasted(path)
        self.dialog.set_file(path.name if is_named else dataset.title, is_in_use=pending is None)
        self.dialog.set_report(report, choices)
        self.dialog.open()

    def _show_anew(self, prepared: Prepared | None, choices: ReadingChoices, error: Exception | None) -> None:
        if prepared is not None and prepared.report is not None:
            self._pending, self._good = prepared, (prepared.report, choices)
            self.dialog.set_report(prepared.report, choices)
        elif error is not None:
            self.dialog.set_problem(sentence_on(error))

    @Slot(object)
    def _on_dialog_choices_edited(self, choices: ReadingChoices) -> None:
        self._read(_Why.DIALOG, "", self._asked_source, choices)

    @Slot()
    def _on_dialog_stop_requested(self) -> None:
        self._session.errands.cancel_reading()
        self._reading = None
        if self._good is not None:
            self.dialog.set_report(*self._good)

    @Slot()
    def _on_dialog_accepted(self) -> None:
        pending, self._pending = self._pending, None
        if pending is None:
            return
        if Path(pending.settings.source).is_absolute():
            self._preferences.store_reading(pending.settings.source, pending.settings.reading)
        self._session.use(pending)

    @Slot()
    def _on_dialog_rejected(self) -> None:
        self._pending = None
        if self._reading is not None and self._reading.why is _Why.DIALOG:
            self._session.errands.cancel_reading()
            self._reading = None
        self._show_source()

    # The file in use ------------------------------------------------------------------------------------------

    @Slot()
    def _on_watch_changed(self) -> None:
        if self.watch.path is not None:
            self._banner.inform(f"{self.watch.path.name} has changed on disk.", RELOAD)

    @Slot()
    def _on_watch_vanished(self) -> None:
        if self.watch.path is not None:
            name = self.watch.path.name
            self._banner.inform(f"{name} is not there any more; the table stays in use as it was read.")

    @Slot(str)
    def _on_banner_action_requested(self, action: str) -> None:
        if action == RELOAD:
            self.reload()


def _absolute(source: str) -> str:
    try:
        return str(Path(source).expanduser().absolute())
    except RuntimeError:  # no such user
        return source


def _name_filter() -> str:
    patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in SUFFIXES)
    return f"Tables ({patterns})"
