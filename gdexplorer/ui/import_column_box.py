"""What was found in one column of a file, and what can be decided about it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdexplorer.core.reading_choices import DECIMALS, KINDS, THOUSANDS, ColumnChoice, Kind
from gdexplorer.core.table_report import ColumnReport, TableReport
from gdexplorer.ui.card import ElidedLabel
from gdexplorer.ui.chip import Chip
from gdexplorer.ui.histogram import Histogram
from gdexplorer.ui.import_fields import FoundChoice, UnitField
from gdexplorer.ui.import_words import (
    KIND_TITLES,
    as_sentence,
    asked,
    line_word,
    missing_sentence,
    role_title,
    span_line,
    titles,
)
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.theme import Theme

_QUANTITY, _CODE = "quantity", "code"
_USES = ((_QUANTITY, "A quantity"), (_CODE, "Only a code"))
_HISTOGRAM_HEIGHT = 56


class ImportColumnBox(QWidget):
    """Shows a column and edits the choices on it.

    Attributes:
        kind: What its values are.
        decimal: Sign before the fraction.
        thousands: Sign between groups of digits.
        unit: Behind its numbers.
        unit_found: Takes the choice of a unit back.
        use: Whether it is a quantity.
        histogram: Of its numbers.

    Signals:
        choiceEdited (object): The ColumnChoice that the user made.
    """

    choiceEdited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = ColumnChoice()
        self._name = ElidedLabel()
        self._name.setProperty("role", "title")
        self._header = ElidedLabel()
        self._header.setProperty("role", "quiet")
        self._question = QFrame()
        self._question.setObjectName("question")
        self._question_text = _wrapped()
        self.kind, self.decimal, self.thousands, self.use = (FoundChoice() for _ in range(4))
        self.unit = UnitField()
        self.unit.setPlaceholderText("none")
        self.unit_found = Chip("As found", "Take the unit that the reader finds", is_switch=False)
        self.histogram = Histogram()
        self.histogram.setFixedHeight(_HISTOGRAM_HEIGHT)
        self._span, self._missing, self._conversion, self._examples = (_wrapped() for _ in range(4))
        for label in (self._span, self._missing):
            label.setProperty("role", "quiet")
        self._examples_title = QLabel("Such as")
        self._examples_title.setProperty("role", "quiet")
        self._lay_out()
        self.kind.valueEdited.connect(self._on_kind_edited)
        self.decimal.valueEdited.connect(self._on_decimal_edited)
        self.thousands.valueEdited.connect(self._on_thousands_edited)
        self.unit.unitEdited.connect(self._on_unit_edited)
        self.unit_found.clicked.connect(self._on_unit_found_clicked)
        self.use.valueEdited.connect(self._on_use_edited)

    def _lay_out(self) -> None:
        asking = QHBoxLayout(self._question)
        asking.setContentsMargins(10, 7, 10, 7)
        mark = QLabel("?")
        mark.setObjectName("questionMark")
        mark.setFixedSize(18, 18)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        asking.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        asking.addWidget(self._question_text, 1)
        self._number_rows = (
            LabelledRow("Decimal sign", self.decimal),
            LabelledRow("Thousands", self.thousands, tip="What groups the digits of large numbers"),
            LabelledRow("Unit", self.unit, self.unit_found, tip="What to write behind its numbers"),
            LabelledRow("Use as", self.use, tip="A code is a number only by its looks, and is not offered as a term"),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 4, 0)
        column.setSpacing(8)
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._name)
        names.addWidget(self._header)
        column.addLayout(names)
        column.addWidget(self._question)
        column.addWidget(LabelledRow("Read as", self.kind, tip="What its values are"))
        for row in self._number_rows:
            column.addWidget(row)
        column.addSpacing(2)
        column.addWidget(self.histogram)
        for widget in (self._span, self._missing, self._conversion, self._examples_title, self._examples):
            column.addWidget(widget)
        column.addStretch(1)

    def set_column(self, column: ColumnReport, choice: ColumnChoice, report: TableReport) -> None:
        """Show ``column`` of the table of ``report`` and ``choice`` on it, silently."""
        self._choice = choice
        self._name.setText(column.name)
        header = " ".join(column.header.split())
        self._header.setText(f"in the file: {header}" if header else "without a name in the file")
        self._header.setVisible(header != column.name)
        self._question_text.setText(asked(column))
        self._question.setVisible(bool(column.question))
        kinds = dict(KIND_TITLES)
        if column.kind == "date":
            kinds["number"] = "Numbers: years with a fraction"
        self.kind.set_value(choice.kind, KIND_TITLES[column.kind], [(kind, kinds[kind]) for kind in KINDS])
        is_number = column.kind == "number"
        for row in self._number_rows:
            row.setVisible(is_number)
        decimals, thousands = titles(DECIMALS), titles(THOUSANDS)
        self.decimal.set_value(choice.decimal, decimals.get(column.decimal, ""), decimals.items())
        self.thousands.set_value(choice.thousands, thousands.get(column.thousands, ""), thousands.items())
        self.unit.set_unit(column.unit if choice.unit is None else choice.unit)
        self.unit_found.setVisible(choice.unit is not None)
        found = role_title(column.role)
        use = None if choice.is_quantity is None else (_QUANTITY if choice.is_quantity else _CODE)
        self.use.set_value(use, found, _USES)
        self._show_values(column, report)

    def choice(self) -> ColumnChoice:
        """Return what is shown."""
        return self._choice

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of ``theme``."""
        self.histogram.set_theme(theme)

    def _show_values(self, column: ColumnReport, report: TableReport) -> None:
        self.histogram.set_counts(column.histogram, column.low, column.high)
        self.histogram.setVisible(bool(column.histogram))
        span = span_line(column)
        self._span.setText(span[:1].upper() + span[1:])
        self._span.setVisible(bool(span))
        self._missing.setText(missing_sentence(column, report.rows))
        self._conversion.setText(as_sentence(column.conversion))
        self._conversion.setVisible(bool(column.conversion))
        line, examples = line_word(report), sorted(column.examples, key=lambda example: example.line)
        lines = [f"{line} {example.line:,}:  {' '.join(example.text.split())[:80]}" for example in examples]
        self._examples.setText("\n".join(lines))
        for label in (self._examples_title, self._examples):
            label.setVisible(bool(lines))

    def _edit(self, **fields: object) -> None:
        self._choice = replace(self._choice, **fields)  # type: ignore[arg-type]
        self.choiceEdited.emit(self._choice)

    @Slot(object)
    def _on_kind_edited(self, kind: Kind | None) -> None:
        self._edit(kind=kind)

    @Slot(object)
    def _on_decimal_edited(self, decimal: str | None) -> None:
        """Take the sign for the fraction; it cannot group thousands too."""
        taken = decimal is not None and decimal == self._choice.thousands
        self._edit(decimal=decimal, thousands=None if taken else self._choice.thousands)

    @Slot(object)
    def _on_thousands_edited(self, thousands: str | None) -> None:
        """Take the sign for thousands; it cannot stand before a fraction too."""
        taken = thousands is not None and thousands == self._choice.decimal
        self._edit(thousands=thousands, decimal=None if taken else self._choice.decimal)

    @Slot(object)
    def _on_unit_edited(self, unit: str) -> None:
        self._edit(unit=unit)

    @Slot()
    def _on_unit_found_clicked(self) -> None:
        self._edit(unit=None)

    @Slot(object)
    def _on_use_edited(self, use: str | None) -> None:
        self._edit(is_quantity=None if use is None else use == _QUANTITY)


def _wrapped() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
