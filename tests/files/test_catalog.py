import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from gdexplorer.files.catalog import bundled, find_bundled
from gdexplorer.files.reading import open_table
from gdexplorer.files.resources import resource

NICKNAMES = ("sacramento", "athens", "ames", "lucas", "crickets")


def source_rows(first_word: str) -> dict[str, list[str]]:
    """Rows of the table in SOURCES.md whose header has ``first_word`` in its second cell, by first cell."""
    lines = resource("datasets/SOURCES.md").read_text("utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| file | {first_word}"))
    rows = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows[cells[0]] = cells[1:]
    return rows


def test_sacramento_is_the_first_of_five():
    assert tuple(entry.nickname for entry in bundled()) == NICKNAMES


@pytest.mark.parametrize("nickname", NICKNAMES)
def test_nickname_and_stem_find_the_same(nickname):
    entry = find_bundled(nickname)
    assert entry is not None
    assert find_bundled(entry.path.stem) is entry
    assert find_bundled(entry.path.name) is None


def test_descriptions_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        bundled()[0].title = "mine"
    with pytest.raises(TypeError):
        bundled()[0].units["size_sqft"] = "m²"


@pytest.mark.parametrize("entry", bundled(), ids=lambda entry: entry.nickname)
class TestEachBundledSet:
    def test_has_the_rows_and_columns_of_its_source_and_nothing_missing(self, entry):
        (size,) = (cells[0] for name, cells in source_rows("rows").items() if entry.path.name in name)
        rows, columns = (int(number.replace(",", "")) for number in size.split("×"))
        opened = open_table(entry.nickname)
        assert (opened.report.rows, len(opened.report.columns)) == (rows, columns)
        assert opened.dataset.row_count == rows
        assert [column.missing for column in opened.report.columns] == [0] * columns
        assert opened.report.notes == ()
        assert opened.report.dropped == 0

    def test_has_the_least_squares_weights_of_its_source(self, entry):
        expected = [float(cell) for cell in source_rows("w, no bias")[entry.nickname][:3]]
        dataset = open_table(entry.path.stem).dataset
        xs = [Fraction(value) for value in dataset.column(entry.terms[0]).values.tolist()]
        ys = [Fraction(value) for value in dataset.column(entry.target).values.tolist()]
        n, sx, sy = len(xs), sum(xs), sum(ys)
        sxx = sum(x * x for x in xs)
        sxy = sum(x * y for x, y in zip(xs, ys, strict=True))
        weight = (n * sxy - sx * sy) / (n * sxx - sx * sx)
        found = [sxy / sxx, weight, (sy - weight * sx) / n]
        assert [float(value) for value in found] == pytest.approx(expected, rel=1e-12)

    def test_describes_columns_that_exist(self, entry):
        dataset = open_table(entry.nickname).dataset
        named = {term.removesuffix("^2") for term in entry.terms} - {"bias"}
        assert {*named, *entry.units, *entry.codes, entry.target} <= set(dataset.column_names)
        assert {column.name: column.unit for column in dataset.columns if column.unit} == dict(entry.units)
        assert tuple(column.name for column in dataset.columns if not column.is_quantity) == entry.codes

    def test_offers_the_best_predictor_then_bias_then_each_other_quantity_then_powers(self, entry):
        dataset = open_table(entry.nickname).dataset
        target = dataset.column(entry.target).values
        quantities = [
            c.name for c in dataset.columns if c.is_quantity and c.missing_count == 0 and c.name != entry.target
        ]
        strength = {name: abs(np.corrcoef(dataset.column(name).values, target)[0, 1]) for name in quantities}
        best = max(strength, key=strength.__getitem__)
        others = [name for name in quantities if name != best]
        assert entry.terms == (best, "bias", *others, *(term for term in entry.terms if "^" in term))

    def test_is_opened_with_its_description(self, entry):
        dataset = open_table(entry.path.stem).dataset
        assert (dataset.title, dataset.source) == (entry.title, entry.nickname)
        assert dataset.row_noun == entry.row_noun
        assert (dataset.suggested_target, dataset.suggested_terms) == (entry.target, entry.terms)

    def test_says_what_it_shows_and_under_which_licence(self, entry):
        assert 40 < len(entry.summary) < 250
        assert "MIT" in entry.credit or "CC0" in entry.credit
