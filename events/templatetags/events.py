"""Events on pages: the tabs of one, its days and places, and lists on pages of other apps."""

from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.listing import grouped
from cities.models import City
from events import tabs
from events.models import Event

register = template.Library()

MOST = 6
MOST_NEXT = 3


@register.simple_tag(takes_context=True)
def event_tabs(context: dict[str, Any], event: Event) -> list[dict[str, Any]]:
    """The pages of an event that the reader may open: `{% event_tabs event as tabs %}`."""
    request = context["request"]
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        {"url": url, "label": tab.label, "is_here": tab.shows(here)}
        for tab, url in tabs.tabs_of(event, request.user)
    ]


@register.filter
def days(event: Event) -> str:
    """The day or the days of an event in its time zone: `{{ event|days }}`."""
    first, last = (at.astimezone(event.zone).date() for at in (event.starts_at, event.ends_at))
    shown = dict.fromkeys(date_format(day, "DATE_FORMAT") for day in (first, last))
    return " – ".join(shown)


@register.filter
def phase(event: Event) -> str:
    """The phase of an event in words: `{{ event|phase }}`."""
    return str(Event.Phase(event.phase()).label)


@register.filter
def open_to(event: Event) -> list[str]:
    """Whose people may register, in words: `{% for label in event|open_to %}`."""
    return [str(one.label) for one in Event.Who if one.value in event.open_to]


@register.simple_tag
def places(event: Event, taken: int | None = None) -> str:
    """How many places are free: `{% places event %}` of one of `for_list`, else with how many are taken."""
    free = event.capacity - (event.taken if taken is None else taken)  # type: ignore[attr-defined]
    if free <= 0:
        return _("no place is free; there is a waiting list")
    return ngettext("%(count)s place is free", "%(count)s places are free", free) % {"count": grouped(free)}


@register.inclusion_tag("events/of_city.html")
def city_events(city: City) -> dict[str, Any]:
    """The public events held in a city, the next one first: `{% city_events city %}`."""
    return {"events": Event.objects.published().filter(city=city).next_first()[:MOST]}


@register.inclusion_tag("events/next.html")
def next_events() -> dict[str, Any]:
    """The next public events: `{% next_events %}`."""
    return {"events": Event.objects.published().to_come().for_list()[:MOST_NEXT]}
