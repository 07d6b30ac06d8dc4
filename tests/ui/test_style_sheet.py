import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from gdexplorer.ui.card import Card, elided
from gdexplorer.ui.style_sheet import mixed, style_sheet
from gdexplorer.ui.theme import DARK, LIGHT


def luminance(colour):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = QColor(colour).getRgbF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(first, second):
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_sheet_is_read_without_a_complaint_and_colours_cards(qtbot, theme):
    window = QWidget()
    window.setStyleSheet(style_sheet(theme))
    card = Card("Data")
    for widget in (QPushButton("Run"), QLineEdit("1"), QComboBox(), QLabel("x")):
        card.body.addWidget(widget)
    QVBoxLayout(window).addWidget(card)
    QMenu(window)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    image = card.grab().toImage()
    assert image.pixelColor(card.width() // 2, 4).name() == theme.card


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_can_be_read_on_every_ground(theme):
    for ground in (theme.ground, theme.card, theme.field):
        assert contrast(theme.text, ground) >= 7
        assert contrast(theme.quiet, ground) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4


def test_colours_mix():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#123456", "#ffffff", 0.0) == "#123456"


def test_a_note_stands_in_the_header_and_a_toggle_beside_it(qtbot):
    card = Card("Loss")
    toggle = QPushButton("log axis")
    card.header_layout.addWidget(toggle)
    card.set_note("37 steps")
    card.resize(300, 100)
    qtbot.addWidget(card)
    card.show()
    assert card.note.text() == "37 steps"
    assert card.title.geometry().right() < card.note.geometry().left() < toggle.geometry().left()


def test_a_note_that_does_not_fit_is_told_by_its_tip(qtbot):
    card = Card("Data and fit")
    qtbot.addWidget(card)
    card.resize(220, 80)
    card.set_note("typical error 84.21 k USD, which is a long story")
    card.show()
    qtbot.waitExposed(card)
    assert card.note.toolTip() == card.note.text()
    card.resize(700, 80)
    qtbot.waitUntil(lambda: card.note.toolTip() == "")


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("typical error 279.3\u00a0k USD", "typical error 27…", "typical error…"),
        ("typical error 279.3\u00a0k USD", "typical error 279.3…", "typical error…"),
        ("the step is −4.9×10⁻⁵ now", "the step is −4.9×…", "the step is…"),
        ("Opening 2024_homes.csv", "Opening 2024_ho…", "Opening 2024_ho…"),
        ("typical error", "ty…", "…"),
        ("short", "short", "short"),
    ],
)
def test_a_number_is_shown_whole_or_not_at_all(qtbot, text, room, shown):
    label = QLabel()
    qtbot.addWidget(label)
    metrics = label.fontMetrics()
    assert elided(text, metrics, metrics.horizontalAdvance(room) + 1) == shown
