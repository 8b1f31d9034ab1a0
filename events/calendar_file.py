"""An event as iCalendar (RFC 5545)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.http import HttpResponse
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


def entry(
    key: str,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    url: str,
    *,
    where: str = "",
    text: str = "",
) -> icalendar.Event:
    """Something from one instant to another, each in the time zone to tell it in.

    key: stays the same however often it is asked for. url: of a page, without the host.
    """
    made = icalendar.Event()
    made.add("uid", uid(key))
    made.add("dtstamp", timezone.now())
    made.add("dtstart", starts_at)
    made.add("dtend", ends_at)
    made.add("summary", summary)
    made.add("location", where)
    made.add("url", letters.site() + url)
    made.add("description", text)
    return made


def entry_of(event: Event, *, shows_link: bool) -> icalendar.Event:
    """The event from its beginning to its end, in the reader's language."""
    text = event.text
    if shows_link and event.link:
        text = "\n\n".join(filter(None, [text, online_at(event.link)]))
    begins, ends = (at.astimezone(event.zone) for at in (event.starts_at, event.ends_at))
    made = entry(
        f"event-{event.pk}",
        begins,
        ends,
        event.title,
        event.get_absolute_url(),
        where=event.where(),
        text=text,
    )
    made.add("sequence", event.version)
    return made


def online_at(link: str) -> str:
    """Where something is held online, to be read."""
    return _("Online: %(link)s") % {"link": link}


def as_file(calendar: icalendar.Calendar) -> bytes:
    """The file of a calendar, with the time zones that its entries name."""
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def answer(file: bytes, name: str) -> HttpResponse:
    """A file as calendar programs take it. name: without its ending."""
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def calendar_of(event: Event, *, shows_link: bool) -> bytes:
    """The file. `shows_link`: whether the reader takes part, and may know where it is held online."""
    calendar = new_calendar(event.title)
    calendar.add_component(entry_of(event, shows_link=shows_link))
    return as_file(calendar)
