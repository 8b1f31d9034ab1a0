"""Celery tasks of the matcher."""

from celery import shared_task

from . import outbox


@shared_task
def run_pending_scoring_jobs() -> None:
    """Do the scoring that waits in the outbox."""
    outbox.run_pending_jobs()
