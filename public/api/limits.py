"""How often one address may ask: so many requests a minute, counted in Valkey."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from redis import RedisError

logger = logging.getLogger(__name__)
WINDOW = 60  # seconds
POLICY = "default"


@dataclass(frozen=True)
class Allowance:
    """What an address has left of `quota` requests, and in how many seconds it has all of them again."""

    quota: int
    left: int
    seconds: int

    @property
    def is_used_up(self) -> bool:
        """Whether this request is one too many."""
        return self.left < 0

    def tell(self, response: HttpResponseBase) -> None:
        """Write it into the head of an answer, as the draft "RateLimit header fields for HTTP" has it."""
        response["RateLimit-Policy"] = f'"{POLICY}";q={self.quota};w={WINDOW}'
        response["RateLimit"] = f'"{POLICY}";r={max(self.left, 0)};t={self.seconds}'
        if self.is_used_up:
            response["Retry-After"] = str(self.seconds)


def count(request: HttpRequest) -> Allowance | None:
    """Count a request; None where there is no limit, or no Valkey to count in."""
    if not (quota := settings.API_REQUESTS_A_MINUTE):
        return None
    now = int(time.time())
    key = f"api:{_visitor(request)}:{now // WINDOW}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        used = cache.incr(key)
    except (RedisError, ValueError):
        logger.exception("Requests to the API cannot be counted")
        return None
    return Allowance(quota, quota - used, WINDOW - now % WINDOW)


def _visitor(request: HttpRequest) -> str:
    """The address asked from, behind the proxies that are trusted; of IPv6 the network."""
    try:
        return get_ip(request)
    except PermissionDenied:  # a proxy that does not say; all that come through it share what is allowed
        return "unknown"
