"""What the tests of the core share: data sets by the line, runs in pieces, and the recorded reference values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gdexplorer.core.case import case_of
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.diagnosis import Diagnosis, diagnose
from gdexplorer.core.history import History
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import Status, TrainingState, advance, begin, first_record, start_weights


@pytest.fixture(scope="session")
def reference() -> Path:
    return Path(__file__).parents[1] / "data" / "reference"


@pytest.fixture(scope="session")
def bundled() -> Path:
    return Path(__file__).parents[2] / "resources" / "datasets"


@pytest.fixture(scope="session")
def dataset_of() -> Callable[..., Dataset]:
    def make(**columns: object) -> Dataset:
        return Dataset("test data", tuple(Column(name, np.asarray(v, float)) for name, v in columns.items()), "test")

    return make


@pytest.fixture(scope="session")
def settings_of() -> Callable[..., Settings]:
    """Settings that use every written term; ``bias`` is the bias and ``x^2`` a power."""

    def make(target: str, *terms: str, **choices: object) -> Settings:
        made = tuple(
            BIAS if text == "bias" else Term(text.partition("^")[0], int(text.partition("^")[2] or 1)) for text in terms
        )
        return Settings("test", target, made, **{"weight_count": len(made), "tolerance": 0.0} | choices)

    return make


@pytest.fixture(scope="session")
def by_rows() -> Callable[[Problem], Problem]:
    """The same problem, evaluated row by row even for the squared error."""

    def make(problem: Problem) -> Problem:
        rows = replace(problem, least_squares=replace(problem.least_squares, loss=float("nan")))
        assert not rows.is_quadratic
        return rows

    return make


@pytest.fixture(scope="session")
def run() -> Callable[..., tuple[TrainingState, History]]:
    """Train from the start in the given pieces until all are done or the run ends."""

    def make(
        problem: Problem, settings: Settings, *pieces: int, weights: Sequence[float] | None = None
    ) -> tuple[TrainingState, History]:
        never = np.zeros(1, dtype=np.int64)
        begun = start_weights(problem, settings) if weights is None else np.array(weights, dtype=float)
        state = begin(problem, begun, settings)
        history = History(problem.weight_count)
        history.append(first_record(state, settings))
        for piece in pieces:
            goal = state.step + piece
            while state.step < goal and state.status is Status.RUNNING:
                state, records = advance(problem, state, settings, goal - state.step, never)
                history.append(records)
        return state, history

    return make


@pytest.fixture(scope="session")
def homes(dataset_of: Callable[..., Dataset]) -> Dataset:
    """Sixty invented homes with a price that four columns nearly explain."""
    rng = np.random.default_rng(5)
    size = rng.normal(1700.0, 500.0, 60)
    rooms = np.round(size / 500 + rng.normal(0, 0.7, 60))
    age = rng.uniform(0, 90, 60)
    distance = rng.exponential(4000.0, 60)
    price = 115 * size + 9000 * rooms - 700 * age - 3 * distance + 20000 + rng.normal(0, 40000, 60)
    return dataset_of(price=price, size=size, rooms=rooms, age=age, distance=distance)


@pytest.fixture(scope="session")
def course() -> Callable[..., list[Diagnosis]]:
    """What the doctor says at every look at a run, from its start until it ends or the steps are taken."""

    def make(
        problem: Problem,
        settings: Settings,
        steps: int,
        *,
        every: int = 1,
        weights: Sequence[float] | None = None,
        is_running: bool = True,
    ) -> list[Diagnosis]:
        never = np.zeros(1, dtype=np.int64)
        case = case_of(problem, settings)
        state = begin(problem, start_weights(problem, settings) if weights is None else np.array(weights), settings)
        history = History(problem.weight_count)
        history.append(first_record(state, settings))
        said = [diagnose(case, state, history, None, is_running=is_running)]
        while state.step < steps and state.status is Status.RUNNING:
            before = state.loss
            state, records = advance(problem, state, settings, every, never)
            history.append(records)
            previous = float(records.losses[-2]) if len(records) > 1 else before
            on = is_running and state.status is Status.RUNNING
            said.append(diagnose(case, state, history, previous, is_running=on))
        return said

    return make
