from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.edited_data import apply_edits
from gdexplorer.core.errors import InputError
from gdexplorer.core.row_edits import NO_EDITS, RowEdit, RowEdits

ROWS = 5
NONE = NO_EDITS.over(ROWS)


def table(dataset_of):
    return dataset_of(size=np.arange(5.0), price=10.0 * np.arange(5.0), rooms=np.array([1, np.nan, 3, 4, 5.0]))


def values(dataset, name):
    return dataset.column(name).values.tolist()


def test_no_edits_are_the_table_itself(dataset_of):
    dataset = table(dataset_of)
    assert apply_edits(dataset, NO_EDITS) is dataset
    assert apply_edits(apply_edits(dataset, NONE.without(0)), NO_EDITS) is dataset


def test_a_moved_row_has_other_values_and_shares_the_rest(dataset_of):
    dataset = table(dataset_of)
    edited = apply_edits(dataset, NONE.with_values(2, {"size": 2.5, "price": 7.0}))
    assert values(edited, "size") == [0, 1, 2.5, 3, 4]
    assert values(edited, "price") == [0, 10, 7, 30, 40]
    assert edited.column("rooms") is dataset.column("rooms")
    assert values(dataset, "size") == [0, 1, 2, 3, 4]
    assert edited.as_read is dataset


def test_rows_are_deleted_and_added_and_keep_their_numbers(dataset_of):
    edits = NONE.without(1).with_added([{"size": 9.0, "price": 99.0}]).with_values(3, {"price": 1.0})
    edited = apply_edits(table(dataset_of), edits)
    assert values(edited, "size") == [0, 2, 3, 4, 9]
    assert values(edited, "price") == [0, 20, 1, 40, 99]
    assert np.isnan(edited.column("rooms").values[-1])
    assert edits.rows_at([0, 1, 2, 3, 4]).tolist() == [0, 2, 3, 4, 5]
    assert edits.places_of([0, 1, 2, 3, 4, 5, 6]).tolist() == [0, -1, 1, 2, 3, 4, -1]


def test_edits_of_one_row_are_one_edit_and_equal_edits_are_equal():
    once = NONE.with_values(2, {"size": 1.0}).with_values(2, {"price": 3.0}).with_values(2, {"size": 2.0})
    assert len(once) == 1
    assert once == NONE.with_values(2, {"price": 3.0, "size": 2.0})
    assert hash(once) == hash(NONE.with_values(2, {"price": 3.0, "size": 2.0}))


def test_of_an_added_row_that_is_deleted_nothing_is_left():
    added = NONE.with_added([{"size": 1.0}, {"size": 2.0}])
    assert added.without(6).without(5) == NO_EDITS
    assert added.without(5).added[0].row == 6
    assert added.without(5).next_row == 7


def test_a_moved_row_can_be_deleted():
    assert NONE.with_values(2, {"size": 1.0}).without(2).edits == (RowEdit(2, None),)


def test_not_every_value_and_not_every_deletion_is_taken(dataset_of):
    with pytest.raises(InputError, match="finite"):
        NONE.with_values(2, {"size": float("nan")})
    gone = NONE
    for row in range(ROWS):
        gone = gone.without(row)
    with pytest.raises(InputError, match="keep at least one"):
        apply_edits(table(dataset_of), gone)
    with pytest.raises(InputError, match="no number column"):
        apply_edits(table(dataset_of), NONE.with_values(1, {"width": 1.0}))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 30), st.integers(-99, 99)),
        st.tuples(st.just("delete"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("add"), st.just(0), st.integers(-99, 99)),
    ),
    max_size=25,
)


@given(steps)
def test_any_edits_do_what_they_would_do_to_a_list(dataset_of, made):
    """Edits by number and by place agree with a plain list of rows on which the same is done."""
    edits, rows = NONE, [(number, float(number)) for number in range(ROWS)]
    for kind, at, value in made:
        if kind == "add":
            rows.append((edits.next_row, float(value)))
            edits = edits.with_added([{"size": float(value)}])
        elif len(rows) > 1:
            place = at % len(rows)
            number = rows[place][0]
            if kind == "move":
                rows[place] = number, float(value)
                edits = edits.with_values(number, {"size": float(value)})
            else:
                del rows[place]
                edits = edits.without(number)
    edited = apply_edits(table(dataset_of), edits)
    assert values(edited, "size") == [value for _, value in rows]
    assert edits.rows_at(np.arange(len(rows))).tolist() == [number for number, _ in rows]
    assert edits.places_of([number for number, _ in rows]).tolist() == list(range(len(rows)))
    assert RowEdits(edits.edits, ROWS) == edits
