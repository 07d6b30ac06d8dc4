from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.batches import batch_rows, shuffled_row, steps_per_epoch


@given(seed=st.integers(0, 2**32 - 1), epoch=st.integers(0, 2**62), rows=st.integers(1, 600))
def test_every_epoch_is_a_permutation(seed, epoch, rows):
    order = [shuffled_row(seed, epoch, position, rows) for position in range(rows)]
    assert sorted(order) == list(range(rows))


@pytest.mark.parametrize("change", [(8, 0), (7, 1), (7, 2**32)])
def test_another_seed_or_epoch_is_another_order(change):
    first = [shuffled_row(7, 0, position, 200) for position in range(200)]
    other = [shuffled_row(*change, position, 200) for position in range(200)]
    assert sum(a == b for a, b in zip(first, other, strict=True)) < 15


def test_the_order_is_not_the_file_s_and_reaches_far():
    rows = 1000
    order = [shuffled_row(1, 0, position, rows) for position in range(rows)]
    assert sum(order[:100]) / 100 == pytest.approx(rows / 2, rel=0.25)
    assert sum(row == position for position, row in enumerate(order)) < 10


def test_every_row_is_equally_often_first():
    counts = [0] * 5
    for epoch in range(5000):
        counts[shuffled_row(3, epoch, 0, 5)] += 1
    assert min(counts) > 850
    assert max(counts) < 1150


def test_the_shuffle_is_the_same_on_every_platform_and_release():
    assert [shuffled_row(7, 3, position, 10) for position in range(10)] == [0, 5, 3, 4, 7, 8, 6, 2, 9, 1]


@pytest.mark.parametrize(
    ("rows", "batch", "steps"), [(10, 0, 1), (10, 10, 1), (10, 9, 2), (10, 1, 10), (10, 5, 2), (1, 1, 1)]
)
def test_steps_of_an_epoch(rows, batch, steps):
    assert steps_per_epoch(rows, batch) == steps


@pytest.mark.parametrize("batch", [1, 4, 10])
def test_the_rows_of_the_batches_of_an_epoch_are_all_rows_once(batch):
    for epoch in (0, 3):
        steps = range(epoch * steps_per_epoch(10, batch) + 1, (epoch + 1) * steps_per_epoch(10, batch) + 1)
        found = [batch_rows(7, step, batch, 10).tolist() for step in steps]
        order = [row for rows in found for row in rows]
        assert sorted(order) == list(range(10))
        assert order == [shuffled_row(7, epoch, position, 10) for position in range(10)]
        assert all(len(rows) == batch for rows in found[:-1])


def test_all_rows_are_a_batch_of_their_own():
    assert batch_rows(7, 3, 0, 4).tolist() == [0, 1, 2, 3]
