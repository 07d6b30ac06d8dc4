"""Going on with a model where the data under it have changed a little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import TrainingState, begin
from gdexplorer.core.weight_steps import step_factors


def carried_state(problem: Problem, other: Problem, state: TrainingState, settings: Settings) -> TrainingState:
    """Return the start of a run of ``problem`` that goes on where one of ``other`` stands.

    Both have the same terms. The model is the same in original units. Whether the run has converged is judged
    against the slope at the start of the run before, lest a run that begins close to the minimum never end. The
    optimizer keeps its memory, unless what it makes of it depends on how many steps it has taken, or on the very loss
    that it was gathered on.

    Raises:
        InputError: The loss or its slope overflows at this model.
    """
    entry = settings.optimizer_entry
    begun = begin(problem, problem.carried_from(other, state.weights), settings)
    rate, spread, *_ = step_factors(entry.code, np.array(settings.optimizer_values), 1.0, 1, 0.0)
    memory = state.memory if entry.moves_by_weight and (rate, spread) == (1.0, 1.0) else begun.memory
    return replace(begun, memory=memory, start_norm=max(begun.start_norm, state.start_norm))
