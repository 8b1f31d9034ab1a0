"""Matches on pages of other apps."""

from typing import Any

from django import template

from cities import directory
from cities.models import City
from partnerships.proposals import proposals, run_at_work, stored_matches

register = template.Library()


@register.inclusion_tag("partnerships/panel.html")
def city_matches(city: City, most: int = 10) -> dict[str, Any]:
    """The best partners proposed for a city, with reasons: `{% city_matches city 3 %}`."""
    at_hand = directory.current()
    row = int(at_hand.reference.rows_of(city.id))
    stored = stored_matches(at_hand, city.id) if row >= 0 else None
    if stored is None or not len(stored.rows):
        return {"city": city, "run": run_at_work()}
    return {"city": city, "proposals": proposals(at_hand, row, stored.rows[:most], stored)}
