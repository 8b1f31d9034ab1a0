"""Celery tasks of what everybody reads."""

from celery import shared_task

from .statistics import keeping


@shared_task
def keep_daily_figures() -> None:
    """Keep the figures of today, unless they are kept already."""
    keeping.keep()
