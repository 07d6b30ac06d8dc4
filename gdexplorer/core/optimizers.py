"""The table of optimizers: how does a gradient become a step?

A new optimizer is one entry of :data:`OPTIMIZERS` and one branch of :func:`update`. Conventions are PyTorch's, so
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
def update(
    code: int,
    parameters: FloatArray,
    rate: float,
    t: int,
    gradient: FloatArray,
    weights: FloatArray,
    memory: FloatArray,
) -> None:
    """Take step ``t`` (the first is 1): change ``weights``, shape (K,), and ``memory``, shape (2, K), in place."""
    count = weights.shape[0]
    if code == 0:
        for k in range(count):
            weights[k] -= rate * gradient[k]
    elif code == 1:
        for k in range(count):
            memory[0, k] = parameters[0] * memory[0, k] + gradient[k]
            weights[k] -= rate * memory[0, k]
    elif code == 2:
        for k in range(count):
            memory[0, k] = parameters[0] * memory[0, k] + gradient[k]
            weights[k] -= rate * (gradient[k] + parameters[0] * memory[0, k])
    elif code == 3:
        for k in range(count):
            memory[0, k] += gradient[k] * gradient[k]
            weights[k] -= rate * gradient[k] / (math.sqrt(memory[0, k]) + parameters[0])
    elif code == 4:
        for k in range(count):
            memory[0, k] = parameters[0] * memory[0, k] + (1.0 - parameters[0]) * gradient[k] * gradient[k]
            weights[k] -= rate * gradient[k] / (math.sqrt(memory[0, k]) + parameters[1])
    else:
        step_length = rate / (1.0 - parameters[0] ** t)
        spread = math.sqrt(1.0 - parameters[1] ** t)
        for k in range(count):
            memory[0, k] = parameters[0] * memory[0, k] + (1.0 - parameters[0]) * gradient[k]
            memory[1, k] = parameters[1] * memory[1, k] + (1.0 - parameters[1]) * gradient[k] * gradient[k]
            weights[k] -= step_length * memory[0, k] / (math.sqrt(memory[1, k]) / spread + parameters[2])
