"""Celery tasks of events."""

from celery import shared_task

from . import solving
from .agenda import changes
from .guests import inviting
from .meeting_requests import reminding


@shared_task
def write_guest_invitations() -> None:
    """Write the letters of invitations that wait."""
    inviting.write_waiting()


@shared_task
def forget_guests_addresses() -> None:
    """Erase the addresses of guests whose invitations ended some time ago."""
    inviting.forget_addresses()


@shared_task
def remind_of_meetings() -> None:
    """Remind participants of requests that wait, and those who have no request or no meeting yet."""
    reminding.remind_all()


@shared_task
def make_schedules() -> None:
    """Make the schedules of meetings that wait."""
    solving.make_waiting()


@shared_task
def tell_of_changed_agendas() -> None:
    """Tell participants that the schedule is there, and what has changed in theirs."""
    changes.tell_all()
