"""Celery tasks of accounts."""

from celery import shared_task

from . import deletion, digests, forgetting, letters


@shared_task
def send_letters() -> None:
    """Send the letters that wait."""
    letters.send_pending()


@shared_task
def delete_accounts() -> None:
    """Delete the accounts whose time of grace is over."""
    deletion.delete_due_accounts()


@shared_task
def send_digests() -> None:
    """Write the daily and weekly letters that are due."""
    digests.send_digests()


@shared_task
def forget_what_is_over() -> None:
    """Delete sessions that are over, accounts never confirmed, old evidence and the log of old edits."""
    forgetting.forget_old()


@shared_task
def forget_notifications() -> None:
    """Delete notifications and letters that are too old."""
    digests.forget_old()
    letters.forget_old()
