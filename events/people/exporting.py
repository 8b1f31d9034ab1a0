"""The people of an event as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from cities.exports import csv_file, xlsx_file
from events.models import Event
from events.querysets import RegistrationQuerySet

from .counting import kind_in_words


def file_of(event: Event, people: RegistrationQuerySet, file_format: str) -> HttpResponseBase:
    """The people as "csv" or "xlsx", with headings in the reader's language."""
    written = {"csv": csv_file, "xlsx": xlsx_file}[file_format]
    rows = list(_rows(event, people))
    return written(f"{event.slug}-people", list(rows[0]) if rows else [_("Full name")], rows)


def _rows(event: Event, people: RegistrationQuerySet) -> Iterator[dict[str, Any]]:
    found: Any = people.with_kinds().prefetch_related("topics")
    for one in found:
        yield {
            _("Full name"): one.called,
            _("E-mail"): one.user.email,
            _("For"): one.comes_for,
            _("Kind"): kind_in_words(one.kind),
            _("Country"): one.country or "",
            _("State"): one.get_state_display(),
            _("Registered"): _when(event, one.queued_at),
            _("Online"): one.is_online,
            _("Languages"): list(one.languages),
            _("Open to meetings"): one.wants_meetings,
            _("Topics"): [str(topic) for topic in one.topics.all()],
            _("Goals"): one.goals,
            _("Checked in"): _when(event, one.checked_in_at),
        }


def _when(event: Event, instant: Any) -> str:
    """A time in the event's zone as programs write it; empty where there is none."""
    return instant.astimezone(event.zone).isoformat(" ", "minutes") if instant else ""
