"""Agendas as documents: a participant's own, and those of all, each on a page of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from events.models import Event, Registration
from events.templatetags.event_requests import where
from partnerships.papers.documents import Document

from .appointments import Appointment, appointments, days_of

OWN, ALL = "agenda", "agendas"


@dataclass(frozen=True)
class Line:
    """One appointment: when, what or whom, and where."""

    hours: str
    title: str
    about: str
    place: str
    is_meeting: bool


@dataclass(frozen=True)
class Sheet:
    """The agenda of somebody: the name, for whom, and the lines of each day."""

    name: str
    comes_for: str
    days: list[tuple[date, list[Line]]]


def own_agenda(event: Event, one: Registration) -> Document:
    """The agenda of a participant (`named`), in the language that is active; meetings as far as shown."""
    page = _page(event, [one], with_meetings=event.shows_schedule)
    return Document(OWN, one.pk, f"{event.slug}-agenda.pdf", page)


def all_agendas(event: Event) -> Document:
    """The agendas of all who take part, by name, with their meetings, in the language that is active."""
    people = list(event.registrations.taking_part().named().order_by("name", "id"))
    return Document(ALL, event.pk, f"{event.slug}-agendas.pdf", _page(event, people, with_meetings=True))


def _page(event: Event, people: Collection[Registration], *, with_meetings: bool) -> str:
    found = appointments(event, people, with_meetings=with_meetings)
    sheets = [
        Sheet(
            one.called,
            one.comes_for,
            [(day, [_line(each) for each in of_day]) for day, of_day in days_of(event, found[one.pk])],
        )
        for one in people
    ]
    return render_to_string("events/agenda/sheets.html", {"event": event, "sheets": sheets})


def _line(one: Appointment) -> Line:
    if one.meeting and one.other:
        return Line(one.hours, one.other.called, one.other.comes_for, where(one.meeting), True)
    assert one.session is not None
    return Line(one.hours, one.session.title, "", one.session.room, False)
