"""Jobs that wait: beginning one, noting why it failed, and forgetting those done long ago."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.claims import claim

from .models import Job

logger = logging.getLogger(__name__)
KEEP_HISTORY = timedelta(days=30)


def claim_job(jobs: Any, begun: set[int]) -> Any:
    """The next of these jobs that waits, if any; see `claim`.

    Hold a lock, so that nobody else is at one of them: then one whose attempts are used up was killed at
    the last.
    """
    waiting = jobs.filter(state=Job.State.PENDING)
    waiting.filter(attempts__gte=Job.MAX_ATTEMPTS).update(
        state=Job.State.FAILED,
        finished_at=timezone.now(),
        error="The worker ended at the last attempt before it was done.",
    )
    return claim(waiting.order_by("attempts", "id"), begun)


@contextmanager
def failure_noted(job: Job) -> Iterator[None]:
    """Write an error of the work into the job's row, where it waits for the next attempt."""
    try:
        yield
    except Exception as error:
        logger.exception("%s failed at attempt %s", job, job.attempts)
        job.note_failure(f"{type(error).__name__}: {error}")


def forget_done(jobs: type[Job]) -> None:
    """Delete the jobs of a kind that were done before KEEP_HISTORY."""
    past = timezone.now() - KEEP_HISTORY
    jobs._default_manager.filter(state=Job.State.DONE, finished_at__lt=past).delete()
