"""Several parts of one job at the same time, for work that releases the GIL."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from threading import Thread


def cores() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_parallel(parts: Sequence[Callable[[], None]]) -> None:
    """Run all ``parts`` at once, the first in the calling thread, each other in a thread of its own; wait for all.

    Raises:
        Exception: What a part raised, once all have ended; that of the first such part in order.
    """
    errors: dict[int, Exception] = {}

    def run(index: int) -> None:
        try:
            parts[index]()
        except Exception as error:  # noqa: BLE001 - the edge of the thread: the caller gets it
            errors[index] = error

    threads = [Thread(target=run, args=(index,), name=f"part-{index}") for index in range(1, len(parts))]
    started = []
    try:
        for thread in threads:
            thread.start()
            started.append(thread)
        if parts:
            run(0)
    finally:
        for thread in started:
            thread.join()
    if errors:
        raise errors[min(errors)]
