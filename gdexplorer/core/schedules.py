"""The table of schedules: which share of the learning rate does a step use?

A new schedule is one entry of :data:`SCHEDULES` and one branch of :func:`schedule_share`. t = 0, 1, 2, … counts the
steps taken before; where PyTorch has the schedule, the rates are its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.parameters import Parameter

#: How many parameters a schedule may have.
SCHEDULE_SLOTS = 2


@dataclass(frozen=True)
class Schedule:
    """One entry of the table.

    Attributes:
        key: Name on the command line and in saved files.
        title: Name in the window.
        formula: The rate of step t.
        sentence: The idea in plain words.
        source: Where the rule comes from.
        code: What the kernel knows it by.
        parameters: In the order in which the kernel takes them.
    """

    key: str
    title: str
    formula: str
    sentence: str
    source: str
    code: int
    parameters: tuple[Parameter, ...] = ()

    def shares(self, values: tuple[float, ...], steps: FloatArray) -> FloatArray:
        """Return which share of the learning rate the steps after ``steps`` (shape (n,)) use; shape (n,).

        By the source of the kernel: nothing is compiled, so the window may ask.
        """
        slots = np.array([*values, *[0.0] * (SCHEDULE_SLOTS - len(values))])
        with np.errstate(all="ignore"):
            return np.array([_share(self.code, slots, float(step)) for step in steps])


def _length(meaning: str, default: float) -> Parameter:
    return Parameter("length", "T", meaning, default, 1.0, math.inf)


SCHEDULES: dict[str, Schedule] = {
    schedule.key: schedule
    for schedule in (
        Schedule("constant", "Constant", "ηₜ = η", "All steps use one rate.", "Cauchy (1847)", code=0),
        Schedule(
            "step",
            "Steps",
            "ηₜ = η·γ^⌊t/T⌋",
            "The rate drops at once, every so many steps.",
            "PyTorch StepLR",
            code=1,
            parameters=(
                _length("steps between two drops", 200.0),
                Parameter("factor", "γ", "what a drop multiplies the rate by", 0.5, 0.0, 1.0, False, True),
            ),
        ),
        Schedule(
            "exponential",
            "Exponential",
            "ηₜ = η·γᵗ",
            "Each step uses the same share of the rate before.",
            "PyTorch ExponentialLR",
            code=2,
            parameters=(
                Parameter("factor", "γ", "what each step multiplies the rate by", 0.99, 0.0, 1.0, False, True),
            ),
        ),
        Schedule(
            "cosine",
            "Cosine",
            "ηₜ = η·(f + (1−f)(1 + cos(πt/T))/2), from T on η·f",
            "The rate falls slowly, then fast, then slowly, and stays.",
            "Loshchilov, Hutter (2017), SGDR, ICLR, without restarts; PyTorch CosineAnnealingLR up to T",
            code=3,
            parameters=(
                _length("steps until the lowest rate", 1000.0),
                Parameter("floor", "f", "share of the rate that stays", 0.0, 0.0, 1.0, True, True),
            ),
        ),
        Schedule(
            "warmup",
            "Warm-up",
            "ηₜ = η·(s + (1−s)·min(t, T)/T)",
            "The rate grows evenly to its full size, and stays.",
            "Goyal et al. (2017), Accurate, Large Minibatch SGD; PyTorch LinearLR",
            code=4,
            parameters=(
                _length("steps until the full rate", 100.0),
                Parameter("floor", "s", "share of the rate at the first step", 0.1, 0.0, 1.0, False, True),
            ),
        ),
        Schedule(
            "inverse",
            "1/t",
            "ηₜ = η/(1 + γt)",
            "Ever smaller steps that still reach any distance: the noise of mini-batches dies out.",
            "Robbins, Monro (1951), A Stochastic Approximation Method, Ann. Math. Statist. 22(3)",
            code=5,
            parameters=(Parameter("decay", "γ", "how soon the rate has halved: after 1/γ steps", 0.01, 0.0, math.inf),),
        ),
    )
}


def _share(code: int, parameters: FloatArray, t: float) -> float:
    """Return which share of the learning rate the step after ``t`` steps uses.

    Args:
        code: Of the schedule.
        parameters: Of the schedule, shape (2,).
        t: Steps taken before, from 0 on.
    """
    if code == 1:
        return float(parameters[1] ** math.floor(t / parameters[0]))
    if code == 2:
        return float(parameters[0] ** t)
    if code == 3:
        if t >= parameters[0]:
            return float(parameters[1])
        return float(parameters[1] + (1.0 - parameters[1]) * 0.5 * (1.0 + math.cos(math.pi * t / parameters[0])))
    if code == 4:
        return float(parameters[1] + (1.0 - parameters[1]) * min(t, parameters[0]) / parameters[0])
    if code == 5:
        return float(1.0 / (1.0 + parameters[0] * t))
    return 1.0


#: What the kernels call.
schedule_share = compiled(_share)
