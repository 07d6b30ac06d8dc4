from __future__ import annotations

from dataclasses import replace

import pytest

from gdexplorer.app.settings_store import SettingsStore, changed_fields
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term

pytestmark = pytest.mark.usefixtures("qtbot")
FIRST = Settings("three", "price", (Term("size"), BIAS))


@pytest.fixture
def store():
    store = SettingsStore(FIRST)
    store.said = []
    store.changed.connect(lambda old, new: store.said.append((old, new)))
    return store


def edit(store, **fields):
    store.apply(replace(store.settings, **fields))


def test_a_change_is_in_force_and_told_once(store):
    edit(store, learning_rate=0.1)
    new = replace(FIRST, learning_rate=0.1)
    assert store.settings == new
    assert store.said == [(FIRST, new)]


def test_the_same_settings_change_nothing(store):
    store.apply(replace(FIRST))
    assert store.said == []
    assert store.undo_stack.count() == 0


def test_edits_of_one_field_in_a_row_are_one_step_to_undo(store):
    for rate in (0.1, 0.2, 0.3):
        edit(store, learning_rate=rate)
    assert store.undo_stack.count() == 1
    store.undo_stack.undo()
    assert store.settings == FIRST
    store.undo_stack.redo()
    assert store.settings.learning_rate == 0.3


def test_edits_of_different_fields_are_steps_of_their_own(store):
    edit(store, learning_rate=0.1)
    edit(store, seed=3)
    edit(store, learning_rate=0.2)
    assert store.undo_stack.count() == 3
    seen = []
    while store.undo_stack.canUndo():
        store.undo_stack.undo()
        seen.append((store.settings.learning_rate, store.settings.seed))
    assert seen == [(0.1, 3), (0.1, FIRST.seed), (FIRST.learning_rate, FIRST.seed)]


def test_one_edit_of_two_fields_does_not_merge_with_an_edit_of_one(store):
    edit(store, learning_rate=0.1, seed=3)
    edit(store, learning_rate=0.2)
    assert store.undo_stack.count() == 2


def test_a_gesture_is_one_step_to_undo_however_long_it_takes(store, monkeypatch):
    monkeypatch.setattr("gdexplorer.app.settings_store._GESTURE_S", -1.0)
    for gesture, shares in ((1, (0.1, 0.2, 0.3)), (2, (0.4, 0.5))):
        for share in shares:
            store.apply(replace(store.settings, hold_out=share), gesture)
    assert store.undo_stack.count() == 2
    store.undo_stack.undo()
    assert store.settings.hold_out == 0.3


def test_two_gestures_never_merge_however_fast(store):
    for gesture in (1, 2, None):
        store.apply(replace(store.settings, hold_out=0.1 * (gesture or 3)), gesture)
    assert store.undo_stack.count() == 3


def test_of_a_gesture_that_ends_where_it_began_nothing_is_left(store):
    store.apply(replace(FIRST, hold_out=0.1), 1)
    store.apply(FIRST, 1)
    assert store.undo_stack.count() == 0


def test_changes_of_the_data_set_never_merge(store):
    edit(store, source="four")
    edit(store, source="five")
    assert store.undo_stack.count() == 2
    store.undo_stack.undo()
    assert store.settings.source == "four"


def test_undo_and_redo_tell_what_changed(store):
    edit(store, learning_rate=0.1)
    new = store.settings
    store.said.clear()
    store.undo_stack.undo()
    store.undo_stack.redo()
    assert store.said == [(new, FIRST), (FIRST, new)]


def test_an_edit_after_undo_forgets_what_was_undone(store):
    edit(store, learning_rate=0.1)
    edit(store, seed=3)
    store.undo_stack.undo()
    edit(store, seed=4)
    assert not store.undo_stack.canRedo()
    assert store.settings == replace(FIRST, learning_rate=0.1, seed=4)


def test_replacing_all_leaves_nothing_to_undo(store):
    edit(store, learning_rate=0.1)
    other = replace(FIRST, source="four")
    store.replace_all(other)
    assert store.settings == other
    assert not store.undo_stack.canUndo()


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"source": "four", "target": "rooms"}, "data set"),
        ({"weight_count": 2}, "weight count"),
        ({"learning_rate": 0.1}, "learning rate"),
        ({"seed": 1}, "seed"),
        ({"scaling": Scaling.NONE, "learning_rate": 0.1}, "scaling"),
        ({"schedule": "inverse", "schedule_parameters": (("inverse.decay", 0.1),)}, "schedule"),
    ],
)
def test_a_step_to_undo_says_what_it_is(store, fields, word):
    edit(store, **fields)
    assert store.undo_stack.undoText() == word


def test_changed_fields_are_the_new_values():
    assert changed_fields(FIRST, FIRST) == {}
    assert changed_fields(FIRST, replace(FIRST, seed=1, loss="mae")) == {"seed": 1, "loss": "mae"}
