"""Celery tasks of events."""

from celery import shared_task

from . import solving


@shared_task
def make_schedules() -> None:
    """Make the schedules of meetings that wait."""
    solving.make_waiting()
