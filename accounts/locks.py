"""Locks that all processes of the portal share, kept by PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """What only one process may do at a time. The numbers are any that nobody else uses."""

    ALL_CITIES = 4_702_101
    ONE_CITY = 4_702_102
    ALL_BUSINESSES = 4_702_104
    ONE_BUSINESS = 4_702_105
    ROUNDS = 4_702_103
    PREVIEWS = 4_702_106
    PAPERS = 4_702_107
    SCHEDULES = 4_702_110
    PROJECT_IMPORTS = 4_702_111
    DUMPS = 4_702_120
    CONTACT = 4_702_121


@contextmanager
def only_one(lock: Lock) -> Iterator[bool]:
    """Hold the lock if it is free, and tell whether it was. It ends with the connection at the latest.

    So a killed process leaves nothing locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def wait_for(lock: Lock) -> None:
    """Wait for the lock and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
