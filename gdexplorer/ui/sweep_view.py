"""How training goes at each learning rate, at each pair with a momentum, or from each start."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from gdexplorer.core.settings import Settings
from gdexplorer.core.sweep import Sweep, SweepKind
from gdexplorer.core.sweep_theory import NO_THEORY, SweepTheory
from gdexplorer.ui.card import ElidedLabel
from gdexplorer.ui.colour_bar import ColourBar
from gdexplorer.ui.sweep_choice import SweepChoice
from gdexplorer.ui.sweep_controls import SweepControls
from gdexplorer.ui.sweep_map import MapPlot
from gdexplorer.ui.sweep_plot import RatesPlot
from gdexplorer.ui.sweep_words import (
    INVITATIONS,
    NO_TOLERANCE,
    ends_text,
    legend_parts,
    measure_shown,
    summary_text,
    trial_text,
)
from gdexplorer.ui.theme import LIGHT, Theme

_GAP = 4
_LOW_PX = 200
_STALE = "Of other settings: press Sweep for those in use."


class SweepView(QWidget):
    """Controls, the picture of the last sweep, and one line that says what came out or what is pointed at.

    Attributes:
        controls: What to sweep and show, and the button.
        rates: The picture of a sweep over learning rates.
        map: The picture of a map.
        legend: What the marks mean.
        colours: What the colours of a map mean.
        told: The line below.

    Signals:
        choiceEdited (SweepChoice): The user chose something else.
        sweepRequested (): The runs are to begin.
        cancelRequested (): They are to end.
        taken (int): The settings of this run, counted row by row, are to be put in force.
        shown (): The page has come into view.
    """

    choiceEdited = Signal(object)
    sweepRequested = Signal()
    cancelRequested = Signal()
    taken = Signal(int)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._sweep: Sweep | None = None
        self._sweep_theory = NO_THEORY
        self._names = "w₁", "w₂"
        self._progress: tuple[int, int] | None = None
        self._is_stale = False
        self._problem = ""
        self.controls = SweepControls()
        self.rates, self.map = RatesPlot(), MapPlot()
        self._invitation = QLabel()
        self._invitation.setProperty("role", "quiet")
        self._invitation.setWordWrap(True)
        self._invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._invitation.setMinimumWidth(40)
        self.legend = ElidedLabel()
        self.legend.setProperty("role", "quiet")
        self.colours = ColourBar()
        self.told = ElidedLabel()
        self.told.setAccessibleName("What the sweep says")
        self._stack = QStackedWidget()
        for page in (self._invitation, self.rates, self.map):
            self._stack.addWidget(page)
        self._key = QWidget()
        key = QHBoxLayout(self._key)
        key.setContentsMargins(0, 0, 0, 0)
        key.setSpacing(2 * _GAP)
        key.addWidget(self.colours)
        key.addWidget(self.legend, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        layout.addWidget(self.controls)
        layout.addWidget(self._key)
        layout.addWidget(self._stack, 1)
        layout.addStretch()
        layout.addWidget(self.told)
        self.controls.choiceEdited.connect(self._on_controls_choice_edited)
        self.controls.sweepRequested.connect(self.sweepRequested)
        self.controls.cancelRequested.connect(self.cancelRequested)
        self.controls.more.toggled.connect(self._fit)
        self.controls.problemFound.connect(self._on_controls_problem_found)
        for plot in (self.rates, self.map):
            plot.marked.connect(self._on_plot_marked)
            plot.taken.connect(self._on_plot_taken)
        self.show_nothing(SweepKind.RATES)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.rates.apply_theme(theme)
        self.map.apply_theme(theme)

    @property
    def sweep(self) -> Sweep | None:
        """What is shown."""
        return self._sweep

    def set_choice(self, choice: SweepChoice, kinds: Sequence[SweepKind]) -> None:
        """Show ``choice`` silently, with ``kinds`` on offer."""
        self.controls.set_choice(choice, kinds)

    def set_range(self, between: tuple[float, float]) -> None:
        """Show silently which learning rates are tried."""
        self.controls.set_range(between)

    def set_names(self, names: tuple[str, str]) -> None:
        """Name both weights, for the axes of a map of starts."""
        self._names = names

    def show_nothing(self, kind: SweepKind, refusal: str = "") -> None:
        """Say what a sweep of this kind would show, or why there can be none."""
        self._sweep = None
        self._invitation.setText(refusal or INVITATIONS[kind])
        self._stack.setCurrentWidget(self._invitation)
        self._tell()

    def show_sweep(self, sweep: Sweep, theory: SweepTheory) -> None:
        """Draw the results that there are."""
        self._sweep, self._sweep_theory = sweep, theory
        measure = measure_shown(sweep, self.controls.choice().measure)
        if sweep.plan.kind is SweepKind.RATES:
            self.rates.show_sweep(sweep, theory, measure)
            self._stack.setCurrentWidget(self.rates)
        else:
            names = ("learning rate", "momentum") if sweep.plan.kind is SweepKind.MOMENTUM else self._names
            self.map.show_sweep(sweep, theory, measure, names)
            self._stack.setCurrentWidget(self.map)
        self._fit()
        self._tell()

    def show_now(self, settings: Settings, start: tuple[float, ...]) -> None:
        """Draw where the settings in use are, and from which ``start``, scaled, they begin."""
        self.rates.show_now(settings.learning_rate)
        if self._sweep is None or self._sweep.plan.y is None:
            return
        if self._sweep.plan.kind is SweepKind.STARTS:
            place = start[:2] if len(start) == 2 else None
        else:
            entry = settings.optimizer_entry
            has_momentum = any(parameter.name == "momentum" for parameter in entry.parameters)
            place = (settings.learning_rate, settings.parameter(entry, "momentum")) if has_momentum else None
        if place is not None:
            self.map.show_now((place[0], place[1]))

    def set_progress(self, progress: tuple[int, int] | None) -> None:
        """Say how many of how many runs have ended; None while no sweep is under way."""
        if progress != self._progress:
            self._progress = progress
            self.controls.set_busy(progress is not None)
            self._tell()

    def set_stale(self, is_stale: bool) -> None:
        """Say that the picture is of other settings than those in use, or that it is not."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.rates.set_dimmed(is_stale)
            self.map.set_dimmed(is_stale)
            self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that the page has come into view."""
        super().showEvent(event)
        self.shown.emit()

    @Slot()
    def _fit(self) -> None:
        """In a low page leave out legend and axis name, and the picture while the second line of controls is open."""
        is_low = self.height() < _LOW_PX
        self._key.setVisible(not is_low)
        for plot in (self.rates, self.map):
            plot.x_axis.showLabel(not is_low)
        self._stack.setVisible(not (is_low and self.controls.more.isChecked()))

    def _tell(self) -> None:
        """Write the lines above and below the picture."""
        self._show_legend()
        self.told.setText(self._problem or self._sentence())

    def _sentence(self) -> str:
        sweep = self._sweep
        if self._progress is not None:
            tried, count = self._progress
            return f"{tried:,} of {count:,} runs" if count else "Beginning the runs."
        if sweep is None:
            return ""
        mark = self._stack.currentWidget()
        index = mark.mark if isinstance(mark, RatesPlot | MapPlot) else -1
        if 0 <= index < len(sweep.plan):
            return trial_text(sweep, index)
        if self._is_stale:
            return _STALE
        if not sweep.is_complete:
            return f"Given up after {sweep.tried:,} of {len(sweep.plan):,} runs. {summary_text(sweep, NO_THEORY)}"
        if sweep.plan.settings.tolerance == 0 and self.controls.choice().measure == "steps":
            return NO_TOLERANCE
        return summary_text(sweep, self._sweep_theory)

    def _show_legend(self) -> None:
        sweep = self._sweep
        ends = self.map.ends if sweep is not None and sweep.plan.y is not None else None
        measure = None if sweep is None else measure_shown(sweep, self.controls.choice().measure)
        self.colours.setVisible(ends is not None)
        if ends is not None and measure is not None:
            self.colours.set_ends(*ends_text(ends, measure))
        parts = [] if sweep is None or measure is None else legend_parts(sweep, self._sweep_theory, measure)
        self.legend.setText("   ".join(f"{sign} {word}" for sign, word in parts))

    @Slot(object)
    def _on_controls_choice_edited(self, choice: SweepChoice) -> None:
        self.choiceEdited.emit(choice)

    @Slot(str)
    def _on_controls_problem_found(self, sentence: str) -> None:
        self._problem = sentence
        self._tell()

    @Slot(int)
    def _on_plot_marked(self, _index: int) -> None:
        self._tell()

    @Slot(int)
    def _on_plot_taken(self, index: int) -> None:
        if self._sweep is not None and 0 <= index < len(self._sweep.plan):
            self.taken.emit(index)
