"""The table of optimizers: how does a gradient become a step?

A new optimizer is one entry of :data:`OPTIMIZERS` and one branch in
:mod:`gdexplorer.core.weight_steps`, or in :mod:`gdexplorer.core.whole_steps` where a step needs all weights at once.
Conventions are PyTorch's, so that trajectories can be compared; g is the gradient before step t = 1, 2, …, and all
memory starts at 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from gdexplorer.core.parameters import Parameter

#: How many numbers an optimizer that treats each weight by itself may remember of it.
MEMORY_SLOTS = 3
#: How many parameters an optimizer may have.
PARAMETER_SLOTS = 4
#: How many pairs of step and change of slope L-BFGS may remember, and how many rows of memory it has besides.
LBFGS_PAIRS, LBFGS_OTHERS = 10, 3


class Family(StrEnum):
    """What kind of rule an optimizer is."""

    PLAIN = "by the slope"
    ADAPTIVE = "a step length for each weight"
    YARDSTICK = "yardsticks"


class MemoryKind(StrEnum):
    """How a memory is to be drawn and told."""

    VELOCITY = "velocity"
    SQUARES = "squares"
    LENGTH = "length"
    OTHER = "other"


@dataclass(frozen=True)
class Memory:
    """What an optimizer remembers of each weight in one slot.

    Attributes:
        symbol: As in the formula.
        meaning: A few plain words.
        kind: A velocity (a direction in weight space), (accumulated) squares of slopes, a length, or something else.
    """

    symbol: str
    meaning: str
    kind: MemoryKind


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
        memory: What the first rows of its memory are, in order.
        family: What kind of rule it is.
        takes_rate: Whether the learning rate has any say; a line search finds the length of each step itself.
        heeds_rate: Whether it has a say in every step; Rprop only begins with it.
        needs_hessian: Whether the loss needs second derivatives.
        memory_rows: How many numbers it remembers for each weight.
        usual_rate: The learning rate that PyTorch begins with, or the paper.
    """

    key: str
    title: str
    formula: str
    sentence: str
    source: str
    code: int
    parameters: tuple[Parameter, ...] = ()
    memory: tuple[Memory, ...] = ()
    family: Family = Family.PLAIN
    takes_rate: bool = True
    heeds_rate: bool = True
    needs_hessian: bool = False
    memory_rows: int = MEMORY_SLOTS
    usual_rate: float = 0.02

    @property
    def moves_by_weight(self) -> bool:
        """Whether each weight moves by its own slope and memory alone."""
        return self.family is not Family.YARDSTICK


_MOMENTUM = Parameter("momentum", "μ", "share of the last step that is kept", 0.9, 0.0, 1.0)
_BETA1 = Parameter("beta1", "β₁", "share of the past in the mean slope", 0.9, 0.0, 1.0)
_VELOCITY = Memory("v", "velocity: past slopes, the older the less", MemoryKind.VELOCITY)
_MEAN_SLOPE = Memory("m", "mean slope of late", MemoryKind.VELOCITY)
_MEAN_SQUARE = Memory("v", "mean squared slope of late", MemoryKind.SQUARES)


def _beta2(default: float = 0.999) -> Parameter:
    return Parameter("beta2", "β₂", "share of the past in the mean of squared slopes", default, 0.0, 1.0)


def _epsilon(default: float) -> Parameter:
    meaning = "small number that keeps the division finite"
    return Parameter("epsilon", "ε", meaning, default, 0.0, math.inf, low_included=False)


def _decay(default: float) -> Parameter:
    return Parameter(
        "decay", "λ", "each step shortens the weights by the share ηλ, whatever the slope", default, 0.0, math.inf
    )


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
            memory=(_VELOCITY,),
        ),
        Optimizer(
            "nesterov",
            "Nesterov",
            "v ← μv + g,  w ← w − η(g + μv)",
            "A heavy ball that looks where it is going.",
            "Nesterov (1983), in the form of Sutskever et al. (2013), On the importance of initialization and momentum",
            code=2,
            parameters=(_MOMENTUM,),
            memory=(_VELOCITY,),
        ),
        Optimizer(
            "adagrad",
            "AdaGrad",
            "G ← G + g²,  w ← w − ηg/(√G + ε)",
            "Weights that have moved much move less.",
            "Duchi, Hazan, Singer (2011), Adaptive Subgradient Methods, JMLR 12",
            code=3,
            parameters=(_epsilon(1e-10),),
            memory=(Memory("G", "sum of all squared slopes", MemoryKind.SQUARES),),
            family=Family.ADAPTIVE,
            usual_rate=0.01,
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
            memory=(_MEAN_SQUARE,),
            family=Family.ADAPTIVE,
            usual_rate=0.01,
        ),
        Optimizer(
            "adadelta",
            "Adadelta",
            "v ← ρv + (1−ρ)g²,  d ← g·√(u + ε)/√(v + ε),  u ← ρu + (1−ρ)d²,  w ← w − ηd",
            "Steps are measured by the slopes and by the steps of late.",
            "Zeiler (2012), ADADELTA: An Adaptive Learning Rate Method, arXiv 1212.5701",
            code=6,
            parameters=(
                Parameter("rho", "ρ", "share of the past in both means of squares", 0.9, 0.0, 1.0),
                _epsilon(1e-6),
            ),
            memory=(_MEAN_SQUARE, Memory("u", "mean squared step of late, before η", MemoryKind.OTHER)),
            family=Family.ADAPTIVE,
            usual_rate=1.0,
        ),
        Optimizer(
            "adam",
            "Adam",
            "m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  w ← w − η/(1−β₁ᵗ) · m/(√v/√(1−β₂ᵗ) + ε)",
            "A heavy ball whose steps are measured by the slopes of late.",
            "Kingma, Ba (2015), Adam: A Method for Stochastic Optimization, ICLR",
            code=5,
            parameters=(_BETA1, _beta2(), _epsilon(1e-8)),
            memory=(_MEAN_SLOPE, _MEAN_SQUARE),
            family=Family.ADAPTIVE,
            usual_rate=1e-3,
        ),
        Optimizer(
            "adamw",
            "AdamW",
            "w ← w − ηλw,  then Adam’s step",
            "Adam, and all weights shrink a little in each step.",
            "Loshchilov, Hutter (2019), Decoupled Weight Decay Regularization, ICLR",
            code=7,
            parameters=(_BETA1, _beta2(), _epsilon(1e-8), _decay(0.01)),
            memory=(_MEAN_SLOPE, _MEAN_SQUARE),
            family=Family.ADAPTIVE,
            usual_rate=1e-3,
        ),
        Optimizer(
            "amsgrad",
            "AMSGrad",
            "m and v as Adam’s,  u ← max(u, v),  w ← w − η/(1−β₁ᵗ) · m/(√u/√(1−β₂ᵗ) + ε)",
            "Adam whose steps never grow again because the slopes are small.",
            "Reddi, Kale, Kumar (2018), On the Convergence of Adam and Beyond, ICLR",
            code=8,
            parameters=(_BETA1, _beta2(), _epsilon(1e-8)),
            memory=(_MEAN_SLOPE, _MEAN_SQUARE, Memory("u", "largest mean squared slope so far", MemoryKind.SQUARES)),
            family=Family.ADAPTIVE,
            usual_rate=1e-3,
        ),
        Optimizer(
            "adamax",
            "AdaMax",
            "m ← β₁m + (1−β₁)g,  u ← max(β₂u, |g| + ε),  w ← w − η/(1−β₁ᵗ) · m/u",
            "Adam measured by the largest slope of late.",
            "Kingma, Ba (2015), Adam: A Method for Stochastic Optimization, ICLR, section 7.1",
            code=9,
            parameters=(_BETA1, _beta2(), _epsilon(1e-8)),
            memory=(_MEAN_SLOPE, Memory("u", "largest slope of late", MemoryKind.LENGTH)),
            family=Family.ADAPTIVE,
            usual_rate=2e-3,
        ),
        Optimizer(
            "nadam",
            "NAdam",
            "m and v as Adam’s,  μₜ = β₁(1 − ½·0.96^(tψ)),"
            "  w ← w − η[(1−μₜ)g/(1−∏μᵢ) + μₜ₊₁m/(1−μₜ₊₁∏μᵢ)]/(√v/√(1−β₂ᵗ) + ε)",
            "Adam that looks where it is going.",
            "Dozat (2016), Incorporating Nesterov Momentum into Adam, ICLR workshop",
            code=10,
            parameters=(
                _BETA1,
                _beta2(),
                _epsilon(1e-8),
                Parameter(
                    "psi", "ψ", "how soon the share of the past has grown to its full size", 0.004, 0.0, math.inf
                ),
            ),
            memory=(_MEAN_SLOPE, _MEAN_SQUARE, Memory("q", "1 − ∏μᵢ, the same for all weights", MemoryKind.OTHER)),
            family=Family.ADAPTIVE,
            usual_rate=2e-3,
        ),
        Optimizer(
            "radam",
            "RAdam",
            "m and v as Adam’s,  ϱ = ϱ∞ − 2tβ₂ᵗ/(1−β₂ᵗ) with ϱ∞ = 2/(1−β₂) − 1;  where ϱ > 5:"
            "  w ← w − η/(1−β₁ᵗ) · m·√[(ϱ−4)(ϱ−2)ϱ∞/((ϱ∞−4)(ϱ∞−2)ϱ)]·√(1−β₂ᵗ)/(√v + ε),  else  w ← w − η/(1−β₁ᵗ) · m",
            "Adam that trusts its measure of the slopes only once it has seen enough of them.",
            "Liu et al. (2020), On the Variance of the Adaptive Learning Rate and Beyond, ICLR",
            code=11,
            parameters=(_BETA1, _beta2(), _epsilon(1e-8)),
            memory=(_MEAN_SLOPE, _MEAN_SQUARE),
            family=Family.ADAPTIVE,
            usual_rate=1e-3,
        ),
        Optimizer(
            "rprop",
            "Rprop",
            "s ← s·grow where the slope keeps its sign, s·shrink where it turns (and no step then),  w ← w − s·sign g",
            "Each weight has a step length of its own; only the sign of the slope counts.",
            "Riedmiller, Braun (1993), A Direct Adaptive Method for Faster Backpropagation Learning, ICNN",
            code=12,
            parameters=(
                Parameter("shrink", "η⁻", "what a turn multiplies the step length by", 0.5, 0.0, 1.0, False),
                Parameter("grow", "η⁺", "what keeping on multiplies the step length by", 1.2, 1.0, math.inf, False),
                Parameter("shortest", "s₋", "shortest step length", 1e-6, 0.0, math.inf),
                Parameter("longest", "s₊", "longest step length", 50.0, 0.0, math.inf, False),
            ),
            memory=(
                Memory("g₋", "slope at the step before, 0 where it turned", MemoryKind.OTHER),
                Memory("s", "step length; the learning rate at first", MemoryKind.LENGTH),
            ),
            family=Family.ADAPTIVE,
            heeds_rate=False,
            usual_rate=0.01,
        ),
        Optimizer(
            "lion",
            "Lion",
            "w ← w − ηλw − η·sign(β₁m + (1−β₁)g),  m ← β₂m + (1−β₂)g",
            "All weights move equally far; a mean of slopes says which way.",
            "Chen et al. (2023), Symbolic Discovery of Optimization Algorithms, NeurIPS",
            code=13,
            parameters=(
                Parameter("beta1", "β₁", "share of the mean slope in the direction", 0.9, 0.0, 1.0),
                Parameter("beta2", "β₂", "share of the past in the mean slope", 0.99, 0.0, 1.0),
                _decay(0.0),
            ),
            memory=(_MEAN_SLOPE,),
            family=Family.ADAPTIVE,
            usual_rate=1e-4,
        ),
        Optimizer(
            "linesearch",
            "Exact line search",
            "w ← w − αg,  α = argmin L(w − αg)",
            "Straight down the slope, as far as it goes down.",
            "Cauchy (1847), Méthode générale pour la résolution des systèmes d’équations simultanées",
            code=20,
            family=Family.YARDSTICK,
            takes_rate=False,
            heeds_rate=False,
        ),
        Optimizer(
            "cg",
            "Conjugate gradient",
            "β = max(0, g·(g − g₋)/(g₋·g₋)),  d ← βd − g,  w ← w + αd,  α = argmin L(w + αd)",
            "Each direction leaves alone what the ones before have settled.",
            "Hestenes, Stiefel (1952); Polak, Ribière (1969), restarted where β would be negative",
            code=21,
            memory=(
                Memory("d", "direction", MemoryKind.VELOCITY),
                Memory("g₋", "slope at the step before", MemoryKind.OTHER),
            ),
            family=Family.YARDSTICK,
            takes_rate=False,
            heeds_rate=False,
        ),
        Optimizer(
            "lbfgs",
            "L-BFGS",
            "w ← w + ηd,  d = −(H⁻¹ from the last 10 steps)·g;  first step: η·min(1, 1/|g|₁)",
            "Guesses the curvature from how the slope changed over the last steps.",
            "Liu, Nocedal (1989), On the limited memory BFGS method; PyTorch LBFGS with one iteration a step",
            code=22,
            family=Family.YARDSTICK,
            memory_rows=2 * LBFGS_PAIRS + LBFGS_OTHERS,
            usual_rate=1.0,
        ),
        Optimizer(
            "newton",
            "Newton",
            "w ← w − ηH⁻¹g",
            "Knows the curvature: with η = 1 a bowl’s bottom is one step away.",
            "Newton; Nocedal, Wright (2006), Numerical Optimization, section 3.3",
            code=23,
            family=Family.YARDSTICK,
            needs_hessian=True,
            usual_rate=1.0,
        ),
    )
}
