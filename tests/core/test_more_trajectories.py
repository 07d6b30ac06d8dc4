from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gdexplorer.core.optimizers import OPTIMIZERS, Family
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.training import advance, begin, start_weights

NEVER = np.zeros(1, dtype=np.int64)
TRAJECTORIES = Path(__file__).parents[1] / "data" / "reference" / "more_trajectories.json"
REFERENCES = json.loads(TRAJECTORIES.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def recorded(reference):
    arrays = {}
    for name in ("trajectories", "more_trajectories"):
        with np.load(reference / f"{name}.npz") as file:
            arrays |= dict(file)
    return arrays


def reference_settings(settings_of, key, start):
    choices = dict(REFERENCES[key]["settings"])
    values = dict(choices.pop("parameters"))
    settings = settings_of(
        "y",
        *("x", "bias")[: len(start)],
        scaling=Scaling.NONE,
        loss=key.split("/")[1],
        start=tuple(start),
        **choices,
    )
    for owner in (settings.optimizer_entry, settings.schedule_entry):
        for parameter in owner.parameters:
            settings = settings.with_parameter(owner, parameter.name, values.pop(parameter.name))
    assert not values
    return settings


@pytest.mark.parametrize("path", ["chosen", "rows"])
@pytest.mark.parametrize("key", REFERENCES)
def test_weights_losses_and_rates_follow_pytorch(key, path, recorded, dataset_of, settings_of, by_rows):
    name = key.split("/")[0]
    X = recorded[f"{name}/X"].reshape(len(recorded[f"{name}/y"]), -1)
    settings = reference_settings(settings_of, key, recorded[f"{name}/start"].ravel())
    problem = resolve(dataset_of(y=recorded[f"{name}/y"], x=X[:, 0]), settings)
    if path == "rows":
        problem = by_rows(problem)
    state = begin(problem, start_weights(problem, settings), settings)
    _, records = advance(problem, state, settings, 200, NEVER)
    count = REFERENCES[key]["comparable_steps"]
    assert count >= 40
    expected = recorded[f"{key}/weights"][1 : count + 1]
    error = np.abs(records.weights[:count] - expected) / np.maximum(1.0, np.abs(expected))
    assert error.max() <= 1e-9
    np.testing.assert_allclose(records.losses[:count], recorded[f"{key}/loss"][1 : count + 1], rtol=1e-9)
    if "lbfgs" not in key:  # whose first rate PyTorch shortens without a word
        np.testing.assert_allclose(records.learning_rates[:count], recorded[f"{key}/rates"][:count], rtol=1e-12)


def test_every_optimizer_and_schedule_that_pytorch_has_is_recorded():
    found = {REFERENCES[key]["settings"]["optimizer"] for key in REFERENCES}
    assert found >= {key for key, entry in OPTIMIZERS.items() if entry.family is Family.ADAPTIVE} - {
        "adagrad",
        "rmsprop",
        "adam",
    }
    assert "lbfgs" in found
    scheduled = {REFERENCES[key]["settings"].get("schedule", "constant") for key in REFERENCES}
    assert scheduled == set(SCHEDULES)
