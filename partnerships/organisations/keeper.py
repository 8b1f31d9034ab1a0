"""The process's copy of a directory that rests on that of the cities."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cities import directory
from cities.directory import Directory, Versions
from cities.page_cache import made_of_old_data

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
        wanted = self._made_of(cities.versions)
        kept = self._kept
        if kept is not None and kept[0] == wanted:
            return kept[1]
        if self._lock.acquire(blocking=kept is None):
            try:
                if self._kept is None or self._kept[0] != wanted:
                    self._kept = (wanted, self._load(cities))
                return self._kept[1]
            finally:
                self._lock.release()
        made_of_old_data()
        assert kept is not None
        return kept[1]

    def forget(self) -> None:
        """Load everything anew at the next use."""
        with self._lock:
            self._kept = None
