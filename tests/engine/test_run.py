from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from threading import Event

import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.history import History
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.core.training import Status, TrainingState, advance, begin, compile_kernels, start_weights
from gdexplorer.engine.mailbox import Mailbox
from gdexplorer.engine.run import Block, TrainingRun

Starter = Callable[..., "Harness"]


class Harness:
    """A run with its mailbox, and the history drained from it."""

    def __init__(self, problem: Problem, settings: Settings, capacity: int = 32) -> None:
        self.problem = problem
        self.settings = settings
        self.state: TrainingState = begin(problem, start_weights(problem, settings), settings)
        self.box: Mailbox[Block] = Mailbox(capacity)
        self.history = History(problem.weight_count)
        self.run = TrainingRun(1, problem, self.state, settings, self.box)
        self.blocks = 0
        self.last: Block | None = None

    def drain(self) -> None:
        for block in self.box.drain():
            assert block.error is None
            self.history.append(block.records)
            self.state, self.last = block.state, block
            self.blocks += 1

    def until(self, condition: Callable[[], bool]) -> None:
        pause = Event()
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            self.drain()
            if condition():
                return
            pause.wait(0.002)
        raise AssertionError(f"still at step {self.state.step}, {self.state.status}")


@pytest.fixture(scope="module")
def settings() -> Settings:
    made = Settings("houses", "price", (Term("size"), BIAS), 2, learning_rate=0.01, steps_per_second=math.inf)
    return replace(made, tolerance=0.0)


@pytest.fixture(scope="module")
def problem(settings: Settings) -> Problem:
    rng = np.random.default_rng(3)
    size = rng.uniform(50, 200, 400)
    data = Dataset("houses", (Column("size", size), Column("price", 2 * size + rng.normal(0, 20, 400))), "houses")
    problem = resolve(data, settings)
    compile_kernels(problem, settings)
    return problem


@pytest.fixture
def start(problem: Problem, settings: Settings) -> Iterator[Starter]:
    made: list[Harness] = []

    def make(capacity: int = 32, **changes: object) -> Harness:
        harness = Harness(problem, replace(settings, **changes), capacity)  # type: ignore[arg-type]
        made.append(harness)
        return harness

    yield make
    for harness in made:
        harness.run.stop()


def test_nothing_happens_until_it_is_told_to_run(start: Starter) -> None:
    harness = start()
    Event().wait(0.05)
    harness.drain()
    assert harness.blocks == 0


def test_single_steps_are_exactly_one_step_each(start: Starter, problem: Problem) -> None:
    harness = start()
    for expected in (1, 2, 3):
        harness.run.step()
        harness.until(lambda expected=expected: harness.state.step == expected)
    assert harness.history.steps.tolist() == [1, 2, 3]
    _, direct = advance(
        problem,
        begin(problem, start_weights(problem, harness.settings), harness.settings),
        harness.settings,
        3,
        np.zeros(1, np.int64),
    )
    np.testing.assert_array_equal(harness.history.weights, direct.weights)


def test_running_trains_on_and_pausing_rests(start: Starter) -> None:
    harness = start()
    harness.run.run()
    harness.until(lambda: harness.state.step > 10_000)
    harness.run.pause()
    harness.until(lambda: harness.last is not None and not harness.last.is_running)
    Event().wait(0.05)
    harness.drain()
    rested = harness.state.step
    Event().wait(0.05)
    harness.drain()
    assert harness.state.step == rested
    harness.run.run()
    harness.until(lambda: harness.state.step > rested)


def test_a_hot_change_acts_on_the_next_steps_and_is_recorded(start: Starter) -> None:
    harness = start()
    harness.run.step()
    harness.until(lambda: harness.state.step == 1)
    harness.run.change(replace(harness.settings, learning_rate=0.05))
    harness.run.step()
    harness.until(lambda: harness.state.step == 2)
    assert harness.history.learning_rates.tolist() == [0.01, 0.05]


def test_a_pace_is_kept(start: Starter) -> None:
    harness = start(steps_per_second=200.0)
    began = time.monotonic()
    harness.run.run()
    harness.until(lambda: harness.state.step >= 60)
    seconds = time.monotonic() - began
    assert 60 / 200 * 0.8 < seconds < 60 / 200 * 4


def test_a_slow_pace_gives_way_at_once_to_a_fast_one(start: Starter) -> None:
    harness = start(steps_per_second=0.01)
    harness.run.run()
    harness.until(lambda: harness.state.step == 1)
    harness.run.change(replace(harness.settings, steps_per_second=math.inf))
    harness.until(lambda: harness.state.step > 1000)


def test_a_converged_run_says_so_and_rests(start: Starter) -> None:
    harness = start(tolerance=1e-6)
    harness.run.run()
    harness.until(lambda: harness.state.status is Status.CONVERGED)
    assert harness.last is not None
    assert not harness.last.is_running


def test_a_diverged_run_keeps_its_last_finite_state(start: Starter) -> None:
    harness = start(learning_rate=100.0)
    harness.run.run()
    harness.until(lambda: harness.state.status is Status.DIVERGED)
    assert np.isfinite(harness.state.weights).all()
    assert np.isfinite(harness.state.loss)


def test_stop_wakes_a_run_that_waits_for_a_full_mailbox(start: Starter) -> None:
    harness = start(capacity=1)
    harness.run.run()
    pause = Event()
    while len(harness.box) == 0:
        pause.wait(0.001)
    began = time.monotonic()
    harness.run.stop()
    harness.run.stop()
    assert time.monotonic() - began < 2


def test_the_same_run_comes_out_whatever_the_slices(start: Starter, problem: Problem, settings: Settings) -> None:
    harness = start()
    harness.run.run()
    harness.until(lambda: harness.state.step > 40_000)
    harness.run.stop()
    harness.drain()
    state, direct = begin(problem, start_weights(problem, settings), settings), History(2)
    while state.step < harness.state.step:
        state, records = advance(problem, state, settings, harness.state.step - state.step, np.zeros(1, np.int64))
        direct.append(records)
    np.testing.assert_array_equal(harness.history.steps, direct.steps)
    np.testing.assert_array_equal(harness.history.weights, direct.weights)
    np.testing.assert_array_equal(harness.history.low, direct.low)
    np.testing.assert_array_equal(harness.history.high, direct.high)


def test_a_run_goes_on_with_another_problem_at_its_beat(start: Starter, problem: Problem) -> None:
    harness = start(steps_per_second=4.0)
    harness.run.run()
    harness.until(lambda: harness.state.step == 1)
    for number in range(2, 12):  # no step is due yet, however often the problem changes
        harness.run.go_on_with(number, problem, harness.state, harness.settings)
    harness.drain()
    assert harness.state.step <= 2
    harness.until(lambda: harness.state.step >= 2)
    assert harness.last is not None
    assert harness.last.is_running
    assert harness.last.run_id == 11


def test_going_on_cuts_the_slice_under_way_short_and_numbers_the_blocks(start: Starter, problem: Problem) -> None:
    harness = start()
    harness.run.run()
    harness.until(lambda: harness.state.step > 100_000)
    fresh = begin(problem, start_weights(problem, harness.settings), harness.settings)
    harness.run.go_on_with(2, problem, fresh, harness.settings)
    seen: list[tuple[int, int]] = []
    harness.drain = lambda: seen.extend((block.run_id, block.state.step) for block in harness.box.drain())
    harness.until(lambda: bool(seen) and seen[-1][0] == 2 and seen[-1][1] > 2000)
    numbers = [number for number, _ in seen]
    assert numbers == sorted(numbers)
    assert seen[numbers.index(2)][1] <= 1024


def test_a_run_at_rest_runs_when_it_goes_on(start: Starter, problem: Problem) -> None:
    harness = start(tolerance=1e-3)
    harness.run.run()
    harness.until(lambda: harness.state.status is Status.CONVERGED)
    harness.run.go_on_with(
        2, problem, begin(problem, start_weights(problem, harness.settings), harness.settings), harness.settings
    )
    harness.until(lambda: harness.last is not None and harness.last.run_id == 2 and harness.state.step > 0)


def test_blocks_say_where_they_began_and_with_which_settings(start: Starter, problem: Problem) -> None:
    harness = start()
    blocks: list[Block] = []
    harness.drain = lambda: blocks.extend(harness.box.drain())
    harness.run.run()
    harness.until(lambda: len(blocks) > 3)
    changed = replace(harness.settings, learning_rate=harness.settings.learning_rate / 2)
    harness.run.change(changed)
    harness.until(lambda: blocks[-1].settings is changed)
    harness.run.stop()
    assert blocks[0].before is harness.state
    for earlier, later in pairwise(blocks):
        assert later.before is earlier.state
    never = np.zeros(1, np.int64)
    block = blocks[-1]
    state = replace(block.before, status=Status.RUNNING)
    while state.step < block.state.step:
        state, _ = advance(problem, state, block.settings, block.state.step - state.step, never)
    np.testing.assert_array_equal(state.weights, block.state.weights)


def test_a_run_is_busy_until_its_block_is_in_the_mailbox(
    problem: Problem, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = Event(), Event()

    def slow(*arguments: object, **options: object) -> object:
        begun.set()
        may_end.wait(20)
        return advance(*arguments, **options)

    monkeypatch.setattr("gdexplorer.engine.run.advance", slow)
    harness = Harness(problem, settings)
    try:
        harness.until(lambda: not harness.run.is_busy())
        harness.run.step()
        assert harness.run.is_busy()
        assert begun.wait(20)
        assert harness.run.is_busy()
        assert len(harness.box) == 0
        may_end.set()
        harness.until(lambda: not harness.run.is_busy() and harness.state.step == 1)
    finally:
        harness.run.stop()
