"""Everything the user can choose about a run, as one immutable value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from gdexplorer.core.errors import InputError
from gdexplorer.core.holdout import LARGEST_SHARE
from gdexplorer.core.losses import LOSSES, Loss
from gdexplorer.core.numerals import compact, counted
from gdexplorer.core.optimizers import OPTIMIZERS, PARAMETER_SLOTS, Optimizer
from gdexplorer.core.parameters import Parameter
from gdexplorer.core.reading_choices import UNDECIDED, ReadingChoices
from gdexplorer.core.row_edits import NO_EDITS, RowEdits
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.schedules import SCHEDULE_SLOTS, SCHEDULES, Schedule
from gdexplorer.core.terms import Term

#: Speed at which training is not slowed down.
UNLIMITED = math.inf

#: Values by owner and name, such as ``(("adam.beta1", 0.8),)``; what is not named has its default.
ParameterValues = tuple[tuple[str, float], ...]

#: What has parameters: an entry of one of the tables.
Owner = Loss | Optimizer | Schedule

_HOT = {"hot": True}


@dataclass(frozen=True)
class Settings:
    """What a run is made of. Hot fields act on a run under way; a change of any other one begins a new run.

    Attributes:
        source: Bundled name or path of the data set.
        target: Column to predict.
        terms: Ordered terms on offer; the first ``weight_count`` are used.
        weight_count: K.
        scaling: How columns are scaled.
        loss: Key into LOSSES.
        loss_parameters: Of the losses.
        batch_size: Rows a step; 0 for all.
        seed: Of the random start, of the shuffling of batches, and of which rows are held out.
        start: Scaled start weights typed by the user; None for small random ones.
        reading: How the user wants the source to be read.
        stamp: State of the file when it was read, so that another state of it is other data; "" for a bundled one.
        edits: Rows that were moved, added or deleted by hand.
        hold_out: Share of the rows that are kept out of training, as the seed says.
        optimizer: Key into OPTIMIZERS.
        optimizer_parameters: Of the optimizers.
        learning_rate: η, of which a schedule may use a share.
        schedule: Key into SCHEDULES.
        schedule_parameters: Of the schedules.
        gradient_clip: A longer gradient is shortened to this length before it is used; 0 for never.
        weight_decay: λ: λw is added to the gradient, clipped or not, before it is used; 0 for none.
        steps_per_second: UNLIMITED, or a pace to watch.
        tolerance: A run has converged where the gradient norm is this share of the start's; 0 for never.

    Raises:
        InputError: A value is out of its range; the sentence names it.
    """

    source: str
    target: str
    terms: tuple[Term, ...]
    weight_count: int = 1
    scaling: Scaling = Scaling.STANDARDISE
    loss: str = "mse"
    loss_parameters: ParameterValues = ()
    batch_size: int = 0
    seed: int = 7
    start: tuple[float, ...] | None = None
    reading: ReadingChoices = UNDECIDED
    stamp: str = ""
    edits: RowEdits = NO_EDITS
    hold_out: float = 0.0
    optimizer: str = "gd"
    optimizer_parameters: ParameterValues = field(default=(), metadata=_HOT)
    learning_rate: float = field(default=0.02, metadata=_HOT)
    schedule: str = field(default="constant", metadata=_HOT)
    schedule_parameters: ParameterValues = field(default=(), metadata=_HOT)
    gradient_clip: float = field(default=0.0, metadata=_HOT)
    weight_decay: float = field(default=0.0, metadata=_HOT)
    steps_per_second: float = field(default=20.0, metadata=_HOT)
    tolerance: float = field(default=1e-8, metadata=_HOT)

    def __post_init__(self) -> None:
        _check_choice("loss", self.loss, LOSSES)
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("schedule", self.schedule, SCHEDULES)
        if not 1 <= self.weight_count <= len(self.terms):
            raise InputError(
                f"The weight count {self.weight_count} does not fit {counted(len(self.terms), 'terms')}; "
                "choose from 1 to that many."
            )
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise InputError(f"The learning rate must be a number above 0, not {compact(self.learning_rate)}.")
        for what, value in (("gradient clip", self.gradient_clip), ("weight decay", self.weight_decay)):
            if not (math.isfinite(value) and value >= 0):
                raise InputError(f"The {what} must be 0 for none, or a number above, not {compact(value)}.")
        if not self.steps_per_second > 0:
            raise InputError(f"The speed must be above 0 steps a second, not {compact(self.steps_per_second)}.")
        if not (math.isfinite(self.tolerance) and self.tolerance >= 0):
            raise InputError(f"The tolerance must be 0 or a number above, not {compact(self.tolerance)}.")
        if self.batch_size < 0:
            raise InputError(f"The batch size must be 0 for all rows, or more, not {self.batch_size}.")
        if not 0 <= self.hold_out <= LARGEST_SHARE:
            raise InputError(
                f"The share of rows to hold out must be from 0 to {compact(LARGEST_SHARE)}, "
                f"not {compact(self.hold_out)}."
            )
        if not 0 <= self.seed < 2**32:
            raise InputError(f"The seed must be a whole number from 0 to 4294967295, not {self.seed}.")
        if self.start is not None and not all(map(math.isfinite, self.start)):
            raise InputError("The start must be made of finite numbers, one for each weight.")
        for owner in self.owners:
            for parameter, value in self._values(owner):
                parameter.check(value)
        self._check_optimizer_fits()

    def _check_optimizer_fits(self) -> None:
        """Refuse an optimizer that cannot do its work on this loss, or on mini-batches."""
        optimizer, loss = self.optimizer_entry, self.loss_entry
        if optimizer.needs_hessian and loss.second_derivative is None:
            raise InputError(
                f"{optimizer.title} needs second derivatives, which the {loss.title.removeprefix('Mean ')} does not "
                "have; choose another optimizer or loss."
            )
        if self.batch_size and not optimizer.moves_by_weight:
            raise InputError(
                f"{optimizer.title} needs all rows in each step; set the batch size to 0 or choose another optimizer."
            )

    @property
    def loss_entry(self) -> Loss:
        """The loss in use."""
        return LOSSES[self.loss]

    @property
    def optimizer_entry(self) -> Optimizer:
        """The optimizer in use."""
        return OPTIMIZERS[self.optimizer]

    @property
    def schedule_entry(self) -> Schedule:
        """The schedule in use."""
        return SCHEDULES[self.schedule]

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Everything in use that has parameters."""
        return self.loss_entry, self.optimizer_entry, self.schedule_entry

    @property
    def terms_in_use(self) -> tuple[Term, ...]:
        """The first K terms."""
        return self.terms[: self.weight_count]

    @property
    def bias(self) -> int | None:
        """Index of the bias among the terms in use, or None."""
        return next((index for index, term in enumerate(self.terms_in_use) if term.is_bias), None)

    def parameter(self, owner: Owner, name: str) -> float:
        """Return the value of a parameter of a loss, an optimizer or a schedule."""
        return {p.name: v for p, v in self._values(owner)}[name]

    def with_parameter(self, owner: Owner, name: str, value: float) -> Settings:
        """Return settings in which that parameter has ``value``.

        Raises:
            InputError: The owner has no such parameter, or the value is out of its range.
        """
        named = next((parameter for parameter in owner.parameters if parameter.name == name), None)
        if named is None:
            known = ", ".join(parameter.name for parameter in owner.parameters) or "none"
            raise InputError(f"{owner.title} has no parameter {name}; its parameters: {known}.")
        named.check(value)
        place = _PLACES[type(owner)]
        held = dict(getattr(self, place)) | {f"{owner.key}.{name}": value}
        return replace(self, **{place: tuple(sorted(held.items()))})  # type: ignore[arg-type]

    @property
    def optimizer_values(self) -> tuple[float, ...]:
        """The optimizer's parameters as the kernel takes them."""
        values = [value for _, value in self._values(self.optimizer_entry)]
        return tuple(values + [0.0] * (PARAMETER_SLOTS - len(values)))

    @property
    def schedule_values(self) -> tuple[float, ...]:
        """The schedule's parameters as the kernel takes them."""
        values = [value for _, value in self._values(self.schedule_entry)]
        return tuple(values + [0.0] * (SCHEDULE_SLOTS - len(values)))

    @property
    def delta(self) -> float:
        """The loss's parameter, 1 where it has none."""
        return next((value for _, value in self._values(self.loss_entry)), 1.0)

    def cold_changes(self, other: Settings) -> frozenset[str]:
        """Return the names of the fields that differ in ``other`` and call for a new run."""
        cold = (f.name for f in fields(Settings) if not f.metadata.get("hot"))
        return frozenset(name for name in cold if getattr(self, name) != getattr(other, name))

    def differs_hot_only(self, other: Settings) -> bool:
        """Whether a run under these settings can go on under ``other``."""
        return not self.cold_changes(other)

    def _values(self, owner: Owner) -> list[tuple[Parameter, float]]:
        held = dict(getattr(self, _PLACES[type(owner)]))
        return [(p, held.get(f"{owner.key}.{p.name}", p.default)) for p in owner.parameters]


#: The field that holds the values of an owner's parameters.
_PLACES: dict[type, str] = {
    Loss: "loss_parameters",
    Optimizer: "optimizer_parameters",
    Schedule: "schedule_parameters",
}


def _check_choice(what: str, key: str, table: Mapping[str, Owner]) -> None:
    if key not in table:
        raise InputError(f"There is no {what} “{key}”; choose one of {', '.join(table)}.")
