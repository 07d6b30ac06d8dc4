"""``gdexplorer train``: train without a window and print the result."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gdexplorer.app.arguments import CommandParser, real_number, whole_number
from gdexplorer.app.headless_run import Outcome, run
from gdexplorer.app.run_options import (
    UNCOMPILED,
    add_data_options,
    add_descent_options,
    add_tolerance,
    settings_for,
)
from gdexplorer.app.train_report import TrainReport
from gdexplorer.app.trajectory_file import TrajectoryFile
from gdexplorer.core.compiled import is_compiled
from gdexplorer.core.first_rate import suggested_learning_rate
from gdexplorer.core.numerals import counted
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import Status, begin, compile_kernels, first_record, start_weights
from gdexplorer.files.doors import shown
from gdexplorer.files.reading import open_table

#: Exit codes.
TRAINED, DIVERGED, INTERRUPTED = 0, 1, 130


def train(words: Sequence[str]) -> int:
    """Train as ``words`` ask, print the result and return the exit code. Main thread only.

    Raises:
        InputError: An option, the source or the trajectory's place cannot be used.
    """
    options = _parser().parse_words(words)
    opened = open_table(options.source)
    settings = settings_for(options, opened.dataset)
    problem = resolve(opened.dataset, settings)
    if options.learning_rate is None:
        settings = replace(settings, learning_rate=suggested_learning_rate(problem, settings))
    outcome = _train(problem, settings, options.steps, options.trajectory)
    if outcome.status is Status.RUNNING:
        kept = f"; its trajectory is in {shown(options.trajectory, 200)}" if options.trajectory else ""
        print(f"gdexplorer: Stopped by Ctrl-C after {counted(outcome.state.step, 'steps')}{kept}.", file=sys.stderr)
        return INTERRUPTED
    told = (*opened.report.notes, *opened.report.questions)
    notes = (*told, *problem.notes(), *(() if is_compiled() else (UNCOMPILED,)))
    report = TrainReport(problem, settings, outcome, notes)
    print(json.dumps(report.as_json(), indent=2, allow_nan=False) if options.json else report.as_text())
    return DIVERGED if outcome.status is Status.DIVERGED else TRAINED


def _train(problem: Problem, settings: Settings, steps: int, trajectory: str | None) -> Outcome:
    state = begin(problem, start_weights(problem, settings), settings)
    if trajectory is None:
        compile_kernels(problem, settings)
        return run(problem, state, settings, steps)
    with TrajectoryFile(Path(trajectory), problem.weight_count, Path(problem.dataset.source)) as file:
        compile_kernels(problem, settings)
        file.write(first_record(state, settings))
        return run(problem, state, settings, steps, file.write)


def _parser() -> CommandParser:
    parser = CommandParser(
        "gdexplorer train",
        "Train a perceptron without a window and print the result.",
        epilog="Exit code: 0 trained, 1 diverged, 2 something given cannot be used, 130 stopped by Ctrl-C.",
    )
    add_data_options(parser)
    descent = add_descent_options(parser)
    descent.add_argument(
        "--learning-rate",
        metavar="R",
        type=real_number(0.0, low_included=False),
        help="default: one that suits the data; linesearch and cg find their own for each step",
    )
    ending = parser.add_argument_group("end and result")
    ending.add_argument(
        "--steps", metavar="N", type=whole_number(0), default=1000, help="at most (default: %(default)s)"
    )
    add_tolerance(ending)
    ending.add_argument(
        "--trajectory",
        metavar="OUT.csv",
        help="write every step with its loss, its scaled weights and its learning rate",
    )
    ending.add_argument("--json", action="store_true", help="print JSON for other programs")
    return parser
