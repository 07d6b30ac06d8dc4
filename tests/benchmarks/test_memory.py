from __future__ import annotations

import gc
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.history import History
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import advance, begin, compile_kernels, first_record, start_weights

pytestmark = pytest.mark.timeout(900)
STEPS = 1_000_000_000
#: Allocations are traced over this share only, since tracing slows them down.
TRACED = 20_000_000
STATM = Path("/proc/self/statm")


def resident_mb():
    return int(STATM.read_text().split()[1]) * 4096 / 1e6 if STATM.exists() else float("nan")


def test_memory_stays_flat_over_a_billion_steps(benchmark, measured):
    rng = np.random.default_rng(0)
    x = rng.normal(size=932)
    data = Dataset("t", (Column("y", x + rng.normal(size=932)), Column("x", x)), "t")
    settings = Settings("t", "y", (Term("x"), BIAS), 2, learning_rate=1e-7, tolerance=0.0)
    problem = resolve(data, settings)
    never = np.zeros(1, dtype=np.int64)
    compile_kernels(problem, settings)

    def work():
        state = begin(problem, start_weights(problem, settings), settings)
        history = History(2)
        history.append(first_record(state, settings))
        resident = {}
        tracemalloc.start()
        begun = time.perf_counter()
        while state.step < STEPS:
            state, records = advance(problem, state, settings, min(200_000, STEPS - state.step), never)
            history.append(records)
            if tracemalloc.is_tracing() and state.step >= TRACED:
                resident["traced"] = tracemalloc.get_traced_memory()[1] / 1e6
                tracemalloc.stop()
                gc.collect()
                resident["early"], begun, first = resident_mb(), time.perf_counter(), state.step
        resident["late"] = resident_mb()
        resident["rate"] = (STEPS - first) / (time.perf_counter() - begun)
        return resident, len(history)

    found, records = benchmark.pedantic(work, rounds=1, iterations=1)
    measured.remarks.append(
        f"memory: {found['early']:.1f} MB resident after {TRACED:.0e} steps, {found['late']:.1f} MB after "
        f"{STEPS:.0e} in slices of 200,000; {found['traced']:.1f} MB traced at most; "
        f"{found['rate']:,.4g} steps/s with a history of {records:,} records"
    )
    assert found["late"] < found["early"] + 20
