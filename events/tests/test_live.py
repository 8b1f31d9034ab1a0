"""The live display: what is held now and next, for those at the event only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory, MayorFactory
from events.models import Meeting, Session
from partnerships.models import Party

from .factories import EventFactory, MeetingRequestFactory, RegistrationFactory, SlotFactory, TableFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """Lviv and Gdańsk meet now at table 4; Riga and a guest of a firm soon, online; a session lasts."""
    now = timezone.now()
    made = EventFactory(shown="final", starts_at=now - timedelta(hours=5), ends_at=now + timedelta(hours=5))
    table = TableFactory(event=made, number=4)
    for minutes, names in [(-10, ("Lviv", "Gdańsk")), (30, ("Riga", "")), (-200, ("Past", "Gone"))]:
        people = [
            RegistrationFactory(
                event=made,
                party=Party.objects.of(CityFactory(name=name)) if name else None,
                guest_of="" if name else "The firm",
                name=f"Somebody of {name}",
            )
            for name in names
        ]
        asked = MeetingRequestFactory(event=made, sender=people[0], receiver=people[1], state="accepted")
        slot = SlotFactory(event=made, starts_at=now + timedelta(minutes=minutes))
        Meeting(event=made, request=asked).arrange(slot, table if minutes < 0 else None)
    hours = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    Session.objects.create(event=made, title_en="Water for towns", title_uk="Вода", **hours)
    return made


def test_now_and_next_by_table_and_for_whom(client, event, django_assert_max_num_queries):
    client.force_login(event.registrations.first().user)
    address = reverse("event-live", args=[event.slug])
    with django_assert_max_num_queries(18):
        page = client.get(address)
    for words in ("Lviv", "Gdańsk", "Riga", "The firm", "Water for towns"):
        assert words in page.text
    for words in ("Somebody", "Past"):
        assert words not in page.text.partition('id="live"')[2]
    shown = page.context["live"]
    assert [str(one.table) for one in shown.now.meetings] == ["4"]
    assert [one.table for one in shown.next.meetings] == [None]
    event.show_schedule("nothing", by=UserFactory())
    assert "Lviv" not in client.get(address).text.partition('id="live"')[2]


def test_who_is_not_there_finds_nothing(client, event):
    address = reverse("event-live", args=[event.slug])
    client.force_login(MayorFactory().user)
    assert client.get(address).status_code == 404
    organiser = UserFactory()
    event.organisers.add(organiser)
    client.force_login(organiser)
    assert "Lviv" in client.get(address).text
