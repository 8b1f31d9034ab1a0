"""What is being done right now: a request or a task, under a number that its log lines and its pages carry.

`request_tracing` gives requests their number, `task_tracing` hands it on to the tasks a request asks for.
Statements that take long have a line in the log `portal.statements`.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest

statements_log = logging.getLogger("portal.statements")

CAPTURED = re.compile(r"<(?:\w+:)?(\w+)>")
TOLD = {"country", "slug", "other", "kind", "directory"}  # what may stand in addresses that logs tell
STATIC = "(static)"
LONGEST_STATEMENT = 2_000  # characters of it that are logged


@dataclass
class Trace:
    """A request or task at work: its number, and what it has cost so far."""

    request_id: str
    request: HttpRequest | None = None
    task: str = ""
    began: float = field(default_factory=time.perf_counter)
    queries: int = 0
    query_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.began

    @property
    def user_id(self) -> int | None:
        """The number of the person who asks, where that has been looked up already."""
        return getattr(getattr(self.request, "_cached_user", None), "pk", None)

    @property
    def cost(self) -> dict[str, float]:
        """Milliseconds and queries, for a line of the log."""
        return {
            "ms": round(1000 * self.seconds, 1),
            "queries": self.queries,
            "query_ms": round(1000 * self.query_seconds, 1),
        }


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """What this thread is at, None outside requests and tasks."""
    return _current.get()


def request_id() -> str:
    """The number of what this thread is at, "" outside requests and tasks."""
    trace = _current.get()
    return trace.request_id if trace else ""


@contextmanager
def traced(trace: Trace) -> Iterator[Trace]:
    """Make it what this thread is at."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def place(request: HttpRequest) -> str:
    """The address for logs: the route, with numbers and public names filled in, and no secrets or queries."""
    match = request.resolver_match
    if match is None:
        return STATIC if request.path.startswith(settings.STATIC_URL) else "(no such address)"

    def value(captured: re.Match[str]) -> str:
        name = captured[1]
        told = match.kwargs.get(name)
        return str(told) if name in TOLD or isinstance(told, int) else f"<{name}>"

    return "/" + CAPTURED.sub(value, match.route)


class About(logging.Filter):
    """Gives each record the number of its request or task, who asked (a number), and the task's name.

    Django's own lines about a request name its path: here it is told as `place` does.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if hasattr(record, "request_id"):  # another handler has been here
            return True
        request = record.__dict__.pop("request", None)
        trace = current() or getattr(request, "trace", None)  # Django tells of 4xx when all is over
        record.request_id = trace.request_id if trace else ""
        record.user_id = trace.user_id if trace else None
        record.task = trace.task if trace else ""
        if request is not None and isinstance(record.args, tuple) and hasattr(request, "path"):
            told = place(request)
            record.args = tuple(told if part == request.path else part for part in record.args)
        return True


def _time_statements(connection: BaseDatabaseWrapper, **signal: Any) -> None:
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


def _timed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a statement and count it; log it without its values where it takes SLOW_QUERY_MS or more."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - began
        if trace := _current.get():
            trace.queries += 1
            trace.query_seconds += seconds
        if settings.SLOW_QUERY_MS and seconds * 1000 >= settings.SLOW_QUERY_MS:
            statements_log.warning(
                "A statement took %.0f ms: %s", 1000 * seconds, str(sql)[:LONGEST_STATEMENT]
            )


connection_created.connect(_time_statements)
