from __future__ import annotations

import math

import pytest

from gdexplorer.core.errors import InputError
from gdexplorer.core.parameters import Parameter

SHARE = Parameter("momentum", "μ", "share", 0.9, 0.0, 1.0)
ABOVE = Parameter("delta", "δ", "limit", 1.0, 0.0, math.inf, low_included=False)
CLOSED = Parameter("part", "p", "part", 1.0, 0.0, 1.0, high_included=True)


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        (SHARE, [0.0, 0.5, 0.999999], [-1e-9, 1.0, math.nan, math.inf]),
        (ABOVE, [1e-300, 1e300], [0.0, -1.0, math.nan, math.inf]),
        (CLOSED, [0.0, 1.0], [1.0000001, -0.1]),
    ],
)
def test_ranges_include_the_ends_they_say(parameter, good, bad):
    assert all(parameter.allows(value) for value in good)
    assert not any(parameter.allows(value) for value in bad)


def test_ranges_in_words():
    assert SHARE.range_text == "at least 0 and below 1"
    assert ABOVE.range_text == "above 0"
    assert CLOSED.range_text == "at least 0 and at most 1"


def test_what_is_out_of_range_is_named():
    SHARE.check(0.0)
    with pytest.raises(InputError, match=r"^momentum must be at least 0 and below 1, not 1\.$"):
        SHARE.check(1.0)
