"""Agendas: whose sessions and meetings they show, when, and in which forms."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar
from pypdfium2 import PdfDocument

from accounts.tests.factories import UserFactory
from cities.tests.factories import MayorFactory
from events.agenda.printed import all_agendas
from events.models import Interpreter, Meeting, Session
from partnerships.papers.making import make_waiting
from partnerships.tests.test_papers import needs_pango

from .factories import (
    FIRST,
    EventFactory,
    MeetingRequestFactory,
    RegistrationFactory,
    SlotFactory,
    TableFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """Ivan meets Olha at table 7, with an interpreter, and Nina online; sessions he goes to and others."""
    made = EventFactory(shown="preliminary", link="https://meet.example/x", place_en="The hall")
    ivan, olha, nina = (RegistrationFactory(event=made, name=name) for name in ("Ivan", "Olha", "Nina"))
    for number, title in enumerate(["Opening", "Water", "Energy"]):
        starts = FIRST + timedelta(days=1, hours=number)
        session = Session.objects.create(
            event=made,
            title_en=title,
            title_uk=title,
            room_en="Hall 2",
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            is_for_all=not number,
        )
        if title == "Water":
            ivan.sessions.add(session)
    slots = [SlotFactory(event=made, starts_at=FIRST + timedelta(hours=number)) for number in range(2)]
    helper = Interpreter.objects.create(event=made, name="Ada", languages=["uk", "en"])
    for other, slot, table, ada in [
        (olha, slots[0], TableFactory(event=made, number=7), helper),
        (nina, slots[1], None, None),
    ]:
        asked = MeetingRequestFactory(event=made, sender=ivan, receiver=other, state="accepted")
        Meeting(event=made, request=asked).arrange(slot, table, ada)
    made.organisers.add(UserFactory())
    return made


def address(event, name="event-agenda"):
    return reverse(name, args=[event.slug])


def sign_in(client, event, name):
    one = event.registrations.get(name=name)
    client.force_login(one.user)
    return one


def test_ones_own_sessions_and_meetings_by_day_in_the_events_zone(client, event):
    sign_in(client, event, "Ivan")
    page = client.get(address(event))
    days = [
        (str(day), [(one.hours, str(one.session or one.other.name)) for one in of_day])
        for day, of_day in page.context["days"]
    ]
    assert days == [
        ("2027-05-20", [("10:00–10:30", "Olha"), ("11:00–11:30", "Nina")]),
        ("2027-05-21", [("10:00–11:00", "Opening"), ("11:00–12:00", "Water")]),
    ]
    for words in (
        "Table 7, interpreter: Ada",
        "Online",
        "https://meet.example/x",
        "preliminary",
        "Europe/Kyiv",
    ):
        assert words in page.text
    assert "Energy" not in page.text
    sign_in(client, event, "Olha")
    assert [
        one.other.name
        for _day, of_day in client.get(address(event)).context["days"]
        for one in of_day
        if one.other
    ] == ["Ivan"]


def test_meetings_are_shown_with_the_schedule_only(client, event):
    sign_in(client, event, "Ivan")
    event.show_schedule("nothing", by=event.organisers.get())
    page = client.get(address(event))
    assert page.context["meetings"] == 0
    assert "not shown yet" in page.text
    assert "Olha" not in client.get(address(event, "event-agenda-ics")).text
    event.show_schedule("final", by=event.organisers.get())
    assert "preliminary" not in client.get(address(event)).text


def test_a_calendar_file_has_each_meeting_and_session(client, event):
    sign_in(client, event, "Ivan")
    calendar = Calendar.from_ical(client.get(address(event, "event-agenda-ics")).content)
    entries = {str(one["summary"]): one for one in calendar.walk("VEVENT")}
    met = {title.removeprefix("Meeting: ").partition(",")[0]: one for title, one in entries.items()}
    assert set(met) == {"Olha", "Nina", "Opening", "Water"}
    assert met["Olha"]["dtstart"].dt == FIRST
    assert met["Olha"]["location"].startswith("table 7, interpreter: Ada, The hall")
    assert "https://meet.example/x" in met["Nina"]["description"]
    assert "meet.example" not in met["Olha"]["description"]


def test_another_has_no_agenda(client, event):
    for user in (MayorFactory().user, event.organisers.get()):
        client.force_login(user)
        assert client.get(address(event)).status_code == 404
    waiting = RegistrationFactory(event=event, state="waiting")
    client.force_login(waiting.user)
    for name in (
        "event-agenda",
        "event-agenda-ics",
        "event-agenda-paper",
        "event-agenda-file",
        "event-agendas",
    ):
        assert client.get(address(event, name)).status_code == 404


def texts(pdf):
    return [page.get_textpage().get_text_bounded() for page in PdfDocument(pdf)]


@needs_pango
def test_the_organisers_print_everybodys_and_each_participant_the_own(client, event):
    client.force_login(event.organisers.get())
    client.post(address(event, "event-agendas"))
    sign_in(client, event, "Olha")
    client.post(address(event, "event-agenda-paper"))
    assert make_waiting() == 2
    [mine] = texts(client.get(address(event, "event-agenda-file")).content)
    assert "Ivan" in mine
    assert "Nina" not in mine
    client.force_login(event.organisers.get())
    pages = texts(client.get(address(event, "event-agendas-file")).content)
    assert [page.split("\n")[1].strip() for page in pages] == ["Ivan", "Nina", "Olha"]
    assert "table 7, interpreter: Ada" in pages[0]


def test_many_agendas_take_as_many_queries_as_few(event, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert all_agendas(event).page.count('class="sheet"') == 3


def test_the_private_calendar_has_ones_events_and_meetings(client, event):
    ivan = sign_in(client, event, "Ivan")
    page = client.get(reverse("calendar"))
    entries = [(one.on, one.hours, one.text.partition(",")[0], one.where) for one in page.context["entries"]]
    assert entries == [
        (FIRST.date(), "10:00 – 21.05.2027 20:00 (Europe/Kyiv)", event.title, event.where()),
        (
            FIRST.date(),
            "10:00 – 10:30 (Europe/Kyiv)",
            "Meeting: Olha",
            f"table 7, interpreter: Ada, {event.where()}",
        ),
        (FIRST.date(), "11:00 – 11:30 (Europe/Kyiv)", "Meeting: Nina", "online"),
    ]
    for entry in page.context["entries"]:
        assert f"{entry.hours} <a" in page.text
    read = Calendar.from_ical(client.get(reverse("calendar"), {"format": "ics"}).content).walk("VEVENT")
    assert [one["dtstart"].dt for one in read] == [FIRST, FIRST, FIRST + timedelta(hours=1)]
    assert {str(one["transp"]) for one in read} == {"OPAQUE"}
    event.show_schedule("nothing", by=ivan.user)
    assert len(client.get(reverse("calendar")).context["entries"]) == 1
    ivan.state = "cancelled"
    ivan.save()
    assert client.get(reverse("calendar")).context["entries"] == []
