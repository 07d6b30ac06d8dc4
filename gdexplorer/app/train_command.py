"""``gdexplorer train``: train without a window and print the result."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gdexplorer.app.arguments import CommandParser, named_number, numbers, real_number, whole_number
from gdexplorer.app.headless_run import Outcome, run
from gdexplorer.app.train_report import TrainReport
from gdexplorer.app.trajectory_file import TrajectoryFile
from gdexplorer.core.compiled import is_compiled
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.diagnosis import suggested_learning_rate
from gdexplorer.core.errors import InputError
from gdexplorer.core.first_guesses import default_terms, guess_target
from gdexplorer.core.losses import LOSSES, Loss
from gdexplorer.core.numerals import counted
from gdexplorer.core.optimizers import OPTIMIZERS, Optimizer
from gdexplorer.core.parameters import Parameter
from gdexplorer.core.problem import Problem, resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import MAX_TERMS, Term, parse_term
from gdexplorer.core.training import Status, begin, compile_kernels, first_record, start_weights
from gdexplorer.files.doors import shown
from gdexplorer.files.reading import open_table

#: Exit codes.
TRAINED, DIVERGED, INTERRUPTED = 0, 1, 130

_UNCOMPILED = "numba cannot be imported here, so training runs uncompiled and slowly; numbers are the same."


def train(words: Sequence[str]) -> int:
    """Train as ``words`` ask, print the result and return the exit code. Main thread only.

    Raises:
        InputError: An option, the source or the trajectory's place cannot be used.
    """
    options = _parser().parse_words(words)
    opened = open_table(options.source)
    settings = _settings(options, opened.dataset)
    problem = resolve(opened.dataset, settings)
    if options.learning_rate is None:
        settings = replace(settings, learning_rate=suggested_learning_rate(problem, settings))
    outcome = _train(problem, settings, options.steps, options.trajectory)
    if outcome.status is Status.RUNNING:
        kept = f"; its trajectory is in {shown(options.trajectory, 200)}" if options.trajectory else ""
        print(f"gdexplorer: Stopped by Ctrl-C after {counted(outcome.state.step, 'steps')}{kept}.", file=sys.stderr)
        return INTERRUPTED
    told = (*opened.report.notes, *opened.report.questions)
    notes = (*told, *problem.notes(), *(() if is_compiled() else (_UNCOMPILED,)))
    report = TrainReport(problem, settings, outcome, notes)
    print(json.dumps(report.as_json(), indent=2, allow_nan=False) if options.json else report.as_text())
    return DIVERGED if outcome.status is Status.DIVERGED else TRAINED


def _train(problem: Problem, settings: Settings, steps: int, trajectory: str | None) -> Outcome:
    state = begin(problem, start_weights(problem, settings))
    if trajectory is None:
        compile_kernels(problem, settings)
        return run(problem, state, settings, steps)
    with TrajectoryFile(Path(trajectory), problem.weight_count, Path(problem.dataset.source)) as file:
        compile_kernels(problem, settings)
        file.write(first_record(state, settings))
        return run(problem, state, settings, steps, file.write)


def _settings(options: argparse.Namespace, dataset: Dataset) -> Settings:
    target = guess_target(dataset) if options.target is None else options.target
    dataset.column(target)
    terms = default_terms(dataset, target) if options.terms is None else _terms(options.terms, dataset)
    weight_count = 1 if options.terms is None else len(terms)
    settings = Settings(
        source=dataset.source,
        target=target,
        terms=terms,
        weight_count=weight_count if options.weights is None else options.weights,
        scaling=Scaling(options.scaling),
        loss=options.loss,
        batch_size=options.batch_size,
        seed=options.seed,
        hold_out=options.hold_out,
        start=options.start,
        optimizer=options.optimizer,
        tolerance=options.tolerance,
    )
    if options.learning_rate is not None:
        settings = replace(settings, learning_rate=options.learning_rate)
    for name, value in options.set:
        settings = _with_parameter(settings, name, value)
    return settings


def _terms(text: str, dataset: Dataset) -> tuple[Term, ...]:
    """Read terms with commas between them; a name that has a comma itself stands in double quotes."""
    if text in dataset:
        return (Term(text),)
    try:
        (names,) = csv.reader([text], skipinitialspace=True)
    except (csv.Error, ValueError):
        raise InputError("--terms is not a list of terms such as size,bias.") from None
    if not names or not all(name.strip() for name in names):
        raise InputError(f"--terms “{text}” has an empty name; write terms such as size,bias.")
    return tuple(parse_term(name, dataset) for name in names)


def _with_parameter(settings: Settings, name: str, value: float) -> Settings:
    for owner in (settings.loss_entry, settings.optimizer_entry):
        if any(parameter.name == name for parameter in owner.parameters):
            return settings.with_parameter(owner, name, value)
    raise InputError(
        f"--set {name}: neither {settings.loss_entry.title} nor {settings.optimizer_entry.title} takes it; "
        f"the names are {', '.join(_owners_by_parameter())}."
    )


def _owners_by_parameter() -> dict[str, list[tuple[str, Parameter]]]:
    """Return who takes each parameter, and in which range."""
    owners: tuple[Loss | Optimizer, ...] = (*LOSSES.values(), *OPTIMIZERS.values())
    found: dict[str, list[tuple[str, Parameter]]] = {}
    for owner in owners:
        for parameter in owner.parameters:
            found.setdefault(parameter.name, []).append((owner.key, parameter))
    return found


def _parameters_help() -> str:
    return "; ".join(
        f"{name} of {', '.join(owner for owner, _ in owners)} ({owners[0][1].range_text})"
        for name, owners in _owners_by_parameter().items()
    )


def _parser() -> CommandParser:
    parser = CommandParser(
        "gdexplorer train",
        "Train a perceptron without a window and print the result.",
        epilog="Exit code: 0 trained, 1 diverged, 2 something given cannot be used, 130 stopped by Ctrl-C.",
    )
    parser.add_argument("source", metavar="SOURCE", help="a data file, or the name of a bundled data set")
    data = parser.add_argument_group("data and model")
    data.add_argument("--target", metavar="COLUMN", help="what to predict (default: the likeliest column)")
    data.add_argument("--terms", metavar="A,B,…", help="columns, powers (size^2), products (size*rooms) and bias")
    data.add_argument(
        "--weights",
        metavar="K",
        type=whole_number(1, MAX_TERMS),
        help="use the first K terms (default: all of --terms, else 1)",
    )
    scalings = [str(scaling) for scaling in Scaling]
    data.add_argument(
        "--scaling", choices=scalings, default=str(Settings.scaling), help="of the columns (default: %(default)s)"
    )
    data.add_argument("--loss", choices=list(LOSSES), default=Settings.loss, help="default: %(default)s")
    data.add_argument(
        "--hold-out",
        metavar="SHARE",
        type=real_number(0.0),
        default=Settings.hold_out,
        help="keep this share of the rows, chosen by the seed, out of training and tell its loss (default: 0)",
    )
    descent = parser.add_argument_group("descent")
    descent.add_argument(
        "--optimizer", choices=list(OPTIMIZERS), default=Settings.optimizer, help="default: %(default)s"
    )
    descent.add_argument(
        "--set",
        metavar="NAME=VALUE",
        type=named_number,
        action="append",
        default=[],
        help=f"a parameter: {_parameters_help()}",
    )
    descent.add_argument(
        "--learning-rate",
        metavar="R",
        type=real_number(0.0, low_included=False),
        help="default: one that suits the data",
    )
    descent.add_argument(
        "--batch-size",
        metavar="B",
        type=whole_number(0),
        default=Settings.batch_size,
        help="rows a step (default: 0, all)",
    )
    descent.add_argument("--start", metavar="W1,W2,…", type=numbers, help="scaled weights (default: small random ones)")
    descent.add_argument(
        "--seed",
        metavar="S",
        type=whole_number(0, 2**32 - 1),
        default=Settings.seed,
        help="of the random start, the batches and the hold-out (default: %(default)s)",
    )
    ending = parser.add_argument_group("end and result")
    ending.add_argument(
        "--steps", metavar="N", type=whole_number(0), default=1000, help="at most (default: %(default)s)"
    )
    ending.add_argument(
        "--tolerance",
        metavar="T",
        type=real_number(0.0),
        default=Settings.tolerance,
        help="converged where the gradient's norm is this share of the start's; 0 for all steps (default: %(default)s)",
    )
    ending.add_argument("--trajectory", metavar="OUT.csv", help="write every step with its loss and its scaled weights")
    ending.add_argument("--json", action="store_true", help="print JSON for other programs")
    return parser
