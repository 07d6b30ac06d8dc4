"""Labels in one row, each as near to its place as the others leave room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def spread(centres: Sequence[float], widths: Sequence[float], room: float, gap: float) -> list[float] | None:
    """Return the left edges of labels that stay in order and never touch.

    Their distances from where they want to be are as small as they can be together (least squares, by pooling
    neighbours that violate the order: Ayer et al. (1955), Ann. Math. Statist. 26(4)).

    Args:
        centres: Where the middle of each label wants to be, ascending.
        widths: Of the labels.
        room: Labels stay between 0 and this.
        gap: At least so much lies between two.

    Returns:
        None where they do not fit.
    """
    if not widths:
        return []
    offsets = [0.0, *accumulate(width + gap for width in widths[:-1])]
    free = room - offsets[-1] - widths[-1]
    if free < 0:
        return None
    pools: list[tuple[float, int]] = []
    for centre, width, offset in zip(centres, widths, offsets, strict=True):
        pool = (centre - width / 2 - offset, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, count = pools.pop()
            pool = ((mean * count + pool[0] * pool[1]) / (count + pool[1]), count + pool[1])
        pools.append(pool)
    places = [mean for mean, count in pools for _ in range(count)]
    return [min(max(place, 0.0), free) + offset for place, offset in zip(places, offsets, strict=True)]
