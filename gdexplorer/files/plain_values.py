"""Frozen values as JSON and back, by the types that their classes declare."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def as_plain(value: Any) -> Any:
    """Return a value of numbers, texts, tuples and dataclasses as lists, dictionaries, numbers and texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [as_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: Any, plain: Any) -> Any:
    """Return the value of type ``kind`` of which :func:`as_plain` made ``plain``.

    Raises:
        TypeError: It is no such value.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal and plain in arguments:
        return plain
    if origin in (Union, types.UnionType):
        return _first_fitting(arguments, plain)
    if origin is tuple and isinstance(plain, list):
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(from_plain(arguments[0], item) for item in plain)
        if len(arguments) == len(plain):
            return tuple(from_plain(part, item) for part, item in zip(arguments, plain, strict=True))
    if isinstance(kind, type):
        if is_dataclass(kind) and isinstance(plain, dict):
            hints = _hints(kind)
            return kind(**{name: from_plain(hints[name], item) for name, item in plain.items() if name in hints})
        if kind is float and isinstance(plain, int | float) and not isinstance(plain, bool):
            return float(plain)
        if type(plain) is kind:
            return plain
    raise TypeError(f"{plain!r} is no {kind}")


def _first_fitting(kinds: tuple[Any, ...], plain: Any) -> Any:
    for kind in kinds:
        try:
            return from_plain(kind, plain)
        except TypeError:
            continue
    raise TypeError(f"{plain!r} is none of {kinds}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
