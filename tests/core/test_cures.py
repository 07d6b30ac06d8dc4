"""What is offered helps, and nothing is offered that changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gdexplorer.core import cures
from gdexplorer.core.diagnosis import Mood
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.training import advance, begin, start_weights

NEVER = np.zeros(1, dtype=np.int64)


def test_a_search_caught_at_a_kink_is_stuck(dataset_of, settings_of, course):
    rng = np.random.default_rng(21)
    x, y = np.where(np.arange(40) % 4 == 0, 50.0, 1.0) * rng.normal(size=40), rng.normal(size=40)
    chosen = settings_of("y", "x", "bias", loss="mae", optimizer="linesearch", scaling=Scaling.NONE, start=(0.0, 0.0))
    problem = resolve(dataset_of(y=y, x=x), chosen)
    said = course(problem, chosen, 300, every=10)[-1]
    assert (said.word, said.mood) == ("stuck", Mood.WARNING)
    assert said.sentence == "Along its direction the search finds no way down although the slope is not 0."
    (cure,) = said.cures
    caught, cured = (
        advance(problem, begin(problem, start_weights(problem, made), made), made, 1000, NEVER)[0].loss
        for made in (chosen, replace(cure.settings, schedule="inverse"))
    )
    assert cured < 0.999 * caught, "there was a way down"


def test_no_rate_is_offered_to_an_optimizer_that_only_begins_with_one(settings_of):
    for optimizer, is_offered in (("adam", True), ("rprop", False), ("cg", False)):
        chosen = settings_of("price", "size", optimizer=optimizer, learning_rate=0.01)
        assert (cures.take_rate(chosen, 0.1) is not None) == is_offered
