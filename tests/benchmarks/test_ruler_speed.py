from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.curvature import hessian_at
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.measured_ruler import RATE_COUNT, TRIAL_STEPS, measured_ruler
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import Term
from gdexplorer.core.theory import predicted_steps, rate_theory
from gdexplorer.core.training import advance, begin, start_weights

pytestmark = pytest.mark.timeout(300)
NEVER = np.zeros(1, dtype=np.int64)
UNIT = "rulers/s"
ROWS = 20_000


def problem_of(count: int, rows: int = 1_000, **choices: object) -> tuple[Problem, Settings]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(count, rows))
    columns = [Column("y", X.sum(axis=0) + rng.normal(size=rows)), *(Column(f"x{k}", X[k]) for k in range(count))]
    terms = tuple(Term(f"x{k}") for k in range(count))
    settings = Settings("t", "y", terms, weight_count=count, **choices)  # type: ignore[arg-type]
    return resolve(Dataset("t", tuple(columns), "t"), settings), settings


def everything_shown(problem: Problem, settings: Settings) -> object:
    """Do what the window does for each frame of a dragged point."""
    ruler = rate_theory(problem, settings)
    state = begin(problem, start_weights(problem, settings), settings)
    return predicted_steps(problem, settings, state, np.array([settings.learning_rate, ruler.fastest]))


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov"])
@pytest.mark.parametrize("count", [2, 16, 64])
def test_ours(rate_of, measured, count, optimizer):
    problem, settings = problem_of(count, ROWS, optimizer=optimizer)
    scenario = f"ruler, {optimizer}, {count} weights"
    rate = rate_of(scenario, "gdexplorer", UNIT, 1, lambda: everything_shown(problem, settings), 50)
    measured.remarks.append(f"{scenario}: {1e3 / rate:.2f} ms a frame, of 16.7")


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "nesterov"])
@pytest.mark.parametrize("count", [2, 16, 64])
def test_by_eigenvalues_of_the_rows(rate_of, count, optimizer):
    """The curvatures alone, but from all rows anew."""
    problem, _ = problem_of(count, ROWS)
    X = problem.X
    scenario = f"ruler, {optimizer}, {count} weights"
    rate_of(scenario, "numpy over the rows", UNIT, 1, lambda: np.linalg.eigvalsh(2 * X @ X.T / X.shape[1]), 50)


def test_where_the_loss_bends_differently(rate_of, measured):
    problem, settings = problem_of(2, ROWS, loss="huber")
    weights = start_weights(problem, settings)
    scenario = "ruler where the ball is, Huber, 20,000 rows"
    work = lambda: rate_theory(problem, settings, hessian_at(problem, weights))  # noqa: E731
    rate = rate_of(scenario, "gdexplorer", UNIT, 1, work, 20)
    measured.remarks.append(f"{scenario}: {1e3 / rate:.2f} ms")


MEASURED = {
    "Adam, squared error, 1,000 rows": {"optimizer": "adam"},
    "Adam, Huber, 1,000 rows": {"optimizer": "adam", "loss": "huber"},
    "mini-batches of 32, 1,000 rows": {"batch_size": 32},
}


@pytest.mark.parametrize("name", MEASURED)
def test_measured_ours(rate_of, measured, name):
    problem, settings = problem_of(2, **MEASURED[name])
    rate = rate_of(f"measured ruler, {name}", "gdexplorer", UNIT, 1, lambda: measured_ruler(problem, settings))
    measured.remarks.append(f"measured ruler, {name}: {1e3 / rate:.1f} ms, of 100 at most")


@pytest.mark.parametrize("name", MEASURED)
def test_measured_step_by_step(rate_of, name):
    """A rate at a time, and a call for every step."""
    problem, settings = problem_of(2, **MEASURED[name])

    def work() -> None:
        for rate in np.geomspace(1e-4, 1e-1, RATE_COUNT):
            chosen = replace(settings, learning_rate=float(rate))
            state = begin(problem, start_weights(problem, chosen), chosen)
            for _ in range(TRIAL_STEPS):
                state, _ = advance(problem, state, chosen, 1, NEVER)

    rate_of(f"measured ruler, {name}", "a call a step", UNIT, 1, work, 2)
