"""An event as iCalendar (RFC 5545)."""

from __future__ import annotations

from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import letters

from .models import Event


def new_calendar(name: str) -> icalendar.Calendar:
    """An empty calendar of this portal."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Mayors' Portal//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    return made


def uid(key: str) -> str:
    """The name of an entry that no other calendar has; `key` stays the same however often it is asked for."""
    return f"{key}@{urlsplit(settings.SITE_URL).hostname}"


def entry_of(event: Event, *, shows_link: bool) -> icalendar.Event:
    """The event from its beginning to its end, in the reader's language."""
    entry = icalendar.Event()
    entry.add("uid", uid(f"event-{event.pk}"))
    entry.add("sequence", event.version)
    entry.add("dtstamp", timezone.now())
    entry.add("dtstart", event.starts_at.astimezone(event.zone))
    entry.add("dtend", event.ends_at.astimezone(event.zone))
    entry.add("summary", event.title)
    entry.add("location", event.where())
    entry.add("url", letters.site() + event.get_absolute_url())
    text = event.text
    if shows_link and event.link:
        text = "\n\n".join(filter(None, [text, _("Online: %(link)s") % {"link": event.link}]))
    entry.add("description", text)
    return entry


def calendar_of(event: Event, *, shows_link: bool) -> bytes:
    """The file. `shows_link`: whether the reader takes part, and may know where it is held online."""
    calendar = new_calendar(event.title)
    calendar.add_component(entry_of(event, shows_link=shows_link))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
