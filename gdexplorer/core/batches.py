"""Which rows make up the batch of a step: shuffled anew each epoch, and computable for any step by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.compiled import compiled

_MASK32 = 0xFFFFFFFF


@compiled
def _mix(value: int, key: int) -> int:
    """Scatter 32 bits: the finaliser of MurmurHash3 (A. Appleby, public domain)."""
    h = (value ^ key) & _MASK32
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & _MASK32
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & _MASK32
    return h ^ (h >> 16)


@compiled
def shuffled_row(seed: int, epoch: int, position: int, rows: int) -> int:
    """Return which row stands at ``position`` when ``rows`` rows are shuffled for ``epoch``.

    For fixed seed and epoch this is a permutation of range(rows). It is a Feistel network of four rounds on the
    smallest even number of bits that holds ``rows``, walked until it falls into the range again (Black, Rogaway
    (2002), Ciphers with Arbitrary Finite Domains): nothing is stored, and any step can be replayed alone.
    """
    half = 1
    while (1 << (2 * half)) < rows:
        half += 1
    mask = (1 << half) - 1
    key = _mix(epoch & _MASK32, _mix(seed & _MASK32, (epoch >> 32) ^ 0x9E3779B9))
    value = position
    while True:
        left, right = value >> half, value & mask
        for turn in range(4):
            left, right = right, left ^ (_mix(right, (key + turn * 0x3C6EF372) & _MASK32) & mask)
        value = (left << half) | right
        if value < rows:
            return value


def steps_per_epoch(rows: int, batch_size: int) -> int:
    """Return how many batches see every row once; the last may be smaller. Batch size 0 means all rows."""
    return 1 if batch_size == 0 else -(-rows // batch_size)


def batch_rows(seed: int, step: int, batch_size: int, rows: int) -> NDArray[np.int64]:
    """Return which of ``rows`` rows make up the batch of ``step`` (the first is 1), in the order they are added up.

    Batch size 0 means all rows, in their own order.
    """
    if batch_size == 0:
        return np.arange(rows)
    epoch, place = divmod(step - 1, steps_per_epoch(rows, batch_size))
    first = place * batch_size
    count = min(batch_size, rows - first)
    return np.array([shuffled_row(seed, epoch, first + at, rows) for at in range(count)], dtype=np.int64)
