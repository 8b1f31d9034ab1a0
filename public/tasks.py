"""Celery tasks of what everybody reads."""

from celery import shared_task

from .search import indexing


@shared_task
def bring_search_up_to_date() -> None:
    """Write anew what is searched of objects that were changed."""
    indexing.bring_up_to_date()
