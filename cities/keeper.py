"""The process's copy of a directory that rests on that of the cities."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from . import directory
from .directory import Directory, Versions
from .page_cache import made_of_old_data

Copy = TypeVar("Copy")


class Keeper(Generic[Copy]):
    """Holds the copy that `load` makes, and renews it when what it is `made_of` changed."""

    def __init__(self, load: Callable[[Directory], Copy], made_of: Callable[[Versions], Hashable]) -> None:
        self._load, self._made_of = load, made_of
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, Copy] | None = None

    def current(self) -> Copy:
        """The copy at hand, renewed first where it is old and nobody else is doing so.

        While somebody else is, the old one is handed out, and the page that is made of it is not kept.
        """
        cities = directory.current()
        kept = self._kept
        if kept is not None and kept[0] == self._made_of(cities.versions):
            return kept[1]
        if self._lock.acquire(blocking=kept is None):
            try:
                return self._renewed(cities)
            finally:
                self._lock.release()
        made_of_old_data()
        assert kept is not None
        return kept[1]

    def fresh(self) -> Copy:
        """A copy of what the database holds now, for scoring."""
        cities = directory.fresh()
        with self._lock:
            return self._renewed(cities)

    def forget(self) -> None:
        """Load everything anew at the next use."""
        with self._lock:
            self._kept = None

    def _renewed(self, cities: Directory) -> Copy:
        """The copy, made anew if it is old; hold the lock."""
        wanted = self._made_of(cities.versions)
        if self._kept is None or self._kept[0] != wanted:
            self._kept = (wanted, self._made(cities, self._kept[1] if self._kept else None))
        return self._kept[1]

    def _made(self, cities: Directory, old: Copy | None) -> Copy:
        """A new copy; `old` is the one before it."""
        return self._load(cities)
