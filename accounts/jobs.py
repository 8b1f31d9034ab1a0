"""Rows that are work to be done: what they have in common, and how they are taken on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .claims import claim

logger = logging.getLogger(__name__)
KEEP_HISTORY = timedelta(days=30)


class Job(models.Model):
    """An outbox row: work that somebody asked for. Written with what makes it necessary."""

    MAX_ATTEMPTS = 5

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_pending(self) -> bool:
        """Whether it waits or is being done."""
        return self.state == self.State.PENDING

    def finish(self) -> None:
        """Note that the work is done; call it in the transaction of the work."""
        self.state, self.finished_at, self.error = self.State.DONE, timezone.now(), ""
        self.save(update_fields=["state", "finished_at", "error"])

    def note_failure(self, error: str) -> None:
        """Note what went wrong; after MAX_ATTEMPTS the job waits for an administrator."""
        self.error = error.replace("\x00", "")
        if self.attempts >= self.MAX_ATTEMPTS:
            self.state, self.finished_at = self.State.FAILED, timezone.now()
        self.save(update_fields=["state", "finished_at", "error"])


def claim_job(jobs: Any, begun: set[int]) -> Any:
    """The next of these jobs that waits, if any; see `claim`.

    Hold a lock, so that nobody else is at one of them: then one whose attempts are used up was killed at
    the last.
    """
    waiting = jobs.filter(state=Job.State.PENDING)
    waiting.filter(attempts__gte=jobs.model.MAX_ATTEMPTS).update(
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


class Counts(NamedTuple):
    """How many jobs of a kind wait, how many of these failed before, how many were given up.

    oldest: since when the oldest of those that wait has waited; None where none does.
    """

    waiting: int
    failing: int
    given_up: int
    oldest: datetime | None


def kinds_of_jobs() -> list[type[Job]]:
    """Every table of jobs, whichever app it belongs to."""
    return [model for model in apps.get_models() if issubclass(model, Job)]


def counts_of(jobs: type[Job]) -> Counts:
    """How the jobs of a kind stand: one query."""
    pending = Q(state=Job.State.PENDING)
    found = jobs._default_manager.order_by().aggregate(
        waiting=Count("pk", filter=pending),
        failing=Count("pk", filter=pending & ~Q(error="")),
        given_up=Count("pk", filter=Q(state=Job.State.FAILED)),
        oldest=Min("created_at", filter=pending),
    )
    return Counts(**found)
