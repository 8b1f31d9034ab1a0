"""Requests for meetings on pages."""

from collections.abc import Iterable

from django import template

from cities import city_page
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
