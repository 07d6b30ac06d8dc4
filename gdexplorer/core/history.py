"""The record of a run, bounded however long it lasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray

#: The first steps are all kept for good: that is where most happens.
OPENING = 1024
#: Later, at most this many records are kept.
CAPACITY = 16_384


def stride_at(step: int) -> int:
    """Return how many steps one record stands for once ``step`` is reached: a power of two."""
    stride = 1
    while step >= CAPACITY * stride:
        stride *= 2
    return stride


def steps_until_change(step: int) -> int:
    """Return how many steps after ``step`` still belong to its stride, as :func:`recorded_every` sees it."""
    if step < OPENING:
        return OPENING - step
    return CAPACITY * stride_at(step) - step


def recorded_every(step: int) -> int:
    """Return which steps right after ``step`` are recorded: those that this number divides."""
    return 1 if step < OPENING else stride_at(step)


@dataclass(frozen=True, eq=False)
class Records:
    """Consecutive records of one run.

    Attributes:
        steps: Shape (n,), ascending.
        weights: Shape (n, K), as trained.
        losses: Shape (n,), the loss at exactly these weights.
        low: Shape (n,), the smallest loss from this record up to the next.
        high: Shape (n,), the largest one.
        gradient_norms: Shape (n,).
        learning_rates: Shape (n,), what multiplied the direction in the step to this record; at the start of a run, the
            share of the learning rate that the schedule has for the first step.
        lead_low: The smallest loss before the first record that belongs to an earlier one; infinite if none.
        lead_high: The largest one; minus infinity if none.
    """

    steps: NDArray[np.int64]
    weights: FloatArray
    losses: FloatArray
    low: FloatArray
    high: FloatArray
    gradient_norms: FloatArray
    learning_rates: FloatArray
    lead_low: float = np.inf
    lead_high: float = -np.inf

    def __len__(self) -> int:
        return int(self.steps.shape[0])


class History:
    """Grows by records and thins itself: every step up to a cap, then every second one is dropped, and again.

    The loss keeps each bucket's smallest and largest value, so that oscillation stays visible.
    """

    def __init__(self, weight_count: int) -> None:
        self._count = 0
        self._steps = np.empty(256, dtype=np.int64)
        self._weights = np.empty((256, weight_count))
        self._values = np.empty((5, 256))

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> NDArray[np.int64]:
        """Recorded steps, shape (n,). Like all columns here a view that the next append may change."""
        return self._steps[: self._count]

    @property
    def weights(self) -> FloatArray:
        """Weights as trained, shape (n, K)."""
        return self._weights[: self._count]

    @property
    def losses(self) -> FloatArray:
        """Loss at exactly these steps, shape (n,)."""
        return self._values[0, : self._count]

    @property
    def low(self) -> FloatArray:
        """Smallest loss of each bucket, shape (n,)."""
        return self._values[1, : self._count]

    @property
    def high(self) -> FloatArray:
        """Largest loss of each bucket, shape (n,)."""
        return self._values[2, : self._count]

    @property
    def gradient_norms(self) -> FloatArray:
        """Gradient norm at these steps, shape (n,)."""
        return self._values[3, : self._count]

    @property
    def learning_rates(self) -> FloatArray:
        """Learning rate with which each of these steps was taken, shape (n,)."""
        return self._values[4, : self._count]

    def append(self, records: Records) -> None:
        """Add records that follow on those held, and thin out if the cap is passed."""
        if self._count and np.isfinite(records.lead_low):
            last = self._count - 1
            self._values[1, last] = min(self._values[1, last], records.lead_low)
            self._values[2, last] = max(self._values[2, last], records.lead_high)
        added = len(records)
        if not added:
            return
        end = self._count + added
        self._reserve(end)
        self._steps[self._count : end] = records.steps
        self._weights[self._count : end] = records.weights
        columns = (records.losses, records.low, records.high, records.gradient_norms, records.learning_rates)
        for row, column in zip(self._values, columns, strict=True):
            row[self._count : end] = column
        self._count = end
        self._thin()

    def _reserve(self, count: int) -> None:
        if count <= self._steps.shape[0]:
            return
        size = max(count, 2 * self._steps.shape[0])
        self._steps = np.resize(self._steps, size)
        self._weights = np.resize(self._weights, (size, self._weights.shape[1]))
        values = np.empty((self._values.shape[0], size))
        values[:, : self._count] = self._values[:, : self._count]
        self._values = values

    def _thin(self) -> None:
        steps = self.steps
        stride = stride_at(int(steps[-1]))
        kept = np.flatnonzero((steps < OPENING) | (steps % stride == 0))
        if len(kept) == len(steps):
            return
        low = np.minimum.reduceat(self.low, kept)
        high = np.maximum.reduceat(self.high, kept)
        count = len(kept)
        self._steps[:count] = steps[kept]
        self._weights[:count] = self._weights[kept]
        self._values[:, :count] = self._values[:, kept]
        self._values[1, :count], self._values[2, :count] = low, high
        self._count = count
