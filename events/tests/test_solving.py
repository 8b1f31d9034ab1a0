"""Schedules asked for by organisers: made by the worker, stored in one step, made anew with little moved."""

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from events import solving
from events.models import Interpreter, Meeting, MeetingRequest, Registration, ScheduleRun, Session
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
    """Two slots, two tables, four people, three of whom want to meet each other."""
    event = EventFactory()
    SlotFactory.create_batch(2, event=event)
    TableFactory.create_batch(2, event=event)
    return event


@pytest.fixture
def people(event):
    return RegistrationFactory.create_batch(4, event=event)


def wish(one, other, **more):
    return MeetingRequestFactory(event=one.event, sender=one, receiver=other, **{"state": "accepted", **more})


def make(event):
    run = solving.ask_for_schedule(event, UserFactory(), seconds=2)
    assert solving.make_waiting() == 1
    run.refresh_from_db()
    assert run.state == ScheduleRun.State.DONE, run.error
    return run


def test_the_best_schedule_is_stored_and_says_why_the_others_are_not_held(event, people):
    a, b, c, d = people
    for one, other in [(a, b), (b, c), (c, a)]:
        wish(one, other, priority=3, answer_priority=3)
    wish(a, d, priority=1, answer_priority=1)
    MeetingRequestFactory(event=event, sender=b, receiver=d)  # not answered yet
    run = make(event)
    assert (run.requests, run.placed, run.is_proven, run.gap) == (4, 3, True, 0)  # of a circle only two
    assert [one["reason"] in ("fully-booked", "lower-priority") for one in run.unmet] == [True]


def test_made_during_the_event_it_leaves_what_has_begun_and_puts_nothing_there(event, people):
    a, b, c, d = people
    now, later = event.slots.order_by("starts_at")
    begin(now, event, held := wish(a, b, priority=1))
    new = [wish(c, d, priority=3), wish(c, a, priority=3)]
    make(event)
    found = {one.request: one.slot for one in event.meetings.standing()}
    assert found.pop(held) == now
    assert [*found.values()] == [later]
    assert set(found) < set(new)
    Registration.objects.filter(pk=b.pk).update(state="cancelled")  # after the meeting
    make(event)
    assert event.meetings.standing().filter(request=held, slot=now).exists()
    event.ends_at = timezone.now()
    with pytest.raises(NotPossible, match="is over"):
        solving.ask_for_schedule(event, UserFactory(), seconds=2)


def test_what_both_want_most_is_held_before_what_would_be_nice(event, people):
    a, b, c, d = people
    event.slots.last().delete()
    wish(a, b, priority=1, answer_priority=1)
    must = wish(a, c, priority=3, answer_priority=3)
    wish(a, d, priority=2, answer_priority=1)
    make(event)
    assert [one.request for one in event.meetings.standing()] == [must]


def test_a_session_for_all_and_absence_leave_no_time(event, people):
    first, second = event.slots.all()
    a, b, c, _d = people
    Session.objects.create(
        event=event, title_en="Opening", is_for_all=True, starts_at=first.starts_at, ends_at=first.ends_at
    )
    c.away_in.add(second)
    wish(a, b)
    never = wish(a, c)
    run = make(event)
    assert [one.slot for one in event.meetings.standing()] == [second]
    assert [(one["request"], one["reason"]) for one in run.unmet] == [(never.pk, "no-common-time")]


def test_two_without_a_common_language_get_an_interpreter(event, people):
    a, b, *_rest = people
    a.languages, b.languages = ["uk"], ["de"]
    a.save()
    b.save()
    wish(a, b)
    assert make(event).placed == 0
    helper = Interpreter.objects.create(event=event, name="Ivan", languages=["uk", "de"])
    assert make(event).placed == 1
    assert event.meetings.standing().get().interpreter == helper


def test_a_confirmed_meeting_stays_and_the_others_move_little(event, people):
    a, b, c, d = people
    wish(a, b)
    wish(c, d)
    make(event)
    kept = event.meetings.first()
    kept.state = Meeting.State.CONFIRMED
    kept.save()
    before = dict(event.meetings.values_list("pk", "slot"))
    wish(a, c)
    event.requests.exclude(pk=kept.request_id).filter(sender=c, receiver=d).update(
        state=MeetingRequest.State.WITHDRAWN
    )
    run = make(event)
    after = dict(event.meetings.standing().values_list("pk", "slot"))
    assert after[kept.pk] == before[kept.pk]
    assert run.placed == 2
    assert event.meetings.get(state=Meeting.State.CANCELLED).seats.count() == 0
    assert all(one.seats.count() == 2 for one in event.meetings.standing())


def test_what_was_booked_meanwhile_is_kept_at_the_next_attempt(event, people, monkeypatch):
    a, b, c, _d = people
    wish(a, b)
    booked = wish(a, c)
    solve = solving.solve

    def solve_slowly(*args, **kwargs):
        found = solve(*args, **kwargs)
        if not Meeting.objects.filter(request=booked, state="confirmed").exists():
            taken = next(one.slot for one in found.meetings if one.request != booked.pk)
            meeting = Meeting(event=event, request=booked, state=Meeting.State.CONFIRMED)
            meeting.arrange(event.slots.all()[taken], event.tables.last())
        return found

    monkeypatch.setattr(solving, "solve", solve_slowly)
    run = solving.ask_for_schedule(event, UserFactory(), seconds=2)
    solving.make_waiting()
    run.refresh_from_db()
    assert "once_at_a_time" in run.error
    solving.make_waiting()
    run.refresh_from_db()
    assert (run.state, run.error, run.placed) == ("done", "", 2)
    assert event.meetings.get(request=booked).state == Meeting.State.CONFIRMED


def test_nothing_is_asked_for_where_nothing_can_be_scheduled(event, people):
    with pytest.raises(NotPossible):
        solving.ask_for_schedule(event, UserFactory(), seconds=2)
    assert not ScheduleRun.objects.exists()


def test_a_second_click_asks_for_nothing_more(event, people):
    wish(*people[:2])
    one, other = (solving.ask_for_schedule(event, UserFactory(), seconds=2) for _ in range(2))
    assert one == other


def test_a_schedule_is_stored_with_few_queries_however_many_meet(event, django_assert_max_num_queries):
    people = RegistrationFactory.create_batch(12, event=event)
    SlotFactory.create_batch(6, event=event)
    for one, other in zip(people[::2], people[1::2], strict=True):
        wish(one, other)
    solving.ask_for_schedule(event, UserFactory(), seconds=1)
    with django_assert_max_num_queries(45):
        solving.make_waiting()
    assert event.meetings.count() == 6
