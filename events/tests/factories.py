"""Events and what belongs to them, for tests."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory
from events.models import Event, Meeting, MeetingRequest, Registration, Slot, Table
from partnerships.models import Party

FIRST = datetime(2027, 5, 20, 7, 0, tzinfo=UTC)


def ago(**parts: float) -> LazyFunction:
    """An instant before now."""
    return LazyFunction(lambda: timezone.now() - timedelta(**parts))


class EventFactory(DjangoModelFactory[Event]):
    """A public event in May 2027 that takes registrations and requests for meetings."""

    class Meta:
        model = Event

    title_en = Sequence(lambda n: f"Global Business Connect {n}")
    title_uk = Sequence(lambda n: f"Глобальний бізнес-зв'язок {n}")
    text_en = "Cities and businesses meet."
    text_uk = "Міста та підприємства зустрічаються."
    city = SubFactory(CityFactory)
    starts_at = FIRST
    ends_at = FIRST + timedelta(days=1, hours=10)
    registration_opens_at = ago(days=10)
    requests_open_at = ago(days=5)
    open_to = ["city", "business", "financial-partner"]
    published_at = ago(days=11)


class SlotFactory(DjangoModelFactory[Slot]):
    """Half an hour; each one begins when the last one made ended."""

    class Meta:
        model = Slot

    event = SubFactory(EventFactory)
    starts_at = Sequence(lambda n: FIRST + timedelta(minutes=30 * n))
    ends_at = LazyAttribute(lambda slot: slot.starts_at + timedelta(minutes=30))


class TableFactory(DjangoModelFactory[Table]):
    """A table with the next number."""

    class Meta:
        model = Table

    event = SubFactory(EventFactory)
    number = Sequence(lambda n: n + 1)


class RegistrationFactory(DjangoModelFactory[Registration]):
    """Somebody who comes for a city of its own and speaks English."""

    class Meta:
        model = Registration

    event = SubFactory(EventFactory)
    user = SubFactory(UserFactory)
    party = LazyFunction(lambda: Party.objects.of(CityFactory()))
    languages = ["en"]


def begin(slot: Slot, event: Event, *requests: MeetingRequest) -> None:
    """Let a slot of an event last now, with the meetings of these requests, each at a table of its own."""
    now, some = timezone.now(), timedelta(minutes=5)
    slot.starts_at, slot.ends_at = now - some, now + some
    slot.save()
    for table, request in zip(event.tables.all(), requests, strict=False):
        Meeting(event=event, request=request).arrange(slot, table)


class MeetingRequestFactory(DjangoModelFactory[MeetingRequest]):
    """A request that waits for its answer; `state="accepted"` makes it one for the schedule."""

    class Meta:
        model = MeetingRequest

    event = SubFactory(EventFactory)
    sender = SubFactory(RegistrationFactory, event=SelfAttribute("..event"))
    receiver = SubFactory(RegistrationFactory, event=SelfAttribute("..event"))
    sentence = "Let us talk about water."
