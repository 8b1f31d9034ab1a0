"""Entries as iCalendar (RFC 5545), and the private address of a person's feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts import letters
from accounts.models import User

from .entries import Entry

SALT = "calendar"
ASKED_AGAIN_AFTER = timedelta(hours=6)


def as_icalendar(entries: Iterable[Entry]) -> bytes:
    """A calendar, in the reader's language: whole days do not make one busy, what has a time does."""
    calendar = Calendar()
    calendar.add("prodid", "-//Mayors' Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Mayors' Portal"))
    calendar.add("refresh-interval", ASKED_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}@{urlsplit(settings.SITE_URL).hostname}")
        event.add("dtstamp", timezone.now())
        event.add("dtstart", entry.starts_at or entry.on)
        event.add("dtend", entry.ends_at or entry.on + timedelta(days=1))
        event.add("summary", entry.text)
        event.add("url", letters.site() + entry.url)
        if entry.where:
            event.add("location", entry.where)
        event.add("transp", "OPAQUE" if entry.starts_at else "TRANSPARENT")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def token_of(user: User) -> str:
    """The secret in the address of a person's feed; another one after `renew`."""
    return signing.dumps([user.pk, user.calendar_number], salt=SALT)


def owner_of(token: str) -> User | None:
    """Whose feed it is, None for an address that is not ours or was renewed."""
    try:
        number, issue = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=number, calendar_number=issue, is_active=True).first()


def renew(user: User) -> None:
    """Make the address of the feed open nothing any more; there is a new one."""
    user.calendar_number += 1
    user.save(update_fields=["calendar_number"])
