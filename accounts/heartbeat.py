"""Signs of life of worker and scheduler, and how often something broke: of the whole portal, kept in Valkey.

They may be lost with Valkey at any time. Whoever notes one is never held up by an error; whoever reads them
is told nothing where Valkey does not answer.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from redis import RedisError

from .valkey import client

logger = logging.getLogger(__name__)
ERRORS_KEPT = timedelta(days=8)


class Sign(StrEnum):
    """What shows that a part of the portal lives; the key in Valkey is `portal:sign:<value>`."""

    WORKER = "worker"  # a worker is connected to the queue, also while it works: every ten seconds
    SCHEDULER = "scheduler"  # it put a task into the queue: every 30 seconds
    TASK = "task"  # a worker ended a task: at the latest after the longest task


class Broken(StrEnum):
    """What can go wrong; the key is `portal:errors:<day, UTC>`, a hash of these and how often."""

    PAGES = "pages"  # an exception that nobody caught: the visitor saw page 500
    TASKS = "tasks"  # a task that raised, or whose process was killed


def note(sign: Sign) -> None:
    """Note a sign of life, now."""
    try:
        client().set(_key(sign), timezone.now().timestamp())
    except RedisError:
        logger.debug("A sign of life was not noted.", exc_info=True)


def last() -> Mapping[Sign, datetime | None]:
    """When each sign was seen last, None for never; empty where Valkey does not answer."""
    try:
        seen = client().mget([_key(sign) for sign in Sign])
    except RedisError:
        return {}
    return {
        sign: datetime.fromtimestamp(float(told), UTC) if told else None
        for sign, told in zip(Sign, seen, strict=True)
    }


def count_error(broken: Broken) -> None:
    """Count an error of today."""
    key = _errors_key(timezone.now().date())
    try:
        with client().pipeline() as pipe:
            pipe.hincrby(key, broken, 1)
            pipe.expire(key, ERRORS_KEPT)
            pipe.execute()
    except RedisError:
        logger.debug("An error was not counted.", exc_info=True)


def errors(days: int = 7) -> Mapping[date, Mapping[Broken, int]]:
    """How often what broke on each of the last days (UTC), today first; empty without Valkey."""
    today = timezone.now().date()
    dates = [today - timedelta(days=ago) for ago in range(days)]
    try:
        with client().pipeline() as pipe:
            for day in dates:
                pipe.hgetall(_errors_key(day))
            found = pipe.execute()
    except RedisError:
        return {}
    return {
        day: {broken: int(counts.get(broken, 0)) for broken in Broken}
        for day, counts in zip(dates, found, strict=True)
    }


def _key(sign: Sign) -> str:
    return f"portal:sign:{sign}"


def _errors_key(day: date) -> str:
    return f"portal:errors:{day.isoformat()}"
