"""The runs of a sweep on all cores: each is made once, and they end at once when nobody wants them."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from gdexplorer.app.sweep_jobs import SweepProgress, SweepRequest, fill, sweeping
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import SweepKind, SweepTable, trials
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.engine.worker import LatestTaskWorker, Ticket


@pytest.fixture(params=["mse", "huber"])
def request_for(request):
    rng = np.random.default_rng(1)
    size = rng.normal(0.0, 1.0, 400)
    data = Dataset("t", (Column("price", 2 * size + rng.normal(0.0, 1.0, 400)), Column("size", size)), "t")
    settings = Settings("t", "price", (Term("size"), BIAS), 2, loss=request.param, optimizer="momentum")
    problem = resolve(data, settings)

    def make(kind: SweepKind, steps: int = 60, **fields: object) -> SweepRequest:
        return replace(SweepRequest(kind, problem, settings, steps), **fields)

    return make


@pytest.mark.parametrize("kind", SweepKind)
def test_all_cores_find_what_one_does(request_for, kind) -> None:
    progress = SweepProgress(request_for(kind))
    assert progress.look() is None
    sweeping(progress)(Ticket("sweep", 1))
    sweep, theory = progress.look()
    assert sweep.is_complete
    table = SweepTable(sweep.plan)
    for index, trial in trials(sweep.plan):
        table.write(index, trial)
    alone = table.snapshot()
    np.testing.assert_array_equal(sweep.outcomes, alone.outcomes)
    np.testing.assert_array_equal(sweep.steps_to_converge, alone.steps_to_converge)
    np.testing.assert_array_equal(sweep.final_losses, alone.final_losses)
    assert theory.ruler.limit is not None
    assert ("lowest point" in theory.ruler.reason) == (not sweep.plan.problem.is_quadratic)


def test_a_cancelled_sweep_ends_with_what_there_is(request_for) -> None:
    progress = SweepProgress(request_for(SweepKind.RATES, steps=2_000_000))
    progress.request = replace(progress.request, settings=replace(progress.request.settings, tolerance=0.0))
    worker = LatestTaskWorker("study")
    begun = threading.Event()
    try:
        job = sweeping(progress)
        worker.submit("sweep", lambda ticket: (begun.set(), job(ticket)))
        assert begun.wait(10)
        worker.cancel("sweep")
    finally:
        worker.stop()
    looked = progress.look()
    assert looked is None or not looked[0].is_complete


def test_nothing_is_run_once_cancelled(request_for) -> None:
    table = SweepTable(request_for(SweepKind.RATES).plan())
    fill(table, np.ones(1, dtype=np.int64))
    assert table.snapshot().tried == 0


def test_what_goes_wrong_in_a_run_is_told(request_for, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise IndexError("of a run")

    table = SweepTable(request_for(SweepKind.RATES).plan())
    monkeypatch.setattr(type(table.plan), "trial", fail)
    with pytest.raises(IndexError, match="of a run"):
        fill(table, np.zeros(1, dtype=np.int64))


def test_a_request_that_cannot_be_met_is_refused(request_for) -> None:
    with pytest.raises(InputError, match="the smaller one first"):
        request_for(SweepKind.RATES, between=(2.0, 1.0)).plan()
