from __future__ import annotations

import numpy as np
import pytest

from gdexplorer.app.landscape_job import LandscapeRequest, Stage, surveying
from gdexplorer.app.turning import can_turn, turning
from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.problem import resolve
from gdexplorer.core.scaling import Scaling
from gdexplorer.core.settings import Settings
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.engine.worker import Ticket
from gdexplorer.ui.landscape_choice import LandscapeChoice

RNG = np.random.default_rng(2)
SIZE = RNG.normal(1700, 400, 50)
DATA = Dataset("t", (Column("price", 140 * SIZE + RNG.normal(0, 3e4, 50)), Column("size", SIZE)), "t")


def landscape(scaling: Scaling, loss: str = "mse", is_original: bool = False):
    settings = Settings("t", "price", (Term("size"), BIAS), weight_count=2, scaling=scaling, loss=loss)
    made = resolve(DATA, settings)
    start = made.random_start(7)
    heights = np.array([made.evaluate(start)[0]])
    choice = LandscapeChoice(is_original=is_original)
    request = LandscapeRequest(made, choice, start, start[None, :], heights, None, Stage(40))
    return surveying(request)(Ticket("landscape", 0))


@pytest.mark.parametrize("before", Scaling)
@pytest.mark.parametrize("after", Scaling)
def test_every_height_on_the_way_is_the_loss_of_its_weights(before: Scaling, after: Scaling) -> None:
    old, new = landscape(before), landscape(after)
    turns = turning(old, new)(Ticket("turning", 0))
    assert len(turns) > 10
    problem = new.request.problem
    for turn in turns[::4]:
        for row, column in ((0, 0), (89, 12), (40, 60)):
            weights = turn.section.weights(np.array([turn.ground.a[column], turn.ground.b[row]]))
            assert turn.ground.losses[row, column] == pytest.approx(problem.evaluate(weights)[0], rel=1e-9)


def test_the_way_begins_at_the_old_picture_and_ends_at_the_new_one() -> None:
    old, new = landscape(Scaling.NONE), landscape(Scaling.STANDARDISE)
    first, *_, last = turning(old, new)(Ticket("turning", 0))
    after = new.request.problem

    def corners(section, a, b):
        return section.weights(np.array([[x, y] for x in (a[0], a[-1]) for y in (b[0], b[-1])]))

    seen = corners(old.section, old.ground.a, old.ground.b)
    begun = after.scaling.to_scaled(old.request.problem.original_weights(seen))
    ended = corners(new.section, new.ground.a, new.ground.b)
    whole = np.abs(ended - begun).max()
    assert np.abs(corners(first.section, (0, 1), (0, 1)) - begun).max() < 0.02 * whole
    assert np.abs(corners(last.section, (0, 1), (0, 1)) - ended).max() < 0.02 * whole
    for turn in (first, last):
        np.testing.assert_allclose(turn.section.weights(turn.minimum[0]), new.request.problem.minimum, atol=1e-9)


def test_only_the_same_models_can_be_turned_into_one_another() -> None:
    old = landscape(Scaling.NONE).request
    assert can_turn(old, landscape(Scaling.DIVIDE).request)
    assert not can_turn(old, old)
    assert not can_turn(old, landscape(Scaling.NONE).request)
    assert not can_turn(old, landscape(Scaling.DIVIDE, loss="mae").request)
    assert not can_turn(old, landscape(Scaling.DIVIDE, is_original=True).request)


def test_a_cancelled_turn_ends_at_once() -> None:
    ticket = Ticket("turning", 0)
    ticket.cancel()
    assert turning(landscape(Scaling.NONE), landscape(Scaling.DIVIDE))(ticket) == ()
