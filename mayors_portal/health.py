"""Signs of life for load balancers and operators."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis import RedisError

log = logging.getLogger(__name__)
_up_to_date = False


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL and Valkey answer and the database is up to date, else 503; says what is not so.

    Whether a worker runs is no matter of readiness: pages are served without, and work waits.
    """
    answers = {
        "database": _database_answers(),
        "migrations": _migrations_are_applied(),
        "cache": _cache_answers(),
    }
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except DatabaseError:
        log.exception("The database does not answer.")
        return False


def _migrations_are_applied() -> bool:
    """Whether the database has all that this code needs; once it has, that is not asked again.

    Migrations of newer code do no harm: old code serves on the new tables while it is being replaced.
    """
    global _up_to_date
    if not _up_to_date:
        try:
            executor = MigrationExecutor(connection)
            _up_to_date = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            log.exception("Migrations could not be looked up.")
    return _up_to_date


def _cache_answers() -> bool:
    try:
        cache.get("readyz")
        return True
    except (RedisError, OSError):
        log.exception("The cache does not answer.")
        return False
