"""Organisers make an event: its sections, its parts, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.tests.factories import UserFactory
from accounts.tests.files import picture, upload
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory
from events.models import Event, Interpreter, Session
from partnerships.tests.factories import OrganisationMemberFactory

from .factories import EventFactory, RegistrationFactory, SlotFactory, TableFactory
from .test_meetings import arranged

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """In May 2027, 10:00 to 20:00 of the next day in Kyiv."""
    return EventFactory(time_zone="Europe/Kyiv")


@pytest.fixture
def organiser(event, client):
    """An ordinary user who organises the event, signed in."""
    user = UserFactory()
    event.organisers.add(user)
    client.force_login(user)
    return user


@pytest.fixture
def section(client, event, organiser):
    """Open and send sections as the organiser: `section("times", starts_at=...)`."""

    class Pages:
        def address(self, code, part=None):
            if part == "new":
                return reverse("event-part-new", args=[event.slug, code])
            tail = [] if part is None else [part]
            return reverse("event-part" if tail else "event-section", args=[event.slug, code, *tail])

        def __call__(self, code, part=None, **typed):
            """Send what the form holds, changed as typed."""
            address = self.address(code, part)
            shown = client.get(address).context
            form, data = shown["form"], {"stamp": shown["stamp"]}
            for field in form:
                value = field.value()
                if isinstance(value, datetime):
                    value = f"{value.astimezone(event.zone):%Y-%m-%dT%H:%M}"
                if value is not None and value is not False:
                    data[field.html_name] = value
            return client.post(address, {**data, **typed})

        def act(self, code, **typed):
            return client.post(self.address(code), typed, follow=True)

    return Pages()


def errors(answer):
    form = answer.context.get("form") or answer.context["series"]
    return [str(message) for messages in form.errors.values() for message in messages]


@pytest.mark.parametrize("name", ["event-edit", "event-section", "event-part", "event-part-new"])
def test_organisers_get_in_and_other_mayors_find_nothing(client, event, organiser, name):
    table = TableFactory(event=event)
    tail = {"event-section": ["details"], "event-part": ["tables", table.pk], "event-part-new": ["tables"]}
    address = reverse(name, args=[event.slug, *tail.get(name, [])])
    assert client.get(address).status_code == 200
    client.force_login(MayorFactory().user)
    assert client.get(address).status_code == 404
    assert client.post(address, {"action": "withdraw"}).status_code == 404
    event.refresh_from_db()
    assert event.is_public


def test_organisers_name_no_organisers_and_make_no_events(client, event, organiser, section):
    assert client.get(section.address("organisers")).status_code == 404
    assert client.get(reverse("event-new")).status_code == 404


def test_an_administrator_makes_an_event_and_names_who_organises_it(admin_client):
    city = CityFactory(name="Lviv", name_uk="Львів", country=CountryFactory(code="UA"))
    typed = {
        "title_uk": "Зустріч", "format": "on-site", "city_name": "Lviv", "time_zone": "Europe/Warsaw",
        "starts_at": "2027-07-01T09:00", "ends_at": "2027-07-02T18:00",
    }  # fmt: skip
    wrong = admin_client.post(reverse("event-new"), {**typed, "time_zone": "Mars", "city_name": "Nowhere"})
    assert errors(wrong) == [
        "No city of that name is known.",
        "Name a time zone as Europe/Kyiv or Europe/Warsaw.",
    ]
    assert wrong.context["form"]["title_uk"].value() == "Зустріч"
    admin_client.post(reverse("event-new"), typed)
    event = Event.objects.get()
    assert (event.city, event.slug) == (city, "zustrich")
    assert event.starts_at == datetime(2027, 7, 1, 7, tzinfo=UTC), "9:00 in Warsaw is 7:00 UTC"
    assert not event.is_public
    person, address = UserFactory(), reverse("event-section", args=[event.slug, "organisers"])
    assert "Nobody has an account" in str(errors(admin_client.post(address, {"emails": "no@example.org"})))
    stamp = admin_client.get(address).context["stamp"]
    admin_client.post(address, {"emails": person.email.upper(), "stamp": stamp})
    assert list(event.organisers.all()) == [person]
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"event created", "event edited"}
    in_administration = admin_client.get(reverse("admin:events_event_change", args=[event.pk]))
    changed = set(in_administration.context["adminform"].form.fields)
    assert "title_en" in changed
    assert not changed & {"capacity", "starts_at", "time_zone"}, "its own pages check them against meetings"


def test_it_is_published_once_nothing_is_missing(client, event, organiser):
    Event.objects.filter(pk=event.pk).update(published_at=None, text_en="", text_uk="", open_to=[])
    address = reverse("event-edit", args=[event.slug])

    def sent(action):
        return client.post(address, {"action": action}, follow=True).content.decode()

    assert "It still needs: a text that says what it is, who may register." in sent("publish")
    Event.objects.filter(pk=event.pk).update(text_en="What it is", open_to=["city"])
    assert "Everybody can see it now." in sent("publish")
    assert "Taken back." in sent("withdraw")
    sent("publish")
    RegistrationFactory(event=event)
    assert "it can no longer be taken back" in sent("withdraw")
    event.refresh_from_db()
    assert event.is_public


def test_several_cities_of_a_name_are_told_apart(event, section):
    country = CountryFactory(code="DE")
    cities = [CityFactory(name="Frankfurt", slug=f"frankfurt-{river}", country=country) for river in "mo"]
    asked = section("details", city_name="Frankfurt")
    assert "Choose one of them" in str(errors(asked))
    section("details", city_name="Frankfurt", city_number=cities[1].pk)
    event.refresh_from_db()
    assert event.city == cities[1]
    section("details", city_name="", place_en="Hall")
    event.refresh_from_db()
    assert event.city is None


@pytest.mark.parametrize(
    ("code", "typed", "message"),
    [
        ("times", {"ends_at": "2027-05-20T09:00"}, "It ends before it starts."),
        ("times", {"starts_at": "2027-05-20T12:00"}, "The programme has sessions outside these times"),
        ("times", {"time_zone": "Europe/Warsaw"}, "entered in the present time zone"),
        ("details", {"city_name": "", "place_en": ""}, "A public event keeps: the host city or the place."),
        ("registration", {"open_to": []}, "A public event keeps: who may register."),
        ("registration", {"registration_closes_at": "2027-05-22T10:00"}, "before the event ends"),
        ("registration", {"registration_closes_at": "2020-01-01T10:00"}, "closes before it opens"),
        ("registration", {"capacity": "1"}, "2 people have a place already."),
        ("registration", {"capacity": "20001"}, "less than or equal to 20000"),
        ("registration", {"registration_opens_at": "0001-01-01T00:00"}, "greater than or equal to"),
        ("times", {"ends_at": "9999-12-31T23:59"}, "less than or equal to"),
        ("times", {"starts_at": "tomorrow"}, "Enter a valid date/time."),
        ("details", {"title_en": "", "title_uk": ""}, "Write it in English or in Ukrainian at least."),
        ("details", {"link": "javascript:alert(1)"}, "Enter a valid URL."),
        ("meetings", {"requests_close_at": "2027-05-22T10:00"}, "before the event ends"),
    ],
)
def test_what_cannot_be_is_refused(event, section, code, typed, message):
    RegistrationFactory.create_batch(2, event=event)
    Session.objects.create(
        event=event, starts_at=event.starts_at, ends_at=event.starts_at + timedelta(hours=1), title_en="x"
    )
    answer = section(code, **typed)
    assert message in str(errors(answer))
    event.refresh_from_db()
    assert event.version == 1


def test_a_change_of_somebody_else_is_not_lost(client, event, section):
    address = section.address("results")
    first = {"stamp": client.get(address).context["stamp"], "results_en": "Mine"}
    assert section("results", results_en="Theirs").status_code == 302
    answer = client.post(address, first)
    assert [tuple(one) for one in answer.context["theirs"]] == [("Results in English", "Theirs")]
    assert answer.context["form"]["results_en"].value() == "Mine"
    event.refresh_from_db()
    assert (event.results_en, event.version) == ("Theirs", 2)
    client.post(address, {**first, "stamp": answer.context["stamp"]})
    event.refresh_from_db()
    assert (event.results_en, event.version) == ("Mine", 3)


def test_sections_edited_at_the_same_time_do_not_meet(client, event, section):
    address = section.address("results")
    first = {"stamp": client.get(address).context["stamp"], "results_en": "Mine"}
    section("meetings", most_requests="7")
    assert client.post(address, first).status_code == 302
    event.refresh_from_db()
    assert (event.results_en, event.most_requests) == ("Mine", 7)


def test_sessions_are_within_the_event_and_leave_meetings_alone(client, event, section):
    outside = section(
        "programme", "new", title_en="A", starts_at="2027-05-19T10:00", ends_at="2027-05-20T11:00"
    )
    assert "The event lasts from 20.05.2027 10:00 to 21.05.2027 20:00 only." in errors(outside)
    speaker = event.speakers.create(name_en="Olena")
    stranger = EventFactory().speakers.create(name_en="Ivan")
    typed = {"title_en": "A", "starts_at": "2027-05-20T10:00", "ends_at": "2027-05-20T11:00"}
    assert section("programme", "new", **typed, speakers=[stranger.pk]).status_code == 200
    section("programme", "new", **typed, speakers=[speaker.pk])
    session = event.sessions.get()
    assert (
        section.address("programme", session.pk) in client.get(section.address("programme")).content.decode()
    )
    assert session.starts_at == event.starts_at
    assert list(session.speakers.all()) == [speaker]
    slot = SlotFactory(event=event, starts_at=event.starts_at)
    arranged(event, slot, TableFactory(event=event))
    assert "Meetings are held then" in str(errors(section("programme", session.pk, is_for_all="on")))


def test_slots_are_made_in_a_series_that_overlaps_nothing(event, section):
    series = {"action": "series", "day": "2027-05-20", "first": "10:00", "last": "12:00"}
    answer = section.act("slots", **series, minutes="25", pause="5")
    assert "4 added." in answer.content.decode()
    assert [str(one) for one in event.slots.all()][:2] == ["20.05. 10:00–10:25", "20.05. 10:30–10:55"]
    again = section.act("slots", **{**series, "first": "11:50", "last": "12:50"}, minutes="30", pause="0")
    assert "there is another slot at that time" in str(errors(again))
    early = section.act("slots", **{**series, "first": "08:00"}, minutes="30", pause="0")
    assert "The event lasts from" in str(errors(early))
    for day in ("0001-01-01", "9999-12-31"):
        strange = section.act("slots", **{**series, "day": day}, minutes="30")
        assert "not held on that day" in str(errors(strange))
    assert "Not one slot fits" in str(errors(section.act("slots", **series, minutes="240", pause="0")))
    assert event.slots.count() == 4
    section.act("slots", action="remove", chosen=[one.pk for one in event.slots.all()[:3]])
    assert event.slots.count() == 1


def test_tables_are_added_as_a_grid(event, section):
    TableFactory(event=event, number=3)
    section.act("tables", action="series", count="5", columns="3", top="20", bottom="80")
    made = [(one.number, one.x, one.y) for one in event.tables.all()][1:]
    assert made == [(4, 0, 20), (5, 50, 20), (6, 100, 20), (7, 0, 80), (8, 50, 80)]
    table = event.tables.get(number=4)
    assert "already exists" in str(errors(section("tables", table.pk, number="3")))
    section("tables", table.pk, x="33")
    table.refresh_from_db()
    assert table.x == 33


def test_where_meetings_are_nothing_is_removed_or_closed(event, section):
    slot, table = SlotFactory(event=event, starts_at=event.starts_at), TableFactory(event=event)
    interpreter = Interpreter.objects.create(event=event, name="Ivan", languages=["uk", "en"])
    arranged(event, slot, table, interpreter)
    for code, one in [("slots", slot), ("tables", table), ("interpreters", interpreter)]:
        answer = section.act(code, action="remove", chosen=[one.pk])
        assert "Nothing was removed: meetings are or were arranged there." in answer.content.decode()
    assert "Move them first" in str(errors(section("tables", table.pk, closed_in=[slot.pk])))
    assert "Move them first" in str(errors(section("interpreters", interpreter.pk, absent_in=[slot.pk])))
    free = SlotFactory(event=event, starts_at=event.starts_at + timedelta(hours=2))
    section("tables", table.pk, closed_in=[free.pk])
    assert list(table.closed_in.all()) == [free]


def test_an_interpreter_speaks_two_languages(event, section):
    assert "two languages at least" in str(
        errors(section("interpreters", "new", name="Ivan", languages=["uk"]))
    )
    section("interpreters", "new", name="Ivan", languages=["uk", "en"])
    assert event.interpreters.get().languages == ["uk", "en"]


def test_exhibitors_are_found_by_name(client, event, section):
    city = CityFactory(name="Stryi", name_uk="Стрий")
    [found] = client.get(section.address("exhibitors") + "?q=stryi").context["found"]
    section.act("exhibitors", action="exhibit", party=found.code)
    section.act("exhibitors", action="exhibit", party=found.code)
    exhibitor = event.exhibitors.get()
    assert exhibitor.party.city == city
    section("exhibitors", exhibitor.pk, stand="A1")
    exhibitor.refresh_from_db()
    assert exhibitor.stand == "A1"
    assert client.get(section.address("exhibitors", 10**30)).status_code == 404
    hidden = OrganisationMemberFactory(state="submitted").organisation
    for nobody in (f"organisation-{hidden.pk}", "city-0", f"city-{10**17}", "city-x", "mayor-1", ""):
        assert section.act("exhibitors", action="exhibit", party=nobody).status_code == 200
    assert event.exhibitors.get() == exhibitor
    assert event.exhibitors.count() == 1


def test_the_poster_is_made_anew_and_goes_when_it_is_removed(
    client, event, section, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = str(tmp_path)

    def sent(content=None, **typed):
        with django_capture_on_commit_callbacks(execute=True):
            return section("poster", **typed, **({"upload": upload("a.png", content)} if content else {}))

    assert "This is no photo" in str(errors(sent(b"no picture", poster_alt_en="A hall")))
    assert "Describe the poster" in str(errors(sent(picture())))
    sent(picture(), poster_alt_en="A hall")
    event.refresh_from_db()
    shown = client.get(event.poster_url)
    assert (shown["Content-Type"], shown.getvalue()[8:12]) == ("image/webp", b"WEBP")
    assert "A hall" in client.get(event.get_absolute_url()).content.decode()
    sent(remove="on")
    assert client.get(event.poster_url).status_code == 404
    assert list(tmp_path.rglob("*.webp")) == []
