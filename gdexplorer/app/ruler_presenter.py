"""Keeps the ruler on the learning-rate slider true."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gdexplorer.app.session import Session
from gdexplorer.ui.training_panel import TrainingPanel


class RulerPresenter(QObject):
    """Keeps the ruler on the learning-rate slider true. Main thread only."""

    def __init__(self, session: Session, panel: TrainingPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
