"""When articles become public by themselves, so that pages kept in memory do not hide them."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from cities.directory import Versions
from knowledge.models import Article

VERSION = "news"
"""The name under which the database counts changes of articles."""


class _Schedule:
    """The instants at which articles become public, in order, as of one version of the data."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version: int | None = None
        self._instants: list[datetime] = []

    def public_by_now(self, versions: Versions) -> int:
        """How many articles are public by now; asks the database only when articles have changed."""
        version = versions.get(VERSION, 0)
        with self._lock:
            if version != self._version:
                instants = Article.objects.filter(is_withdrawn=False).values_list("publish_at", flat=True)
                self._instants = sorted(filter(None, instants))
                self._version = version
            return bisect_right(self._instants, timezone.now())

    def forget(self) -> None:
        """Read the instants anew at the next use."""
        with self._lock:
            self._version = None


_schedule = _Schedule()
public_by_now: Callable[[Versions], int] = _schedule.public_by_now
forget: Callable[[], None] = _schedule.forget
