"""``gdexplorer sweep``: train at many learning rates and print what became of each."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from gdexplorer.app.arguments import CommandParser, real_number, whole_number
from gdexplorer.app.headless_run import interrupt_flag
from gdexplorer.app.run_options import (
    UNCOMPILED,
    add_data_options,
    add_descent_options,
    add_tolerance,
    settings_for,
)
from gdexplorer.app.sweep_jobs import SweepProgress, SweepRequest, sweeping
from gdexplorer.app.sweep_report import SweepReport
from gdexplorer.core.compiled import is_compiled
from gdexplorer.core.problem import resolve
from gdexplorer.core.sweep import SweepKind
from gdexplorer.core.sweep_plans import RATE_COUNT, rate_range
from gdexplorer.core.training import compile_kernels
from gdexplorer.engine.worker import LatestTaskWorker
from gdexplorer.files.reading import open_table

_INTERRUPTED = 130
_MOST_RATES = 10_000
_LOOK_S = 0.01  # between two looks at whether all runs are done


def sweep(words: Sequence[str]) -> int:
    """Sweep as ``words`` ask, print the results and return the exit code. Main thread only.

    Raises:
        InputError: An option or the source cannot be used.
    """
    options = _parser().parse_words(words)
    opened = open_table(options.source)
    settings = settings_for(options, opened.dataset)
    problem = resolve(opened.dataset, settings)
    compile_kernels(problem, settings)
    request = SweepRequest(SweepKind.RATES, problem, settings, options.steps, count=options.rates)
    if options.low is not None or options.high is not None:
        low, high = rate_range(problem, settings)
        given = (low if options.low is None else options.low), (high if options.high is None else options.high)
        request = replace(request, between=given)
    progress = SweepProgress(request)
    if not _done(progress):
        print(f"gdexplorer: Stopped by Ctrl-C{_how_far(progress)}.", file=sys.stderr)
        return _INTERRUPTED
    looked = progress.look()
    assert looked is not None
    told = (*opened.report.notes, *opened.report.questions)
    notes = (*told, *problem.notes(), *(() if is_compiled() else (UNCOMPILED,)))
    report = SweepReport(*looked, notes)
    print(json.dumps(report.as_json(), indent=2, allow_nan=False) if options.json else report.as_text())
    return 0


def _done(progress: SweepProgress) -> bool:
    """Make all runs on a worker, so that Ctrl-C is heard at once; return whether they all ended by themselves."""
    with interrupt_flag() as interrupted:
        worker = LatestTaskWorker("study")
        try:
            worker.submit("sweep", sweeping(progress))
            while not interrupted[0]:
                for result in worker.drain():
                    if result.error is not None:
                        raise result.error
                    return True
                time.sleep(_LOOK_S)
        finally:
            worker.stop()
    return False


def _how_far(progress: SweepProgress) -> str:
    looked = progress.look()
    return "" if looked is None else f" after {looked[0].tried:,} of {len(looked[0].plan):,} runs"


def _parser() -> CommandParser:
    parser = CommandParser(
        "gdexplorer sweep",
        "Train at many learning rates and compare them: steps to converge, or the final loss.",
        epilog="Exit code: 0 done, 2 something given cannot be used, 130 stopped by Ctrl-C.",
    )
    add_data_options(parser)
    add_descent_options(parser)
    runs = parser.add_argument_group("runs and result")
    runs.add_argument(
        "--rates",
        metavar="N",
        type=whole_number(2, _MOST_RATES),
        default=RATE_COUNT,
        help="how many learning rates, in equal ratios (default: %(default)s)",
    )
    above_nothing = real_number(0.0, low_included=False)
    runs.add_argument(
        "--from", dest="low", metavar="R", type=above_nothing, help="the smallest (default: far below the limit)"
    )
    runs.add_argument("--to", dest="high", metavar="R", type=above_nothing, help="the largest (default: twice it)")
    runs.add_argument(
        "--steps", metavar="N", type=whole_number(1), default=1000, help="of each run, at most (default: %(default)s)"
    )
    add_tolerance(runs)
    runs.add_argument("--json", action="store_true", help="print JSON for other programs")
    return parser
