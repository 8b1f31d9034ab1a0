"""Several people at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(people, do):
    """What each person's `do` came to, all at the same moment."""
    ready = Barrier(len(people))

    def click(person):
        try:
            ready.wait()
            return do(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(click, people))
