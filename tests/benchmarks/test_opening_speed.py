"""How long it takes to open a table, beside DuckDB's own reading of the same file in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from gdexplorer.app.jobs import opening
from gdexplorer.core.problem import resolve
from gdexplorer.core.reading_choices import UNDECIDED
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import advance, begin, compile_kernels, start_weights
from gdexplorer.engine.worker import LatestTaskWorker, Ticket
from gdexplorer.files.cancelling import ReadCancelledError
from gdexplorer.files.reading import open_table
from gdexplorer.files.table_cache import slot_for
from tests.files.big_tables import opened

pytestmark = pytest.mark.timeout(900)
ROWS, MANY_ROWS, FEW_ROWS = 5_000_000, 100_000_000, 20_000
COLUMNS = (
    "SELECT round(500 + 1500 * random(), 1) AS size_sqft, floor(1 + 6 * random()) AS rooms, "
    "round(100000 * random(), 2) AS price FROM range({})"
)
FRAME_MS, STEPS = 16, 3_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the files of this module are; none is left."""
    made = tmp_path_factory.mktemp("opening")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(made / "cache"))
    yield made
    patch.undo()
    for path in sorted(made.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def written(path: Path, rows: int) -> Path:
    if not path.exists():
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({COLUMNS.format(rows)}) TO '{path}'")
    return path


@pytest.fixture(scope="module")
def many(folder):
    path = folder / "many.parquet"
    columns = "500 + 1500 * random() AS size_sqft, floor(1 + 6 * random()) AS rooms"
    price = "115 * size_sqft + 9000 * rooms + 80000 * random() AS price"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT *, {price} FROM (SELECT {columns} FROM range({MANY_ROWS}))) TO '{path}'")
    yield path
    path.unlink()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("who", ["gdexplorer", "DuckDB alone"])
def test_five_million_rows(rate_of, folder, who, suffix):
    path = written(folder / f"five{suffix}", ROWS)

    def bare():
        with duckdb.connect() as connection:
            return connection.execute(f"FROM '{path}'").fetchnumpy()

    work = bare if who == "DuckDB alone" else lambda: open_table(str(path))
    rate_of(f"open 5e6 rows × 3, {suffix[1:]}", who, "rows/s", ROWS, work, 3)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_five_million_rows_until_they_can_be_shown(measured, benchmark, folder, suffix):
    path = written(folder / f"five{suffix}", ROWS)
    benchmark.pedantic(lambda: opening(str(path), None)(Ticket("open", 0)), rounds=3, iterations=1)
    measured.remarks.append(f"5e6 rows × 3, {suffix[1:]}, all that the worker does: {benchmark.stats.stats.min:.2f} s")


def test_twenty_thousand_rows(measured, benchmark, folder):
    path = written(folder / "few.csv", FEW_ROWS)
    benchmark.pedantic(lambda: opening(str(path), None)(Ticket("open", 0)), rounds=9, iterations=1, warmup_rounds=1)
    measured.remarks.append(
        f"20,000 rows × 3, csv, all that the worker does: {benchmark.stats.stats.min * 1e3:.0f} ms; at most 300 with a "
        "first plot"
    )


def test_a_second_opening(measured, benchmark, folder):
    path = written(folder / "five.csv", ROWS)
    slot, table = slot_for(path, UNDECIDED), open_table(str(path))
    begun = time.perf_counter()
    assert slot.store(table.dataset, table.report)
    stored = time.perf_counter() - begun
    benchmark.pedantic(slot.load, rounds=5, iterations=1, warmup_rounds=1)
    measured.remarks.append(
        f"5e6 rows × 3, csv, opened again: {benchmark.stats.stats.min:.2f} s; kept in {stored:.2f} s"
    )


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_gaps_between_frames_while_a_file_loads(measured, benchmark, folder, suffix):
    """The time that a thread waits for its turn, which is what the window's thread would wait."""
    path = written(folder / f"five{suffix}", ROWS)
    worker = LatestTaskWorker("worker")
    gaps, pause = [], threading.Event()

    def load():
        worker.submit("open", opening(str(path), None))
        last = time.perf_counter()
        while worker.is_busy():
            pause.wait(FRAME_MS / 1e3)
            now = time.perf_counter()
            gaps.append((now - last) * 1e3)
            last = now
            for result in worker.drain():
                assert result.error is None

    try:
        benchmark.pedantic(load, rounds=3, iterations=1)
    finally:
        worker.stop()
    measured.remarks.append(
        f"5e6 rows × 3, {suffix[1:]}, gaps between frames of {FRAME_MS} ms while it loads: "
        f"p99 {np.percentile(gaps, 99):.0f} ms, longest {max(gaps):.0f} ms"
    )


PROGRAM = """
import json, resource, sys, time
from pathlib import Path
def peak():
    status = Path("/proc/self/status")  # what getrusage says is not below what the parent had when it forked
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import advance, begin, start_weights
from tests.files.big_tables import opened
import numpy as np
begun = time.perf_counter()
dataset = opened(Path(sys.argv[1]), "size_sqft", "rooms", "price")
read = time.perf_counter()
settings = Settings("t", "price", (Term("size_sqft"), BIAS, Term("rooms")), 3, learning_rate=0.2, tolerance=0.0)
problem = resolve(dataset, settings)
resolved = time.perf_counter()
state = begin(problem, start_weights(problem, settings), settings)
state, _ = advance(problem, state, settings, 1000, np.zeros(1, dtype=np.int64))
print(json.dumps({
    "open": read - begun, "resolve": resolved - read, "rows": problem.rows_total, "loss": state.loss,
    "weights": problem.original_weights(state.weights).tolist(),
    "peak": peak(), "qt": "PySide6" in sys.modules,
}))
"""


def test_memory_for_a_hundred_million_rows(measured, benchmark, many):
    def train():
        made = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(many)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
            text=True,
        )
        return json.loads(made.stdout)

    found = benchmark.pedantic(train, rounds=1, iterations=1)
    assert found["rows"] == MANY_ROWS
    assert not found["qt"]
    assert found["peak"] < 1000
    np.testing.assert_allclose(found["weights"], [115, 40000, 9000], rtol=1e-3)
    measured.remarks.append(
        f"100,000,000 rows × 3 of Parquet: {found['peak']:.0f} MB at most; sample {found['open']:.1f} s, "
        f"sums over all rows {found['resolve']:.1f} s"
    )


@pytest.mark.parametrize("where", ["in memory", "1e8 rows on disk"])
def test_steps_of_a_table_on_disk(rate_of, many, where):
    settings = Settings("t", "price", (Term("size_sqft"), BIAS), 2, learning_rate=1e-9, tolerance=0.0)
    dataset = opened(many, "size_sqft", "rooms", "price")
    if where == "in memory":
        dataset = replace(dataset, total_rows=None, moments=None)
    problem = resolve(dataset, settings)
    compile_kernels(problem, settings)
    never = np.zeros(1, dtype=np.int64)
    begun = begin(problem, start_weights(problem, settings), settings)

    def work():
        state = begun
        while state.step < STEPS:
            state, _ = advance(problem, state, settings, STEPS - state.step, never)

    who = "gdexplorer" if where != "in memory" else "2e5 rows in memory"
    rate_of("squared error, 2 weights, 1e8 rows on disk", who, "steps/s", STEPS, work)


def test_time_for_a_cancel_to_take_effect(measured, benchmark, many):
    dataset = opened(many, "size_sqft", "rooms", "price")
    settings = Settings("t", "price", (Term("size_sqft"), BIAS, Term("rooms"), Term("rooms", 2)), 4)
    waits = []

    def work():
        ticket, asked = Ticket("resolve", 0), []

        def cancel():
            asked.append(time.perf_counter())
            ticket.cancel()

        timer = threading.Timer(0.3, cancel)
        timer.start()
        with pytest.raises(ReadCancelledError):
            resolve(dataset, settings, ticket)
        waits.append(time.perf_counter() - asked[0])
        timer.join()

    benchmark.pedantic(work, rounds=7, iterations=1)
    measured.remarks.append(f"cancel of a pass over 100,000,000 rows: {max(waits) * 1e3:.0f} ms at most")
