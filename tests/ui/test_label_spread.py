from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.ui.label_spread import spread

LABELS = st.lists(st.tuples(st.floats(-50, 350), st.floats(1, 60)), max_size=6)


@given(labels=LABELS, room=st.floats(10, 400), gap=st.floats(0, 10))
def test_labels_never_touch_nor_leave_their_room(labels, room, gap):
    centres = sorted(centre for centre, _ in labels)
    widths = [width for _, width in labels]
    lefts = spread(centres, widths, room, gap)
    if lefts is None:
        assert sum(widths) + gap * (len(widths) - 1) > room - 1e-9
        return
    assert len(lefts) == len(labels)
    for (left, width), (after, _) in pairwise(zip(lefts, widths, strict=True)):
        assert after >= left + width + gap - 1e-6
    if lefts:
        assert lefts[0] >= 0
        assert lefts[-1] + widths[-1] <= room + 1e-6


def test_labels_with_room_stand_where_they_want_to():
    assert spread([20.0, 100.0], [10.0, 30.0], 200.0, 5.0) == [15.0, 85.0]


def test_two_that_want_the_same_place_give_way_equally():
    assert spread([100.0, 100.0], [40.0, 40.0], 200.0, 10.0) == pytest.approx([55.0, 105.0])


def test_nothing_needs_no_room():
    assert spread([], [], 0.0, 5.0) == []
