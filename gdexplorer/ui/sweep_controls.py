"""The controls of a sweep: what to try, what to show, and the button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gdexplorer.core.sweep import SweepKind
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.sweep_choice import Measure, SweepChoice

_GAP = 6
_LEAST_PX = 206
_NARROW_PX = 330  # below this width all of the controls do not stand side by side
_MOST_STEPS = 1_000_000

_KINDS = {
    SweepKind.RATES: ("Learning rates", "A run at each of 60 learning rates"),
    SweepKind.MOMENTUM: ("Rate × momentum", "A run at each pair of a learning rate and a momentum"),
    SweepKind.STARTS: ("Starts", "A run from each of many starts, with the settings in use"),
}
_MEASURES = {
    Measure.STEPS: ("Steps", "Steps to converge: after how many steps the slope is flat, to the tolerance"),
    Measure.LOSS: ("Loss", "Loss at the end: after all steps, or where the run converged"),
}


class SweepControls(QWidget):
    """Edits one :class:`SweepChoice`; what is needed rarely stands in a second line.

    Attributes:
        kind: What differs from run to run; hidden where there is only one kind.
        measure: What is drawn.
        more: Shows the second line.
        steps: That each run may take.
        auto: Whether the range of learning rates follows from the data.
        low: The smallest learning rate.
        high: The largest one.
        here: Whether runs begin where the weights are.
        button: Begins the sweep, or gives it up.

    Signals:
        choiceEdited (SweepChoice): The user chose something else.
        sweepRequested (): The runs are to begin.
        cancelRequested (): They are to end.
        problemFound (str): The sentence about a number that cannot be used; empty once it is put right.
    """

    choiceEdited = Signal(object)
    sweepRequested = Signal()
    cancelRequested = Signal()
    problemFound = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = SweepChoice()
        self._is_busy = False
        self._has_kinds = True
        self._arranged: tuple[bool, bool] | None = None
        self.kind = Choice((kind, *words) for kind, words in _KINDS.items())
        self.kind.setAccessibleName("What to sweep")
        self.measure = Choice((measure, *words) for measure, words in _MEASURES.items())
        self.measure.setAccessibleName("What to show")
        self.more = Chip("More", "How many steps, which learning rates, and from where")
        self.more.setAccessibleName("More")
        self.button = QPushButton("Sweep")
        self.button.setProperty("primary", True)
        self.steps = NumberField(1, _MOST_STEPS, whole=True, unit="steps", name="The number of steps")
        self.steps.set_tip("How many steps each run may take")
        self.steps.setAccessibleName("Steps of each run")
        self.auto = Chip("auto", "Choose the learning rates to suit the data")
        self.low, self.high = (
            NumberField(0.0, low_included=False, name=f"The {which} learning rate") for which in ("smallest", "largest")
        )
        for field, name in ((self.low, "Smallest learning rate"), (self.high, "Largest learning rate")):
            field.setAccessibleName(name)
            field.set_tip(name)
        self.here = Chip("here", "Begin where the weights are, instead of at the start")
        self._rates = QWidget()
        self._lines()
        self._connect()
        self.set_choice(self._choice, (SweepKind.RATES,))

    def choice(self) -> SweepChoice:
        """Return the choice shown."""
        return self._choice

    def set_choice(self, choice: SweepChoice, kinds: Sequence[SweepKind]) -> None:
        """Show ``choice`` silently, with ``kinds`` on offer."""
        self._choice = choice
        self.kind.set_entries((kind, *_KINDS[kind]) for kind in kinds)
        self.kind.set_key(choice.kind)
        self._has_kinds = len(kinds) > 1
        self.kind.setVisible(self._has_kinds)
        self._arrange()
        self.measure.set_key(choice.measure)
        self.steps.set_value(choice.steps)
        self._show_auto()
        self.here.blockSignals(True)
        self.here.setChecked(choice.from_here)
        self.here.blockSignals(False)
        if choice.between is not None:
            self.set_range(choice.between)
        self._rates.setVisible(choice.kind is not SweepKind.STARTS)
        self.here.setVisible(choice.kind is not SweepKind.STARTS)

    def set_range(self, between: tuple[float, float]) -> None:
        """Show silently which learning rates are tried."""
        self.low.set_value(between[0])
        self.high.set_value(between[1])

    def set_busy(self, is_busy: bool) -> None:
        """Let the button begin a sweep, or give one up."""
        self._is_busy = is_busy
        self.button.setText("Cancel" if is_busy else "Sweep")
        self.button.setToolTip("Give the runs up; what there is stays" if is_busy else "Make all these runs at once")

    def set_ready(self, is_ready: bool) -> None:
        """Whether a sweep can begin."""
        self.button.setEnabled(is_ready or self._is_busy)

    def minimumSizeHint(self) -> QSize:
        """Return the width that twice as many lines need."""
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew where another number of lines suits the width."""
        super().resizeEvent(event)
        self._arrange()

    def _lines(self) -> None:
        rates = QHBoxLayout(self._rates)
        rates.setContentsMargins(0, 0, 0, 0)
        rates.setSpacing(_GAP)
        to = QLabel("to")
        to.setProperty("role", "quiet")
        for widget in (self.auto, self.low, to, self.high):
            rates.addWidget(widget, 0 if widget in (self.auto, to) else 1)
        self._second = QWidget()
        self._second.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        self._upper, self._lower = QGridLayout(), QGridLayout(self._second)
        self._lower.setContentsMargins(0, 0, 0, 0)
        for grid in (self._upper, self._lower):
            grid.setSpacing(_GAP)
        layout.addLayout(self._upper)
        layout.addWidget(self._second)

    def _arrange(self) -> None:
        """Put the controls side by side, or in twice as many lines where the width calls for it."""
        is_narrow = self.width() < _NARROW_PX
        is_high = is_narrow and self._has_kinds
        if (is_narrow, self._has_kinds) == self._arranged:
            return
        self._arranged = is_narrow, self._has_kinds
        self.more.setText("…" if is_narrow and not is_high else "More")
        first, second = (self.kind, self.measure) if self._has_kinds else (self.measure, self.kind)
        upper = (first, self.button, second, self.more)
        lower = (self.steps, self.here, self._rates)
        for grid, widgets in ((self._upper, upper), (self._lower, lower)):
            for widget in widgets:
                grid.removeWidget(widget)
        places = ((0, 0), (0, 1), (1, 0), (1, 1)) if is_high else ((0, 0), (0, 3), (0, 1), (0, 2))
        if is_narrow:
            self._lower.addWidget(self._rates, 1, 0, 1, 2)
        else:
            self._lower.addWidget(self._rates, 0, 1)
        for widget, (row, column) in zip(upper, places, strict=True):
            self._upper.addWidget(widget, row, column)
        self._lower.addWidget(self.steps, 0, 0)
        self._lower.addWidget(self.here, 0, 1 if is_narrow else 2)
        self._upper.setColumnStretch(0, 9)
        self._upper.setColumnStretch(1, 5 if self._has_kinds and not is_high else 0)
        self._lower.setColumnStretch(0, 2)
        self._lower.setColumnStretch(1, 0 if is_narrow else 5)

    def _connect(self) -> None:
        self.kind.chosen.connect(self._on_kind_chosen)
        self.measure.chosen.connect(self._on_measure_chosen)
        self.more.toggled.connect(self._second.setVisible)
        self.steps.valueEdited.connect(self._on_steps_edited)
        self.auto.toggled.connect(self._on_auto_toggled)
        self.here.toggled.connect(self._on_here_toggled)
        self.button.clicked.connect(self._on_button_clicked)
        for field in (self.low, self.high):
            field.valueEdited.connect(self._on_range_edited)
        for field in (self.steps, self.low, self.high):
            field.problemFound.connect(self.problemFound)

    def _show_auto(self) -> None:
        self.auto.blockSignals(True)
        self.auto.setChecked(self._choice.between is None)
        self.auto.blockSignals(False)

    def _edit(self, **changes: object) -> None:
        self._choice = replace(self._choice, **changes)  # type: ignore[arg-type]
        self._show_auto()
        self.choiceEdited.emit(self._choice)

    @Slot(str)
    def _on_kind_chosen(self, key: str) -> None:
        self._edit(kind=SweepKind(key))

    @Slot(str)
    def _on_measure_chosen(self, key: str) -> None:
        self._edit(measure=Measure(key))

    @Slot(float)
    def _on_steps_edited(self, value: float) -> None:
        self._edit(steps=int(value))

    @Slot(float)
    def _on_range_edited(self, _value: float) -> None:
        self._edit(between=(self.low.value(), self.high.value()))

    @Slot(bool)
    def _on_auto_toggled(self, is_on: bool) -> None:
        self._edit(between=None if is_on else (self.low.value(), self.high.value()))

    @Slot(bool)
    def _on_here_toggled(self, is_on: bool) -> None:
        self._edit(from_here=is_on)

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._is_busy:
            self.cancelRequested.emit()
        else:
            self.sweepRequested.emit()
