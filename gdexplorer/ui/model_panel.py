"""The panel that says what the perceptron is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gdexplorer.core.column_summary import ColumnSummary
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import Term
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.count_field import CountField
from gdexplorer.ui.formula import coloured_formula, plain_formula
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.parameter_rows import ParameterRows
from gdexplorer.ui.settings_panel import SettingsPanel
from gdexplorer.ui.start_rows import StartRows
from gdexplorer.ui.term_picker import TermPicker

_SCALING_TITLES = {Scaling.NONE: "None", Scaling.DIVIDE: "Divide", Scaling.STANDARDISE: "Standardise"}


class ModelPanel(SettingsPanel):
    """Terms, weight count, scaling, start and loss.

    Attributes:
        formula: The model, each weight in its colour.
        weight_count: K.
        terms: Opens the dialog that orders the terms.
        scaling: How columns are scaled.
        start: Where training starts.
        loss: Which loss.
        parameters: The loss's fields.

    Signals:
        summariesWanted (): Columns are shown that summaries would tell more about.
    """

    summariesWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Model", parent)
        self._dataset: Dataset | None = None
        self._picker: TermPicker | None = None
        self.formula = QLabel()
        self.formula.setProperty("role", "formula")
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.formula.setWordWrap(True)
        self.weight_count = CountField(1, 1, name="The weight count")
        self.weight_count.setAccessibleName("Weights")
        self.terms = QPushButton("Terms…")
        self.terms.setProperty("small", True)
        self.terms.setToolTip("Choose and order the inputs")
        self.scaling = Choice((key.value, title, key.sentence) for key, title in _SCALING_TITLES.items())
        self.start = StartRows()
        self.loss = Choice(
            (entry.key, entry.title, f"{entry.sentence}\nMean of {entry.formula}\n{entry.source}")
            for entry in LOSSES.values()
        )
        self.parameters = ParameterRows()
        for row in (
            self.formula,
            LabelledRow("Weights", self.weight_count, self.terms),
            LabelledRow("Scaling", self.scaling),
            self.start,
            LabelledRow("Loss", self.loss),
            self.parameters,
            self.problem,
        ):
            self.body.addWidget(row)
        self.weight_count.valueEdited.connect(self._on_weight_count_edited)
        self.weight_count.field.problemFound.connect(self.show_problem)
        self.terms.clicked.connect(self._on_terms_clicked)
        self.scaling.chosen.connect(self._on_scaling_chosen)
        self.start.startEdited.connect(self._on_start_edited)
        self.start.seedEdited.connect(self._on_seed_edited)
        self.start.problemFound.connect(self.show_problem)
        self.loss.chosen.connect(self._on_loss_chosen)
        self.parameters.valueEdited.connect(self._on_parameter_edited)
        self.parameters.problemFound.connect(self.show_problem)

    def set_settings(self, settings: Settings, dataset: Dataset) -> None:
        """Show ``settings`` silently; the data set gives the terms their columns and units."""
        if self._picker is not None and (dataset, settings.target) != (self._dataset, self._target()):
            self._picker.reject()  # whose columns are gone
        self._dataset = dataset
        self._hold(settings)

    def set_summaries(self, summaries: Iterable[ColumnSummary]) -> None:
        """Show what is known by now of some columns."""
        if self._picker is not None:
            self._picker.set_summaries(summaries)

    def open_term_picker(self) -> TermPicker | None:
        """Show the dialog that chooses and orders the terms; None while there are no settings."""
        if self._settings is None or self._dataset is None:
            return None
        settings = self._settings
        picker = TermPicker(self._dataset, settings.target, settings.terms, settings.weight_count, self._theme, self)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.picked.connect(self._on_terms_picked)
        picker.finished.connect(self._on_picker_finished)
        self._picker = picker
        picker.open()
        self.summariesWanted.emit()
        return picker

    def _target(self) -> str:
        return "" if self._settings is None else self._settings.target

    def _show(self, settings: Settings) -> None:
        self.formula.setText(coloured_formula(settings, self._theme))
        self.formula.setToolTip(self._legend(settings))
        self.weight_count.set_range(1, len(settings.terms))
        self.weight_count.set_value(settings.weight_count)
        self.scaling.set_key(settings.scaling.value)
        self.start.show_start(
            settings.start,
            settings.seed,
            settings.weight_count,
            seed_matters=settings.start is None or settings.batch_size > 0,
        )
        self.loss.set_key(settings.loss)
        self.parameters.show_values(settings.loss_entry, settings)

    def _legend(self, settings: Settings) -> str:
        names = dict.fromkeys([settings.target, *(name for term in settings.terms_in_use for name in term.columns)])
        dataset = self._dataset
        columns = [dataset.column(name) for name in names if name in dataset] if dataset is not None else []
        units = [f"{column.name} in {column.unit}" for column in columns if column.unit]
        return "\n".join([plain_formula(settings), *units])

    @Slot(int)
    def _on_weight_count_edited(self, count: int) -> None:
        self._edit(lambda settings: _with_terms(settings, settings.terms, count))

    @Slot()
    def _on_terms_clicked(self) -> None:
        self.open_term_picker()

    @Slot()
    def _on_picker_finished(self) -> None:
        self._picker = None

    @Slot(object, int)
    def _on_terms_picked(self, terms: tuple[Term, ...], count: int) -> None:
        self._edit(lambda settings: _with_terms(settings, terms, count))

    @Slot(str)
    def _on_scaling_chosen(self, key: str) -> None:
        self._edit(partial(replace, scaling=Scaling(key)))

    @Slot(object)
    def _on_start_edited(self, start: tuple[float, ...] | None) -> None:
        self._edit(partial(replace, start=start))

    @Slot(int)
    def _on_seed_edited(self, seed: int) -> None:
        self._edit(partial(replace, seed=seed))

    @Slot(str)
    def _on_loss_chosen(self, key: str) -> None:
        self._edit(partial(replace, loss=key))

    @Slot(str, float)
    def _on_parameter_edited(self, name: str, value: float) -> None:
        self._edit(lambda settings: settings.with_parameter(settings.loss_entry, name, value))


def _with_terms(settings: Settings, terms: tuple[Term, ...], count: int) -> Settings:
    """Return settings with those terms; a typed start loses its last numbers or gets zeros at its end."""
    start = settings.start
    if start is not None:
        start = (start + (0.0,) * count)[:count]
    return replace(settings, terms=terms, weight_count=count, start=start)
