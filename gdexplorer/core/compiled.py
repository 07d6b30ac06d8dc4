"""Compile numeric loops with numba, or run the same source as plain Python where numba cannot be imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

try:
    import numba
except ImportError:  # no wheel for this platform: slower, but every number is the same
    numba = None

#: Whether loops run as machine code. The window shows a notice where they do not.
IS_COMPILED: bool = numba is not None and not numba.config.DISABLE_JIT

# Sums may be reordered and multiply-adds fused, which lets them use vector registers. NaN and infinity keep
# their meaning, since divergence is found by looking for them.
_REORDERED_SUMS = {"reassoc", "contract", "nsz"}


def compiled(function: Function) -> Function:
    """Compile ``function`` on its first call; it runs without the GIL and is cached on disk."""
    if numba is None:
        return function
    return numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=_REORDERED_SUMS)(function)  # type: ignore[no-any-return]
