"""Badges as PDF: name, for whom, country, kind, languages, and a QR code to check in with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import segno
from babel import Locale
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts import letters
from cities.directory import reader_language
from events.models import Event, Registration

from .checking_in import SHORTEST_CODE

A_PAGE = 8
SHOWN_OF_CODE = SHORTEST_CODE + 2


@dataclass(frozen=True)
class Badge:
    """What stands on a badge; `qr` is an SVG."""

    name: str
    comes_for: str
    country: str
    kind: str
    languages: str
    short_code: str
    qr: SafeString


def pdf_of(event: Event, people: Iterable[Registration]) -> bytes:
    """The badges of people whose sides are loaded (`named`), in the language that is active."""
    from partnerships.partnership.paper import printed

    badges = [badge_of(event, one) for one in people]
    pages = [badges[first : first + A_PAGE] for first in range(0, len(badges), A_PAGE)]
    return printed(render_to_string("events/badges/sheet.html", {"event": event, "pages": pages}))


def badge_of(event: Event, one: Registration) -> Badge:
    """The badge of a participant."""
    names = Locale(reader_language()).languages
    return Badge(
        name=one.called,
        comes_for=one.comes_for,
        country=one.party.home.country.name if one.party else "",
        kind=_kind(one),
        languages=", ".join(names.get(code, code) for code in one.languages),
        short_code=one.code[:SHOWN_OF_CODE],
        qr=qr_code(check_in_address(event, one)),
    )


def check_in_address(event: Event, one: Registration) -> str:
    """The full address that the badge's QR code opens, without a language."""
    with translation.override("en"):
        return letters.site() + reverse("event-check-in-one", args=[event.slug, one.code])


def qr_code(text: str) -> SafeString:
    """A QR code as an SVG element that takes the size of its container."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn of squares only


def _kind(one: Registration) -> str:
    if one.party is None:
        return _("guest")
    return _("city") if one.party.city_id else str(one.party.one.get_kind_display())
