from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import advance, begin, start_weights

pytestmark = pytest.mark.timeout(900)
NEVER = np.zeros(1, dtype=np.int64)
ROWS = {932: "932 rows", 10_000_000: "10,000,000 rows"}
#: So small that no weight comes to rest while we look, where numbers would be too tiny for the processor's fast path.
RATE = 1e-5
#: Steps that a run has behind it when we measure: the stride of the records is that of a run of a minute.
BEHIND = 2**27


@pytest.fixture(scope="module", params=ROWS, ids=ROWS.values())
def problem(request):
    rng = np.random.default_rng(0)
    size = rng.normal(1700.0, 500.0, request.param)
    price = 140.0 * size + rng.normal(0.0, 80_000.0, request.param)
    data = Dataset("t", (Column("price", price), Column("size", size)), "t")
    settings = Settings("t", "price", (Term("size"), BIAS), 2, learning_rate=RATE, tolerance=0.0)
    return resolve(data, settings), settings


def scenario(problem):
    return f"squared error, 2 weights, {ROWS[problem.row_count]}"


def test_ours(rate_of, problem):
    resolved, settings = problem
    state = begin(resolved, start_weights(resolved, settings), settings)
    object.__setattr__(state, "step", BEHIND)
    steps = 2_000_000
    rate_of(
        scenario(resolved), "gdexplorer", "steps/s", steps, lambda: advance(resolved, state, settings, steps, NEVER), 15
    )


def test_ours_with_every_step_recorded(rate_of, problem):
    resolved, settings = problem
    state = begin(resolved, start_weights(resolved, settings), settings)
    steps = 200_000
    rate_of(
        scenario(resolved),
        "… every step kept",
        "steps/s",
        steps,
        lambda: advance(resolved, state, settings, steps, NEVER, every_step=True),
        15,
    )


OTHERWISE = {key: {"optimizer": key} for key in OPTIMIZERS if key != "gd"} | {
    "cosine": {"schedule": "cosine"},
    "clipped": {"gradient_clip": 1.0},
    "decay": {"weight_decay": 0.1},
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_ours_otherwise(rate_of, problem, name):
    resolved, settings = problem
    if len(resolved.y) != min(ROWS):
        pytest.skip("by the Gram matrix, whatever the rows")
    settings = replace(settings, **OTHERWISE[name])
    state = begin(resolved, start_weights(resolved, settings), settings)
    object.__setattr__(state, "step", BEHIND)
    steps = 500_000
    rate_of(
        scenario(resolved),
        f"… {name}",
        "steps/s",
        steps,
        lambda: advance(resolved, state, settings, steps, NEVER),
    )


def test_numpy(rate_of, problem):
    resolved, settings = problem
    X, y = resolved.X, resolved.y
    steps = max(2, 2_000_000 // len(y))

    def work():
        w = np.zeros(2)
        losses = []
        for _ in range(steps):
            residuals = w @ X - y
            losses.append(residuals @ residuals / len(y))
            w = w - settings.learning_rate * (2.0 / len(y)) * (X @ residuals)
        return losses

    rate_of(scenario(resolved), "numpy loop", "steps/s", steps, work, 3)


def test_jax_compiled_scan(rate_of, problem):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jax = pytest.importorskip("jax")
        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_platforms", "cpu")
        resolved, _ = problem
        X, y = jax.numpy.asarray(resolved.X), jax.numpy.asarray(resolved.y)
        steps = max(5, 20_000_000 // len(y))

        def loss(w, X, y):
            return jax.numpy.mean((w @ X - y) ** 2)

        def step(w, _, X, y):
            value, slope = jax.value_and_grad(loss)(w, X, y)
            return w - RATE * slope, value

        @jax.jit
        def train(w, X, y):
            return jax.lax.scan(lambda w, _: step(w, _, X, y), w, None, length=steps)

        def work():
            jax.block_until_ready(train(jax.numpy.zeros(2), X, y))

        rate_of(scenario(resolved), "JAX lax.scan", "steps/s", steps, work, 3)


def test_torch_eager(rate_of, problem):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch = pytest.importorskip("torch")
        resolved, _ = problem
        X, y = torch.tensor(resolved.X), torch.tensor(resolved.y)
        steps = max(2, 1_000_000 // len(y))

        def work():
            w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
            optimizer = torch.optim.SGD([w], lr=RATE)
            for _ in range(steps):
                optimizer.zero_grad()
                torch.mean((w @ X - y) ** 2).backward()
                optimizer.step()

        rate_of(scenario(resolved), "PyTorch eager", "steps/s", steps, work, 3)
