"""What follows about the learning rate from the curvature, where a formula holds.

Along an eigenvector of the Hessian with curvature λ, gradient descent and its kin with momentum μ repeat one linear
map. With x = ηλ, the distance from the minimum shrinks by the largest root of

* gradient descent: z − (1 − x), so it converges for x < 2;
* momentum: z² − (1 + μ − x)z + μ, so x < 2(1 + μ) (Polyak 1964);
* Nesterov: z² − (1 + μ)(1 − x)z + μ(1 − x), so x < 2(1 + μ)/(1 + 2μ), where a root reaches −1;
* Newton: as gradient descent where all curvatures are 1.

The largest λ decides the limit, the largest and the smallest the best rate. Weight decay adds to every λ, and to what
Newton divides by. All of it is exact for the squared error; for a loss whose curvature changes it holds as far as the
curvature stays what it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.problem import Problem
from gdexplorer.core.ruler import Ruler, Stretch, Zone
from gdexplorer.core.settings import Settings
from gdexplorer.core.training import TrainingState

_EPS = float(np.finfo(float).eps)
#: A step that keeps more of the error than this, along the steepest direction, crawls.
_CRAWLING = 0.9
_MOST_DOUBLINGS = 60
#: Schedules whose rate ends at the full learning rate.
_FULL_SCHEDULES = ("constant", "warmup")
_FORMULAS = ("gd", "momentum", "nesterov", "newton")

_ADAPTIVE = "{} measures its steps by past slopes, so no formula holds; trial runs tell."
_BATCHES = "Mini-batches are noisy, so no formula holds; trial runs tell."
_SCHEDULED = "The schedule changes the rate from step to step, so no formula holds; trial runs tell."
_KINKED = "The absolute error has no curvature, so no formula holds; trial runs tell."
_OWN_LENGTH = "{} finds the length of each step itself; the learning rate has no say."
_LEVEL = "The loss does not bend in any direction, so every learning rate does the same."
_UNKNOWN = "How the loss bends is not known here, so no formula tells; training does."
_EVERYWHERE = "All rows are so far off that the loss does not bend here; the bound for all weights is shown."
_NO_STEP = "All rows are so far off that the loss does not bend here, where Newton finds no step."
_LOCAL = "The curvature changes with the weights; zones are for where the ball is."
_CLIPPED = "Clipping keeps training above the limit from blowing up, but it does not settle there."
_CLIPPED_DECAY = "Clipping leaves the decay as it is; the zones are for where no gradient is clipped."


@dataclass(frozen=True, eq=False)
class _Spectrum:
    """Curvatures that training feels, ascending and above 0, with weight decay; and the directions they belong to.

    Newton feels 1 wherever the loss or the decay bends at all.
    """

    curvatures: FloatArray
    axes: FloatArray

    @property
    def steepest(self) -> float:
        return float(self.curvatures[-1])

    @property
    def flattest(self) -> float:
        return float(self.curvatures[0])


def formula_missing(problem: Problem, settings: Settings) -> str:
    """Return why no formula tells the limit, as one sentence; empty where one does."""
    optimizer = settings.optimizer_entry
    if not optimizer.takes_rate:
        return _OWN_LENGTH.format(optimizer.title)
    if settings.optimizer not in _FORMULAS:
        return _ADAPTIVE.format(optimizer.title)
    if 0 < settings.batch_size < problem.row_count:
        return _BATCHES
    if settings.schedule not in _FULL_SCHEDULES:
        return _SCHEDULED
    if problem.loss.largest_curvature is None:
        return _KINKED
    return ""


def rate_theory(problem: Problem, settings: Settings, hessian: FloatArray | None = None) -> Ruler:
    """Return what can be told about the learning rate without training.

    Args:
        problem: What is trained.
        settings: How.
        hessian: Of the loss where the ball is, shape (K, K), for losses whose curvature changes; where it is not
            given, the bound that holds for all weights stands in for it.
    """
    missing = formula_missing(problem, settings)
    if missing:
        return Ruler(reason=missing)
    momentum = _momentum(settings)
    anywhere = None
    notes = [_CLIPPED_DECAY if settings.weight_decay else _CLIPPED] if settings.gradient_clip else []
    spectrum = _spectrum(problem, settings, hessian)
    if not problem.is_quadratic:
        bound = problem.steepest_curvature
        if bound is not None and 0 < bound + settings.weight_decay < math.inf:
            anywhere = _limit(settings.optimizer, momentum) / (bound + settings.weight_decay)
        if settings.optimizer == "newton":
            anywhere = None  # whose steps are measured by the curvature where they begin
        if spectrum is None and anywhere is not None:
            steepest = bound + settings.weight_decay if bound is not None else 0.0
            stretches = _stretches(settings.optimizer, momentum, steepest)
            notes.insert(0, _EVERYWHERE if hessian is not None else "")
            return Ruler(stretches, anywhere, anywhere, reason=" ".join(filter(None, notes)))
        notes.insert(0, _LOCAL)
    if spectrum is None:
        bends = problem.hessian() if problem.is_quadratic else hessian
        if bends is None or bends.any() or settings.weight_decay:
            return Ruler(reason=_UNKNOWN)
        return Ruler(reason=_LEVEL if problem.is_quadratic else _NO_STEP)
    fastest = _fastest(settings.optimizer, momentum, spectrum)
    return Ruler(
        _stretches(settings.optimizer, momentum, spectrum.steepest),
        _limit(settings.optimizer, momentum) / spectrum.steepest,
        anywhere,
        fastest if 0 < fastest < math.inf else None,
        _best_pair(settings.optimizer, spectrum),
        _equally_fast(settings.optimizer, momentum, spectrum),
        reason=" ".join(notes),
    )


def predicted_steps(
    problem: Problem,
    settings: Settings,
    state: TrainingState,
    rates: FloatArray,
    hessian: FloatArray | None = None,
) -> FloatArray:
    """Return after how many more steps from ``state`` training converges at each of ``rates``; shape like ``rates``.

    The linear map of one step is squared until its power brings the slope below the tolerance, and the power at which
    it does so is then found by halving: for gradient descent exactly the step that training stops at, with momentum
    the last such step where the slope swings about the tolerance, or one before.

    Returns:
        Infinite where it never does, NaN where no formula holds; so too while the rate still warms up.
    """
    spectrum = None if formula_missing(problem, settings) else _spectrum(problem, settings, hessian)
    is_unsettled = settings.schedule == "warmup" and state.step < settings.schedule_values[0]
    if spectrum is None or settings.tolerance <= 0 or settings.gradient_clip or is_unsettled:
        return np.full(len(rates), np.nan)
    goal = settings.tolerance * state.start_norm
    slopes = spectrum.axes.T @ (state.gradient + settings.weight_decay * state.weights)
    if settings.optimizer in ("momentum", "nesterov"):
        velocities = spectrum.axes.T @ state.memory[0]
    else:
        velocities = np.zeros_like(slopes)
    with np.errstate(all="ignore"):
        x = np.asarray(rates)[:, None] * spectrum.curvatures
        maps = _step_maps(settings.optimizer, _momentum(settings), x)
        shrinks = (log_factors(settings.optimizer, _momentum(settings), x) < 0).all(axis=1)
        vectors = np.broadcast_to(np.stack([slopes, velocities], axis=-1)[..., None], (len(rates), len(slopes), 2, 1))
        found = _first_power(maps, vectors, goal)
        return np.where(shrinks | (found == 0), found, np.inf)


def log_factors(optimizer: str, momentum: float, x: FloatArray) -> FloatArray:
    """Return the logarithm of what a step multiplies the error by, in the long run, where ηλ is ``x``; like ``x``.

    Roots close to 1 are found by their distance from it, so that crawling keeps its digits.
    """
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(all="ignore"):
        if optimizer not in ("momentum", "nesterov"):
            return np.asarray(np.where(x < 1, np.log1p(-np.minimum(x, 1.0)), np.log(np.abs(x - 1.0))))
        is_nesterov = optimizer == "nesterov"
        q = 1.0 - x
        middle = 1.0 - momentum + (1.0 + momentum) * x if is_nesterov else 1.0 - momentum + x
        discriminant = middle * middle - 4.0 * x
        root = np.sqrt(np.maximum(discriminant, 0.0))
        near_one = np.log1p(-2.0 * x / (middle + root))
        swinging = 0.5 * np.log(momentum * q if is_nesterov else np.full_like(x, momentum))
        alternating = np.log(np.abs(((1.0 + momentum) * q if is_nesterov else 1.0 + momentum - x) - root) / 2.0)
        turns = q < 0 if is_nesterov else x > 1.0 + momentum
        return np.asarray(np.where(discriminant < 0, swinging, np.where(turns, alternating, near_one)))


def _momentum(settings: Settings) -> float:
    if settings.optimizer in ("momentum", "nesterov"):
        return settings.parameter(settings.optimizer_entry, "momentum")
    return 0.0


def _spectrum(problem: Problem, settings: Settings, hessian: FloatArray | None) -> _Spectrum | None:
    """Return the curvatures that training feels; None where the loss does not bend, or that is not known."""
    if problem.is_quadratic:
        hessian = problem.hessian()
    if hessian is None or not np.isfinite(hessian).all():
        return None
    curvatures, axes = np.linalg.eigh(hessian)
    floor = len(curvatures) * _EPS * 8
    if problem.is_quadratic:  # known to the last digits
        curvatures = problem.least_squares.curvatures
        floor = floor**2 if problem.least_squares.is_unique else floor
    curvatures = np.where(curvatures > floor * curvatures[-1], curvatures, 0.0)
    felt = curvatures + settings.weight_decay
    if settings.optimizer == "newton":
        felt = np.where(felt > 0, 1.0, felt)
    order = np.argsort(felt)
    order = order[felt[order] > 0]
    if not len(order) or not np.isfinite(felt).all():
        return None
    return _Spectrum(felt[order], axes[:, order])


def _limit(optimizer: str, momentum: float) -> float:
    """Return the ηλ at which training along a direction ceases to converge."""
    if optimizer == "momentum":
        return 2.0 * (1.0 + momentum)
    if optimizer == "nesterov":
        return 2.0 * (1.0 + momentum) / (1.0 + 2.0 * momentum)
    return 2.0


def _stretches(optimizer: str, momentum: float, steepest: float) -> tuple[Stretch, ...]:
    """Return the zones: crawling and zig-zagging are judged along the steepest direction.

    It crawls where a step keeps nine tenths of the error, or with momentum where it takes ten times as long as at its
    best; it zig-zags where the roots have a negative real part, so that the error changes its sign almost every step.
    """
    kept = max(_CRAWLING, momentum**0.05)
    if optimizer == "momentum":
        crawl, turn = 1.0 + momentum - kept - momentum / kept, 1.0 + momentum
    elif optimizer == "nesterov":
        crawl, turn = 1.0 - kept**2 / ((1.0 + momentum) * kept - momentum), 1.0
    else:
        crawl, turn = 1.0 - kept, 1.0
    ends = [0.0, crawl / steepest, turn / steepest, _limit(optimizer, momentum) / steepest, math.inf]
    return tuple(Stretch(low, high, zone) for low, high, zone in zip(ends, ends[1:], Zone, strict=False) if low < high)


def _fastest(optimizer: str, momentum: float, spectrum: _Spectrum) -> float:
    """Return the learning rate at which the slowest direction is fastest.

    As the rate grows, the error along a direction shrinks faster up to a point and more slowly beyond; the best rate is
    where the flattest and the steepest direction meet. Momentum's roots are equally large at equal distances of ηλ
    from 1 + μ, so that they meet at 2(1 + μ)/(λmin + λmax), which is gradient descent's 2/(λmin + λmax) without
    momentum; see :func:`_equally_fast` for rates at which both swing.
    """
    low, high = spectrum.flattest, spectrum.steepest
    swinging = _equally_fast(optimizer, momentum, spectrum)
    if swinging is not None:
        return math.sqrt(swinging[0]) * math.sqrt(swinging[1])
    if optimizer != "nesterov" or momentum == 0:
        return 2.0 * (1.0 + momentum) / (low + high)
    if low == high:
        return 1.0 / high
    x, end = 0.0, _limit(optimizer, momentum)
    while x < (middle := (x + end) / 2) < end:
        at_flattest, at_steepest = log_factors(optimizer, momentum, np.array([middle * (low / high), middle]))
        x, end = (middle, end) if at_steepest < at_flattest else (x, middle)
    return x / high


def _equally_fast(optimizer: str, momentum: float, spectrum: _Spectrum) -> tuple[float, float] | None:
    """Return the ends of the rates at which momentum swings along all directions, so that all shrink by √μ a step."""
    root = math.sqrt(momentum)
    ends = (1.0 - root) ** 2 / spectrum.flattest, (1.0 + root) ** 2 / spectrum.steepest
    return ends if optimizer == "momentum" and 0 < ends[0] < ends[1] < math.inf else None


def _best_pair(optimizer: str, spectrum: _Spectrum) -> tuple[float, float] | None:
    """Return the best learning rate and momentum together.

    Momentum: Polyak (1964). Nesterov: Lessard, Recht, Packard (2016), Analysis and Design of Optimization Algorithms
    via Integral Quadratic Constraints, SIAM J. Optim. 26(1), proposition 1.
    """
    low, high = spectrum.flattest, spectrum.steepest
    if optimizer == "momentum":
        narrow, wide = math.sqrt(low), math.sqrt(high)
        return (2.0 / (narrow + wide)) ** 2, ((wide - narrow) / (wide + narrow)) ** 2
    if optimizer == "nesterov":
        root = math.sqrt(3.0 * high / low + 1.0)
        return 4.0 / (3.0 * high + low), (root - 2.0) / (root + 2.0)
    return None


def _step_maps(optimizer: str, momentum: float, x: FloatArray) -> FloatArray:
    """Return what one step does to slope and velocity along each direction; shape of ``x`` and (2, 2)."""
    maps = np.zeros((*x.shape, 2, 2))
    if optimizer == "momentum":
        maps[..., 0, 0], maps[..., 0, 1] = 1.0 - x, -x * momentum
        maps[..., 1, 0], maps[..., 1, 1] = 1.0, momentum
    elif optimizer == "nesterov":
        maps[..., 0, 0], maps[..., 0, 1] = 1.0 - x * (1.0 + momentum), -x * momentum**2
        maps[..., 1, 0], maps[..., 1, 1] = 1.0, momentum
    else:
        maps[..., 0, 0] = 1.0 - x
    return maps


def _first_power(maps: FloatArray, vectors: FloatArray, goal: float) -> FloatArray:
    """Return the power of the maps that makes the slopes as short as ``goal``; infinite where none does."""

    def is_short(moved: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(np.linalg.norm(moved[..., 0, 0], axis=1) <= goal)

    powers = [maps]
    is_found = is_short(vectors)
    steps = np.zeros(len(maps))
    if is_found.all():
        return steps
    reached = is_found.copy()
    while len(powers) < _MOST_DOUBLINGS:
        reached |= is_short(powers[-1] @ vectors)
        if reached.all():
            break
        powers.append(powers[-1] @ powers[-1])
    moved = vectors
    for index in reversed(range(len(powers))):  # the largest number of steps after which it is not short yet
        further = powers[index] @ moved
        is_long = ~is_short(further)
        moved = np.where(is_long[:, None, None, None], further, moved)
        steps += np.where(is_long, 2.0**index, 0.0)
    return np.where(is_found, 0.0, np.where(reached, steps + 1.0, np.inf))
