"""The portal's Celery application, for fault tests: it can be held up in the middle of its work.

Full runs go by small batches. After each batch, and after each letter that is written but not yet noted as
written, the worker waits for an advisory lock, which a test holds while it does harm.
"""

import os
from contextlib import nullcontext
from functools import partialmethod, wraps
from types import SimpleNamespace

from celery.fixups.django import DjangoWorkerFixup
from celery.signals import worker_process_init
from django.conf import settings
from django.db import connection

from mayors_portal.celery import app

HELD_UP = 4_702_199
BATCH_ROWS = 16

if os.environ.get("TEST_WITHOUT") == "reject_on_worker_lost":
    app.conf.task_reject_on_worker_lost = False
if os.environ.get("TEST_WITHOUT") == "new_connections":
    DjangoWorkerFixup.close_database = lambda *args, **kwargs: None


def then_wait(do):
    """Do it, then wait as long as a test holds the lock."""

    @wraps(do)
    def held(*args, **more):
        done = do(*args, **more)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [HELD_UP, HELD_UP])
        return done

    return held


@worker_process_init.connect
def hold_up_letters(**kwargs):
    from accounts import digests, letters
    from accounts.models import NotificationQuerySet

    settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
    letters.write = then_wait(letters.write)
    if os.environ.get("TEST_WITHOUT") == "transaction_of_digests":
        digests.transaction = SimpleNamespace(atomic=nullcontext)
        NotificationQuerySet.select_for_update = lambda rows, **how: rows


@worker_process_init.connect
def hold_up_runs(**kwargs):
    from partnerships.matching.topk import Matcher
    from partnerships.scoring.match_table import MatchTable

    MatchTable.fill_next = then_wait(MatchTable.fill_next)
    Matcher.run = partialmethod(Matcher.run, batch_rows=BATCH_ROWS)
