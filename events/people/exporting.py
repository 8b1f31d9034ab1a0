"""The people of an event as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from cities.exports import csv_file, xlsx_file
from cities.models import Topic
from events.models import Event, Registration
from events.querysets import RegistrationQuerySet

from .counting import GUEST, kind_in_words

HEADINGS = (
    _("Full name"), _("E-mail"), _("For"), _("Kind"), _("Country"), _("State"), _("Registered"), _("Online"),
    _("Languages"), _("Open to meetings"), _("Topics"), _("Goals"), _("Checked in"),
)  # fmt: skip

MOST_OF_XLSX = 1000
"""Such a file is made before any of it is sent: of more people there is only CSV, which is sent meanwhile."""


def formats_of(number: int) -> list[str]:
    """In which formats there is a file of so many people."""
    return ["xlsx", "csv"] if number <= MOST_OF_XLSX else ["csv"]


def file_of(event: Event, people: RegistrationQuerySet, file_format: str) -> HttpResponseBase:
    """The people as "csv" or "xlsx", with headings in the reader's language."""
    written = {"csv": csv_file, "xlsx": xlsx_file}[file_format]
    headings = [str(heading) for heading in HEADINGS]
    rows = (dict(zip(headings, cells, strict=True)) for cells in _rows(event, people))
    return written(f"{event.slug}-people", headings, rows)


def _rows(event: Event, people: RegistrationQuerySet) -> Iterator[list[Any]]:
    """What stands below each of HEADINGS."""
    kinds = {kind: kind_in_words(kind) for kind in (*Event.Who.values, GUEST)}
    states = {code: str(label) for code, label in Registration.State.choices}
    topics = {one.pk: str(one) for one in Topic.objects.all()}
    found: Any = people.with_kinds().prefetch_related("topics")
    for one in found:
        yield [
            one.called,
            one.user.email,
            one.comes_for,
            kinds[one.kind],
            one.country or "",
            states[one.state],
            _when(event, one.queued_at),
            one.is_online,
            list(one.languages),
            one.wants_meetings,
            [topics[topic.pk] for topic in one.topics.all()],
            one.goals,
            _when(event, one.checked_in_at),
        ]


def _when(event: Event, instant: Any) -> str:
    """A time in the event's zone as programs write it; empty where there is none."""
    return instant.astimezone(event.zone).isoformat(" ", "minutes") if instant else ""
