from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gdexplorer.core.compiled import compiled, is_compiled

#: Trains every optimizer on every loss, in whole and in mini-batches, and prints where each run got to.
SCRIPT = """
import numpy as np
from gdexplorer.core.compiled import is_compiled
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.landscape import loss_slice
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import advance, begin, start_weights

rng = np.random.default_rng(0)
x = rng.normal(size=23)
data = Dataset("t", (Column("y", x + rng.normal(size=23)), Column("x", x), Column("z", x * x)), "t")
never = np.zeros(1, dtype=np.int64)
print(is_compiled())
for loss in LOSSES:
    for optimizer in OPTIMIZERS:
        if OPTIMIZERS[optimizer].needs_hessian and LOSSES[loss].second_derivative is None:
            continue
        for batch_size in (0, 5) if OPTIMIZERS[optimizer].moves_by_weight else (0,):
            for rate in (0.05, 1e200):
                settings = Settings(
                    "t", "y", (Term("x"), BIAS, Term("z")), 3, loss=loss, optimizer=optimizer, batch_size=batch_size,
                    learning_rate=rate, tolerance=0.0, seed=2**32 - 1,
                )
                problem = resolve(data, settings)
                state = begin(problem, start_weights(problem, settings), settings)
                # A search for a kink ends on one or the other side of it, as rounding will have it.
                steps = 30 if OPTIMIZERS[optimizer].moves_by_weight or loss != "mae" else 3
                state, records = advance(problem, state, settings, steps, never)
                if rate < 1:
                    drawn = loss_slice(problem, state.weights, 1, np.array([-2.0, 0.5])).losses
                    numbers = [state.loss, *state.weights, *state.memory.ravel(), *records.losses, *drawn]
                    print(*(float(number).hex() for number in numbers))
"""


def printed(**environment):
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [environment.pop("FIRST", ""), root]))
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        env=os.environ | {"PYTHONPATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    first, *lines = found.stdout.splitlines()
    return first == "True", np.array([float.fromhex(number) for line in lines for number in line.split()])


@pytest.fixture(scope="module")
def machine_code():
    compiled_here, numbers = printed()
    if not compiled_here:
        pytest.skip("numba is not here to compare with")
    return numbers


def assert_equal_to_rounding(numbers, expected):
    np.testing.assert_allclose(numbers, expected, rtol=1e-11, atol=1e-12)


def test_the_same_source_uncompiled_gives_the_same_numbers(machine_code):
    compiled_here, numbers = printed(NUMBA_DISABLE_JIT="1")
    assert not compiled_here
    assert_equal_to_rounding(numbers, machine_code)


def test_without_numba_the_numbers_are_the_same(machine_code, tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('no wheel for this platform')\n")
    compiled_here, numbers = printed(FIRST=str(tmp_path))
    assert not compiled_here
    assert_equal_to_rounding(numbers, machine_code)


def test_a_compiled_function_is_its_source():
    def double(x):
        return 2 * x

    again = compiled(double)
    assert again(3) == 6
    if is_compiled():
        assert again.py_func is double
