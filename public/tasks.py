"""What the worker does for what everybody reads."""

from celery import shared_task

from .api import dumping
from .models import Dump
from .search import indexing
from .statistics import keeping


@shared_task
def build_dumps() -> None:
    """Make the nightly files when they are due."""
    Dump.objects.ask_if_due()
    dumping.build_waiting()


@shared_task
def keep_daily_figures() -> None:
    """Keep the figures of today, unless they are kept already."""
    keeping.keep()


@shared_task
def bring_search_up_to_date() -> None:
    """Write anew what is searched of objects that were changed."""
    indexing.bring_up_to_date()
