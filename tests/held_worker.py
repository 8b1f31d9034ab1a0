"""The portal's Celery application, for fault tests: full runs go by small batches and can be held up.

After each batch the worker waits for an advisory lock, which a test holds while it does harm.
"""

import os
from functools import partialmethod

from celery.fixups.django import DjangoWorkerFixup
from celery.signals import worker_process_init
from django.db import connection

from mayors_portal.celery import app

HELD_UP = 4_702_199
BATCH_ROWS = 16

if os.environ.get("TEST_WITHOUT") == "reject_on_worker_lost":
    app.conf.task_reject_on_worker_lost = False
if os.environ.get("TEST_WITHOUT") == "new_connections":
    DjangoWorkerFixup.close_database = lambda *args, **kwargs: None


@worker_process_init.connect
def hold_up_runs(**kwargs):
    from partnerships.match_table import MatchTable
    from partnerships.matching.topk import Matcher

    fill_next = MatchTable.fill_next

    def fill_and_wait(table, rows):
        written = fill_next(table, rows)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [HELD_UP, HELD_UP])
        return written

    MatchTable.fill_next = fill_and_wait
    Matcher.run = partialmethod(Matcher.run, batch_rows=BATCH_ROWS)
