"""The organisers' schedule: asked for, shown, and changed by hand with every change checked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import UserFactory
from cities.tests.factories import MayorFactory
from events import solving
from events.board import arranging
from events.free_slots import Opening
from events.models import Event, Interpreter, Meeting, MeetingRequest, ScheduleRun, Seat
from events.models.event import NotPossible

from .factories import (
    EventFactory,
    MeetingRequestFactory,
    RegistrationFactory,
    SlotFactory,
    TableFactory,
    begin,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    event = EventFactory()
    SlotFactory.create_batch(2, event=event)
    TableFactory.create_batch(2, event=event)
    return event


@pytest.fixture
def organiser(event, client):
    user = UserFactory()
    event.organisers.add(user)
    client.force_login(user)
    return user


def wish(event, **more):
    return MeetingRequestFactory(event=event, state="accepted", **more)


def post(client, name, event, *more, **data):
    return client.post(reverse(name, args=[event.slug, *more]), data, follow=True)


@pytest.mark.parametrize("name", ["event-schedule", "event-board", "event-meeting"])
def test_another_mayor_finds_nothing(event, client, name):
    client.force_login(MayorFactory().user)
    more = [wish(event).pk] if name == "event-meeting" else []
    address = reverse(name, args=[event.slug, *more])
    assert (client.get(address).status_code, client.post(address, {"do": "final"}).status_code) in [
        (404, 404),
        (404, 405),
    ]
    event.refresh_from_db()
    assert event.shown == Event.Shown.NOTHING


@pytest.mark.usefixtures("organiser")
class TestOrganisers:
    def test_have_a_schedule_made_and_see_what_it_leaves_out_and_why(self, event, client):
        popular = RegistrationFactory(event=event)
        for _ in range(3):
            wish(event, receiver=popular)
        assert "waits for the worker" in post(client, "event-schedule", event, do="make", seconds=1).text
        assert post(client, "event-schedule", event, do="make", seconds=0).context["form"].errors
        solving.make_waiting()
        page = client.get(reverse("event-schedule", args=[event.slug]))
        assert page.context["held"] == 2
        assert str(page.context["unmet"][0].why) in page.text
        assert "proven best" in page.text

    def test_can_stop_a_search(self, event, client):
        wish(event)
        post(client, "event-schedule", event, do="make", seconds=600)
        post(client, "event-schedule", event, do="stop")
        assert ScheduleRun.objects.get().stop_asked
        solving.make_waiting()
        assert ScheduleRun.objects.get().took < 60

    def test_are_told_why_nothing_can_be_made(self, event, client):
        assert "Nobody has accepted" in post(client, "event-schedule", event, do="make", seconds=5).text

    def test_show_the_schedule_and_hide_it(self, event, client):
        for shown in ("preliminary", "final", "nothing"):
            post(client, "event-schedule", event, do=shown)
            event.refresh_from_db()
            assert event.shown == shown

    def test_put_a_meeting_where_it_is_possible_only(self, event, client):
        busy = RegistrationFactory(event=event)
        one, other = wish(event, sender=busy), wish(event, receiver=busy)
        slot, table = event.slots.first(), event.tables.first()
        place = {"do": "arrange", "slot": slot.pk, "table": table.pk}
        assert "Saved." in post(client, "event-meeting", event, one.pk, **place).text
        assert Meeting.objects.get().state == Meeting.State.CONFIRMED
        answer = post(client, "event-meeting", event, other.pk, **place)
        assert f"{busy} has another meeting then." in answer.text
        assert f"Table {table} is taken then." in answer.text
        assert answer.context["form"]["slot"].value() == str(slot.pk)
        assert Meeting.objects.count() == 1

    def test_are_offered_a_place_that_is_possible(self, event, client):
        asked = wish(event, sender__languages=["uk"], receiver__languages=["de"])
        first, second = event.slots.all()
        Meeting(event=event, request=wish(event)).arrange(first, event.tables.first())
        helper = Interpreter.objects.create(event=event, name="Ivan", languages=["uk", "de"])
        helper.absent_in.add(first)
        address = reverse("event-meeting", args=[event.slug, asked.pk])
        offered = client.get(address).context["form"].initial
        assert offered == {"slot": second, "table": event.tables.first(), "interpreter": helper}
        page = client.get(
            reverse("event-meeting", args=[event.slug, asked.pk]), {"slot": first.pk, "table": "x"}
        )
        assert page.context["form"].initial == {"slot": str(first.pk), "table": "x"}

    def test_release_and_give_up_a_meeting(self, event, client):
        asked = wish(event)
        place = {"slot": event.slots.first().pk, "table": event.tables.first().pk}
        post(client, "event-meeting", event, asked.pk, do="arrange", **place)
        for do, state in [("release", "planned"), ("cancel", "cancelled")]:
            post(client, "event-meeting", event, asked.pk, do=do)
            assert Meeting.objects.get().state == state

    def test_leave_what_has_begun_and_what_was_withdrawn_meanwhile(self, event, client):
        asked, slot, table = wish(event), event.slots.first(), event.tables.first()
        stale = MeetingRequest.objects.named().get(pk=asked.pk)
        MeetingRequest.objects.filter(pk=asked.pk).update(state="withdrawn")
        with pytest.raises(NotPossible, match="agree to meet"):
            arranging.arrange(stale, Opening(slot, table, None), by=UserFactory())
        MeetingRequest.objects.filter(pk=asked.pk).update(state="accepted")
        begin(slot, event, asked)
        for data in ({"do": "cancel"}, {"do": "arrange", "slot": event.slots.last().pk, "table": table.pk}):
            assert "has begun" in post(client, "event-meeting", event, asked.pk, **data).text
        assert (Meeting.objects.get().state, Seat.objects.count()) == ("planned", 2)

    def test_confirm_all(self, event, client):
        wish(event)
        solving.ask_for_schedule(event, UserFactory(), seconds=1)
        solving.make_waiting()
        assert "1 meeting confirmed." in post(client, "event-schedule", event, do="confirm").text
        assert Meeting.objects.get().state == Meeting.State.CONFIRMED

    @pytest.mark.parametrize("data", [{"slot": "x", "table": "\0"}, {"slot": "9" * 30}, {}])
    def test_nonsense_is_refused_with_a_sentence(self, event, client, data):
        answer = post(client, "event-meeting", event, wish(event).pk, do="arrange", **data)
        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert not Meeting.objects.exists()

    def test_the_board_shows_a_day_of_slots_and_tables_with_names_made_safe(self, event, client):
        guest = RegistrationFactory(event=event, party=None, guest_of="<b>Guests</b>")
        Meeting(event=event, request=wish(event, sender=guest)).arrange(
            event.slots.first(), event.tables.first()
        )
        page = client.get(reverse("event-board", args=[event.slug]), {"day": "no day"}).text
        assert "&lt;b&gt;Guests&lt;/b&gt;" in page
        assert page.count("<td") == 4  # two slots, two tables
        assert page.count("data-slot=") == 3

    def test_the_board_takes_as_many_queries_however_many_meet(self, event, client):
        def queries():
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse("event-board", args=[event.slug])).status_code == 200
            return len(seen)

        place = [event.slots.first(), event.tables.first()]
        Meeting(event=event, request=wish(event)).arrange(*place)
        wish(event)
        queries()  # the first page after a start reads more
        few = queries()
        Meeting(event=event, request=wish(event)).arrange(event.slots.last(), event.tables.last())
        wish(event)
        assert queries() == few
