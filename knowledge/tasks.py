"""Celery tasks of knowledge."""

from celery import shared_task

from .about import receiving
from .news import telling


@shared_task
def tell_of_news() -> None:
    """Tell members of articles that became public."""
    telling.tell_all()


@shared_task
def erase_contact_messages() -> None:
    """Erase messages to the administrators that are kept no longer."""
    receiving.erase_old()
