"""Signs of life of worker and scheduler, of all machines together, kept in Valkey.

They may be lost with Valkey at any time. Whoever notes one is never held up by an error; whoever reads them
is told nothing where Valkey does not answer.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from django.utils import timezone
from redis import RedisError

from .valkey import client

logger = logging.getLogger(__name__)


class Sign(StrEnum):
    """What shows that a part of the portal lives; the key in Valkey is `portal:sign:<value>`."""

    WORKER = "worker"  # a worker is connected to the queue, also while it works: every ten seconds
    SCHEDULER = "scheduler"  # it put a task into the queue: every 30 seconds


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


def _key(sign: Sign) -> str:
    return f"portal:sign:{sign}"
