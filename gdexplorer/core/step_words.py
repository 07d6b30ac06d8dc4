"""One plain sentence about one step: why it is as long as it is, and where it leads."""

from __future__ import annotations

import numpy as np

from gdexplorer.core.dataset import FloatArray
from gdexplorer.core.numerals import compact, subscript
from gdexplorer.core.optimizers import Family, MemoryKind
from gdexplorer.core.step_account import StepAccount

#: Of the slope at the start: from here on it counts as steep, and below that as small.
_STEEP, _SMALL = 0.5, 0.1
#: Of the way to the minimum: a shorter step is short for its slope.
_SHORT_WAY = 0.05
#: A slope along the step that is less than this share of what it was has vanished.
_VANISHED = 1e-6
#: A learning rate so small may be why nothing moves.
_TINY_RATE = 1e-9
#: A gradient of which more than this share is kept is hardly clipped.
_HARDLY_CLIPPED = 0.99
#: From here on the velocity is what a step is made of.
_CARRIED = 2.0
#: Of the learning rate: so far weights move whose step is “about the learning rate”.
_ABOUT = (0.5, 2.0)


def step_sentence(account: StepAccount) -> str:
    """Say in one sentence what happens in this step; every branch rests on the step's own numbers."""
    if account.update is None:
        return (
            "This step leads out of the range of numbers, so it cannot be taken; "
            f"choose a learning rate well below {compact(account.settings.learning_rate)}."
        )
    if not account.update.any():
        return _no_step(account)
    for branch in (_against_all, _yardstick, _over_the_bottom, _clipped, _carried, _measured):
        sentence = branch(account, account.update)
        if sentence:
            return sentence
    return _by_slope(account, account.update)


def _no_step(account: StepAccount) -> str:
    if not account.slope.any():
        return "The slope is 0 and nothing else moves the ball, so the weights stay where they are."
    if not account.settings.optimizer_entry.takes_rate:
        return "Along its direction the search finds no way down, so the weights stay where they are."
    if account.rate == 0 and account.settings.optimizer_entry.heeds_rate:
        return "The schedule has brought the learning rate to 0, so the weights stay where they are."
    if account.settings.optimizer == "newton" and account.rate > _TINY_RATE and not account.problem.is_quadratic:
        return "The loss does not bend here, so Newton finds no step although the slope is not 0."
    if account.settings.optimizer == "rprop":
        return "The slope has changed its sign, so Rprop takes no step and shortens the next one."
    return "The step is too small to change the digits of the weights, so they stay where they are."


def _against_all(account: StepAccount, update: FloatArray) -> str:
    """A batch that leads uphill on the whole."""
    if account.epoch is None or float(update @ account.before.gradient) <= 0 or _is_carried(account, update):
        return ""
    if float(account.gradient @ account.before.gradient) >= 0:  # it is the decay, or the memory, that leads uphill
        return ""
    who = "This one row pulls" if account.row_count == 1 else f"These {account.row_count:,} rows pull"
    return (
        f"{who} another way than all rows together, so the step leads uphill on the whole: {_moves(account, update)}."
    )


def _yardstick(account: StepAccount, update: FloatArray) -> str:
    entry = account.settings.optimizer_entry
    if entry.family is not Family.YARDSTICK:
        return ""
    if not entry.takes_rate:
        direction = next((change.after for change in account.memory if change.memory.kind is MemoryKind.VELOCITY), None)
        is_straight = direction is None or np.array_equal(direction, -account.slope)
        way = "straight down the slope" if is_straight else "along a direction that keeps earlier gains"
        return f"The search goes {way} until the loss stops falling: {_moves(account, update)}."
    whole = account.rate == 1 and account.decay is None and account.clip_factor in (None, 1.0)
    if entry.key == "newton" and account.problem.is_quadratic and whole:
        return f"Newton knows the curvature of this bowl, so one step leads to its bottom: {_moves(account, update)}."
    if not (entry.needs_hessian or account.before.memory.any()):
        return f"{entry.title} cannot guess the curvature yet, so it goes down the slope: {_moves(account, update)}."
    knows = "knows the curvature" if entry.needs_hessian else "guesses the curvature from its last steps"
    return f"{entry.title} {knows}, so flat directions get long steps and steep ones short: {_moves(account, update)}."


def _over_the_bottom(account: StepAccount, update: FloatArray) -> str:
    """A slope along the step that was downhill before it and is uphill after it."""
    after = account.after
    if account.epoch is not None or account.decay is not None or after is None:
        return ""
    was, becomes = float(update @ account.before.gradient), float(update @ after.gradient)
    if not was < 0 < becomes:
        return ""
    if becomes <= _VANISHED * -was:
        bottom = "the bottom" if len(update) == 1 else "the lowest point of its way"
        return f"The step is just long enough to reach {bottom}: {_moves(account, update)}."
    if after.loss > account.before.loss:
        losses = f"the loss rises from {compact(account.before.loss)} to {compact(after.loss)}"
        return f"The step jumps over the bottom and lands higher on the other side: {losses}."
    where = "the slope changes its sign" if len(update) == 1 else "along the way the slope changes its sign"
    return f"The step jumps over the bottom: {where}, and {_moves(account, update)}."


def _clipped(account: StepAccount, update: FloatArray) -> str:
    if account.clip_factor is None or account.clip_factor > _HARDLY_CLIPPED:
        return ""
    share, limit = compact(100 * account.clip_factor, 2), compact(account.settings.gradient_clip)
    return f"The slope is too long for the limit {limit}, so only {share} % of it counts: {_moves(account, update)}."


def _velocity_part(account: StepAccount, update: FloatArray) -> FloatArray | None:
    """Return what the step has besides −η times the slope, where the optimizer is a heavy ball."""
    entry = account.settings.optimizer_entry
    if entry.family is not Family.PLAIN or not any(memory.kind is MemoryKind.VELOCITY for memory in entry.memory):
        return None
    return update + account.rate * account.slope


def _is_carried(account: StepAccount, update: FloatArray) -> bool:
    velocity = _velocity_part(account, update)
    if velocity is None:
        return False
    return float(np.linalg.norm(velocity)) >= _CARRIED * account.rate * float(np.linalg.norm(account.slope))


def _carried(account: StepAccount, update: FloatArray) -> str:
    """A heavy ball whose velocity does more than the slope under it."""
    velocity = _velocity_part(account, update)
    if velocity is None:
        return ""
    if float(velocity @ account.slope) > 0:
        if float(update @ account.slope) > 0:
            return f"The velocity carries the ball uphill, against the slope: {_moves(account, update)}."
        return f"The slope is stronger than the velocity, which points uphill: {_moves(account, update)}."
    if not _is_carried(account, update):
        return ""
    if _steepness(account) < _STEEP:
        gentle = "although the slope is gentler than at the start"
        return f"The velocity carries the ball on {gentle}: {_moves(account, update)}."
    return f"Most of the step is velocity from earlier steps, the rest is the slope: {_moves(account, update)}."


def _measured(account: StepAccount, update: FloatArray) -> str:
    """Optimizers that give each weight a step length of its own."""
    entry = account.settings.optimizer_entry
    if entry.family is not Family.ADAPTIVE:
        return ""
    moves = _moves(account, update)
    many = {1: "the weight moves", 2: "both weights move"}.get(len(update), "all weights move")
    if entry.key == "lion":
        if account.settings.parameter(entry, "decay"):
            return f"Lion takes the sign of the mean slope, and a share of the weights themselves: {moves}."
        if not update.all():
            return f"Lion takes only the sign of the mean slope, which for some weight is 0: {moves}."
        return f"Lion takes only the sign of the mean slope, so {many} by the learning rate: {moves}."
    if entry.key == "rprop":
        return f"Rprop takes only the sign of the slope and a step length of its own: {moves}."
    if entry.key == "adadelta":
        return f"Adadelta measures its steps by the slopes and by how far its steps went so far: {moves}."
    with np.errstate(all="ignore"):
        lengths = np.abs(update) / account.rate
    moving = account.slope != 0
    low, high = (float(edge(lengths[moving])) for edge in (np.min, np.max)) if moving.any() else (0.0, 0.0)
    if entry.key == "radam":
        return _rectified(account, update)
    if _ABOUT[0] <= low and high <= _ABOUT[1]:
        return (
            f"{entry.title} divides by the usual slope, so {many} about the learning rate {compact(account.rate)}: "
            f"{moves}."
        )
    if high < _ABOUT[0]:
        has_mean = any(memory.kind is MemoryKind.VELOCITY for memory in entry.memory)
        small = "the mean slope is small against the usual slope" if has_mean else "the slopes so far were larger"
        return f"In {entry.title} {small}, so {many} less than half the learning rate: {moves}."
    return f"{entry.title} measures each weight’s step by its own past slopes: {moves}."


def _rectified(account: StepAccount, update: FloatArray) -> str:
    """RAdam, which for some steps takes the mean slope as it is: then the step is the same share of it everywhere."""
    mean = account.memory[0].after
    assert mean is not None  # the step has an update
    moves = _moves(account, update)
    unmeasured = 1.0 - account.settings.parameter(account.settings.optimizer_entry, "beta1") ** account.step
    if np.allclose(update * unmeasured, -account.rate * mean, rtol=1e-9, atol=1e-12 * float(np.abs(update).max())):
        return f"RAdam has seen too few slopes to measure by them, so it takes the mean slope as it is: {moves}."
    return f"RAdam measures each weight’s step by its own past slopes, as far as it trusts them: {moves}."


def _by_slope(account: StepAccount, update: FloatArray) -> str:
    """Plain descent: the slope against that at the start, the step against the way to the minimum."""
    steepness, moves = _steepness(account), _moves(account, update)
    minimum = account.problem.minimum
    if minimum is not None and account.decay is None and steepness >= _STEEP:
        way = float(np.linalg.norm(minimum - account.before.weights))
        share = float(np.linalg.norm(update)) / way if way > 0 else np.inf
        if share < _SHORT_WAY:
            percent = compact(100 * share, 2)
            return f"The slope is steep, but the learning rate makes the step short, {percent} % of the way: {moves}."
    if steepness >= _STEEP:
        fall = _hardly_falls(account)
        if fall is not None:
            percent = compact(100 * fall, 2)
            short = f"the learning rate makes the step short, and the loss falls by {percent} %"
            return f"The slope is steep, but {short}: {moves}."
        return f"The slope is steep, so the step is long: {moves}."
    if steepness < _SMALL:
        return f"The slope is small, so the step is short: {moves}."
    if account.settings.schedule != "constant":
        rate = compact(account.rate)
        return f"The slope is gentler than at the start, and the schedule makes the learning rate {rate}: {moves}."
    return f"The slope is gentler than at the start, so the step is shorter: {moves}."


def _hardly_falls(account: StepAccount) -> float | None:
    """Return which share of the loss a step takes away that changes neither loss nor slope much; None for others."""
    before, after, decay = account.before, account.after, account.settings.weight_decay
    if account.epoch is not None or after is None:
        return None
    was, becomes = (state.gradient + decay * state.weights for state in (before, after))
    fall = (before.loss - after.loss) / before.loss if before.loss > 0 else 1.0
    is_same = float(np.linalg.norm(becomes - was)) < _SHORT_WAY * float(np.linalg.norm(was))
    return fall if is_same and 0 <= fall < _SHORT_WAY else None


def _steepness(account: StepAccount) -> float:
    """Return the length of the slope against that at the start."""
    start = account.before.start_norm
    return float(np.linalg.norm(account.slope)) / start if start > 0 else np.inf


def _moves(account: StepAccount, update: FloatArray) -> str:
    """Return which weight moves most, as trained, and from where to where."""
    index = int(np.argmax(np.abs(update)))
    before = float(account.before.weights[index])
    old, new = _told_apart(before, before + float(update[index]))
    return f"w{subscript(index + 1)} moves from {old} to {new}"


def _told_apart(old: float, new: float) -> tuple[str, str]:
    """Return two numbers with as many digits as it takes to tell them apart, three at least."""
    pairs = ((compact(old, digits), compact(new, digits)) for digits in range(3, 17))
    return next((pair for pair in pairs if pair[0] != pair[1]), (compact(old, 17), compact(new, 17)))
