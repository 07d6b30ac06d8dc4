from __future__ import annotations

import csv
import json
from fractions import Fraction

import duckdb
import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.least_squares import solve
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.theory import rate_theory
from gdexplorer.core.training import Status

#: Least squares in exact rational arithmetic, price on size: weight without bias, weight and bias, both mean squared
#: errors, and the largest stable learning rate of one weight in raw units. None where that is not recorded.
BUNDLED = {
    "sacramento_homes.csv": (
        ("size_sqft", "price_usd"),
        (145.49738995998248, 138.54645234277586, 13859.3932225638),
        (7092163973.049919, 7061955998.369065),
        2.984746978660808e-07,
    ),
    "athens_apartments.csv": (
        ("size_m2", "price_eur"),
        (1829.1285101928104, 2637.0264332451998, -95644.68145300327),
        (28955489202.213398, 26234224783.92317),
        1.0156146692945e-04,
    ),
    "ames_homes.csv": (
        ("living_area_sqft", "price_usd"),
        (119.65173735944128, 111.69400085780036, 13289.634364759524),
        None,
        3.9928e-07,
    ),
    "lucas_county_homes.parquet": (
        ("living_area_sqft", "price_usd"),
        (57.13457586622429, 74.74452863391559, -30277.142155249676),
        None,
        3.9776e-07,
    ),
    "crickets.csv": (
        ("temperature_c", "chirps_per_minute"),
        (3.0957921701030267, 4.2430770113522005, -27.947575298811813),
        None,
        1.7274e-03,
    ),
}
NIST_TERMS = {"Norris": ("bias", "x"), "NoInt1": ("x",), "Pontius": ("bias", "x", "x^2")}


@pytest.fixture(scope="module")
def nist(reference):
    return json.loads((reference / "nist.json").read_text())


@pytest.fixture(scope="module")
def nist_data(reference, nist):
    def read(name):
        with (reference / nist[name]["csv"]).open() as lines:
            rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]
        return Dataset(name, tuple(Column(key, np.array([row[key] for row in rows])) for key in ("y", "x")), name)

    return read


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("name", NIST_TERMS)
def test_certified_coefficients_to_eleven_digits(name, scaling, nist, nist_data, settings_of):
    problem = resolve(nist_data(name), settings_of("y", *NIST_TERMS[name], scaling=scaling))
    found = problem.original_weights(problem.minimum)
    np.testing.assert_allclose(found, list(nist[name]["coefficients"].values()), rtol=1e-11)
    assert problem.mean_squared_error(problem.minimum) == pytest.approx(nist[name]["mse"], rel=1e-9)


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("name", ["Norris", "NoInt1"])
def test_certified_coefficients_by_descent(name, scaling, nist, nist_data, settings_of, run):
    chosen = settings_of("y", *NIST_TERMS[name], scaling=scaling, tolerance=1e-15)
    problem = resolve(nist_data(name), chosen)
    if name == "Norris" and scaling is Scaling.NONE:
        assert problem.condition_number > 1e5
    lowest, steepest = problem.least_squares.curvatures[[0, -1]]
    chosen = settings_of(
        "y", *NIST_TERMS[name], scaling=scaling, tolerance=1e-15, learning_rate=2 / (lowest + steepest)
    )
    state, _ = run(problem, chosen, 20_000_000)
    found = problem.original_weights(state.weights)
    np.testing.assert_allclose(found, list(nist[name]["coefficients"].values()), rtol=1e-9)


@pytest.fixture(scope="module")
def bundled_data(bundled):
    def read(file, names):
        with duckdb.connect() as connection:
            table = connection.sql(f"SELECT {', '.join(names)} FROM '{bundled / file}'").fetchnumpy()
        return Dataset(file, tuple(Column(name, np.asarray(table[name], float)) for name in names), file)

    return read


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("file", BUNDLED)
def test_bundled_tables_have_their_exact_minimum(file, scaling, bundled_data, settings_of):
    (size, price), (alone, slope, bias), errors, _ = BUNDLED[file]
    data = bundled_data(file, (size, price))
    one = resolve(data, settings_of(price, size, scaling=scaling))
    two = resolve(data, settings_of(price, size, "bias", scaling=scaling))
    np.testing.assert_allclose(one.original_weights(one.minimum), [alone], rtol=1e-12)
    np.testing.assert_allclose(two.original_weights(two.minimum), [slope, bias], rtol=1e-11)
    if errors:
        assert one.mean_squared_error(one.minimum) == pytest.approx(errors[0], rel=1e-12)
        assert two.mean_squared_error(two.minimum) == pytest.approx(errors[1], rel=1e-12)


@pytest.mark.parametrize("file", BUNDLED)
def test_bundled_tables_have_their_learning_rate_limit(file, bundled_data, settings_of, run):
    (size, price), (alone, *_), _, limit = BUNDLED[file]
    chosen = settings_of(price, size, scaling=Scaling.NONE, start=(0.0,))
    problem = resolve(bundled_data(file, (size, price)), chosen)
    assert rate_theory(problem, chosen).limit == pytest.approx(limit, rel=1e-4 if limit == round(limit, 11) else 1e-9)
    below = settings_of(price, size, scaling=Scaling.NONE, start=(0.0,), learning_rate=0.99 * limit)
    above = settings_of(price, size, scaling=Scaling.NONE, start=(0.0,), learning_rate=1.01 * limit)
    assert run(problem, below, 5000)[0].weights[0] == pytest.approx(alone, rel=1e-12)
    assert run(problem, above, 100_000)[0].status is Status.DIVERGED


def test_everything_agrees_with_rational_arithmetic():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(2, 9)), rng.normal(size=9)
    exact = solve(X, y)
    a, b, c = (sum(Fraction(p) * Fraction(q) for p, q in zip(*pair, strict=True)) for pair in (X[[0, 0]], X, X[[1, 1]]))
    d, e = (sum(Fraction(p) * Fraction(q) for p, q in zip(row, y, strict=True)) for row in X)
    weights = [(c * d - b * e) / (a * c - b * b), (a * e - b * d) / (a * c - b * b)]
    np.testing.assert_allclose(exact.weights, [float(w) for w in weights], rtol=1e-13)
    np.testing.assert_allclose(exact.H, [[float(2 * a / 9), float(2 * b / 9)], [float(2 * b / 9), float(2 * c / 9)]])
    np.testing.assert_allclose(exact.curvatures, np.linalg.eigvalsh(exact.H), rtol=1e-12)
    assert exact.loss == pytest.approx(np.mean((exact.weights @ X - y) ** 2), rel=1e-13)
    assert exact.is_unique
    assert exact.is_finite
    assert exact.condition_number == pytest.approx(np.linalg.cond(exact.H), rel=1e-10)


def test_many_rows_are_factored_block_by_block():
    rng = np.random.default_rng(6)
    X, y = rng.normal(size=(3, 150_000)), rng.normal(size=150_000)
    exact = solve(X, y)
    expected = np.linalg.lstsq(X.T, y)[0]
    np.testing.assert_allclose(exact.weights, expected, rtol=1e-10)
    assert exact.loss == pytest.approx(np.mean((expected @ X - y) ** 2), rel=1e-12)


@pytest.mark.parametrize(
    ("X", "y", "weights", "loss"),
    [
        ([[1.0, 2.0], [1.0, 2.0]], [2.0, 4.0], [1.0, 1.0], 0.0),
        ([[3.0], [4.0]], [5.0], None, 0.0),
        ([[0.0, 0.0]], [1.0, 3.0], [0.0], 5.0),
        ([[0.0, 0.0], [1.0, 1.0]], [1.0, 3.0], [0.0, 2.0], 1.0),
    ],
)
def test_where_many_weights_are_as_good_one_is_given_and_said_so(X, y, weights, loss):
    exact = solve(np.array(X), np.array(y))
    assert not exact.is_unique
    assert exact.condition_number == np.inf
    assert exact.loss == pytest.approx(loss, abs=1e-28)
    if weights is not None:
        np.testing.assert_allclose(exact.weights, weights, atol=1e-14)
    assert np.mean((exact.weights @ np.array(X) - np.array(y)) ** 2) == pytest.approx(loss, abs=1e-28)


def test_as_many_weights_as_rows_fit_exactly():
    X = np.array([[1.0, 2.0, 4.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    exact = solve(X, np.array([1.0, -1.0, 5.0]))
    assert exact.is_unique
    np.testing.assert_allclose(exact.weights @ X, [1.0, -1.0, 5.0], rtol=1e-13)


@pytest.mark.parametrize(
    ("size", "height"),
    [(1e200, 1.0), (1e-200, 1.0), (1.0, 1e200), (1e200, 1e200), (1e-200, 1e200), (1e308, 1e308), (5e-324, 1.0)],
)
def test_huge_and_tiny_columns_make_no_noise(size, height):
    X = np.array([[1.0, -1.0, 0.5], [1.0, 1.0, 1.0]]) * np.array([[size], [1.0]])
    exact = solve(X, np.array([1.0, -0.5, 0.25]) * height)
    assert exact.condition_number >= 1
    if exact.is_finite:
        slope = exact.H @ exact.weights - 2 * X @ (np.array([1.0, -0.5, 0.25]) * height) / 3
        assert np.isfinite(slope).all()
