"""How work that takes long is watched: whether anybody still waits for it, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Watch(Protocol):
    """Handed to work, which asks it now and then; see :data:`UNWATCHED` for work that nobody watches."""

    def is_cancelled(self) -> bool:
        """Whether the work should end; to be asked every few milliseconds."""

    def during(self, interrupt: Callable[[], object], share: Callable[[], float]) -> AbstractContextManager[None]:
        """Return a context for a call that cannot ask: it is ended by ``interrupt`` and measured by ``share``.

        Both are called from another thread, and only while the context lasts. ``share`` is from 0 to 1; negative
        or NaN where that is not known.
        """


class _Unwatched:
    def is_cancelled(self) -> bool:
        return False

    def during(self, interrupt: Callable[[], object], share: Callable[[], float]) -> AbstractContextManager[None]:
        del interrupt, share
        return nullcontext()


UNWATCHED: Watch = _Unwatched()
