"""What this machine's web processes count for Prometheus: requests, and pages answered from memory.

Each process writes its numbers into a file of PROMETHEUS_MULTIPROC_DIR, which /metrics adds up; the web
server empties the folder when it starts.
"""

import os
from pathlib import Path

from prometheus_client import Counter, Histogram

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}

Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)  # settings name it

_requests = Counter("portal_requests", "Requests by view, method and status.", ["view", "method", "status"])
_seconds = Histogram("portal_request_seconds", "Time to the answer.", ["view"], buckets=SECONDS)
_pages = Counter(
    "portal_page_cache_answers", "Public pages: kept in memory, made anew, or unchanged (304).", ["answer"]
)


def observe_request(view: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    _requests.labels(view, method if method in METHODS else "other", status).inc()
    _seconds.labels(view).observe(seconds)


def count_page(answer: str) -> None:
    """Count a public page: "kept", "made" or "unchanged"."""
    _pages.labels(answer).inc()
