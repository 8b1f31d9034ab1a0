"""Badges as documents: name, for whom, country, kind, languages, and a QR code to check in with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import letters
from cities.directory import reader_language
from events.models import Event, Registration
from partnerships.papers.documents import Document

from .checking_in import SHORTEST_CODE

A_PAGE = 8
SHOWN_OF_CODE = SHORTEST_CODE + 2
OWN, ALL = "badge", "badges"


@dataclass(frozen=True)
class Badge:
    """What stands on a badge; `address` in its QR code."""

    name: str
    comes_for: str
    country: str
    kind: str
    languages: str
    short_code: str
    address: str


def own_badge(event: Event, one: Registration) -> Document:
    """The badge of a participant (`named`), in the language that is active."""
    return Document(OWN, one.pk, f"{event.slug}-badge.pdf", _page(event, [one]))


def all_badges(event: Event) -> Document:
    """The badges of all who take part on site, by name, in the language that is active."""
    people = event.registrations.taking_part().filter(is_online=False).named().order_by("name", "id")
    return Document(ALL, event.pk, f"{event.slug}-badges.pdf", _page(event, list(people)))


def _page(event: Event, people: Sequence[Registration]) -> str:
    badges = badges_of(event, people)
    pages = [badges[first : first + A_PAGE] for first in range(0, len(badges), A_PAGE)]
    return render_to_string("events/badges/sheet.html", {"event": event, "pages": pages})


def badges_of(event: Event, people: Sequence[Registration]) -> list[Badge]:
    """What stands on the badges of people."""
    languages = Locale(reader_language()).languages
    with translation.override("en"):  # the shortest address: it fits a smaller code
        place = letters.site() + reverse("event-check-in", args=[event.slug])
    return [
        Badge(
            name=one.called,
            comes_for=one.comes_for,
            country=one.party.home.country.name if one.party else "",
            kind=_kind(one),
            languages=", ".join(languages.get(code, code) for code in one.languages),
            short_code=one.code[:SHOWN_OF_CODE],
            address=f"{place}{one.code}/",
        )
        for one in people
    ]


def _kind(one: Registration) -> str:
    if one.party is None:
        return _("guest")
    return _("city") if one.party.city_id else str(one.party.one.get_kind_display())
