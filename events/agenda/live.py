"""What is held at this moment and next, for a screen at the venue."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from events.models import Event, Meeting, Session, Slot


@dataclass(frozen=True)
class Held:
    """The meetings of a slot, by table; those online come last."""

    slot: Slot
    meetings: list[Meeting] = field(default_factory=list)


@dataclass(frozen=True)
class Live:
    """The slot that lasts, the next one, the sessions that last; None and empty where there is none."""

    now: Held | None
    next: Held | None
    sessions: list[Session]


def live(event: Event) -> Live:
    """What the screen shows: four queries at most. Meetings only where the schedule is shown."""
    at = timezone.now()
    lasting = event.slots.filter(starts_at__lte=at, ends_at__gt=at).last()
    coming = event.slots.filter(starts_at__gt=at).first()
    held = {slot.pk: Held(slot) for slot in (lasting, coming) if slot}
    if event.shows_schedule:
        for meeting in event.meetings.standing().named().filter(slot__in=held):
            held[meeting.slot_id].meetings.append(meeting)
    sessions = list(event.sessions.filter(starts_at__lte=at, ends_at__gt=at))
    return Live(held.get(lasting.pk) if lasting else None, held.get(coming.pk) if coming else None, sessions)
