"""Celery tasks of projects."""

from celery import shared_task

from .importing import drafts
from .models.imports import forget_old_imports


@shared_task
def tidy_imports() -> None:
    """Forget lists of projects that are too old."""
    forget_old_imports()


@shared_task
def make_imported_drafts() -> None:
    """Make the drafts of the lists that were confirmed."""
    drafts.make_waiting()
