"""The rows of the training panel that most runs leave alone: schedule, gradient clipping and weight decay."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.core.settings import Settings
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.parameter_rows import ParameterRows
from gdexplorer.ui.rule_text import coloured_rule
from gdexplorer.ui.schedule_sketch import ScheduleSketch
from gdexplorer.ui.theme import Theme

_CONSTANT = "constant"
_CLIP_TIP = "A longer gradient is shortened to this length before it is used; 0 for never"
_DECAY_TIP = "λ: in each step λ times the weights is added to the gradient, which draws them to 0; 0 for none"


class MoreRows(QWidget):
    """Folded away until asked for, or until one of them is in use.

    Attributes:
        toggle: Opens and closes the rows.
        schedule: How the learning rate changes from step to step.
        formula: Of the schedule.
        parameters: Of the schedule.
        sketch: A picture of it.
        clip: The longest gradient.
        decay: How strongly the weights are drawn to 0.

    Signals:
        scheduleChosen (str): The user wants another schedule.
        parameterEdited (str, float): The user gave a parameter of the schedule another value.
        clipEdited (float): The user wants another longest gradient.
        decayEdited (float): The user wants another decay.
        problemFound (str): The sentence about what was typed; empty once it is put right.
    """

    scheduleChosen = Signal(str)
    parameterEdited = Signal(str, float)
    clipEdited = Signal(float)
    decayEdited = Signal(float)
    problemFound = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._used = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.toggle = QToolButton()
        self.toggle.setProperty("quiet", True)
        self.toggle.setCheckable(True)
        self.toggle.setToolTip("What most runs leave alone")
        self.schedule = Choice(
            (entry.key, entry.title, f"{entry.sentence}\n{entry.formula}\n{entry.source}")
            for entry in SCHEDULES.values()
        )
        self.formula = QLabel()
        self.formula.setProperty("role", "formula")
        self.formula.setWordWrap(True)
        self.parameters = ParameterRows()
        self.sketch = ScheduleSketch()
        self.clip = NumberField(0.0, name="The gradient clip")
        self.clip.set_tip(_CLIP_TIP)
        self.decay = NumberField(0.0, name="The weight decay")
        self.decay.set_tip(_DECAY_TIP)
        self._folded = QWidget()
        inner = QVBoxLayout(self._folded)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        for row in (
            LabelledRow("Schedule", self.schedule),
            self.formula,
            self.parameters,
            self.sketch,
            LabelledRow("Gradient clip", self.clip, tip=_CLIP_TIP),
            LabelledRow("Weight decay", self.decay, tip=_DECAY_TIP),
        ):
            inner.addWidget(row)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(self._folded)
        self._folded.hide()
        self._name_toggle()
        self.toggle.toggled.connect(self._on_toggle_toggled)
        self.schedule.chosen.connect(self.scheduleChosen)
        self.parameters.valueEdited.connect(self.parameterEdited)
        self.clip.valueEdited.connect(self.clipEdited)
        self.decay.valueEdited.connect(self.decayEdited)
        for rows_or_field in (self.parameters, self.clip, self.decay):
            rows_or_field.problemFound.connect(self.problemFound)

    def show_settings(self, settings: Settings, theme: Theme) -> None:
        """Show ``settings`` silently; the rows open where more of them come into use."""
        entry = settings.schedule_entry
        is_constant = entry.key == _CONSTANT
        self.schedule.set_key(entry.key)
        self.formula.setText(coloured_rule(entry.formula, theme))
        self.formula.setToolTip(f"{entry.sentence}\n{entry.source}")
        self.parameters.show_values(entry, settings)
        if not is_constant:
            self.sketch.set_schedule(entry, settings.schedule_values)
        self.sketch.set_theme(theme)
        self.sketch.setVisible(not is_constant)
        self.formula.setVisible(not is_constant)
        self.clip.set_value(settings.gradient_clip)
        self.decay.set_value(settings.weight_decay)
        used = sum((not is_constant, settings.gradient_clip > 0, settings.weight_decay > 0))
        if used > self._used:
            self.toggle.setChecked(True)
        self._used = used
        self._name_toggle()

    def _name_toggle(self) -> None:
        is_hidden = self._used and not self.toggle.isChecked()
        self.toggle.setText("Schedule, clipping, decay" + (f": {self._used} in use" if is_hidden else ""))

    @Slot(bool)
    def _on_toggle_toggled(self, is_open: bool) -> None:
        self._folded.setVisible(is_open)
        self._name_toggle()
