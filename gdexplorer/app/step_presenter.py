"""Shows one step of training in full."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gdexplorer.app.session import Session
from gdexplorer.ui.step_view import StepView


class StepPresenter(QObject):
    """Shows one step of training in full. Main thread only."""

    def __init__(self, session: Session, view: StepView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view

    def show_problem(self) -> None:
        """Begin anew for another problem."""

    def draw(self) -> None:
        """Draw the present state."""

    def take_results(self) -> None:
        """Use what the worker has brought since the last frame."""
