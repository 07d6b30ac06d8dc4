"""The dialog that chooses the terms, orders them and says how many are used."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gdexplorer.core.column_summary import MOST_ROWS, ColumnSummary
from gdexplorer.core.dataset import Dataset
from gdexplorer.core.numerals import counted, subscript
from gdexplorer.core.terms import BIAS, MAX_TERMS, Term, product
from gdexplorer.ui.card import ElidedLabel
from gdexplorer.ui.choice import Choice
from gdexplorer.ui.column_browser import ColumnBrowser
from gdexplorer.ui.column_model import Badge, ColumnEntry, ColumnOrder
from gdexplorer.ui.count_field import CountField
from gdexplorer.ui.formula import coloured_model, term_text
from gdexplorer.ui.term_list import TermList
from gdexplorer.ui.term_model import TermModel, Terms
from gdexplorer.ui.term_typing import Typing, read_typing
from gdexplorer.ui.theme import Theme

_HIGHEST_POWER = 99
_LONGEST = 36
_ORDERS = (
    (ColumnOrder.FILE.value, "In the file’s order"),
    (ColumnOrder.STRENGTH.value, "Best alone first", "By the squared correlation with the target"),
)
_TYPING_HINT = "Two columns with Ctrl make a product. Terms can be typed too: size^2, size*rooms."


class TermPicker(QDialog):
    """Columns to the left, of which terms are made; terms in their order to the right.

    A ticked term is used and has a weight. Ticking a term makes it the last one used, unticking the first one not
    used. Enter in the list of columns adds what the button says; Ctrl+Enter takes all over.

    Attributes:
        browser: The columns.
        order: How they are ordered.
        power: To which the selected column is raised.
        add_button: Adds the term that it names.
        list: The terms.
        move_up: Moves the current term up.
        move_down: Moves it down.
        remove_button: Takes it off the list.
        formula: The model as it would be.
        accept_button: Takes the terms over.

    Signals:
        picked (object, int): Terms and weight count that the user took over.
    """

    picked = Signal(object, int)

    def __init__(
        self,
        dataset: Dataset,
        target: str,
        terms: Terms,
        weight_count: int,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._dataset, self._target, self._theme = dataset, target, theme
        self._typing = Typing("")
        self._terms = TermModel(terms, weight_count)
        self._terms.setParent(self)
        self._terms.set_theme(theme)
        self.setWindowTitle("Terms")
        self.setModal(True)
        self.resize(860, 600)
        self._make_left(theme)
        self._make_right()
        self._make_foot()
        self._lay_out()
        self._connect()
        self.browser.set_columns(
            (
                *(ColumnEntry(column.name, column.unit) for column in dataset.columns if column.name != target),
                ColumnEntry(str(BIAS), note="the constant 1"),
            )
        )
        self.list.set_current_row(0)
        self._show_terms()
        self._show_candidate()
        self.browser.setFocus()

    @property
    def dataset(self) -> Dataset:
        """The data whose columns are on offer."""
        return self._dataset

    def terms(self) -> Terms:
        """Return all terms in their order."""
        return self._terms.terms()

    def weight_count(self) -> int:
        """Return how many of them are used."""
        return self._terms.count()

    def set_summaries(self, summaries: Iterable[ColumnSummary]) -> None:
        """Show what is known by now of some columns."""
        self.browser.set_summaries(summary for summary in summaries if summary.name != self._target)

    def candidate(self) -> Term | None:
        """Return the term that Enter would add; None for none."""
        names = self.browser.selected()
        if not names:
            return self._typing.whole
        chosen = [BIAS if name == str(BIAS) else Term(name) for name in names]
        if len(chosen) == 1 and not chosen[0].is_bias:
            chosen = [Term(names[0], self.power.value())]
        return product((self._typing.factor, *chosen))

    def accept(self) -> None:
        """Take the terms over and close."""
        super().accept()
        self.picked.emit(self.terms(), self.weight_count())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take over by Ctrl+Enter from anywhere."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.accept()
        else:
            super().keyPressEvent(event)

    # Building ----------------------------------------------------------------------------------------------

    def _make_left(self, theme: Theme) -> None:
        self.browser = ColumnBrowser(shows_strength=True, takes_several=True)
        self.browser.set_theme(theme)
        self.order = Choice(_ORDERS)
        self.order.set_key(ColumnOrder.FILE.value)
        self.order.setAccessibleName("Order of the columns")
        self.order.setFixedWidth(160)
        self.power = CountField(1, _HIGHEST_POWER, name="The power")
        self.power.setAccessibleName("Power")
        self.power.set_value(1)
        self.power.setFixedWidth(104)
        self.add_button = _button("Add")
        self.hint = ElidedLabel()
        self.hint.setText(_TYPING_HINT)
        self.hint.setProperty("role", "quiet")

    def _make_right(self) -> None:
        self.list = TermList(self._terms)
        self.move_up = _button("Up", "Move up (Alt+Up)")
        self.move_down = _button("Down", "Move down (Alt+Down)")
        self.remove_button = _button("Remove", "Take off the list (Delete)")
        self._used = QLabel()
        self._used.setProperty("role", "quiet")

    def _make_foot(self) -> None:
        self.formula = QLabel()
        self.formula.setProperty("role", "formula")
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.formula.setWordWrap(True)
        self.problem = QLabel()
        self.problem.setProperty("role", "problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._cancel = _button("Cancel", "Change nothing (Esc)")
        self.accept_button = _button("Use these", "Take the ticked terms over (Ctrl+Enter)")
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)

    def _lay_out(self) -> None:
        making = QHBoxLayout()
        making.setSpacing(8)
        label = QLabel("Power")
        label.setProperty("role", "quiet")
        for widget in (label, self.power):
            making.addWidget(widget)
        making.addStretch(1)
        making.addWidget(self.add_button)
        moving = QHBoxLayout()
        moving.setSpacing(8)
        for button in (self.move_up, self.move_down):
            moving.addWidget(button)
        moving.addStretch(1)
        moving.addWidget(self.remove_button)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addWidget(self.formula, 1)
        ends.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignBottom)
        ends.addWidget(self.accept_button, 0, Qt.AlignmentFlag.AlignBottom)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.addLayout(_heading("Columns", self.order), 0, 0)
        grid.addWidget(self.browser, 1, 0)
        grid.addLayout(making, 2, 0)
        grid.addLayout(_heading("Terms", self._used), 0, 1)
        grid.addWidget(self.list, 1, 1)
        grid.addLayout(moving, 2, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(grid, 1)
        layout.addWidget(self.hint)
        if self._dataset.row_count > MOST_ROWS:
            note = QLabel(f"Shapes and r² are of {MOST_ROWS:,} of the {counted(self._dataset.row_count, 'rows')}.")
            note.setProperty("role", "quiet")
            layout.addWidget(note)
        layout.addWidget(self.problem)
        layout.addLayout(ends)

    def _connect(self) -> None:
        self.browser.searchEdited.connect(self._on_browser_search_edited)
        self.browser.selectionChanged.connect(self._show_candidate)
        self.browser.chosen.connect(self._add)
        self.order.chosen.connect(self._on_order_chosen)
        self.power.valueEdited.connect(self._show_candidate)
        self.power.field.problemFound.connect(self._say)
        self.add_button.clicked.connect(self._add)
        self._terms.changed.connect(self._show_terms)
        self.list.selectionModel().currentChanged.connect(self._show_moves)
        self.move_up.clicked.connect(self._on_up_clicked)
        self.move_down.clicked.connect(self._on_down_clicked)
        self.remove_button.clicked.connect(self.list.remove_current)
        self._cancel.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self.accept)

    # Showing -----------------------------------------------------------------------------------------------

    @Slot()
    def _show_candidate(self) -> None:
        """Say on the button what it would add."""
        term = self.candidate()
        names = self.browser.selected()
        self.power.setEnabled(len(names) == 1 and names[0] != str(BIAS))
        self.problem.hide()
        self.add_button.setToolTip("" if term is None else f"{term_text(term)} (Enter)")
        used = self.terms()[: self.weight_count()]
        self.add_button.setEnabled(term is not None and term not in used)
        if term is None:
            self.add_button.setText("Add")
        elif term in used:
            self.add_button.setText(f"{_short(term)} is w{subscript(used.index(term) + 1)}")
        else:
            self.add_button.setText(f"Add {_short(term)}")

    @Slot()
    def _show_terms(self) -> None:
        """Show what follows from the terms."""
        terms, count = self.terms(), self.weight_count()
        self._used.setText("1 used, with one weight" if count == 1 else f"{count} used, one weight each")
        self.formula.setText(coloured_model(self._target, terms[:count], self._theme))
        badges = {
            str(term): Badge(f"w{subscript(index + 1)}", self._theme.weight(index))
            for index, term in enumerate(terms[:count])
            if term.degree <= 1
        }
        self.browser.model.set_badges(badges)
        self._show_candidate()
        self._show_moves()

    @Slot()
    def _show_moves(self) -> None:
        row, last = self.list.current_row(), len(self.terms()) - 1
        self.move_up.setEnabled(row > 0)
        self.move_down.setEnabled(0 <= row < last)
        self.remove_button.setEnabled(self._terms.can_remove(row))

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    # What the user does --------------------------------------------------------------------------------------

    @Slot(str)
    def _on_browser_search_edited(self, text: str) -> None:
        had_power = self._typing.power is not None
        self._typing = read_typing(text, self._dataset)
        if self._typing.power is not None or had_power:
            self.power.set_value(self._typing.power or 1)
        self.browser.show_found(self._typing.search)
        self._show_candidate()

    @Slot(str)
    def _on_order_chosen(self, key: str) -> None:
        self.browser.model.set_order(ColumnOrder(key))
        self.browser.select("")

    @Slot()
    def _add(self) -> None:
        """Put the candidate in use, and begin a new search."""
        term = self.candidate()
        if term is None:
            self._say(f"No column is called “{self.browser.search_line.text()}”; type a part of a name.")
            return
        if self._target in term.columns:
            self._say(f"{term_text(term)} has the target {self._target} in it; a price cannot predict itself.")
            return
        if self._terms.is_full() and term not in self.terms()[: self.weight_count()]:
            self._say(f"All {MAX_TERMS} weights are in use; untick or remove a term first.")
            return
        self.list.set_current_row(self._terms.use(term))
        self.power.set_value(1)
        self.browser.search_line.clear()
        self._show_candidate()

    @Slot()
    def _on_up_clicked(self) -> None:
        self.list.move_current(-1)

    @Slot()
    def _on_down_clicked(self) -> None:
        self.list.move_current(1)


def _heading(title: str, right: QWidget) -> QHBoxLayout:
    label = QLabel(title)
    label.setProperty("role", "title")
    row = QHBoxLayout()
    row.addWidget(label, 1)
    row.addWidget(right)
    return row


def _button(text: str, tip: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button


def _short(term: Term) -> str:
    text = term_text(term)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 + 1 :]}"
