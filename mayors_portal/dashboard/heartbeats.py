"""Signs of life of the workers, kept in Valkey: when each task was begun and ended last, what waits.

Tasks that the schedule asks for every 30 seconds are the heartbeat; no task of its own is needed. Importing
this module makes the process note them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from celery import current_app
from celery.signals import before_task_publish, task_postrun, task_prerun, worker_ready
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis import RedisError

logger = logging.getLogger(__name__)
KEPT = timedelta(days=30)
ASKED_AT = "asked_at"
STARTED = "worker-started"
FAILED = ("FAILURE", "RETRY")


class Beat(NamedTuple):
    """When a task was begun and ended last (None: not since KEPT), and whether it failed then."""

    began: datetime | None
    ended: datetime | None
    has_failed: bool

    @property
    def is_at_work(self) -> bool:
        """Whether it was begun and is not known to have ended."""
        return self.began is not None and (self.ended is None or self.began > self.ended)

    @property
    def latest(self) -> datetime | None:
        """The last that was heard of it."""
        return max(filter(None, [self.began, self.ended]), default=None)


class Queue(NamedTuple):
    """How many tasks wait, since when the oldest of them (None: not known), and how many are in hand."""

    waiting: int
    oldest: datetime | None
    in_hand: int


@before_task_publish.connect
def stamp(headers: dict[str, Any] | None = None, **signal: Any) -> None:
    """Say in a message when it was sent."""
    if headers is not None:
        headers[ASKED_AT] = timezone.now().timestamp()


@worker_ready.connect
def note_start(**signal: Any) -> None:
    """Note that a worker has started."""
    _keep(STARTED, timezone.now())


@task_prerun.connect
def note_beginning(task: Any = None, **signal: Any) -> None:
    """Note that a task begins."""
    _keep(f"began:{task.name}", timezone.now())


@task_postrun.connect
def note_end(task: Any = None, state: str | None = None, **signal: Any) -> None:
    """Note that a task has ended, and whether well."""
    _keep(f"ended:{task.name}", (timezone.now(), state in FAILED))


def scheduled() -> dict[str, timedelta]:
    """How often the schedule asks for each task."""
    schedule: dict[str, Any] = dict(settings.CELERY_BEAT_SCHEDULE)
    return {one["task"]: timedelta(seconds=one["schedule"]) for one in schedule.values()}


def beats(tasks: Iterable[str]) -> dict[str, Beat]:
    """What is known of tasks, by their names: one question to Valkey. Raises RedisError."""
    names = list(tasks)
    known = cache.get_many([f"{what}:{name}" for what in ("began", "ended") for name in names])
    return {
        name: Beat(known.get(f"began:{name}"), *known.get(f"ended:{name}", (None, False))) for name in names
    }


def started() -> datetime | None:
    """When a worker started last; None: not since KEPT. Raises RedisError."""
    found: datetime | None = cache.get(STARTED)
    return found


def queue() -> Queue:
    """The queue of the workers as it is now. Raises RedisError or kombu's OperationalError."""
    name = current_app.conf.task_default_queue
    with current_app.connection_for_read() as connection:
        channel = connection.default_channel
        oldest = channel.client.lindex(channel.global_keyprefix + name, -1)  # kombu does not prefix this one
        waiting, in_hand = channel.client.llen(name), channel.client.hlen(channel.unacked_key)
    return Queue(waiting, _asked_at(oldest), in_hand)


def _asked_at(message: bytes | None) -> datetime | None:
    at = json.loads(message)["headers"].get(ASKED_AT) if message else None
    return datetime.fromtimestamp(at, UTC) if at else None


def _keep(key: str, value: Any) -> None:
    """Put it into Valkey; the task goes on where that fails."""
    try:
        cache.set(key, value, KEPT.total_seconds())
    except (RedisError, OSError):
        logger.warning("A sign of life could not be kept: %s", key)
