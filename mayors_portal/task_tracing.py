"""Tasks under the number of the request that asked for them, with their line in the log and their counts.

Counts are those of all workers together, kept in Valkey: a hash of `<task>|<what>` (see `counts`). They begin
anew when Valkey is lost.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from celery import Task, signals
from redis import RedisError

from accounts import heartbeat
from accounts.heartbeat import Sign
from accounts.valkey import client

from .tracing import Trace, current, request_id, traced

tasks_log = logging.getLogger("portal.tasks")

SECONDS = (0.1, 0.5, 1, 5, 30, 60, 300, 900)
SECONDS_BETWEEN_SIGNS = 10
KEY = "portal:tasks"

_at_work: dict[str, ExitStack] = {}
_noted: dict[Sign, float] = {}


@dataclass
class TaskCounts:
    """What became of the runs of a task: how many ended in each state, and how long they took."""

    states: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    within: dict[float, int] = field(default_factory=lambda: dict.fromkeys(SECONDS, 0))

    @property
    def runs(self) -> int:
        """All of them."""
        return sum(self.states.values())


def counts() -> Mapping[str, TaskCounts]:
    """Counts by the name of the task. Raises `redis.RedisError` where Valkey does not answer."""
    found: dict[str, TaskCounts] = defaultdict(TaskCounts)
    kept: dict[str, str] = client().hgetall(KEY)  # type: ignore[assignment]
    for key, value in kept.items():
        task, kind, what = key.split("|")
        if kind == "state":
            found[task].states[what] = int(value)
        elif kind == "within":
            found[task].within[float(what)] = int(value)
        else:
            found[task].seconds = float(value)
    return found


def _count(task: str, state: str, seconds: float) -> None:
    """Count a run that ended; never held up by an error."""
    try:
        with client().pipeline() as pipe:
            pipe.hincrby(KEY, f"{task}|state|{state}", 1)
            pipe.hincrbyfloat(KEY, f"{task}|seconds|", seconds)
            for limit in SECONDS:
                if seconds <= limit:
                    pipe.hincrby(KEY, f"{task}|within|{limit}", 1)
            pipe.execute()
    except RedisError:
        tasks_log.debug("A task was not counted.", exc_info=True)


@signals.setup_logging.connect
def _keep_logging(**signal: Any) -> None:
    """Celery leaves the logs as Django set them up when somebody listens to this."""


@signals.before_task_publish.connect
def _send_number(headers: dict[str, Any], **signal: Any) -> None:
    headers["request_id"] = request_id()


@signals.beat_init.connect
def _this_is_the_scheduler(**signal: Any) -> None:
    signals.after_task_publish.connect(_the_scheduler_works)


def _the_scheduler_works(**signal: Any) -> None:
    _note(Sign.SCHEDULER)


@signals.heartbeat_sent.connect
def _the_worker_is_connected(**signal: Any) -> None:
    _note(Sign.WORKER)


def _note(sign: Sign) -> None:
    """Note a sign of life, at most every SECONDS_BETWEEN_SIGNS."""
    now = time.monotonic()
    if now - _noted.get(sign, float("-inf")) >= SECONDS_BETWEEN_SIGNS:
        _noted[sign] = now
        heartbeat.note(sign)


@signals.task_prerun.connect
def _begin(task_id: str, task: Task, **signal: Any) -> None:
    stack = _at_work[task_id] = ExitStack()
    number = task.request.get("request_id") or task_id
    stack.enter_context(traced(Trace(number, task=task.name)))


@signals.task_postrun.connect
def _end(task_id: str, task: Task, state: str | None = None, **signal: Any) -> None:
    with _at_work.pop(task_id):
        trace, state = current(), state or "UNKNOWN"
        assert trace is not None
        failed = state == "FAILURE"
        tasks_log.log(
            logging.WARNING if failed else logging.INFO,
            "%s %s",
            task.name,
            state,
            extra={"state": state, "task_id": task_id, **trace.cost},
        )
        _count(task.name, state, trace.seconds)
