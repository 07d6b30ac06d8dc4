from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.carrying import carried_state
from gdexplorer.core.edited_data import apply_edits
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.row_edits import NO_EDITS

KEEPS = ("gd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "rprop", "lion")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_model_goes_on_unchanged_on_edited_rows(homes, settings_of, run, optimizer):
    settings = settings_of("price", "size", "bias", optimizer=optimizer)
    problem = resolve(homes, settings)
    state, _ = run(problem, settings, 40)
    edits = NO_EDITS.over(60).with_values(3, {"price": 9e5, "size": 900.0})
    edited = resolve(apply_edits(homes, edits), settings)
    assert edited.can_carry_from(problem)
    after = carried_state(edited, problem, state, settings)
    np.testing.assert_allclose(
        edited.original_weights(after.weights), problem.original_weights(state.weights), rtol=1e-12
    )
    assert after.loss == edited.evaluate(after.weights)[0]
    assert after.loss != state.loss
    assert after.step == 0
    assert after.start_norm >= state.start_norm
    kept = np.array_equal(after.memory, state.memory)
    assert kept == (optimizer in KEEPS or not state.memory.any())


def test_models_are_not_carried_to_another_table_or_target(homes, settings_of):
    settings = settings_of("price", "size", "bias")
    problem = resolve(homes, settings)
    assert not resolve(homes, settings_of("age", "size", "bias")).can_carry_from(problem)
    assert not resolve(replace(homes), settings).can_carry_from(problem)
