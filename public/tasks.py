"""Celery tasks of what everybody reads."""

from celery import shared_task

from .api import dumping
from .models import Dump


@shared_task
def build_dumps() -> None:
    """Make the nightly files when they are due."""
    Dump.objects.ask_if_due()
    dumping.build_waiting()
