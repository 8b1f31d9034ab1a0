"""Valkey itself, for what Django's cache has no words for: counters, hashes, lists."""

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


def client() -> redis.Redis:
    """The cache's server, one pool of connections a process. Its calls raise `redis.RedisError`."""
    return _connected(str(settings.CACHES["default"]["LOCATION"]))


@lru_cache(maxsize=4)
def _connected(address: str) -> redis.Redis:
    return redis.Redis.from_url(
        address,
        decode_responses=True,
        socket_timeout=settings.REDIS_TIMEOUT,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
