from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gdexplorer.core.reading_choices import UNDECIDED, ColumnChoice, ReadingChoices
from gdexplorer.ui.import_dialog import ImportDialog
from gdexplorer.ui.theme import DARK
from tests.ui.reports import flats, settled, wide, workbook


@pytest.fixture
def dialog(qtbot):
    host = QWidget()
    host.resize(1280, 800)
    qtbot.addWidget(host)
    host.show()
    made = ImportDialog(host)
    made.host = host  # lives as long
    made.set_theme(DARK)
    made.said, made.ended = [], []
    made.choicesEdited.connect(made.said.append)
    made.finished.connect(made.ended.append)
    return made


def show(dialog, qtbot, report, choices=UNDECIDED, *, is_in_use=False):
    dialog.set_file("flats.csv", is_in_use=is_in_use)
    dialog.set_report(report, choices)
    with qtbot.waitExposed(dialog):
        dialog.open()


def test_a_question_on_a_column_comes_into_view(dialog, qtbot):
    show(dialog, qtbot, flats())
    assert dialog.windowTitle() == "Open flats.csv"
    assert dialog.isModal()
    assert dialog.questions.questions() == flats().questions
    assert dialog.preview.column() == 1
    assert dialog.tabs.tabText(dialog.tabs.currentIndex()) == "Column"
    assert dialog.column_box.unit.text() == "k€"
    assert dialog.said == []


def test_a_question_far_right_comes_into_view(dialog, qtbot):
    show(dialog, qtbot, wide(500))
    header = dialog.preview.horizontalHeader()
    assert dialog.preview.column() == 499
    assert 0 <= header.sectionViewportPosition(499) < dialog.preview.viewport().width()


def test_a_question_on_the_file_shows_the_choices_on_it(dialog, qtbot):
    show(dialog, qtbot, workbook())
    assert dialog.file_box.sheet.isVisible()


def test_a_question_leads_to_its_answer(dialog, qtbot):
    show(dialog, qtbot, flats())
    dialog.preview.choose_column(3)
    dialog.tabs.setCurrentIndex(2)
    dialog.questions.questionChosen.emit(0)
    assert dialog.preview.column() == 1
    assert dialog.column_box.decimal.isVisible()


def test_choices_on_columns_are_edited_where_they_belong(dialog, qtbot, hands):
    show(dialog, qtbot, flats())
    hands.choose(dialog.column_box.decimal, "=,")
    assert dialog.said == [ReadingChoices(columns=((1, ColumnChoice(decimal=",")),))]
    dialog.set_report(settled(), dialog.said[0])
    dialog.preview.columnChosen.emit(dialog.preview.column())
    assert dialog.column_box.decimal.value() == ","
    hands.choose(dialog.column_box.decimal, "found")
    assert dialog.said[1] == UNDECIDED


def test_choices_on_the_file_are_edited(dialog, qtbot, hands):
    show(dialog, qtbot, flats(), ReadingChoices(decimal=","))
    dialog.tabs.setCurrentIndex(1)
    hands.choose(dialog.file_box.separator, "=\t")
    assert dialog.said == [ReadingChoices(decimal=",", separator="\t")]


def test_open_waits_until_choices_have_been_followed(dialog, qtbot):
    show(dialog, qtbot, flats())
    assert dialog.open_button.isEnabled()
    dialog.file_box.choicesEdited.emit(ReadingChoices(decimal=","))
    assert not dialog.open_button.isEnabled()
    dialog.set_busy("Reading anew… 42 %")
    assert dialog.stop.isVisible()
    assert dialog.status == "Reading anew… 42 %"
    dialog.set_report(settled(), ReadingChoices(decimal=","))
    assert dialog.open_button.isEnabled()
    assert not dialog.stop.isVisible()
    assert dialog.status == ""
    assert not dialog.questions.isVisible()
    qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert dialog.ended == [ImportDialog.DialogCode.Accepted]


def test_a_problem_is_said_and_what_was_read_stays(dialog, qtbot):
    show(dialog, qtbot, flats())
    choices = ReadingChoices(encoding="utf-8")
    dialog.file_box.choicesEdited.emit(choices)
    dialog.set_problem("flats.csv is not UTF-8 (line 9); choose another encoding.")
    assert dialog.status == "flats.csv is not UTF-8 (line 9); choose another encoding."
    assert not dialog.open_button.isEnabled()
    assert dialog.choices() == choices
    assert dialog.preview.model().rowCount() == 6
    assert dialog.ended == []


def test_data_in_use_need_a_change_to_be_applied(dialog, qtbot):
    show(dialog, qtbot, settled(), is_in_use=True)
    assert dialog.windowTitle() == "How flats.csv was read"
    assert (dialog.open_button.text(), dialog.cancel_button.text()) == ("Apply", "Close")
    assert not dialog.open_button.isEnabled()
    dialog.file_box.choicesEdited.emit(ReadingChoices(decimal=","))
    dialog.set_report(settled(), ReadingChoices(decimal=","))
    assert dialog.open_button.isEnabled()
    assert dialog.cancel_button.text() == "Cancel"
    dialog.set_report(settled(), UNDECIDED)
    assert not dialog.open_button.isEnabled()


def test_escape_leaves(dialog, qtbot):
    show(dialog, qtbot, flats())
    qtbot.keyClick(dialog.preview, Qt.Key.Key_Escape)
    assert dialog.ended == [ImportDialog.DialogCode.Rejected]


def test_notes_can_be_read_selected_and_copied(dialog, qtbot):
    show(dialog, qtbot, flats())
    assert dialog.tabs.tabText(2) == "How it was read · 2"
    dialog.tabs.setCurrentIndex(2)
    assert dialog.notes.toPlainText() == "Line 1 was left out: a title.\n\nLine 4 holds units."
    assert dialog.notes.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    qtbot.mouseClick(dialog._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.notes.toPlainText()


@pytest.mark.parametrize(("size", "least"), [((1280, 800), (1100, 700)), ((900, 600), (780, 500))])
def test_it_fits_over_its_window(dialog, qtbot, size, least):
    dialog.host.resize(*size)
    show(dialog, qtbot, flats())
    assert least[0] <= dialog.width() <= size[0]
    assert least[1] <= dialog.height() <= size[1]


def test_the_keyboard_reaches_everything_from_top_to_bottom(dialog, qtbot):
    show(dialog, qtbot, flats())
    box = dialog.column_box
    wanted = [dialog.questions.list, dialog.preview, dialog.tabs.tabBar(), box.kind, box.decimal, box.unit, box.use]
    wanted += [dialog.cancel_button, dialog.open_button]
    dialog.questions.list.setFocus()
    reached = []
    while not reached or dialog.focusWidget() is not reached[0]:
        reached.append(dialog.focusWidget())
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert [widget for widget in reached if widget in wanted] == wanted
