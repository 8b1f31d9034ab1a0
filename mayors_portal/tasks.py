"""Celery tasks of the portal as a whole."""

from celery import shared_task

from .dashboard import space


@shared_task
def measure_files() -> None:
    """Count the files that people have sent."""
    space.measure_files()
