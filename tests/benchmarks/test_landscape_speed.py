from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from gdexplorer.app.landscape_job import LandscapeRequest, grid_losses, stages, surveying
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.kernels import BLOCK_ROWS, evaluate_rows
from gdexplorer.core.landscape import losses_at, section_losses
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.problem import resolve
from gdexplorer.core.projection import path_plane
from gdexplorer.core.section import weight_section
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.landscape_choice import LandscapeChoice, View

pytestmark = pytest.mark.timeout(300)
ROWS = 1_000_000
NEVER = np.zeros(1, dtype=np.int64)
MEANS = {
    "mse": lambda r: np.mean(r * r),
    "mae": lambda r: np.mean(np.abs(r)),
    "huber": lambda r: np.mean(np.where(np.abs(r) <= 1.0, 0.5 * r * r, np.abs(r) - 0.5)),
    "logcosh": lambda r: np.mean(np.abs(r) + np.log1p(np.exp(-2.0 * np.abs(r))) - np.log(2.0)),
}
BY_ROWS = [loss for loss in LOSSES if loss != "mse"]
PIECE = np.linspace(-2.0, 2.0, 20)
SHARED = np.linspace(-2.0, 2.0, 30)  # large enough to be shared between the cores


@pytest.fixture(scope="module")
def problem_of():
    rng = np.random.default_rng(0)
    x = rng.normal(1700.0, 500.0, ROWS)
    y = 115.0 * x + rng.normal(size=ROWS) * 40_000.0

    def make(loss, rows=ROWS):
        dataset = Dataset("homes", (Column("price", y[:rows]), Column("size", x[:rows])), "homes")
        return resolve(dataset, Settings("homes", "price", (Term("size"), BIAS), 2, loss=loss))

    return make


def plane(problem):
    return weight_section(problem, np.zeros(2), [0, 1])


def numpy_grid(problem, rows, a, b):
    """As one would write it: for each point of the grid the residuals of all rows, and their mean loss."""
    X, y = rows
    return [[MEANS[problem.loss.key](w1 * X[0] + w2 * X[1] - y) for w1 in a] for w2 in b]


@pytest.mark.parametrize("rows", [932, ROWS])
@pytest.mark.parametrize("who", ["gdexplorer", "numpy expression"])
def test_a_fine_grid_of_the_squared_error(rate_of, measured, problem_of, rows, who):
    problem, axis = problem_of("mse", rows), np.linspace(-2.0, 2.0, 200)
    section = plane(problem)
    few = axis[:: 1 if rows < ROWS else 40]  # numpy is timed on a part
    scenario = f"squared error, grid, {rows:,} rows"
    if who == "gdexplorer":
        rate = rate_of(
            scenario, who, "points/s", axis.size**2, lambda: section_losses(problem, section, (axis, axis)), 15
        )
        measured.remarks.append(f"squared error, 200×200 grid, {rows:,} rows: {axis.size**2 / rate * 1e3:.2f} ms")
    else:
        rows_of_it = problem.X, problem.y
        rate_of(scenario, who, "points/s", few.size**2, lambda: numpy_grid(problem, rows_of_it, few, few), 1)


@pytest.mark.parametrize("loss", BY_ROWS)
@pytest.mark.parametrize("who", ["gdexplorer", "gdexplorer, two cores", "training kernel", "numpy expression"])
def test_residuals_on_a_grid(rate_of, problem_of, loss, who):
    problem = problem_of(loss)
    section, amount = plane(problem), PIECE.size**2 * ROWS
    scenario = f"{problem.loss.title.lower()}, grid, 1e6 rows"
    if who == "gdexplorer":
        rate_of(scenario, who, "residuals/s", amount, lambda: section_losses(problem, section, (PIECE, PIECE)), 3)
    elif who == "gdexplorer, two cores":
        axes, ticket = (SHARED, SHARED), Ticket("landscape", 0)
        amount = SHARED.size**2 * ROWS
        rate_of(scenario, who, "residuals/s", amount, lambda: grid_losses(problem, section, axes, ticket), 3)
    elif who == "training kernel":
        code, w, gradient, buffer = problem.loss.code, np.ones((1, 2)), np.empty((1, 2)), np.empty(BLOCK_ROWS)
        rate_of(
            scenario,
            who,
            "residuals/s",
            ROWS,
            lambda: evaluate_rows(code, 1.0, problem.X, problem.y, w, gradient, 0, buffer, NEVER),
            9,
        )
    else:
        few = PIECE[:2]
        rows = problem.X, problem.y
        rate_of(scenario, who, "residuals/s", few.size**2 * ROWS, lambda: numpy_grid(problem, rows, few, few), 3)


@pytest.mark.parametrize("loss", BY_ROWS)
def test_residuals_on_a_grid_with_torch(rate_of, problem_of, loss):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    problem = problem_of(loss)
    X, y = torch.from_numpy(problem.X.copy()), torch.from_numpy(problem.y.copy())
    mean = {
        "mae": functional.l1_loss,
        "huber": functional.huber_loss,
        "logcosh": lambda p, y: (torch.abs(p - y) + torch.log1p(torch.exp(-2 * torch.abs(p - y))) - np.log(2)).mean(),
    }[loss]
    few = [-2.0, 1.0]

    def work():
        with torch.inference_mode():
            return [[mean(w1 * X[0] + w2 * X[1], y) for w1 in few] for w2 in few]

    section = plane(problem)
    drawn = section_losses(problem, section, (np.array(few), np.array(few)))
    np.testing.assert_allclose([[float(value) for value in row] for row in work()], drawn, rtol=1e-9)
    scenario = f"{problem.loss.title.lower()}, grid, 1e6 rows"
    rate_of(scenario, f"PyTorch, {torch.get_num_threads()} cores", "residuals/s", len(few) ** 2 * ROWS, work, 3)


@pytest.mark.parametrize("view", [View.PAIR, View.HESSIAN])
@pytest.mark.parametrize("loss", BY_ROWS)
def test_time_to_a_first_picture(measured, benchmark, problem_of, loss, view):
    """The window's own job: section, ranges, the coarsest grid, isolines and the cut."""
    problem = problem_of(loss)
    start = problem.random_start(7)
    path, heights = start[None, :], np.array([problem.evaluate(start)[0]])
    request = LandscapeRequest(problem, LandscapeChoice(view), start, path, heights, None, stages(problem)[0])
    found = benchmark.pedantic(lambda: surveying(request)(Ticket("landscape", 0)), rounds=7, iterations=1)
    best = benchmark.stats.stats.min * 1e3
    title = f"{problem.loss.title.lower()}, {view.value}, first picture of 1e6 rows"
    if isinstance(found, str):
        measured.remarks.append(f"{title}: {best:.1f} ms to say why there is none")
        return
    grid = found.ground.a, found.ground.b
    off = np.abs(found.ground.losses / section_losses(problem, found.section, grid) - 1).max()
    measured.remarks.append(f"{title}: {best:.1f} ms; at most {off:.2%} from the grid on all rows")


@pytest.mark.parametrize("case", ["grid", "points"])
@pytest.mark.parametrize("loss", BY_ROWS)
def test_time_for_a_cancel_to_take_effect(measured, benchmark, problem_of, loss, case):
    problem = problem_of(loss)
    section, axis = plane(problem), np.linspace(-2.0, 2.0, 200)
    points = np.random.default_rng(0).normal(size=(100_000, 2))
    waits = []

    def work():
        flag, asked = np.zeros(1, dtype=np.int64), []

        def cancel():
            asked.append(time.perf_counter())
            flag[0] = 1

        timer = threading.Timer(0.05, cancel)
        timer.start()
        if case == "grid":
            section_losses(problem, section, (axis, axis), flag)
        else:
            losses_at(problem, points, flag)
        waits.append(time.perf_counter() - asked[0])
        timer.join()

    benchmark.pedantic(work, rounds=20, iterations=1, warmup_rounds=1)
    what = "a 200×200 grid" if case == "grid" else "100,000 points"
    measured.remarks.append(
        f"{problem.loss.title.lower()}, cancel of {what} over 1e6 rows: "
        f"{np.median(waits) * 1e3:.2f} ms in the middle, {max(waits) * 1e3:.2f} ms at most"
    )


def test_time_for_the_plane_of_a_path(measured, benchmark):
    path = np.random.default_rng(0).normal(size=(17_000, 64)).cumsum(axis=0)
    benchmark.pedantic(lambda: path_plane(path), rounds=9, iterations=1, warmup_rounds=1)
    measured.remarks.append(f"main plane of 17,000 points of 64 weights: {benchmark.stats.stats.min * 1e3:.1f} ms")
