from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.table_report import ColumnReport, Example, PreviewRow, TableReport
from gdexplorer.files.plain_values import as_plain, from_plain

TEXTS = st.text(max_size=8)
COUNTS = st.integers(0, 2**40)
FLOATS = st.floats(allow_nan=False)
COLUMNS = st.builds(
    ColumnReport,
    TEXTS,
    st.sampled_from(["number", "text", "date"]),
    TEXTS,
    COUNTS,
    role=st.sampled_from(["quantity", "code", "empty"]),
    examples=st.lists(st.builds(Example, COUNTS, TEXTS), max_size=3).map(tuple),
    low=FLOATS,
    high=FLOATS,
    histogram=st.lists(COUNTS, max_size=4).map(tuple),
)
PREVIEWS = st.builds(PreviewRow, COUNTS, st.lists(TEXTS, max_size=3).map(tuple), st.sampled_from(["header", "row"]))
REPORTS = st.builds(
    TableReport,
    COUNTS,
    st.lists(COLUMNS, max_size=3).map(tuple),
    COUNTS,
    st.lists(TEXTS, max_size=3).map(tuple),
    preview=st.lists(PREVIEWS, max_size=2).map(tuple),
    sampled=st.none() | COUNTS,
)


@given(REPORTS)
def test_a_report_survives_json(report):
    assert from_plain(TableReport, json.loads(json.dumps(as_plain(report)))) == report


@dataclass(frozen=True)
class Pair:
    one: tuple[int, str]
    two: Literal["a", "b"] = "a"
    three: float | None = None


def test_what_a_class_does_not_know_is_left_out_and_what_is_not_there_has_its_default():
    assert from_plain(Pair, {"one": [1, "x"], "four": 4}) == Pair((1, "x"))
    assert from_plain(Pair, {"one": [1, "x"], "three": 2}).three == 2.0


@pytest.mark.parametrize(
    "plain",
    [{"one": [1]}, {"one": ["x", 1]}, {"one": [1, "x"], "two": "c"}, {"one": [1, "x"], "three": "2"}, {}, [], None, 3],
)
def test_what_is_no_such_value_is_refused(plain):
    with pytest.raises(TypeError):
        from_plain(Pair, plain)


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError, match="set has no plain form"):
        as_plain(({1},))
