"""The table of optimizers: how does a gradient become a step?

A new optimizer is one entry of :data:`OPTIMIZERS` and one branch of :func:`moved`. Conventions are PyTorch's, so
that trajectories can be compared; g is the gradient before step t = 1, 2, …, and all memory starts at 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gdexplorer.core.compiled import compiled
from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.parameters import Parameter

#: How many numbers an optimizer may remember for each weight.
MEMORY_SLOTS = 2
#: How many parameters an optimizer may have.
PARAMETER_SLOTS = 3


@dataclass(frozen=True)
class Optimizer:
    """One entry of the table.

    Attributes:
        key: Name on the command line and in saved files.
        title: Name in the window.
        formula: The update rule.
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


_MOMENTUM = Parameter("momentum", "μ", "share of the last step that is kept", 0.9, 0.0, 1.0)


def _epsilon(default: float) -> Parameter:
    meaning = "small number that keeps the division finite"
    return Parameter("epsilon", "ε", meaning, default, 0.0, math.inf, low_included=False)


OPTIMIZERS: dict[str, Optimizer] = {
    optimizer.key: optimizer
    for optimizer in (
        Optimizer(
            "gd",
            "Gradient descent",
            "w ← w − ηg",
            "One step against the slope.",
            "Cauchy (1847), Méthode générale pour la résolution des systèmes d’équations simultanées",
            code=0,
        ),
        Optimizer(
            "momentum",
            "Momentum",
            "v ← μv + g,  w ← w − ηv",
            "A heavy ball keeps part of its speed.",
            "Polyak (1964), Some methods of speeding up the convergence of iteration methods",
            code=1,
            parameters=(_MOMENTUM,),
        ),
        Optimizer(
            "nesterov",
            "Nesterov",
            "v ← μv + g,  w ← w − η(g + μv)",
            "A heavy ball that looks where it is going.",
            "Nesterov (1983), in the form of Sutskever et al. (2013), On the importance of initialization and momentum",
            code=2,
            parameters=(_MOMENTUM,),
        ),
        Optimizer(
            "adagrad",
            "AdaGrad",
            "G ← G + g²,  w ← w − ηg/(√G + ε)",
            "Weights that have moved much move less.",
            "Duchi, Hazan, Singer (2011), Adaptive Subgradient Methods, JMLR 12",
            code=3,
            parameters=(_epsilon(1e-10),),
        ),
        Optimizer(
            "rmsprop",
            "RMSProp",
            "v ← ρv + (1−ρ)g²,  w ← w − ηg/(√v + ε)",
            "Steps are measured by the slopes of late.",
            "Tieleman, Hinton (2012), Coursera: Neural Networks for Machine Learning, lecture 6.5",
            code=4,
            parameters=(
                Parameter("rho", "ρ", "share of the past in the mean of squared slopes", 0.99, 0.0, 1.0),
                _epsilon(1e-8),
            ),
        ),
        Optimizer(
            "adam",
            "Adam",
            "m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  w ← w − η/(1−β₁ᵗ) · m/(√v/√(1−β₂ᵗ) + ε)",
            "A heavy ball whose steps are measured by the slopes of late.",
            "Kingma, Ba (2015), Adam: A Method for Stochastic Optimization, ICLR",
            code=5,
            parameters=(
                Parameter("beta1", "β₁", "share of the past in the mean slope", 0.9, 0.0, 1.0),
                Parameter("beta2", "β₂", "share of the past in the mean of squared slopes", 0.999, 0.0, 1.0),
                _epsilon(1e-8),
            ),
        ),
    )
}


@compiled
def step_factors(code: int, parameters: FloatArray, rate: float, t: int) -> tuple[float, float]:
    """Return what step ``t`` (the first is 1) has in common for all weights: η and 1, which only Adam corrects.

    Adam's memory starts at 0 and is too small at first: η/(1−β₁ᵗ) and √(1−β₂ᵗ) make up for it. They never change
    again once they have become η and 1 to rounding.
    """
    if code == 5:
        return rate / (1.0 - parameters[0] ** t), math.sqrt(1.0 - parameters[1] ** t)
    return rate, 1.0


@compiled
def moved(
    code: int,
    parameters: FloatArray,
    rate: float,
    spread: float,
    weight: float,
    slope: float,
    first: float,
    second: float,
) -> tuple[float, float, float]:
    """Move one weight by one step.

    Args:
        code: Of the optimizer.
        parameters: Of the optimizer, shape (3,).
        rate: First of :func:`step_factors`.
        spread: Second of :func:`step_factors`.
        weight: Before the step.
        slope: This weight's entry of the gradient.
        first: What the optimizer remembers of this weight: a velocity, or a mean or sum of (squared) slopes.
        second: Its second memory.

    Returns:
        The weight and both memories after the step.
    """
    if code == 0:
        return weight - rate * slope, first, second
    if code == 1:
        first = parameters[0] * first + slope
        return weight - rate * first, first, second
    if code == 2:
        first = parameters[0] * first + slope
        return weight - rate * (slope + parameters[0] * first), first, second
    if code == 3:
        first += slope * slope
        return weight - rate * slope / (math.sqrt(first) + parameters[0]), first, second
    if code == 4:
        first = parameters[0] * first + (1.0 - parameters[0]) * slope * slope
        return weight - rate * slope / (math.sqrt(first) + parameters[1]), first, second
    first = parameters[0] * first + (1.0 - parameters[0]) * slope
    second = parameters[1] * second + (1.0 - parameters[1]) * slope * slope
    return weight - rate * first / (math.sqrt(second) / spread + parameters[2]), first, second
