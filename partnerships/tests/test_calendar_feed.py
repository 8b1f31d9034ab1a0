"""The calendar: what is due for whom, as a page, a file and a private feed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from cities.tests.factories import CityFactory, MayorFactory
from partnerships.calendar_feed.entries import entries_of
from partnerships.calendar_feed.feed import token_of
from partnerships.models import Party
from partnerships.tests.factories import FundingCallFactory, interest_between, side_of
from projects.tests.factories import MilestoneFactory, ProjectFactory

pytestmark = pytest.mark.django_db
CALENDAR = "/desk/calendar/"


@pytest.fixture
def mayor():
    """Somebody of Lviv, which Gdańsk has written to, with a milestone ahead."""
    lviv = CityFactory(name="Lviv")
    interest_between(CityFactory(name="Gdańsk"), lviv)
    project = ProjectFactory(city=lviv, published=True, title_en="A school")
    ahead = timezone.localdate() + timedelta(days=5)
    MilestoneFactory(project=project, title_en="The roof", due_on=ahead)
    MilestoneFactory(project=project, title_en="The cellar", due_on=ahead, done_on=timezone.localdate())
    MilestoneFactory(project=ProjectFactory(published=True), title_en="Elsewhere", due_on=ahead)
    return lviv.mayors.get().user


def read(content):
    return {
        str(event["summary"]): event["dtstart"].dt for event in Calendar.from_ical(content).walk("VEVENT")
    }


def feed_of(user):
    return reverse("calendar-feed", args=[token_of(user)])


def test_what_is_due_for_ones_sides_and_nothing_else(client, mayor):
    client.force_login(mayor)
    page = client.get(CALENDAR).content.decode()
    for text in ("A school: The roof", "Answer the expression of interest of Gdańsk"):
        assert text in page
    for text in ("The cellar", "Elsewhere"):
        assert text not in page
    events = read(client.get(CALENDAR, {"format": "ics"}).content)
    assert events["A school: The roof"] == timezone.localdate() + timedelta(days=5)
    [entry] = [one for one in entries_of(mayor) if one.key.startswith("milestone")]
    assert list(read(client.get(CALENDAR, {"format": "ics", "only": entry.key}).content)) == [entry.text]


def test_the_feed_is_read_signed_out_until_its_address_is_renewed(client, mayor):
    address = feed_of(mayor)
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    assert "A school: The roof" in read(answer.content)
    assert client.get(address.replace("/calendar/", "/calendar/x")).status_code == 404
    client.force_login(mayor)
    client.post(CALENDAR)
    client.logout()
    assert client.get(address).status_code == 404
    assert client.get(feed_of(User.objects.get(pk=mayor.pk))).status_code == 200


def test_who_speaks_for_a_city_no_more_finds_its_days_no_more(client, mayor):
    mayor.mayor_memberships.update(state="suspended")
    assert read(client.get(feed_of(mayor)).content) == {}


def test_the_feed_is_in_its_owners_language(client, mayor):
    mayor.language = "uk"
    mayor.save()
    assert any(text.startswith("Відповісти") for text in read(client.get(feed_of(mayor)).content))


def test_a_fund_finds_the_deadlines_of_its_calls(client):
    call = FundingCallFactory(title_en="Water for towns", opens=None, deadline=date(2099, 5, 1))
    party = side_of(call.organisation)
    assert [entry.text for entry in entries_of(party.people()[0])] == [
        "Deadline of the call: Water for towns"
    ]


def test_the_number_of_queries_does_not_grow(mayor, django_assert_num_queries):
    lviv = Party.objects.get(city__name="Lviv").city
    for number in range(2):
        interest_between(CityFactory(), lviv)
        MilestoneFactory(project=ProjectFactory(city=lviv, published=True), due_on=date(2099, 1, number + 1))
        MayorFactory(city=lviv)
    with django_assert_num_queries(6):
        assert len(entries_of(mayor)) == 6
