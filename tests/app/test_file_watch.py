from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gdexplorer.app.file_stamp import stamp_of
from gdexplorer.app.file_watch import FileWatch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    return path


@pytest.fixture
def watch(qtbot, file: Path) -> Iterator[FileWatch]:
    made = FileWatch()
    made.watch(file, stamp_of(file))
    qtbot.waitUntil(lambda: not made._timer.isActive())
    yield made
    made.rest()


def test_a_file_that_stays_is_not_told(watch: FileWatch, qtbot, file: Path) -> None:
    (file.parent / "other").write_text("")
    qtbot.waitUntil(watch._timer.isActive)
    with qtbot.assertNotEmitted(watch.changed), qtbot.assertNotEmitted(watch.vanished):
        qtbot.waitUntil(lambda: not watch._timer.isActive())


def test_a_change_is_told_once(watch: FileWatch, qtbot, file: Path) -> None:
    told = []
    watch.changed.connect(lambda: told.append(1))
    with qtbot.waitSignal(watch.changed):
        for rows in range(5):
            file.write_text("a\n" + "1\n" * rows)
    watch.watch(file, "4 0")  # the same file read at another time
    qtbot.waitUntil(lambda: len(told) == 2)
    with qtbot.waitSignal(watch.changed):
        file.write_text("b\n")
    assert len(told) == 3


def test_replacement_by_a_rename_is_told_every_time(watch: FileWatch, qtbot, file: Path) -> None:
    for rows in (5, 6, 7):
        other = file.with_name("new")
        other.write_text("a\n" + "1\n" * rows)
        with qtbot.waitSignal(watch.changed):
            other.replace(file)


def test_deleting_and_writing_again_is_a_change(watch: FileWatch, qtbot, file: Path) -> None:
    with qtbot.assertNotEmitted(watch.vanished), qtbot.waitSignal(watch.changed):
        file.unlink()
        file.write_text("a\n22\n")


def test_a_file_that_goes_and_comes_back_is_told_both_times(watch: FileWatch, qtbot, file: Path) -> None:
    with qtbot.waitSignal(watch.vanished):
        file.unlink()
    with qtbot.waitSignal(watch.changed):
        file.write_text("a\n22\n")


def test_what_no_folder_tells_is_seen_when_the_user_comes_back(watch: FileWatch, qapp, qtbot, file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))
    with qtbot.waitSignal(watch.vanished):
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)


def test_what_changed_between_reading_and_watching_is_told(qtbot, file: Path) -> None:
    watch = FileWatch()
    read = stamp_of(file)
    file.write_text("a\n1\n2\n")
    with qtbot.waitSignal(watch.changed):
        watch.watch(file, read)
    watch.rest()


def test_another_file_is_watched_instead(watch: FileWatch, qtbot, file: Path) -> None:
    other = file.with_name("b.csv")
    other.write_text("b\n1\n")
    watch.watch(other, stamp_of(other))
    assert watch.path == other
    with qtbot.assertNotEmitted(watch.changed):
        file.write_text("a\n1\n2\n")
        qtbot.waitUntil(lambda: not watch._timer.isActive())
    with qtbot.waitSignal(watch.changed):
        other.write_text("b\n1\n2\n")


def test_no_file_has_no_stamp(tmp_path: Path) -> None:
    assert stamp_of(tmp_path / "none") == ""
    assert stamp_of("\0") == ""
