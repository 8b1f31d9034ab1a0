"""Reminders of requests and meetings: who gets which, when, and each once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notification
from accounts.notifications import sentence
from events.meeting_requests import reminding
from events.meeting_requests.reminding import remind_all
from events.models import Meeting
from partnerships.tests.at_once import at_once

from .factories import EventFactory, MeetingRequestFactory, RegistrationFactory, SlotFactory

pytestmark = pytest.mark.django_db


def days(number):
    return timezone.now() + timedelta(days=number)


def told():
    return sorted((one.template, one.user.name) for one in Notification.objects.select_related("user"))


def made(event):
    """Ivan has asked Olha; Nina has asked nobody, and nor has Petro, who wants no meetings."""
    ivan, olha, *_ = [
        RegistrationFactory(event=event, user__name=name, wants_meetings=name != "Petro")
        for name in ("Ivan", "Olha", "Nina", "Petro")
    ]
    RegistrationFactory(event=event, user__name="Gone", user__is_active=False)
    RegistrationFactory(event=event, user__name="Waiting", state="waiting")
    return MeetingRequestFactory(event=event, sender=ivan, receiver=olha)


@pytest.mark.parametrize(
    ("closes_in", "expected"),
    [
        (8, []),
        (6, [("event_no_request", "Nina")]),
        (2, [("event_no_request", "Nina"), ("event_unanswered", "Olha")]),
        (-1, []),
    ],
)
def test_before_requests_close_one_is_reminded_to_ask_and_to_answer(closes_in, expected):
    made(EventFactory(requests_close_at=days(closes_in)))
    assert remind_all() == len(expected)
    assert told() == expected
    assert remind_all() == 0
    assert told() == expected


def test_who_has_no_meeting_when_the_schedule_is_shown_is_told():
    event = EventFactory(shown="preliminary")
    request = made(event)
    request.state = "accepted"
    request.save()
    Meeting(event=event, request=request).arrange(SlotFactory(event=event), None)
    assert remind_all() == 1
    [one] = Notification.objects.all()
    assert sentence(one) == f"The schedule of “{event}” is there, and you have no meeting yet"
    assert one.user.name == "Nina"
    event.shown = "final"
    event.save()
    assert remind_all() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_each_once():
    event = EventFactory(requests_close_at=days(1))
    people = RegistrationFactory.create_batch(6, event=event)
    assert sum(at_once(range(2), lambda _worker: remind_all())) == len(people)
    assert Notification.objects.count() == len(people)
    assert {one.template for one in Notification.objects.all()} == {reminding.NO_REQUEST}
