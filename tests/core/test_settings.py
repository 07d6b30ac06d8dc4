from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest

from gdexplorer.core.errors import InputError
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.optimizers import OPTIMIZERS, PARAMETER_SLOTS
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import UNLIMITED, Settings
from gdexplorer.core.terms import BIAS, Term

GOOD = Settings("homes", "price", (Term("size"), BIAS, Term("age")))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"learning_rate": 0.0}, "The learning rate must be a number above 0, not 0."),
        ({"learning_rate": -0.1}, "The learning rate must be a number above 0, not −0.1."),
        ({"learning_rate": math.nan}, "The learning rate must be a number above 0, not –."),
        ({"learning_rate": math.inf}, "The learning rate must be a number above 0, not ∞."),
        ({"weight_count": 4}, "The weight count 4 does not fit 3 terms; choose from 1 to that many."),
        ({"weight_count": 0}, "The weight count 0 does not fit 3 terms; choose from 1 to that many."),
        ({"batch_size": -1}, "The batch size must be 0 for all rows, or more, not -1."),
        ({"seed": -1}, "The seed must be a whole number from 0 to 4294967295, not -1."),
        ({"seed": 2**32}, "The seed must be a whole number from 0 to 4294967295, not 4294967296."),
        ({"steps_per_second": 0.0}, "The speed must be above 0 steps a second, not 0."),
        ({"steps_per_second": math.nan}, "The speed must be above 0 steps a second, not –."),
        ({"tolerance": -1e-9}, "The tolerance must be 0 or a number above, not −1×10⁻⁹."),
        ({"tolerance": math.nan}, "The tolerance must be 0 or a number above, not –."),
        ({"start": (1.0, math.nan)}, "The start must be made of finite numbers, one for each weight."),
        ({"loss": "mean"}, "There is no loss “mean”; choose one of mse, mae, huber, logcosh."),
        (
            {"optimizer": "sgd"},
            "There is no optimizer “sgd”; choose one of gd, momentum, nesterov, adagrad, rmsprop, adadelta, adam, "
            "adamw, amsgrad, adamax, nadam, radam, rprop, lion, linesearch, cg, lbfgs, newton.",
        ),
        (
            {"schedule": "linear"},
            "There is no schedule “linear”; choose one of constant, step, exponential, cosine, warmup, inverse.",
        ),
        ({"gradient_clip": -1.0}, "The gradient clip must be 0 for none, or a number above, not −1."),
        ({"gradient_clip": math.inf}, "The gradient clip must be 0 for none, or a number above, not ∞."),
        ({"weight_decay": math.nan}, "The weight decay must be 0 for none, or a number above, not –."),
        (
            {"optimizer": "newton", "loss": "mae"},
            "Newton needs second derivatives, which the absolute error does not have; "
            "choose another optimizer or loss.",
        ),
        (
            {"optimizer": "cg", "batch_size": 8},
            "Conjugate gradient needs all rows in each step; set the batch size to 0 or choose another optimizer.",
        ),
        (
            {"schedule": "step", "schedule_parameters": (("step.length", 0.0),)},
            "length must be at least 1, not 0.",
        ),
        (
            {"loss": "huber", "loss_parameters": (("huber.delta", 0.0),)},
            "delta must be above 0, not 0.",
        ),
        (
            {"optimizer": "adam", "optimizer_parameters": (("adam.beta1", 1.0),)},
            "beta1 must be at least 0 and below 1, not 1.",
        ),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(change, sentence):
    with pytest.raises(InputError) as error:
        replace(GOOD, **change)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 1e300},
        {"learning_rate": 5e-324},
        {"steps_per_second": UNLIMITED},
        {"tolerance": 0.0},
        {"seed": 2**32 - 1},
        {"start": (1e300, -5.0)},
        {"weight_count": 3},
    ],
)
def test_extremes_are_allowed(change):
    assert replace(GOOD, **change)


def test_the_bias_is_found_among_the_terms_in_use_only():
    assert GOOD.bias is None
    assert replace(GOOD, weight_count=2).bias == 1
    assert replace(GOOD, weight_count=3).terms_in_use == GOOD.terms


def test_parameters_are_kept_for_each_owner():
    adam, rmsprop, huber = OPTIMIZERS["adam"], OPTIMIZERS["rmsprop"], LOSSES["huber"]
    changed = GOOD.with_parameter(adam, "epsilon", 1e-3).with_parameter(huber, "delta", 4.0)
    changed = changed.with_parameter(adam, "beta1", 0.5)
    assert changed.parameter(adam, "epsilon") == 1e-3
    assert changed.parameter(adam, "beta1") == 0.5
    assert changed.parameter(adam, "beta2") == 0.999
    assert changed.parameter(rmsprop, "epsilon") == 1e-8
    assert changed.parameter(huber, "delta") == 4.0
    assert changed.delta == 1.0
    assert replace(changed, loss="huber").delta == 4.0
    assert replace(changed, optimizer="adam").optimizer_values == (0.5, 0.999, 1e-3, 0.0)
    assert GOOD.optimizer_values == (0.0,) * PARAMETER_SLOTS


def test_the_order_in_which_parameters_are_set_does_not_matter():
    adam = OPTIMIZERS["adam"]
    one = GOOD.with_parameter(adam, "beta1", 0.5).with_parameter(adam, "epsilon", 0.1)
    other = GOOD.with_parameter(adam, "epsilon", 0.1).with_parameter(adam, "beta1", 0.5)
    assert one == other
    assert hash(one) == hash(other)


def test_an_unknown_parameter_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="Adam has no parameter rho; its parameters: beta1, beta2, epsilon"):
        GOOD.with_parameter(OPTIMIZERS["adam"], "rho", 0.5)
    with pytest.raises(InputError, match="its parameters: none"):
        GOOD.with_parameter(LOSSES["mse"], "delta", 0.5)


def test_a_parameter_out_of_range_is_refused_for_the_owner_in_use():
    with pytest.raises(InputError, match="momentum must be"):
        replace(GOOD, optimizer="momentum").with_parameter(OPTIMIZERS["momentum"], "momentum", 1.5)


def test_a_parameter_out_of_range_is_refused_for_another_owner():
    with pytest.raises(InputError, match="momentum must be"):
        GOOD.with_parameter(OPTIMIZERS["momentum"], "momentum", 1.5)


def test_only_hot_fields_leave_a_run_going():
    hot = {field.name for field in fields(Settings) if field.metadata.get("hot")}
    assert hot == {
        "optimizer_parameters",
        "learning_rate",
        "schedule",
        "schedule_parameters",
        "gradient_clip",
        "weight_decay",
        "steps_per_second",
        "tolerance",
    }
    assert GOOD.differs_hot_only(replace(GOOD, learning_rate=1.0, steps_per_second=UNLIMITED, tolerance=0.0))
    for change in (
        {"weight_count": 2},
        {"seed": 1},
        {"loss": "mae"},
        {"scaling": Scaling.NONE},
        {"batch_size": 4},
        {"start": (0.0,)},
    ):
        assert not GOOD.differs_hot_only(replace(GOOD, **change))
