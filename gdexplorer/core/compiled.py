"""Compile numeric loops with numba, or run the same source as plain Python where numba cannot be imported.

numba takes a third of a second to import, so it is imported by the first call of a kernel: that is on a worker,
after the window has shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property, update_wrapper
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

# Sums may be reordered and multiply-adds fused, which lets them use vector registers. NaN and infinity keep
# their meaning, since divergence is found by looking for them.
_REORDERED_SUMS = {"reassoc", "contract", "nsz"}


@cache
def _numba() -> Any:
    """Return numba, taught to see kernels in one another's globals; None where it cannot be imported."""
    try:
        import numba
        from numba.extending import typeof_impl
    except ImportError:  # no wheel for this platform: slower, but every number is the same
        return None

    def type_of_kernel(kernel: _Kernel, context: Any) -> Any:
        return typeof_impl(kernel.machine_code, context)

    typeof_impl.register(_Kernel, type_of_kernel)
    return numba


def is_compiled() -> bool:
    """Whether loops run as machine code. Imports numba: not for the main thread before the window shows."""
    numba = _numba()
    return numba is not None and not numba.config.DISABLE_JIT


class _Kernel:
    """A loop that becomes machine code when it is first called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.py_func = function
        update_wrapper(self, function)

    @cached_property
    def machine_code(self) -> Callable[..., Any]:
        """What runs: numba's dispatcher, which loads its code from the disk where it can; else the source itself."""
        numba = _numba()
        if numba is None:
            return self.py_func
        options = {"nogil": True, "cache": True, "error_model": "numpy", "fastmath": _REORDERED_SUMS}
        dispatcher: Callable[..., Any] = numba.njit(**options)(self.py_func)
        return dispatcher

    def __call__(self, *arguments: Any) -> Any:
        return self.machine_code(*arguments)


def compiled(function: Function) -> Function:
    """Compile ``function`` on its first call; it runs without the GIL and is cached on disk."""
    return _Kernel(function)  # type: ignore[return-value]
