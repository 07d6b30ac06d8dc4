import math

import pytest

from gdexplorer.core.ruler import Ruler, Stretch, Zone
from gdexplorer.ui.rate_words import (
    anywhere_sentence,
    expected_sentence,
    fastest_sentence,
    limit_sentence,
    measured_sentence,
    steps_text,
    summary,
    zone_sentence,
)

ZIGZAGS = Stretch(0.5, 0.98, Zone.ZIGZAGS)


@pytest.mark.parametrize("zone", Zone)
@pytest.mark.parametrize("is_measured", [False, True])
@pytest.mark.parametrize(
    ("low", "high", "where"),
    [
        (0.0, 0.25, "below 0.25"),
        (0.25, 1e-7, "from 0.25 to 1×10⁻⁷"),
        (3.0, math.inf, "above 3"),
        (0.0, math.inf, "everywhere"),
    ],
)
def test_a_zone_is_told_with_its_bounds(zone, is_measured, low, high, where):
    sentence = zone_sentence(Stretch(low, high, zone), is_measured=is_measured)
    assert sentence.startswith(f"{zone.value.capitalize()}: {where} ")
    assert sentence.endswith(".")
    assert ("trial" in sentence) == is_measured


def test_zig_zags_are_explained():
    assert zone_sentence(ZIGZAGS, is_measured=False).startswith(
        "Zig-zags: from 0.5 to 0.98 steps jump to and fro over the bottom of the steepest direction"
    )


def test_limits_say_where_they_hold():
    local = Ruler(limit=0.5, limit_anywhere=0.2)
    assert "where the ball is" in limit_sentence(local)
    assert "below 0.2 training converges from anywhere" in anywhere_sentence(local)
    assert limit_sentence(Ruler(limit=0.5)) == "The limit: above 0.5 training diverges."
    assert limit_sentence(Ruler()) == anywhere_sentence(Ruler()) == ""


def test_rates_that_are_equally_fast_are_told_as_such():
    assert fastest_sentence(Ruler()) == ""
    assert fastest_sentence(Ruler(fastest=0.43)) == "The fastest fixed learning rate: 0.43."
    told = fastest_sentence(Ruler(fastest=0.05, equally_fast=(0.0013, 1.9)))
    assert told == "All rates from 0.0013 to 1.9 are equally fast in the long run; 0.05 is in the middle."


def test_everything_shown_can_be_read_aloud():
    text = summary(Ruler((ZIGZAGS,), 0.98, None, 0.43, reason="So it is."))
    for part in ("Zig-zags", "The fastest fixed learning rate: 0.43.", "above 0.98", "So it is."):
        assert part in text


@pytest.mark.parametrize(
    ("steps", "text"),
    [(1, "1 step"), (38, "38 steps"), (1240, "1,240 steps"), (1.16e8, "116\u00a0M steps"), (3e12, "3×10¹² steps")],
)
def test_steps_are_counted(steps, text):
    assert steps_text(steps) == text


@pytest.mark.parametrize(
    ("steps", "fastest", "sentence"),
    [
        (1240, 38, "About 1,240 more steps to converge; 38 steps at the fastest rate."),
        (38, 38, "About 38 more steps to converge."),
        (1, math.nan, "About 1 more step to converge."),
        (math.inf, 38, "Never converges at this rate; in 38 steps at the fastest rate."),
        (math.inf, math.nan, "Never converges at this rate."),
        (math.inf, math.inf, "Never converges at this rate."),
        (0, 38, "Converged: the slope is flat."),
        (math.nan, 38, ""),
    ],
)
def test_what_to_expect_is_one_sentence(steps, fastest, sentence):
    assert expected_sentence(steps, fastest) == sentence


def test_trials_say_what_became_of_a_rate():
    assert measured_sentence(Zone.CONVERGES, 81.0, 200) == (
        "Measured with 200 trial steps: from the start this rate converges in about 81 steps."
    )
    told = {measured_sentence(zone, math.nan, 200) for zone in (*Zone, None)}
    assert len(told) == 5
