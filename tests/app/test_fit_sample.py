"""What the fit plot draws of a problem with powers and products."""

from __future__ import annotations

import numpy as np

from gdexplorer.app.fit_sample import FitSample
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.problem import resolve
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term

SIZE, ROOMS = Term("size"), Term("rooms")
SIZES, COUNTS = np.array([10.0, 20.0, 30.0, 40.0]), np.array([1.0, 3.0, 2.0, 4.0])
DATA = Dataset(
    "t", (Column("size", SIZES, "m²"), Column("rooms", COUNTS), Column("price", 5 + 2 * SIZES * COUNTS, "EUR")), "t"
)


def sample(*terms: Term) -> tuple[FitSample, np.ndarray]:
    problem = resolve(DATA, Settings("t", "price", terms, len(terms)))
    return FitSample(problem), problem.least_squares.weights


def test_a_product_of_two_columns_draws_predictions_against_actual_values() -> None:
    fit, weights = sample(BIAS, SIZE * ROOMS)
    assert fit.is_diagonal
    np.testing.assert_allclose(fit.predictions(weights), fit.y, rtol=1e-9)


def test_powers_of_one_column_draw_a_curve_over_it() -> None:
    fit, _ = sample(BIAS, SIZE, SIZE * SIZE * SIZE)
    assert not fit.is_diagonal
    x, y = fit.line(np.array([1.0, 2.0, 3.0]), 0.0, 2.0)
    assert len(x) > 2
    np.testing.assert_allclose(y, 1 + 2 * x + 3 * x**3)
