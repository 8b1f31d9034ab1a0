"""An event as a problem for the scheduler: who wants to meet whom, and when, where and in what language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from .free_slots import meets_online, overlap
from .models import Event, Meeting, MeetingRequest, Session, Slot
from .scheduling import problem as pure
from .scheduling.problem import Problem


def problem_of(event: Event) -> tuple[Problem, list[Slot]]:
    """What is to be scheduled, and its slots in their order, by which meetings name them.

    Only accepted requests of two who take part count. Confirmed meetings stay where they are, though one of
    the two would no longer be free then: whoever confirmed them knew. So do those that have begun; nothing
    else is put into slots that have. The others are kept if nothing is lost.
    """
    slots = list(event.slots.order_by("starts_at"))
    place = {slot.pk: number for number, slot in enumerate(slots)}
    requests = list(event.requests.between_participants().order_by("pk"))
    asked = {one.pk for one in requests}
    meetings = [one for one in event.meetings.standing().order_by("pk") if one.request_id in asked]
    begun = {slot.pk for slot in slots if slot.has_begun}
    confirmed = [one for one in meetings if one.state == Meeting.State.CONFIRMED or one.slot_id in begun]
    kept = _Kept(confirmed, {one.pk: one for one in requests}, place)
    everywhere = frozenset(place.values())
    return Problem(
        slots=_slots(event, slots),
        tables=tuple(
            pure.Table(one.pk, everywhere - _places(one.closed_in.all(), place) | kept.tables[one.pk])
            for one in event.tables.prefetch_related("closed_in").order_by("number")
        ),
        participants=_participants(event, requests, slots, kept),
        requests=tuple(_request(one) for one in requests),
        interpreters=tuple(
            pure.Interpreter(
                one.pk,
                everywhere - _places(one.absent_in.all(), place) | kept.interpreters[one.pk],
                frozenset(one.languages),
            )
            for one in event.interpreters.prefetch_related("absent_in").order_by("pk")
        ),
        fixed=tuple(_meeting(one, place) for one in confirmed),
        previous=tuple(_meeting(one, place) for one in meetings if one not in confirmed),
    ), slots


class _Kept:
    """What confirmed meetings take, whatever else is said: slots of tables, interpreters and people."""

    def __init__(
        self, confirmed: list[Meeting], requests: dict[int, MeetingRequest], place: dict[int, int]
    ) -> None:
        self.tables: defaultdict[int | None, frozenset[int]] = defaultdict(frozenset)
        self.interpreters: defaultdict[int | None, frozenset[int]] = defaultdict(frozenset)
        self.people: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
        self.languages: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
        for one in confirmed:
            slot = frozenset({place[one.slot_id]})
            self.tables[one.table_id] |= slot
            self.interpreters[one.interpreter_id] |= slot
            request = requests[one.request_id]
            for person in (request.sender_id, request.receiver_id):
                self.people[person] |= slot
                if one.interpreter_id is None:  # they find a way to talk
                    self.languages[person] |= {f"meeting {one.pk}"}


def _slots(event: Event, slots: list[Slot]) -> tuple[pure.Slot, ...]:
    """In minutes after the midnight, at the place of the event, before the first of them."""
    if not slots:
        return ()
    midnight = datetime.combine(slots[0].starts_at.astimezone(event.zone), time.min, event.zone)
    return tuple(
        pure.Slot(_minutes(slot.starts_at - midnight), _minutes(slot.ends_at - slot.starts_at))
        for slot in slots
    )


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _participants(
    event: Event, requests: list[MeetingRequest], slots: list[Slot], kept: _Kept
) -> tuple[pure.Participant, ...]:
    place = {slot.pk: number for number, slot in enumerate(slots)}
    sessions = {one.pk: _during(one, slots) for one in event.sessions.all()}
    for_all = event.sessions.filter(is_for_all=True).values_list("pk", flat=True)
    to_come = frozenset(place[slot.pk] for slot in slots if not slot.has_begun)
    free = to_come.difference(*(sessions[one] for one in for_all))
    wanted = {person for one in requests for person in (one.sender_id, one.receiver_id)}
    people = event.registrations.filter(pk__in=wanted).prefetch_related("away_in", "sessions").order_by("pk")
    return tuple(
        pure.Participant(
            id=one.pk,
            slots=free.difference(
                _places(one.away_in.all(), place), *(sessions[session.pk] for session in one.sessions.all())
            )
            | kept.people[one.pk],
            languages=frozenset(one.languages) | kept.languages[one.pk],
            online=meets_online(event, one),
        )
        for one in people
    )


def _during(session: Session, slots: list[Slot]) -> frozenset[int]:
    """The places of the slots that overlap a session."""
    return frozenset(number for number, slot in enumerate(slots) if overlap(slot, session))


def _places(slots: Iterable[Slot], place: dict[int, int]) -> frozenset[int]:
    return frozenset(place[slot.pk] for slot in slots)


def _request(one: MeetingRequest) -> pure.Request:
    """Its priority is the mean of both sides', halves up."""
    both = one.priority + (one.answer_priority or one.priority)
    return pure.Request(
        id=one.pk,
        asking=one.sender_id,
        asked=one.receiver_id,
        priority=(both + 1) // 2,
        score=min(1.0, max(0.0, 0.5 if one.score is None else one.score)),
        mutual=True,
    )


def _meeting(one: Meeting, place: dict[int, int]) -> pure.Meeting:
    return pure.Meeting(one.request_id, place[one.slot_id], one.table_id, one.interpreter_id)
