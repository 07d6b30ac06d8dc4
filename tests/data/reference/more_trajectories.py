"""Write ``more_trajectories.npz`` and ``.json``: what PyTorch and Lion do on the problems of ``trajectories.npz``.

To be run by hand, in an environment of its own, with nothing of gdexplorer in it::

    pip install torch lion-pytorch
    python tests/data/reference/more_trajectories.py

float64 on the CPU, one thread, 200 steps. Keys are ``PROBLEM/LOSS/NAME``; under each ``/weights`` (201 × K, row t after
t steps), ``/loss`` (201) and ``/rates`` (200: the learning rate of each step). The JSON holds what was called, the same
in gdexplorer's words, and ``comparable_steps``: up to there PyTorch agrees with itself to 1e-10 relative to
max(1, |w|) when it adds up the rows in other orders. Beyond, rounding decides, and no two programs agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lion_pytorch import Lion

HERE = Path(__file__).parent
STEPS = 200
ORDERS = 4


@dataclass(frozen=True)
class Recipe:
    """One trajectory: how PyTorch makes it, and what it is called here.

    Attributes:
        made_by: The call, in words.
        optimizer: From the weights.
        settings: Our fields; parameters of optimizer and schedule by name.
        schedule: From the optimizer.
        clip: Largest length of the gradient; 0 for any.
    """

    made_by: str
    optimizer: Callable[[list[torch.Tensor]], torch.optim.Optimizer]
    settings: dict[str, object]
    schedule: Callable[[torch.optim.Optimizer], torch.optim.lr_scheduler.LRScheduler] | None = None
    clip: float = 0.0


def words(optimizer: str, rate: float, **parameters: float) -> dict[str, object]:
    return {"optimizer": optimizer, "learning_rate": rate, "parameters": parameters}


def scheduled(schedule: str, **parameters: float) -> dict[str, object]:
    return {"optimizer": "gd", "learning_rate": 0.1, "schedule": schedule, "parameters": parameters}


def descent(rate: float) -> Callable[[list[torch.Tensor]], torch.optim.Optimizer]:
    return lambda w: torch.optim.SGD(w, lr=rate, foreach=False)


rates = torch.optim.lr_scheduler
RECIPES = {
    "adadelta": Recipe(
        "Adadelta(lr=1.0, rho=0.9, eps=1e-6)",
        lambda w: torch.optim.Adadelta(w, lr=1.0, rho=0.9, eps=1e-6, foreach=False),
        words("adadelta", 1.0, rho=0.9, epsilon=1e-6),
    ),
    "adamw": Recipe(
        "AdamW(lr=0.05, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)",
        lambda w: torch.optim.AdamW(w, lr=0.05, weight_decay=0.1, foreach=False),
        words("adamw", 0.05, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.1),
    ),
    "amsgrad": Recipe(
        "Adam(lr=0.05, betas=(0.9, 0.9), eps=1e-8, amsgrad=True)",
        lambda w: torch.optim.Adam(w, lr=0.05, betas=(0.9, 0.9), amsgrad=True, foreach=False),
        words("amsgrad", 0.05, beta1=0.9, beta2=0.9, epsilon=1e-8),
    ),
    "adamax": Recipe(
        "Adamax(lr=0.05, betas=(0.9, 0.99), eps=1e-8)",
        lambda w: torch.optim.Adamax(w, lr=0.05, betas=(0.9, 0.99), eps=1e-8, foreach=False),
        words("adamax", 0.05, beta1=0.9, beta2=0.99, epsilon=1e-8),
    ),
    "nadam": Recipe(
        "NAdam(lr=0.05, betas=(0.9, 0.999), eps=1e-8, momentum_decay=0.004)",
        lambda w: torch.optim.NAdam(w, lr=0.05, momentum_decay=0.004, foreach=False),
        words("nadam", 0.05, beta1=0.9, beta2=0.999, epsilon=1e-8, psi=0.004),
    ),
    "radam": Recipe(
        "RAdam(lr=0.05, betas=(0.9, 0.99), eps=1e-8)",
        lambda w: torch.optim.RAdam(w, lr=0.05, betas=(0.9, 0.99), foreach=False),
        words("radam", 0.05, beta1=0.9, beta2=0.99, epsilon=1e-8),
    ),
    "rprop": Recipe(
        "Rprop(lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-6, 50))",
        lambda w: torch.optim.Rprop(w, lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-6, 50.0), foreach=False),
        words("rprop", 0.01, shrink=0.5, grow=1.2, shortest=1e-6, longest=50.0),
    ),
    "lion": Recipe(
        "lion_pytorch.Lion(lr=0.005, betas=(0.9, 0.99), weight_decay=0.1)",
        lambda w: Lion(w, lr=0.005, betas=(0.9, 0.99), weight_decay=0.1),
        words("lion", 0.005, beta1=0.9, beta2=0.99, decay=0.1),
    ),
    "lbfgs": Recipe(
        "LBFGS(lr=1.0, max_iter=1, history_size=10, tolerance_grad=0, tolerance_change=0)",
        lambda w: torch.optim.LBFGS(w, 1.0, 1, history_size=10, tolerance_grad=0.0, tolerance_change=0.0),
        words("lbfgs", 1.0),
    ),
    "lbfgs_slow": Recipe(
        "LBFGS(lr=0.1, max_iter=1, history_size=10, tolerance_grad=0, tolerance_change=0)",
        lambda w: torch.optim.LBFGS(w, 0.1, 1, history_size=10, tolerance_grad=0.0, tolerance_change=0.0),
        words("lbfgs", 0.1),
    ),
    "clip": Recipe(
        "SGD(lr=0.05) after clip_grad_norm_(max_norm=0.3)",
        descent(0.05),
        words("gd", 0.05) | {"gradient_clip": 0.3},
        clip=0.3,
    ),
    "decay": Recipe(
        "SGD(lr=0.05, momentum=0.9, weight_decay=0.2)",
        lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9, weight_decay=0.2, foreach=False),
        words("momentum", 0.05, momentum=0.9) | {"weight_decay": 0.2},
    ),
    "decay_clip": Recipe(
        "Adam(lr=0.05, weight_decay=0.2) after clip_grad_norm_(max_norm=0.3)",
        lambda w: torch.optim.Adam(w, lr=0.05, weight_decay=0.2, foreach=False),
        words("adam", 0.05, beta1=0.9, beta2=0.999, epsilon=1e-8) | {"gradient_clip": 0.3, "weight_decay": 0.2},
        clip=0.3,
    ),
    "step": Recipe(
        "SGD(lr=0.1), StepLR(step_size=30, gamma=0.5)",
        descent(0.1),
        scheduled("step", length=30.0, factor=0.5),
        lambda o: rates.StepLR(o, step_size=30, gamma=0.5),
    ),
    "exponential": Recipe(
        "SGD(lr=0.1), ExponentialLR(gamma=0.97)",
        descent(0.1),
        scheduled("exponential", factor=0.97),
        lambda o: rates.ExponentialLR(o, gamma=0.97),
    ),
    "cosine": Recipe(
        "SGD(lr=0.1), CosineAnnealingLR(T_max=200, eta_min=0.01)",
        descent(0.1),
        scheduled("cosine", length=200.0, floor=0.1),
        lambda o: rates.CosineAnnealingLR(o, T_max=200, eta_min=0.01),
    ),
    "warmup": Recipe(
        "SGD(lr=0.1), LinearLR(start_factor=0.05, total_iters=60)",
        descent(0.1),
        scheduled("warmup", length=60.0, floor=0.05),
        lambda o: rates.LinearLR(o, start_factor=0.05, total_iters=60),
    ),
    "inverse": Recipe(
        "SGD(lr=0.1), LambdaLR(1/(1 + 0.05 t))",
        descent(0.1),
        scheduled("inverse", decay=0.05),
        lambda o: rates.LambdaLR(o, lambda t: 1.0 / (1.0 + 0.05 * t)),
    ),
}


def loss_of(name: str, residuals: torch.Tensor) -> torch.Tensor:
    if name == "mse":
        return torch.mean(residuals**2)
    return torch.nn.functional.huber_loss(residuals, torch.zeros_like(residuals), delta=1.0)


def trajectory(
    recipe: Recipe, loss: str, X: torch.Tensor, y: torch.Tensor, start: torch.Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    w = start.clone().requires_grad_()
    optimizer = recipe.optimizer([w])
    schedule = recipe.schedule(optimizer) if recipe.schedule else None
    weights, losses, used = [w.detach().numpy().copy()], [], []

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss_of(loss, X @ w - y)
        value.backward()
        if recipe.clip:
            torch.nn.utils.clip_grad_norm_([w], recipe.clip, foreach=False)
        return value

    for _ in range(STEPS):
        losses.append(loss_of(loss, X @ w.detach() - y).item())
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step(closure)
        if schedule:
            schedule.step()
        weights.append(w.detach().numpy().copy())
    losses.append(loss_of(loss, X @ w.detach() - y).item())
    return np.array(weights), np.array(losses), np.array(used)


def comparable_steps(weights: np.ndarray, others: list[np.ndarray]) -> int:
    agree = STEPS
    for other in others:
        errors = (np.abs(other - weights) / np.maximum(1.0, np.abs(weights))).max(axis=1)
        beyond = np.flatnonzero(~(errors <= 1e-10))
        agree = min(agree, int(beyond[0]) - 1 if len(beyond) else STEPS)
    return agree


def main() -> None:
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # else NAdam keeps its product of shares in 32 bits
    shuffler = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    notes: dict[str, dict[str, object]] = {}
    with np.load(HERE / "trajectories.npz") as given:
        for problem in ("sac_w1", "sac_wb"):
            y = given[f"{problem}/y"].ravel()
            X = given[f"{problem}/X"].reshape(len(y), -1)
            start = torch.tensor(given[f"{problem}/start"].ravel())
            orders = [np.arange(len(y)), *(shuffler.permutation(len(y)) for _ in range(ORDERS))]
            for loss in ("mse", "huber"):
                for name, recipe in RECIPES.items():
                    found = [trajectory(recipe, loss, torch.tensor(X[o]), torch.tensor(y[o]), start) for o in orders]
                    key = f"{problem}/{loss}/{name}"
                    for what, values in zip(("weights", "loss", "rates"), found[0], strict=True):
                        arrays[f"{key}/{what}"] = values
                    steps = comparable_steps(found[0][0], [weights for weights, _, _ in found[1:]])
                    notes[key] = {"made_by": recipe.made_by, "settings": recipe.settings, "comparable_steps": steps}
    np.savez_compressed(HERE / "more_trajectories.npz", **arrays)
    (HERE / "more_trajectories.json").write_text(json.dumps(notes, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
