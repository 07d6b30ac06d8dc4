from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.losses import LOSSES
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import Term
from gdexplorer.core.training import begin, start_weights

FORMULAS = {
    "mse": lambda r: r**2,
    "mae": np.abs,
    "huber": lambda r: np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5),
    "logcosh": lambda r: np.logaddexp(r, -r) - np.log(2),
}
TERMS = ("size", "bias", "rooms", "age", "distance", "size^2")


@pytest.mark.parametrize("path", ["chosen", "rows"])
@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_is_the_mean_over_rows(homes, settings_of, by_rows, loss, scaling, path):
    problem = resolve(homes, settings_of("price", "size", "bias", "age", loss=loss, scaling=scaling))
    problem = by_rows(problem) if path == "rows" else problem
    weights = np.array([1.5, -0.5, 0.25])
    expected = FORMULAS[loss](weights @ problem.X - problem.y).mean()
    assert problem.evaluate(weights)[0] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("loss", LOSSES)
@given(
    weights=st.lists(st.floats(-3, 3), min_size=4, max_size=4),
    delta=st.floats(0.05, 5),
    by_row=st.booleans(),
)
def test_gradients_are_finite_differences(homes, settings_of, by_rows, loss, weights, delta, by_row):
    chosen = settings_of("price", "size", "bias", "rooms", "age", loss=loss)
    if loss == "huber":
        chosen = chosen.with_parameter(LOSSES["huber"], "delta", delta)
    problem = resolve(homes, chosen)
    problem = by_rows(problem) if by_row else problem
    point = np.array(weights)
    _, gradient = problem.evaluate(point)
    step = 1e-6
    for k in range(4):
        move = np.eye(4)[k] * step
        rise = problem.evaluate(point + move)[0] - problem.evaluate(point - move)[0]
        passed = np.sum(np.abs(point @ problem.X - problem.y) < 6 * step) if loss == "mae" else 0
        corner = passed * np.abs(problem.X[k]).max() * 2 / problem.row_count
        assert gradient[k] == pytest.approx(rise / (2 * step), rel=1e-4, abs=1e-5 + corner)


def test_the_gradient_at_the_minimum_is_zero(homes, settings_of):
    problem = resolve(homes, settings_of("price", "size", "bias", "rooms"))
    loss, gradient = problem.evaluate(problem.minimum)
    assert not gradient.any()
    assert loss == problem.least_squares.loss
    assert problem.evaluate(problem.minimum + 0.01)[0] > loss


def test_evaluating_takes_any_array_and_leaves_it_alone(homes, settings_of):
    for loss in LOSSES:
        problem = resolve(homes, settings_of("price", "size", "bias", loss=loss))
        many = np.arange(12.0).reshape(6, 2)
        many.flags.writeable = False
        expected = problem.evaluate(np.array([2.0, 3.0]))
        for weights in (many[1], np.asfortranarray(many)[1]):
            loss_there, gradient = problem.evaluate(weights)
            assert loss_there == expected[0]
            np.testing.assert_array_equal(gradient, expected[1])
            assert gradient.shape == (2,)


@given(values=st.lists(st.floats(-2, 2), min_size=3, max_size=3), loss=st.sampled_from(list(LOSSES)))
def test_predictions_are_carried_when_weights_are_added_or_the_scaling_changes(homes, settings_of, values, loss):
    for before in Scaling:
        old = resolve(homes, settings_of("price", "size", "bias", "rooms", scaling=before, loss=loss))
        weights = np.array(values) * (50.0 if before is Scaling.NONE else 1.0)
        expected = old.scaling.prediction_to_original(weights @ old.X)
        for after in Scaling:
            for terms in (TERMS[:3], TERMS, ("rooms", "age", "bias", "size")):
                new = resolve(homes, settings_of("price", *terms, scaling=after, loss=loss))
                assert new.can_carry_from(old)
                carried = new.carried_from(old, weights)
                found = new.scaling.prediction_to_original(carried @ new.X)
                np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6)


def test_added_weights_are_zero_in_original_units(homes, settings_of):
    old = resolve(homes, settings_of("price", "size", "bias"))
    new = resolve(homes, settings_of("price", "size", "bias", "age"))
    weights = new.original_weights(new.carried_from(old, np.array([0.3, 0.1])))
    assert weights[2] == 0.0
    np.testing.assert_allclose(weights[:2], old.original_weights(np.array([0.3, 0.1])), rtol=1e-12)


def test_a_first_bias_is_carried_into_a_centred_problem(homes, settings_of):
    old = resolve(homes, settings_of("price", "size"))
    new = resolve(homes, settings_of("price", "size", "bias"))
    carried = new.carried_from(old, np.array([0.8]))
    np.testing.assert_allclose(
        new.scaling.prediction_to_original(carried @ new.X),
        old.scaling.prediction_to_original(np.array([0.8]) @ old.X),
        rtol=1e-12,
    )


@pytest.mark.parametrize("scaling", Scaling)
def test_a_term_that_goes_leaves_its_mean_to_the_bias(scaling, dataset_of, settings_of):
    rng = np.random.default_rng(4)
    x, z = rng.normal(1700.0, 400.0, 200), rng.normal(38.6, 0.1, 200)  # z is far from 0 and hardly varies
    data = dataset_of(y=140.0 * x + 1e5 * z + rng.normal(0.0, 1e4, 200), x=x, z=z)
    old = resolve(data, settings_of("y", "x", "bias", "z", scaling=scaling))
    new = resolve(data, settings_of("y", "x", "bias", scaling=scaling))
    carried = new.carried_from(old, old.minimum)
    assert new.evaluate(carried)[0] < 1.2 * new.least_squares.loss
    kept = old.original_weights(old.minimum)
    expected = [kept[0], kept[1] + kept[2] * z.mean()]
    np.testing.assert_allclose(new.original_weights(carried), expected, rtol=1e-6)


def test_models_are_not_carried_to_other_data_or_targets(homes, settings_of, dataset_of):
    one = resolve(homes, settings_of("price", "size"))
    assert not resolve(homes, settings_of("age", "size")).can_carry_from(one)
    other = dataset_of(price=[1, 2], size=[1, 3])
    assert not resolve(other, settings_of("price", "size")).can_carry_from(one)


def test_rows_are_dropped_only_for_columns_in_use(dataset_of, settings_of):
    nan = np.nan
    data = dataset_of(y=[1, 2, 3, 4, nan], a=[1, nan, 3, 5, 6], b=[nan, 1, 2, 3, 4])
    one = resolve(data, settings_of("y", "a", "b", weight_count=1, scaling=Scaling.NONE))
    assert one.rows_dropped == 2
    assert list(one.X[0]) == [1, 3, 5]
    assert list(one.y) == [1, 3, 4]
    both = resolve(data, settings_of("y", "a", "b"))
    assert both.rows_dropped == 3
    assert both.row_count == 2
    assert resolve(data, settings_of("y", "bias")).rows_dropped == 1
    assert "3 rows are left out" in both.notes()[0]


def test_one_row_left_out_is_one(dataset_of, settings_of):
    data = dataset_of(y=[1, 2, np.nan], a=[1, 3, 5])
    assert resolve(data, settings_of("y", "a")).notes() == ("1 row is left out: a column in use has no number there.",)


def test_one_row_is_said_and_nothing_that_follows_from_it(dataset_of, settings_of):
    for columns in ({"y": [6.0], "a": [3.0]}, {"y": [6.0, np.nan], "a": [3.0, 4.0]}):
        *left_out, note = resolve(dataset_of(**columns), settings_of("y", "a", "bias")).notes()
        assert len(left_out) == len(columns["y"]) - 1
        assert note.startswith("Only one row is in use")
        assert note.endswith("open a table with more rows.")


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("value", [0.0, 120.0, 0.1, -1e200])
def test_a_target_that_never_varies_is_said(dataset_of, settings_of, scaling, value):
    data = dataset_of(y=[value] * 7, a=range(7))
    assert resolve(data, settings_of("y", "a", "bias", scaling=scaling)).notes() == (
        "Every row has the same y, so there is nothing to predict; choose another target.",
    )


@pytest.mark.parametrize("columns", [{}, {"a": [5, 5, 5]}])
@pytest.mark.parametrize(
    ("loss", "middle"),
    [("mse", "the mean"), ("mae", "the median"), ("huber", "a middle value"), ("logcosh", "a middle value")],
)
def test_a_model_of_the_bias_alone_is_said_where_no_column_is_left(dataset_of, settings_of, loss, middle, columns):
    (note,) = resolve(dataset_of(y=[1, 2, 5], **columns), settings_of("y", "bias", loss=loss)).notes()
    assert note.startswith("No column is left to predict from, so the model is the bias alone")
    assert f"at best {middle} of y;" in note


def test_a_bias_that_was_chosen_is_no_news(homes, settings_of):
    assert resolve(homes, settings_of("price", "bias")).notes() == ()


def test_fewer_rows_than_weights_are_said_once(dataset_of, settings_of):
    data = dataset_of(y=[1, 2, 4], a=[1, 2, 3], b=[1, 3, 3])
    assert resolve(data, settings_of("y", "a", "bias", "b")).notes() == ()
    assert resolve(data, settings_of("y", "a", "bias", "b", "a^2")).notes() == (
        "3 rows cannot settle 4 weights, so many fit equally well; use fewer weights or open a table with more rows.",
    )


def test_no_complete_row_is_refused(dataset_of, settings_of):
    data = dataset_of(y=[1, np.nan], a=[np.nan, 2])
    with pytest.raises(InputError, match=r"No row of test data has a number in all of y, a; use fewer columns\."):
        resolve(data, settings_of("y", "a", "a^2"))


def test_the_data_set_s_arrays_are_not_changed(homes, settings_of):
    held = {column.name: column.values.copy() for column in homes.columns}
    resolve(homes, settings_of("price", "size", "bias"))
    for column in homes.columns:
        np.testing.assert_array_equal(column.values, held[column.name])


@pytest.mark.parametrize("scaling", Scaling)
def test_a_constant_column_trains_and_is_noted(dataset_of, settings_of, run, scaling):
    data = dataset_of(y=[1, 2, 4], a=[5, 5, 5])
    for terms in (("a",), ("a", "bias")):
        chosen = settings_of("y", *terms, scaling=scaling, learning_rate=1e-3)
        problem = resolve(data, chosen)
        state, _ = run(problem, chosen, 100)
        assert np.isfinite(state.loss)
        assert any("The column a is constant" in note for note in problem.notes())
        predictions = problem.scaling.prediction_to_original(problem.minimum @ problem.X)
        np.testing.assert_allclose(predictions, 7 / 3, rtol=1e-12)


@pytest.mark.parametrize("scaling", Scaling)
def test_two_equal_columns_share_the_weight(dataset_of, settings_of, scaling):
    x = np.array([1.0, 2.0, 4.0])
    problem = resolve(dataset_of(y=3 * x, a=x, b=x), settings_of("y", "a", "b", scaling=scaling))
    assert not problem.least_squares.is_unique
    assert problem.condition_number == np.inf
    np.testing.assert_allclose(problem.original_weights(problem.minimum), [1.5, 1.5], rtol=1e-12)
    assert any("many weights fit equally well" in note for note in problem.notes())


@pytest.mark.parametrize("scaling", Scaling)
def test_one_row_is_enough(dataset_of, settings_of, run, scaling):
    chosen = settings_of("y", "a", "bias", scaling=scaling, learning_rate=0.01)
    problem = resolve(dataset_of(y=[6.0], a=[3.0]), chosen)
    assert np.isfinite(run(problem, chosen, 10)[0].loss)
    predictions = problem.scaling.prediction_to_original(problem.minimum @ problem.X)
    np.testing.assert_allclose(predictions, [6.0], rtol=1e-12)


def test_the_target_cannot_be_a_term(homes, settings_of):
    with pytest.raises(InputError, match="The target price is among the terms"):
        resolve(homes, settings_of("price", "size", "price"))


def test_a_batch_of_more_than_the_rows_is_refused(homes, settings_of):
    assert resolve(homes, settings_of("price", "size", batch_size=60))
    with pytest.raises(InputError, match="The batch size 61 is more than the 60 rows"):
        resolve(homes, settings_of("price", "size", batch_size=61))


def test_a_power_that_overflows_is_refused(dataset_of, settings_of):
    data = dataset_of(y=[1, 2], a=[1e200, 1])
    with pytest.raises(InputError, match=r"The term a\^2 is too large for a floating-point number"):
        resolve(data, settings_of("y", "a", "a^2"))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("size", [1e200, 1e-200, 1e300])
def test_huge_and_tiny_values_train_or_are_refused_in_words(dataset_of, settings_of, run, size, scaling, loss):
    x = np.array([1.0, 2.0, 4.0, -3.0]) * size
    data = dataset_of(y=[2.0, 3.0, 9.0, -5.0], x=x, z=np.array([1.0, 0.0, 2.0, 5.0]) * size)
    for target, terms in (("y", ("x", "bias")), ("x", ("y", "bias")), ("x", ("z",))):
        chosen = settings_of(target, *terms, scaling=scaling, loss=loss, learning_rate=0.05)
        problem = resolve(data, chosen)
        assert problem.condition_number >= 1
        problem.mean_squared_error(np.zeros(len(terms)))
        problem.original_weights(np.ones(len(terms)))
        try:
            begin(problem, start_weights(problem, chosen), chosen)
        except InputError:
            assert scaling is Scaling.NONE
            continue
        state, history = run(problem, chosen, 20)
        assert np.isfinite(history.losses).all()
        if scaling is not Scaling.NONE:
            assert state.loss < history.losses[0]


def test_values_at_the_edge_of_all_numbers_are_refused_or_resolved(dataset_of, settings_of):
    data = dataset_of(y=[1.0, 2.0, 4.0], x=[1.7e308, -1.7e308, 1.0])
    for scaling in Scaling:
        chosen = settings_of("y", "x", "bias", scaling=scaling)
        problem = resolve(data, chosen)
        assert np.isfinite(problem.X).all()


@pytest.mark.parametrize("scaling", Scaling)
def test_the_mean_squared_error_is_in_the_target_s_unit(homes, settings_of, scaling):
    for loss in LOSSES:
        problem = resolve(homes, settings_of("price", "size", "bias", scaling=scaling, loss=loss))
        weights = np.array([0.7, -0.2])
        predictions = problem.scaling.prediction_to_original(weights @ problem.X)
        expected = np.mean((predictions - homes.column("price").values) ** 2)
        assert problem.mean_squared_error(weights) == pytest.approx(expected, rel=1e-10)
        rows = replace(problem, least_squares=replace(problem.least_squares, loss=np.nan))
        assert rows.mean_squared_error(weights) == pytest.approx(expected, rel=1e-10)


def test_only_the_squared_error_knows_its_minimum_and_hessian(homes, settings_of):
    for loss in LOSSES:
        problem = resolve(homes, settings_of("price", "size", "bias", loss=loss))
        assert (problem.minimum is not None) == (loss == "mse")
        assert (problem.hessian() is not None) == (loss == "mse")


@pytest.mark.parametrize("loss", LOSSES)
def test_the_steepest_curvature_bounds_every_second_difference(homes, settings_of, loss):
    problem = resolve(homes, settings_of("price", "size", "bias", "age", loss=loss))
    bound = problem.steepest_curvature
    if loss == "mae":
        assert bound is None
        return
    rng = np.random.default_rng(0)
    for _ in range(50):
        here, there = rng.normal(size=(2, 3))
        rise = problem.evaluate(there)[1] - problem.evaluate(here)[1]
        assert np.linalg.norm(rise) <= bound * np.linalg.norm(there - here) * (1 + 1e-9)


def test_standardised_columns_started_at_zero_make_no_noise_for_adam(homes, settings_of, run):
    chosen = settings_of("price", "size", "bias", optimizer="adam", start=(0.0, 0.0), learning_rate=0.1)
    state, _ = run(resolve(homes, chosen), chosen, 50)
    assert state.weights[1] == 0.0


def test_weights_have_units(settings_of):
    columns = (Column("price", np.arange(3.0), "USD"), Column("size", np.arange(3.0), "sq ft"), Column("n", np.ones(3)))
    problem = resolve(Dataset("t", columns, "t"), settings_of("price", "size", "bias", "n", "size^2"))
    assert [problem.weight_unit(k) for k in range(4)] == ["USD per sq ft", "USD", "USD", "USD per (sq ft)^2"]
    plain = resolve(Dataset("t", columns, "t"), settings_of("n", "size", "bias"))
    assert [plain.weight_unit(k) for k in range(2)] == ["1 per sq ft", ""]


def test_a_model_is_carried_to_rounding_where_nothing_changes(homes, settings_of):
    problem = resolve(homes, settings_of("price", "size", "bias", "age"))
    again = resolve(homes, settings_of("price", "size", "bias", "age", loss="mae"))
    weights = np.array([0.1, -0.7, 1 / 3])
    np.testing.assert_allclose(again.carried_from(problem, weights), weights, rtol=1e-14)


def test_a_product_is_a_column_of_its_own(dataset_of):
    data = dataset_of(a=[1.0, 2.0, 3.0, np.nan, 5.0], b=[2.0, 1.0, np.nan, 4.0, 3.0], y=[1.0, 2.0, 3.0, 4.0, 5.0])
    problem = resolve(data, Settings("test", "y", (Term("b") * Term("a"),), scaling=Scaling.NONE))
    np.testing.assert_array_equal(problem.X, [[2.0, 2.0, 15.0]])
    assert problem.rows_dropped == 2


def test_a_product_that_overflows_is_refused(dataset_of):
    data = dataset_of(a=[1e200, 1.0], b=[1e200, 2.0], y=[1.0, 2.0])
    with pytest.raises(InputError, match=r"The term a\*b is too large .*; choose lower powers or fewer factors\."):
        resolve(data, Settings("test", "y", (Term("a") * Term("b"),)))


def test_a_product_of_constants_is_called_constant(dataset_of):
    data = dataset_of(a=[2.0, 2.0, 2.0], b=[3.0, 3.0, 3.0], c=[1.0, 2.0, 4.0], y=[1.0, 2.0, 3.0])
    product = Term("a") * Term("b")
    assert any("constant" in note for note in resolve(data, Settings("test", "y", (product,))).notes())
    mixed = Term("a") * Term("c")
    assert not any("constant" in note for note in resolve(data, Settings("test", "y", (mixed,))).notes())


@pytest.mark.parametrize(("value", "does"), [(4.0, "does what a bias does"), (0.0, "does nothing, since it is 0")])
def test_a_constant_column_is_told_with_what_its_weight_does(dataset_of, settings_of, value, does):
    data = dataset_of(y=[1, 2, 3], x=[1, 2, 4], c=[math.nan, value, value])
    notes = resolve(data, settings_of("y", "x", "c")).notes()
    assert any(note.startswith("The column c is constant") and does in note for note in notes)
