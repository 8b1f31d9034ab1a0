"""When two can meet and why not, meetings they book themselves, two who want the last table at once."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.notifications import sentence
from events.free_slots import Opening, Timetable, Why
from events.meeting_requests import booking
from events.meeting_requests.answering import decline, withdraw
from events.meeting_requests.booking import book, cancel
from events.models import Interpreter, Meeting, Session
from events.models.event import NotPossible
from events.querysets import EventQuerySet
from partnerships.tests.at_once import at_once

from .factories import EventFactory, MeetingRequestFactory, SlotFactory, TableFactory

pytestmark = pytest.mark.django_db


def made_event(**fields):
    """An event whose participants book, with three slots one after the other and one table."""
    event = EventFactory(books_freely=True, shown="final", **fields)
    for number in range(3):
        starts_at = event.starts_at + timedelta(minutes=30 * number)
        SlotFactory(event=event, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    TableFactory(event=event)
    return event


@pytest.fixture
def event():
    return made_event()


@pytest.fixture
def request_of_two(event):
    return agreed(event)


def agreed(event, **sides):
    return MeetingRequestFactory(event=event, state="accepted", **sides)


def timetable(request):
    return Timetable.of(request.event, (request.sender, request.receiver))


def free(request):
    return [one.slot for one in timetable(request).openings(request)]


def held(request, slot, table=None, interpreter=None):
    meeting = Meeting(event=request.event, request=request)
    meeting.arrange(slot, table, interpreter)
    return meeting


def session_in(slot, **fields):
    return Session.objects.create(
        event=slot.event, starts_at=slot.starts_at, ends_at=slot.ends_at, title_en="Opening", **fields
    )


def language(request, code):
    request.receiver.languages = [code]
    request.receiver.save()


def busy_interpreter(request, slot):
    language(request, "uk")
    other = agreed(request.event)
    held(
        other,
        slot,
        interpreter=Interpreter.objects.create(event=request.event, name="Ivan", languages=["en", "uk"]),
    )


def absent_interpreter(request, slot):
    language(request, "uk")
    one = Interpreter.objects.create(event=request.event, name="Ivan", languages=["en", "uk"])
    one.absent_in.add(slot)


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda request, slot: request.sender.away_in.add(slot), Why.AWAY),
        (lambda request, slot: request.receiver.sessions.add(session_in(slot)), Why.SESSION),
        (lambda request, slot: session_in(slot, is_for_all=True), Why.SESSION_FOR_ALL),
        (lambda request, slot: held(agreed(slot.event, sender=request.receiver), slot), Why.BUSY),
        (lambda request, slot: held(agreed(slot.event), slot, slot.event.tables.get()), Why.NO_TABLE),
        (lambda request, slot: slot.event.tables.get().closed_in.add(slot), Why.NO_TABLE),
        (busy_interpreter, Why.NO_INTERPRETER),
        (absent_interpreter, Why.NO_INTERPRETER),
    ],
)
def test_it_says_what_stands_against_a_slot(request_of_two, prepare, why):
    first, *others = request_of_two.event.slots.all()
    assert free(request_of_two) == [first, *others]
    prepare(request_of_two, first)
    assert [one.why for one in timetable(request_of_two).obstacles(request_of_two, first)] == [why]
    assert free(request_of_two) == others
    with pytest.raises(NotPossible, match="faster"):
        book(request_of_two, first.pk, by=request_of_two.sender)


def test_without_a_common_language_no_slot_is_free(request_of_two):
    language(request_of_two, "uk")
    Interpreter.objects.create(event=request_of_two.event, name="Ivan", languages=["pl", "uk"])
    slot = request_of_two.event.slots.first()
    [obstacle] = timetable(request_of_two).obstacles(request_of_two, slot)
    assert str(obstacle) == "The two have no common language, and no interpreter speaks with both."
    helpful = Interpreter.objects.create(event=request_of_two.event, name="Oksana", languages=["en", "uk"])
    assert [one.interpreter for one in timetable(request_of_two).openings(request_of_two)] == [helpful] * 3


def test_online_they_need_no_table(event, request_of_two):
    event.tables.all().delete()
    assert free(request_of_two) == []
    event.format = "both"
    event.save()
    request_of_two.event = event
    request_of_two.receiver.is_online = True
    assert len(free(request_of_two)) == 3


def test_a_given_table_and_interpreter_are_checked_too(request_of_two):
    event, slot = request_of_two.event, request_of_two.event.slots.first()
    table, ivan = event.tables.get(), Interpreter.objects.create(event=event, name="Ivan", languages=["pl"])
    ivan.absent_in.add(slot)
    meeting = held(agreed(event), slot, table, ivan)

    def whys(*place, ignoring=None):
        found = timetable(request_of_two).obstacles_there(request_of_two, Opening(slot, *place), ignoring)
        return [one.why for one in found]

    assert whys(None, None) == [Why.NO_TABLE]
    of_ivan = [Why.INTERPRETER_LANGUAGES, Why.INTERPRETER_ABSENT]
    assert whys(table, ivan) == [Why.TABLE_TAKEN, *of_ivan, Why.INTERPRETER_TAKEN]
    assert whys(table, ivan, ignoring=meeting.pk) == of_ivan
    language(request_of_two, "uk")
    assert whys(TableFactory(event=event), None) == [Why.NO_LANGUAGE]
    with CaptureQueriesContext(connection) as queries:
        Timetable.of(event)
    assert len(queries) == 9


def test_two_book_a_slot_and_call_it_off(client, request_of_two):
    sender, receiver = request_of_two.sender, request_of_two.receiver
    first, second, _third = request_of_two.event.slots.all()
    client.force_login(sender.user)
    address = request_of_two.get_absolute_url()
    assert "20 May, 10:00" in client.get(address).content.decode()  # 7:00 UTC, in the event's zone
    client.post(address, {"action": "book", "slot": second.pk})
    meeting = Meeting.objects.get()
    assert (meeting.slot, meeting.state) == (second, "confirmed")
    assert {one.registration for one in meeting.seats.all()} == {sender, receiver}
    when = "20.05. 10:30–11:00 (Europe/Kyiv)"
    assert told(receiver) == [f"{sender} has booked a time to meet you at “{meeting.event}”: {when}"]
    page = client.get(address).content.decode()
    assert "Your meeting" in page
    assert "Choose a time" not in page
    with pytest.raises(NotPossible, match="have a meeting already"):
        book(request_of_two, first.pk, by=receiver)
    client.force_login(receiver.user)
    client.post(address, {"action": "cancel"})
    assert not Meeting.objects.standing().exists()
    assert told(sender) == [f"{receiver} has cancelled the meeting at “{meeting.event}”: {when}"]
    book(request_of_two, first.pk, by=receiver)
    assert Meeting.objects.standing().get().slot == first
    decline(request_of_two, by=receiver)
    assert not Meeting.objects.standing().exists()


def told(one):
    return [sentence(notification) for notification in one.user.notifications.all()]


def test_a_meeting_that_has_begun_stays(request_of_two):
    event, (first, *_others) = request_of_two.event, request_of_two.event.slots.all()
    held(request_of_two, first, event.tables.get())
    first.starts_at = timezone.now() - timedelta(minutes=1)
    first.save()
    for undo in (cancel, withdraw):
        with pytest.raises(NotPossible, match="has begun"):
            undo(request_of_two, by=request_of_two.sender)
    other = agreed(event)
    assert Why.PAST in [one.why for one in timetable(other).obstacles(other, first)]


@pytest.mark.parametrize("fields", [{"books_freely": False}, {"shown": "nothing"}])
def test_nobody_books_before_one_may(client, request_of_two, fields):
    event = request_of_two.event
    type(event).objects.filter(pk=event.pk).update(**fields)
    client.force_login(request_of_two.sender.user)
    address = request_of_two.get_absolute_url()
    assert "Choose a time" not in client.get(address).content.decode()
    page = client.post(address, {"action": "book", "slot": event.slots.first().pk}, follow=True)
    assert "Slots cannot be chosen now." in page.content.decode()
    assert not Meeting.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_the_last_table_goes_to_one_of_two_at_once(monkeypatch, is_locked):
    """Without the lock both find it free, and the database gives it to one; the other reads the same."""
    event = made_event()
    requests = [agreed(event) for _ in range(2)]
    slot = event.slots.first().pk
    if not is_locked:
        gate, find = Barrier(2), booking.openings

        def find_together(request):
            found = find(request)
            gate.wait(timeout=20)
            return found

        monkeypatch.setattr(EventQuerySet, "locked", lambda self, event: event)
        monkeypatch.setattr(booking, "openings", find_together)

    def click(request):
        try:
            book(request, slot, by=request.sender)
        except NotPossible as late:
            return str(late)
        return "booked"

    late = "Somebody was faster: this slot is not free any more. Choose another one."
    assert sorted(at_once(requests, click)) == [late, "booked"]
    assert Meeting.objects.standing().count() == 1
