"""What a table's settings are when it is read for the first time, and when it is read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gdexplorer.app.file_stamp import stamp_of
from gdexplorer.app.jobs import Prepared, opening, pasting
from gdexplorer.core.reading_choices import ReadingChoices
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.engine.worker import Ticket


def read(source: Path | str, base: Settings | None = None, **options: object) -> Prepared:
    return opening(str(source), base, **options)(Ticket("import", 0))


@pytest.fixture
def flats(tmp_path: Path) -> Path:
    return write(tmp_path / "flats.csv", ("area", "rooms", "age", "price"))


def write(path: Path, names: tuple[str, ...], rows: int = 40) -> Path:
    columns = {name: (index + 1.5, index % 7 + 1) for index, name in enumerate(names)}
    lines = [",".join(f"{factor * row + row % modulus}" for factor, modulus in columns.values()) for row in range(rows)]
    path.write_text("\n".join([",".join(names), *lines]) + "\n")
    return path


def test_a_file_is_stamped_and_a_bundled_set_is_not(flats: Path) -> None:
    assert read(flats).settings.stamp == stamp_of(flats)
    assert read("crickets").settings.stamp == ""


@pytest.fixture
def chosen(flats: Path) -> Settings:
    """Settings on flats that nobody would guess."""
    terms = (Term("rooms"), Term("age"), BIAS)
    return replace(
        read(flats).settings, target="area", terms=terms, weight_count=2, start=(0.5, 1.5), learning_rate=0.007
    )


def test_a_file_read_again_keeps_what_was_chosen(flats: Path, chosen: Settings) -> None:
    write(flats, ("rooms", "area", "age", "price"), 50)
    now = read(flats, chosen).settings
    kept = ("target", "weight_count", "terms_in_use", "start", "learning_rate")
    assert [getattr(now, name) for name in kept] == [getattr(chosen, name) for name in kept]
    assert now.terms[:3] == chosen.terms
    assert Term("price") in now.terms, "which is on offer, too"
    assert now.stamp == stamp_of(flats) != chosen.stamp


def test_choices_on_its_reading_count_from_then_on(flats: Path, chosen: Settings) -> None:
    choices = ReadingChoices(last_line=30)
    now = read(flats, chosen, choices=choices)
    assert (now.settings.reading, now.settings.target) == (choices, "area")


def test_a_term_in_use_that_is_gone_is_left_out(flats: Path, chosen: Settings) -> None:
    write(flats, ("rooms", "area", "price"))
    now = read(flats, chosen).settings
    assert (now.target, now.terms_in_use, now.start) == ("area", (Term("rooms"),), None)


def test_without_its_target_it_is_fresh_data(flats: Path, chosen: Settings) -> None:
    write(flats, ("rooms", "price"))
    now = read(flats, chosen).settings
    assert (now.target, now.start, now.weight_count) == ("price", None, 2)


def test_what_does_not_fit_any_more_is_chosen_afresh(flats: Path, chosen: Settings) -> None:
    base = replace(chosen, batch_size=30)
    assert read(flats, base).settings.batch_size == 30
    write(flats, ("area", "rooms", "age", "price"), 20)
    assert read(flats, base).settings.batch_size == 0


def test_another_file_is_fresh_data(chosen: Settings, tmp_path: Path) -> None:
    other = write(tmp_path / "other.csv", ("area", "rooms", "age", "price"))
    now = read(other, chosen).settings
    assert (now.target, now.source, now.start) == ("price", str(other), None)


def test_a_pasted_table_is_called_so_whenever_it_is_opened(tmp_path: Path, chosen: Settings) -> None:
    text = "area\tprice\n" + "".join(f"{row}\t{2 * row}\n" for row in range(9))
    pasted = pasting(text, tmp_path / "kept", chosen)(Ticket("import", 0))
    assert pasted.problem.dataset.title == "Pasted table"
    again = read(pasted.settings.source)
    assert (again.problem.dataset.title, again.settings.stamp) == ("Pasted table", pasted.settings.stamp)
