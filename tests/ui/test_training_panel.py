import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.ruler import Ruler, Stretch, Zone
from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.ui.rule_text import coloured_rule
from gdexplorer.ui.theme import DARK
from gdexplorer.ui.training_panel import TrainingPanel

RULER = Ruler((Stretch(0.0, math.inf, Zone.CONVERGES),), 0.9, None, 0.123456, (0.2, 0.61234567))


@pytest.fixture
def panel(qtbot, settings):
    panel = TrainingPanel()
    panel.set_settings(settings, 50)
    panel.resize(298, 600)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    panel.said = []
    panel.settingsEdited.connect(panel.said.append)
    return panel


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_optimizers_stand_in_groups(panel):
    box = panel.optimizer
    headings = [box.itemText(row) for row in range(box.count()) if not box.model().item(row).flags()]
    assert len(headings) == 3
    assert [box.itemData(row) for row in range(box.count()) if box.itemData(row)] == list(OPTIMIZERS)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_is_told_in_words_then_as_a_formula_with_its_source(panel, settings, key):
    panel.set_settings(replace(settings, optimizer=key), 50)
    entry = OPTIMIZERS[key]
    assert panel.sentence.text() == entry.sentence
    assert panel.formula.toolTip() == entry.source
    assert panel.formula.text() == coloured_rule(entry.formula, panel._theme)
    assert all(part in panel.optimizer.toolTip() for part in (entry.sentence, entry.formula, entry.source))


def test_a_long_rule_has_one_assignment_a_line():
    lines = coloured_rule(OPTIMIZERS["radam"].formula, DARK).split("<br>")
    assert len(lines) == 5
    assert lines[2] == "where ϱ &gt; 5:"
    assert coloured_rule(OPTIMIZERS["adam"].formula, DARK).count("<br>") == 2


def test_only_the_gradient_is_red():
    rule = coloured_rule(OPTIMIZERS["lion"].formula, DARK)
    assert rule.count(DARK.gradient) == 2, "not the g of sign"
    assert DARK.gradient not in coloured_rule("α = argmin L", DARK)


def test_the_fastest_rate_is_taken_rounded_down_and_then_needs_no_button(panel, qtbot):
    assert not panel.rates.take_fastest.isVisible()
    panel.rates.set_ruler(RULER, 1e-3, 10.0)
    click(qtbot, panel.rates.take_fastest)
    (edited,) = panel.said
    assert edited.learning_rate == 0.1234
    assert not panel.rates.take_fastest.isEnabled()


def test_the_best_pair_is_taken_as_one_edit(panel, qtbot, settings):
    panel.set_settings(replace(settings, optimizer="momentum"), 50)
    panel.rates.set_ruler(RULER, 1e-3, 10.0)
    assert "0.2" in panel.rates.take_pair.text()
    assert "0.61" in panel.rates.take_pair.text()
    click(qtbot, panel.rates.take_pair)
    (edited,) = panel.said
    assert edited.learning_rate == 0.2
    assert edited.parameter(OPTIMIZERS["momentum"], "momentum") == pytest.approx(0.6123, abs=5e-5)
    assert not panel.rates.take_pair.isEnabled()


def test_a_pair_that_no_momentum_below_one_reaches_is_not_offered(panel, settings):
    panel.set_settings(replace(settings, optimizer="momentum"), 50)
    panel.rates.set_ruler(replace(RULER, best_pair=(0.2, 1.0 - 1e-9)), 1e-3, 10.0)
    assert not panel.rates.take_pair.isVisible()


def test_where_the_rate_has_no_say_it_cannot_be_edited(panel, settings):
    panel.rates.set_ruler(RULER, 1e-3, 10.0)
    panel.set_settings(replace(settings, optimizer="linesearch"), 50)
    assert not panel.rates.field.isEnabled()
    assert not panel.rates.ruler.isEnabled()
    assert not panel.rates.take_fastest.isVisible()
    panel.set_settings(settings, 50)
    assert panel.rates.field.isEnabled()
    assert panel.rates.take_fastest.isVisible()


def test_what_most_runs_leave_alone_is_folded_away_until_asked_for(panel, qtbot):
    assert not panel.more.schedule.isVisible()
    click(qtbot, panel.more.toggle)
    assert panel.more.schedule.isVisible()
    click(qtbot, panel.more.toggle)
    assert not panel.more.clip.isVisible()


@pytest.mark.parametrize("choice", [{"schedule": "step"}, {"gradient_clip": 0.5}, {"weight_decay": 0.1}])
def test_it_opens_where_one_comes_into_use_and_counts_them_when_closed(panel, qtbot, settings, choice):
    panel.set_settings(replace(settings, **choice), 50)
    assert panel.more.clip.isVisible()
    click(qtbot, panel.more.toggle)
    assert "1 in use" in panel.more.toggle.text()
    panel.set_settings(replace(settings, learning_rate=0.7, **choice), 50)
    assert not panel.more.clip.isVisible(), "the user closed it"


@pytest.mark.parametrize("key", [key for key, entry in SCHEDULES.items() if entry.parameters])
def test_every_parameter_of_every_schedule_can_be_edited(panel, hands, settings, key):
    entry = SCHEDULES[key]
    for parameter in entry.parameters:
        panel.said.clear()
        panel.set_settings(replace(settings, schedule=key), 50)
        value = 0.125 if parameter.allows(0.125) else 7.0
        hands.type_into(panel.more.parameters.fields[parameter.name], str(value))
        (edited,) = panel.said
        assert edited.parameter(entry, parameter.name) == value
    assert panel.more.sketch.isVisible()
    assert panel.more.formula.text() == coloured_rule(entry.formula, panel._theme)


def test_a_schedule_of_zero_length_is_refused_with_a_sentence(panel, hands, settings):
    panel.set_settings(replace(settings, schedule="cosine"), 50)
    assert panel.more.parameters.fields["length"].text() == "1000"
    hands.type_into(panel.more.parameters.fields["length"], "0")
    assert panel.said == []
    assert "length must be at least 1" in panel.problem.text()


def test_a_constant_schedule_needs_neither_formula_nor_sketch(panel, qtbot):
    click(qtbot, panel.more.toggle)
    assert not panel.more.sketch.isVisible()
    assert not panel.more.formula.isVisible()
