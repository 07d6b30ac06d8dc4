import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from gdexplorer.core.column_summary import MOST_ROWS, summarise
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.terms import BIAS, MAX_TERMS, Term
from gdexplorer.ui.model_panel import ModelPanel
from gdexplorer.ui.term_picker import TermPicker
from gdexplorer.ui.theme import DARK, LIGHT

SIZE, ROOMS, AGE, SQUARE = Term("size"), Term("rooms"), Term("age"), Term("size", 2)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def houses():
    rng = np.random.default_rng(1)
    size, noise = rng.uniform(50, 200, 40), rng.normal(size=(3, 40))
    columns = (
        Column("price", 2000 * size + 9000 * noise[0], "USD"),
        Column("size", size, "m²"),
        Column("rooms", np.round(size / 30 + noise[1])),
        Column("age", 40 + 10 * noise[2], "years"),
    )
    return Dataset("Houses", columns, "houses")


@pytest.fixture
def make(qtbot, houses):
    def made(terms=(SIZE, BIAS, ROOMS, SQUARE), count=2, theme=LIGHT, data=houses):
        picker = TermPicker(data, "price", terms, count, theme)
        qtbot.addWidget(picker)
        picker.open()
        qtbot.waitExposed(picker)
        picker.activateWindow()
        qtbot.waitUntil(picker.browser.search_line.hasFocus)
        picker.said = []
        picker.picked.connect(lambda *values: picker.said.append(values))
        return picker

    return made


@pytest.fixture
def picker(make):
    return make()


def type_in(picker, qtbot, text, *, enter=True):
    qtbot.keyClicks(picker.browser.search_line, text)
    if enter:
        qtbot.keyClick(picker.browser.search_line, Qt.Key.Key_Return)


def click_column(picker, qtbot, name, modifier=Qt.KeyboardModifier.NoModifier):
    place: QPoint = picker.browser.list.visualRect(picker.browser.model.index_of(name)).center()
    qtbot.mouseClick(picker.browser.list.viewport(), Qt.MouseButton.LeftButton, modifier, pos=place)


def test_all_columns_but_the_target_are_on_offer(picker):
    assert picker.browser.model.names() == ("size", "rooms", "age", "bias")
    assert picker.browser.search_line.placeholderText() == "Search 3 columns"


def test_taking_over_without_a_change_says_the_same(picker, qtbot):
    qtbot.mouseClick(picker.accept_button, Qt.MouseButton.LeftButton)
    assert picker.said == [((SIZE, BIAS, ROOMS, SQUARE), 2)]


def test_a_column_is_found_and_added_by_keys_alone(picker, qtbot):
    type_in(picker, qtbot, "ag")
    assert picker.terms() == (SIZE, BIAS, AGE, ROOMS, SQUARE)
    assert picker.weight_count() == 3
    assert picker.browser.search_line.text() == ""
    qtbot.keyClick(picker.browser.search_line, Qt.Key.Key_Return, CTRL)
    assert picker.said == [((SIZE, BIAS, AGE, ROOMS, SQUARE), 3)]


def test_a_column_on_offer_is_put_in_use(picker, qtbot):
    type_in(picker, qtbot, "rooms")
    assert picker.terms() == (SIZE, BIAS, ROOMS, SQUARE)
    assert picker.weight_count() == 3


def test_the_button_says_what_it_does(picker, qtbot):
    assert picker.add_button.text() == "size is w₁"
    assert not picker.add_button.isEnabled()
    qtbot.mouseClick(picker.power.more, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(picker.power.more, Qt.MouseButton.LeftButton)
    assert picker.add_button.text() == "Add size³"
    qtbot.mouseClick(picker.add_button, Qt.MouseButton.LeftButton)
    assert picker.terms()[2] == Term("size", 3)
    assert picker.power.value() == 1


def test_two_selected_columns_make_a_product(picker, qtbot):
    click_column(picker, qtbot, "rooms")
    click_column(picker, qtbot, "age", CTRL)
    assert picker.add_button.text() == "Add age·rooms"
    assert not picker.power.isEnabled()
    qtbot.mouseClick(picker.add_button, Qt.MouseButton.LeftButton)
    assert picker.terms()[2] == AGE * ROOMS
    assert picker.list.current_row() == 2


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("age^2", Term("age", 2)),
        ("ag^3", Term("age", 3)),
        ("size*ro", SIZE * ROOMS),
        ("size^2*rooms", Term("size", 2) * ROOMS),
        ("rooms * ag^2", ROOMS * Term("age", 2)),
    ],
)
def test_terms_can_be_typed(picker, qtbot, text, term):
    type_in(picker, qtbot, text)
    assert picker.terms()[2] == term
    assert picker.weight_count() == 3
    assert picker.power.value() == 1


def test_a_typed_power_goes_with_its_text(picker, qtbot):
    type_in(picker, qtbot, "age^2", enter=False)
    assert picker.power.value() == 2
    qtbot.keyClick(picker.browser.search_line, Qt.Key.Key_Backspace)
    qtbot.keyClick(picker.browser.search_line, Qt.Key.Key_Backspace)
    assert picker.power.value() == 1


def test_the_bias_comes_back(picker, qtbot):
    picker.list.set_current_row(1)
    qtbot.mouseClick(picker.remove_button, Qt.MouseButton.LeftButton)
    assert BIAS not in picker.terms()
    type_in(picker, qtbot, "bias")
    assert picker.terms() == (SIZE, BIAS, ROOMS, SQUARE)
    assert picker.weight_count() == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nothing", "No column is called “nothing”"),
        ("price^2", "the target price in it"),
        ("price*si", "the target price in it"),
    ],
)
def test_what_cannot_be_added_is_said(picker, qtbot, text, sentence):
    type_in(picker, qtbot, text)
    assert sentence in picker.problem.text()
    assert picker.problem.isVisible()
    assert len(picker.terms()) == 4
    qtbot.keyClick(picker.browser.search_line, Qt.Key.Key_Backspace)
    assert not picker.problem.isVisible()


def test_more_terms_than_there_can_be_are_refused(make, qtbot):
    picker = make(tuple(Term("size", power) for power in range(1, MAX_TERMS + 1)), MAX_TERMS)
    type_in(picker, qtbot, "age")
    assert "All 64 weights are in use" in picker.problem.text()
    assert AGE not in picker.terms()


@pytest.mark.parametrize("way", ["keys", "buttons"])
def test_a_term_moves_by_keys_and_by_buttons(picker, qtbot, way):
    picker.list.set_current_row(2)
    if way == "keys":
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
            qtbot.keyClick(picker.list, key, Qt.KeyboardModifier.AltModifier)
    else:
        for button in (picker.move_up, picker.move_up, picker.move_down):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert picker.terms() == (SIZE, ROOMS, BIAS, SQUARE)
    assert picker.list.current_row() == 1
    assert picker.weight_count() == 2


def test_ends_cannot_be_passed(picker):
    picker.list.set_current_row(0)
    assert not picker.move_up.isEnabled()
    picker.list.set_current_row(3)
    assert not picker.move_down.isEnabled()


def test_escape_takes_nothing_over(picker, qtbot):
    picker.list.set_current_row(2)
    qtbot.mouseClick(picker.move_up, Qt.MouseButton.LeftButton)
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert picker.said == []
    assert not picker.isVisible()


def test_the_model_is_shown_as_it_would_be(make, qtbot):
    picker = make(theme=DARK)
    assert DARK.weight(1) in picker.formula.text()
    assert "rooms" not in picker.formula.text()
    type_in(picker, qtbot, "rooms")
    assert "rooms" in picker.formula.text()
    assert DARK.weight(2) in picker.formula.text()


def test_summaries_arrive_later_and_order_the_columns(picker, houses, hands):
    picker.set_summaries(summarise(houses, "price"))
    told = picker.browser.model.index_of("size").data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith("size in m², w₁, ")
    assert "r² 0.9" in told
    hands.choose(picker.order, "strength")
    names = picker.browser.model.names()
    assert names[0] == "size"
    assert names[-1] == "bias"


def test_a_sample_is_said(make):
    values = np.arange(MOST_ROWS + 1.0)
    data = Dataset("long", (Column("price", values), Column("size", values)), "long")
    picker = make((SIZE,), 1, data=data)
    labels = [label.text() for label in picker.findChildren(QWidget) if hasattr(label, "text")]
    assert "Shapes and r² are of 100,000 of the 100,001 rows." in labels


def test_every_control_has_a_name_and_is_reached_by_tab(picker):
    first = picker.nextInFocusChain()
    widget, seen = first, []
    while widget not in seen:
        seen.append(widget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or widget.text(), widget
        widget = widget.nextInFocusChain()
    for control in (picker.browser.search_line, picker.browser.list, picker.list, picker.order, picker.accept_button):
        assert control in seen


def test_the_panel_says_the_picked_terms_once(qtbot, settings, dataset):
    panel = ModelPanel()
    qtbot.addWidget(panel)
    assert panel.open_term_picker() is None
    panel.set_settings(settings, dataset)
    panel.show()
    said = []
    panel.settingsEdited.connect(said.append)
    with qtbot.waitSignal(panel.summariesWanted):
        qtbot.mouseClick(panel.terms, Qt.MouseButton.LeftButton)
    picker = panel.findChild(TermPicker)
    panel.set_summaries(summarise(dataset, settings.target))
    type_in(picker, qtbot, "rooms")
    qtbot.mouseClick(picker.accept_button, Qt.MouseButton.LeftButton)
    assert len(said) == 1
    assert said[0].terms_in_use == (SIZE, ROOMS)
    panel.set_summaries(())


def test_the_dialog_goes_with_its_data(qtbot, settings, dataset, houses):
    panel = ModelPanel()
    qtbot.addWidget(panel)
    panel.set_settings(settings, dataset)
    panel.show()
    said = []
    panel.settingsEdited.connect(said.append)
    picker = panel.open_term_picker()
    panel.set_settings(settings, dataset)
    assert picker.isVisible()
    panel.set_settings(settings, houses)
    assert panel.findChild(TermPicker) is None or not panel.findChild(TermPicker).isVisible()
    assert said == []
