"""Runs sweeps over learning rates and draws them."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gdexplorer.app.session import Session
from gdexplorer.ui.sweep_view import SweepView


class SweepPresenter(QObject):
    """Runs sweeps over learning rates and draws them. Main thread only."""

    def __init__(self, session: Session, view: SweepView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view

    def show_problem(self) -> None:
        """Begin anew for another problem."""

    def draw(self) -> None:
        """Draw the present state."""

    def take_results(self) -> None:
        """Use what the worker has brought since the last frame."""
