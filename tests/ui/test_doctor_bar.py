import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel

from gdexplorer.core.cures import Cure
from gdexplorer.core.diagnosis import Diagnosis, Mood
from gdexplorer.ui.doctor_bar import DoctorBar, mood_colour
from gdexplorer.ui.style_sheet import style_sheet
from gdexplorer.ui.theme import DARK, LIGHT

LONG = (
    "In step 1,944 the loss left the range of numbers: the learning rate 0.987 is above the limit 0.818. "
    "Run begins at the start again."
)


@pytest.fixture
def bar(qapp, qtbot):
    qapp.setStyleSheet(style_sheet(LIGHT))
    bar = DoctorBar()
    qtbot.addWidget(bar)
    bar.resize(1100, 48)
    with qtbot.waitExposed(bar):
        bar.show()
    yield bar
    qapp.setStyleSheet("")


@pytest.fixture
def three(settings):
    titles = ("Take 0.43", "Take 0.506 and momentum 0.812", "Go back to step 12 and take 0.43")
    return tuple(Cure(title, settings) for title in titles)


def titles(bar):
    return [button.text() for button in bar.cure_buttons()]


def sentence(bar):
    return next(label for label in bar.findChildren(QLabel) if label.wordWrap())


def test_it_says_word_and_sentence_also_to_those_who_cannot_see(bar):
    bar.set_diagnosis(Diagnosis("zig-zagging", "Each step multiplies the error by −0.9.", Mood.WARNING))
    words = {label.text() for label in bar.findChildren(QLabel)}
    assert {"Zig-zagging", "Each step multiplies the error by −0.9."} <= words
    assert bar.accessibleName() == "Doctor: zig-zagging"
    assert bar.accessibleDescription() == "Each step multiplies the error by −0.9."


def test_a_click_asks_for_the_cure(bar, qtbot, three):
    bar.set_diagnosis(Diagnosis("crawling", "Slow.", Mood.WARNING, three[:2]))
    assert titles(bar) == ["Take 0.43", "Take 0.506 and momentum 0.812"]
    with qtbot.waitSignal(bar.cureRequested) as asked:
        qtbot.mouseClick(bar.cure_buttons()[1], Qt.MouseButton.LeftButton)
    assert asked.args[0] is three[1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_keyboard_reaches_every_cure(bar, qtbot, three, key):
    bar.set_diagnosis(Diagnosis("crawling", "Slow.", Mood.WARNING, three[:2]))
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    bar.cure_buttons()[0].setFocus()
    qtbot.keyClick(bar.cure_buttons()[0], Qt.Key.Key_Tab)
    assert bar.cure_buttons()[1].hasFocus()
    with qtbot.waitSignal(bar.cureRequested) as asked:
        qtbot.keyClick(bar.cure_buttons()[1], key)
    assert asked.args[0] is three[1]


def test_new_numbers_leave_the_focus_where_it_is(bar, qtbot, three, settings):
    bar.set_diagnosis(Diagnosis("crawling", "Slow by 1.", Mood.WARNING, three[:1]))
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    bar.cure_buttons()[0].setFocus()
    bar.set_diagnosis(Diagnosis("crawling", "Slow by 2.", Mood.WARNING, (Cure("Take 0.44", settings),)))
    assert bar.cure_buttons()[0].hasFocus()
    assert titles(bar) == ["Take 0.44"]


def test_cures_go_with_the_trouble(bar, three):
    bar.set_diagnosis(Diagnosis("crawling", "Slow.", Mood.WARNING, three))
    bar.set_diagnosis(Diagnosis("converging", "Well.", Mood.GOOD))
    assert titles(bar) == []


@pytest.mark.parametrize("width", [640, 670, 800, 1100, 1500])
def test_the_height_never_changes_and_no_word_is_cut(bar, three, width):
    bar.resize(width, 48)
    for text in ("Short.", LONG):
        for cures in ((), three[:1], three):
            bar.set_diagnosis(Diagnosis("diverged", text, Mood.BAD, cures))
            bar.layout().activate()
            assert bar.height() == 48
            assert bool(titles(bar)) == bool(cures)
            label = sentence(bar)
            if len(cures) < 2 or text == "Short.":
                needed = QFontMetrics(label.font()).boundingRect(
                    label.rect().adjusted(0, 0, 0, 9999), Qt.TextFlag.TextWordWrap.value, text
                )
                assert needed.height() <= label.height() + 4
                assert needed.width() <= label.width()


def test_a_narrow_bar_has_a_third_line(bar, three):
    bar.resize(552, 48)
    bar.set_diagnosis(Diagnosis("diverged", LONG, Mood.BAD, three))
    assert bar.height() == 64
    assert titles(bar) == ["Take 0.43"]


def test_wide_bars_show_three_cures_and_others_two(bar, three):
    bar.set_diagnosis(Diagnosis("noise floor", "Short.", Mood.WARNING, three))
    assert len(titles(bar)) == 3
    bar.resize(900, 48)
    assert len(titles(bar)) == 2


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_mood_has_a_colour_and_a_shape_of_its_own(bar, theme):
    bar.set_theme(theme)
    shapes = set()
    for mood in Mood:
        bar.set_diagnosis(Diagnosis(mood.value, "Said.", mood))
        mark = bar.layout().itemAt(0).widget()
        image = mark.grab().toImage()
        colour = mood_colour(mood, theme)
        inked = frozenset(
            (x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).name() == colour
        )
        assert len(inked) > 20
        shapes.add(inked)
    assert len(shapes) >= 4
    assert len({mood_colour(mood, theme) for mood in Mood}) == 4
