from __future__ import annotations

import csv
import json
import os
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.errors import InputError
from gdexplorer.core.moments import Moments, moments_of
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import Term, parse_term
from gdexplorer.core.watching import UNWATCHED
from gdexplorer.files import big_table
from gdexplorer.files.cancelling import ReadCancelledError
from gdexplorer.files.catalog import bundled
from gdexplorer.files.query import NumbersQuery
from gdexplorer.files.reading import open_table
from gdexplorer.files.table_moments import TableMoments
from tests.files.big_tables import Impatient, opened, query_of, write_table

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
NIST_TERMS = {"Norris": ("bias", "x"), "NoInt1": ("x",), "Pontius": ("bias", "x", "x^2")}
CELLS = st.none() | st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


def in_memory(**columns):
    return Dataset("t", tuple(Column(name, np.asarray(values, float)) for name, values in columns.items()), "t")


def settings_of(dataset, target, *terms, **choices):
    made = tuple(parse_term(term, dataset) for term in terms)
    return Settings("t", target, made, len(made), **choices)


def assert_same(dataset, whole, target, *terms, rtol=1e-9, scaling=Scaling.STANDARDISE):
    """The problem of a big table is the one of all its rows in memory."""
    chosen = settings_of(whole, target, *terms, scaling=scaling)
    problem, expected = resolve(dataset, chosen), resolve(whole, chosen)
    found, exact = problem.least_squares, expected.least_squares
    np.testing.assert_allclose(found.H, exact.H, rtol=rtol, atol=rtol * np.abs(exact.H).max())
    scale = np.abs(expected.original_weights(exact.weights)).max()
    np.testing.assert_allclose(
        problem.original_weights(found.weights), expected.original_weights(exact.weights), rtol=rtol, atol=rtol * scale
    )
    assert found.loss == pytest.approx(exact.loss, rel=rtol, abs=1e-13 * expected.target_power)
    assert found.is_unique == exact.is_unique
    assert (problem.rows_total, problem.rows_dropped) == (expected.row_count, expected.rows_dropped)
    return problem


@pytest.fixture(scope="module", autouse=True)
def few_sampled_rows():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(big_table, "MOST_SAMPLED", 60)
        patch.setattr(big_table, "_FEWEST_SAMPLED", 60)
        yield


@settings(max_examples=40)
@given(st.data())
def test_sums_of_duckdb_are_those_of_numpy(tmp_path_factory, data):
    columns = data.draw(st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=3, max_size=3))
    names = ("a", "b", "c")
    arrays = np.array(columns, dtype=float)
    terms = data.draw(
        st.lists(
            st.sampled_from([Term("a"), Term("b"), Term("c"), Term("a", 2), Term("b", 3), Term("a") * Term("c", 2)]),
            min_size=1,
            max_size=5,
            unique=True,
        )
    )
    used = {name for term in terms for name in term.columns}
    complete = ~np.isnan([arrays[names.index(name)] for name in used]).any(axis=0)
    whole = in_memory(**dict(zip(names, arrays, strict=True)))
    values = np.array([term.values(whole) for term in terms])
    near = moments_of(np.random.default_rng(0).normal(size=(len(terms), 20)))
    path = write_table(tmp_path_factory.mktemp("t") / "t.parquet", **dict(zip(names, arrays, strict=True)))
    gaps = [name for name, array in zip(names, arrays, strict=True) if np.isnan(array).any()]
    source = TableMoments(query_of(path, *names), dict(zip(names, ("c0", "c1", "c2"), strict=True)), "t.parquet", gaps)
    if not complete.any():
        with pytest.raises(InputError, match=r"No row of t.parquet has a number in all of"):
            source.moments(terms, near, UNWATCHED)
        return
    found, expected = source.moments(terms, near, UNWATCHED), moments_of(values[:, complete])
    assert found.rows == expected.rows
    np.testing.assert_array_equal(found.is_constant, expected.is_constant)
    size = np.abs(values[:, complete]).max(axis=1) + 1e-300
    np.testing.assert_allclose(found.centres, expected.centres, rtol=1e-12, atol=1e-13 * size.max())
    np.testing.assert_allclose(found.spreads, expected.spreads, rtol=1e-9)
    correlations = expected.factor.T @ expected.factor
    np.testing.assert_allclose(found.factor.T @ found.factor, correlations, atol=1e-8)


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("nickname", [entry.nickname for entry in bundled()])
def test_bundled_tables_have_the_same_minimum_on_disk(tmp_path, nickname, scaling):
    whole = open_table(nickname).dataset
    names = whole.column_names
    columns = {column.name: column.values for column in whole.columns}
    dataset = opened(write_table(tmp_path / "t.parquet", **columns), *names)
    target = whole.suggested_target
    size = whole.suggested_terms[0] if whole.suggested_terms[0] != "bias" else whole.suggested_terms[1]
    assert dataset.row_count == 60 or dataset.row_count == whole.row_count
    for terms in ([size], [size, "bias"], [size, "bias", f"{size}^2"]):
        assert_same(dataset, whole, target, *terms, scaling=scaling)


@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("name", NIST_TERMS)
def test_certified_coefficients_from_disk(tmp_path, name, scaling):
    nist = json.loads((REFERENCE / "nist.json").read_text())[name]
    with (REFERENCE / nist["csv"]).open() as lines:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]
    path = write_table(tmp_path / "t.parquet", **{key: [row[key] for row in rows] for key in ("y", "x")})
    dataset = opened(path, "y", "x")
    problem = resolve(dataset, settings_of(dataset, "y", *NIST_TERMS[name], scaling=scaling))
    found = problem.original_weights(problem.minimum)
    np.testing.assert_allclose(found, list(nist["coefficients"].values()), rtol=1e-11)


@pytest.fixture(scope="module")
def numbers():
    rng = np.random.default_rng(0)
    return rng.uniform(0.5, 1.5, 20_000), rng.normal(size=20_000)


@pytest.mark.parametrize(
    ("degree", "rtol"),
    [(2, 1e-12), (4, 1e-11), (6, 1e-8)],  # of a sum of squares as it stands: 1e-13, 1e-9, 1e-5
)
def test_badly_conditioned_powers_lose_no_more_than_in_memory(tmp_path, numbers, degree, rtol):
    x, noise = numbers
    whole = in_memory(y=np.sin(3 * x) + 0.01 * noise, x=x)
    dataset = opened(write_table(tmp_path / "t.parquet", y=whole.column("y").values, x=x), "y", "x")
    terms = ["bias", *(f"x^{power}" if power > 1 else "x" for power in range(1, degree + 1))]
    problem = assert_same(dataset, whole, "y", *terms, rtol=rtol)
    assert problem.condition_number > 10.0 ** (degree * 1.1)


def test_a_model_that_fits_nearly_exactly_keeps_its_loss(tmp_path, numbers):
    x, noise = numbers
    y = 3 * x + 1e-6 * noise
    dataset = opened(write_table(tmp_path / "t.parquet", y=y, x=x), "y", "x")
    problem = assert_same(dataset, in_memory(y=y, x=x), "y", "x", "bias", rtol=1e-8)
    assert problem.least_squares.loss < 1e-11


@pytest.mark.parametrize(
    ("odd", "rtol"), [(1e-6, 1e-5), (1e3, 1e-10), (1e12, 1e-10), (1e200, 1e-9), (1e300, 1e-9), (-1.7e308, 1e-9)]
)
def test_a_row_that_the_sample_has_not_may_be_far_off(tmp_path, numbers, odd, rtol):
    x = np.full(20_000, 5.0)
    x[17] += odd
    y = numbers[1] + x / max(abs(odd), 1.0)
    dataset = opened(write_table(tmp_path / "t.parquet", y=y, x=x), "y", "x")
    assert dataset.column("x").is_constant
    problem = assert_same(dataset, in_memory(y=y, x=x), "y", "x", "bias", rtol=rtol)
    assert not any("constant" in note for note in problem.notes())


def test_terms_that_repeat_one_another_are_found(tmp_path, numbers):
    x, noise = numbers
    columns = {"y": x + noise, "x": x, "z": -3 * x, "c": np.full(20_000, 7.0)}
    dataset = opened(write_table(tmp_path / "t.parquet", **columns), *columns)
    assert not assert_same(dataset, in_memory(**columns), "y", "x", "bias", "z").least_squares.is_unique
    problem = assert_same(dataset, in_memory(**columns), "y", "x", "bias", "c")
    assert "The column c is constant; its weight does what a bias does." in problem.notes()


def test_only_rows_that_are_complete_in_the_columns_used_count(tmp_path, numbers):
    x, noise = numbers
    columns = {"y": 3 * x + noise, "x": x.copy(), "z": noise.copy()}
    columns["x"][::3] = np.nan
    columns["z"][::7] = np.nan
    dataset = opened(write_table(tmp_path / "t.parquet", **columns), *columns)
    for terms in (["x", "bias"], ["z", "bias"], ["x", "z", "bias"], ["x*z", "bias"]):
        assert_same(dataset, in_memory(**columns), "y", *terms)


def test_infinities_and_nan_count_as_missing(tmp_path):
    path = tmp_path / "t.parquet"
    with duckdb.connect() as connection:
        cells = "CASE WHEN i % 5 = 0 THEN 'inf'::DOUBLE WHEN i % 7 = 0 THEN 'nan'::DOUBLE ELSE i * 1.5e0 END"
        connection.execute(f"COPY (SELECT i * 1e0 AS y, {cells} AS x FROM range(1000) t(i)) TO '{path}'")
    dataset = opened(path, "y", "x")
    problem = resolve(dataset, settings_of(dataset, "y", "x", "bias"))
    assert problem.rows_total == sum(1 for i in range(1000) if i % 5 and i % 7)
    assert problem.original_weights(problem.minimum)[0] == pytest.approx(1 / 1.5)


def test_a_term_that_overflows_only_outside_the_sample_is_refused(tmp_path, numbers):
    x = numbers[0].copy()
    x[17] = 1e200
    dataset = opened(write_table(tmp_path / "t.parquet", y=numbers[1], x=x), "y", "x")
    with pytest.raises(InputError, match="x\\^2 is too large"):
        resolve(dataset, settings_of(dataset, "y", "x", "bias", "x^2"))


def test_high_powers_are_the_same(tmp_path, numbers):
    x, noise = numbers
    dataset = opened(write_table(tmp_path / "t.parquet", y=noise, x=x), "y", "x")
    for power in (3, 7, 12, 13, 40):
        assert_same(dataset, in_memory(y=noise, x=x), "y", f"x^{power}", "bias")


def test_what_is_known_is_not_passed_over_again(tmp_path, numbers, monkeypatch):
    x, noise = numbers
    columns = {"y": x + noise, "x": x, "z": noise}
    dataset = opened(write_table(tmp_path / "t.parquet", **columns), *columns)
    made = assert_same(dataset, in_memory(**columns), "y", "x", "bias", "z")
    monkeypatch.setattr(TableMoments, "_pass", None)
    again = resolve(dataset, settings_of(dataset, "y", "x", "bias", "z", seed=8))
    np.testing.assert_array_equal(again.least_squares.H, made.least_squares.H)
    for terms in (["z", "x", "bias"], ["z"], ["bias"]):
        assert_same(dataset, in_memory(**columns), "y", *terms)
    with pytest.raises(TypeError):
        resolve(dataset, settings_of(dataset, "y", "x^2"))


def test_fewer_columns_bring_rows_back(tmp_path, numbers):
    x, noise = numbers
    gapped = np.where(np.arange(20_000) % 4 == 0, np.nan, noise)
    columns = {"y": x + noise, "x": x, "z": gapped}
    dataset = opened(write_table(tmp_path / "t.parquet", **columns), *columns)
    assert assert_same(dataset, in_memory(**columns), "y", "x", "z", "bias").rows_total == 15_000
    assert assert_same(dataset, in_memory(**columns), "y", "x", "bias").rows_total == 20_000


def test_a_file_that_has_changed_is_not_mixed_with_what_it_was(tmp_path, numbers):
    path = write_table(tmp_path / "t.parquet", y=numbers[1], x=numbers[0])
    dataset = opened(path, "y", "x")
    write_table(path, y=numbers[1][:500], x=numbers[0][:500])
    with pytest.raises(InputError, match=r"t.parquet is no longer what it was when it was opened; open it again"):
        resolve(dataset, settings_of(dataset, "y", "x"))
    path.unlink()
    with pytest.raises(InputError, match="no longer"):
        resolve(dataset, settings_of(dataset, "y", "x"))


def test_a_damaged_file_is_said_in_one_sentence(tmp_path, numbers):
    path = write_table(tmp_path / "t.parquet", y=numbers[1], x=numbers[0])
    dataset = opened(path, "y", "x")
    state = path.stat()
    with path.open("r+b") as file:
        file.seek(100)
        file.write(bytes(60_000))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    with pytest.raises(InputError, match=r"t.parquet can no longer be read to its end \(.*\); open it again") as caught:
        resolve(dataset, settings_of(dataset, "y", "x"))
    assert "\n" not in str(caught.value)


def test_a_pass_ends_soon_when_nobody_waits_any_more():
    numbered = NumbersQuery("range(3000000000) AS t(a)", {}, ("c0",), ("a * random()",), Path("/dev/null"), "a")
    source = TableMoments(numbered, {"x": "c0"}, "t.parquet", ())
    near = Moments(2, np.zeros(1), np.ones(1), np.ones((1, 1)), np.zeros(1, dtype=bool))
    watch = Impatient(0.2)
    with pytest.raises(ReadCancelledError):
        source.moments([Term("x")], near, watch)
    assert time.perf_counter() - watch.asked < 0.3
    assert watch.shares == sorted(watch.shares)
    assert watch.shares[-1] > 0
    assert source.known == ()


def test_no_row_may_be_complete_in_the_file_either(tmp_path):
    path = write_table(tmp_path / "t.parquet", y=[1.0, np.nan, 2.0], x=[np.nan, 2.0, np.nan])
    source = opened(path, "y", "x").moments
    near = moments_of(np.array([[1.0, 2.0], [2.0, 5.0]]))
    with pytest.raises(InputError, match=r"No row of t.parquet has a number in all of x, y"):
        source.moments([Term("x"), Term("y")], near, UNWATCHED)
