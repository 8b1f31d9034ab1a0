"""The participants of an event as one of them sees them: who fits, why, whom one finds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.tests.factories import StaffFactory
from cities.models import Topic
from events.meeting_requests.fit import Side, fit_of
from events.meeting_requests.participants import Participants
from events.models import Registration
from partnerships.interests.fit import measured
from partnerships.models import Block, BusinessProfile, FinancialPartnerProfile, Party
from partnerships.tests.factories import BusinessProfileFactory
from projects.models import Project
from tests.world import small_world

from .factories import EventFactory, MeetingRequestFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Who comes, by name: four cities, two businesses, a financial partner and two guests."""
    cities, event = small_world(), EventFactory()
    Project.objects.get().needs.update(kind="contractor", division="23")
    ones = [cities[name] for name in ("Lviv", "Gdańsk", "Wrocław", "Stryi")]
    ones += [profile.organisation for profile in BusinessProfile.objects.select_related("organisation")]
    ones += [
        profile.organisation for profile in FinancialPartnerProfile.objects.select_related("organisation")
    ]
    made = {one.name: come(event, one) for one in ones}
    made["Alien"] = RegistrationFactory(event=event, party=None, user__name="Alien", languages=["de"])
    made["Guest"] = come(event, None, "Guest", topics=["water"])
    made["Lviv"].topics.set(["water", "culture"])
    return made


def come(event, one, name="", topics=()):
    party = Party.objects.of(one) if one else None
    made = RegistrationFactory(event=event, party=party, user__name=name or one.name)
    made.topics.set(Topic.objects.filter(pk__in=topics))
    return made


def listed(mine):
    seen = Participants(mine.event, Registration.objects.named().get(pk=mine.pk))
    return {one.registration.user.name: one for one in seen.shown(seen.ranked(seen.everybody))}


def page_of(client, mine, **query):
    client.force_login(mine.user)
    return client.get(reverse("event-participants", args=[mine.event.slug], query=query)).content.decode()


def test_a_city_sees_who_fits_it_and_why(world):
    found = listed(world["Lviv"])
    assert found.keys() == world.keys() - {"Lviv"}
    scores = [one.fit.score for one in found.values() if one.fit]
    assert scores == sorted(scores, reverse=True)
    assert [name for name, one in found.items() if not one.fit][:1] == ["Guest"]  # a topic in common
    assert not found["Alien"].fit
    assert found["Alien"].reasons == []
    assert found["Guest"].reasons == [
        "Both come for: Water supply and wastewater.",
        "You both speak: English.",
    ]
    assert "Gdańsk offers what Lviv looks for: water supply and wastewater." in found["Gdańsk"].reasons
    assert "Lviv Glass" in found
    assert "A school" in found["Lviv Glass"].reasons[0]
    assert "For the need" in found["Lviv Glass"].reasons[1]
    assert "A school" in found["Kyiv Fund"].reasons[0]
    assert all(len(one.reasons) <= 4 for one in found.values())
    with translation.override("uk"):
        assert "Ви обоє володієте мовами: Англійська" in " ".join(listed(world["Lviv"])["Guest"].reasons)


def test_scores_are_those_of_the_matchers_and_alike_from_both_sides(world):
    names = ["Lviv", "Gdańsk", "Lviv Glass", "Gdańsk Ships", "Kyiv Fund"]
    for one in names:
        seen = listed(world[one])
        for other in set(names) - {one}:
            there, back = seen[other].fit, fit_of(world[other].party, world[one].party)
            assert (there and round(there.score, 5)) == (back and round(back.score, 5)), (one, other)
            known = measured(world[one].party, world[other].party)
            if known:
                assert there.score == pytest.approx(known["score"], abs=1e-6)
    assert fit_of(world["Kyiv Fund"].party, world["Lviv Glass"].party) is None
    assert fit_of(None, world["Lviv"].party) is None
    assert Side.of(None).key is None


def test_it_lists_nobody_of_the_own_side_or_blocked_and_none_without_meetings(world):
    event, lviv = world["Lviv"].event, world["Lviv"]
    RegistrationFactory(event=event, party=lviv.party, user__name="Colleague")
    RegistrationFactory(event=event, user__name="Waiting", state="waiting")
    RegistrationFactory(event=event, user__name="Closed", wants_meetings=False)
    Block.objects.create(by_party=world["Gdańsk"].party, party=lviv.party, by=StaffFactory())
    Block.objects.create(by_party=lviv.party, party=world["Stryi"].party, by=StaffFactory())
    left_out = {"Lviv", "Gdańsk", "Stryi"}
    assert listed(lviv).keys() == world.keys() - left_out


def test_one_finds_by_name_kind_country_language_and_topic(client, world):
    lviv = world["Lviv"]
    assert "8 participants" in page_of(client, lviv)
    for query, names in [
        ({"q": "gdansk"}, {"Gdańsk", "Gdańsk Ships"}),
        ({"q": "alien"}, {"Alien"}),
        ({"kind": "guest"}, {"Guest", "Alien"}),
        ({"kind": "financial-partner"}, {"Kyiv Fund"}),
        ({"country": "PL", "kind": "city"}, {"Gdańsk", "Wrocław"}),
        ({"language": "de"}, {"Alien"}),
        ({"topic": "water"}, {"Guest"}),
        ({"topic": "no-such-topic", "page": "x"}, world.keys() - {"Lviv"}),
        ({"q": "zzz"}, set()),
    ]:
        page = page_of(client, lviv, **query)
        found = {name for name in world if f">{name}</a></h3>" in page}
        assert found == names, query
    assert "Take a filter away" in page
    lviv.wants_meetings = False
    lviv.save()
    assert "not open to meetings" in page_of(client, lviv)


def test_it_takes_as_many_queries_for_many_as_for_few(client, world):
    event, lviv = world["Lviv"].event, world["Lviv"]
    MeetingRequestFactory(event=event, sender=lviv, receiver=world["Gdańsk"])
    page_of(client, lviv)
    with CaptureQueriesContext(connection) as few:
        page_of(client, lviv)
    for number in range(8):
        come(event, BusinessProfileFactory(organisation__name=f"Firm {number}").organisation)
        come(event, None, f"Guest {number}", topics=["culture"])
        MeetingRequestFactory(event=event, sender=lviv)
    page_of(client, lviv)
    with CaptureQueriesContext(connection) as many:
        assert "You have asked: it waits for the answer" in page_of(client, lviv)
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as requests:
        client.get(reverse("event-requests", args=[event.slug]))
    MeetingRequestFactory.create_batch(5, event=event, receiver=lviv)
    with CaptureQueriesContext(connection) as more_requests:
        client.get(reverse("event-requests", args=[event.slug]))
    assert len(more_requests) == len(requests)
