from __future__ import annotations

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError


def test_what_is_not_a_finite_number_is_missing():
    column = Column("a", np.array([1.0, np.inf, -np.inf, np.nan]))
    assert column.missing_count == 3
    assert np.isnan(column.values[1:]).all()


def test_columns_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        Column("a", np.array([1.0, 2.0])).values[0] = 3.0


@pytest.mark.parametrize(
    ("values", "is_constant"),
    [([1, 1], True), ([1, 2], False), ([np.nan, 1, 1], True), ([np.nan], True), ([1], True)],
)
def test_constant_columns_are_known(values, is_constant):
    assert Column("a", np.array(values, float)).is_constant is is_constant


def test_labels_show_the_unit():
    assert Column("size", np.ones(1), unit="sq ft").label == "size [sq ft]"
    assert Column("size", np.ones(1)).label == "size"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ((), "Homes has no column of numbers; choose a file with at least two."),
        ((Column("a", np.ones(0)),), "Homes has no rows below its header; choose a file with data."),
        (
            (Column("a", np.ones(2)), Column("b", np.ones(3))),
            "The columns of Homes differ in length; every row needs every column.",
        ),
        (
            (Column("a", np.ones(2)), Column("b", np.ones(2)), Column("a", np.ones(2))),
            "Homes has two columns named “a”; rename one of them.",
        ),
    ],
)
def test_what_is_no_table_is_refused(columns, sentence):
    with pytest.raises(InputError) as error:
        Dataset("Homes", columns, "x")
    assert str(error.value) == sentence


def test_columns_are_found_by_name(dataset_of):
    data = dataset_of(a=[1, 2], b=[3, 4])
    assert data.column_names == ("a", "b")
    assert data.row_count == 2
    assert "a" in data
    assert None not in data
    assert list(data.column("b").values) == [3, 4]
    with pytest.raises(InputError, match="test data has no number column “c”; it has a, b"):
        data.column("c")


def test_complete_rows_look_at_the_named_columns_only(dataset_of):
    data = dataset_of(a=[1, np.nan, 3], b=[np.nan, 2, 3], c=[1, 2, 3])
    assert list(data.complete_rows(["a", "c"])) == [True, False, True]
    assert list(data.complete_rows(["a", "b"])) == [False, False, True]
    assert list(data.complete_rows([])) == [True, True, True]


def test_equal_data_have_equal_hashes(dataset_of):
    one, same = dataset_of(a=[1, 2], b=[3, np.nan]), dataset_of(a=[1, 2], b=[3, np.inf])
    assert one.content_hash == same.content_hash
    assert one.content_hash != dataset_of(a=[1, 2], c=[3, np.nan]).content_hash
    assert one.content_hash != dataset_of(a=[1, 2.5], b=[3, np.nan]).content_hash
