"""A look of the doctor is taken at every frame, on the thread that draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.case import case_of
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.diagnosis import diagnose
from gdexplorer.core.history import History
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import Term
from gdexplorer.core.training import advance, begin, first_record

pytestmark = pytest.mark.timeout(300)
ROWS = 400
NEVER = np.zeros(1, dtype=np.int64)


@pytest.fixture(scope="module", params=[1, 16, 64])
def patient(request):
    """A run that crawls, after 900 steps, as all that a look needs."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(request.param, ROWS))
    y = X.sum(axis=0) + rng.normal(size=ROWS)
    names = [f"x{k}" for k in range(request.param)]
    data = Dataset("patient", (Column("y", y), *map(Column, names, X)), "patient")
    settings = Settings("patient", "y", tuple(map(Term, names)), request.param, learning_rate=1e-4)
    problem = resolve(data, settings)
    state = begin(problem, np.zeros(request.param), settings)
    history = History(request.param)
    history.append(first_record(state, settings))
    while state.step < 900:
        state, records = advance(problem, state, settings, 900 - state.step, NEVER)
        history.append(records)
    return case_of(problem, settings), state, history


def scenario(case):
    return f"the doctor, {case.problem.weight_count} weights"


def test_ours(rate_of, patient):
    case, state, history = patient
    look = diagnose(case, state, history, state.loss * 1.001, is_running=True)
    assert look.word == "crawling"
    rate = rate_of(
        scenario(case), "gdexplorer", "looks/s", 1, lambda: diagnose(case, state, history, None, is_running=True), 200
    )
    assert rate > 0


def test_a_case_made_anew_for_each_look(rate_of, patient):
    case, state, history = patient
    settings = replace(case.settings)

    def look():
        return diagnose(case_of(case.problem, settings), state, history, None, is_running=True)

    rate_of(scenario(case), "anew each time", "looks/s", 1, look, 50)
