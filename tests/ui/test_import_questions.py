from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gdexplorer.ui.import_questions import ImportQuestions
from gdexplorer.ui.theme import DARK

TWO = ("Is the point a decimal sign?", "Day or month first?")


@pytest.fixture
def questions(qtbot):
    made = ImportQuestions()
    made.said = []
    made.questionChosen.connect(made.said.append)
    made.resize(600, 200)
    qtbot.addWidget(made)
    return made


def test_nothing_is_there_while_nothing_is_asked(questions):
    assert questions.isHidden()
    questions.set_questions(TWO)
    assert not questions.isHidden()
    questions.set_questions(())
    assert questions.isHidden()
    assert questions.said == []


@pytest.mark.parametrize(
    ("asked", "title"),
    [(TWO[:1], "One thing to decide"), (TWO, "2 things to decide")],
)
def test_questions_are_counted_and_signed(questions, asked, title):
    questions.set_theme(DARK)
    questions.set_questions(asked)
    assert questions._title.text() == title
    items = [questions.list.item(row) for row in range(questions.list.count())]
    assert tuple(item.text() for item in items) == asked
    assert not any(item.icon().isNull() for item in items)


def test_a_click_and_enter_lead_to_the_answer(questions, qtbot):
    questions.set_questions(TWO)
    questions.show()
    entries = questions.list
    place = entries.visualItemRect(entries.item(1)).center()
    qtbot.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(entries, Qt.Key.Key_Up)
    qtbot.keyClick(entries, Qt.Key.Key_Return)
    assert questions.said == [1, 0]


def test_a_long_question_is_wrapped_and_many_are_scrolled(questions, qtbot):
    questions.set_questions(("Is this one long question? " * 12,))
    questions.resize(300, 200)
    questions.show()
    qtbot.waitUntil(lambda: questions.list.height() > 40)
    questions.set_questions([f"Question {index}?" for index in range(1000)])
    assert questions.list.height() <= 96
    assert questions.list.count() == 201
    assert "800 more" in questions.list.item(200).text()
    questions.list.itemClicked.emit(questions.list.item(200))
    assert questions.said == []
