import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.ui.stepping import nice_neighbour, stepped


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [
        (0.02, 0.05, 0.01),
        (0.1, 0.2, 0.05),
        (0.12, 0.2, 0.1),
        (1.0, 2.0, 0.5),
        (700.0, 1000.0, 500.0),
        (1e-7, 2e-7, 5e-8),
    ],
)
def test_positive_numbers_go_by_one_two_five(value, up, down):
    assert stepped(value, 1, 0, math.inf) == up
    assert stepped(value, -1, 0, math.inf) == down


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [
        (0.5, 0.6, 0.4),
        (0.9, 0.95, 0.8),
        (0.95, 0.98, 0.9),
        (0.99, 0.995, 0.98),
        (0.999, 0.9995, 0.998),
        (0.0, 0.1, -0.1),
    ],
)
def test_shares_come_close_to_one_but_never_reach_it(value, up, down):
    assert stepped(value, 1, 0, 1) == up
    assert stepped(value, -1, 0, 1) == down


def test_whole_numbers_go_by_one():
    assert stepped(7, 1, 0, 100, whole=True) == 8


@pytest.mark.parametrize(("value", "up"), [(0.0, 0.1), (-1.5, -1.4), (250.0, 260.0), (0.05, 0.051)])
def test_other_numbers_go_by_a_tenth_of_their_decade(value, up):
    assert stepped(value, 1, -math.inf, math.inf) == pytest.approx(up, rel=1e-12)


@given(st.floats(1e-290, 1e290))
def test_there_is_always_a_neighbour_on_both_sides(value):
    assert nice_neighbour(value, -1) < value < nice_neighbour(value, 1)
    assert nice_neighbour(value, 1) <= value * 2.6


@given(st.floats(0, 1 - 1e-6))
def test_shares_always_move(value):
    assert stepped(value, 1, 0, 1) > value
    assert stepped(value, -1, 0, 1) < value
