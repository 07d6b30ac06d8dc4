"""One training run in its own thread."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, replace
from threading import Condition, Thread

import numpy as np

from gdexplorer.core.history import Records
from gdexplorer.core.problem import Problem
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, TrainingState, advance
from gdexplorer.engine.mailbox import Mailbox

_SLICE_S = 0.005
_PACED_TICK_S = 0.008
_MOST_STEPS = 1 << 22
_RATE_WINDOW_S = 0.5


@dataclass(frozen=True, eq=False)
class Block:
    """What a slice of training brought.

    Attributes:
        run_id: Which run; blocks of older ones are to be dropped.
        records: Of the steps taken.
        state: After them.
        before: Before them.
        settings: With which they were taken.
        previous_loss: Before the last of them; None where no step was taken.
        is_running: Whether the run goes on by itself.
        steps_per_second: Measured over the last half second; None where it is not running.
        error: What went wrong in the thread, if anything.
    """

    run_id: int
    records: Records
    state: TrainingState
    before: TrainingState
    settings: Settings
    previous_loss: float | None
    is_running: bool
    steps_per_second: float | None = None
    error: Exception | None = None


class TrainingRun:
    """Owns the training thread: start, run, pause, step, new hot settings, stop.

    All methods may be called from any one other thread; none but :meth:`stop` waits.

    Args:
        run_id: Repeated in every block.
        problem: What is trained.
        state: Where it starts.
        settings: The first ones; hot ones can be exchanged.
        mailbox: Where blocks go.
    """

    def __init__(
        self,
        run_id: int,
        problem: Problem,
        state: TrainingState,
        settings: Settings,
        mailbox: Mailbox[Block],
    ) -> None:
        self.run_id = run_id
        self._problem = problem
        self._state = state
        self._settings = settings
        self._mailbox = mailbox
        self._wake = Condition()
        self._is_running = False
        self._next: tuple[int, Problem, TrainingState, Settings] | None = None
        self._single_steps = 0
        self._is_at_work = False
        self._is_stopping = False
        self._cancel = np.zeros(1, dtype=np.int64)
        self._thread = Thread(target=self._work, name=f"training-{run_id}")
        self._thread.start()

    def is_busy(self) -> bool:
        """Whether a block is still to come that is not in the mailbox yet."""
        with self._wake:
            return self._is_at_work or self._is_running or self._single_steps > 0 or self._next is not None

    def run(self) -> None:
        """Train on until paused or ended."""
        self._tell(is_running=True)

    def pause(self) -> None:
        """Rest after the slice under way."""
        self._tell(is_running=False)

    def step(self) -> None:
        """Take one step, and rest."""
        self._tell(is_running=False, single_steps=1)

    def change(self, settings: Settings) -> None:
        """Use the hot fields of ``settings`` from the next step on."""
        with self._wake:
            self._settings = settings
            self._wake.notify_all()

    def go_on_with(self, run_id: int, problem: Problem, state: TrainingState, settings: Settings) -> None:
        """Run on ``problem`` from ``state`` instead, under another number and at the same pace. Does not wait."""
        with self._wake:
            self._next = run_id, problem, state, settings
            self._is_running = True
            self._single_steps = 0
            self._cancel[0] = 1
            self._wake.notify_all()

    def stop(self) -> None:
        """End the thread and wait for it; safe to call again. Blocks never arrive after it."""
        with self._wake:
            self._is_stopping = True
            self._cancel[0] = 1
            self._wake.notify_all()
        self._mailbox.close()
        self._thread.join()

    def _tell(self, *, is_running: bool, single_steps: int = 0) -> None:
        with self._wake:
            self._is_running = is_running
            self._single_steps += single_steps
            self._wake.notify_all()

    def _work(self) -> None:
        try:
            self._train()
        except Exception as error:  # noqa: BLE001 - the edge of the thread: the window shows it
            nothing = advance(self._problem, self._state, self._settings, 0, self._cancel)[1]
            state, settings = self._state, self._settings
            self._mailbox.put(Block(self.run_id, nothing, state, state, settings, None, is_running=False, error=error))
            with self._wake:
                self._is_at_work, self._is_running, self._single_steps = False, False, 0

    def _train(self) -> None:
        pace = _Pace()
        while True:
            with self._wake:
                steps, self._is_at_work = 0, False
                while steps == 0:
                    if self._is_stopping:
                        return
                    self._take_next()
                    steps, wait_s = self._due(pace)
                    if steps == 0:
                        self._wake.wait(wait_s)
                settings, run_id = self._settings, self.run_id
                self._single_steps = 0
                self._is_at_work = True
                was_running = self._is_running
            before = self._state
            began = time.perf_counter()
            self._state, records = advance(
                self._problem, replace(before, status=Status.RUNNING), settings, steps, self._cancel
            )
            pace.note(self._state.step - before.step, time.perf_counter() - began)
            has_ended = self._state.status is not Status.RUNNING
            with self._wake:
                if has_ended and self._next is None:
                    self._is_running = False
                is_running = self._is_running
            previous = records.losses[-2] if len(records) > 1 else before.loss
            rate = pace.steps_per_second if was_running else None
            block = Block(run_id, records, self._state, before, settings, float(previous), is_running, rate)
            if not self._mailbox.put(block):
                return

    def _take_next(self) -> None:
        """Begin what :meth:`go_on_with` asked for, if anything. The lock is held."""
        if self._next is not None:
            self.run_id, self._problem, self._state, self._settings = self._next
            self._next = None
            self._cancel[0] = 0

    def _due(self, pace: _Pace) -> tuple[int, float | None]:
        """Return how many steps to take now, or 0 and how long to wait (None: until told)."""
        if self._single_steps:
            pace.rest()
            return self._single_steps, None
        if not self._is_running:
            pace.rest()
            return 0, None
        return pace.due(self._settings.steps_per_second)


class _Pace:
    """Turns a speed into slices: how many steps are due, and how fast they really go."""

    def __init__(self) -> None:
        self._next_s: float | None = None
        self._slice_steps = 64.0
        self._marks: deque[tuple[float, int]] = deque()
        self._total = 0

    def rest(self) -> None:
        """Forget the beat; the next step comes at once."""
        self._next_s = None
        self._marks.clear()

    def due(self, steps_per_second: float) -> tuple[int, float]:
        """Return the steps due now, or 0 and the seconds to wait."""
        most = max(1, min(_MOST_STEPS, int(self._slice_steps)))
        if math.isinf(steps_per_second):
            self._next_s = None
            return most, 0.0
        now = time.perf_counter()
        beat = 1.0 / steps_per_second
        tick = max(beat, _PACED_TICK_S)  # fast steps are gathered into one slice a tick
        if self._next_s is None or now - self._next_s > tick + 0.25 or self._next_s - now > tick:
            self._next_s = now  # just begun, fallen far behind, or slower before: a new beat
        if now < self._next_s:
            return 0, self._next_s - now
        steps = min(most, 1 + int((now - self._next_s + tick - beat) * steps_per_second))
        self._next_s += steps * beat
        return steps, 0.0

    def note(self, steps: int, seconds: float) -> None:
        """Learn from a slice how many steps fill one."""
        if steps > 0:
            self._slice_steps = max(1.0, min(steps * _SLICE_S / max(seconds, 1e-6), 4.0 * max(steps, 16)))
        now = time.perf_counter()
        self._total += steps
        self._marks.append((now, self._total))
        while now - self._marks[0][0] > _RATE_WINDOW_S and len(self._marks) > 2:
            self._marks.popleft()

    @property
    def steps_per_second(self) -> float | None:
        """Measured speed, or None before there is anything to measure."""
        if len(self._marks) < 2:
            return None
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        return (last - first) / max(ended - began, 1e-9)
