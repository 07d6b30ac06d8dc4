"""The panel that says how the weights are trained."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from html import escape

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from gdexplorer.core.holdout import LARGEST_SHARE
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.settings import Settings
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.formula import coloured
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.log_slider import LogSlider
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.parameter_rows import ParameterRows
from gdexplorer.ui.settings_panel import SettingsPanel
from gdexplorer.ui.theme import Theme

_FIRST_BATCH = 32
_ALL, _MINI = "all", "mini"


class TrainingPanel(SettingsPanel):
    """Optimizer, its parameters, learning rate, batch and hold-out.

    Attributes:
        optimizer: Which optimizer.
        formula: Its update rule.
        parameters: The optimizer's fields.
        rate: The learning rate as a number.
        rate_slider: The learning rate as a place between too small and too large.
        batch: All rows or a mini-batch.
        batch_size: Rows of a mini-batch.
        hold_out: Share of the rows that are kept out of training, in per cent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Training", parent)
        self._row_count = 1
        self.optimizer = Choice(
            (entry.key, entry.title, f"{entry.sentence}\n{entry.formula}\n{entry.source}")
            for entry in OPTIMIZERS.values()
        )
        self.formula = QLabel()
        self.formula.setProperty("role", "formula")
        self.formula.setWordWrap(True)
        self.parameters = ParameterRows()
        self.rate = NumberField(0.0, low_included=False, name="The learning rate")
        self.rate.set_tip("η: the step is the learning rate times the gradient")
        self.rate_slider = LogSlider()
        self.rate_slider.setAccessibleName("Learning rate slider")
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
        for row in (
            LabelledRow("Optimizer", self.optimizer),
            self.formula,
            self.parameters,
            LabelledRow("Learning rate", self.rate),
            self.rate_slider,
            LabelledRow("Batch", self.batch, self.batch_size),
            LabelledRow("Hold out", self.hold_out),
            self.problem,
        ):
            self.body.addWidget(row)
        self.optimizer.chosen.connect(self._on_optimizer_chosen)
        self.parameters.valueEdited.connect(self._on_parameter_edited)
        self.parameters.problemFound.connect(self.show_problem)
        self.rate.valueEdited.connect(self._on_rate_edited)
        self.rate.problemFound.connect(self.show_problem)
        self.rate_slider.valueEdited.connect(self._on_rate_edited)
        self.batch.chosen.connect(self._on_batch_chosen)
        self.batch_size.valueEdited.connect(self._on_batch_size_edited)
        self.batch_size.problemFound.connect(self.show_problem)
        self.hold_out.valueEdited.connect(self._on_hold_out_edited)
        self.hold_out.problemFound.connect(self.show_problem)

    def set_settings(self, settings: Settings, row_count: int) -> None:
        """Show ``settings`` silently; ``row_count`` is what all rows are."""
        self._row_count = row_count
        self._hold(settings)

    def set_rate_range(self, low: float, high: float, limit: float | None) -> None:
        """Let the slider run from ``low`` to ``high`` and mark the ``limit`` above which training diverges."""
        self.rate_slider.set_range(low, high)
        self.rate_slider.set_limit(limit)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self.rate_slider.set_theme(theme)
        super().set_theme(theme)

    def _show(self, settings: Settings) -> None:
        entry = settings.optimizer_entry
        self.optimizer.set_key(settings.optimizer)
        self.formula.setText(coloured_rule(entry.formula, self._theme))
        self.formula.setToolTip(f"{entry.sentence}\n{entry.source}")
        self.parameters.show_values(entry, settings)
        self.rate.set_value(settings.learning_rate)
        self.rate_slider.set_value(settings.learning_rate)
        self.batch.set_key(_MINI if settings.batch_size else _ALL)
        self.batch_size.set_range(1, self._row_count)
        self.batch_size.setVisible(settings.batch_size > 0)
        if settings.batch_size:
            self.batch_size.set_value(settings.batch_size)
        self.hold_out.set_value(_per_cent(settings.hold_out))

    @Slot(str)
    def _on_optimizer_chosen(self, key: str) -> None:
        self._edit(partial(replace, optimizer=key))

    @Slot(str, float)
    def _on_parameter_edited(self, name: str, value: float) -> None:
        self._edit(lambda settings: settings.with_parameter(settings.optimizer_entry, name, value))

    @Slot(float)
    def _on_rate_edited(self, value: float) -> None:
        self._edit(partial(replace, learning_rate=value))

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


def _per_cent(share: float) -> float:
    """Return a share in per cent, as it was typed: 0.07 is 7, not 7.000000000000001."""
    return float(f"{share * 100:.12g}")


def coloured_rule(formula: str, theme: Theme) -> str:
    """Return an update rule as rich text: one assignment a line, the gradient red, the learning rate bold."""
    text = escape(formula).replace(",  ", "<br>")
    text = re.sub(r"(?<![&a-z])g(?![a-z])", coloured("g", theme.gradient), text)
    return text.replace("η", coloured("η", theme.text))
