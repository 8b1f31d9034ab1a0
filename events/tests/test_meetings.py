"""Nobody, no table and no interpreter is in two places at once: the database sees to it."""

import pytest
from django.db import IntegrityError, connection, transaction

from events.models import Interpreter, Meeting

from .factories import EventFactory, MeetingRequestFactory, RegistrationFactory, SlotFactory, TableFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def slots(event):
    return SlotFactory.create_batch(2, event=event)


@pytest.fixture
def tables(event):
    return TableFactory.create_batch(2, event=event)


def arranged(event, slot, table, interpreter=None, **sides):
    request = MeetingRequestFactory(event=event, state="accepted", **sides)
    meeting = Meeting(event=event, request=request)
    with transaction.atomic():
        meeting.arrange(slot, table, interpreter)
        check_now()
    return meeting


def check_now():
    """Check what else would be checked when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_a_person_has_one_meeting_at_a_time(event, slots, tables):
    busy = RegistrationFactory(event=event)
    arranged(event, slots[0], tables[0], sender=busy)
    arranged(event, slots[1], tables[0], receiver=busy)
    with pytest.raises(IntegrityError, match="person_once_at_a_time"):
        arranged(event, slots[0], tables[1], receiver=busy)


@pytest.mark.parametrize("taken", ["table", "interpreter"])
def test_a_table_and_an_interpreter_serve_one_meeting_at_a_time(event, slots, tables, taken):
    both = Interpreter.objects.create(event=event, name="Ivan", languages=["uk", "de"])
    arranged(event, slots[0], tables[0], both)
    other = (tables[0], None) if taken == "table" else (tables[1], both)
    with pytest.raises(IntegrityError, match=f"{taken}_once_at_a_time"):
        arranged(event, slots[0], *other)


def test_two_meetings_can_change_places(event, slots, tables):
    one, other = (arranged(event, slot, tables[0]) for slot in slots)
    with transaction.atomic():
        one.arrange(slots[1], tables[0])
        other.arrange(slots[0], tables[0])
    check_now()
    assert [meeting.slot for meeting in Meeting.objects.named()] == slots


def test_a_cancelled_meeting_frees_its_people_and_its_table(event, slots, tables):
    busy = RegistrationFactory(event=event)
    arranged(event, slots[0], tables[0], sender=busy).cancel()
    arranged(event, slots[0], tables[0], sender=busy)
    assert Meeting.objects.standing().of(busy).count() == 1
