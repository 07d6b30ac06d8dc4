"""The page “This step” in the real window: true numbers, any step, rows of one's own, and what lights up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gdexplorer.app.main_window import MainWindow
from gdexplorer.app.step_tables import sections_of
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import UNLIMITED
from gdexplorer.core.step_account import StepAccount
from gdexplorer.core.training import Status
from gdexplorer.ui.halo import Lit
from gdexplorer.ui.step_sections import StepPart


def click(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def edit(window: MainWindow, qtbot, **fields: object) -> None:
    """Change settings the way a panel does, and wait until they are in force."""
    session = window.session
    session.edit(replace(session.store.settings, **fields))
    qtbot.waitUntil(lambda: all(getattr(session.store.settings, key) == value for key, value in fields.items()))
    qtbot.waitUntil(lambda: session.runs_under(session.store.settings), timeout=20_000)


def account(window: MainWindow) -> StepAccount:
    found = window.presenter.step.account
    assert found is not None
    return found


def shown(window: MainWindow, qtbot) -> StepAccount:
    """Wait until the page shows what it is to show, and return that."""
    session = window.session
    qtbot.waitUntil(lambda: session.is_warm and not session.workers.ruler.is_busy("step"), timeout=60_000)
    qtbot.waitUntil(lambda: window.presenter.step.account is not None)
    return account(window)


def is_pending(window: MainWindow) -> bool:
    found = window.presenter.step.account
    return found is not None and found.before is window.session.state


def take_steps(window: MainWindow, qtbot, count: int) -> None:
    for _ in range(count):
        step = window.session.state.step
        window.session.step()
        qtbot.waitUntil(lambda step=step: window.session.state.step == step + 1, timeout=20_000)


def texts(window: MainWindow, part: StepPart) -> list[list[str]]:
    return next(view.texts() for view in window.plots.step.sheet.views() if view.section().part is part)


def point_at(window: MainWindow, qtbot, part: StepPart, y: int = 8) -> None:
    """Bring a section into sight and the mouse over it."""
    section = next(view for view in window.plots.step.sheet.views() if view.section().part is part)
    place = section.mapTo(window.plots.step.scroll_area.widget(), QPoint(30, y))
    window.plots.step.scroll_area.ensureVisible(place.x(), place.y(), 5, 12)
    QTest.mouseMove(section, QPoint(30, y))
    QTest.mouseMove(section, QPoint(31, y))
    qtbot.waitUntil(lambda: window.presenter.step._hover is not None and window.presenter.step._hover.part is part)


@pytest.fixture
def page(window: MainWindow, qtbot) -> MainWindow:
    """The window with the page open and the first step on it, of two weights."""
    edit(window, qtbot, weight_count=2)
    tab = next(
        chip for chip in window.plots.pages.findChildren(type(window.plots.step.copy)) if chip.text() == "This step"
    )
    click(tab)
    qtbot.waitUntil(lambda: is_pending(window), timeout=60_000)
    return window


def test_nothing_is_worked_out_while_nobody_looks(window: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: window.session.is_warm, timeout=60_000)
    take_steps(window, qtbot, 2)
    assert window.presenter.step.account is None
    window.plots.pages.show_page("This step")
    assert shown(window, qtbot).step == 3


def test_the_pending_step_is_the_one_that_comes(page: MainWindow, qtbot) -> None:
    view = page.plots.step
    first = account(page)
    assert (first.step, view.field.text(), view.next_chip.isChecked()) == (1, "1", True)
    assert view.sentence.text().startswith("The slope is steep")
    assert [one.section().part for one in view.sheet.views()] == [part for part in StepPart if part != StepPart.MEMORY]
    click(page.run_bar.step)
    qtbot.waitUntil(lambda: page.session.state.step == 1, timeout=20_000)
    np.testing.assert_array_equal(first.after.weights, page.session.history.weights[1])
    qtbot.waitUntil(lambda: is_pending(page))
    assert view.field.text() == "2"


def test_weights_are_told_digit_for_digit(page: MainWindow, qtbot) -> None:
    click(page.plots.step.copy)
    assert page.plots.step.notice.text() == "Copied, with all digits."
    text = QGuiApplication.clipboard().text()
    after = next(line for line in text.splitlines() if line.startswith("after")).split()[1:]
    take_steps(page, qtbot, 1)
    assert tuple(map(float, after)) == tuple(page.session.history.weights[1])
    assert text.startswith("Step 1 of Gradient descent, learning rate 0.02 on Sacramento homes\nThe slope is steep")
    assert "mean of 932 rows" in text


def test_any_past_step_is_shown_again_exactly(page: MainWindow, qtbot) -> None:
    view, session = page.plots.step, page.session
    edit(page, qtbot, optimizer="momentum", steps_per_second=UNLIMITED, tolerance=0.0)
    session.run()
    qtbot.waitUntil(lambda: session.state.step > 2000, timeout=30_000)
    edit(page, qtbot, learning_rate=0.005)  # while it runs
    changed_at = session.state.step
    qtbot.waitUntil(lambda: session.state.step > changed_at + 2000, timeout=30_000)
    session.pause()
    qtbot.waitUntil(lambda: is_pending(page), timeout=20_000)
    steps = session.history.steps
    for at in (3, 700, int(np.searchsorted(steps, changed_at + 1500))):
        wanted = int(steps[at])
        type_into(view.field, str(wanted))
        qtbot.waitUntil(lambda wanted=wanted: account(page).step == wanted, timeout=20_000)
        np.testing.assert_array_equal(account(page).after.weights, session.history.weights[at])
        assert not view.next_chip.isChecked()
        assert account(page).rate == (0.02 if wanted <= changed_at else session.history.learning_rates[at])
    click(view.back)
    qtbot.waitUntil(lambda: account(page).step == wanted - 1)
    click(view.forth)
    qtbot.waitUntil(lambda: account(page).step == wanted)
    click(view.next_chip)
    qtbot.waitUntil(lambda: is_pending(page))
    assert view.next_chip.isChecked()


def test_a_step_not_taken_yet_is_refused_in_a_sentence(page: MainWindow, qtbot) -> None:
    view = page.plots.step
    take_steps(page, qtbot, 2)
    qtbot.waitUntil(lambda: is_pending(page))
    type_into(view.field, "40")
    assert view.notice.text() == "There is no step 40: 2 steps are taken so far."
    assert view.notice.property("role") == "problem"
    assert (view.field.text(), view.next_chip.isChecked()) == ("3", True)
    type_into(view.field, "2")
    qtbot.waitUntil(lambda: account(page).step == 2)
    assert not view.notice.isVisible()


def test_rows_of_ones_own(page: MainWindow, qtbot) -> None:
    view = page.plots.step
    assert [line[0] for line in texts(page, StepPart.ROWS)] == ["row 1", "row 2", "row 814, worst"]
    type_into(view.rows_field, "17, 5000, 3")
    qtbot.waitUntil(lambda: len(account(page).rows) == 3 and account(page).rows.numbers[0] == 16)
    assert [line[0] for line in texts(page, StepPart.ROWS)] == ["row 17", "row 3", "row 814, worst"]
    assert view.notice.text().startswith("Row 5,000 is not trained on")
    click(view.worst)
    qtbot.waitUntil(lambda: len(account(page).rows) == 2)
    dataset = page.session.dataset
    click(view.units)
    (seventeen, three), size = texts(page, StepPart.ROWS), dataset.column("size_sqft").values
    assert seventeen[1] == f"{size[16]:,.0f}"
    assert three[3] == f"{dataset.column('price_usd').values[2]:,.0f}"


def test_a_click_on_a_point_follows_its_row(page: MainWindow, qtbot) -> None:
    fit = page.plots.fit
    index = int(np.argmax(fit.points.x))
    place = fit.pixel(float(fit.points.x[index]), float(fit.points.y[index])).toPoint()
    QTest.mouseClick(fit.viewport(), Qt.MouseButton.LeftButton, pos=place)
    row = int(fit.points.rows[index])
    qtbot.waitUntil(lambda: row in account(page).rows.numbers)
    assert page.plots.step.rows_field.text() == str(row + 1)


def test_original_units(page: MainWindow, qtbot) -> None:
    view, problem = page.plots.step, page.session.problem
    trained = account(page)
    click(view.units)
    after = texts(page, StepPart.WEIGHTS)[1]
    original = problem.original_weights(trained.after.weights)
    for text, number in zip(after[1:], original, strict=True):
        assert float(text.replace(",", "").replace("−", "-")) == pytest.approx(number, rel=1e-3)
    sections = {one.section().part: one.section() for one in view.sheet.views()}
    assert sections[StepPart.WEIGHTS].columns[0].unit == "USD per sq ft"
    assert sections[StepPart.RESIDUALS].columns[2].unit == "USD"
    for part in (StepPart.LOSS, StepPart.GRADIENT):
        assert "(as trained)" in sections[part].formula
    rows = trained.rows
    residuals = [column.numbers for column in sections[StepPart.RESIDUALS].columns][2]
    np.testing.assert_allclose(residuals, rows.original_predictions - rows.original_targets)
    edit(page, qtbot, scaling=Scaling.NONE, learning_rate=1e-8)
    qtbot.waitUntil(lambda: is_pending(page), timeout=20_000)
    assert not view.units.isVisible()


def test_parts_light_up_in_the_plots(page: MainWindow, qtbot) -> None:
    lights, rows = page.plots.fit.lights, account(page).rows
    size = page.session.dataset.column("size_sqft").values[rows.numbers]
    point_at(page, qtbot, StepPart.ROWS)
    assert lights.points == list(zip(size, rows.original_targets, strict=True))
    point_at(page, qtbot, StepPart.ROWS, 22 + 17 + 18 + 9)
    qtbot.waitUntil(lambda: len(lights.points) == 1)
    assert lights.points[0][0] == size[1]
    point_at(page, qtbot, StepPart.PREDICTIONS)
    assert lights.has_line
    np.testing.assert_allclose([y for _, y in lights.points], rows.original_predictions)
    point_at(page, qtbot, StepPart.RESIDUALS)
    np.testing.assert_allclose(
        [bar[2] - bar[1] for bar in lights.bars], rows.original_predictions - rows.original_targets
    )
    point_at(page, qtbot, StepPart.LOSS)
    np.testing.assert_allclose(page.plots.loss.lit, [[0.0, page.session.state.loss]])
    contour = page.plots.landscape.contour
    assert contour.halo.lit is Lit.BALL
    point_at(page, qtbot, StepPart.UPDATE)
    assert contour.halo.lit is Lit.STEP
    assert page.plots.landscape.curves.plots[0].halo.lit is Lit.STEP
    np.testing.assert_allclose(page.plots.weights.lit[:, 1], page.session.state.weights)
    assert lights.points == []
    QTest.mouseMove(page.plots.step, QPoint(3, 3))
    qtbot.waitUntil(lambda: contour.halo.lit is None)
    assert len(page.plots.weights.lit) == 0


def test_for_a_past_step_the_landscape_stays_dark(page: MainWindow, qtbot) -> None:
    take_steps(page, qtbot, 3)
    type_into(page.plots.step.field, "2")
    qtbot.waitUntil(lambda: account(page).step == 2)
    point_at(page, qtbot, StepPart.LOSS)
    assert page.plots.landscape.contour.halo.lit is None
    np.testing.assert_allclose(page.plots.loss.lit, [[1.0, page.session.history.losses[1]]])


def test_several_columns_light_up_as_predictions(page: MainWindow, qtbot) -> None:
    edit(page, qtbot, weight_count=3)
    qtbot.waitUntil(lambda: is_pending(page), timeout=20_000)
    rows = account(page).rows
    point_at(page, qtbot, StepPart.RESIDUALS)
    np.testing.assert_allclose(
        page.plots.fit.lights.points, np.column_stack([rows.original_targets, rows.original_predictions])
    )
    np.testing.assert_allclose([bar[2] for bar in page.plots.fit.lights.bars], rows.original_targets)


def test_the_numbers_follow_a_fast_run_slowly_and_end_right(page: MainWindow, qtbot) -> None:
    session = page.session
    seen: list[int] = []
    page.plots.step.sheet.show_sections = (  # type: ignore[method-assign]
        lambda sections, real=page.plots.step.sheet.show_sections: (seen.append(session.state.step), real(sections))
    )
    edit(page, qtbot, optimizer="adam", steps_per_second=UNLIMITED, tolerance=0.0)
    frames: list[None] = []
    session.progressed.connect(lambda: frames.append(None))
    session.run()
    qtbot.waitUntil(lambda: len(frames) > 60, timeout=30_000)
    session.pause()
    qtbot.waitUntil(lambda: is_pending(page), timeout=20_000)
    assert 2 <= len(seen) <= len(frames) // 3
    assert texts(page, StepPart.MEMORY)[0][0] == "m before"


def test_a_changed_learning_rate_changes_the_pending_step(page: MainWindow, qtbot) -> None:
    edit(page, qtbot, learning_rate=0.9)
    qtbot.waitUntil(lambda: account(page).rate == 0.9)
    assert page.plots.step.sentence.text().startswith("The step jumps over the bottom")
    edit(page, qtbot, learning_rate=1e200)
    qtbot.waitUntil(lambda: account(page).after is None)
    assert "out of the range of numbers" in page.plots.step.sentence.text()
    assert texts(page, StepPart.WEIGHTS)[1][1:] == ["–", "–"]
    assert texts(page, StepPart.GRADIENT)[-1][0] == "mean of 932 rows"


def test_a_batch_names_its_rows(page: MainWindow, qtbot) -> None:
    edit(page, qtbot, batch_size=32, loss="huber")
    qtbot.waitUntil(lambda: is_pending(page), timeout=30_000)
    rows = next(view.section() for view in page.plots.step.sheet.views() if view.section().part is StepPart.ROWS)
    assert rows.formula == "3 of 32, batch 1 of epoch 1"
    outside = next(row for row in range(1, 40) if row - 1 not in account(page).rows.numbers)
    type_into(page.plots.step.rows_field, str(outside))
    qtbot.waitUntil(lambda: account(page).rows.numbers[0] == outside - 1)
    name = texts(page, StepPart.GRADIENT)[0]
    assert (name[0].endswith("not in batch"), name[1:] == ["", "", ""]) in ((True, True), (False, False))


def test_another_problem_begins_anew(page: MainWindow, qtbot) -> None:
    take_steps(page, qtbot, 3)
    type_into(page.plots.step.field, "2")
    qtbot.waitUntil(lambda: account(page).step == 2)
    type_into(page.plots.step.rows_field, "9")
    edit(page, qtbot, seed=11)
    qtbot.waitUntil(lambda: is_pending(page) and account(page).step == 1, timeout=20_000)
    assert page.plots.step.rows_field.text() == "9"
    assert account(page).problem is page.session.problem


def test_dragging_a_point_follows(page: MainWindow, qtbot) -> None:
    fit, before = page.plots.fit, account(page).loss
    index = int(np.argmax(fit.points.y))
    start = fit.pixel(float(fit.points.x[index]), float(fit.points.y[index]))
    QTest.mousePress(fit.viewport(), Qt.MouseButton.LeftButton, pos=start.toPoint())
    for way in (10, 60, 110):
        QTest.mouseMove(fit.viewport(), (start + QPointF(0, way)).toPoint())
    QTest.mouseRelease(fit.viewport(), Qt.MouseButton.LeftButton, pos=(start + QPointF(0, 110)).toPoint())
    qtbot.waitUntil(lambda: is_pending(page) and account(page).loss != before, timeout=20_000)
    assert account(page).problem is page.session.problem


def test_a_run_at_rest_says_why(page: MainWindow, qtbot) -> None:
    edit(page, qtbot, steps_per_second=UNLIMITED, learning_rate=0.4)
    page.session.run()
    qtbot.waitUntil(lambda: page.session.state.status is Status.CONVERGED, timeout=30_000)
    qtbot.waitUntil(lambda: is_pending(page))
    assert page.plots.step.sentence.text().startswith("The slope is small, so the step is short")


def test_a_ball_at_rest_is_moved_by_its_velocity_exactly_nowhere(window: MainWindow, qtbot) -> None:
    edit(window, qtbot, weight_count=2, optimizer="momentum", learning_rate=0.05)
    window.plots.pages.show_page("This step")
    found = shown(window, qtbot)
    assert found.step == 1
    update = next(part for part in sections_of(found, is_original=False) if part.part is StepPart.UPDATE)
    by_velocity = [column.numbers[update.lines.index("by the velocity")] for column in update.columns]
    assert by_velocity == [0.0, 0.0]
