import math
import time

import pytest
from PySide6.QtCore import Qt

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.ui.column_model import Badge, ColumnEntry, ColumnModel, ColumnOrder, facts, strength

ENTRIES = (
    ColumnEntry("lot_area", "sq ft"),
    ColumnEntry("Fläche", "m²"),
    ColumnEntry("area"),
    ColumnEntry("areal", "ha"),
    ColumnEntry("bias", note="the constant 1"),
)


def summary(name, r_squared=math.nan, **others):
    values = {"unit": "", "is_quantity": True, "low": 0.0, "high": 9.0, "missing": 0, "histogram": (1, 2)} | others
    return ColumnSummary(name, r_squared=r_squared, **values)


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def model():
    model = ColumnModel()
    model.set_columns(ENTRIES)
    return model


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ("lot_area", "Fläche", "area", "areal", "bias")),
        ("AREA", ("area", "areal", "lot_area")),
        ("area lot", ("lot_area",)),
        ("lot area", ("lot_area",)),
        ("flache", ("Fläche",)),
        ("m²", ("Fläche",)),
        (" area ", ("area", "areal", "lot_area")),
        ("nothing", ()),
    ],
)
def test_a_search_finds_names_and_units_and_likely_ones_first(model, text, names):
    model.search(text)
    assert model.names() == names


def test_the_strongest_come_first_where_that_is_asked_for(model):
    model.set_order(ColumnOrder.STRENGTH)
    model.set_summaries([summary("area", 0.3), summary("Fläche", 0.7)])
    assert model.names()[:2] == ("Fläche", "area")
    model.set_summaries([summary("areal", 0.9)])
    assert model.names() == ("areal", "Fläche", "area", "lot_area", "bias")
    model.set_order(ColumnOrder.FILE)
    assert model.names() == tuple(entry.name for entry in ENTRIES)


def test_a_kept_place_follows_its_column(model):
    from PySide6.QtCore import QPersistentModelIndex

    place, other = QPersistentModelIndex(model.index_of("area")), QPersistentModelIndex(model.index_of("Fläche"))
    model.search("area")
    assert place.row() == 0
    assert place.data() == "area"
    assert not other.isValid()
    assert not model.index_of("Fläche").isValid()


def test_what_is_known_is_told_in_words(model):
    index = model.index_of("lot_area")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "lot_area in sq ft"
    model.set_summaries([summary("lot_area", 0.254, low=-2.5, high=12350.0, missing=1200)])
    model.set_badges({"lot_area": Badge("w₂", "#000")})
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "lot_area in sq ft, w₂, −2.5 to 12.35\u00a0k · 1,200 missing, r² 0.25"
    )
    assert "alone it explains 25 % of the target’s variance" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert model.index_of("bias").data(Qt.ItemDataRole.AccessibleTextRole) == "bias, the constant 1"


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (None, ""),
        (summary("a", low=3.0, high=3.0), "always 3"),
        (summary("a", low=math.nan, high=math.nan, missing=3), "no numbers"),
        (summary("a", is_quantity=False, missing=1), "code · 0 to 9 · 1 missing"),
    ],
)
def test_facts_are_few_words(known, words):
    assert facts(known) == words


def test_no_strength_is_no_number():
    assert strength(summary("a")) == ""
    assert strength(summary("a", 0.679)) == "r² 0.68"


def test_other_columns_are_unknown_again(model):
    model.set_summaries([summary("area")])
    model.set_columns(ENTRIES)
    assert model.index_of("area").data(ColumnModel.SUMMARY_ROLE) is None


def test_ten_thousand_columns_are_searched_at_once():
    model = ColumnModel()
    model.set_columns(ColumnEntry(f"column_{i}", "m") for i in range(10_000))
    model.set_order(ColumnOrder.STRENGTH)
    model.set_summaries([summary(f"column_{i}", i / 10_000) for i in range(10_000)])
    started = time.perf_counter()
    model.search("column 99")
    assert time.perf_counter() - started < 0.5
    assert model.names()[:2] == ("column_99", "column_9999")
