"""Reading the words of a command line: errors are sentences, and negative numbers are values."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from gdexplorer.core.errors import InputError

_NEGATIVE = re.compile(r"-[\d.]")


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are :class:`InputError` and whose options are written out in full."""

    def __init__(self, prog: str, description: str, **options: Any) -> None:
        super().__init__(prog, description=description, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Raise InputError for what argparse found wrong."""
        raise InputError(f"{message.removeprefix('argument ')} (see {self.prog} --help)")

    def parse_words(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse ``words``; a negative number after an option is its value, as in ``--start -0.5,2``.

        Raises:
            InputError: They do not fit; the sentence names the option.
        """
        joined: list[str] = []
        for word in words:
            last = joined[-1] if joined else ""
            if _NEGATIVE.match(word) and last.startswith("--") and "=" not in last:
                joined[-1] = f"{last}={word}"
            else:
                joined.append(word)
        return self.parse_args(joined)


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``low`` to ``high``."""
    size = f"of at least {low}" if high is None else f"from {low} to {high}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if number < low or (high is not None and number > high):
            raise argparse.ArgumentTypeError(f"“{text}” is not a whole number {size}")
        return number

    return read


def real_number(low: float, *, low_included: bool = True) -> Callable[[str], float]:
    """Return a reader of finite numbers that are at least ``low``, or only above it."""
    size = f"of at least {low:g}" if low_included else f"above {low:g}"

    def read(text: str) -> float:
        number = _finite(text)
        if number is None or number < low or (number == low and not low_included):
            raise argparse.ArgumentTypeError(f"“{text}” is not a number {size}")
        return number

    return read


def numbers(text: str) -> tuple[float, ...]:
    """Read finite numbers with commas between them."""
    read = tuple(_finite(part) for part in text.split(","))
    if None in read:
        raise argparse.ArgumentTypeError(f"“{text}” is not a list of numbers such as 0.1,0.2")
    return tuple(number for number in read if number is not None)


def named_number(text: str) -> tuple[str, float]:
    """Read ``NAME=VALUE``."""
    name, _, value = text.partition("=")
    number = _finite(value)
    if not name or number is None:
        raise argparse.ArgumentTypeError(f"“{text}” is not a name and a number such as momentum=0.9")
    return name.strip(), number


def width_and_height(text: str) -> tuple[int, int]:
    """Read ``1480x940``."""
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if 0 in size:
        raise argparse.ArgumentTypeError(f"“{text}” is not a width and a height such as 1480x940")
    return size


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
