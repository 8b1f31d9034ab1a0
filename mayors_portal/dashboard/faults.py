"""Errors that visitors met (500), counted by day in Valkey, without anything that tells of a person.

Kept are the name of the page, not its address: addresses hold secrets of invitations and names. Importing
this module makes the process count.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from redis import RedisError

from .. import tracing

logger = logging.getLogger(__name__)
KEPT = timedelta(days=30)
MOST_A_DAY = 200
"""So many are kept one by one; the rest is only counted."""


class Fault(NamedTuple):
    """One error: its request's number (visitors read it too), when, on which page, what, where in code."""

    number: str
    at: datetime
    page: str
    error: str
    where: str


@receiver(got_request_exception)
def note(request: HttpRequest | None = None, **signal: Any) -> None:
    """Count the error that is being handled."""
    day = timezone.localdate()
    try:
        cache.add(_key(day), 0, KEPT.total_seconds())
        count = cache.incr(_key(day))
        fault = _fault(tracing.request_id(), request)
        if count <= MOST_A_DAY:
            cache.set(_key(day, count), fault, KEPT.total_seconds())
    except (RedisError, OSError, ValueError):
        logger.warning("An error could not be counted.")
        return
    logger.error("Error on the page %s: %s at %s", fault.page, fault.error, fault.where)


def by_day(days: int) -> dict[date, int]:
    """How many there were on each of the last days, today first. Raises RedisError."""
    wanted = [timezone.localdate() - timedelta(number) for number in range(days)]
    counts = cache.get_many([_key(day) for day in wanted])
    return {day: counts.get(_key(day), 0) for day in wanted}


def latest(counts: dict[date, int], most: int) -> list[Fault]:
    """The last ones of days that were counted, the newest first. Raises RedisError."""
    keys = [
        _key(day, number) for day, count in counts.items() for number in range(min(count, MOST_A_DAY), 0, -1)
    ]
    found = cache.get_many(keys[:most])
    return [Fault(*found[key]) for key in keys[:most] if key in found]


def _key(day: date, number: int | None = None) -> str:
    return f"faults:{day:%Y%m%d}" + (f":{number}" if number else "")


def _fault(number: str, request: HttpRequest | None) -> Fault:
    kind, _error, trace = sys.exc_info()
    match = getattr(request, "resolver_match", None)
    page, error = match.view_name if match else "", kind.__name__ if kind else ""
    ours = [
        frame
        for frame in traceback.extract_tb(trace)
        if frame.filename.startswith(str(settings.BASE_DIR)) and "site-packages" not in frame.filename
    ]
    where = f"{Path(ours[-1].filename).relative_to(settings.BASE_DIR)}:{ours[-1].lineno}" if ours else ""
    return Fault(number, timezone.now(), page, error, where)
