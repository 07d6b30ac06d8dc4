import math

import pytest

from gdexplorer.core.diagnosis import Mood
from gdexplorer.ui.status_strip import StatusStrip
from gdexplorer.ui.theme import DARK


@pytest.fixture
def strip(qtbot):
    strip = StatusStrip()
    strip.set_theme(DARK)
    qtbot.addWidget(strip)
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def colours(strip):
    image = strip.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_all_is_said_in_one_line(strip):
    strip.set_values("descending", Mood.GOOD, 37, 0.663, 1.96, 1.2e6)
    assert strip.text().replace("\u00a0", " ") == "1.20 M steps/s   descending   step 37   loss 0.6630   slope 1.96"
    assert strip.accessibleName() == "Run: descending"


def test_the_held_out_loss_stands_beside_where_there_is_one(strip):
    strip.set_values("paused", Mood.CALM, 3, 0.5, 0.25, None)
    width = strip.sizeHint().width()
    strip.set_values("paused", Mood.CALM, 3, 0.5, 0.25, None, 0.75)
    assert strip.text() == "paused   step 3   loss 0.5000   slope 0.250   held out 0.7500"
    assert strip.sizeHint().width() > width
    strip.set_values("paused", Mood.CALM, 3, 0.5, 0.25, None)
    assert "held out" not in strip.text()
    assert strip.sizeHint().width() == width


def test_no_speed_while_it_rests(strip):
    strip.set_values("paused", Mood.CALM, 12345, math.inf, math.nan, None)
    assert strip.text() == "paused   step 12,345   loss ∞   slope –"


@pytest.mark.parametrize(
    ("mood", "colour"), [(Mood.GOOD, DARK.good), (Mood.BAD, DARK.gradient), (Mood.CALM, DARK.quiet)]
)
def test_loss_and_mood_have_their_colours(strip, mood, colour):
    strip.set_values("word", mood, 1, 0.5, 0.25, None)
    strip.resize(strip.sizeHint())
    assert {colour, DARK.loss} <= colours(strip)


def ink(strip):
    """Return the first and the last column that anything is drawn in."""
    image = strip.grab().toImage()
    ground = image.pixelColor(0, 0)
    drawn = [x for x in range(image.width()) if any(image.pixelColor(x, y) != ground for y in range(image.height()))]
    return drawn[0], drawn[-1]


@pytest.mark.parametrize("slope", [0.0, 1.5, 0.25, 3.75e-9])
@pytest.mark.parametrize("speed", [None, 20.0, 1.2e6])
@pytest.mark.parametrize("spare", [0, 200])
def test_it_ends_at_the_right(strip, slope, speed, spare):
    strip.set_values("paused", Mood.CALM, 5, 0.5, slope, speed)
    strip.resize(strip.sizeHint().width() + spare, 32)
    assert strip.width() - 3 <= ink(strip)[1] < strip.width()


def test_starting_and_stopping_moves_nothing(strip):
    strip.set_values("ready", Mood.CALM, 0, 0.5, 0.25, None)
    strip.resize(strip.sizeHint())
    at_rest = strip.grab().toImage()
    left, _ = ink(strip)
    strip.set_values("ready", Mood.CALM, 0, 0.5, 0.25, 43.7e6)
    assert strip.size() == strip.sizeHint()
    assert ink(strip)[0] < left
    rest = strip.rect().adjusted(left, 0, 0, 0)
    assert strip.grab(rest).toImage() == at_rest.copy(rest)


def test_digits_that_run_stay_where_they_are(strip):
    strip.resize(strip.sizeHint())
    edges = set()
    for tenths in range(150, 250):
        strip.set_values("descending", Mood.GOOD, 1000 + tenths, tenths / 500, tenths / 1000, None)
        edges.add(ink(strip))
    assert len(edges) <= 4, "the shapes of the digits alone"


def test_numbers_that_run_move_next_to_nothing(strip):
    widths = [strip.sizeHint().width()]
    for step in range(1, 90_000, 7):
        strip.set_values("descending", Mood.GOOD, step, 1 + 1 / step, 3.7 / step, 10.0 * step)
        widths.append(strip.sizeHint().width())
    assert widths == sorted(widths)
    assert len(set(widths)) <= 6


def test_a_new_run_gets_the_usual_room_again(strip):
    hint = strip.sizeHint()
    strip.set_values("descending", Mood.GOOD, 10**12, 0.5, 0.25, None)
    assert strip.sizeHint().width() > hint.width()
    strip.set_values("ready", Mood.CALM, 0, 0.5, 0.25, None)
    assert strip.sizeHint() == hint


def test_where_room_is_short_the_word_stays(strip):
    strip.set_values("diverging", Mood.BAD, 10, 1e300, 1e300, 1e6)
    assert strip.minimumSizeHint().width() < 140
    strip.resize(strip.minimumSizeHint())
    seen = colours(strip)
    assert DARK.gradient in seen
    assert DARK.loss not in seen
