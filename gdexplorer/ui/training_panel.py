"""The panel that says how the weights are trained."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from gdexplorer.core.holdout import LARGEST_SHARE
from gdexplorer.core.optimizers import OPTIMIZERS, Family
from gdexplorer.core.settings import Settings
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.grouped_choice import GroupedChoice
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.more_rows import MoreRows
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.parameter_rows import ParameterRows
from gdexplorer.ui.rate_rows import RateRows
from gdexplorer.ui.rule_text import coloured_rule
from gdexplorer.ui.settings_panel import SettingsPanel
from gdexplorer.ui.theme import Theme

_FIRST_BATCH = 32
_ALL, _MINI = "all", "mini"
_HEADINGS = {
    Family.PLAIN: "One step length for all weights",
    Family.ADAPTIVE: "A step length for each weight",
    Family.YARDSTICK: "Yardsticks: what more knowledge buys",
}


class TrainingPanel(SettingsPanel):
    """Optimizer, its parameters, learning rate, batch and hold-out, and what most runs leave alone.

    Attributes:
        optimizer: Which optimizer.
        sentence: Its idea.
        formula: Its update rule.
        parameters: The optimizer's fields.
        rates: The learning rate, with its ruler.
        batch: All rows or a mini-batch.
        batch_size: Rows of a mini-batch.
        hold_out: Share of the rows that are kept out of training, in per cent.
        more: Schedule, gradient clipping and weight decay.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Training", parent)
        self._row_count = 1
        self.optimizer = GroupedChoice((_HEADINGS[family], _entries(family)) for family in Family)
        self.sentence, self.formula = QLabel(), QLabel()
        self.sentence.setProperty("role", "quiet")
        self.sentence.setWordWrap(True)
        self.formula.setProperty("role", "formula")
        self.formula.setWordWrap(True)
        self.parameters = ParameterRows()
        self.rates = RateRows()
        self.batch = Choice(
            (
                (_ALL, "All rows", "Each step looks at every row."),
                (_MINI, "Mini-batch", "Each step looks at a few rows, drawn anew in each epoch."),
            )
        )
        self.batch_size = NumberField(1, self._row_count, whole=True, name="The batch size")
        self.batch_size.set_tip("Rows for each step")
        self.batch_size.setAccessibleName("Batch size")
        self.batch_size.setMaximumWidth(64)
        self.hold_out = NumberField(0.0, LARGEST_SHARE * 100, unit="% of the rows", name="The share to hold out")
        self.hold_out.set_tip("Rows kept out of training, as the seed says; their loss stands beside that of training")
        self.more = MoreRows()
        for row in (
            LabelledRow("Optimizer", self.optimizer),
            self.sentence,
            self.formula,
            self.parameters,
            self.rates,
            LabelledRow("Batch", self.batch, self.batch_size),
            LabelledRow("Hold out", self.hold_out),
            self.more,
            self.problem,
        ):
            self.body.addWidget(row)
        self.optimizer.chosen.connect(self._on_optimizer_chosen)
        self.parameters.valueEdited.connect(self._on_parameter_edited)
        self.rates.rateEdited.connect(self._on_rate_edited)
        self.rates.pairEdited.connect(self._on_pair_edited)
        self.batch.chosen.connect(self._on_batch_chosen)
        self.batch_size.valueEdited.connect(self._on_batch_size_edited)
        self.hold_out.valueEdited.connect(self._on_hold_out_edited)
        self.more.scheduleChosen.connect(self._on_schedule_chosen)
        self.more.parameterEdited.connect(self._on_schedule_parameter_edited)
        self.more.clipEdited.connect(self._on_clip_edited)
        self.more.decayEdited.connect(self._on_decay_edited)
        for part in (self.parameters, self.rates, self.batch_size, self.hold_out, self.more):
            part.problemFound.connect(self.show_problem)

    def set_settings(self, settings: Settings, row_count: int) -> None:
        """Show ``settings`` silently; ``row_count`` is what all rows are."""
        self._row_count = row_count
        self._hold(settings)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self.rates.set_theme(theme)
        super().set_theme(theme)

    def _show(self, settings: Settings) -> None:
        entry = settings.optimizer_entry
        self.optimizer.set_key(settings.optimizer)
        self.sentence.setText(entry.sentence)
        self.formula.setText(coloured_rule(entry.formula, self._theme))
        for label in (self.sentence, self.formula):
            label.setToolTip(entry.source)
        self.parameters.show_values(entry, settings)
        self.rates.set_takes_rate(entry.takes_rate)
        self.rates.set_rate(settings.learning_rate, _momentum(settings))
        self.batch.set_key(_MINI if settings.batch_size else _ALL)
        self.batch_size.set_range(1, self._row_count)
        self.batch_size.setVisible(settings.batch_size > 0)
        if settings.batch_size:
            self.batch_size.set_value(settings.batch_size)
        self.hold_out.set_value(_per_cent(settings.hold_out))
        self.more.show_settings(settings, self._theme)

    @Slot(str)
    def _on_optimizer_chosen(self, key: str) -> None:
        self._edit(partial(replace, optimizer=key))

    @Slot(str, float)
    def _on_parameter_edited(self, name: str, value: float) -> None:
        self._edit(lambda settings: settings.with_parameter(settings.optimizer_entry, name, value))

    @Slot(float)
    def _on_rate_edited(self, value: float) -> None:
        self._edit(partial(replace, learning_rate=value))

    @Slot(float, float)
    def _on_pair_edited(self, rate: float, momentum: float) -> None:
        def edited(settings: Settings) -> Settings:
            settings = settings.with_parameter(settings.optimizer_entry, "momentum", momentum)
            return replace(settings, learning_rate=rate)

        self._edit(edited)

    @Slot(str)
    def _on_schedule_chosen(self, key: str) -> None:
        self._edit(partial(replace, schedule=key))

    @Slot(str, float)
    def _on_schedule_parameter_edited(self, name: str, value: float) -> None:
        self._edit(lambda settings: settings.with_parameter(settings.schedule_entry, name, value))

    @Slot(float)
    def _on_clip_edited(self, value: float) -> None:
        self._edit(partial(replace, gradient_clip=value))

    @Slot(float)
    def _on_decay_edited(self, value: float) -> None:
        self._edit(partial(replace, weight_decay=value))

    @Slot(str)
    def _on_batch_chosen(self, key: str) -> None:
        held = int(self.batch_size.value()) or _FIRST_BATCH
        self._edit(partial(replace, batch_size=min(held, self._row_count) if key == _MINI else 0))

    @Slot(float)
    def _on_batch_size_edited(self, value: float) -> None:
        self._edit(partial(replace, batch_size=int(value)))

    @Slot(float)
    def _on_hold_out_edited(self, value: float) -> None:
        self._edit(partial(replace, hold_out=value / 100))


def _entries(family: Family) -> list[tuple[str, str, str]]:
    """Return key, title and tool tip of the optimizers of ``family``."""
    return [
        (entry.key, entry.title, f"{entry.sentence}\n{entry.formula}\n{entry.source}")
        for entry in OPTIMIZERS.values()
        if entry.family is family
    ]


def _momentum(settings: Settings) -> float | None:
    """Return the momentum in use; None for an optimizer without one."""
    entry = settings.optimizer_entry
    has_one = any(parameter.name == "momentum" for parameter in entry.parameters)
    return settings.parameter(entry, "momentum") if has_one else None


def _per_cent(share: float) -> float:
    """Return a share in per cent, as it was typed: 0.07 is 7, not 7.000000000000001."""
    return float(f"{share * 100:.12g}")
