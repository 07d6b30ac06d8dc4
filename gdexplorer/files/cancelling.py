"""How reading ends when nobody waits for it any more."""

from __future__ import annotations

from gdexplorer.core.watching import Watch


class ReadCancelledError(Exception):
    """Nobody waits for this table any more."""


def stop_if(watch: Watch) -> None:
    """Raise ReadCancelledError if the watch says that nobody waits any more."""
    if watch.is_cancelled():
        raise ReadCancelledError
