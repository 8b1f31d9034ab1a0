"""Celery tasks of accounts."""

from celery import shared_task

from . import deletion, letters


@shared_task
def send_letters() -> None:
    """Send the letters that wait."""
    letters.send_pending()


@shared_task
def delete_accounts() -> None:
    """Delete the accounts whose time of grace is over."""
    deletion.delete_due_accounts()
