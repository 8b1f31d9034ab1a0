"""Celery tasks of events."""

from celery import shared_task

from .meeting_requests import reminding


@shared_task
def remind_of_meetings() -> None:
    """Remind participants of requests that wait, and those who have no request or no meeting yet."""
    reminding.remind_all()
