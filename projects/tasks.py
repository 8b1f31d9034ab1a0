"""Celery tasks of projects."""

from celery import shared_task

from .models.imports import forget_old_imports


@shared_task
def tidy_imports() -> None:
    """Forget lists of projects that are too old."""
    forget_old_imports()
