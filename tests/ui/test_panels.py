"""The contract of all panels, and what each of them edits."""

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import OPTIMIZERS
from gdexplorer.core.ruler import NO_RULER
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.ui.data_panel import DataPanel
from gdexplorer.ui.model_panel import ModelPanel
from gdexplorer.ui.theme import DARK, LIGHT
from gdexplorer.ui.training_panel import TrainingPanel

ROWS = 50


class Shown:
    """A panel with all that it said."""

    def __init__(self, qtbot, hands, panel, fill):
        self.panel, self._fill, self.qtbot = panel, fill, qtbot
        self.choose, self.type_into = hands.choose, hands.type_into
        self.said = []
        names = ("settingsEdited", "sourceChosen", "openRequested", "targetEdited")
        for signal in (getattr(panel, name) for name in names if hasattr(panel, name)):
            signal.connect(lambda *values: self.said.append(values))
        qtbot.addWidget(panel)
        panel.setFixedWidth(300)
        panel.show()
        qtbot.waitExposed(panel)
        panel.activateWindow()

    def fill(self, settings):
        self._fill(self.panel, settings)

    def edited(self):
        """The only settings said so far."""
        assert len(self.said) == 1
        return self.said[0][0]

    def click(self, button):
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def data(qtbot, hands, dataset):
    shown = Shown(qtbot, hands, DataPanel(), lambda panel, settings: panel.set_dataset(dataset, settings))
    shown.panel.set_sources((("three", "Three homes"), ("/a/b.csv", "b.csv")), "three")
    return shown


@pytest.fixture
def model(qtbot, hands, dataset):
    return Shown(qtbot, hands, ModelPanel(), lambda panel, settings: panel.set_settings(settings, dataset))


@pytest.fixture
def training(qtbot, hands):
    return Shown(qtbot, hands, TrainingPanel(), lambda panel, settings: panel.set_settings(settings, ROWS))


@pytest.fixture(params=["data", "model", "training"])
def shown(request):
    return request.getfixturevalue(request.param)


def many_settings(settings):
    return [
        settings,
        replace(settings, weight_count=4, scaling=Scaling.NONE, start=(1.0, -2.5, 1e-7, 4.0)),
        replace(settings, loss="huber", loss_parameters=(("huber.delta", 0.25),), seed=2**32 - 1),
        replace(settings, learning_rate=1e-12, batch_size=7, target="size", terms=(Term("rooms"), BIAS)),
        replace(settings, learning_rate=1e12, optimizer="rmsprop"),
        *(replace(settings, optimizer=key) for key in OPTIMIZERS),
        *(replace(settings, loss=key) for key in LOSSES),
        settings,
    ]


def test_showing_settings_says_nothing(shown, settings):
    for each in many_settings(settings):
        shown.fill(each)
    assert shown.said == []


def test_themes_and_sizes_say_nothing(shown, settings):
    shown.fill(settings)
    for theme in (DARK, LIGHT):
        if hasattr(shown.panel, "set_theme"):
            shown.panel.set_theme(theme)
    shown.panel.grab()
    assert shown.said == []


def test_every_control_has_a_name_and_is_reached_by_tab(shown, settings):
    shown.fill(replace(settings, optimizer="adam", loss="huber", batch_size=7))
    first = shown.panel.nextInFocusChain()
    widget, seen = first, []
    while widget not in seen:
        seen.append(widget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or widget.text(), widget
        widget = widget.nextInFocusChain()
    for name, control in vars(shown.panel).items():
        if hasattr(control, "clicked") or hasattr(control, "valueEdited") or hasattr(control, "chosen"):
            proxy = control.focusProxy() or control
            if proxy.findChildren(type(proxy)) or name in ("parameters", "start", "rates", "more"):
                continue
            assert proxy in seen, name


MODEL_EDITS = {
    "more weights": (lambda s: s.click(s.panel.weight_count.more), {"weight_count": 2}),
    "typed weights": (lambda s: s.type_into(s.panel.weight_count.field, "3"), {"weight_count": 3}),
    "scaling": (lambda s: s.choose(s.panel.scaling, "none"), {"scaling": Scaling.NONE}),
    "seed": (lambda s: s.type_into(s.panel.start.seed, "11"), {"seed": 11}),
    "typed start": (lambda s: s.choose(s.panel.start.kind, "typed"), {"start": (0.0,)}),
    "loss": (lambda s: s.choose(s.panel.loss, "huber"), {"loss": "huber"}),
}
TRAINING_EDITS = {
    "optimizer": (lambda s: s.choose(s.panel.optimizer, "adam"), {"optimizer": "adam"}),
    "rate": (lambda s: s.type_into(s.panel.rates.field, "0.025"), {"learning_rate": 0.025}),
    "slider": (lambda s: s.qtbot.keyClick(s.panel.rates.ruler, Qt.Key.Key_PageUp), {"learning_rate": 0.2}),
    "batch": (lambda s: s.choose(s.panel.batch, "mini"), {"batch_size": 32}),
    "hold-out": (lambda s: s.type_into(s.panel.hold_out, "7"), {"hold_out": 0.07}),
    "schedule": (lambda s: s.choose(s.panel.more.schedule, "cosine"), {"schedule": "cosine"}),
    "clip": (lambda s: s.type_into(s.panel.more.clip, "0.5"), {"gradient_clip": 0.5}),
    "decay": (lambda s: s.type_into(s.panel.more.decay, "0.1"), {"weight_decay": 0.1}),
}


def check_edit(shown, settings, edit, changes):
    shown.fill(settings)
    edit(shown)
    edited = shown.edited()
    assert edited == replace(settings, **changes)
    differing = {f.name for f in fields(settings) if getattr(edited, f.name) != getattr(settings, f.name)}
    assert differing == set(changes)
    shown.fill(edited)
    assert len(shown.said) == 1


@pytest.mark.parametrize("name", MODEL_EDITS)
def test_a_model_edit_changes_one_field_once(model, settings, name):
    check_edit(model, settings, *MODEL_EDITS[name])


@pytest.mark.parametrize("name", TRAINING_EDITS)
def test_a_training_edit_changes_one_field_once(training, settings, name):
    check_edit(training, settings, *TRAINING_EDITS[name])


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_parameter_of_every_optimizer_can_be_edited(training, settings, key):
    entry = OPTIMIZERS[key]
    settings = replace(settings, optimizer=key)
    for parameter in entry.parameters:
        training.said.clear()
        value = 0.125 if parameter.allows(0.125) else 1.5
        check_edit(
            training,
            settings,
            lambda s, name=parameter.name, value=value: s.type_into(s.panel.parameters.fields[name], str(value)),
            {"optimizer_parameters": ((f"{key}.{parameter.name}", value),)},
        )
    assert len(training.panel.parameters.fields) == len(entry.parameters)


def test_the_parameter_of_a_loss_can_be_edited(model, settings):
    settings = replace(settings, loss="huber")
    edit = {"loss_parameters": (("huber.delta", 2.5),)}
    check_edit(model, settings, lambda s: s.type_into(s.panel.parameters.fields["delta"], "2.5"), edit)


def test_a_typed_start_is_read_with_any_separator(model, settings):
    settings = replace(settings, weight_count=2, start=(0.0, 0.0))
    check_edit(model, settings, lambda s: s.type_into(s.panel.start.typed, "1, -2.5"), {"start": (1.0, -2.5)})


def test_a_start_of_the_wrong_length_is_refused_with_a_sentence(model, settings):
    model.fill(replace(settings, weight_count=3, start=(1.0, 2.0, 3.0)))
    model.type_into(model.panel.start.typed, "1 2")
    assert model.said == []
    assert model.panel.problem.isVisible()
    assert "2 numbers for 3 weights" in model.panel.problem.text()
    model.qtbot.keyClick(model.panel.start.typed, Qt.Key.Key_Escape)
    assert model.panel.problem.isHidden()
    assert model.panel.start.typed.numbers() == (1.0, 2.0, 3.0)


def test_a_typed_start_follows_the_weight_count(model, settings):
    model.fill(replace(settings, start=(5.0,)))
    model.click(model.panel.weight_count.more)
    model.click(model.panel.weight_count.more)
    model.click(model.panel.weight_count.fewer)
    assert [edited.start for (edited,) in model.said] == [(5.0, 0.0), (5.0, 0.0, 0.0), (5.0, 0.0)]


def test_a_new_seed_is_another_one(model, settings):
    model.fill(settings)
    for _ in range(20):
        model.click(model.panel.start.new_seed)
    seeds = [settings.seed, *(edited.seed for (edited,) in model.said)]
    assert all(a != b for a, b in pairwise(seeds))
    assert len(seeds) == 21


def test_the_seed_is_hidden_where_nothing_depends_on_it(model, settings):
    row = model.panel.start.seed
    model.fill(replace(settings, start=(1.0,)))
    assert not row.isVisible()
    model.fill(replace(settings, start=(1.0,), batch_size=5))
    assert row.isVisible()


def test_weights_stay_among_the_terms(model, settings):
    model.fill(replace(settings, weight_count=4))
    assert not model.panel.weight_count.more.isEnabled()
    model.type_into(model.panel.weight_count.field, "5")
    assert model.said == []
    assert "at most 4" in model.panel.problem.text()


@pytest.mark.parametrize(("text", "part"), [("-1", "above 0"), ("fast", "not a number")])
def test_a_bad_learning_rate_is_said_and_the_old_one_stays(training, settings, text, part):
    training.fill(settings)
    training.type_into(training.panel.rates.field, text)
    assert training.said == []
    assert part in training.panel.problem.text()
    training.type_into(training.panel.rates.field, "0.5")
    assert training.edited().learning_rate == 0.5
    assert training.panel.problem.isHidden()


def test_what_settings_refuse_is_said_and_the_old_ones_stay(training, settings):
    training.fill(settings)
    training.panel._edit(lambda held: replace(held, learning_rate=-1.0))
    assert training.said == []
    assert "learning rate" in training.panel.problem.text()
    assert training.panel.rates.field.value() == settings.learning_rate


def test_rate_and_slider_show_the_same(training, settings):
    training.panel.rates.set_ruler(NO_RULER, 1e-4, 10.0)
    training.fill(settings)
    training.type_into(training.panel.rates.field, "3")
    assert training.panel.rates.ruler.value() == 3.0
    training.qtbot.keyClick(training.panel.rates.ruler, Qt.Key.Key_PageDown)
    assert training.panel.rates.field.text() == "0.3"
    assert len(training.said) == 2


def test_the_hold_out_is_shown_in_per_cent_and_bounded(training, settings):
    training.fill(replace(settings, hold_out=0.07))
    assert training.panel.hold_out.text() == "7"
    training.type_into(training.panel.hold_out, "91")
    assert "share to hold out" in training.panel.problem.text()
    assert training.said == []


def test_the_batch_size_is_remembered_and_fits_the_rows(training, settings):
    training.fill(replace(settings, batch_size=9))
    training.choose(training.panel.batch, "all")
    training.choose(training.panel.batch, "mini")
    assert [edited.batch_size for (edited,) in training.said] == [0, 9]
    training.type_into(training.panel.batch_size, str(ROWS + 1))
    assert "at most 50" in training.panel.problem.text()


def test_formulas_name_every_idea_in_its_colour(model, training, settings):
    model.panel.set_theme(DARK)
    model.fill(replace(settings, weight_count=2))
    text = model.panel.formula.text()
    for colour in (DARK.model, DARK.weight(0), DARK.weight(1)):
        assert colour in text
    training.panel.set_theme(DARK)
    training.fill(settings)
    assert DARK.gradient in training.panel.formula.text()


def test_a_source_is_chosen_once(data, settings):
    data.fill(settings)
    data.choose(data.panel.source, "/a/b.csv")
    assert data.said == [("/a/b.csv",)]


def test_a_target_is_chosen_once(data, settings):
    data.fill(settings)
    assert data.panel.target.key() == "price"
    data.click(data.panel.target)
    data.type_into(data.panel.target.popup.browser.search_line, "room")
    assert data.said == [("rooms",)]


def test_opening_is_only_asked_for(data, settings):
    data.fill(settings)
    data.click(data.panel.open)
    assert data.said == [()]


def test_the_rows_are_counted_and_reading_is_said(data, settings):
    data.fill(settings)
    assert data.panel.note.text() == "3 homes"
    data.panel.set_busy("reading b.csv")
    assert data.panel.note.text() == "reading b.csv"
    assert data.panel.source.isEnabled(), "another choice is still welcome: the newest wins"
    data.panel.set_busy(None)
    assert data.panel.note.text() == "3 homes"


def test_how_it_was_read_can_be_asked_for_and_reading_given_up(data):
    asked = []
    data.panel.reportRequested.connect(lambda: asked.append("report"))
    data.panel.cancelRequested.connect(lambda: asked.append("cancel"))
    assert not data.panel.cancel.isVisible()
    data.click(data.panel.report)
    data.panel.set_busy("reading b.csv")
    assert not data.panel.report.isVisible()
    data.click(data.panel.cancel)
    assert asked == ["report", "cancel"]
    data.panel.set_busy(None)
    assert (data.panel.report.isVisible(), data.panel.cancel.isVisible()) == (True, False)


def test_one_home_is_one(data, settings):
    columns = tuple(Column(name, [1.0]) for name in ("price", "size", "rooms"))
    data.panel.set_dataset(Dataset("One home", columns, "one", "homes", "price"), settings)
    assert data.panel.note.text() == "1 home"


def test_other_settings_take_the_problem_away(training, settings):
    training.fill(settings)
    training.type_into(training.panel.rates.field, "-1")
    training.panel.rates.field.clearFocus()
    assert training.panel.problem.isVisible()
    training.fill(replace(settings, learning_rate=0.7))
    assert training.panel.problem.isHidden()
