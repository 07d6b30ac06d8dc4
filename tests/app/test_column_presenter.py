"""What the window finds out about columns, and when."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gdexplorer.app.jobs import resolving, settings_for
from gdexplorer.app.main_window import MainWindow
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.column_model import ColumnModel
from gdexplorer.ui.term_picker import TermPicker

COLUMNS = 300


@pytest.fixture
def wide(window: MainWindow) -> MainWindow:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(COLUMNS, 60))
    columns = [Column(f"c{i}", row) for i, row in enumerate(values)]
    columns.append(Column("price", 5 * values[137] + 0.1 * values[0], "EUR"))
    data = Dataset("Wide", tuple(columns), "wide")
    settings = settings_for(data, window.session.store.settings)
    window.session.use(resolving(data, settings)(Ticket("test", 0)))
    assert window.session.problem.target == "price"
    return window


def known(model: ColumnModel) -> int:
    return sum(model.index(row, 0).data(ColumnModel.SUMMARY_ROLE) is not None for row in range(model.rowCount()))


def test_a_wide_table_begins_with_its_best_predictor(wide: MainWindow) -> None:
    assert wide.session.store.settings.terms[:2] == (Term("c137"), BIAS)


def test_the_chooser_fills_itself_and_a_pick_changes_target_and_terms(wide: MainWindow, qtbot) -> None:
    chooser = wide.data_panel.target
    qtbot.mouseClick(chooser, Qt.MouseButton.LeftButton)
    browser = chooser.popup.browser
    qtbot.waitUntil(lambda: known(browser.model) == COLUMNS + 1, timeout=10_000)
    qtbot.keyClicks(browser.search_line, "c137")
    qtbot.keyClick(browser.search_line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wide.session.problem.target == "c137", timeout=10_000)
    assert wide.session.store.settings.terms[:2] == (Term("price"), BIAS)
    wide.session.store.undo_stack.undo()
    qtbot.waitUntil(lambda: wide.session.problem.target == "price", timeout=10_000)
    assert chooser.key() == "price"


def test_the_dialog_shows_at_once_and_a_product_trains(wide: MainWindow, qtbot) -> None:
    qtbot.mouseClick(wide.model_panel.terms, Qt.MouseButton.LeftButton)
    picker = wide.model_panel.findChild(TermPicker)
    assert picker.isVisible()
    qtbot.waitUntil(lambda: known(picker.browser.model) == COLUMNS, timeout=10_000)
    qtbot.keyClicks(picker.browser.search_line, "c137*c0")
    qtbot.keyClick(picker.browser.search_line, Qt.Key.Key_Return)
    qtbot.keyClick(picker.browser.search_line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    product = Term("c137") * Term("c0")
    qtbot.waitUntil(lambda: product in wide.session.problem.terms, timeout=10_000)
    assert wide.session.sample.is_diagonal
    wide.session.step()
    qtbot.waitUntil(lambda: wide.session.state.step == 1, timeout=20_000)


def test_what_is_known_is_not_asked_for_again(wide: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    chooser = wide.data_panel.target
    chooser.showPopup()
    qtbot.waitUntil(lambda: known(chooser.popup.browser.model) == COLUMNS + 1, timeout=10_000)
    chooser.hidePopup()
    asked: list[str] = []
    ask: Callable[..., None] = wide.session.errands.ask
    monkeypatch.setattr(wide.session.errands, "ask", lambda kind, job: (asked.append(kind), ask(kind, job)))
    picker = wide.model_panel.open_term_picker()
    assert known(picker.browser.model) == COLUMNS
    picker.reject()
    assert asked == []
