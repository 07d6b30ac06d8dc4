from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from gdexplorer.app.preferences import Preferences
from gdexplorer.core.reading_choices import UNDECIDED, ColumnChoice, ReadingChoices
from gdexplorer.ui.landscape_choice import Drawing


@pytest.fixture
def stored(tmp_path):
    """Return the preferences as a fresh start of the program finds them, and what is under them."""

    def open_again(text=None):
        path = tmp_path / "preferences.ini"
        if text is not None:
            path.write_text(text, "utf-8")
        settings = QSettings(str(path), QSettings.Format.IniFormat)
        return Preferences(settings), settings

    return open_again


def files(folder: Path, count):
    paths = [folder / f"homes {index}, ä.csv" for index in range(count)]
    for path in paths:
        path.write_text("a\n1\n", "utf-8")
    return [str(path) for path in paths]


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_theme_survives(stored, theme):
    preferences, settings = stored()
    assert preferences.theme == "system"
    preferences.theme = theme
    settings.sync()
    assert stored()[0].theme == theme


@pytest.mark.parametrize("text", ["theme=pink", "theme=", "theme=3", "theme=@Invalid()", "theme=a, b", "\x01\x02["])
def test_a_broken_theme_is_the_systems(stored, text):
    assert stored(f"[General]\n{text}\n")[0].theme == "system"


@pytest.mark.parametrize("drawing", Drawing)
def test_the_drawing_of_planes_survives(stored, drawing):
    preferences, settings = stored()
    assert preferences.drawing is Drawing.BOTH
    preferences.drawing = drawing
    settings.sync()
    assert stored()[0].drawing is drawing


def test_a_broken_drawing_is_both(stored):
    assert stored("[General]\ndrawing=fresco\n")[0].drawing is Drawing.BOTH


@pytest.mark.parametrize("count", [1, 2, 3])
def test_recent_files_survive_the_latest_first(stored, tmp_path, count):
    preferences, settings = stored()
    paths = files(tmp_path, count)
    for path in paths:
        preferences.add_recent_file(path)
    settings.sync()
    assert stored()[0].recent_files == paths[::-1]


def test_a_file_opened_again_moves_to_the_front(stored, tmp_path):
    preferences, _ = stored()
    first, second = files(tmp_path, 2)
    for path in (first, second, first):
        preferences.add_recent_file(path)
    assert preferences.recent_files == [first, second]


def test_eight_recent_files_are_kept(stored, tmp_path):
    preferences, _ = stored()
    paths = files(tmp_path, 11)
    for path in paths:
        preferences.add_recent_file(path)
    assert preferences.recent_files == paths[:2:-1]


def test_a_file_that_is_gone_is_left_out(stored, tmp_path):
    preferences, _ = stored()
    first, second = files(tmp_path, 2)
    preferences.add_recent_file(first)
    preferences.add_recent_file(second)
    Path(second).unlink()
    assert preferences.recent_files == [first]


@pytest.mark.qt_log_ignore("invalid type")  # Qt says so of a stored value of a type that it does not know
@pytest.mark.parametrize(
    "text", ["", "@Invalid()", "@ByteArray(\\xff)", "7", ", ,", "@Variant(nonsense)", "/no/such.csv"]
)
def test_broken_recent_files_are_none(stored, text):
    preferences, _ = stored(f"[General]\nrecent_files={text}\n")
    assert preferences.recent_files == []


def test_a_layout_survives(stored):
    preferences, settings = stored()
    state = QByteArray(bytes(range(256)))
    assert preferences.layout("window").isEmpty()
    preferences.store_layout("window", state)
    settings.sync()
    again = stored()[0]
    assert again.layout("window") == state
    assert again.layout("splitter").isEmpty()


@pytest.mark.qt_log_ignore("invalid type")
@pytest.mark.parametrize("text", ["@Invalid()", "7", "a, b", "@Variant(nonsense)"])
def test_a_broken_layout_does_not_raise(stored, text):
    preferences, _ = stored(f"[layout]\nwindow={text}\n")
    assert isinstance(preferences.layout("window"), QByteArray)


DECIDED = ReadingChoices(decimal=",", missing_words=("n/k",), columns=((3, ColumnChoice(unit="€", kind="number")),))


def test_what_was_decided_about_a_file_survives(stored):
    preferences, settings = stored()
    assert preferences.reading("/a ä.csv") is None
    preferences.store_reading("/a ä.csv", DECIDED)
    preferences.store_reading("/b.csv", UNDECIDED)
    settings.sync()
    again, _ = stored()
    assert again.reading("/a ä.csv") == DECIDED
    assert again.reading("/b.csv") == UNDECIDED
    assert again.reading("/c.csv") is None


def test_the_latest_decision_counts_and_can_be_forgotten(stored):
    preferences, _ = stored()
    preferences.store_reading("/a.csv", DECIDED)
    preferences.store_reading("/b.csv", DECIDED)
    preferences.store_reading("/a.csv", UNDECIDED)
    assert preferences.reading("/a.csv") == UNDECIDED
    preferences.forget_reading("/a.csv")
    assert preferences.reading("/a.csv") is None
    assert preferences.reading("/b.csv") == DECIDED


def test_decisions_about_the_latest_files_are_kept(stored):
    preferences, _ = stored()
    for index in range(70):
        preferences.store_reading(f"/{index}.csv", DECIDED)
    kept = [preferences.reading(f"/{index}.csv") is not None for index in range(70)]
    assert kept == [False] * 6 + [True] * 64


@pytest.mark.qt_log_ignore("invalid type")
@pytest.mark.parametrize(
    "text",
    [
        "@Invalid()",
        "7",
        "a, b",
        '"[1]"',
        '"[[\\"/a.csv\\"]]"',
        '"[[\\"/a.csv\\", 5]]"',
        '"[[\\"/a.csv\\", {\\"sheet\\": []}]]"',
        '"[[\\"/a.csv\\", {\\"columns\\": {\\"x\\": {}}}]]"',
        '"[[\\"/a.csv\\", {\\"columns\\": [7]}]]"',
        '"[[\\"/a.csv\\", {\\"missing_words\\": 7}]]"',
    ],
)
def test_broken_decisions_are_none(stored, text):
    preferences, _ = stored(f"[General]\nreadings={text}\n")
    assert preferences.reading("/a.csv") is None
    preferences.store_reading("/a.csv", DECIDED)
    assert preferences.reading("/a.csv") == DECIDED
