"""One table at the end, with every speed as a ratio to its alternative in the same run.

Run with ``python -m pytest tests/benchmarks --benchmark-only``. JAX (``pip install .[bench]``) and PyTorch are compared
with where they are installed. Nothing is asserted about time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest


@dataclass
class Measured:
    """Rates by scenario and by who reached them; ours first, by the name ``gdexplorer``."""

    unit: dict[str, str] = field(default_factory=dict)
    rates: dict[str, dict[str, float]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


_MEASURED = pytest.StashKey[Measured]()


@pytest.fixture(scope="session")
def measured(pytestconfig: pytest.Config) -> Measured:
    return pytestconfig.stash.setdefault(_MEASURED, Measured())


@pytest.fixture
def rate_of(benchmark, measured: Measured) -> Iterator[Callable[..., float]]:
    """Time a function that does ``amount`` units of work, and enter its best rate in the table."""

    def time(scenario: str, who: str, unit: str, amount: float, work: Callable[[], object], rounds: int = 5) -> float:
        benchmark.pedantic(work, rounds=rounds, iterations=1, warmup_rounds=1)
        rate = amount / benchmark.stats.stats.min
        benchmark.extra_info["rate"] = rate
        measured.unit[scenario] = unit
        measured.rates.setdefault(scenario, {})[who] = rate
        return rate

    return time


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    measured = config.stash.get(_MEASURED, None)
    if measured is None:
        return
    terminalreporter.section("speed, best of each run")
    terminalreporter.write_line(f"{'':62}{'rate':>14}  {'':12}{'ours is':>12}")
    for scenario, rates in measured.rates.items():
        ours = rates.get("gdexplorer")
        for who, rate in sorted(rates.items(), key=lambda item: item[0] != "gdexplorer"):
            label = scenario if who == "gdexplorer" or ours is None else ""
            ratio = "" if who == "gdexplorer" or ours is None else f"{ours / rate:,.4g} ×"
            line = f"{label:<44}{who:<18}{rate:>14,.4g}  {measured.unit[scenario]:<12}{ratio:>12}"
            terminalreporter.write_line(line)
    for remark in measured.remarks:
        terminalreporter.write_line(remark)
