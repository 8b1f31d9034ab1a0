"""What participants are told of their meetings: once, whatever changed, and nothing while it is hidden."""

from datetime import timedelta
from threading import Barrier

import pytest

from accounts.models import Notification
from accounts.notifications import in_words
from accounts.tests.factories import UserFactory
from events.agenda import changes
from events.agenda.changes import tell_all
from events.meeting_requests import answering, booking
from events.models import Meeting
from events.registering.places import cancel
from partnerships.tests.at_once import at_once

from .factories import (
    FIRST,
    EventFactory,
    MeetingRequestFactory,
    RegistrationFactory,
    SlotFactory,
    TableFactory,
)

pytestmark = pytest.mark.django_db


def made(**more):
    """An event with four slots and two tables, where Ivan is to meet Olha in the first one."""
    event = EventFactory(shown="preliminary", books_freely=True, title_en="Connect", **more)
    for number in range(4):
        SlotFactory(event=event, starts_at=FIRST + timedelta(hours=number))
    TableFactory(event=event, number=1), TableFactory(event=event, number=2)
    people = [RegistrationFactory(event=event, name=name, party=None) for name in ("Ivan", "Olha", "Nina")]
    meet(event, *people[:2], 0)
    return event, *people


def meet(event, one, other, slot):
    asked = MeetingRequestFactory(event=event, sender=one, receiver=other, state="accepted")
    meeting = Meeting(event=event, request=asked)
    meeting.arrange(event.slots.all()[slot], event.tables.first())
    return meeting


def told(one):
    """What somebody was told since the last time: for each the sentence, and the lines."""
    found = list(one.user.notifications.order_by("pk"))
    one.user.notifications.all().delete()
    return [(said, rest.split("\n\n")[0].split("\n")) for said, rest in map(in_words, found)]


def test_first_the_schedule_then_each_change_and_nothing_else():
    event, ivan, olha, nina = made()
    assert tell_all() == 2
    schedule = "The schedule of “Connect” is there: you have 1 meeting"
    assert told(ivan) == [(schedule, ["20 May, 10:00, table 1: Olha"])]
    assert told(olha) == [(schedule, ["20 May, 10:00, table 1: Ivan"])]
    assert told(nina) == []
    assert tell_all() == 0

    slots = event.slots.all()
    first = Meeting.objects.get()
    first.arrange(slots[1], event.tables.last())
    second = meet(event, nina, ivan, 2)
    assert tell_all() == 3
    changed = "Your meetings at “Connect” have changed: 1 new, 1 moved, 0 off"
    moved = "Moved: Olha, now 20 May, 11:00, table 2, before 20 May, 10:00, table 1"
    assert told(ivan) == [(changed, [moved, "New: Nina, 20 May, 12:00, table 1"])]
    assert [lines for _said, lines in told(nina)] == [["New: Ivan, 20 May, 12:00, table 1"]]

    second.cancel()
    second.arrange(slots[2], None)
    first.cancel()
    assert tell_all() == 3
    [(said, lines)] = told(ivan)
    assert said.endswith("0 new, 1 moved, 1 off")
    assert lines == [
        "Off: Olha, 20 May, 11:00, table 2",
        "Moved: Nina, now 20 May, 12:00, online, before 20 May, 12:00, table 1",
    ]
    assert tell_all() == 0


def test_what_is_moved_while_hidden_is_told_when_it_is_shown_again():
    event, ivan, *_ = made()
    tell_all()
    told(ivan)
    by = UserFactory()
    event.show_schedule("nothing", by=by)
    Meeting.objects.get().arrange(event.slots.last(), None)
    assert tell_all() == 0
    event.show_schedule("final", by=by)
    assert tell_all() == 2
    [(_said, [line])] = told(ivan)
    assert line == "Moved: Olha, now 20 May, 13:00, online, before 20 May, 10:00, table 1"


def test_each_reads_it_in_the_own_language():
    _event, ivan, *_ = made(title_uk="Зв'язок")
    ivan.user.language = "uk"
    ivan.user.save()
    tell_all()
    [one] = ivan.user.notifications.all()
    assert one.words["lines"] == {
        "en": "20 May, 10:00, table 1: Olha",
        "uk": "20 травня, 10:00, стіл 1: Olha",
    }


@pytest.mark.parametrize("way", ["cancel", "decline", "leave"])
def test_what_the_two_do_themselves_is_told_there_and_not_again(way):
    event, ivan, _olha, nina = made()
    tell_all()
    asked = MeetingRequestFactory(event=event, sender=nina, receiver=ivan, state="accepted")
    booking.book(asked, event.slots.all()[2].pk, by=nina)
    assert tell_all() == 0
    if way == "cancel":
        booking.cancel(asked, by=ivan)
    elif way == "decline":
        answering.decline(asked, by=ivan)
    else:
        cancel(nina, by=nina.user)
    assert tell_all() == 0
    assert Meeting.objects.standing().count() == 1


def test_nobody_is_told_after_the_event():
    event, *_ = made()
    event.starts_at, event.ends_at = FIRST - timedelta(days=900), FIRST - timedelta(days=899)
    event.save()
    assert tell_all() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_once():
    made()
    assert sum(at_once(range(2), lambda _worker: tell_all())) == 2
    assert Notification.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_workers_tell_twice(monkeypatch):
    """The control: the test above can fail. Both have read what was told before one of them notes it."""
    gate = Barrier(2)

    def read_together(pk):
        found = changes.Registration.objects.select_related("user").get(pk=pk)
        gate.wait(timeout=20)
        return found

    monkeypatch.setattr(changes, "_locked", read_together)
    made()
    assert sum(at_once(range(2), lambda _worker: tell_all())) > 2


def test_where_nothing_changed_it_takes_few_queries(django_assert_num_queries):
    made()
    tell_all()
    with django_assert_num_queries(3):
        assert tell_all() == 0
