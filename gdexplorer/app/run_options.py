"""The options that say what is trained and how, shared by all commands that train."""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace

from gdexplorer.app.arguments import CommandParser, named_number, numbers, real_number, whole_number
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.first_guesses import default_terms, guess_target
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.parameters import Parameter
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.settings import Owner, Settings
from gdexplorer.core.terms import MAX_TERMS, Term, parse_term

#: Said where it is so.
UNCOMPILED = "numba cannot be imported here, so training runs uncompiled and slowly; numbers are the same."


def add_data_options(parser: CommandParser) -> None:
    """Let ``parser`` read the source and what is trained on it."""
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
        help="keep this share of the rows, chosen by the seed, out of training; train tells its loss (default: 0)",
    )


def add_descent_options(parser: CommandParser) -> argparse._ArgumentGroup:
    """Let ``parser`` read how the loss goes down, but for the learning rate; return the group for more."""
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
        help=f"a parameter, as decay=0.1 or, where two in use have one of that name, adamw.decay=0.1: "
        f"{_parameters_help()}",
    )
    descent.add_argument(
        "--schedule",
        metavar="KEY",
        choices=list(SCHEDULES),
        default=Settings.schedule,
        help=f"which share of the learning rate a step uses: {', '.join(SCHEDULES)} (default: %(default)s)",
    )
    descent.add_argument(
        "--gradient-clip",
        metavar="G",
        type=real_number(0.0),
        default=Settings.gradient_clip,
        help="shorten the gradient to this length where it is longer (default: 0, never)",
    )
    descent.add_argument(
        "--weight-decay",
        metavar="D",
        type=real_number(0.0),
        default=Settings.weight_decay,
        help="add D times the weights to the gradient, shortened or not (default: 0)",
    )
    descent.add_argument(
        "--batch-size",
        metavar="B",
        type=whole_number(0),
        default=Settings.batch_size,
        help="rows a step (default: 0, all); linesearch, cg, lbfgs and newton need all",
    )
    descent.add_argument("--start", metavar="W1,W2,…", type=numbers, help="scaled weights (default: small random ones)")
    descent.add_argument(
        "--seed",
        metavar="S",
        type=whole_number(0, 2**32 - 1),
        default=Settings.seed,
        help="of the random start, the batches and the hold-out (default: %(default)s)",
    )
    return descent


def add_tolerance(group: argparse._ArgumentGroup) -> None:
    """Let ``group`` read when a run has converged."""
    group.add_argument(
        "--tolerance",
        metavar="T",
        type=real_number(0.0),
        default=Settings.tolerance,
        help="converged where the norm of the gradient, with its decay, is this share of the start's; 0 for all steps "
        "(default: %(default)s)",
    )


def settings_for(options: argparse.Namespace, dataset: Dataset) -> Settings:
    """Return the settings that parsed ``options`` ask for on ``dataset``; the learning rate only where it is given.

    Raises:
        InputError: They do not fit the data, or each other.
    """
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
        schedule=options.schedule,
        gradient_clip=options.gradient_clip,
        weight_decay=options.weight_decay,
        tolerance=options.tolerance,
    )
    if getattr(options, "learning_rate", None) is not None:
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
    """Set a parameter of what is in use: ``decay``, or ``adamw.decay`` where the name alone does not say whose."""
    key, _, plain = name.rpartition(".")
    takers = [owner for owner in settings.owners if any(parameter.name == plain for parameter in owner.parameters)]
    takers = [owner for owner in takers if key in ("", owner.key)]
    if len(takers) == 1:
        return settings.with_parameter(takers[0], plain, value)
    if takers:
        choices = " or ".join(f"{owner.key}.{plain}" for owner in takers)
        raise InputError(
            f"--set {name}: {' and '.join(owner.title for owner in takers)} both take it; write {choices}."
        )
    loss, optimizer, schedule = (owner.title for owner in settings.owners)
    raise InputError(
        f"--set {name}: neither the loss {loss} nor the optimizer {optimizer} nor the schedule {schedule} takes it; "
        f"the names are {', '.join(_owners_by_parameter())}."
    )


def _owners_by_parameter() -> dict[str, list[tuple[str, Parameter]]]:
    """Return who takes each parameter, and in which range."""
    owners: tuple[Owner, ...] = (*LOSSES.values(), *OPTIMIZERS.values(), *SCHEDULES.values())
    found: dict[str, list[tuple[str, Parameter]]] = {}
    for owner in owners:
        for parameter in owner.parameters:
            found.setdefault(parameter.name, []).append((owner.key, parameter))
    return found


def _parameters_help() -> str:
    """Say who takes which parameter, those of one range together."""
    words = []
    for name, owners in _owners_by_parameter().items():
        ranges: dict[str, list[str]] = {}
        for owner, parameter in owners:
            ranges.setdefault(parameter.range_text, []).append(owner)
        takers = ", ".join(f"{', '.join(keys)} ({text})" for text, keys in ranges.items())
        words.append(f"{name} of {takers}")
    return "; ".join(words)
