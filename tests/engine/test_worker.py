from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import numpy as np
import pytest

from gdexplorer.engine.worker import LatestTaskWorker, Result, Ticket


@pytest.fixture
def worker() -> Iterator[LatestTaskWorker]:
    worker = LatestTaskWorker("test-worker")
    yield worker
    worker.stop()


def collect(worker: LatestTaskWorker, count: int) -> list[Result]:
    results: list[Result] = []
    pause = Event()
    for _ in range(500):
        results += worker.drain()
        if len(results) >= count:
            return results
        pause.wait(0.01)
    raise AssertionError(f"only {len(results)} of {count} results came")


def test_a_result_carries_the_number_of_its_request(worker: LatestTaskWorker) -> None:
    number = worker.submit("square", lambda _ticket: 49)
    (result,) = collect(worker, 1)
    assert (result.kind, result.number, result.value, result.error) == ("square", number, 49, None)
    assert not worker.is_busy()


def test_an_error_comes_back_as_a_value(worker: LatestTaskWorker) -> None:
    def job(_ticket: Ticket) -> None:
        raise ValueError("no")

    worker.submit("bad", job)
    (result,) = collect(worker, 1)
    assert isinstance(result.error, ValueError)
    worker.submit("good", lambda _ticket: 1)
    assert collect(worker, 1)[0].value == 1


def test_a_newer_request_of_a_kind_cancels_the_older_one(worker: LatestTaskWorker) -> None:
    has_begun = Event()

    def endless(ticket: Ticket) -> str:
        has_begun.set()
        pause = Event()
        while not ticket.is_cancelled():
            pause.wait(0.001)
        return "old"

    worker.submit("landscape", endless)
    assert has_begun.wait(5)
    newest = worker.submit("landscape", lambda _ticket: "new")
    (result,) = collect(worker, 1)
    assert (result.number, result.value) == (newest, "new")


def test_kinds_do_not_cancel_each_other(worker: LatestTaskWorker) -> None:
    gate = Event()
    worker.submit("load", lambda _ticket: gate.wait(5))
    worker.submit("landscape", lambda _ticket: "drawn")
    assert worker.is_busy("load")
    gate.set()
    assert {result.kind for result in collect(worker, 2)} == {"load", "landscape"}


def test_stop_ends_a_running_job_and_can_be_repeated() -> None:
    worker = LatestTaskWorker("stopped")
    has_begun = Event()

    def endless(ticket: Ticket) -> None:
        has_begun.set()
        pause = Event()
        while not ticket.is_cancelled():
            pause.wait(0.001)

    worker.submit("load", endless)
    assert has_begun.wait(5)
    worker.stop()
    worker.stop()
    worker.submit("load", lambda _ticket: 1)
    assert worker.drain() == []


def test_a_ticket_is_cancelled_by_its_flag() -> None:
    ticket = Ticket("landscape", 3)
    assert (ticket.flag.shape, ticket.flag.dtype, ticket.flag[0]) == ((1,), np.int64, 0)
    assert ticket.is_cancelled() is False
    ticket.cancel()
    assert ticket.flag[0] == 1
    assert ticket.is_cancelled() is True


def test_a_newer_request_raises_the_flag_that_a_kernel_reads(worker: LatestTaskWorker) -> None:
    has_begun = Event()

    def endless(ticket: Ticket) -> None:
        flag = ticket.flag
        has_begun.set()
        pause = Event()
        while flag[0] == 0:
            pause.wait(0.001)

    worker.submit("landscape", endless)
    assert has_begun.wait(5)
    worker.submit("landscape", lambda _ticket: "new")
    assert [result.value for result in collect(worker, 1)] == ["new"]


def test_whoever_shares_a_worker_takes_results_of_its_own_kinds_only(worker: LatestTaskWorker) -> None:
    worker.submit("step", lambda _ticket: 1)
    worker.submit("ruler", lambda _ticket: 2)
    worker.submit("sweep", lambda _ticket: 3)
    mine: list[Result] = []
    for _ in range(5000):
        mine.extend(worker.drain("step", "sweep"))
        if len(mine) == 2:
            break
        Event().wait(0.001)
    assert [(result.kind, result.value) for result in mine] == [("step", 1), ("sweep", 3)]
    assert worker.is_busy("ruler")
    assert [result.value for result in collect(worker, 1)] == [2]
    assert not worker.is_busy()
