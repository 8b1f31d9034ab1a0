"""The demonstration partnerships: added once, marked, in several stages."""

import pytest
from django.urls import reverse

from cities.tests.factories import CityFactory, CityProfileFactory, MayorFactory
from partnerships.models import Conversation, Partnership
from partnerships.partnership.demo import add_partnerships, read_partnerships

pytestmark = pytest.mark.django_db
LVIV = 702550


def test_they_are_added_once_and_say_what_they_are(client):
    entries = read_partnerships()
    for number in {city for entry in entries for city in entry["cities"]}:
        city = CityFactory(id=number)
        CityProfileFactory(city=city, is_demonstration=True)
        MayorFactory(city=city)
    assert [add_partnerships(), add_partnerships()] == [len(entries), 0]
    made = Partnership.objects.all()
    assert {one.stage for one in made} == set(Partnership.Stage.values)
    assert all(one.is_demonstration for one in made)
    assert all(one.changes.first().stage == one.stage for one in made)
    mayor = MayorFactory(city_id=LVIV).user
    assert Partnership.objects.waiting_for(mayor).count() == 1
    assert Conversation.objects.seen_by(mayor).count() == 2
    public = made.public().first()
    assert "Demonstration data" in client.get(public.public_url).content.decode()
    assert "demonstration data" in client.get(reverse("partnerships")).content.decode()
