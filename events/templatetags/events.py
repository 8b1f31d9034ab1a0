"""Events on pages: the tabs of one."""

from typing import Any

from django import template

from events import tabs
from events.models import Event

register = template.Library()


@register.simple_tag(takes_context=True)
def event_tabs(context: dict[str, Any], event: Event) -> list[dict[str, Any]]:
    """The pages of an event that the reader may open: `{% event_tabs event as tabs %}`."""
    request = context["request"]
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        {"url": url, "label": tab.label, "is_here": tab.shows(here)}
        for tab, url in tabs.tabs_of(event, request.user)
    ]
