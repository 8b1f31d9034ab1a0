"""What became of an event, in figures that name nobody."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from .models import Event, Seat

FEWEST = 5
"""Outcomes are counted from this number on: fewer would say what single people answered."""


class Figure(NamedTuple):
    """A number, and what it counts."""

    label: str
    number: int


def figures(event: Event) -> list[Figure]:
    """Who came, from where, how many met, and what came of it: three queries."""
    home = Coalesce("party__city", "party__organisation__city")
    land = Coalesce("party__city__country", "party__organisation__city__country")
    people = event.registrations.taking_part().aggregate(
        people=Count("pk"), cities=Count(home, distinct=True), countries=Count(land, distinct=True)
    )
    held = event.meetings.standing().exclude(seats__outcome=Seat.Outcome.NO_SHOW).count()
    return [
        Figure(_("participants"), people["people"]),
        Figure(_("cities"), people["cities"]),
        Figure(_("countries"), people["countries"]),
        Figure(_("meetings held"), held),
        *outcomes(event),
    ]


def outcomes(event: Event) -> list[Figure]:
    """How many participants said what came of their meetings, where at least FEWEST did."""
    good = {
        Seat.Outcome.PARTNERSHIP: _("answers: we go on together"),
        Seat.Outcome.CONTACT: _("answers: we stay in touch"),
    }
    counted = counts(event)
    return [Figure(label, counted[code]) for code, label in good.items() if counted.get(code, 0) >= FEWEST]


def counts(event: Event) -> dict[str, int]:
    """How many participants gave which answer (Seat.Outcome), "" for those who gave none: one query."""
    seats = Seat.objects.filter(meeting__event=event).order_by()
    return dict(seats.values_list("outcome").annotate(number=Count("pk")))


def all_outcomes(event: Event) -> list[Figure]:
    """How many participants said what of their meetings, for organisers; empty while nobody has."""
    counted = counts(event)
    found = [Figure(str(one.label), counted.get(one, 0)) for one in Seat.Outcome]
    return found if any(one.number for one in found) else []
