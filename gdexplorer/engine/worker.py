"""A thread for everything else that takes time: the newest request of each kind wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition, Lock, Thread
from typing import Any

import numpy as np


class Ticket:
    """Handed to a job, so that it can notice that nobody wants its result any more. A :class:`Watch`.

    Attributes:
        kind: Of the request.
        number: Of the request.
        flag: Shape (1,), 0 until cancelled, then 1; for kernels, which read it while they run.
    """

    def __init__(self, kind: str, number: int) -> None:
        self.kind = kind
        self.number = number
        self.flag = np.zeros(1, dtype=np.int64)
        self._lock = Lock()
        self._interrupt: Callable[[], object] | None = None
        self._share: Callable[[], float] | None = None

    def cancel(self) -> None:
        """Ask the job to end. Any thread may call this."""
        with self._lock:
            self.flag[0] = 1
            if self._interrupt is not None:
                self._interrupt()

    def is_cancelled(self) -> bool:
        """Whether the job should end; to be asked every few milliseconds."""
        return bool(self.flag[0])

    @contextmanager
    def during(self, interrupt: Callable[[], object], share: Callable[[], float]) -> Iterator[None]:
        """See :class:`Watch`."""
        with self._lock:
            self._interrupt, self._share = interrupt, share
        try:
            yield
        finally:
            with self._lock:
                self._interrupt = self._share = None

    def share(self) -> float | None:
        """Return how much of the present call is done, from 0 to 1; None where that is not known. Any thread."""
        with self._lock:
            share = -1.0 if self._share is None else self._share()
        return share if 0 <= share <= 1 else None


#: A pure function of what was captured when it was made; it may be given up by raising anything once cancelled.
Job = Callable[[Ticket], Any]


@dataclass(frozen=True, eq=False)
class Result:
    """What became of a request; cancelled ones have none.

    Attributes:
        kind: Of the request.
        number: Of the request, as :meth:`LatestTaskWorker.submit` gave it.
        value: What the job returned.
        error: What it raised instead, or None.
    """

    kind: str
    number: int
    value: Any = None
    error: Exception | None = None


class LatestTaskWorker:
    """Runs jobs one after the other in one thread. A newer request of a kind cancels the older one.

    All methods may be called from one other thread; none but :meth:`stop` waits.
    """

    def __init__(self, name: str) -> None:
        self._changed = Condition()
        self._waiting: dict[str, tuple[Ticket, Job]] = {}
        self._current: Ticket | None = None
        self._results: list[Result] = []
        self._count = 0
        self._is_stopping = False
        self._thread = Thread(target=self._work, name=name)
        self._thread.start()

    def submit(self, kind: str, job: Job) -> int:
        """Run ``job`` when its turn comes and return the request's number. Does nothing once stopped."""
        with self._changed:
            self._count += 1
            if not self._is_stopping:
                self._drop(kind)
                self._waiting[kind] = (Ticket(kind, self._count), job)
                self._changed.notify_all()
            return self._count

    def cancel(self, kind: str) -> None:
        """Give up whatever is asked for of this kind."""
        with self._changed:
            self._drop(kind)

    def share(self, kind: str) -> float | None:
        """Return how much of what is asked for of this kind is done, from 0 to 1; None where that is not known."""
        with self._changed:
            current = self._current
        return current.share() if current is not None and current.kind == kind else None

    def drain(self, *kinds: str) -> list[Result]:
        """Return the results since the last call, oldest first; of these kinds only, where any is named. Never waits.

        Whoever shares a worker with others names the kinds that are its own.
        """
        with self._changed:
            results = [result for result in self._results if not kinds or result.kind in kinds]
            self._results = [result for result in self._results if result not in results]
            return results

    def is_busy(self, kind: str | None = None) -> bool:
        """Whether a request (of this kind) waits, runs, or has a result that nobody has taken."""
        with self._changed:
            tickets = [ticket for ticket, _ in self._waiting.values()]
            if self._current is not None:
                tickets.append(self._current)
            kinds = {ticket.kind for ticket in tickets if not ticket.is_cancelled()}
            kinds.update(result.kind for result in self._results)
            return bool(kinds) if kind is None else kind in kinds

    def stop(self) -> None:
        """Cancel everything, end the thread and wait for it; safe to call again."""
        with self._changed:
            self._is_stopping = True
            self._waiting.clear()
            if self._current is not None:
                self._current.cancel()
            self._changed.notify_all()
        self._thread.join()

    def _drop(self, kind: str) -> None:
        self._waiting.pop(kind, None)
        self._results = [result for result in self._results if result.kind != kind]
        if self._current is not None and self._current.kind == kind:
            self._current.cancel()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._is_stopping:
                    self._changed.wait()
                if self._is_stopping:
                    return
                kind = next(iter(self._waiting))
                ticket, job = self._waiting.pop(kind)
                self._current = ticket
            try:
                result = Result(kind, ticket.number, value=job(ticket))
            except Exception as error:  # noqa: BLE001 - the edge of the thread: whoever asked gets it
                result = Result(kind, ticket.number, error=error)
            with self._changed:
                self._current = None
                if not ticket.is_cancelled():
                    self._results.append(result)
