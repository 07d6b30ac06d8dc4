"""A bounded queue between one thread that produces and one that looks in when it likes."""

from __future__ import annotations

from collections import deque
from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """Holds a few items; who puts into a full one waits, so nothing piles up behind a slow reader."""

    def __init__(self, capacity: int = 32) -> None:
        self._capacity = capacity
        self._items: deque[Item] = deque()
        self._changed = Condition()
        self._is_closed = False

    def put(self, item: Item) -> bool:
        """Add ``item``, waiting while full. Return False where the mailbox was closed instead."""
        with self._changed:
            while len(self._items) >= self._capacity and not self._is_closed:
                self._changed.wait()
            if self._is_closed:
                return False
            self._items.append(item)
            return True

    def drain(self) -> list[Item]:
        """Take out everything, oldest first. Never waits."""
        with self._changed:
            items = list(self._items)
            self._items.clear()
            self._changed.notify_all()
            return items

    def close(self) -> None:
        """Wake whoever waits and accept nothing more; what is inside can still be drained."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._items)
