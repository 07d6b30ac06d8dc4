"""Fields for the parameters of a loss, an optimizer or a schedule, built from its table."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gdexplorer.core.parameters import Parameter
from gdexplorer.core.settings import Owner, Settings
from gdexplorer.ui.labelled_row import LabelledRow
from gdexplorer.ui.number_field import NumberField


class ParameterRows(QWidget):
    """One row for each parameter; rows are made anew only for another owner.

    Attributes:
        fields: By the parameter's name.

    Signals:
        valueEdited (str, float): The user gave the parameter of that name another value.
        problemFound (str): The sentence about what was typed; empty once it is put right.
    """

    valueEdited = Signal(str, float)
    problemFound = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, NumberField] = {}
        self._owner = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)

    def show_values(self, owner: Owner, settings: Settings) -> None:
        """Show what ``settings`` hold for ``owner``, silently; hidden where it has no parameters."""
        if owner.key != self._owner:
            self._owner = owner.key
            self._build(owner.parameters)
        for name, field in self.fields.items():
            field.set_value(settings.parameter(owner, name))
        self.setVisible(bool(self.fields))

    def _build(self, parameters: tuple[Parameter, ...]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        self.fields = {}
        for parameter in parameters:
            field = NumberField(
                parameter.low,
                parameter.high,
                parameter.low_included,
                parameter.high_included,
                name=parameter.name,
            )
            field.set_tip(f"{parameter.meaning}; {parameter.range_text}")
            field.valueEdited.connect(partial(self.valueEdited.emit, parameter.name))
            field.problemFound.connect(self.problemFound)
            word = parameter.name.rstrip("0123456789").capitalize()
            self._rows.addWidget(LabelledRow(f"{word} {parameter.symbol}", field, tip=parameter.meaning))
            self.fields[parameter.name] = field
