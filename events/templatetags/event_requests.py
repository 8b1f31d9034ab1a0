"""Requests for meetings on pages."""

from collections.abc import Iterable

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities import city_page
from events.free_slots import Opening
from events.models import Meeting, Slot
from events.models.requests import Priority

register = template.Library()


@register.filter
def language_names(codes: Iterable[str]) -> str:
    """Languages by their codes, in the reader's language: `{{ who.languages|language_names }}`."""
    return ", ".join(city_page.language_names(codes))


@register.filter
def priority(code: int) -> str:
    """How much one wants a meeting, in words: `{{ one.priority|priority }}`."""
    return str(Priority(code).label)


@register.filter
def when(slot: Slot) -> str:
    """When a slot is, in the event's time zone: `{{ meeting.slot|when }}`."""
    return f"{date_format(slot.starts_at.astimezone(slot.event.zone), 'j E')}, {slot.hours}"


@register.filter
def where(place: Opening | Meeting) -> str:
    """Where two meet, and who interprets: `{{ meeting|where }}`."""
    said = [_("table %(table)s") % {"table": place.table} if place.table else _("online")]
    if place.interpreter:
        said.append(_("interpreter: %(name)s") % {"name": place.interpreter})
    return ", ".join(said)
