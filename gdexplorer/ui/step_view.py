"""One step of training in full, as a table and a sentence."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gdexplorer.core.numerals import counted
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.number_field import NumberField
from gdexplorer.ui.rows_field import RowsField
from gdexplorer.ui.step_sections import StepSection
from gdexplorer.ui.step_sheet import StepSheet
from gdexplorer.ui.theme import LIGHT, Theme

_FIELD_PX, _NARROW_FIELD_PX = 92, 72
_NARROW_PX = 330
_BAR_PX = 16


class StepView(QWidget):
    """Says which step is shown, what happens in it in one sentence, and all of its numbers.

    Attributes:
        field: The number of the step.
        rows_field: The rows that were chosen.
        sheet: The numbers.

    Signals:
        stepEdited (int): The user wants to see this step.
        nextRequested (): The user wants to see the step to come, whichever that is.
        unitsEdited (bool): The user reads rows and weights in the units of the data, or as trained.
        rowsEdited (object): The user chose rows: numbers from 1 on, none for the first ones.
        worstEdited (bool): The user wants the row with the largest residual among them, or does not.
        copyRequested (): The user wants all of it on the clipboard.
        partHovered (object): A StepHover: a part is pointed at or has the focus; None for no part any more.
        opened (): It has come to be seen.
        closed (): It is out of sight.
    """

    stepEdited = Signal(int)
    nextRequested = Signal()
    unitsEdited = Signal(bool)
    rowsEdited = Signal(object)
    worstEdited = Signal(bool)
    copyRequested = Signal()
    partHovered = Signal(object)
    opened = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._last = 1
        self.sentence, self.notice = _wrapped(), _wrapped("quiet")
        self.sheet = StepSheet()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._made_step_line())
        layout.addWidget(self.sentence)
        layout.addWidget(self.notice)
        layout.addWidget(self._made_scroll(), 1)
        self.set_notice("")
        self._connect()

    def _made_step_line(self) -> QHBoxLayout:
        self.back = Chip("‹", "The step before", is_switch=False)
        self.forth = Chip("›", "The step after", is_switch=False)
        self.field = NumberField(1, float(2**53), whole=True, name="The step")
        self.field.setAccessibleName("Step shown")
        self.field.setFixedWidth(_FIELD_PX)
        self.next_chip = Chip("next", "Show the step to come, and follow the run")
        self.of = QLabel()
        self.of.setProperty("role", "quiet")
        line = QHBoxLayout()
        line.setSpacing(6)
        self._word = QLabel("Step")
        for widget in (self._word, self.back, self.field, self.forth, self.next_chip, self.of):
            line.addWidget(widget)
        line.addStretch(1)
        return line

    def _made_scroll(self) -> QScrollArea:
        self.rows_field = RowsField()
        self.rows_field.setPlaceholderText("first two")
        self.rows_field.setAccessibleName("Rows shown")
        self.rows_field.set_tip("Rows to follow, such as 1, 17, 512; a click on a point of the fit plot adds its row")
        self.worst = Chip("worst", "Follow the row with the largest residual too")
        self.units = Chip("original units", "Read rows, predictions and weights in the units of the data")
        self.copy = Chip("Copy", "Copy this step as text, with all digits", is_switch=False)
        word = QLabel("Rows")
        word.setProperty("role", "quiet")
        self._choices_box = QWidget()
        self._choices = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._choices_box)
        self._choices.setContentsMargins(0, 0, 0, 0)
        rows, others = QHBoxLayout(), QHBoxLayout()
        for part in (self._choices, rows, others):
            part.setSpacing(6)
        rows.addWidget(word)
        rows.addWidget(self.rows_field, 1)
        for layout, widget in ((rows, self.worst), (others, self.units), (others, self.copy)):
            layout.addWidget(widget)
        others.addStretch(1)
        self._choices.addLayout(rows, 1)
        self._choices.addLayout(others)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 4, 0)
        inside.setSpacing(8)
        inside.addWidget(self._choices_box)
        inside.addWidget(self.sheet, 1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setWidget(content)
        return self.scroll_area

    def _connect(self) -> None:
        self.back.clicked.connect(self._on_back_clicked)
        self.forth.clicked.connect(self._on_forth_clicked)
        self.field.valueEdited.connect(self._on_field_edited)
        self.field.problemFound.connect(self.set_problem)
        self.next_chip.clicked.connect(self._on_next_chip_clicked)
        self.units.toggled.connect(self.unitsEdited)
        self.worst.toggled.connect(self.worstEdited)
        self.rows_field.rowsEdited.connect(self.rowsEdited)
        self.rows_field.problemFound.connect(self.set_problem)
        self.copy.clicked.connect(self.copyRequested)
        self.sheet.pointed.connect(self.partHovered)
        self.sheet.left.connect(self._on_sheet_left)

    # Showing -----------------------------------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self._theme = theme
        self.sheet.apply_theme(theme)

    def set_step(self, step: int, last: int, *, is_following: bool) -> None:
        """Show which step is shown, silently.

        Args:
            step: Counted from 1.
            last: The step to come.
            is_following: Whether the step to come is shown, whichever that is.
        """
        self._last = last
        self.field.set_value(step)
        self.next_chip.setChecked(is_following)
        self.of.setText("" if step == last else f"of {counted(last - 1, 'steps')}")
        self.back.setEnabled(step > 1)
        self.forth.setEnabled(step < last)

    def set_choices(self, rows: tuple[int, ...], *, has_worst: bool, is_original: bool, has_units: bool) -> None:
        """Show what is chosen, silently; ``has_units`` says whether original units differ from those as trained."""
        self.rows_field.set_rows(rows)
        for chip, is_on in ((self.worst, has_worst), (self.units, is_original)):
            blocked = chip.blockSignals(True)
            chip.setChecked(is_on)
            chip.blockSignals(blocked)
        self.units.setVisible(has_units)

    def set_sentence(self, sentence: str) -> None:
        """Say what happens in the step."""
        self.sentence.setText(sentence)

    def set_notice(self, text: str) -> None:
        """Say what else there is to know; nothing where empty."""
        self._say(text, "quiet")

    @Slot(str)
    def set_problem(self, sentence: str) -> None:
        """Say what cannot be done; nothing where empty."""
        self._say(sentence, "problem" if sentence else "quiet")

    def _say(self, text: str, role: str) -> None:
        self.notice.setText(text)
        self.notice.setVisible(bool(text))
        if self.notice.property("role") != role:
            self.notice.setProperty("role", role)
            self.notice.style().unpolish(self.notice)
            self.notice.style().polish(self.notice)

    def show_sections(self, sections: tuple[StepSection, ...]) -> None:
        """Show the numbers."""
        self.sheet.show_sections(sections)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that it is seen."""
        super().showEvent(event)
        self.opened.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that it is not seen any more."""
        super().hideEvent(event)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the line of choices where it is too long; it never scrolls sideways with the numbers."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        directions = QBoxLayout.Direction
        self._choices.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._choices_box.setMaximumWidth(max(self.width() - _BAR_PX, 1))
        self._word.setVisible(not is_narrow)
        self.field.setFixedWidth(_NARROW_FIELD_PX if is_narrow else _FIELD_PX)

    # The user ----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_back_clicked(self) -> None:
        self.stepEdited.emit(int(self.field.value()) - 1)

    @Slot()
    def _on_forth_clicked(self) -> None:
        step = int(self.field.value()) + 1
        if step >= self._last:
            self.nextRequested.emit()
        else:
            self.stepEdited.emit(step)

    @Slot(float)
    def _on_field_edited(self, step: float) -> None:
        self.stepEdited.emit(int(step))

    @Slot(bool)
    def _on_next_chip_clicked(self, is_on: bool) -> None:
        if is_on:
            self.nextRequested.emit()
        else:
            self.stepEdited.emit(int(self.field.value()))

    @Slot()
    def _on_sheet_left(self) -> None:
        self.partHovered.emit(None)


def _wrapped(role: str = "") -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
