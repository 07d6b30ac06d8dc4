import pytest
from PySide6.QtCore import QPoint, Qt

from gdexplorer.core.terms import BIAS, MAX_TERMS, Term
from gdexplorer.ui.term_list import TermList
from gdexplorer.ui.term_model import TermModel
from gdexplorer.ui.theme import LIGHT

SIZE, ROOMS, AGE, SQUARE = Term("size"), Term("rooms"), Term("age"), Term("size", 2)
TERMS = (SIZE, BIAS, ROOMS, SQUARE, AGE)


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def model():
    model = TermModel(TERMS, 2)
    model.set_theme(LIGHT)
    return model


@pytest.fixture
def terms(qtbot, model):
    terms = TermList(model)
    qtbot.addWidget(terms)
    terms.resize(220, 190)
    terms.show()
    qtbot.waitExposed(terms)
    terms.activateWindow()
    terms.set_current_row(0)
    terms.setFocus()
    qtbot.waitUntil(terms.hasFocus)
    return terms


def place(terms, row) -> QPoint:
    return terms.visualRect(terms.model().index(row, 0)).center()


def drag(terms, qtbot, row, to, *, let_go=True):
    viewport = terms.viewport()
    start, end = place(terms, row), place(terms, to)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.2, 0.6, 1.0):
        at = start + (end - start) * share
        qtbot.mouseMove(viewport, QPoint(at.x(), round(at.y())))
    if let_go:
        qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_used_terms_are_ticked_and_named_by_their_weight(model):
    told = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert told == ["size, w₁", "bias, w₂", "rooms, not used", "size², not used"]
    assert model.index(3, 0).data() == "size²"
    assert model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole).name() == LIGHT.weight(0)


@pytest.mark.parametrize(
    ("row", "to", "order"),
    [
        (0, 3, (BIAS, ROOMS, SQUARE, SIZE, AGE)),
        (4, 1, (SIZE, AGE, BIAS, ROOMS, SQUARE)),
        (1, 0, (BIAS, SIZE, ROOMS, SQUARE, AGE)),
    ],
)
def test_a_dragged_term_goes_where_it_is_let_go(terms, model, qtbot, row, to, order):
    drag(terms, qtbot, row, to)
    assert model.terms() == order
    assert model.count() == 2
    assert terms.current_row() == to
    assert not terms.is_dragging


def test_escape_gives_a_drag_up(terms, model, qtbot):
    drag(terms, qtbot, 0, 3, let_go=False)
    assert terms.is_dragging
    assert model.terms() != TERMS
    qtbot.keyClick(terms, Qt.Key.Key_Escape)
    assert model.terms() == TERMS
    assert not terms.is_dragging
    qtbot.mouseRelease(terms.viewport(), Qt.MouseButton.LeftButton, pos=place(terms, 3))
    assert model.terms() == TERMS


def test_beyond_an_edge_the_list_scrolls_along(terms, model, qtbot):
    model.set_terms(tuple(Term(f"c{i}") for i in range(30)), 2)
    terms.set_current_row(0)
    qtbot.mousePress(terms.viewport(), Qt.MouseButton.LeftButton, pos=place(terms, 0))
    qtbot.mouseMove(terms.viewport(), place(terms, 2))
    qtbot.mouseMove(terms.viewport(), QPoint(20, terms.viewport().height() + 12))
    qtbot.waitUntil(lambda: model.terms()[29] == Term("c0"), timeout=10_000)
    assert terms.viewport().rect().contains(terms.visualRect(terms.currentIndex()).center())
    qtbot.mouseRelease(terms.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 100))
    assert model.terms()[29] == Term("c0")


def test_a_small_shake_is_no_drag(terms, model, qtbot):
    start = place(terms, 1)
    qtbot.mousePress(terms.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(terms.viewport(), start + QPoint(2, 2))
    qtbot.mouseRelease(terms.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert model.terms() == TERMS
    assert terms.current_row() == 1


def test_keys_move_tick_and_remove(terms, model, qtbot):
    alt = Qt.KeyboardModifier.AltModifier
    terms.set_current_row(2)
    qtbot.keyClick(terms, Qt.Key.Key_Up, alt)
    qtbot.keyClick(terms, Qt.Key.Key_Up, alt)
    qtbot.keyClick(terms, Qt.Key.Key_Down, alt)
    assert model.terms()[:3] == (SIZE, ROOMS, BIAS)
    assert terms.current_row() == 1
    qtbot.keyClick(terms, Qt.Key.Key_Delete)
    assert model.terms() == (SIZE, BIAS, SQUARE, AGE)
    assert model.count() == 1
    terms.set_current_row(3)
    qtbot.keyClick(terms, Qt.Key.Key_Space)
    assert model.terms() == (SIZE, AGE, BIAS, SQUARE)
    assert model.count() == 2
    assert terms.current_row() == 1


def test_the_box_is_ticked_by_a_click(terms, model, qtbot):
    box = QPoint(14, place(terms, 3).y())
    qtbot.mouseClick(terms.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert model.terms()[:3] == (SIZE, BIAS, SQUARE)
    assert model.count() == 3


def test_unticking_makes_it_the_first_one_unused(terms, model, qtbot):
    qtbot.keyClick(terms, Qt.Key.Key_Space)
    assert model.terms() == (BIAS, SIZE, ROOMS, SQUARE, AGE)
    assert model.count() == 1
    terms.set_current_row(0)
    qtbot.keyClick(terms, Qt.Key.Key_Space)
    assert model.count() == 1


def test_ends_cannot_be_passed_and_the_last_term_stays(terms, model, qtbot):
    qtbot.keyClick(terms, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert model.terms() == TERMS
    for _ in range(6):
        qtbot.keyClick(terms, Qt.Key.Key_Delete)
    assert len(model.terms()) == model.count() == 1


def test_using_a_term_adds_it_or_moves_it_up(model):
    assert model.use(SIZE) == 0
    assert model.use(AGE) == 2
    assert model.terms() == (SIZE, BIAS, AGE, ROOMS, SQUARE)
    assert model.use(SIZE * ROOMS) == 3
    assert model.terms()[3] == ROOMS * SIZE
    assert model.count() == 4


def test_the_list_never_gets_too_long():
    model = TermModel(tuple(Term("a", power) for power in range(1, MAX_TERMS + 1)), MAX_TERMS - 1)
    model.use(SIZE)
    assert len(model.terms()) == MAX_TERMS
    assert Term("a", MAX_TERMS) not in model.terms()
    assert model.is_full()
