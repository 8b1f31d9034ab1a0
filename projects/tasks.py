"""Celery tasks of projects."""

from celery import shared_task

from .importing import waiting
from .models.imports import forget_old_imports


@shared_task
def tidy_imports() -> None:
    """Forget lists of projects that are too old."""
    forget_old_imports()


@shared_task
def work_on_imports() -> None:
    """Check the lists that were sent, and make the drafts of those that were confirmed."""
    waiting.work_on_waiting()
