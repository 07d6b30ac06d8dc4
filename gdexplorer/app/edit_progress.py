"""How far an edit is that takes long, such as one that passes over a table on disk, and a way to give it up."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Slot

from gdexplorer.app.session import Session
from gdexplorer.ui.data_panel import DataPanel

_QUIET_S = 0.4  # edits that are there by then are not told of


class EditProgress(QObject):
    """Tells in the Data panel of an edit under way. Main thread only."""

    def __init__(self, session: Session, panel: DataPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._panel = session, panel
        self._began_s: float | None = None
        self._is_told = False
        session.ticked.connect(self._on_session_ticked)
        panel.cancelRequested.connect(self._on_panel_cancel_requested)

    @Slot()
    def _on_session_ticked(self) -> None:
        share, now = self._session.edit_share(), time.monotonic()
        if not self._session.is_editing:
            self._forget()
        elif self._began_s is None:
            self._began_s = now
        elif now - self._began_s > _QUIET_S:
            self._is_told = True
            self._panel.set_busy("Looking at all rows…" + ("" if share is None else f" {round(100 * share)}\u00a0%"))

    @Slot()
    def _on_panel_cancel_requested(self) -> None:
        if self._is_told:
            self._session.cancel_edit()
            self._forget()

    def _forget(self) -> None:
        self._began_s = None
        if self._is_told:
            self._is_told = False
            self._panel.set_busy(None)
