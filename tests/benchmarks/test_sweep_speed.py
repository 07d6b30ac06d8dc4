"""How long a sweep takes: many runs at once against one after the other, and how soon its first points are there."""

from __future__ import annotations

import time

import numpy as np
import pytest

from gdexplorer.app.sweep_jobs import SweepProgress, SweepRequest, fill, sweeping
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import SweepKind, SweepTable, trials
from gdexplorer.core.sweep_plans import rates_plan
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import begin, start_weights
from gdexplorer.engine.worker import Ticket

pytestmark = pytest.mark.timeout(900)
RATES, STEPS = 60, 1000
NEVER = np.zeros(1, dtype=np.int64)
#: Loss, rows, and for how many milliseconds a user should wait at most.
CASES = {
    "squared error, 932 rows": ("mse", 932, 50.0),
    "Huber, 20,000 rows": ("huber", 20_000, 2000.0),
}
FIRST_POINTS, FIRST_MS = 5, 200.0


@pytest.fixture(scope="module", params=CASES)
def case(request):
    loss, rows, _ = CASES[request.param]
    rng = np.random.default_rng(0)
    size = rng.normal(1700.0, 500.0, rows)
    price = 140.0 * size + rng.normal(0.0, 80_000.0, rows)
    data = Dataset("t", (Column("price", price), Column("size", size)), "t")
    settings = Settings("t", "price", (Term("size"), BIAS), 2, loss=loss, tolerance=0.0)
    return request.param, resolve(data, settings), settings


def plan_of(problem, settings):
    return rates_plan(problem, settings, begin(problem, start_weights(problem, settings), settings), STEPS)


def scenario(name):
    return f"sweep, {RATES} rates, {STEPS:,} steps, {name}"


def test_ours(rate_of, case):
    name, problem, settings = case
    rate_of(
        scenario(name), "gdexplorer", "runs/s", RATES, lambda: fill(SweepTable(plan_of(problem, settings)), NEVER), 5
    )


def test_one_run_after_the_other(rate_of, case):
    name, problem, settings = case

    def work():
        table = SweepTable(plan_of(problem, settings))
        for index, trial in trials(table.plan):
            table.write(index, trial)

    rate_of(scenario(name), "one core", "runs/s", RATES, work, 3)


def test_numpy(rate_of, case):
    """Two runs of plain numpy stand for all of them."""
    name, problem, settings = case
    X, y = problem.X, problem.y
    rates = plan_of(problem, settings).x[[20, 40]]

    def work():
        for rate in rates:
            w = np.zeros(2)
            for _ in range(STEPS):
                residuals = w @ X - y
                slopes = 2.0 * residuals if settings.loss == "mse" else np.clip(residuals, -1.0, 1.0)
                w = w - rate * (X @ slopes) / len(y)

    rate_of(scenario(name), "numpy loop", "runs/s", len(rates), work, 1)


def test_the_first_points_come_at_once(benchmark, measured, case):
    """A remark, with what a user should wait at most."""
    name, problem, settings = case

    def first_and_all() -> tuple[float, float]:
        progress = SweepProgress(SweepRequest(SweepKind.RATES, problem, settings, STEPS))
        seen: list[float] = []
        table_write = SweepTable.write
        began = time.perf_counter()

        def noting(table: SweepTable, index: int, trial: object) -> None:
            table_write(table, index, trial)
            seen.append(time.perf_counter() - began)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SweepTable, "write", noting)
            sweeping(progress)(Ticket("sweep", 1))
        return sorted(seen)[FIRST_POINTS - 1] * 1e3, (time.perf_counter() - began) * 1e3

    best = [np.inf, np.inf]

    def work():
        best[:] = map(min, best, first_and_all())

    benchmark.pedantic(work, rounds=3, warmup_rounds=1)
    most = CASES[name][2]
    measured.remarks.append(
        f"{scenario(name)}: {FIRST_POINTS} points after {best[0]:.1f} ms (to be within {FIRST_MS:.0f}), "
        f"all after {best[1]:.1f} ms (within {most:.0f})"
    )
