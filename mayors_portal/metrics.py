"""/metrics for Prometheus.

Three sources: what this machine's web processes count (accounts.metrics), what the workers count in Valkey
(task_tracing), and what the database, the queue and the disk say at the moment they are asked. A source that
does not answer is told as `portal_part_up 0`, and the others are told all the same.
"""

import hmac
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ipaddress import ip_address

from celery.exceptions import CeleryError
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import RedisError

from accounts import heartbeat
from accounts.jobs import counts_of, kinds_of_jobs
from accounts.models import BouncingAddress, Letter
from partnerships.models import BusinessRun, MatchRun

from . import task_tracing
from .backups.noting import last_backup
from .dashboard import faults, heartbeats

log = logging.getLogger(__name__)
RUNS = {"cities": MatchRun, "businesses": BusinessRun}
Rows = Iterable[tuple[list[str], float]]


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, for who has METRICS_TOKEN or asks from METRICS_NETWORKS; nothing here (404) for others."""
    if not (_has_token(request) or _is_near(request)):
        raise Http404
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(Portal())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(
        given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()
    )


def _is_near(request: HttpRequest) -> bool:
    """Whether the asker is in one of METRICS_NETWORKS.

    What came through a proxy that we do not know of may be from anywhere, however near the proxy is.
    """
    passed_on = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    address = request.META.get("REMOTE_ADDR", "")
    if passed_on != [""]:
        proxies = settings.TRUSTED_PROXIES
        address = passed_on[-proxies] if 0 < proxies <= len(passed_on) else ""
    try:
        asker = ip_address(address)
    except ValueError:
        return False
    return any(asker in network for network in settings.METRICS_NETWORKS)


class Portal(Collector):
    """What is looked up at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        """All of it, by part of the portal."""
        up: dict[str, bool] = {}
        parts: dict[str, Callable[[], list[Metric]]] = {
            "database": _database,
            "valkey": _tasks,
            "queue": _queue,
            "disk": _disk,
        }
        for name, ask in parts.items():
            try:
                yield from ask()
                up[name] = True
            except (DatabaseError, RedisError, KombuError, CeleryError, OSError):
                log.warning("The %s does not answer: its metrics are left out.", name, exc_info=True)
                up[name] = False
        rows: Rows = [([name], float(answers)) for name, answers in up.items()]
        yield _gauge("portal_part_up", "Whether a part answers.", ["part"], rows)


def _gauge(name: str, told: str, labels: list[str], rows: Rows) -> Metric:
    family = GaugeMetricFamily(name, told, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _age(moment: datetime | None) -> float:
    """Seconds since then, 0 for never."""
    return (timezone.now() - moment).total_seconds() if moment else 0.0


# -- The database ---------------------------------------------------------------------------------------


def _database() -> list[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), current_setting('max_connections')::int,"
            " count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state <> 'active')"
            " FROM pg_stat_activity WHERE datname = current_database()"
        )
        size, most, active, idle = cursor.fetchone()
    return [
        _gauge("portal_database_bytes", "Size of the database.", [], [([], size)]),
        _gauge("portal_database_connections_max", "Connections the server allows.", [], [([], most)]),
        _gauge(
            "portal_database_connections", "Connections to the database.", ["state"],
            [(["active"], active), (["idle"], idle)],
        ),
        *_jobs(),
        *_letters(),
        *_runs(),
    ]  # fmt: skip


def _jobs() -> list[Metric]:
    """Outbox rows of each kind: those that wait, that failed before and wait again, that are given up."""
    number: list[tuple[list[str], float]] = []
    oldest: list[tuple[list[str], float]] = []
    for kind in kinds_of_jobs():
        name, counts = kind._meta.label_lower, counts_of(kind)
        oldest.append(([name], _age(counts.oldest)))
        number += [([name, state], getattr(counts, state)) for state in ("waiting", "failing", "given_up")]
    return [
        _gauge("portal_jobs", "Work that waits as rows of the database.", ["kind", "state"], number),
        _gauge("portal_jobs_oldest_seconds", "How long the oldest that waits has waited.", ["kind"], oldest),
    ]


def _letters() -> list[Metric]:
    states: dict[str, int] = dict(Letter.objects.order_by().values_list("state").annotate(Count("pk")))
    due = Letter.objects.filter(state=Letter.State.PENDING, not_before__lte=timezone.now())
    since = due.aggregate(since=Min("not_before"))["since"]
    return [
        _gauge(
            "portal_letters", "E-mails of the last 30 days.", ["state"],
            [([str(state)], states.get(state, 0)) for state in Letter.State.values],
        ),
        _gauge(
            "portal_letters_overdue_seconds", "How long the longest due e-mail has been due.", [],
            [([], _age(since))],
        ),
        _gauge(
            "portal_bouncing_addresses", "Addresses whose e-mails come back.", [],
            [([], BouncingAddress.objects.count())],
        ),
    ]  # fmt: skip


def _runs() -> list[Metric]:
    seconds, pairs, age, failures = [], [], [], []
    for kind, model in RUNS.items():
        runs = model._default_manager
        last = runs.filter(state="done").order_by("-id").first()
        failures.append(([kind], float(runs.filter(state="failed", pk__gt=last.pk if last else 0).count())))
        if last is not None:
            seconds.append(([kind], last.duration.total_seconds()))
            pairs.append(([kind], float(last.matches)))
            age.append(([kind], _age(last.finished_at)))
    return [
        _gauge("portal_match_run_seconds", "How long the last whole run took.", ["kind"], seconds),
        _gauge("portal_match_run_pairs", "Pairs the last whole run stored.", ["kind"], pairs),
        _gauge("portal_match_run_age_seconds", "Time since the last whole run.", ["kind"], age),
        _gauge("portal_match_run_failures", "Runs that failed since the last whole run.", ["kind"], failures),
    ]


# -- Valkey, queue, disk ----------------------------------------------------------------------------------


def _tasks() -> list[Metric]:
    runs = CounterMetricFamily("portal_tasks", "Tasks that ended, of all workers.", labels=["task", "state"])
    seconds = HistogramMetricFamily("portal_task_seconds", "How long tasks took.", labels=["task"])
    for task, counts in sorted(task_tracing.counts().items()):
        for state, number in counts.states.items():
            runs.add_metric([task, state], number)
        within = [(str(limit), number) for limit, number in counts.within.items()]
        seconds.add_metric([task], [*within, ("+Inf", counts.runs)], counts.seconds)
    beats = heartbeats.beats(heartbeats.scheduled())
    heard = [beat.latest for beat in beats.values() if beat.latest]
    silence: Rows = [([], _age(max(heard)))] if heard else []
    signs: Rows = [([sign], _age(seen)) for sign, seen in heartbeat.last().items() if seen]
    broken = faults.by_day(1)
    saved_at = last_backup()
    return [
        runs,
        seconds,
        _gauge(
            "portal_backup_age_seconds",
            "Time since the last backup that was completed.",
            [],
            [([], _age(saved_at))] if saved_at else [],
        ),
        _gauge("portal_sign_age_seconds", "Time since its last sign of life.", ["sign"], signs),
        _gauge("portal_worker_silence_seconds", "Time since a task was begun or ended.", [], silence),
        _gauge("portal_errors_today", "Pages that broke (500) today.", [], [([], sum(broken.values()))]),
    ]


def _queue() -> list[Metric]:
    queue = heartbeats.queue()
    return [
        _gauge("portal_queue_waiting", "Tasks that wait for a worker.", [], [([], queue.waiting)]),
        _gauge("portal_queue_oldest_seconds", "How long the oldest waits.", [], [([], _age(queue.oldest))]),
        _gauge("portal_queue_begun", "Tasks that workers hold, begun or put off.", [], [([], queue.in_hand)]),
    ]


def _disk() -> list[Metric]:
    usage = shutil.disk_usage(settings.VAR)
    return [
        _gauge("portal_disk_free_bytes", "Room on the disk of VAR.", [], [([], usage.free)]),
        _gauge("portal_disk_bytes", "Size of the disk of VAR.", [], [([], usage.total)]),
    ]
