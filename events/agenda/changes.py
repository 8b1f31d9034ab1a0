"""Telling participants that the schedule is there, and what has changed in their meetings: each change once.

What was told last is kept with the registration. What the two of a meeting book or call off themselves is
told by events.meeting_requests, and noted here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.letters import in_each_language
from accounts.notifications import notify
from events.meeting_requests.telling import MEETING
from events.models import Event, Meeting, Registration, Seat

Place = list[str]
"""When a meeting begins (UTC, ISO 8601), and the number of its table, which is empty online."""
Places = Mapping[str, Place]
"""By meeting (id)."""


def tell_all() -> int:
    """Tell all whose meetings are not what they were told; how many were."""
    return sum(_tell_of(event) for event in Event.objects.published().to_come().showing_schedule())


def note_told(meeting: Meeting) -> None:
    """Note that both know of a meeting, or that it is off; call it in the transaction that tells them.

    Nothing is noted of who was not told of the schedule yet: the meeting is then told with it.
    """
    key = str(meeting.pk)
    sides = (meeting.request.sender_id, meeting.request.receiver_id)
    found = Registration.objects.select_for_update(no_key=True).filter(pk__in=sides).order_by("pk")
    for one in found.exclude(told_meetings=None):
        told = {**(one.told_meetings or {})}
        told.pop(key, None)
        if meeting.state != Meeting.State.CANCELLED:
            table = meeting.table.number if meeting.table else None
            told[key] = _place(meeting.slot.starts_at, table)
        one.told_meetings = told
        one.save(update_fields=["told_meetings"])


def _tell_of(event: Event) -> int:
    """Three queries where nothing has changed."""
    now = _places(Seat.objects.filter(meeting__event=event))
    known = event.registrations.taking_part().filter(user__is_active=True)
    due = [pk for pk, told in known.values_list("pk", "told_meetings") if told != now.get(pk, {})]
    return sum(_tell(event, pk) for pk in due)


def _tell(event: Event, pk: int) -> bool:
    """Tell one participant (id); whether there was something to tell."""
    with transaction.atomic():
        one = _locked(pk)
        if one is None:
            return False
        one.event = event
        now = _places(Seat.objects.filter(registration=one)).get(pk, {})
        known, one.told_meetings = one.told_meetings, now
        if known == now:
            return False
        one.save(update_fields=["told_meetings"])
        if known is None:
            return _tell_of_schedule(one, now)
        _tell_of_changes(one, known, now)
    return True


def _locked(pk: int) -> Registration | None:
    """The participant, held; None where another worker tells the same, or the schedule is hidden by now."""
    shown = Registration.objects.taking_part().exclude(event__shown=Event.Shown.NOTHING)
    held = shown.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return held.select_related("user").filter(pk=pk).first()


def _places(seats: QuerySet[Seat]) -> dict[int, dict[str, Place]]:
    """By participant (id) the meetings there are now: one query."""
    found: dict[int, dict[str, Place]] = defaultdict(dict)
    fields = ("registration_id", "meeting_id", "meeting__slot__starts_at", "meeting__table__number")
    for pk, meeting, starts_at, table in seats.values_list(*fields):
        found[pk][str(meeting)] = _place(starts_at, table)
    return found


def _place(starts_at: datetime, table: int | None) -> Place:
    return [starts_at.astimezone(UTC).isoformat(), "" if table is None else str(table)]


def _tell_of_schedule(one: Registration, now: Places) -> bool:
    """Tell somebody of the schedule, unless no meeting is there: then one is reminded instead."""
    lines = [Line(_("%(at)s: %(who)s"), key, now[key]) for key in now]
    if lines:
        _notify(one, "event_schedule", lines, count=len(lines))
    return bool(lines)


def _tell_of_changes(one: Registration, known: Places, now: Places) -> None:
    added = [Line(_("New: %(who)s, %(at)s"), key, now[key]) for key in now if key not in known]
    moved = [
        Line(_("Moved: %(who)s, now %(at)s, before %(before)s"), key, now[key], known[key])
        for key in now
        if key in known and known[key] != now[key]
    ]
    gone = [Line(_("Off: %(who)s, %(at)s"), key, known[key]) for key in known if key not in now]
    counts = {"added": len(added), "moved": len(moved), "gone": len(gone)}
    _notify(one, "event_agenda_changed", [*added, *moved, *gone], **counts)


class Line(NamedTuple):
    """What is told of a meeting (id): a text to be translated, and where it is, or was told to be."""

    text: str
    meeting: str
    place: Place
    before: Place | None = None


def _notify(one: Registration, template: str, lines: list[Line], **counts: Any) -> None:
    event = one.event
    meetings = Meeting.objects.named().in_bulk([int(line.meeting) for line in lines])

    def said() -> str:
        return "\n".join(
            gettext(line.text)
            % {
                "who": meetings[int(line.meeting)].request.other_side(one),
                "at": _in_words(event, line.place),
                "before": _in_words(event, line.before) if line.before else "",
            }
            for line in sorted(lines, key=lambda line: line.place)
        )

    notify(
        [one.user],
        MEETING,
        template,
        reverse("event-agenda", args=[event.slug]),
        event=event.titles,
        lines=in_each_language(said),
        zone=event.time_zone,
        **counts,
    )


def _in_words(event: Event, place: Place) -> str:
    """When and where, in the event's time zone and the active language."""
    begins, table = place
    at = date_format(datetime.fromisoformat(begins).astimezone(event.zone), "j E, H:i")
    return f"{at}, {gettext('table %(table)s') % {'table': table} if table else gettext('online')}"
