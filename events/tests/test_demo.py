"""Demonstration events."""

import pytest
from django.core.management import call_command

from cities.tests.factories import CityFactory, CountryFactory
from events.demo import add_events
from events.models import Event, Meeting

pytestmark = pytest.mark.django_db

LVIV, WROCLAW = 702550, 3081368


def test_one_event_is_to_come_and_one_is_over_with_people_requests_and_a_schedule(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path
    CityFactory(id=LVIV, name="Lviv")
    CityFactory(id=WROCLAW, name="Wrocław", slug="wroclaw", country=CountryFactory(code="PL"))
    call_command("load_demo")
    coming, past = Event.objects.order_by("-starts_at")
    assert (coming.phase(), past.phase()) == (Event.Phase.PRELIMINARY, Event.Phase.AFTERWARDS)
    for event in (coming, past):
        assert event.is_demonstration
        for part in (event, *event.sessions.all(), *event.registrations.all(), *event.requests.all()):
            part.full_clean(exclude=["text_en", "results_en"])
        run = event.runs.get()
        assert run.placed == event.meetings.standing().count() > 0
    assert not past.meetings.exclude(state=Meeting.State.CONFIRMED).exists()
    assert add_events() == 0
