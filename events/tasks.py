"""Celery tasks of events."""

from celery import shared_task

from .guests import inviting


@shared_task
def write_guest_invitations() -> None:
    """Write the letters of invitations that wait."""
    inviting.write_waiting()


@shared_task
def forget_guests_addresses() -> None:
    """Erase the addresses of guests whose invitations ended some time ago."""
    inviting.forget_addresses()
