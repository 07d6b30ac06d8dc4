"""What all panels that edit settings have in common."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from gdexplorer.core.errors import InputError
from gdexplorer.core.settings import Settings
from gdexplorer.ui.card import Card
from gdexplorer.ui.theme import LIGHT, Theme


class SettingsPanel(Card):
    """A card that shows settings and says what the user made of them.

    Attributes:
        problem: The sentence about an edit that could not be used; hidden while there is none. A panel adds it
            to its body where it wants it.

    Signals:
        settingsEdited (object): Settings that differ from those shown by what the user edited.
    """

    settingsEdited = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._settings: Settings | None = None
        self._theme: Theme = LIGHT
        self.problem = QLabel()
        self.problem.setProperty("role", "problem")
        self.problem.setWordWrap(True)
        self.problem.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        if self._settings is not None:
            self._show(self._settings)

    @Slot(str)
    def show_problem(self, sentence: str) -> None:
        """Show ``sentence``; hide the line where it is empty."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _hold(self, settings: Settings) -> None:
        """Show ``settings`` from elsewhere; what was said about an edit of other ones no longer holds."""
        if settings != self._settings:
            self.show_problem("")
        self._settings = settings
        self._show(settings)

    def _show(self, settings: Settings) -> None:
        """Show ``settings`` silently."""
        raise NotImplementedError

    def _edit(self, make: Callable[[Settings], Settings]) -> None:
        """Emit what ``make`` makes of the settings; if it cannot, say why and keep the old ones."""
        if self._settings is None:
            return
        try:
            settings = make(self._settings)
        except InputError as error:
            self._show(self._settings)
            self.show_problem(str(error))
            return
        self.show_problem("")
        changed = settings != self._settings
        self._settings = settings
        self._show(settings)
        if changed:
            self.settingsEdited.emit(settings)
