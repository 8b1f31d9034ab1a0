"""What everybody sees of events: the list, the page of each, its files."""

import csv
import io
import json
from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory, CountryFactory
from events.models import Event, Session
from events.tabs import tabs_of
from partnerships.models import Party

from .factories import EventFactory, MeetingRequestFactory, RegistrationFactory, SlotFactory, TableFactory
from .test_meetings import arranged

pytestmark = pytest.mark.django_db
LINK = "https://meet.example/secret"


def titles(answer):
    return [one.title_en for one in answer.context["page"]]


@pytest.fixture
def three():
    """One to come in Ukraine, one sooner and online, one that is over in Poland; and a draft."""
    lviv = CityFactory(name="Lviv", name_uk="Львів", country=CountryFactory(code="UA"))
    gdansk = CityFactory(name="Gdańsk", name_uk="Гданськ", country=CountryFactory(code="PL"))
    later = EventFactory(title_en="Water", title_uk="Вода", city=lviv, open_to=["city"])
    now = timezone.now()
    sooner = EventFactory(
        title_en="Sooner", title_uk="Раніше", format="online", city=None,
        starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2), open_to=["business"],
    )  # fmt: skip
    over = EventFactory(
        title_en="Over", title_uk="Минуле", city=gdansk, format="both",
        starts_at=now - timedelta(days=40), ends_at=now - timedelta(days=39),
    )  # fmt: skip
    EventFactory(title_en="Draft", published_at=None)
    return later, sooner, over


def test_the_next_event_comes_first_and_drafts_not_at_all(client, three):
    assert titles(client.get(reverse("events"))) == ["Sooner", "Water", "Over"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=вода", ["Water"]),
        ("q=lviv", ["Water"]),
        ("q=Львів", ["Water"]),
        ("q=gdansk", ["Over"]),
        ("q=nothing+like+it", []),
        ("country=PL", ["Over"]),
        ("how=online", ["Sooner", "Over"]),
        ("how=on-site", ["Water", "Over"]),
        ("open_to=business", ["Sooner", "Over"]),
        ("when=past", ["Over"]),
        ("when=to-come&open_to=city", ["Water"]),
        ("country=XX&when=never&how=%00&q=%00&page=x", ["Sooner", "Water", "Over"]),
    ],
)
def test_filters(client, three, query, expected):
    assert titles(client.get(f"{reverse('events')}?{query}")) == expected


def test_files_hold_what_is_listed(client, three):
    answer = client.get(reverse("events") + "?format=csv&when=past")
    [row] = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert (row["title_uk"], row["country"], row["phase"]) == ("Минуле", "PL", "afterwards")
    listed = json.loads(client.get(reverse("events") + "?format=json").getvalue())
    assert (listed["total"], [one["title_en"] for one in listed["events"]]) == (
        3,
        ["Sooner", "Water", "Over"],
    )


def test_more_events_need_no_more_queries(client, three):
    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("events")).status_code == 200
        return len(found)

    before = asked()
    EventFactory.create_batch(5)
    assert asked() == before


def test_free_places_count_those_who_have_one(client, three):
    RegistrationFactory(event=three[0])
    RegistrationFactory(event=three[0], state="waiting")
    Event.objects.filter(pk=three[0].pk).update(capacity=2)
    assert "1 place is free" in client.get(reverse("events")).content.decode()
    RegistrationFactory(event=three[0])
    assert "there is a waiting list" in client.get(reverse("event", args=[three[0].slug])).content.decode()


@pytest.fixture
def full():
    """An event in Kyiv's time zone with a programme, a stand and two tables."""
    event = EventFactory(format="both", link=LINK, time_zone="Europe/Kyiv")
    for hours in (1, 26):
        at = event.starts_at + timedelta(hours=hours)
        session = Session.objects.create(
            event=event, starts_at=at, ends_at=at + timedelta(hours=1), title_en=f"Session {hours}"
        )
        session.speakers.create(event=event, name_en="Olena", name_uk="Олена", role_en="Mayor")
    event.exhibitors.create(party=Party.objects.of(CityFactory(name="Stryi")), stand="B7")
    slot = SlotFactory(event=event, starts_at=event.starts_at)
    TableFactory(event=event, number=1, x=0)
    TableFactory(event=event, number=2, x=100).closed_in.add(slot)
    return event


def test_the_page_tells_its_times_in_its_own_zone(client, full):
    page = client.get(full.get_absolute_url())
    text = page.content.decode()
    assert [(str(day), [one.title for one in ones]) for day, ones in page.context["days"]] == [
        ("2027-05-20", ["Session 1"]),
        ("2027-05-21", ["Session 26"]),
    ]
    assert 'datetime="2027-05-20T11:00:00+03:00">11:00</time>' in text
    for expected in ("Europe/Kyiv", "Olena", "Stryi", "Stand B7", "Plan with 2 tables", "not free in:"):
        assert expected in text
    assert client.get("/uk" + full.get_absolute_url()).content.decode().count("Олена") == 2


def test_more_parts_need_no_more_queries(client, full):
    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get(full.get_absolute_url())
        return len(found)

    before = asked()
    for number in range(3, 6):
        TableFactory(event=full, number=number, x=number).closed_in.add(SlotFactory(event=full))
        full.exhibitors.create(party=Party.objects.of(CityFactory()))
        session = Session.objects.create(
            event=full, starts_at=full.starts_at, ends_at=full.ends_at, title_en="x"
        )
        session.speakers.create(event=full, name_en="x")
    assert asked() == before


@pytest.mark.parametrize("name", ["event", "event-ics"])
@pytest.mark.parametrize(
    ("state", "is_told"), [("registered", True), ("waiting", False), ("cancelled", False)]
)
def test_only_participants_learn_where_it_is_online(client, full, name, state, is_told):
    address = reverse(name, args=[full.slug])
    assert LINK not in client.get(address).content.decode()
    client.force_login(RegistrationFactory(event=full, state=state).user)
    assert (LINK in client.get(address).content.decode().replace("\r\n ", "")) is is_told


def test_the_calendar_file_can_be_read(client, full):
    [entry] = icalendar.Calendar.from_ical(client.get(reverse("event-ics", args=[full.slug])).content).walk(
        "VEVENT"
    )
    assert (entry.start, entry.end) == (full.starts_at, full.ends_at)
    assert (entry["summary"], entry.start.tzname()) == (full.title_en, "EEST")


def test_a_draft_is_seen_by_its_organisers_only(client, full):
    Event.objects.filter(pk=full.pk).update(published_at=None)
    address, organiser = full.get_absolute_url(), UserFactory()
    full.organisers.add(organiser)
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(organiser)
    assert "This is a draft" in client.get(address).content.decode()


def test_tabs_are_those_that_one_may_open(full, admin_client):
    def shown(user):
        return [tab.name for tab, _url in tabs_of(full, user)]

    organiser = UserFactory()
    full.organisers.add(organiser)
    assert "event-edit" in shown(organiser)
    assert "event-edit" not in shown(RegistrationFactory(event=full).user)


def test_the_figures_of_a_past_event_name_nobody(client):
    past = EventFactory(
        starts_at=timezone.now() - timedelta(days=3), ends_at=timezone.now() - timedelta(days=2),
        results_en="Much came of it.",
    )  # fmt: skip
    slots, tables = SlotFactory.create_batch(3, event=past), TableFactory.create_batch(2, event=past)
    country = CountryFactory(code="LT")
    for slot in slots:
        sides = {
            side: RegistrationFactory(event=past, party=Party.objects.of(CityFactory(country=country)))
            for side in ("sender", "receiver")
        }
        arranged(past, slot, tables[0], **sides)
    held = list(past.meetings.all())
    held[0].seats.update(outcome="partnership")
    held[1].seats.update(outcome="partnership")
    MeetingRequestFactory(event=past, sender=sides["sender"])
    registrations = past.registrations.taking_part().count()
    address = past.get_absolute_url()

    def figures():
        return {one.label: one.number for one in client.get(address).context["figures"]}

    assert figures() == {
        "participants": registrations, "cities": registrations, "countries": 2, "meetings held": 3,
    }  # fmt: skip
    held[2].seats.filter(registration=sides["sender"]).update(outcome="partnership")
    assert figures()["answers: we go on together"] == 5
    held[2].seats.filter(registration=sides["sender"]).update(outcome="no-show")
    assert figures()["meetings held"] == 2
    assert "Much came of it." in client.get(address).content.decode()


def test_the_host_city_and_the_home_page_lead_to_it(client, full):
    for page in (full.city.get_absolute_url(), reverse("home")):
        assert full.get_absolute_url() in client.get(page).content.decode()
    Event.objects.filter(pk=full.pk).update(published_at=None)
    for page in (full.city.get_absolute_url(), reverse("home")):
        assert full.get_absolute_url() not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("place", "said"), [("Hall", "Hall, Lviv"), ("Hall, Lviv", "Hall, Lviv"), ("", "Lviv")]
)
def test_a_place_that_names_its_city_names_it_once(place, said):
    assert EventFactory(place_en=place, city__name="Lviv").where() == said
