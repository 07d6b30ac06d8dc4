import math

import numpy as np
import pytest

from gdexplorer.core.schedules import SCHEDULES
from gdexplorer.ui.schedule_sketch import ScheduleSketch
from gdexplorer.ui.theme import DARK


@pytest.fixture
def sketch(qtbot):
    sketch = ScheduleSketch()
    sketch.set_theme(DARK)
    sketch.resize(274, sketch.sizeHint().height())
    qtbot.addWidget(sketch)
    return sketch


def curve(sketch) -> np.ndarray:
    """Return for each column of pixels how high the curve stands, from 0 to 1; NaN where it is not drawn."""
    image = sketch.grab().toImage()
    bottom, top = sketch.height() - 14, 4
    accent = tuple(int(DARK.accent[k : k + 2], 16) for k in (1, 3, 5))
    heights = []
    for x in range(image.width()):
        ys = [y for y in range(image.height()) if math.dist(accent, image.pixelColor(x, y).getRgb()[:3]) < 60]
        heights.append((bottom - np.mean(ys)) / (bottom - top) if ys else math.nan)
    return np.array(heights)


@pytest.mark.parametrize("key", [key for key in SCHEDULES if key != "constant"])
def test_the_curve_is_that_of_the_schedule(sketch, key):
    entry = SCHEDULES[key]
    values = tuple(parameter.default for parameter in entry.parameters)
    sketch.set_schedule(entry, values)
    drawn = curve(sketch)
    xs = np.flatnonzero(~np.isnan(drawn))
    assert len(xs) > 200
    left, right = xs[0] + 1, xs[-1] - 1
    for share in (0.0, 0.3, 0.65, 1.0):
        x = round(left + share * (right - left))
        step = (x - left) / (right - left) * sketch.last_step
        near = entry.shares(values, np.floor(np.array([step * 0.97, step, step * 1.03])))
        assert near.min() - 0.08 <= drawn[x] <= near.max() + 0.08


@pytest.mark.parametrize(
    ("key", "values", "end"),
    [("cosine", (1000.0, 0.0), 1250.0), ("warmup", (1.0, 0.1), 2.0), ("step", (200.0, 0.5), 1250.0)],
)
def test_it_reaches_beyond_the_length(sketch, key, values, end):
    sketch.set_schedule(SCHEDULES[key], values)
    assert sketch.last_step == end


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("exponential", (1.0,)),
        ("exponential", (1e-300,)),
        ("inverse", (0.0,)),
        ("inverse", (1e300,)),
        ("step", (1e300, 1.0)),
    ],
)
def test_extreme_parameters_can_be_drawn(sketch, key, values):
    sketch.set_schedule(SCHEDULES[key], values)
    assert math.isfinite(sketch.last_step)
    assert not sketch.grab().isNull()
