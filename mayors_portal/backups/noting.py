"""When the portal was backed up last: noted in Valkey for those who watch over it."""

import logging
from datetime import UTC, datetime

from django.utils import timezone
from redis import RedisError

from accounts.valkey import client

log = logging.getLogger(__name__)
KEY = "portal:backup"


def note_backup() -> None:
    """Note that a backup is complete; a Valkey that does not answer is no reason to fail."""
    try:
        client().set(KEY, timezone.now().timestamp())
    except RedisError:
        log.warning("Valkey does not answer: that a backup was made is not noted.", exc_info=True)


def last_backup() -> datetime | None:
    """When the last one was complete, None where that is not known. Raises `redis.RedisError`."""
    noted = client().get(KEY)
    return datetime.fromtimestamp(float(str(noted)), UTC) if noted else None
