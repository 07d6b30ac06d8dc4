from __future__ import annotations

import os
import threading
from threading import Barrier, Event

import pytest

from gdexplorer.engine.parallel import cores, in_parallel


def test_all_parts_run_at_the_same_time() -> None:
    together = Barrier(3, timeout=5)
    names = []

    def part() -> None:
        together.wait()
        names.append(threading.current_thread().name)

    in_parallel([part] * 3)
    assert sorted(names) == sorted([threading.current_thread().name, "part-1", "part-2"])


def test_no_part_and_one_part_need_no_thread() -> None:
    in_parallel([])
    seen = []
    in_parallel([lambda: seen.append(threading.current_thread())])
    assert seen == [threading.current_thread()]


@pytest.mark.parametrize("failing", [0, 1])
def test_the_others_end_before_an_error_is_raised(failing: int) -> None:
    failed = Event()
    ended = []

    def fail() -> None:
        failed.set()
        raise ValueError("no")

    def work() -> None:
        assert failed.wait(5)
        ended.append(1)

    parts = [work, work]
    parts.insert(failing, fail)
    before = threading.active_count()
    with pytest.raises(ValueError, match="no"):
        in_parallel(parts)
    assert ended == [1, 1]
    assert threading.active_count() == before


def test_the_first_of_several_errors_is_raised() -> None:
    later_failed = Event()

    def first() -> None:
        assert later_failed.wait(5)
        raise KeyError("first")

    def second() -> None:
        later_failed.set()
        raise ValueError("second")

    with pytest.raises(KeyError, match="first"):
        in_parallel([first, second])


def test_the_parts_threads_hold_the_program_until_they_are_joined() -> None:
    kinds = []
    in_parallel([lambda: None, lambda: kinds.append(threading.current_thread().daemon)])
    assert kinds == [False]


def test_there_is_a_core_and_not_more_than_the_machine_has() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_cores_where_the_system_does_not_tell_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert cores() == (os.cpu_count() or 1)
