"""Telling the workers that there is something to do.

A hint may be lost: what is to be done is a row in PostgreSQL, and the beat looks for such rows by itself.
"""

import logging
from datetime import timedelta
from time import monotonic

from celery import Task
from celery.exceptions import CeleryError
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

SECONDS_OF_SILENCE = 30
_silent_until = 0.0


def hint(task: Task, after: timedelta = timedelta()) -> None:
    """Ask the workers to begin a task now, or after a while. Never raises and never waits long.

    After a failure no attempt is made for a while: whoever changes much must not wait for every change.
    """
    global _silent_until
    if monotonic() < _silent_until:
        return
    try:
        seconds = after.total_seconds()
        task.apply_async(retry=False, countdown=seconds, expires=seconds + SECONDS_OF_SILENCE)
    except (CeleryError, KombuError, OSError) as error:
        _silent_until = monotonic() + SECONDS_OF_SILENCE
        logger.warning("The workers could not be told of %s, they will find it later: %s", task.name, error)
