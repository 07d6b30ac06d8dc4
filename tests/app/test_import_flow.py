"""Data get into the window by every door, and nothing is used before what had to be asked is answered."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from gdexplorer.app.import_flow import RELOAD
from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.errors import InputError
from gdexplorer.core.reading_choices import UNDECIDED, ReadingChoices
from gdexplorer.core.terms import Term
from gdexplorer.files.reading import OpenedTable, open_table

QUESTION = "Is the point in “area” a decimal sign (line 2)?"


@pytest.fixture
def flats(tmp_path: Path) -> Path:
    path = tmp_path / "flats.csv"
    write(path, 40)
    return path


def write(path: Path, rows: int, factor: int = 3) -> None:
    lines = (f"{a},{a % 5},{factor * a + 7 + a % 3}\n" for a in range(20, 20 + rows))
    path.write_text("area,rooms,price\n" + "".join(lines))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[ReadingChoices]:
    """Let the reader ask until the decimal sign is decided, and refuse Shift JIS; return by what it was called."""
    seen: list[ReadingChoices] = []

    def asking(source: str, choices: ReadingChoices, watch: object) -> OpenedTable:
        seen.append(choices)
        if choices.encoding == "shift_jis":
            raise InputError("flats.csv is not Shift JIS (line 2); choose another encoding.")
        table = open_table(source, replace(choices, decimal=None), watch)
        if choices.decimal is None and source.endswith("flats.csv"):
            first, *others = table.report.columns
            columns = (replace(first, question=QUESTION), *others)
            table = replace(table, report=replace(table.report, columns=columns, questions=(QUESTION,)))
        return table

    monkeypatch.setattr("gdexplorer.app.jobs.open_table", asking)
    return seen


def open_asking(window: MainWindow, qtbot, path: Path) -> None:
    window.open_source(str(path))
    qtbot.waitUntil(window.imports.dialog.isVisible, timeout=10_000)


def press(qtbot, button) -> None:
    qtbot.waitUntil(button.isEnabled, timeout=10_000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def open_quietly(window: MainWindow, qtbot, path: Path) -> None:
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.open_source(str(path))


@pytest.mark.usefixtures("reads")
def test_a_table_with_a_question_is_used_only_once_it_is_answered(window: MainWindow, qtbot, flats) -> None:
    before = window.session.store.settings
    open_asking(window, qtbot, flats)
    dialog = window.imports.dialog
    assert window.session.store.settings == before
    assert window.session.dataset.title == "Sacramento homes"
    assert dialog.questions.questions() == (QUESTION,)
    assert window.data_panel.source.key() == "sacramento"
    press(qtbot, dialog.open_button)
    assert window.session.dataset.title == "flats"
    assert window.data_panel.source.key() == str(flats)
    assert not dialog.isVisible()
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.session.store.undo_stack.undo()
    assert window.session.dataset.title == "Sacramento homes"


@pytest.mark.usefixtures("reads")
def test_cancel_keeps_everything_as_it_was(window: MainWindow, qtbot, flats) -> None:
    before = window.session.store.settings
    open_asking(window, qtbot, flats)
    qtbot.keyClick(window.imports.dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.imports.dialog.isVisible())
    assert window.session.store.settings == before
    assert window.session.store.undo_stack.count() == 0
    open_asking(window, qtbot, flats)  # nothing was decided, so it is asked again
    window.imports.dialog.reject()


def test_a_change_in_the_dialog_is_read_at_once_and_kept(window: MainWindow, qtbot, flats, reads) -> None:
    open_asking(window, qtbot, flats)
    dialog = window.imports.dialog
    dialog.file_box.decimal.valueEdited.emit(".")
    assert not dialog.open_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.questions.questions() == (), timeout=10_000)
    assert reads == [UNDECIDED, ReadingChoices(decimal=".")]
    press(qtbot, dialog.open_button)
    assert window.session.store.settings.reading == ReadingChoices(decimal=".")
    assert window.session.table_report.questions == ()


@pytest.mark.usefixtures("reads")
def test_what_was_decided_holds_at_the_next_opening(window: MainWindow, qtbot, flats) -> None:
    open_asking(window, qtbot, flats)
    press(qtbot, window.imports.dialog.open_button)  # with everything as the reader found it
    open_quietly(window, qtbot, Path("crickets"))
    open_quietly(window, qtbot, flats)
    assert not window.imports.dialog.isVisible()
    assert window.banner.sentence.startswith("Opened as before; change it under “How it was read…”.")


@pytest.mark.usefixtures("reads")
def test_choices_that_cannot_be_followed_are_said_and_the_preview_stays(window: MainWindow, qtbot, flats) -> None:
    open_asking(window, qtbot, flats)
    dialog = window.imports.dialog
    dialog.file_box.encoding.valueEdited.emit("shift_jis")
    qtbot.waitUntil(lambda: "Shift JIS" in dialog.status, timeout=10_000)
    assert dialog.isVisible()
    assert not dialog.open_button.isEnabled()
    assert dialog.preview.model().rowCount() > 0
    dialog.file_box.encoding.valueEdited.emit(None)
    press(qtbot, dialog.open_button)
    assert window.session.dataset.title == "flats"


def test_earlier_decisions_that_fit_no_more_are_dropped(window: MainWindow, qtbot, flats, reads) -> None:
    window._preferences.store_reading(str(flats), ReadingChoices(encoding="shift_jis"))
    open_asking(window, qtbot, flats)
    assert reads == [ReadingChoices(encoding="shift_jis"), UNDECIDED]
    assert window._preferences.reading(str(flats)) is None
    window.imports.dialog.reject()


def test_decisions_on_a_file_that_is_away_are_kept(window: MainWindow, qtbot, flats: Path) -> None:
    choices = ReadingChoices(encoding="utf-8")
    window._preferences.store_reading(str(flats), choices)
    away = flats.rename(flats.with_name("away.csv"))
    with qtbot.waitSignal(window.session.failed, timeout=10_000):
        window.open_source(str(flats))
    away.rename(flats)
    open_quietly(window, qtbot, flats)
    assert window.session.store.settings.reading == choices


@pytest.mark.usefixtures("reads")
def test_where_nobody_can_answer_the_first_guess_is_taken(window: MainWindow, qtbot, flats) -> None:
    window.imports.asks = False
    open_quietly(window, qtbot, flats)
    assert window.session.dataset.title == "flats"


@pytest.mark.usefixtures("reads")
def test_opening_something_else_drops_the_question(window: MainWindow, qtbot, flats) -> None:
    open_asking(window, qtbot, flats)
    open_quietly(window, qtbot, Path("crickets"))
    assert not window.imports.dialog.isVisible()
    assert window.session.dataset.source == "crickets"


def test_the_report_on_the_data_in_use_can_be_seen(window: MainWindow, qtbot) -> None:
    qtbot.mouseClick(window.data_panel.report, Qt.MouseButton.LeftButton)
    dialog = window.imports.dialog
    assert dialog.isVisible()
    assert dialog.windowTitle() == "How Sacramento homes was read"
    assert not dialog.open_button.isEnabled()
    assert dialog.cancel_button.text() == "Close"
    press(qtbot, dialog.cancel_button)
    assert not dialog.isVisible()


@pytest.mark.usefixtures("reads")
def test_reading_the_data_in_use_otherwise_keeps_target_and_terms(window: MainWindow, qtbot, flats) -> None:
    window.imports.asks = False
    open_quietly(window, qtbot, flats)
    settings = replace(window.session.store.settings, target="rooms", terms=(Term("price"), Term("area")))
    window.session.edit(settings)
    qtbot.waitUntil(lambda: window.session.problem.target == "rooms", timeout=10_000)
    rate = window.session.store.settings.learning_rate
    window.imports.show_report()
    dialog = window.imports.dialog
    dialog.file_box.decimal.valueEdited.emit(".")
    press(qtbot, dialog.open_button)
    now = window.session.store.settings
    assert (now.target, now.terms_in_use, now.learning_rate) == ("rooms", (Term("price"),), rate)
    assert now.reading == ReadingChoices(decimal=".")
    window.session.store.undo_stack.undo()
    assert window.session.store.settings.reading == UNDECIDED
    qtbot.waitUntil(lambda: window.session.table_report.questions == (QUESTION,), timeout=10_000)


# Waiting -----------------------------------------------------------------------------------------------------


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let reading of flats take until it is cancelled, four tenths of it done; return how it ended."""
    ended: list[str] = []

    def reading(source: str, choices: ReadingChoices, watch: object) -> OpenedTable:
        if source.endswith("flats.csv"):
            with watch.during(lambda: None, lambda: 0.4):
                while not watch.is_cancelled():
                    pass
            ended.append("cancelled")
            raise InputError("given up")
        return open_table(source, choices, watch)

    monkeypatch.setattr("gdexplorer.app.jobs.open_table", reading)
    return ended


def test_progress_is_told_and_reading_can_be_given_up(window: MainWindow, qtbot, flats, slow) -> None:
    window.open_source(str(flats))
    qtbot.waitUntil(lambda: window.data_panel.note.text() == "Opening flats.csv… 40\u00a0%", timeout=10_000)
    press(qtbot, window.data_panel.cancel)
    qtbot.waitUntil(lambda: slow == ["cancelled"], timeout=10_000)
    assert window.data_panel.note.text() == "932 homes"
    assert not window.data_panel.cancel.isVisible()
    assert window.banner.sentence == ""
    qtbot.waitUntil(lambda: not window.session.clock.is_ticking, timeout=10_000)
    assert window.session.dataset.title == "Sacramento homes"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let reading of flats take until this is set."""
    released = threading.Event()

    def reading(source: str, choices: ReadingChoices, watch: object) -> OpenedTable:
        if source.endswith("flats.csv"):
            released.wait(10)
        return open_table(source, choices, watch)

    monkeypatch.setattr("gdexplorer.app.jobs.open_table", reading)
    return released


@pytest.mark.parametrize("changed", [{"optimizer": "adam"}, {"steps_per_second": 5.0}, {"loss": "mae"}])
def test_what_is_chosen_while_a_file_is_read_is_kept(window: MainWindow, qtbot, flats, held, changed) -> None:
    session = window.session
    window.open_source(str(flats))
    session.edit(replace(session.store.settings, **changed))
    ((name, value),) = changed.items()
    assert getattr(session.wanted, name) == value
    held.set()
    qtbot.waitUntil(lambda: session.dataset.source == str(flats) and settled(window), timeout=10_000)
    assert getattr(session.store.settings, name) == value


def test_a_newer_file_wins(window: MainWindow, qtbot, flats, slow) -> None:
    window.open_source(str(flats))
    qtbot.waitUntil(lambda: "40\u00a0%" in window.data_panel.note.text(), timeout=20_000)
    open_quietly(window, qtbot, Path("crickets"))
    assert slow == ["cancelled"]
    assert window.session.dataset.source == "crickets"


def test_reading_anew_can_be_given_up(window: MainWindow, qtbot, flats, monkeypatch: pytest.MonkeyPatch) -> None:
    open_quietly(window, qtbot, flats)
    window.imports.show_report()
    dialog = window.imports.dialog

    def endless(_source: str, _choices: ReadingChoices, watch: object) -> OpenedTable:
        while not watch.is_cancelled():
            pass
        raise InputError("given up")

    monkeypatch.setattr("gdexplorer.app.jobs.open_table", endless)
    dialog.file_box.decimal.valueEdited.emit(",")
    qtbot.waitUntil(dialog.stop.isVisible, timeout=10_000)
    qtbot.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert dialog.choices() == UNDECIDED
    assert not dialog.stop.isVisible()
    dialog.reject()


# Clipboard ---------------------------------------------------------------------------------------------------


@pytest.fixture
def pasting(window: MainWindow, tmp_path: Path) -> Path:
    window.imports.pasted_folder = tmp_path / "pasted"
    return window.imports.pasted_folder


def copy(data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)


def test_cells_of_a_spreadsheet_are_pasted(window: MainWindow, qtbot, pasting: Path) -> None:
    QGuiApplication.clipboard().setText("area\tprice\n" + "".join(f"{a}\t{3 * a + 1}\n" for a in range(30)))
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.windowTitle() == "Pasted table – gdexplorer"
    assert window.session.dataset.row_count == 30
    (file,) = pasting.iterdir()
    assert window.session.dataset.source == str(file)
    assert window._preferences.recent_files[0] == str(file)


@pytest.mark.usefixtures("pasting")
def test_pasted_text_that_is_no_table_is_not_called_by_the_name_of_a_file(window: MainWindow, qtbot) -> None:
    QGuiApplication.clipboard().setText("hello world")
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.banner.sentence), timeout=10_000)
    assert window.banner.sentence.startswith("The pasted table has a header but no rows below it;")


@pytest.mark.usefixtures("pasting")
def test_pasted_tables_are_offered_by_number(window: MainWindow, qtbot) -> None:
    for rows in (30, 31):
        QGuiApplication.clipboard().setText("area\tprice\n" + "".join(f"{a}\t{3 * a + 1}\n" for a in range(rows)))
        with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
            qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    source = window.data_panel.source
    assert [source.itemText(index) for index in range(source.count())][-2:] == ["Pasted table 2", "Pasted table 1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "The clipboard is empty; copy the cells of a spreadsheet and paste again."),
        (" \n", "The clipboard is empty; copy the cells of a spreadsheet and paste again."),
    ],
)
@pytest.mark.usefixtures("pasting")
def test_an_empty_clipboard_says_so(window: MainWindow, text, sentence) -> None:
    if text is None:
        QGuiApplication.clipboard().clear()
    else:
        QGuiApplication.clipboard().setText(text)
    window.imports.paste()
    assert window.banner.sentence == sentence


@pytest.mark.usefixtures("pasting")
def test_a_picture_on_the_clipboard_is_no_table(window: MainWindow) -> None:
    data = QMimeData()
    data.setImageData(QImage(2, 2, QImage.Format.Format_RGB32))
    copy(data)
    window.imports.paste()
    assert window.banner.sentence == "The clipboard holds no text; copy the cells of a spreadsheet and paste again."


@pytest.mark.usefixtures("pasting")
def test_a_copied_file_is_opened(window: MainWindow, qtbot, flats: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(flats))])
    copy(data)
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.imports.paste()
    assert window.session.dataset.source == str(flats)


def test_pasting_into_a_field_stays_there(window: MainWindow, qtbot, pasting: Path) -> None:
    QGuiApplication.clipboard().setText("0.125")
    field = window.training_panel.rates.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "0.125"
    assert not pasting.exists()
    assert window.banner.sentence == ""


# Dropping ----------------------------------------------------------------------------------------------------


def drop(window: MainWindow, *urls: QUrl) -> str:
    """Drag ``urls`` into the window and let go; return what the window said while they were dragged."""
    data = QMimeData()
    data.setUrls(list(urls))
    place, buttons, keys = QPoint(300, 300), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, keys))
    said = window.imports.drop_sheet.title
    QApplication.sendEvent(window.imports.drop_sheet, QDropEvent(place, Qt.DropAction.CopyAction, data, buttons, keys))
    assert window.imports.drop_sheet.title == ""
    return said


def test_a_file_dropped_anywhere_is_opened(window: MainWindow, qtbot, flats: Path) -> None:
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        assert drop(window, QUrl.fromLocalFile(str(flats))) == "Drop to open flats.csv"
    assert window.session.dataset.source == str(flats)


def test_what_cannot_be_dropped_is_said(window: MainWindow, flats: Path) -> None:
    assert drop(window, QUrl.fromLocalFile(str(flats)), QUrl.fromLocalFile("/b.csv")) == "This cannot be opened"
    assert window.banner.sentence == "These are 2 files; one at a time can be opened."
    drop(window, QUrl("https://example.org/a.csv"))
    assert window.banner.sentence == (
        "“https://example.org/a.csv” is not a file on this computer; download it and open the file."
    )


# The file on disk --------------------------------------------------------------------------------------------


def test_a_changed_file_is_offered_again_and_keeps_what_was_chosen(window: MainWindow, qtbot, flats: Path) -> None:
    open_quietly(window, qtbot, flats)
    settings = replace(window.session.store.settings, target="rooms", terms=(Term("price"), Term("area")))
    window.session.edit(settings)
    qtbot.waitUntil(lambda: window.session.problem.target == "rooms", timeout=10_000)
    write(flats, 60)
    qtbot.waitUntil(lambda: window.banner.offer == RELOAD, timeout=10_000)
    assert window.banner.sentence == "flats.csv has changed on disk."
    assert window.session.problem.row_count == 40
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        qtbot.mouseClick(window.banner.action, Qt.MouseButton.LeftButton)
    assert window.session.dataset.row_count == 60
    assert window.session.store.settings.target == "rooms"
    assert window.session.store.settings.terms_in_use == (Term("price"),)
    assert window.session.store.undo_stack.undoText() == "reload of the file"
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.session.store.undo_stack.undo()
    assert window.session.dataset.row_count == 40


def read_twice(window: MainWindow, qtbot, flats: Path) -> None:
    """Read flats of 40 rows, and once they are 60, again."""
    open_quietly(window, qtbot, flats)
    write(flats, 60)
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.imports.reload()


def settled(window: MainWindow) -> bool:
    session = window.session
    is_busy = session.workers.main.is_busy() or session.wanted is not session.store.settings
    return not is_busy and session.runs_under(session.store.settings)


def test_an_edit_right_after_an_undo_is_of_the_data_before(window: MainWindow, qtbot, flats: Path) -> None:
    read_twice(window, qtbot, flats)
    window.session.store.undo_stack.undo()
    window.session.edit(replace(window.session.store.settings, hold_out=0.25))
    qtbot.waitUntil(lambda: settled(window), timeout=10_000)
    assert window.session.dataset.row_count == 40
    assert window.session.store.settings.hold_out == 0.25
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.session.store.undo_stack.undo()
    assert window.session.dataset.row_count == 40


def test_an_undo_takes_back_what_is_still_being_worked_on(window: MainWindow, qtbot, flats: Path) -> None:
    read_twice(window, qtbot, flats)
    window.session.edit(replace(window.session.store.settings, hold_out=0.25))
    window.session.store.undo_stack.undo()
    qtbot.waitUntil(lambda: settled(window), timeout=10_000)
    assert window.session.dataset.row_count == 40
    assert window.session.store.settings.hold_out == 0
    assert window.session.store.undo_stack.canRedo()


def test_a_file_replaced_by_a_rename_is_noticed(window: MainWindow, qtbot, flats: Path) -> None:
    open_quietly(window, qtbot, flats)
    for rows in (60, 70):
        other = flats.with_name("flats.new")
        write(other, rows)
        other.replace(flats)
        qtbot.waitUntil(lambda: window.banner.offer == RELOAD, timeout=10_000)
        with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
            qtbot.keyClick(window, Qt.Key.Key_F5)
        assert window.session.dataset.row_count == rows


def test_without_the_target_a_reload_finds_another(window: MainWindow, qtbot, flats: Path) -> None:
    open_quietly(window, qtbot, flats)
    flats.write_text("area,cost\n" + "".join(f"{a},{2 * a}\n" for a in range(30)))
    qtbot.waitUntil(lambda: window.banner.offer == RELOAD, timeout=10_000)
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.imports.reload()
    assert window.session.store.settings.target == "cost"


def test_a_vanished_file_is_said_and_its_table_goes_on(window: MainWindow, qtbot, flats: Path) -> None:
    open_quietly(window, qtbot, flats)
    flats.unlink()
    qtbot.waitUntil(lambda: "not there any more" in window.banner.sentence, timeout=10_000)
    assert window.banner.offer == ""
    window.session.step()
    qtbot.waitUntil(lambda: window.session.state.step == 1, timeout=20_000)
    with qtbot.waitSignal(window.session.failed, timeout=10_000) as failed:
        window.imports.reload()
    assert "flats.csv" in failed.args[0]
    assert window.session.dataset.row_count == 40


def test_an_offer_ends_with_the_data_that_it_is_about(window: MainWindow, qtbot, flats: Path) -> None:
    open_quietly(window, qtbot, flats)
    write(flats, 60)
    qtbot.waitUntil(lambda: window.banner.offer == RELOAD, timeout=10_000)
    window.session.edit(replace(window.session.store.settings, weight_count=2))
    qtbot.waitUntil(lambda: window.session.problem.weight_count == 2, timeout=10_000)
    assert window.banner.offer == RELOAD
    window.session.store.undo_stack.undo()
    with qtbot.waitSignal(window.session.problemChanged, timeout=10_000):
        window.open_source("crickets")
    assert window.banner.offer == ""
