"""A real window on the default data set, with preferences of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

# Bare command-line tests run without Qt; only those that ask for `window` import it.


@pytest.fixture
def preferences_file(tmp_path: Path) -> str:
    return str(tmp_path / "preferences.ini")


@pytest.fixture
def window(qapp, qtbot, preferences_file: str) -> Iterator[object]:
    from PySide6.QtCore import QSettings

    from gdexplorer.app.application import make_window
    from gdexplorer.app.preferences import Preferences

    made = make_window(preferences=Preferences(QSettings(preferences_file, QSettings.Format.IniFormat)))
    made.resize(1280, 860)
    with qtbot.waitExposed(made):
        made.show()
    made.session.warm_up()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    made.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())
