"""Celery tasks of cities."""

from celery import shared_task

from .saved import looking


@shared_task
def look_at_searches() -> None:
    """Tell people what is new in their saved searches."""
    looking.look_at_searches()
